// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/geo/lat_lng.hpp"
#include "venloc/image/image.hpp"

namespace venloc {

/// A picture with a known place.
struct Photo {
  std::string id;              ///< stable name, unique in its gallery; default: the file's name
  std::filesystem::path file;  ///< where the picture is; may be empty in a loaded model
  LatLng location;             ///< where it was made [deg]
  std::string source;          ///< collection it comes from, e.g. "flickr", empty when unknown
  std::string url;             ///< public page of the picture, empty when unknown
  std::string author;          ///< who made it, empty when unknown
  std::string licence;         ///< licence it is under, empty when unknown
  std::string taken;           ///< local time of the exposure, ISO 8601, empty when unknown
  std::string thumbnail;       ///< address of a small copy of the picture, empty when unknown

  friend bool operator==(const Photo&, const Photo&) = default;
};

/// A row or picture that could not be used, or that was used with a doubt.
struct GalleryProblem {
  std::filesystem::path file;  ///< the label file or the picture
  std::size_t line = 0;        ///< line of the label file, from 1; 0 for a picture
  std::string reason;          ///< what is wrong with it
};

/// How galleries are read.
struct GalleryOptions {
  bool strict = false;  ///< throw FormatError that lists the problems, instead of leaving bad rows out
  bool check_pictures =
      true;               ///< report listed pictures that do not exist or do not have the header of a supported picture
  int num_threads = 0;    ///< threads that read pictures; 0 = all cores. Does not change the result.
  ImageOptions pictures;  ///< limits of picture files, also where the gallery's pictures are read later
};

/// Pictures with known places. Immutable value; the order is that of the source.
class VENLOC_API Gallery {
 public:
  /// Throws InvalidArgumentError that names a duplicate or empty id or an invalid place.
  explicit Gallery(std::vector<Photo> photos, const ImageOptions& pictures = {});
  /// A gallery without photos.
  Gallery() = default;

  /// Reads labels: CSV (RFC 4180) with a header that has `lat|latitude`, `lng|lon|longitude` (or both in `position`),
  /// `file` and optionally `id`, `source`, `url`, `author`, `licence|license`, `taken`, `thumbnail` and
  /// `flickr_photo_id` (sets id "flickr:<n>", source and page address when those are missing; an address of the picture
  /// itself at staticflickr.com becomes the thumbnail), or the headers that exiftool and photo managers write; or lines
  /// `lat,lon,file` without header. Separators are commas, semicolons or tabs; degrees may have hemispheres, minutes
  /// and seconds. Without an id, it is the file as written. Files are relative to `images`; when that is empty, to the
  /// folder of the label file or its subfolder "images". Throws FileNotFoundError when the label file or folder does
  /// not exist, and FormatError when it contains no usable photo.
  static Gallery from_label_file(const std::filesystem::path& labels, const std::filesystem::path& images = {},
                                 const GalleryOptions& options = {}, const ProgressCallback& progress = {});
  /// Reads a folder of pictures with positions in their metadata or in sidecars, as read_metadata finds them
  /// (recursively, in the order of names); ids are paths relative to the folder. If the folder has a label file
  /// `labels.csv`, `photos.csv` or `label.txt`, that file is read instead.
  static Gallery from_folder(const std::filesystem::path& folder, const GalleryOptions& options = {},
                             const ProgressCallback& progress = {});

  [[nodiscard]] std::span<const Photo> photos() const { return photos_; }  ///< the photos, in order
  [[nodiscard]] std::size_t size() const { return photos_.size(); }        ///< number of photos
  /// The photo at a position below size(), which is not checked.
  [[nodiscard]] const Photo& operator[](std::size_t i) const { return photos_[i]; }
  /// How the gallery's pictures are read; galleries made from it keep it.
  [[nodiscard]] const ImageOptions& image_options() const { return image_options_; }
  /// The rows and pictures that the readers left out, with the reasons. Galleries made from other galleries have none.
  [[nodiscard]] std::span<const GalleryProblem> problems() const { return problems_; }
  /// What the readers used although it may be wrong: photos whose position has a doubt (Metadata::position_doubt), a
  /// label file whose encoding was assumed. Galleries made from other galleries have none.
  [[nodiscard]] std::span<const GalleryProblem> doubts() const { return doubts_; }

  /// The smallest box around all photos, widened by `margin_m` [m] on each side. Throws InvalidArgumentError for a
  /// gallery without photos.
  [[nodiscard]] BoundingBox bounding_box(double margin_m = 0.0) const;
  /// The photos for which keep(photo) is true, in their order.
  [[nodiscard]] Gallery filtered(const std::function<bool(const Photo&)>& keep) const;
  /// The photos at these positions, in this order. Throws InvalidArgumentError for a position out of range or repeated.
  [[nodiscard]] Gallery subset(std::span<const std::size_t> indices) const;
  /// The photos of both galleries. Throws InvalidArgumentError that names the first id that occurs in both.
  [[nodiscard]] Gallery merged(const Gallery& other) const;
  /// The gallery without near-duplicates. A photo is removed when an earlier photo that is kept is closer than
  /// `max_distance_m` and their perceptual hashes differ in at most `max_bits`. Reads the pictures.
  [[nodiscard]] Gallery deduplicated(int max_bits = 6, double max_distance_m = 50.0, int num_threads = 0,
                                     const ProgressCallback& progress = {}) const;

 private:
  std::vector<Photo> photos_;
  std::vector<GalleryProblem> problems_;
  std::vector<GalleryProblem> doubts_;
  ImageOptions image_options_;
};

}  // namespace venloc
