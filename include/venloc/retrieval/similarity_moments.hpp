// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace venloc {

/// Sums over a gallery of a similarity to the query, from which z-values follow.
struct SimilarityMoments {
  double count = 0;   ///< number of photos
  double sum = 0;     ///< of the similarities
  double square = 0;  ///< sum of their squares
  double best = -1;   ///< the largest

  friend bool operator==(const SimilarityMoments&, const SimilarityMoments&) = default;
};

}  // namespace venloc
