// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/number.hpp"
#include "core/parallel.hpp"
#include "core/utf8.hpp"
#include "gallery/csv.hpp"
#include "image/file.hpp"
#include "venloc/core/error.hpp"
#include "venloc/gallery/gallery.hpp"
#include "venloc/image/exif.hpp"
#include "venloc/image/image.hpp"

namespace venloc {
namespace {

namespace fs = std::filesystem;

struct BadRow {
  std::string reason;
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

std::string lower(std::string text) {
  for (auto& character : text) character = static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
  return text;
}

/// Where each value of a row is; empty when the file has no such column.
struct Columns {
  std::size_t count = 0;
  std::optional<std::size_t> lat, lng, file, id, source, url, author, licence, taken, thumbnail, flickr_photo_id;

  std::optional<std::size_t>* by_name(const std::string& name) {
    const std::array<std::pair<std::string_view, std::optional<std::size_t>*>, 15> known{
        {{"lat", &lat},
         {"latitude", &lat},
         {"lng", &lng},
         {"lon", &lng},
         {"longitude", &lng},
         {"file", &file},
         {"id", &id},
         {"source", &source},
         {"url", &url},
         {"author", &author},
         {"licence", &licence},
         {"license", &licence},
         {"taken", &taken},
         {"thumbnail", &thumbnail},
         {"flickr_photo_id", &flickr_photo_id}}};
    for (const auto& [known_name, column] : known)
      if (name == known_name) return column;
    return nullptr;
  }
};

/// Columns by the header; nothing when the first row is not a header but a photo of the plain form.
std::optional<Columns> header_columns(const CsvRow& first, const fs::path& labels) {
  Columns columns;
  columns.count = first.fields.size();
  bool any = false;
  std::string names;
  for (std::size_t i = 0; i < first.fields.size(); ++i) {
    const auto name = lower(first.fields[i]);
    names += (i == 0 ? "" : ", ") + first.fields[i];
    auto* column = columns.by_name(name);
    if (column == nullptr) continue;
    if (*column)
      throw FormatError(labels.string() + ":" + std::to_string(first.line) + ": two columns mean the same as '" + name +
                        "' (columns: " + names + "). Keep one of them.");
    *column = i;
    any = true;
  }
  if (!any) return std::nullopt;
  const auto require = [&](const std::optional<std::size_t>& column, const std::string& what) {
    if (!column)
      throw FormatError(labels.string() + ":" + std::to_string(first.line) + ": there is no column " + what +
                        " (columns: " + names + "). Add it, or rename the column with these values.");
  };
  require(columns.lat, "'lat' or 'latitude'");
  require(columns.lng, "'lng', 'lon' or 'longitude'");
  require(columns.file, "'file'");
  return columns;
}

double coordinate(const std::string& text, double largest, const std::string& what) {
  const std::optional<double> value = parse_number(text);
  if (!value) throw BadRow{what + " '" + text + "' is not a number"};
  if (std::abs(*value) > largest)
    throw BadRow{what + " " + text + " is outside -" + std::to_string(static_cast<int>(largest)) + " to " +
                 std::to_string(static_cast<int>(largest))};
  return *value;
}

Photo parse_photo(const CsvRow& row, const Columns& columns) {
  if (row.open_quote) throw BadRow{"a quote is opened but not closed"};
  if (row.fields.size() != columns.count)
    throw BadRow{"it has " + std::to_string(row.fields.size()) + " values where " + std::to_string(columns.count) +
                 " are expected"};
  const auto text = [&](const std::optional<std::size_t>& column) {
    return column ? row.fields[*column] : std::string();
  };
  Photo photo;
  photo.location.lat = coordinate(text(columns.lat), 90.0, "latitude");
  photo.location.lng = coordinate(text(columns.lng), 180.0, "longitude");
  photo.file = text(columns.file);
  photo.id = text(columns.id);
  photo.source = text(columns.source);
  photo.url = text(columns.url);
  photo.author = text(columns.author);
  photo.licence = text(columns.licence);
  photo.taken = text(columns.taken);
  photo.thumbnail = text(columns.thumbnail);
  if (photo.file.empty()) throw BadRow{"the file name is empty"};
  if (const auto number = text(columns.flickr_photo_id); !number.empty()) {
    if (number.find_first_not_of("0123456789") != std::string::npos)
      throw BadRow{"flickr_photo_id '" + number + "' is not a whole number"};
    if (photo.id.empty()) photo.id = "flickr:" + number;
    if (photo.source.empty()) photo.source = "flickr";
    // Flickr's static addresses lead to the bare picture, without author and licence.
    const bool is_bare = photo.url.find("staticflickr.com/") != std::string::npos;
    if (is_bare && photo.thumbnail.empty()) photo.thumbnail = flickr_thumbnail(photo.url);
    if (is_bare || photo.url.empty()) photo.url = "https://www.flickr.com/photo.gne?id=" + number;
  }
  if (photo.id.empty()) photo.id = photo.file.generic_string();
  return photo;
}

/// The part of an error message behind the file's name, which a GalleryProblem has in its own field.
std::string reason_of(const Error& error, const fs::path& file) {
  const std::string message = error.what();
  const auto name = file.string() + ": ";
  return message.starts_with(name) ? message.substr(name.size()) : message;
}

std::string describe(std::span<const GalleryProblem> problems) {
  constexpr std::size_t kShown = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(problems.size(), kShown); ++i) {
    text += "\n  " + problems[i].file.string();
    if (problems[i].line > 0) text += ":" + std::to_string(problems[i].line);
    text += ": " + problems[i].reason;
  }
  if (problems.size() > kShown) text += "\n  and " + std::to_string(problems.size() - kShown) + " more";
  return text;
}

/// The end of both readers.
void check_outcome(const fs::path& source, std::span<const Photo> photos, std::span<const GalleryProblem> problems,
                   bool strict) {
  if (strict && !problems.empty())
    throw FormatError(source.string() + ": " + std::to_string(problems.size()) +
                      (problems.size() == 1 ? " problem" : " problems") + " in strict reading:" + describe(problems));
  if (photos.empty()) throw FormatError(source.string() + ": it contains no usable photo." + describe(problems));
}

bool has_picture_name(const fs::path& file) {
  // Formats that venloc cannot read are listed too, so that such pictures are reported as left out.
  static const auto endings = [] {
    std::unordered_set<std::string> all;
    for (const auto& format : picture_formats()) all.insert(format.endings.begin(), format.endings.end());
    return all;
  }();
  return endings.contains(lower(file.extension().string()));
}

/// Names of the pictures in a folder and in those within it, relative to `top`; folders that cannot be opened are
/// problems. Links to folders are not followed.
void list_pictures(const fs::path& top, const fs::path& folder, std::vector<std::string>& names,
                   std::vector<GalleryProblem>& closed) {
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error) {
    closed.push_back({folder, 0, "the folder cannot be opened: " + error.message()});
    return;
  }
  for (const auto& entry : entries) {
    if (entry.is_directory() && !entry.is_symlink())
      list_pictures(top, entry.path(), names, closed);
    else if (has_picture_name(entry.path()) && entry.is_regular_file())
      names.push_back(entry.path().lexically_relative(top).generic_string());
  }
}

/// What became of a row of a label file.
struct RowOutcome {
  std::optional<Photo> photo;
  std::string reason;
  bool picture_is_bad = false;  // the problem is the picture's, not the row's
  fs::path file;
};

}  // namespace

Gallery Gallery::from_label_file(const fs::path& labels, const fs::path& images, const GalleryOptions& options,
                                 const ProgressCallback& progress) {
  constexpr std::size_t kLargest = std::size_t{1} << 30;
  const auto bytes = read_file_bytes(labels, kLargest);
  if (bytes.size() > kLargest)
    throw FormatError(labels.string() + ": too large for a label file (over 1 GiB). Split it or check the path.");
  if (!images.empty() && !fs::is_directory(images))
    throw FileNotFoundError(images.string() + ": there is no such folder of pictures. Check the path.");
  const auto rows = parse_csv({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (rows.empty()) throw FormatError(labels.string() + ": the label file is empty. Add a line for each picture.");

  const auto header = header_columns(rows.front(), labels);
  const std::size_t first_photo = header ? 1 : 0;
  Columns plain;
  plain.count = 3;
  plain.lat = 0;
  plain.lng = 1;
  plain.file = 2;
  const auto& columns = header ? *header : plain;

  const auto folder = images.empty() ? labels.parent_path() : images;
  const auto resolved = [&](const fs::path& file) {
    std::error_code ignored;  // a name that cannot even be looked up is reported when it is opened
    auto direct = folder / file;
    if (!images.empty() || fs::exists(direct, ignored)) return direct;
    auto inside = folder / "images" / file;
    return fs::exists(inside, ignored) ? inside : direct;
  };

  std::vector<RowOutcome> outcomes(rows.size() - first_photo);
  parallel_for(
      outcomes.size(), options.num_threads,
      [&](std::size_t i) {
        auto& outcome = outcomes[i];
        try {
          auto photo = parse_photo(rows[i + first_photo], columns);
          photo.file = resolved(photo.file);
          outcome.file = photo.file;
          if (options.check_pictures) probe_image(photo.file, options.pictures);
          outcome.photo = std::move(photo);
        } catch (const BadRow& bad) {
          outcome.reason = bad.reason;
        } catch (const Error& error) {
          outcome.reason = reason_of(error, outcome.file);
          outcome.picture_is_bad = true;
        }
      },
      "pictures", progress);

  Gallery result;
  result.image_options_ = options.pictures;
  std::unordered_map<std::string, std::size_t> line_of_id;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    auto& outcome = outcomes[i];
    const auto line = rows[i + first_photo].line;
    if (!outcome.photo) {
      if (outcome.picture_is_bad) outcome.reason = "picture " + outcome.file.string() + ": " + outcome.reason;
      result.problems_.push_back({labels, line, outcome.reason});
    } else if (const auto [entry, is_new] = line_of_id.emplace(outcome.photo->id, line); !is_new) {
      result.problems_.push_back(
          {labels, line, "id '" + outcome.photo->id + "' is already on line " + std::to_string(entry->second)});
    } else {
      result.photos_.push_back(std::move(*outcome.photo));
    }
  }
  check_outcome(labels, result.photos_, result.problems_, options.strict);
  return result;
}

Gallery Gallery::from_folder(const fs::path& folder, const GalleryOptions& options, const ProgressCallback& progress) {
  if (!fs::is_directory(folder))
    throw FileNotFoundError(folder.string() + ": there is no such folder. Check the path.");
  for (const auto* name : {"labels.csv", "photos.csv", "label.txt"})
    if (fs::is_regular_file(folder / name)) return from_label_file(folder / name, {}, options, progress);

  std::vector<std::string> names;
  std::vector<GalleryProblem> closed;
  try {
    list_pictures(folder, folder, names, closed);
  } catch (const fs::filesystem_error& error) {
    throw IoError(folder.string() + ": cannot be searched: " + error.code().message());
  }
  std::sort(names.begin(), names.end());
  if (names.empty() && closed.empty())
    throw FormatError(folder.string() +
                      ": there is neither a picture nor a label file (labels.csv, photos.csv, label.txt) in it.");

  struct Outcome {
    std::optional<Photo> photo;
    std::string reason;
  };
  std::vector<Outcome> outcomes(names.size());
  parallel_for(
      names.size(), options.num_threads,
      [&](std::size_t i) {
        const auto file = folder / names[i];
        try {
          if (options.check_pictures) probe_image(file, options.pictures);
          const auto exif = read_exif(file);
          if (!exif.position) {
            outcomes[i].reason = "no position: " + exif.position_problem;
            return;
          }
          Photo photo;
          photo.id = valid_utf8(names[i]);
          photo.file = file;
          photo.location = *exif.position;
          photo.taken = exif.taken.value_or("");
          outcomes[i].photo = std::move(photo);
        } catch (const Error& error) {
          outcomes[i].reason = reason_of(error, file);
        }
      },
      "pictures", progress);

  Gallery result;
  result.image_options_ = options.pictures;
  result.problems_ = std::move(closed);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (outcomes[i].photo)
      result.photos_.push_back(std::move(*outcomes[i].photo));
    else
      result.problems_.push_back({folder / names[i], 0, outcomes[i].reason});
  }
  check_outcome(folder, result.photos_, result.problems_, options.strict);
  return result;
}

}  // namespace venloc
