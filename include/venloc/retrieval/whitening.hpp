// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/core/safetensors.hpp"

namespace venloc {

/// How the dimension of global descriptors is reduced.
struct VENLOC_API WhiteningOptions {
  int dimension = 256;  ///< length of the resulting vectors
  double exponent =
      1.0;  ///< a component of standard deviation s is divided by s to this power, 0 to 1: 1 = whitening, 0 = PCA
  int max_samples = 20'000;  ///< maximum number of vectors for the fit; a random sample if there are more
  std::uint64_t seed = 0;    ///< seed of that sample
  int num_threads = 0;       ///< threads; 0 = all cores. Does not change the result.

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
};

/// Reduces the dimension of the vectors that a network computes for whole pictures: the mean is subtracted, the vectors
/// are projected on their principal components (PCA), and each component is divided by a power of its standard
/// deviation, so that a few strong components do not dominate (Jegou and Chum 2012), and the result is normalised to
/// unit length. The eigenvectors are computed exactly.
///
/// If there are fewer components than `dimension` (at most the number of training vectors minus one), the rest of the
/// result is 0. Immutable, safe to use from any number of threads.
class VENLOC_API Whitening {
 public:
  /// Fits to n vectors of `length` values, one after the other, n >= 1. When only their direction carries information,
  /// bring them to length 1 first. The same seed gives the same bytes at any number of threads. Throws
  /// InvalidArgumentError when there is no vector, `vectors` is not n x length, or a value is not finite (vector and
  /// position are named).
  static Whitening train(std::span<const float> vectors, std::size_t length, const WhiteningOptions& options = {});

  [[nodiscard]] std::size_t length() const { return mean_.size(); }   ///< length of the input vectors
  [[nodiscard]] std::size_t dimension() const { return dimension_; }  ///< length of the resulting vectors

  [[nodiscard]] std::span<const float> mean() const { return mean_; }  ///< length() values
  /// length() x dimension() values, row-major: the matrix that a vector minus the mean is multiplied by.
  [[nodiscard]] std::span<const float> projection() const { return projection_; }

  /// n vectors of length() to n x dimension() values; each result has length 1, or is all 0 when the vector equals the
  /// mean in all components. Throws InvalidArgumentError for a wrong number of values or one that is not finite.
  [[nodiscard]] std::vector<float> apply(std::span<const float> vectors, int num_threads = 1) const;

  /// Adds arrays `<name>.mean` (length) and `<name>.projection` (length x dimension), float; the object must exist
  /// until the writer is done.
  void save(SafetensorsWriter& writer, const std::string& name = "whitening") const;
  /// Throws FormatError that names the file, the array and the reason.
  static Whitening load(const SafetensorsFile& file, const std::string& name = "whitening");

 private:
  Whitening() = default;
  std::size_t dimension_ = 0;
  std::vector<float> mean_;
  std::vector<float> projection_;  // length x dimension
};

}  // namespace venloc
