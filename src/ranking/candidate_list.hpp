// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/ranking/evidence.hpp"

namespace venloc {

inline constexpr std::size_t kMaxCandidates = 90;         ///< that a scorer of local features considers
inline constexpr std::size_t kAppearanceCandidates = 30;  ///< of them, places for photos that are alike as a whole
static_assert(kAppearanceCandidates < kMaxCandidates);

/// The candidates of a query in the order in which they are scored.
struct CandidateList {
  /// By local features: the best of the short list by utility, then the photos that are most alike as a whole, then the
  /// rest of the short list; the first kMaxCandidates are scored.
  std::vector<CandidateEvidence> ranked;
  /// Retrieved by descriptors, and not among those that are scored above; by utility.
  std::vector<CandidateEvidence> further;

  [[nodiscard]] std::span<const CandidateEvidence> considered() const;
  /// Both together, for a scorer of all evidence.
  [[nodiscard]] std::vector<CandidateEvidence> pool() const;
};
CandidateList rank_candidates(std::span<const CandidateEvidence> candidates);

/// The candidates on this list (a Retriever), most similar by descriptors first, then by number.
VENLOC_API std::vector<CandidateEvidence> by_similarity(std::span<const CandidateEvidence> candidates,
                                                        Retriever retriever);

VENLOC_API std::vector<EastNorth> places_of(std::span<const CandidateEvidence> candidates);

/// Positions of the candidates in falling order of probability; at most `count`.
VENLOC_API std::vector<std::size_t> most_probable(std::span<const double> probabilities, std::size_t candidates,
                                                  std::size_t count);

}  // namespace venloc
