// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "retrieval/appearance_store.hpp"
#include "venloc/features/local_features.hpp"
#include "venloc/ranking/evidence.hpp"
#include "venloc/retrieval/verification.hpp"
#include "venloc/retrieval/visual_index.hpp"

// Evidence of local features and of the appearance of whole pictures.
namespace venloc {

/// What retrieval and verification found for one query.
struct VerifiedCandidate {
  CandidateEvidence evidence;
  std::vector<FeatureMatch> inliers;
};
struct SiftCandidates {
  std::vector<VerifiedCandidate> candidates;
  ListEvidence list;
};

/// Without matches for display and without statistics of photos.
Evidence plain_evidence(const SiftCandidates& found);

/// One query.
struct SiftQuery {
  const LocalFeatures& local;
  const Appearance& appearance;
  std::span<const std::uint8_t> excluded;         ///< photos whose byte is not 0 are absent; empty = none are
  std::span<const std::uint32_t> by_descriptors;  ///< photos found by descriptors, which are verified too
};

/// Short list, verification, and the photos that are most alike as a whole. The best `verify_candidates` of the short
/// list are verified; `places` are those of the photos. Statistics of photos are left 0.
SiftCandidates retrieve_by_features(const VisualIndex& index, const AppearanceStore& appearance, const SiftQuery& query,
                                    VisualIndexQueryOptions search, const VerificationOptions& verification,
                                    int verify_candidates, std::span<const EastNorth> places);

/// Where the inliers are, for display.
std::vector<CandidateMatches> matches_of(const SiftCandidates& found, const LocalFeatures& query,
                                         const VisualIndex& index);

}  // namespace venloc
