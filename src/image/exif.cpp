// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/image/exif.hpp"

#include <libexif/exif-data.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "image/container.hpp"
#include "image/file.hpp"

namespace venloc {
namespace {

/// Why a position cannot be used, as a text for the report.
struct Unusable {
  std::string reason;
};

struct Unref {
  void operator()(ExifData* data) const { exif_data_unref(data); }
};
using Tags = std::unique_ptr<ExifData, Unref>;

ExifEntry* find_entry(const Tags& tags, ExifIfd ifd, int tag) {
  return exif_content_get_entry(tags->ifd[ifd], static_cast<ExifTag>(tag));
}

Tags parse(const std::vector<std::uint8_t>& block) {
  constexpr std::size_t kLargest = 0xFFF0;  // libexif reads no more than the 64 kB that a JPEG segment can hold
  std::vector<std::uint8_t> data{'E', 'x', 'i', 'f', 0, 0};
  data.insert(data.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(std::min(block.size(), kLargest)));
  Tags tags(exif_data_new());
  exif_data_unset_option(tags.get(), EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);  // read what is there, repair nothing
  exif_data_load_data(tags.get(), data.data(), static_cast<unsigned int>(data.size()));
  return tags;
}

int orientation_of(const Tags& tags) {
  const auto* entry = find_entry(tags, EXIF_IFD_0, EXIF_TAG_ORIENTATION);
  if (entry == nullptr || entry->format != EXIF_FORMAT_SHORT || entry->size < 2) return 1;
  const int value = exif_get_short(entry->data, exif_data_get_byte_order(tags.get()));
  return value >= 1 && value <= 8 ? value : 1;
}

std::string ascii(const ExifEntry* entry) {
  if (entry == nullptr || entry->format != EXIF_FORMAT_ASCII || entry->data == nullptr) return {};
  std::string text(reinterpret_cast<const char*>(entry->data), entry->size);
  return text.substr(0, text.find('\0'));
}

/// Degrees from up to three rationals: degrees, minutes, seconds. Each may have decimals; 0/0 in minutes or seconds
/// means "not given".
double angle(const Tags& tags, int tag, const std::string& what) {
  const auto* entry = find_entry(tags, EXIF_IFD_GPS, tag);
  if (entry == nullptr) throw Unusable{"no GPS " + what};
  if ((entry->format != EXIF_FORMAT_RATIONAL && entry->format != EXIF_FORMAT_SRATIONAL) || entry->components == 0 ||
      entry->size < 8)
    throw Unusable{what + " is not stored as degrees"};
  const auto order = exif_data_get_byte_order(tags.get());
  constexpr std::array<double, 3> kUnits{1.0, 60.0, 3600.0};
  constexpr std::array<const char*, 3> kNames{"degrees", "minutes", "seconds"};
  double degrees = 0.0;
  for (unsigned int i = 0; i < 3 && 8 * (i + 1) <= entry->size; ++i) {
    double numerator = 0.0;
    double denominator = 0.0;
    if (entry->format == EXIF_FORMAT_RATIONAL) {
      const auto value = exif_get_rational(entry->data + 8 * i, order);
      numerator = value.numerator;
      denominator = value.denominator;
    } else {
      const auto value = exif_get_srational(entry->data + 8 * i, order);
      numerator = value.numerator;
      denominator = value.denominator;
    }
    if (denominator == 0.0) {
      if (i > 0 && numerator == 0.0) continue;
      throw Unusable{what + " " + std::to_string(static_cast<std::int64_t>(numerator)) + "/0"};
    }
    const double value = numerator / denominator;
    if (value < 0.0 || (i > 0 && value > 60.0))
      throw Unusable{what + " with impossible " + kNames[i] + " " + std::to_string(value)};
    degrees += value / kUnits[i];
  }
  return degrees;
}

/// +1 or -1 from the hemisphere's letter.
double sign(const Tags& tags, int tag, char positive, char negative, const std::string& what) {
  const auto reference = ascii(find_entry(tags, EXIF_IFD_GPS, tag));
  if (!reference.empty() && (reference[0] == positive || reference[0] == positive + 32)) return 1.0;
  if (!reference.empty() && (reference[0] == negative || reference[0] == negative + 32)) return -1.0;
  throw Unusable{what + " is marked neither " + positive + " nor " + negative};
}

LatLng position_of(const Tags& tags) {
  if (tags->ifd[EXIF_IFD_GPS]->count == 0) throw Unusable{"no GPS tags"};
  LatLng place{angle(tags, EXIF_TAG_GPS_LATITUDE, "latitude"), angle(tags, EXIF_TAG_GPS_LONGITUDE, "longitude")};
  if (place.lat == 0.0 && place.lng == 0.0) throw Unusable{"(0, 0), which cameras write without a fix"};
  place.lat *= sign(tags, EXIF_TAG_GPS_LATITUDE_REF, 'N', 'S', "latitude");
  place.lng *= sign(tags, EXIF_TAG_GPS_LONGITUDE_REF, 'E', 'W', "longitude");
  if (std::abs(place.lat) > 90.0) throw Unusable{"impossible latitude " + std::to_string(place.lat)};
  if (std::abs(place.lng) > 180.0) throw Unusable{"impossible longitude " + std::to_string(place.lng)};
  return place;
}

int days_in(int month, int year) {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/// "2019:07:14 18:03:22" as ISO 8601.
std::optional<std::string> iso_time(const std::string& text) {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (std::sscanf(text.c_str(), "%4d%*1[:-]%2d%*1[:-]%2d%*1[ T]%2d:%2d:%2d", &year, &month, &day, &hour, &minute,
                  &second) != 6)
    return std::nullopt;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in(month, year) || hour < 0 || hour > 23 ||
      minute < 0 || minute > 59 || second < 0 || second > 60)
    return std::nullopt;
  std::array<char, 80> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day, hour, minute, second);
  return std::string(buffer.data());
}

}  // namespace

Exif read_exif(std::span<const std::byte> encoded) {
  Exif exif;
  const auto block = container::exif_block(encoded);
  if (block.empty()) {
    exif.position_problem = "no EXIF tags";
    return exif;
  }
  const auto tags = parse(block);
  exif.orientation = orientation_of(tags);
  try {
    exif.position = position_of(tags);
  } catch (const Unusable& problem) {
    exif.position_problem = problem.reason;
  }
  for (const auto& [ifd, tag] :
       {std::pair{EXIF_IFD_EXIF, EXIF_TAG_DATE_TIME_ORIGINAL}, std::pair{EXIF_IFD_EXIF, EXIF_TAG_DATE_TIME_DIGITIZED},
        std::pair{EXIF_IFD_0, EXIF_TAG_DATE_TIME}}) {
    exif.taken = iso_time(ascii(find_entry(tags, ifd, tag)));
    if (exif.taken) break;
  }
  return exif;
}

Exif read_exif(const std::filesystem::path& file) {
  // Tags may be anywhere in a TIFF or WebP.
  return read_exif(FileBytes(file, ImageOptions().max_bytes).bytes());
}

}  // namespace venloc
