// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/features/local_features.hpp"
#include "venloc/retrieval/visual_index.hpp"

namespace venloc {

/// Geometric model between a query and a gallery picture.
enum class VerificationModel {
  kSimilarity,  ///< shift, rotation and scale
  kAffine,      ///< shift and any linear map
  kHomography,  ///< a plane seen in perspective
};

/// How a candidate is verified geometrically.
struct VENLOC_API VerificationOptions {
  VerificationModel model = VerificationModel::kAffine;  ///< geometric model that inliers agree with
  double max_error_px = 8.0;  ///< maximum transfer error of an inlier, in either picture [px]
  int grid_cells = 16;        ///< effective inliers are counted on grid_cells x grid_cells cells of the query

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
};

/// The result of verification.
struct Verification {
  int inliers = 0;  ///< one-to-one matches that agree with the model
  int effective_inliers =
      0;                ///< number of cells of the query that contain an inlier; dense inliers on one spot count little
  double weight = 0.0;  ///< sum of the inliers' weights
  double scale = 1.0;   ///< size of the scene in the gallery picture relative to the query
  double rotation = 0.0;  ///< [rad], -pi to pi
  double spread = 0.0;    ///< share of the query's area inside the inliers' bounding box
  std::array<double, 9> transform = {1, 0, 0, 0, 1, 0, 0, 0, 1};  ///< query [px] to gallery [px], row-major homogeneous
  std::vector<std::uint32_t> inlier_matches;                      ///< positions in the list of matches
};

/// Verifies matches geometrically. Each match proposes a similarity transform from its scale and orientation (Philbin
/// et al. 2007). All proposals are tried, without random sampling; the best are refined by least squares (Chum, Matas,
/// Kittler 2003) to the requested model. The homography is estimated by OpenCV's USAC with a fixed state, and its
/// inliers are counted again. Throws InvalidArgumentError when a match names a feature that the query does not have.
VENLOC_API Verification verify(const LocalFeatures& query, std::span<const FeatureMatch> matches,
                               const VerificationOptions& options = {});

}  // namespace venloc
