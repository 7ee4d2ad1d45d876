// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <opencv2/core.hpp>
#include <vector>

#include "venloc/features/local_features.hpp"

namespace venloc {

/// SIFT (Lowe 2004) of pictures that are held upright: no dominant directions are sought, and the scale space is built
/// once for both keypoints and descriptors (cv::SIFT can only be given directions by building it a second time).
/// Constants are those of cv::SIFT, with 3 layers an octave on the picture doubled in size.
class UprightSift {
 public:
  /// An extremum of the difference of Gaussians and the level of the scale space it was found on.
  struct Extremum {
    cv::KeyPoint keypoint;
    int octave = 0;
    int layer = 0;
  };
  using Descriptor = std::array<float, kSiftDimension>;

  /// `gray` is CV_8UC1, at least 8 pixels each way.
  UprightSift(const cv::Mat& gray, int num_threads);

  /// All extrema, in an order that does not depend on the threads. Thresholds as in SiftOptions.
  [[nodiscard]] std::vector<Extremum> detect(double contrast_threshold, double edge_threshold) const;

  /// The gradient histogram around an extremum, of length 512 with no value above 0.2 x 512 before the last scaling.
  [[nodiscard]] Descriptor describe(const Extremum& extremum) const;

 private:
  static constexpr int kLayers = 3;
  [[nodiscard]] const cv::Mat& gaussian(int octave, int i) const {
    return gaussians_[static_cast<std::size_t>(octave * (kLayers + 3) + i)];
  }
  [[nodiscard]] int octaves() const { return static_cast<int>(gaussians_.size()) / (kLayers + 3); }

  int num_threads_;
  std::vector<cv::Mat> gaussians_;  // kLayers + 3 of each octave, CV_32F
};

}  // namespace venloc
