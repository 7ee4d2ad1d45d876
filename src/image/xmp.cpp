// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "core/number.hpp"
#include "geo/coordinate_text.hpp"
#include "image/metadata_parts.hpp"
#include "image/time_text.hpp"
#include "image/xmp_properties.hpp"

namespace venloc::metadata {
namespace {

const std::string kExif = "http://ns.adobe.com/exif/1.0/|";
const std::string kTiff = "http://ns.adobe.com/tiff/1.0/|";
const std::string kBasic = "http://ns.adobe.com/xap/1.0/|";
const std::string kDublinCore = "http://purl.org/dc/elements/1.1/|";
const std::string kPhotoshop = "http://ns.adobe.com/photoshop/1.0/|";
const std::string kIptc = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/|";

class Properties {
 public:
  explicit Properties(std::vector<XmpValue> values) : values_(std::move(values)) {}

  /// The first value with this path, of this item of a list when one is given.
  [[nodiscard]] std::string text(const std::string& path, std::optional<std::size_t> item = {}) const {
    for (const auto& value : values_)
      if (value.path == path && (!item || value.item == *item)) return value.text;
    return {};
  }
  /// Of alternatives in several languages the default.
  [[nodiscard]] std::string default_text(const std::string& path) const {
    for (const auto& value : values_)
      if (value.path == path && value.language == "x-default") return value.text;
    return text(path);
  }
  [[nodiscard]] std::vector<std::string> texts(const std::string& path) const {
    std::vector<std::string> out;
    for (const auto& value : values_)
      if (value.path == path && std::ranges::find(out, value.text) == out.end()) out.push_back(value.text);
    return out;
  }
  /// The number of items of a list of structures.
  [[nodiscard]] std::size_t items(const std::string& path) const {
    std::size_t count = 0;
    for (const auto& value : values_)
      if (value.path.starts_with(path + " ")) count = std::max(count, value.item + 1);
    return count;
  }

 private:
  std::vector<XmpValue> values_;
};

/// A number as XMP writes it: "15", "15.5" or "155/10".
std::optional<double> number_of(const std::string& text) {
  const auto slash = text.find('/');
  const auto numerator = parse_number(text.substr(0, slash));
  if (!numerator || slash == std::string::npos) return numerator;
  const auto denominator = parse_number(text.substr(slash + 1));
  if (!denominator || *denominator == 0.0) return std::nullopt;
  return *numerator / *denominator;
}

std::optional<double> coordinate(const Properties& properties, const std::string& prefix, Axis axis,
                                 std::optional<std::size_t> item, Metadata& found) {
  const std::string name = axis == Axis::kLatitude ? "GPSLatitude" : "GPSLongitude";
  const auto text = properties.text(prefix + kExif + name, item);
  if (text.empty()) {
    found.position_problem = "no GPS " + name_of(axis);
    return std::nullopt;
  }
  const auto reference = properties.text(prefix + kExif + name + "Ref", item);
  const auto parsed = parse_coordinate(text, axis, Comma::kBetweenUnits, reference);
  if (!parsed.degrees) found.position_problem = name_of(axis) + " '" + text + "' " + parsed.problem;
  return parsed.degrees;
}

/// The position whose properties begin with `prefix`; nothing where there is none.
Metadata position_at(const Properties& properties, const std::string& prefix, std::optional<std::size_t> item) {
  auto found = nothing();
  const auto text = [&](const char* name) { return properties.text(prefix + kExif + name, item); };
  if (text("GPSLatitude").empty() && text("GPSLongitude").empty()) return found;
  const auto lat = coordinate(properties, prefix, Axis::kLatitude, item, found);
  if (!lat) return found;
  const auto lng = coordinate(properties, prefix, Axis::kLongitude, item, found);
  if (!lng) return found;
  set_position(found, {*lat, *lng});
  if (!found.position) return found;
  found.position_source = "XMP";
  if (const auto error_m = number_of(text("GPSHPositioningError")); error_m && *error_m > 0.0) {
    found.position_error_m = error_m;
    add_doubt(found.position_doubt, doubt_of_error(*error_m));
  }
  add_doubt(found.position_doubt, doubt_of_status(text("GPSStatus")));
  add_doubt(found.position_doubt, doubt_of_method(text("GPSProcessingMethod")));
  add_doubt(found.position_doubt, doubt_of_datum(text("GPSMapDatum")));
  return found;
}

/// The position of IPTC's extension: where the picture was made, or else what it shows.
Metadata iptc_position(const Properties& properties) {
  auto found = nothing();
  for (const auto* list : {"LocationCreated", "LocationShown"}) {
    const auto prefix = kIptc + list;
    for (std::size_t item = 0; item < properties.items(prefix) && !found.position; ++item) {
      auto one = position_at(properties, prefix + " ", item);
      if (list == std::string("LocationShown"))
        add_doubt(one.position_doubt, "the position is that of the place shown");
      add(found, one);
    }
  }
  return found;
}

}  // namespace

Metadata read_xmp(std::string_view packet) {
  const Properties properties(xmp_values(packet));
  auto found = position_at(properties, "", std::nullopt);
  add(found, iptc_position(properties));
  const auto orientation = properties.text(kTiff + "Orientation");
  if (orientation.size() == 1 && orientation[0] >= '1' && orientation[0] <= '8')
    found.orientation = orientation[0] - '0';
  const auto fraction = properties.text(kExif + "SubSecTimeOriginal");
  for (const auto& name :
       {kExif + "DateTimeOriginal", kPhotoshop + "DateCreated", kExif + "DateTimeDigitized", kBasic + "CreateDate"})
    if (!found.taken) found.taken = iso_time(properties.text(name), fraction);
  const auto first = [&](std::string& to, std::initializer_list<std::string> paths) {
    for (const auto& path : paths)
      if (to.empty()) to = properties.default_text(path);
  };
  first(found.title, {kDublinCore + "title", kPhotoshop + "Headline"});
  first(found.description, {kDublinCore + "description", kExif + "UserComment"});
  first(found.author, {kDublinCore + "creator", kTiff + "Artist"});
  first(found.copyright, {kDublinCore + "rights", kTiff + "Copyright"});
  found.keywords = properties.texts(kDublinCore + "subject");
  found.camera = camera_name(properties.text(kTiff + "Make"), properties.text(kTiff + "Model"));
  return found;
}

}  // namespace venloc::metadata
