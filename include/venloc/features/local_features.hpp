// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/image/image.hpp"

namespace venloc {

/// Position, scale and orientation of a local feature.
struct Keypoint {
  float x = 0;         ///< column in the analysed picture [px]; the centre of the top left pixel is (0, 0)
  float y = 0;         ///< row in the analysed picture [px]
  float scale = 0;     ///< diameter of the described neighbourhood [px]
  float angle = 0;     ///< orientation [rad], 0 to 2 pi, clockwise on the screen
  float response = 0;  ///< contrast of the extremum, larger is stronger

  friend bool operator==(const Keypoint&, const Keypoint&) = default;
};

inline constexpr std::size_t kSiftDimension = 128;  ///< number of values of a SIFT descriptor
/// A SIFT or RootSIFT descriptor: 4 x 4 cells of 8 orientations, a byte each.
using SiftDescriptor = std::array<std::uint8_t, kSiftDimension>;

/// The local features of one picture, strongest first; keypoints[i] belongs to descriptors[i].
struct LocalFeatures {
  int width = 0;                            ///< width of the analysed (possibly shrunk) picture [px]
  int height = 0;                           ///< its height [px]
  std::vector<Keypoint> keypoints;          ///< position, size and orientation of each feature
  std::vector<SiftDescriptor> descriptors;  ///< descriptor of each feature: 128 bytes

  [[nodiscard]] std::size_t size() const { return keypoints.size(); }  ///< number of features
};

/// How SIFT features are extracted.
struct VENLOC_API SiftOptions {
  int long_side_px = 640;   ///< larger pictures are scaled down to this longer side [px]
  int max_features = 1500;  ///< maximum number of features of a picture; 0 = all
  int grid_cells = 8;  ///< max_features is distributed over grid_cells x grid_cells cells, so that dense texture does
                       ///< not use all of it
  double contrast_threshold = 0.02;  ///< minimum contrast of a feature in the difference of Gaussians, as in OpenCV; a
                                     ///< lower value finds more features
  double edge_threshold =
      10.0;  ///< maximum ratio of principal curvatures, as in OpenCV; a higher value keeps more features on edges
  bool upright = true;  ///< assume that pictures are upright: descriptors are not rotated to a dominant orientation
  bool root = true;     ///< RootSIFT (Arandjelovic and Zisserman 2012); false: SIFT as published by Lowe 2004

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
};

/// SIFT features (Lowe 2004). RootSIFT descriptors are square roots of the L1-normalised histogram x 512, capped at
/// 255. The same picture gives the same features at any number of threads (0 = all cores). A picture without structure
/// gives none. Throws ImageError for an empty picture and InvalidArgumentError for wrong options.
VENLOC_API LocalFeatures extract_sift(const Image& image, const SiftOptions& options = {}, int num_threads = 0);

}  // namespace venloc
