// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "gallery/label_columns.hpp"

#include <cctype>
#include <string_view>
#include <utility>
#include <vector>

#include "venloc/core/error.hpp"

namespace venloc {
namespace {

struct Known {
  std::string_view name;  // as squeezed() leaves it
  Label label;
  int rank = 0;  // of several columns with one meaning, the one with the lowest rank counts
};

/// All names of columns that label files may have: venloc's own, those of exiftool, digiKam, Lightroom, osxphotos,
/// Google and Flickr exports, and the words of German, Italian, French and Spanish spreadsheets.
constexpr auto kKnown = std::to_array<Known>({
    {"lat", Label::kLat},
    {"latitude", Label::kLat},
    {"gpslatitude", Label::kLat},
    {"gpslat", Label::kLat},
    {"latitudedeg", Label::kLat},
    {"latitudedegrees", Label::kLat},
    {"breite", Label::kLat},
    {"breitengrad", Label::kLat},
    {"latitudine", Label::kLat},
    {"latitud", Label::kLat},
    {"lng", Label::kLng},
    {"lon", Label::kLng},
    {"long", Label::kLng},
    {"longitude", Label::kLng},
    {"gpslongitude", Label::kLng},
    {"gpslng", Label::kLng},
    {"gpslon", Label::kLng},
    {"gpslong", Label::kLng},
    {"longitudedeg", Label::kLng},
    {"longitudedegrees", Label::kLng},
    {"länge", Label::kLng},
    {"laenge", Label::kLng},
    {"längengrad", Label::kLng},
    {"laengengrad", Label::kLng},
    {"longitudine", Label::kLng},
    {"longitud", Label::kLng},
    {"gpslatituderef", Label::kLatRef},
    {"latituderef", Label::kLatRef},
    {"latref", Label::kLatRef},
    {"gpslongituderef", Label::kLngRef},
    {"longituderef", Label::kLngRef},
    {"lngref", Label::kLngRef},
    {"lonref", Label::kLngRef},
    {"gpsposition", Label::kPosition, 1},
    {"position", Label::kPosition, 1},
    {"gpscoordinates", Label::kPosition, 1},
    {"coordinates", Label::kPosition, 1},
    {"latlng", Label::kPosition, 1},
    {"latlon", Label::kPosition, 1},
    {"latlong", Label::kPosition, 1},
    {"koordinaten", Label::kPosition, 1},
    {"coordinate", Label::kPosition, 1},
    {"coordonnées", Label::kPosition, 1},
    {"coordenadas", Label::kPosition, 1},
    {"file", Label::kFile},
    {"sourcefile", Label::kFile, 1},
    {"path", Label::kFile, 2},
    {"filepath", Label::kFile, 2},
    {"image", Label::kFile, 3},
    {"imagefile", Label::kFile, 3},
    {"photo", Label::kFile, 3},
    {"picture", Label::kFile, 3},
    {"datei", Label::kFile, 3},
    {"bild", Label::kFile, 3},
    {"fichier", Label::kFile, 3},
    {"archivo", Label::kFile, 3},
    {"filename", Label::kFileName},
    {"imagename", Label::kFileName, 1},
    {"dateiname", Label::kFileName, 1},
    {"nomefile", Label::kFileName, 1},
    {"nomdefichier", Label::kFileName, 1},
    {"nombredearchivo", Label::kFileName, 1},
    {"originalfilename", Label::kFileName, 2},
    {"directory", Label::kFolder},
    {"folder", Label::kFolder},
    {"id", Label::kId},
    {"source", Label::kSource},
    {"url", Label::kUrl},
    {"author", Label::kAuthor},
    {"creator", Label::kAuthor, 1},
    {"artist", Label::kAuthor, 2},
    {"licence", Label::kLicence},
    {"license", Label::kLicence},
    {"taken", Label::kTaken},
    {"datetimeoriginal", Label::kTaken, 1},
    {"datetaken", Label::kTaken, 1},
    {"createdate", Label::kTaken, 2},
    {"thumbnail", Label::kThumbnail},
    {"flickrphotoid", Label::kFlickrId},
});

/// In small letters, without spaces, underscores, hyphens and dots, without a unit in brackets.
std::string squeezed(std::string_view name) {
  name = name.substr(0, name.find_first_of("(["));
  std::string out;
  for (const char c : name)
    if (std::string_view(" _-.\t").find(c) == std::string_view::npos)
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const auto& [capital, small] :
       {std::pair<std::string_view, std::string_view>{"\u00C4", "\u00E4"}, {"\u00C9", "\u00E9"}})
    for (auto at = out.find(capital); at != std::string::npos; at = out.find(capital))
      out.replace(at, capital.size(), small);
  return out;
}

/// The meaning of a column. exiftool may put a group in front ("EXIF:GPSLatitude"): its computed values are signed, and
/// so preferred.
std::optional<Known> meaning(const std::string& name) {
  auto word = squeezed(name);
  int rank = 0;
  if (const auto colon = word.rfind(':'); colon != std::string::npos) {
    rank = word.starts_with("composite:") ? 0 : word.starts_with("exif:") ? 10 : 20;
    word = word.substr(colon + 1);
  }
  for (const auto& known : kKnown)
    if (word == known.name) return Known{known.name, known.label, known.rank + rank};
  return std::nullopt;
}

}  // namespace

LabelColumns LabelColumns::plain() {
  LabelColumns columns;
  columns.names_.resize(3);
  columns.columns_[static_cast<std::size_t>(Label::kLat)] = 0;
  columns.columns_[static_cast<std::size_t>(Label::kLng)] = 1;
  columns.columns_[static_cast<std::size_t>(Label::kFile)] = 2;
  return columns;
}

std::size_t LabelColumns::known(const CsvRow& header) {
  std::size_t count = 0;
  for (const auto& name : header.fields) count += meaning(name) ? 1 : 0;
  return count;
}

std::optional<LabelColumns> LabelColumns::of_header(const CsvRow& header, const std::string& place) {
  LabelColumns columns;
  columns.names_ = header.fields;
  std::array<int, static_cast<std::size_t>(Label::kCount)> ranks{};
  std::string names;
  for (const auto& name : header.fields) names += (names.empty() ? "" : ", ") + name;
  bool any = false;
  for (std::size_t i = 0; i < header.fields.size(); ++i) {
    const auto known = meaning(header.fields[i]);
    if (!known) continue;
    any = true;
    const auto label = static_cast<std::size_t>(known->label);
    auto& column = columns.columns_[label];
    if (column && ranks[label] == known->rank)
      throw FormatError(place + ": two columns mean the same, '" + header.fields[*column] + "' and '" +
                        header.fields[i] + "' (columns: " + names + "). Keep one of them.");
    if (column && ranks[label] < known->rank) continue;
    column = i;
    ranks[label] = known->rank;
  }
  if (!any) return std::nullopt;
  const auto require = [&](bool found, const std::string& what) {
    if (!found)
      throw FormatError(place + ": there is no column " + what + " (columns: " + names +
                        "). Add it, or rename the column with these values.");
  };
  const bool has_position = columns.has(Label::kPosition);
  require(columns.has(Label::kLat) || has_position, "'lat' or 'latitude', nor 'position'");
  require(columns.has(Label::kLng) || has_position, "'lng', 'lon' or 'longitude'");
  require(columns.has(Label::kFile) || columns.has(Label::kFileName), "'file', 'path' or 'filename'");
  return columns;
}

std::string LabelColumns::text(const CsvRow& row, Label label) const {
  const auto& column = at(label);
  return column ? row.fields[*column] : std::string();
}

std::string LabelColumns::name(Label label) const {
  const auto column = at(label).value_or(0);
  return names_[column].empty() ? "column " + std::to_string(column + 1) : "column '" + names_[column] + "'";
}

}  // namespace venloc
