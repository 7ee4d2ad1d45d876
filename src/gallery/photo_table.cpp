// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "gallery/photo_table.hpp"

#include <nlohmann/json.hpp>

#include "core/damaged.hpp"
#include "core/utf8.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

constexpr const char* kPlaces = "photos.places";
constexpr const char* kTexts = "photos.texts";

// The text fields of a record and their names in the file.
constexpr std::pair<const char*, std::string Photo::*> kFields[] = {
    {"id", &Photo::id},
    {"source", &Photo::source},
    {"url", &Photo::url},
    {"author", &Photo::author},
    {"licence", &Photo::licence},
    {"taken", &Photo::taken},
    {"thumbnail", &Photo::thumbnail},
};

}  // namespace

PhotoTable::PhotoTable(std::span<const Photo> photos) {
  auto texts = nlohmann::json::array();
  for (const auto& photo : photos) {
    places_.push_back(photo.location.lat);
    places_.push_back(photo.location.lng);
    auto entry = nlohmann::json::object();
    for (const auto& [name, field] : kFields)
      if (!(photo.*field).empty()) entry[name] = valid_utf8(photo.*field);
    texts.push_back(std::move(entry));
  }
  texts_ = texts.dump();
}

void PhotoTable::save(SafetensorsWriter& writer) const {
  writer.add<double>(kPlaces, {static_cast<std::int64_t>(places_.size() / 2), 2}, places_);
  writer.add<std::uint8_t>(kTexts, {static_cast<std::int64_t>(texts_.size())},
                           std::span(reinterpret_cast<const std::uint8_t*>(texts_.data()), texts_.size()));
}

std::vector<Photo> PhotoTable::load(const SafetensorsFile& file) {
  const auto places = file.get<double>(kPlaces, {-1, 2});
  const auto bytes = file.get<std::uint8_t>(kTexts, {-1});
  const auto refuse = [&](const char* array, const std::string& reason) {
    refuse_damaged(file.path(), std::string("array ") + array + " " + reason);
  };
  const auto texts = nlohmann::json::parse(bytes.begin(), bytes.end(), nullptr, false);
  if (!texts.is_array() || texts.size() != places.size() / 2) refuse(kTexts, "does not hold one record for each photo");
  std::vector<Photo> photos(texts.size());
  for (std::size_t i = 0; i < photos.size(); ++i) {
    photos[i].location = {places[2 * i], places[2 * i + 1]};
    if (!is_valid(photos[i].location)) refuse(kPlaces, "holds an impossible place");
    for (const auto& [name, field] : kFields) {
      const auto found = texts[i].find(name);
      if (found == texts[i].end()) continue;
      if (!found->is_string()) refuse(kTexts, "holds a record that is not text");
      photos[i].*field = found->get<std::string>();
    }
  }
  return photos;
}

}  // namespace venloc
