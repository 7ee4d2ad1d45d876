// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/cell_candidates.hpp"

#include <algorithm>

namespace venloc {
namespace {

// A candidate's score is cells times the one plus similarity times the other; the scorer weighs it further.
constexpr double kCellWeight = 1.2, kSimilarityWeight = 25.0;

}  // namespace

std::vector<CandidateEvidence> cell_candidates(const CellLogProbabilities& cells,
                                               std::span<const std::vector<std::uint32_t>> classes,
                                               std::span<const DescriptorHit> hits, std::span<const EastNorth> places) {
  std::vector<CandidateEvidence> out;
  out.reserve(hits.size());
  for (const auto& hit : hits) {
    auto& e = out.emplace_back();
    e.photo = hit.index;
    e.place = places[hit.index];
    e.retrievers = kByCells;
    e.similarity = hit.similarity;
    for (std::size_t p = 0; p < cells.size(); ++p) e.cells += cells[p][classes[p][hit.index]];
    e.cells /= static_cast<double>(cells.size());
    e.cell_score = kCellWeight * e.cells + kSimilarityWeight * static_cast<double>(hit.similarity);
  }
  if (out.size() > kMaxCellCandidates) {
    std::ranges::nth_element(out, out.begin() + kMaxCellCandidates, [](const auto& a, const auto& b) {
      return a.cell_score != b.cell_score ? a.cell_score > b.cell_score : a.photo < b.photo;
    });
    out.resize(kMaxCellCandidates);
  }
  return out;
}

double cell_certainty(const CellLogProbabilities& cells) {
  double out = 0;
  for (const auto& partition : cells) out += *std::ranges::max_element(partition) / static_cast<double>(cells.size());
  return out;
}

}  // namespace venloc
