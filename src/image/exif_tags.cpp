// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/text_encoding.hpp"
#include "geo/coordinate_text.hpp"
#include "image/metadata_parts.hpp"
#include "image/tiff_directory.hpp"
#include "image/time_text.hpp"

namespace venloc::metadata {
namespace {

using container::CutShort;
using container::TiffDirectory;
using container::TiffEntry;
using container::TiffReader;

/// Why a position cannot be used.
struct Unusable {
  std::string reason;
};

// Tags of EXIF 2.32 and of Windows Explorer.
enum Tag : std::uint32_t {
  kDescription = 0x010E,
  kMake = 0x010F,
  kModel = 0x0110,
  kOrientation = 0x0112,
  kDateTime = 0x0132,
  kArtist = 0x013B,
  kCopyright = 0x8298,
  kExifDirectory = 0x8769,
  kGpsDirectory = 0x8825,
  kOriginalTime = 0x9003,
  kDigitizedTime = 0x9004,
  kOffset = 0x9010,
  kOriginalOffset = 0x9011,
  kDigitizedOffset = 0x9012,
  kUserComment = 0x9286,
  kFraction = 0x9290,
  kOriginalFraction = 0x9291,
  kDigitizedFraction = 0x9292,
  kXpTitle = 0x9C9B,
  kXpComment = 0x9C9C,
  kXpAuthor = 0x9C9D,
  kXpKeywords = 0x9C9E,
};
enum GpsTag : std::uint32_t {
  kLatitudeRef = 1,
  kLatitude = 2,
  kLongitudeRef = 3,
  kLongitude = 4,
  kStatus = 9,
  kMapDatum = 18,
  kProcessingMethod = 27,
  kPositioningError = 31,
};

/// Types of TIFF 6.0.
enum Type : std::uint32_t {
  kAscii = 2,
  kRational = 5,
  kUndefined = 7,
  kSignedRational = 10,
  kFloat = 11,
  kDouble = 12
};

struct Number {
  double numerator = 0.0;
  double denominator = 1.0;
};

/// One directory with the conversions of its values. What is damaged counts as missing.
class Tags {
 public:
  Tags(const TiffReader& reader, std::size_t offset) : reader_(reader) {
    try {
      directory_ = reader.directory(offset);
    } catch (const CutShort&) {
      directory_ = {};
    }
  }

  [[nodiscard]] bool empty() const { return directory_.entries.empty(); }
  [[nodiscard]] const TiffEntry* find(std::uint32_t tag) const { return directory_.find(tag); }

  [[nodiscard]] std::string_view bytes(std::uint32_t tag) const {
    const auto* entry = find(tag);
    if (entry == nullptr || !reader_.bytes().has(entry->value_offset, entry->value_size)) return {};
    const auto value = reader_.value(*entry);
    return {reinterpret_cast<const char*>(value.data()), value.size()};
  }

  [[nodiscard]] std::string text(std::uint32_t tag) const { return clean_text(bytes(tag)); }

  /// A tag of Windows Explorer: UTF-16, whatever the order of the file.
  [[nodiscard]] std::string wide_text(std::uint32_t tag) const { return clean_text(utf8_of_utf16(bytes(tag), true)); }

  /// A text behind the eight bytes that name its encoding.
  [[nodiscard]] std::string marked_text(std::uint32_t tag) const {
    using namespace std::string_view_literals;
    auto text = bytes(tag);
    const auto* entry = find(tag);
    constexpr std::size_t kMark = 8;
    if (entry == nullptr || entry->type == kAscii || text.size() < kMark) return clean_text(text);
    if (text.starts_with("UNICODE\0"sv)) {
      text.remove_prefix(kMark);
      const bool marked = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
      return clean_text(marked ? decode_text(text).text : utf8_of_utf16(text, reader_.little_endian()));
    }
    if (text.starts_with("ASCII\0\0\0"sv) || text.starts_with("\0\0\0\0\0\0\0\0"sv) ||
        text.starts_with("JIS\0\0\0\0\0"sv))
      text.remove_prefix(kMark);
    return clean_text(text);
  }

  [[nodiscard]] std::optional<std::uint64_t> integer(std::uint32_t tag) const {
    const auto* entry = find(tag);
    if (entry == nullptr) return std::nullopt;
    try {
      return reader_.number(*entry);
    } catch (const CutShort&) {
      return std::nullopt;
    }
  }

  /// Up to three numbers of any type but texts.
  [[nodiscard]] std::vector<Number> numbers(const TiffEntry& entry) const {
    std::vector<Number> out;
    const auto& bytes = reader_.bytes();
    try {
      for (std::size_t i = 0; i < std::min<std::size_t>(entry.count, 3); ++i) {
        const auto at = entry.value_offset + 8 * i;
        if (entry.type == kRational)
          out.push_back({static_cast<double>(bytes.u32(at)), static_cast<double>(bytes.u32(at + 4))});
        else if (entry.type == kSignedRational)
          out.push_back({static_cast<double>(static_cast<std::int32_t>(bytes.u32(at))),
                         static_cast<double>(static_cast<std::int32_t>(bytes.u32(at + 4)))});
        else if (entry.type == kDouble)
          out.push_back({std::bit_cast<double>(bytes.u64(at)), 1.0});
        else if (entry.type == kFloat)
          out.push_back({std::bit_cast<float>(bytes.u32(entry.value_offset + 4 * i)), 1.0});
        else
          out.push_back({static_cast<double>(static_cast<std::int64_t>(reader_.number(entry, i))), 1.0});
      }
    } catch (const CutShort&) {
      out.clear();
    }
    return out;
  }

  /// Offset of the directory that a tag points to.
  [[nodiscard]] std::optional<std::size_t> pointer(std::uint32_t tag) const {
    const auto offset = integer(tag);
    return offset && *offset > 0 ? std::optional<std::size_t>(*offset) : std::nullopt;
  }

 private:
  const TiffReader& reader_;
  TiffDirectory directory_;
};

struct Angle {
  double degrees = 0.0;
  bool has_hemisphere = false;
};

/// Degrees from up to three numbers: degrees, minutes, seconds. Each may have decimals; 0/0 in minutes or seconds means
/// "not given".
double angle_of(const std::vector<Number>& numbers, const std::string& what) {
  constexpr std::array<double, 3> kUnits{1.0, 60.0, 3600.0};
  constexpr std::array<const char*, 3> kNames{"degrees", "minutes", "seconds"};
  double degrees = 0.0;
  bool negative = false;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto [numerator, denominator] = numbers[i];
    if (denominator == 0.0) {
      if (i > 0 && numerator == 0.0) continue;
      throw Unusable{what + " " + std::to_string(static_cast<std::int64_t>(numerator)) + "/0"};
    }
    double value = numerator / denominator;
    if (i == 0) negative = value < 0.0;
    if (negative) value = -value;
    if (!(value >= 0.0) || !std::isfinite(value) || (i > 0 && value > 60.0))
      throw Unusable{what + " with impossible " + kNames[i] + " " + std::to_string(numerator / denominator)};
    degrees += value / kUnits[i];
  }
  return negative ? -degrees : degrees;
}

/// A coordinate with its hemisphere. Without one it is taken as north or east unless it is negative.
Angle coordinate(const Tags& tags, Axis axis, std::uint32_t tag, std::uint32_t reference_tag) {
  const auto what = name_of(axis);
  const auto* entry = tags.find(tag);
  if (entry == nullptr) throw Unusable{"no GPS " + what};
  const auto reference = tags.text(reference_tag);
  if (entry->type == kAscii) {
    const auto text = tags.text(tag);
    const auto parsed = parse_coordinate(text, axis, Comma::kBetweenUnits, reference);
    if (!parsed.degrees) throw Unusable{what + " '" + text + "' " + parsed.problem};
    return {*parsed.degrees, parsed.has_hemisphere};
  }
  const auto numbers = entry->type == kUndefined ? std::vector<Number>() : tags.numbers(*entry);
  if (numbers.empty()) throw Unusable{what + " is not stored as degrees"};
  const double degrees = angle_of(numbers, what);
  if (reference.empty()) return {degrees, degrees < 0.0};
  const auto hemisphere = parse_coordinate("1", axis, Comma::kDecimal, reference);
  if (!hemisphere.degrees) throw Unusable{what + " " + hemisphere.problem + " ('" + reference + "')"};
  if (degrees < 0.0 && *hemisphere.degrees > 0.0) throw Unusable{what + " is negative, but marked '" + reference + "'"};
  return {std::copysign(degrees, *hemisphere.degrees), true};
}

/// The position in a GPS directory, with its doubts.
Metadata read_gps(const Tags& tags) {
  auto found = nothing();
  if (tags.find(kLatitude) == nullptr && tags.find(kLongitude) == nullptr) return found;
  try {
    const auto lat = coordinate(tags, Axis::kLatitude, kLatitude, kLatitudeRef);
    const auto lng = coordinate(tags, Axis::kLongitude, kLongitude, kLongitudeRef);
    set_position(found, {lat.degrees, lng.degrees});
    if (!found.position) return found;
    found.position_source = "EXIF";
    add_doubt(found.position_doubt, doubt_of_status(tags.text(kStatus)));
    if (const auto* entry = tags.find(kPositioningError)) {
      const auto error = tags.numbers(*entry);
      if (!error.empty() && error[0].denominator != 0.0) {
        const double error_m = error[0].numerator / error[0].denominator;
        if (std::isfinite(error_m) && error_m > 0.0) found.position_error_m = error_m;
      }
    }
    if (found.position_error_m) add_doubt(found.position_doubt, doubt_of_error(*found.position_error_m));
    add_doubt(found.position_doubt, doubt_of_method(tags.marked_text(kProcessingMethod)));
    add_doubt(found.position_doubt, doubt_of_datum(tags.text(kMapDatum)));
    if (!lat.has_hemisphere) add_doubt(found.position_doubt, "latitude without N or S, taken as north");
    if (!lng.has_hemisphere) add_doubt(found.position_doubt, "longitude without E or W, taken as east");
  } catch (const Unusable& problem) {
    found.position_problem = problem.reason;
  }
  return found;
}

std::optional<std::string> time_of(const Tags& time, std::uint32_t tag, const Tags& exif, std::uint32_t fraction,
                                   std::uint32_t offset) {
  return iso_time(time.bytes(tag), exif.text(fraction), exif.text(offset));
}

std::vector<std::string> parted(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(';', begin), text.size());
    auto word = clean_text(std::string_view(text).substr(begin, end - begin));
    if (!word.empty() && std::find(out.begin(), out.end(), word) == out.end()) out.push_back(std::move(word));
    begin = end + 1;
  }
  return out;
}

/// Everything but the position, from a main directory and its EXIF directory.
Metadata read_main(const Tags& main, const Tags& exif) {
  Metadata found;
  const auto orientation = main.integer(kOrientation).value_or(0);
  found.orientation = orientation <= 8 ? static_cast<int>(orientation) : 0;
  found.taken = time_of(exif, kOriginalTime, exif, kOriginalFraction, kOriginalOffset);
  if (!found.taken) found.taken = time_of(exif, kDigitizedTime, exif, kDigitizedFraction, kDigitizedOffset);
  if (!found.taken) found.taken = time_of(main, kDateTime, exif, kFraction, kOffset);
  found.title = main.wide_text(kXpTitle);
  for (auto text : {main.text(kDescription), main.wide_text(kXpComment), exif.marked_text(kUserComment)})
    if (found.description.empty()) found.description = std::move(text);
  found.keywords = parted(main.wide_text(kXpKeywords));
  found.camera = camera_name(main.text(kMake), main.text(kModel));
  found.author = main.text(kArtist);
  if (found.author.empty()) found.author = main.wide_text(kXpAuthor);
  found.copyright = main.text(kCopyright);
  return found;
}

}  // namespace

Metadata read_exif(std::span<const std::byte> block) {
  auto found = nothing();
  if (!container::is_tiff(block)) return found;
  try {
    const TiffReader reader(block);
    constexpr std::size_t kMostDirectories = 32;
    bool first = true;
    for (const auto offset : reader.all_directories(kMostDirectories)) {
      const Tags main(reader, offset);
      const Tags exif(reader, main.pointer(kExifDirectory).value_or(block.size()));
      // Texts and orientation of further directories are those of previews and other pages.
      if (first) add(found, read_main(main, exif));
      first = false;
      for (const auto* tags : {&main, &exif})
        if (const auto gps = tags->pointer(kGpsDirectory)) add(found, read_gps(Tags(reader, *gps)));
    }
  } catch (const CutShort&) {
    return found;
  }
  return found;
}

}  // namespace venloc::metadata
