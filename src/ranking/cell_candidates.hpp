// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/ranking/evidence.hpp"
#include "venloc/retrieval/descriptor_index.hpp"

namespace venloc {

inline constexpr std::size_t kMaxCellCandidates = 100;

/// Log-probabilities of the classes of each partition for one query.
using CellLogProbabilities = std::vector<std::vector<float>>;

/// The photos with the best scores of cells and similarity among those found; `classes` are each partition's classes
/// of the photos.
VENLOC_API std::vector<CandidateEvidence> cell_candidates(const CellLogProbabilities& cells,
                                                          std::span<const std::vector<std::uint32_t>> classes,
                                                          std::span<const DescriptorHit> hits,
                                                          std::span<const EastNorth> places);

/// Mean over the partitions of the best class's log-probability.
VENLOC_API double cell_certainty(const CellLogProbabilities& cells);

}  // namespace venloc
