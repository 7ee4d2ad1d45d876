// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>

#include "core/field_table.hpp"
#include "venloc/core/error.hpp"

// Structs and enumerations with a table as JSON, found by nlohmann::json itself. Keys that no field has are ignored.
namespace venloc {

template <HasEnumNames E>
void to_json(nlohmann::json& json, const E& value) {
  for (const auto& [name, known] : EnumNames<E>::names)
    if (known == value) json = name;
}

template <HasEnumNames E>
void from_json(const nlohmann::json& json, E& value) {
  for (const auto& [name, known] : EnumNames<E>::names)
    if (json == name) {
      value = known;
      return;
    }
  throw FormatError(json.dump() + " is not a value of " + EnumNames<E>::name);
}

template <HasFieldTable T>
void to_json(nlohmann::json& json, const T& object) {
  json = nlohmann::json::object();
  for_each_field<T>([&](const auto& field) {
    if constexpr (std::decay_t<decltype(field)>::kStored) json[field.name] = object.*(field.member);
  });
}

template <HasFieldTable T>
void from_json(const nlohmann::json& json, T& object) {
  if (!json.is_object()) throw FormatError(std::string(FieldTable<T>::name) + " must be a JSON object");
  const T defaults{};
  for_each_field<T>([&](const auto& field) {
    if constexpr (std::decay_t<decltype(field)>::kStored) {
      auto found = json.find(field.name);
      for (const char* former : field.former_names)
        if (found == json.end() && former != nullptr) found = json.find(former);
      if (found != json.end())
        found->get_to(object.*(field.member));
      else if (field.is_required)
        throw FormatError(std::string(FieldTable<T>::name) + " has no '" + field.name + "'");
      else
        object.*(field.member) = defaults.*(field.member);
    }
  });
}

}  // namespace venloc
