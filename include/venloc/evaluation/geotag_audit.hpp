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

/// Detection of photos whose geotag contradicts the photos that they match.
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
  double wrong_share = 0.06;  ///< prior probability that a geotag is wrong, 0 to 1
  int num_threads = 0;        ///< threads of match_photos; 0 = all cores. Does not change the result.

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
};

/// A photo whose verified matches suggest another place.
struct GeotagFinding {
  std::size_t photo = 0;    ///< position of the photo in the gallery
  std::string photo_id;     ///< id of the photo
  LatLng location;          ///< geotag of the photo [deg]
  LatLng suggested;         ///< where its matches place it [deg]
  double distance_m = 0.0;  ///< distance from the geotag to the suggested place [m]
  double spread_m = 0.0;    ///< root mean square distance of the supporting matches from the suggested place [m]
  double doubt = 0.0;       ///< probability that the geotag is wrong
  bool certain = false;     ///< whether at least four independent claims agree and none supports the geotag
  std::size_t claims =
      0;  ///< number of claims that agree on the suggested place; photos of one place or upload are one
  std::vector<PhotoMatch> evidence;  ///< the matches that support the suggested place, the strongest first
};

/// Queries the locator with each photo of the gallery, and returns the matches with other photos of the gallery that
/// are strong enough. The candidates of the locator must have inliers, and the sum of their weights as score, like
/// those of SiftLocator. Photos of the locator that have no file, such as its photos() after loading, are not queries
/// but can be matched by others. Matches come in ascending order. Throws ImageError that lists the photos that cannot
/// be read, CancelledError.
VENLOC_API std::vector<PhotoMatch> match_photos(const Locator& locator, const Gallery& gallery,
                                                const GeotagAuditOptions& options = {},
                                                const ProgressCallback& progress = {});

/// The photos whose geotag is more likely wrong than right, the most doubtful first.
///
/// Each match is evidence that its two photos were made near each other. How strong it is, is measured on the gallery
/// itself: the probability that photos with a match of this weight show one scene, and how far apart such photos stand.
/// A doubt compares how well the places of all matches fit the geotag and how well they fit another place. Photos of
/// one place or of one upload share the errors of their geotags, so that they count as one claim. Each claim counts
/// only as far as it is not doubted itself; this is iterated until the doubts converge. A single contradicting claim is
/// never enough. A photo of a tower across the water contradicts its matches although its geotag is right, so a person
/// should check each finding that is not `certain`.
///
/// Where some photos have files, those without one are not judged: they were not queries of match_photos, so that most
/// of their matches are unknown.
///
/// Throws InvalidArgumentError when a match names a photo that is not in the gallery.
VENLOC_API std::vector<GeotagFinding> audit_geotags(const Gallery& gallery, std::span<const PhotoMatch> matches,
                                                    const GeotagAuditOptions& options = {});

}  // namespace venloc
