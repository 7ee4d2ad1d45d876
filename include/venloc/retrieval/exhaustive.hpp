// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/features/local_features.hpp"

namespace venloc {

/// A feature of the query and a feature of a gallery picture that are mutual nearest neighbours.
struct DescriptorMatch {
  std::uint32_t query = 0;     ///< position of the feature in the query
  std::uint32_t gallery = 0;   ///< position of the feature in the gallery picture
  std::uint32_t distance = 0;  ///< sum of the absolute differences of their descriptors

  friend bool operator==(const DescriptorMatch&, const DescriptorMatch&) = default;
};

/// How far a gallery picture is from the query.
struct PictureDistance {
  std::uint32_t picture = 0;  ///< position of the picture in the gallery
  std::uint32_t sum = 0;      ///< sum of the smallest distances, at most 50 of them; smaller is better
  std::uint32_t matches = 0;  ///< number of matches of the two pictures

  friend bool operator==(const PictureDistance&, const PictureDistance&) = default;
};

/// The published method of the project that venloc grew out of: compare the query with every feature of every picture.
/// It was published with SIFT in OpenCV's default settings (contrast 0.04, no limit on features, not RootSIFT) on
/// pictures decoded as greyscale.
///
/// Matches are those of OpenCV's BFMatcher(NORM_L1, crossCheck = true): pairs of features that are mutual nearest
/// neighbours; among equal distances the first is the nearest. (The cross check of OpenCV before 2019 accepted more
/// pairs; the published results were made with the mutual check.)
///
/// As published, a picture with fewer than 50 matches has a sum of fewer distances, so pictures with few features are
/// preferred; `matches` shows such pictures. (The published program fails for a picture without features; here such a
/// picture is last.)
///
/// Immutable, safe to use from any number of threads. Needs 128 bytes of memory per feature.
class VENLOC_API ExhaustiveMatcher {
 public:
  static constexpr std::size_t kDistances = 50;  ///< how many of the smallest distances are summed

  /// The descriptors of each gallery picture.
  explicit ExhaustiveMatcher(std::vector<std::vector<SiftDescriptor>> pictures);

  [[nodiscard]] std::size_t size() const { return pictures_.size(); }  ///< number of gallery pictures

  /// All gallery pictures, best first: smallest sum, then earlier picture; pictures without any match come last.
  /// The same at any `num_threads` (0 = all cores).
  [[nodiscard]] std::vector<PictureDistance> rank(std::span<const SiftDescriptor> query, int num_threads = 0) const;

  /// The matches with one gallery picture, in the order of the query's features.
  [[nodiscard]] std::vector<DescriptorMatch> match(std::span<const SiftDescriptor> query, std::size_t picture) const;

 private:
  struct Picture {
    std::size_t features = 0;
    std::vector<std::uint8_t> groups;  // interleaved, see retrieval/simd.hpp
  };
  std::vector<Picture> pictures_;
};

}  // namespace venloc
