// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "retrieval/vocabulary.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/features/local_features.hpp"

namespace venloc {

/// One short vector for all SIFT features of a picture together, so that pictures are compared as wholes: vectors of
/// locally aggregated descriptors (VLAD, Jegou et al. 2010). A feature adds its direction from the nearest word of a
/// small vocabulary (residuals of length 1, Delhumeau et al. 2013); each word's sum is cut to the main directions of
/// descriptors and normalised to unit length (Arandjelovic and Zisserman 2013); the whole is shortened by PCA, whose
/// strong components are reduced. Const members may be called from several threads at once.
class Vlad {
 public:
  static constexpr std::size_t kDimension = 256;
  /// A vector of unit length, a value v stored as 127 v; all 0 for a picture without features.
  using Descriptor = std::array<std::int8_t, kDimension>;

  /// Fits words and components to the features of a gallery's pictures. The same seed gives the same bytes at any
  /// number of threads. Throws InvalidArgumentError when there is no feature at all.
  static Vlad train(std::span<const LocalFeatures> pictures, std::uint64_t seed, int num_threads,
                    const ProgressCallback& progress);

  [[nodiscard]] Descriptor describe(const LocalFeatures& features) const;

  /// Writes words and components as arrays "vlad.*"; this object must live until the writer is done.
  void save(SafetensorsWriter& writer) const;
  static Vlad load(const SafetensorsFile& file);

 private:
  Vlad(std::vector<std::uint8_t> words, std::vector<float> directions);
  [[nodiscard]] std::vector<float> aggregate(const LocalFeatures& features) const;  // before the PCA, length 1

  Vocabulary words_;
  std::vector<std::int32_t> half_norms_;
  std::vector<float> directions_;        // kSiftDimension x kKept
  std::vector<float> mean_;              // of the aggregated vectors
  std::vector<std::int8_t> projection_;  // length of mean_ x kDimension
  std::vector<float> steps_;             // of each column of projection_, what 1 stands for
};

/// Cosine of the angle between two descriptors, -1 to 1; 0 when one has no features.
float similarity(const Vlad::Descriptor& a, const Vlad::Descriptor& b);

/// Whether it is of unit length, up to rounding, or zero.
bool is_valid(const Vlad::Descriptor& descriptor);

}  // namespace venloc
