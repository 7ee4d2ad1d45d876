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

// What a picture is like as a whole, whatever place it shows: whether it looks like the pictures of the gallery at all,
// and whether it is a photo. Whitening serves telling places apart; here its few strong components tell more, so they
// get back half of their strength.
namespace venloc {

/// The strong components of whitened vectors, of length 1.
class StrongComponents {
 public:
  static constexpr std::size_t kComponents = 64;  ///< at most

  explicit StrongComponents(const Whitening& whitening);
  [[nodiscard]] std::size_t size() const { return scales_.size(); }
  /// Of one vector as Whitening gives it.
  [[nodiscard]] std::vector<float> of(std::span<const float> whitened) const;
  /// Of one picture of an index.
  [[nodiscard]] std::vector<float> of(std::span<const std::int8_t> descriptor) const;

 private:
  std::vector<float> scales_;
};

/// How like a picture is to its nearest few in a gallery, by cosine.
class Likeness {
 public:
  static constexpr std::size_t kNearest = 5;

  Likeness(const StrongComponents& components, const DescriptorIndex& photos);
  /// Photos whose `excluded` byte is not 0 are treated as absent (empty = none are).
  [[nodiscard]] double of(std::span<const float> strong, std::span<const std::uint8_t> excluded = {}) const;

 private:
  std::size_t size_;
  std::vector<float> photos_;
};

/// Whether a picture was made in the city at all: from the probability that none of the candidates is right and from
/// its likeness to the gallery, both in deviations from those of the gallery's own photos (each asked without its
/// fold). The odds were measured on 34 pictures of other cities (docs/results/experiments/out-of-area.md); before it is
/// looked at, a picture is taken to be from elsewhere with a probability of .15.
class Familiarity {
 public:
  static constexpr double kElsewhere = 0.15;  ///< the probability beforehand

  Familiarity() = default;  ///< knows nothing: unfitted
  static Familiarity fit(std::span<const double> none, std::span<const double> likeness);

  [[nodiscard]] bool fitted() const { return scale_[1] > 0; }
  [[nodiscard]] double not_here(double none, double likeness) const;

  /// Array "familiarity"; the object must live until the writer is done.
  void save(SafetensorsWriter& writer) const;
  /// Throws FormatError that names the file, the array and the reason.
  static Familiarity load(const SafetensorsFile& file);

 private:
  std::array<double, 4> scale_{};  // mean and deviation of the log odds of none, and of the likeness
};

/// Tells paintings, drawings, engravings and old photographs from photos: logistic regression over the strong
/// components, fitted on both with equal weight.
class WorkDetector {
 public:
  /// Rows of `wide` values each. Throws InvalidArgumentError when there is no row of either.
  static WorkDetector fit(std::span<const float> works, std::span<const float> photos, std::size_t wide);

  /// The probability that a picture is a work, where as many are as are photos.
  [[nodiscard]] double probability(std::span<const float> strong) const;

  /// Whether a file holds one.
  static bool stored(const SafetensorsFile& file);
  /// Array "works.weights"; the object must live until the writer is done.
  void save(SafetensorsWriter& writer) const;
  /// Throws FormatError that names the file, the array and the reason.
  static WorkDetector load(const SafetensorsFile& file, std::size_t wide);

 private:
  std::vector<double> weights_;  // of the components, and the intercept
};

}  // namespace venloc
