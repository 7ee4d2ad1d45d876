// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "venloc/core/safetensors.hpp"

namespace venloc {

/// Distinguishes artworks (paintings, drawings, engravings) and old photographs from photos: logistic regression over
/// the strong components, fitted on both with equal weight.
class ArtworkDetector {
 public:
  /// Rows of `wide` values each. Throws InvalidArgumentError when there is no row of either.
  static ArtworkDetector fit(std::span<const float> artworks, std::span<const float> photos, std::size_t wide);

  /// The probability that a picture is an artwork, where as many are as are photos.
  [[nodiscard]] double probability(std::span<const float> strong) const;

  /// Whether a file holds one.
  static bool stored(const SafetensorsFile& file);
  /// Array "artworks.weights"; the object must live until the writer is done.
  void save(SafetensorsWriter& writer) const;
  /// Throws FormatError that names the file, the array and the reason.
  static ArtworkDetector load(const SafetensorsFile& file, std::size_t wide);

 private:
  std::vector<double> weights_;  // of the components, and the intercept
};

}  // namespace venloc
