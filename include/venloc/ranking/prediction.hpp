// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/geo/lat_lng.hpp"
#include "venloc/geo/posterior.hpp"
#include "venloc/image/content.hpp"

namespace venloc {

/// One point in two pictures, in shares of their widths and heights (0 to 1, from the top left).
struct PointMatch {
  float x = 0;        ///< in the query, share of the width
  float y = 0;        ///< in the query, share of the height
  float photo_x = 0;  ///< in the gallery photo, share of the width
  float photo_y = 0;  ///< in the gallery photo, share of the height

  friend bool operator==(const PointMatch&, const PointMatch&) = default;
};

/// A gallery photo that is evidence for a place.
struct Candidate {
  std::string photo_id;             ///< id of the gallery photo
  LatLng location;                  ///< place of the gallery photo [deg]
  double probability = 0.0;         ///< calibrated probability that the query was made there
  int inliers = 0;                  ///< geometrically verified feature matches
  double score = 0.0;               ///< the locator's own ranking score, larger is better
  std::string url;                  ///< public page, empty when unknown
  std::string thumbnail;            ///< address of a small copy of the photo, empty when unknown
  std::vector<PointMatch> matches;  ///< the verified feature matches; empty for exhaustive matching
  double aspect = 0.0;              ///< width of the gallery photo divided by its height, 0 without matches
};

/// Duration of one stage of a query.
struct StageTime {
  std::string stage;     ///< name of the stage
  double seconds = 0.0;  ///< wall time [s]
};

/// The answer to "where was this picture made?".
struct VENLOC_API Prediction {
  LatLng location;                    ///< the reported place: mode of the posterior [deg]
  double confidence = 0.0;            ///< calibrated probability that the error is below 100 m
  double in_area = 0.0;               ///< probability that the picture shows this city at all
  double radius_50_m = 0.0;           ///< radius around the location that holds 50 % of the posterior [m], given that
                                      ///< the picture was made in this city
  double radius_90_m = 0.0;           ///< the same for 90 % [m]
  std::vector<Candidate> candidates;  ///< the evidence, most probable first
  Posterior posterior;                ///< over the city
  std::vector<StageTime> timings;     ///< of the stages of the query, in order
  int turned_degrees = 0;  ///< clockwise turn that made the picture upright before it was located: 0, 90, 180 or 270;
                           ///< coordinates of matches refer to the turned picture
  PictureContent content = PictureContent::kPicture;  ///< what the picture seems to be; other than a picture, the
                                                      ///< answer means little
  std::vector<std::string> notes;  ///< what to know about the answer, one sentence each: how the picture was read
                                   ///< (Image::notes) and located

  /// GeoJSON of the location, the 50 % and 90 % regions and the candidates.
  [[nodiscard]] std::string to_geojson() const;
};

/// Distance around the reported place that `Prediction::confidence` refers to [m].
inline constexpr double kConfidenceRadiusM = 100.0;

}  // namespace venloc
