// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "locators/s2_evidence.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace venloc {

namespace {

// A candidate's score is cells times the one plus similarity times the other; where it counts is learnt on top.
constexpr double kCells = 1.2, kSimilarity = 25.0;
constexpr std::size_t kScoreGap = kDescriptorFeatures + 1;  // position among the features
constexpr double kFloor = 1e-6;

}  // namespace

std::vector<CellCandidate> cell_candidates(const CellAnswer& answer,
                                           std::span<const std::vector<std::uint32_t>> classes,
                                           std::span<const DescriptorHit> hits) {
  std::vector<CellCandidate> out;
  out.reserve(hits.size());
  for (const auto& hit : hits) {
    double cells = 0;
    for (std::size_t p = 0; p < answer.size(); ++p) cells += answer[p][classes[p][hit.index]];
    cells /= static_cast<double>(answer.size());
    out.push_back({hit, cells, kCells * cells + kSimilarity * static_cast<double>(hit.similarity)});
  }
  if (out.size() > kCellCandidates) {
    std::ranges::nth_element(out, out.begin() + kCellCandidates, [](const auto& a, const auto& b) {
      return a.score != b.score ? a.score > b.score : a.hit.index < b.hit.index;
    });
    out.resize(kCellCandidates);
  }
  std::ranges::sort(out, [](const auto& a, const auto& b) {
    return a.hit.similarity != b.hit.similarity ? a.hit.similarity > b.hit.similarity : a.hit.index < b.hit.index;
  });
  return out;
}

std::vector<DescriptorHit> hits_of(std::span<const CellCandidate> candidates) {
  std::vector<DescriptorHit> out;
  for (const auto& candidate : candidates) out.push_back(candidate.hit);
  return out;
}

CandidateFeatures cell_features(std::span<const CellCandidate> candidates, std::span<const float> regional,
                                const CellAnswer& answer, std::span<const EastNorth> places,
                                std::span<const Standing> standing, std::span<const float> density) {
  auto base = descriptor_features(hits_of(candidates), regional, places, standing, density);

  const std::size_t n = candidates.size();
  double best_score = -std::numeric_limits<double>::infinity(), best_cells = best_score;
  for (const auto& c : candidates) {
    best_score = std::max(best_score, c.score);
    best_cells = std::max(best_cells, c.cells);
  }
  double all = 0;
  for (const auto& c : candidates) all += std::exp(c.score - best_score);
  CandidateFeatures out;
  double entropy = 0, most_near = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto& c = candidates[i];
    double near = 0;
    for (const auto& other : candidates)
      if (distance_m(places[c.hit.index], places[other.hit.index]) <= kSupportM)
        near += std::exp(other.score - best_score);
    near /= all;
    const double share = std::exp(c.score - best_score) / all;
    entropy -= share * std::log(share + kFloor);
    most_near = std::max(most_near, near);
    const auto* row = base.candidates.data() + i * kDescriptorFeatures;
    out.candidates.insert(out.candidates.end(), row, row + kDescriptorFeatures);
    out.candidates.insert(out.candidates.end(), {c.cells - best_cells, c.score - best_score, std::log(share + kFloor),
                                                 std::log(near + kFloor), c.cells});
  }
  double certainty = 0;  // mean over the partitions of the best class's log-probability
  for (const auto& partition : answer)
    certainty += *std::ranges::max_element(partition) / static_cast<double>(answer.size());
  out.list = std::move(base.list);
  out.list.insert(out.list.end(), {entropy, most_near, certainty});
  return out;
}

CandidateNetwork unfitted_cell_network() { return {kCellFeatures, kCellListFeatures, {{kScoreGap, 1.0}}, 0.0}; }

}  // namespace venloc
