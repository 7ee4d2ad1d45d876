// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/parallel.hpp"
#include "core/utf8.hpp"
#include "gallery/label_file.hpp"
#include "venloc/core/error.hpp"
#include "venloc/gallery/gallery.hpp"
#include "venloc/image/image.hpp"
#include "venloc/image/metadata.hpp"

namespace venloc {
namespace {

namespace fs = std::filesystem;

std::string lower(std::string text) {
  for (auto& character : text) character = static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
  return text;
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

/// Finds the pictures of a label file.
class PictureFinder {
 public:
  /// `with_subfolder`: pictures may also be in the subfolder "images".
  PictureFinder(fs::path folder, bool with_subfolder) : folder_(std::move(folder)), with_subfolder_(with_subfolder) {}

  /// The first of these that exists: the file as written; without its first folders, because exported paths begin at
  /// another folder or computer; the file as written, which is then reported as absent.
  /// `shortened` becomes true in the second case.
  [[nodiscard]] fs::path find(const fs::path& file, bool& shortened) const {
    if (auto found = exists(file)) return *found;
    auto written = file.generic_string();
    if (written.find('/') == std::string::npos) std::replace(written.begin(), written.end(), '\\', '/');
    for (auto at = written.find('/'); at != std::string::npos; at = written.find('/', at + 1))
      if (auto found = exists(written.substr(at + 1))) {
        shortened = true;
        return *found;
      }
    return folder_ / file;
  }

 private:
  [[nodiscard]] std::optional<fs::path> exists(const fs::path& file) const {
    std::error_code ignored;  // a name that cannot even be looked up is reported when it is opened
    if (fs::exists(folder_ / file, ignored)) return folder_ / file;
    if (with_subfolder_ && fs::exists(folder_ / "images" / file, ignored)) return folder_ / "images" / file;
    return std::nullopt;
  }

  fs::path folder_;
  bool with_subfolder_;
};

/// What became of a row of a label file.
struct RowOutcome {
  std::optional<Photo> photo;
  std::string reason;
  bool picture_is_bad = false;  // the problem is the picture's, not the row's
  bool shortened = false;       // the file was found without the first folders of its name
  fs::path file;
};

/// Rows whose names differ in their folders only, and for which there is one file: it is not known of which row it is.
void refuse_shared_pictures(std::vector<RowOutcome>& outcomes, std::span<const CsvRow> rows) {
  std::map<fs::path, std::vector<std::size_t>> rows_of;
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    if (outcomes[i].photo) rows_of[outcomes[i].file].push_back(i);
  for (const auto& [file, found] : rows_of) {
    if (found.size() < 2 || std::ranges::none_of(found, [&](std::size_t i) { return outcomes[i].shortened; })) continue;
    for (const auto i : found) {
      const auto other = rows[i == found.front() ? found[1] : found.front()].line;
      outcomes[i].photo.reset();
      outcomes[i].reason = "picture " + file.string() + " may be that of line " + std::to_string(other) +
                           ", too, whose folder is another one: put the pictures into these folders";
    }
  }
}

}  // namespace

Gallery Gallery::from_label_file(const fs::path& labels, const fs::path& images, const GalleryOptions& options,
                                 const ProgressCallback& progress) {
  if (!images.empty() && !fs::is_directory(images))
    throw FileNotFoundError(images.string() + ": there is no such folder of pictures. Check the path.");
  const auto table = read_label_file(labels);
  const auto& rows = table.rows;
  const PictureFinder finder(images.empty() ? labels.parent_path() : images, images.empty());

  std::vector<RowOutcome> outcomes(rows.size());
  parallel_for(
      outcomes.size(), options.num_threads,
      [&](std::size_t i) {
        auto& outcome = outcomes[i];
        try {
          auto photo = photo_of(rows[i], table);
          photo.file = finder.find(photo.file, outcome.shortened);
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

  refuse_shared_pictures(outcomes, rows);
  Gallery result;
  result.image_options_ = options.pictures;
  std::unordered_map<std::string, std::size_t> line_of_id;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    auto& outcome = outcomes[i];
    const auto line = rows[i].line;
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
  if (table.encoding_assumed)
    result.doubts_.push_back({labels, 0,
                              "the encoding is not stored and not UTF-8: read as " + table.encoding +
                                  "; save the file as UTF-8 if letters with accents are wrong"});
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
    std::string reason;  // why there is no photo, or a doubt about its place
  };
  std::vector<Outcome> outcomes(names.size());
  parallel_for(
      names.size(), options.num_threads,
      [&](std::size_t i) {
        const auto file = folder / names[i];
        try {
          if (options.check_pictures) probe_image(file, options.pictures);
          const auto metadata = read_metadata(file);
          if (!metadata.position) {
            outcomes[i].reason = "no position: " + metadata.position_problem;
            return;
          }
          Photo photo;
          photo.id = valid_utf8(names[i]);
          photo.file = file;
          photo.location = *metadata.position;
          photo.taken = metadata.taken.value_or("");
          if (!metadata.position_doubt.empty()) outcomes[i].reason = "doubtful position: " + metadata.position_doubt;
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
    if (!outcomes[i].reason.empty())
      (outcomes[i].photo ? result.doubts_ : result.problems_).push_back({folder / names[i], 0, outcomes[i].reason});
    if (outcomes[i].photo) result.photos_.push_back(std::move(*outcomes[i].photo));
  }
  check_outcome(folder, result.photos_, result.problems_, options.strict);
  return result;
}

}  // namespace venloc
