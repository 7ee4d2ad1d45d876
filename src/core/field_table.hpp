// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

/// The fields of the plain structs of the public headers. A header declares a field, gives its default and documents
/// it; one table for each struct (src/<room>/<room>_fields.hpp) names it, for everything that goes through fields one
/// by one: the options in model files (core/field_json.hpp) and the Python bindings. A field that is missing in its
/// table, or listed twice, does not compile.
namespace venloc {

/// A field of T, and how model files store it.
template <typename T, typename M, bool stored = true>
struct Field {
  using Member = M;
  static constexpr bool kStored = stored;
  static constexpr std::size_t kFormerNames = 4;

  const char* name;
  M T::*member;
  bool is_required = false;
  std::array<const char*, kFormerNames> former_names{};

  /// For what does not describe the model: threads, folders, devices.
  [[nodiscard]] constexpr Field<T, M, false> not_stored() const { return {name, member, is_required, former_names}; }

  /// For what a model file without it is refused for; other fields then take their defaults.
  [[nodiscard]] constexpr Field required() const {
    Field out = *this;
    out.is_required = true;
    return out;
  }

  /// Names that the field had in model files that are still read.
  template <typename... Names>
  [[nodiscard]] constexpr Field formerly(Names... names) const {
    static_assert(sizeof...(names) <= kFormerNames);
    Field out = *this;
    out.former_names = {names...};
    return out;
  }
};

template <typename T, typename M>
constexpr Field<T, M> field(const char* name, M T::*member) {
  return {name, member};
}

/// Specialised by VENLOC_FIELD_TABLE.
template <typename T>
struct FieldTable;

template <typename T>
concept HasFieldTable = requires {
  FieldTable<T>::fields;
};

template <typename T, typename Visitor>
constexpr void for_each_field(Visitor&& visit) {
  std::apply([&](const auto&... fields) { (visit(fields), ...); }, FieldTable<T>::fields);
}

/// The names of an enumeration's values, in model files and in Python; specialised by VENLOC_ENUM_NAMES.
template <typename E>
struct EnumNames;

template <typename E>
concept HasEnumNames = requires {
  EnumNames<E>::names;
};

namespace field_table {

/// Stands for a value of any type where nothing is evaluated.
struct Anything {
  template <typename M>
  operator M() const;
};

template <typename T, std::size_t... I>
constexpr bool takes(std::index_sequence<I...>) {
  return requires { T{(static_cast<void>(I), Anything{})...}; };
}

/// Whether a struct without constructors has this many fields.
template <typename T, std::size_t n>
inline constexpr bool has_fields = takes<T>(std::make_index_sequence<n>{}) &&
                                   !takes<T>(std::make_index_sequence<n + 1>{});

template <typename A, typename B>
constexpr bool same_member(const A& a, const B& b) {
  if constexpr (std::is_same_v<typename A::Member, typename B::Member>) {
    return a.member == b.member;
  } else {
    return false;
  }
}

/// Whether each field of T is in its table once.
template <typename T>
constexpr bool complete() {
  bool distinct = true;
  for_each_field<T>([&](const auto& a) {
    int found = 0;
    for_each_field<T>([&](const auto& b) { found += same_member(a, b) ? 1 : 0; });
    distinct = distinct && found == 1;
  });
  return distinct && has_fields<T, std::tuple_size_v<decltype(FieldTable<T>::fields)>>;
}

}  // namespace field_table

}  // namespace venloc

/// An entry of the table below: VENLOC_FIELD(seed), VENLOC_FIELD(num_threads).not_stored().
#define VENLOC_FIELD(name) ::venloc::field(#name, &Type::name)

/// The names of an enumeration: {"average", Pooling::kAverage}, … To be used in namespace venloc.
#define VENLOC_ENUM_NAMES(E, ...)                                                          \
  template <>                                                                              \
  struct EnumNames<E> {                                                                    \
    static constexpr const char* name = #E;                                                \
    static constexpr auto names = std::to_array<std::pair<const char*, E>>({__VA_ARGS__}); \
  }

/// The table of a struct, in the order of its fields. To be used in namespace venloc.
#define VENLOC_FIELD_TABLE(T, ...)                               \
  template <>                                                    \
  struct FieldTable<T> {                                         \
    using Type = T;                                              \
    static constexpr const char* name = #T;                      \
    static constexpr auto fields = std::make_tuple(__VA_ARGS__); \
  };                                                             \
  static_assert(field_table::complete<T>(), "the table of " #T " must list each of its fields once")
