// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "venloc/gallery/gallery.hpp"
#include "venloc/geo/posterior.hpp"
#include "venloc/image/image.hpp"

namespace venloc {

/// One spot in two pictures, by the shares of their widths and heights (0 to 1, from the top left).
struct PointMatch {
  float x = 0;        ///< share of the query's width, 0 to 1 from the left
  float y = 0;        ///< share of the query's height, 0 to 1 from the top
  float photo_x = 0;  ///< share of the gallery picture's width, 0 to 1 from the left
  float photo_y = 0;  ///< share of the gallery picture's height, 0 to 1 from the top

  friend bool operator==(const PointMatch&, const PointMatch&) = default;
};

/// A gallery picture that is evidence for a place.
struct Candidate {
  std::string photo_id;             ///< id of the gallery picture
  LatLng location;                  ///< where the gallery picture was made [deg]
  double probability = 0.0;         ///< calibrated probability that the query was made there, 0 to 1
  int inliers = 0;                  ///< geometrically verified feature matches
  double score = 0.0;               ///< the locator's own ranking score, larger is better
  std::string url;                  ///< public page, empty when unknown
  std::string thumbnail;            ///< address of a small copy of the gallery picture, empty when unknown
  std::vector<PointMatch> matches;  ///< where the verified feature matches are; none by exhaustive matching
  double aspect = 0.0;              ///< width of the gallery picture by its height, 0 without matches
};

/// How long a part of a query took.
struct StageTime {
  std::string stage;     ///< name of the part, e.g. "search"
  double seconds = 0.0;  ///< wall-clock time [s]
};

/// Where a picture was made.
struct Prediction {
  LatLng location;           ///< the reported place, from the posterior [deg]
  double confidence = 0.0;   ///< calibrated probability that the location is wrong by at most 100 m, 0 to 1
  double in_area = 0.0;      ///< probability that the picture was made in this city at all, 0 to 1
  double radius_50_m = 0.0;  ///< radius around the location that holds 50 % of the posterior [m], given that the
                             ///< picture was made in this city
  double radius_90_m = 0.0;  ///< radius around the location that holds 90 % of the posterior [m], given that the
                             ///< picture was made in this city
  std::vector<Candidate> candidates;  ///< the evidence, best first
  Posterior posterior;                ///< probability distribution over the city, which all the above is derived from
  std::vector<StageTime> timings;     ///< how long each part of the query took, in order

  /// GeoJSON of the location, the 50 % and 90 % regions and the candidates.
  [[nodiscard]] std::string to_geojson() const;
};

/// Distance around the reported place that `Prediction::confidence` speaks of [m].
inline constexpr double kConfidenceRadiusM = 100.0;

/// What a locator is and what it was built from.
struct LocatorInfo {
  std::string kind;             ///< kind of the model: "sift", "ensemble", …
  std::string city;             ///< name given when the model was built, may be empty
  std::size_t photos = 0;       ///< number of gallery pictures
  std::size_t features = 0;     ///< number of local features in the index; 0 for locators without
  std::string options;          ///< the options that the model was built with, as JSON
  std::string library_version;  ///< version of the library that wrote the model
  int format_version = 0;       ///< version of the model file's format
  BoundingBox area;             ///< the box around the gallery's places that positions are looked for in [deg]
};

/// Locates pictures: where was it made? All const members may be called from several threads at once.
class Locator {
 public:
  virtual ~Locator() = default;

  /// Throws ImageError for an empty picture; a picture without any feature gets the prior (low confidence), not an
  /// error.
  [[nodiscard]] virtual Prediction locate(const Image& picture) const = 0;
  /// Predictions in the order of the pictures, computed on up to `num_threads` threads (0 = all cores).
  [[nodiscard]] std::vector<Prediction> locate_all(std::span<const Image> pictures, int num_threads = 0) const;
  [[nodiscard]] virtual LocatorInfo info() const = 0;  ///< what the locator is and what it was built from
  /// The gallery pictures the locator knows; their `file` is empty after loading.
  [[nodiscard]] virtual std::span<const Photo> photos() const = 0;
  /// Writes the model. Atomic: temporary file, fsync, rename; a failure leaves an existing file as it was. Throws
  /// IoError.
  virtual void save(const std::filesystem::path& file) const = 0;

 protected:
  Locator() = default;
  Locator(const Locator&) = default;
  Locator& operator=(const Locator&) = default;
};

/// Opens a model file of any kind; "s2" and "regression" need venloc::torch to be linked. Throws FileNotFoundError, or
/// FormatError that names the file, the array and the reason.
std::unique_ptr<Locator> load_locator(const std::filesystem::path& file);

/// The kind of a model, from the head of the file alone: what follows is not looked at. Throws as load_locator.
std::string model_kind(const std::filesystem::path& file);

/// Whether models of this kind need venloc::torch.
bool needs_torch(const std::string& kind);

/// The model of the default city (Venice): $VENLOC_MODEL, or the file installed with the library.
/// Throws FileNotFoundError that says where it was looked for.
std::filesystem::path default_model_path();

}  // namespace venloc
