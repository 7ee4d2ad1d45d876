// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "gallery/label_file.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "core/text_encoding.hpp"
#include "geo/coordinate_text.hpp"
#include "image/file.hpp"
#include "image/time_text.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

namespace fs = std::filesystem;

constexpr std::array<char, 3> kSeparators{',', ';', '\t'};

std::string name_of_separator(char separator) {
  return separator == ',' ? "commas" : separator == ';' ? "semicolons" : "tabs";
}

/// The text of a label file in UTF-8.
DecodedText text_of(const fs::path& file) {
  constexpr std::size_t kLargest = std::size_t{1} << 30;
  const auto bytes = read_file_bytes(file, kLargest);
  if (bytes.size() > kLargest)
    throw FormatError(file.string() + ": too large for a label file (over 1 GiB). Split it or check the path.");
  const std::string_view raw(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (raw.starts_with("PK\x03\x04") || raw.starts_with("\xD0\xCF\x11\xE0"))
    throw FormatError(file.string() +
                      ": this is a spreadsheet document, not text. Save it as CSV (in UTF-8) and use that file.");
  auto text = decode_text(raw);
  if (text.text.find('\0') != std::string::npos)
    throw FormatError(file.string() + ": this is not a text file. Save the labels as CSV in UTF-8.");
  return text;
}

/// Whether a row begins with latitude, longitude and a file.
bool is_plain_row(const CsvRow& row) {
  return row.fields.size() >= 3 && !row.fields[2].empty() && parse_coordinate(row.fields[0], Axis::kLatitude).degrees &&
         parse_coordinate(row.fields[1], Axis::kLongitude).degrees;
}

/// The row of column names, behind lines about the file; -1 when there is none. Throws as LabelColumns::of_header.
std::ptrdiff_t header_of(std::span<const CsvRow> rows, const std::string& file, std::optional<LabelColumns>& columns) {
  constexpr std::size_t kLookedAt = 10;
  constexpr std::size_t kSurely = 3;  // known names: nobody writes so many in a line about the file
  for (std::size_t i = 0; i < std::min(rows.size(), kLookedAt) && !is_plain_row(rows[i]); ++i) {
    if (i > 0 && LabelColumns::known(rows[i]) < kSurely) continue;
    columns = LabelColumns::of_header(rows[i], file + ":" + std::to_string(rows[i].line));
    if (columns) return static_cast<std::ptrdiff_t>(i);
  }
  return -1;
}

/// Whether no value of the row has a digit at its beginning: words, and no data with a mistake.
bool is_words(const CsvRow& row) {
  return std::ranges::none_of(row.fields, [](const std::string& field) {
    const auto at = field.find_first_not_of("+-(");
    return at != std::string::npos && field[at] >= '0' && field[at] <= '9';
  });
}

/// "sep=;", with which spreadsheets begin some files.
std::optional<char> take_declared_separator(std::string_view& text) {
  constexpr std::string_view kMark = "sep=";
  if (!text.starts_with(kMark) || text.size() < kMark.size() + 2) return std::nullopt;
  const char separator = text[kMark.size()];
  const char end = text[kMark.size() + 1];
  if (std::find(kSeparators.begin(), kSeparators.end(), separator) == kSeparators.end()) return std::nullopt;
  if (end != '\r' && end != '\n') return std::nullopt;
  text.remove_prefix(kMark.size() + 1);  // the line's end stays, so that lines are counted as in the file
  return separator;
}

char separator_of(std::string_view text) {
  constexpr std::size_t kLookedAt = 20;  // rows
  using Score = std::pair<std::size_t, std::size_t>;
  char best = ',';
  Score most{0, 0};
  for (const char separator : kSeparators) {
    const auto rows = parse_csv(text, separator, kLookedAt);
    if (rows.empty()) continue;
    const Score score{LabelColumns::known(rows.front()),
                      static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), is_plain_row))};
    if (score > most) {
      most = score;
      best = separator;
    }
  }
  return best;
}

/// Reads coordinates of a row with their problems in words.
class Coordinates {
 public:
  Coordinates(const CsvRow& row, const LabelColumns& columns) : row_(row), columns_(columns) {}

  [[nodiscard]] LatLng place() const {
    const bool is_apart = columns_.has(Label::kLat) && columns_.has(Label::kLng);
    LatLng place;
    if (is_apart && !(columns_.has(Label::kPosition) && columns_.text(row_, Label::kLat).empty()))
      place = {one(Axis::kLatitude, Label::kLat, Label::kLatRef), one(Axis::kLongitude, Label::kLng, Label::kLngRef)};
    else
      place = together();
    if (place.lat == 0.0 && place.lng == 0.0)
      throw BadRow{"(0, 0) is what devices write without a position: correct the place or delete the row"};
    return place;
  }

 private:
  [[nodiscard]] double one(Axis axis, Label label, Label reference) const {
    const auto text = columns_.text(row_, label);
    const auto parsed = parse_coordinate(text, axis, Comma::kDecimal, columns_.text(row_, reference));
    if (parsed.degrees) return *parsed.degrees;
    std::string reason = columns_.name(label) + ": " + venloc::name_of(axis) + " '" + text + "' ";
    if (text.empty()) throw BadRow{columns_.name(label) + ": the " + venloc::name_of(axis) + " is empty"};
    reason += parsed.problem;
    if (parsed.problem.starts_with("is not"))
      reason +=
          axis == Axis::kLatitude ? ": write it as 45.43713 or 45°26'13\"N" : ": write it as 12.33265 or 12°19'58\"E";
    else if (axis == Axis::kLatitude && parsed.problem.starts_with("is outside") &&
             parse_coordinate(text, Axis::kLongitude).degrees)
      reason += ": latitude and longitude may be exchanged";
    throw BadRow{reason};
  }

  [[nodiscard]] LatLng together() const {
    const auto text = columns_.text(row_, Label::kPosition);
    const auto place = parse_position(text);
    if (!place)
      throw BadRow{columns_.name(Label::kPosition) + ": '" + text +
                   "' is not a latitude and a longitude: write it as 45.43713, 12.33265"};
    return *place;
  }

  const CsvRow& row_;
  const LabelColumns& columns_;
};

/// The address of a picture at Flickr, …/<id>_<secret>.jpg or …/<id>_<secret>_<size>.jpg, in the size that is 240 px
/// long; empty when it has another form, or is of the large sizes, which have secrets of their own.
std::string flickr_thumbnail(const std::string& address) {
  const auto dot = address.rfind('.');
  const auto name = address.rfind('/') + 1;  // npos + 1 is 0
  if (dot == std::string::npos || dot < name) return {};
  const auto first = address.find('_', name);
  if (first >= dot) return {};
  const auto second = std::min(address.find('_', first + 1), dot);
  constexpr std::string_view kSizes = "sqtmnwzcb";
  if (second < dot && (dot - second != 2 || kSizes.find(address[second + 1]) == std::string_view::npos)) return {};
  return address.substr(0, second) + "_m" + address.substr(dot);
}

void add_flickr(Photo& photo, const std::string& number) {
  if (number.find_first_not_of("0123456789") != std::string::npos)
    throw BadRow{"flickr_photo_id '" + number + "' is not a whole number"};
  if (photo.id.empty()) photo.id = "flickr:" + number;
  if (photo.source.empty()) photo.source = "flickr";
  // Flickr's static addresses lead to the bare picture, without author and licence.
  const bool is_bare = photo.url.find("staticflickr.com/") != std::string::npos;
  if (is_bare && photo.thumbnail.empty()) photo.thumbnail = flickr_thumbnail(photo.url);
  if (is_bare || photo.url.empty()) photo.url = "https://www.flickr.com/photo.gne?id=" + number;
}

}  // namespace

LabelFile read_label_file(const fs::path& file) {
  const auto decoded = text_of(file);
  std::string_view text = decoded.text;
  LabelFile labels;
  labels.encoding = decoded.encoding;
  labels.encoding_assumed = decoded.assumed;
  labels.separator = take_declared_separator(text).value_or('\0');
  if (labels.separator == '\0') labels.separator = separator_of(text);
  labels.rows = parse_csv(text, labels.separator);
  if (labels.rows.empty()) throw FormatError(file.string() + ": the label file is empty. Add a line for each picture.");
  const auto& first = labels.rows.front();
  if (is_plain_row(first)) return labels;
  std::optional<LabelColumns> columns;
  if (const auto at = header_of(labels.rows, file.string(), columns); at >= 0) {
    labels.columns = std::move(*columns);
    labels.rows.erase(labels.rows.begin(), labels.rows.begin() + at + 1);
  } else if (is_words(first)) {
    // The order of the columns would be a guess.
    throw FormatError(file.string() + ":" + std::to_string(first.line) +
                      ": the first line has neither data nor known names of columns. Name the columns file, lat and "
                      "lng, with a separator that is a comma, a semicolon or a tab.");
  }
  return labels;
}

Photo photo_of(const CsvRow& row, const LabelFile& labels) {
  const auto& columns = labels.columns;
  if (row.open_quote) throw BadRow{"a quote is opened but not closed"};
  if (row.fields.size() != columns.count())
    throw BadRow{"it has " + std::to_string(row.fields.size()) + (row.fields.size() == 1 ? " value" : " values") +
                 " where " + std::to_string(columns.count()) + " are expected (separated by " +
                 name_of_separator(labels.separator) + "): separate and quote the values as in the first line"};
  Photo photo;
  photo.location = Coordinates(row, columns).place();
  photo.file = columns.text(row, Label::kFile);
  if (photo.file.empty() && columns.has(Label::kFileName))
    photo.file = fs::path(columns.text(row, Label::kFolder)) / columns.text(row, Label::kFileName);
  if (!photo.file.has_filename()) throw BadRow{"the file name is empty"};
  photo.id = columns.text(row, Label::kId);
  photo.source = columns.text(row, Label::kSource);
  photo.url = columns.text(row, Label::kUrl);
  photo.author = columns.text(row, Label::kAuthor);
  photo.licence = columns.text(row, Label::kLicence);
  photo.taken = columns.text(row, Label::kTaken);
  if (const auto time = iso_time(photo.taken)) photo.taken = *time;
  photo.thumbnail = columns.text(row, Label::kThumbnail);
  if (const auto number = columns.text(row, Label::kFlickrId); !number.empty()) add_flickr(photo, number);
  if (photo.id.empty()) photo.id = photo.file.generic_string();
  return photo;
}

}  // namespace venloc
