// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "venloc/core/progress.hpp"
#include "venloc/features/local_features.hpp"

namespace venloc {

/// A row of 128 values 0..255, widened for the kernels.
using WideRow = std::array<std::int16_t, kSiftDimension>;
WideRow widen(const SiftDescriptor& descriptor);

/// k-means centroids of SIFT descriptors with a two-level search: centroids are themselves grouped, and only the
/// nearest groups are searched. All sums are integers, so that training gives the same bytes at every number of
/// threads.
class Vocabulary {
 public:
  Vocabulary() = default;
  /// `centroids` holds words x 128 bytes.
  explicit Vocabulary(std::vector<std::uint8_t> centroids);

  static Vocabulary train(std::span<const SiftDescriptor> samples, std::size_t words, int iterations,
                          std::uint64_t seed, int num_threads, const ProgressCallback& progress);

  [[nodiscard]] std::size_t size() const { return centroids_.size() / kSiftDimension; }
  [[nodiscard]] std::span<const std::uint8_t> centroids() const { return centroids_; }
  [[nodiscard]] const std::int16_t* wide(std::size_t word) const { return wide_.data() + word * kSiftDimension; }

  /// The `count` nearest words, nearest first, ties by number.
  void nearest(const WideRow& descriptor, std::size_t count, std::vector<std::uint16_t>& words) const;

 private:
  std::vector<std::uint8_t> centroids_;
  std::vector<std::int16_t> wide_;           // centroids, by word
  std::vector<std::int16_t> grouped_;        // centroids, by group
  std::vector<std::int32_t> half_norms_;     // of grouped_
  std::vector<std::uint16_t> grouped_word_;  // word of each row of grouped_
  std::vector<std::int16_t> groups_;         // group centres
  std::vector<std::int32_t> group_half_norms_;
  std::vector<std::size_t> group_begin_;  // first row of each group, and the end
};

}  // namespace venloc
