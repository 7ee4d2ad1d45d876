// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/gallery/gallery.hpp"

namespace venloc {

/// Positions in a gallery, both ascending.
struct Split {
  std::vector<std::size_t> train;  ///< positions for training, ascending
  std::vector<std::size_t> test;   ///< positions for testing, ascending
};

/// `share` (0 to 1) of n items for testing, drawn without replacement. The same seed gives the same split everywhere.
VENLOC_API Split random_split(std::size_t n, double share, std::uint64_t seed);

/// Rules that put two photos into one group; each rule can be disabled.
struct VENLOC_API GroupOptions {
  double same_place_m = 1.0;  ///< photos closer than this form a group [m]; 0 = not used
  std::int64_t flickr_id_gap =
      1'000;            ///< consecutive Flickr ids at most this far apart are one upload burst; 0 = not used
  int hash_bits = 6;    ///< photos whose perceptual hashes differ in at most this many bits form a group; -1 = not used
  int num_threads = 0;  ///< threads that read pictures; 0 = all cores. Does not change the result.

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
};

/// Group number of each photo, 0 .. groups-1 in the order of first appearance: connected components of "same place",
/// "same upload burst" or "near-duplicate content". Reads the pictures unless hash_bits is -1.
VENLOC_API std::vector<std::size_t> group_photos(const Gallery& gallery, const GroupOptions& options = {},
                                                 const ProgressCallback& progress = {});

/// k splits whose test sets partition the items. No group is in both parts of a split, and the test sets are as equal
/// in size as the groups allow. Throws InvalidArgumentError when there are fewer groups than k or k < 2.
VENLOC_API std::vector<Split> grouped_k_fold(const std::vector<std::size_t>& groups, int k, std::uint64_t seed);

}  // namespace venloc
