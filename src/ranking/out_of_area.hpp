// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "venloc/core/safetensors.hpp"
#include "venloc/retrieval/descriptor_index.hpp"
#include "venloc/retrieval/whitening.hpp"

// Whether a picture is similar to those of the gallery at all. Whitening is best for separating places; here its few
// strong components are more informative, so half of their strength is given back to them.
namespace venloc {

/// The strong components of whitened vectors, normalised to length 1.
class StrongComponents {
 public:
  static constexpr std::size_t kComponents = 64;  ///< at most, for whole pictures

  explicit StrongComponents(const Whitening& whitening, std::size_t most = kComponents);
  [[nodiscard]] std::size_t size() const { return scales_.size(); }
  /// Of one vector as Whitening returns it.
  [[nodiscard]] std::vector<float> of(std::span<const float> whitened) const;
  /// Of one picture of an index.
  [[nodiscard]] std::vector<float> of(std::span<const std::int8_t> descriptor) const;

 private:
  std::vector<float> scales_;
};

/// Mean cosine similarity of a picture to its nearest few in a gallery.
class GallerySimilarity {
 public:
  static constexpr std::size_t kNearest = 5;

  GallerySimilarity(const StrongComponents& components, const DescriptorIndex& photos);
  /// Photos whose `excluded` byte is not 0 are treated as absent (empty = none are).
  [[nodiscard]] double of(std::span<const float> strong, std::span<const std::uint8_t> excluded = {}) const;

 private:
  std::size_t size_;
  std::vector<float> photos_;
};

/// Probability that a picture was made outside the area: from the probability of the no-match hypothesis and from the
/// similarity to the gallery, both in standard deviations from those of the gallery's own photos (each a query without
/// its fold). The odds were measured on 34 pictures of other cities (docs/results/experiments/out-of-area.md).
class OutOfAreaTest {
 public:
  static constexpr double kPrior = 0.15;  ///< probability before any evidence

  OutOfAreaTest() = default;  ///< not fitted
  static OutOfAreaTest fit(std::span<const double> no_match, std::span<const double> similarity);

  [[nodiscard]] bool fitted() const { return scale_[1] > 0; }
  [[nodiscard]] double probability(double no_match, double similarity) const;

  /// Array "out_of_area"; the object must live until the writer is done.
  void save(SafetensorsWriter& writer) const;
  /// Throws FormatError that names the file, the array and the reason.
  static OutOfAreaTest load(const SafetensorsFile& file);

 private:
  // Mean and standard deviation of the log odds of no match, and of the similarity.
  std::array<double, 4> scale_{};
};

}  // namespace venloc
