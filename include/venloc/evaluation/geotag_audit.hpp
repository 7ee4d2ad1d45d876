// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/gallery/gallery.hpp"
#include "venloc/geo/lat_lng.hpp"
#include "venloc/locators/locator.hpp"

/// Which photos of a gallery contradict their neighbours?
namespace venloc {

/// Two photos of a gallery that show the same scene, by verified features. `first` < `second`, positions in the
/// gallery.
struct PhotoMatch {
  std::size_t first = 0;   ///< position of one photo in the gallery
  std::size_t second = 0;  ///< position of the other, larger than `first`
  int inliers = 0;         ///< geometrically verified feature matches
  double weight = 0.0;     ///< sum of the inliers' weights (see FeatureMatch)

  friend bool operator==(const PhotoMatch&, const PhotoMatch&) = default;
};

/// Which matches count, and how the probability of a wrong geotag is estimated.
struct VENLOC_API GeotagAuditOptions {
  int min_inliers = 10;       ///< minimum inliers of a match that counts
  double min_weight = 4.0;    ///< minimum weight of a match that counts: the sum of its inliers' weights
  double reach_m = 150.0;     ///< how far from each other photos of one scene are made (standard deviation) [m]
  double wrong_share = 0.06;  ///< expected share of wrong geotags, before any match is used, 0 to 1
  int num_threads = 0;        ///< threads of match_photos; 0 = all cores. Does not change the result.

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
};

/// A photo whose verified matches lie elsewhere.
struct GeotagFinding {
  std::size_t photo = 0;    ///< position of the photo in the gallery
  std::string photo_id;     ///< id of the photo
  LatLng location;          ///< geotag of the photo [deg]
  LatLng suggested;         ///< where its matches place it [deg]
  double distance_m = 0.0;  ///< distance from the geotag to the suggested place [m]
  double spread_m = 0.0;    ///< root mean square distance of the supporting matches from the suggested place [m]
  double doubt = 0.0;       ///< probability that the geotag is wrong
  std::vector<PhotoMatch> evidence;  ///< the matches that support the suggested place, the strongest first
};

/// Queries the locator with each photo of the gallery, and keeps the matches with others of the gallery that count: its
/// candidates need inliers and the sum of their weights as score, as those of SiftLocator have. Photos that it was
/// built from and that have no file, such as its own photos(), are matched by others. Matches come in ascending order.
/// Throws ImageError that lists the photos that cannot be read, CancelledError.
VENLOC_API std::vector<PhotoMatch> match_photos(const Locator& locator, const Gallery& gallery,
                                                const GeotagAuditOptions& options = {},
                                                const ProgressCallback& progress = {});

/// The photos whose geotag is more likely wrong than right, the most doubtful first.
///
/// Each match is evidence, the stronger the heavier it is, that its two photos were made near one another. A photo is
/// doubted when the photos it matches agree on another place more than they agree with its own geotag, each of them
/// counting only as far as it is not doubted itself; this is repeated until the doubts settle (a robust consensus, in
/// the spirit of belief propagation). One contradicting match is never enough: it takes two photos that agree. A tower
/// seen from across the water contradicts its neighbours although its geotag is right, so a person should check each
/// finding.
///
/// Throws InvalidArgumentError when a match names a photo that the gallery has not.
VENLOC_API std::vector<GeotagFinding> audit_geotags(const Gallery& gallery, std::span<const PhotoMatch> matches,
                                                    const GeotagAuditOptions& options = {});

}  // namespace venloc
