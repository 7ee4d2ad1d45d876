// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "locators/candidate_model.hpp"
#include "locators/candidate_network.hpp"
#include "locators/descriptor_evidence.hpp"
#include "locators/photo_places.hpp"

// What EnsembleLocator knows of a candidate, without the network that describes pictures.
namespace venloc {

inline constexpr std::size_t kEnsembleFeatures = kSiftFeatures + kDescriptorFeatures;              ///< of a candidate
inline constexpr std::size_t kEnsembleListFeatures = kSiftListFeatures + kDescriptorListFeatures;  ///< of the list

/// The candidates of one query, each known by both kinds of evidence.
struct CandidatePool {
  std::vector<CandidateEvidence> sift;  ///< as SIFT ranks them
  std::vector<float> similarities;      ///< of each, by DescriptorIndex::similarities
  std::vector<float> regional;          ///< of each, by RegionIndex::similarities
  float features = 0;                   ///< number of SIFT features of the query
};

/// Those that SIFT considers and, after them, those that were pooled besides.
std::vector<CandidateEvidence> pooled(std::span<const CandidateEvidence> ranked,
                                      std::span<const CandidateEvidence> further);
std::vector<std::uint32_t> pictures_of(std::span<const CandidateEvidence> evidence);

/// A row for each candidate of the pool, in its order: SIFT's features, then those of the descriptors. `places`,
/// `standing` (by descriptors) and `density` are those of the photos; evidence that is left out is 0.
CandidateFeatures ensemble_features(const CandidatePool& pool, std::span<const EastNorth> places,
                                    std::span<const Standing> standing, std::span<const float> density,
                                    std::span<const std::string> left_out);

/// Throws InvalidArgumentError that lists the names when one of them is unknown.
void check_evidence_names(std::span<const std::string> names);

/// The network for these features before it is fitted.
CandidateNetwork unfitted_ensemble_network();

}  // namespace venloc
