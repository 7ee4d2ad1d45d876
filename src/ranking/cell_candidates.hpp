// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "locators/candidate_network.hpp"
#include "locators/descriptor_evidence.hpp"
#include "venloc/geo/cells.hpp"
#include "venloc/retrieval/descriptor_index.hpp"

// What S2CellClassifierLocator knows of a candidate, without the network that describes pictures.
namespace venloc {

inline constexpr std::size_t kCellFeatures = kDescriptorFeatures + 5;          ///< of a candidate
inline constexpr std::size_t kCellListFeatures = kDescriptorListFeatures + 3;  ///< of the list
inline constexpr std::size_t kCellCandidates = 100;

/// Log-probabilities of the classes of each partition for one query.
using CellAnswer = std::vector<std::vector<float>>;

/// A photo as the answer to a query.
struct CellCandidate {
  DescriptorHit hit;
  double cells = 0;  ///< mean over the partitions of the log-probability of the photo's class
  double score = 0;  ///< of cells and similarity together
};

/// The photos with the best scores among those found, the most similar first. `classes` are each partition's classes of
/// the photos.
std::vector<CellCandidate> cell_candidates(const CellAnswer& answer,
                                           std::span<const std::vector<std::uint32_t>> classes,
                                           std::span<const DescriptorHit> hits);

/// What the candidates say as answers to one query; `regional` as for descriptor_features, `standing` and `density` are
/// those of each photo of the gallery.
CandidateFeatures cell_features(std::span<const CellCandidate> candidates, std::span<const float> regional,
                                const CellAnswer& answer, std::span<const EastNorth> places,
                                std::span<const Standing> standing, std::span<const float> density);

/// What a search would have found.
std::vector<DescriptorHit> hits_of(std::span<const CellCandidate> candidates);

/// The network for these features before it is fitted.
CandidateNetwork unfitted_cell_network();

}  // namespace venloc
