// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/map_scorer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>
#include <tuple>
#include <utility>

namespace venloc {
namespace {

// Chosen on labelled artworks.
constexpr double kSharpness = 0.5;       // log odds for a standard deviation of the score
constexpr std::size_t kCandidates = 80;  // the best so many photos
constexpr double kNoMatch = 0.1;         // probability of no match
// An artwork shows what its maker saw, from about there.
constexpr std::array<std::pair<double, double>, 2> kMapKernels = {{{0.65, 35.0}, {0.35, 140.0}}};  // share, sigma [m]

}  // namespace

std::vector<CandidateEvidence> map_candidates(std::span<const float> scores, std::span<const EastNorth> places) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t p) { return scores[p]; });
  order.resize(std::min(kCandidates, scores.size()));
  std::vector<CandidateEvidence> out;
  for (const auto p : order) {
    auto& e = out.emplace_back();
    e.photo = static_cast<std::uint32_t>(p);
    e.place = places[p];
    e.retrievers = kByMaps;
    e.map_score = scores[p];
  }
  return out;
}

MapScores score_maps(std::span<const CandidateEvidence> candidates) {
  MapScores out{{}, {}, kNoMatch};
  for (const auto& e : candidates)
    if ((e.retrievers & kByMaps) != 0) out.candidates.push_back(e);
  std::ranges::sort(out.candidates, {}, [](const auto& e) { return std::tuple(-e.map_score, e.photo); });
  out.candidates.resize(std::min(kCandidates, out.candidates.size()));
  double all = 0;
  for (const auto& e : out.candidates) {
    const double gap = static_cast<double>(e.map_score) - static_cast<double>(out.candidates.front().map_score);
    all += out.probabilities.emplace_back(std::exp(kSharpness * gap));
  }
  for (double& probability : out.probabilities) probability *= (1 - kNoMatch) / all;
  return out;
}

std::vector<double> weights_of(const QueryPrior& prior, std::span<const CandidateEvidence> candidates) {
  std::vector<double> out;
  for (const auto& e : candidates) {
    double& weight = out.emplace_back(0);
    for (const auto& [part, sigma] : kMapKernels) weight += part * prior.weight(e.place, sigma);
  }
  return out;
}

void add_maps(CandidateMixture& mixture, const MapScores& scores, double share) {
  for (std::size_t i = 0; i < scores.candidates.size(); ++i)
    for (const auto& [part, sigma] : kMapKernels)
      mixture.components.push_back({scores.candidates[i].place, sigma, share * part * scores.probabilities[i]});
}

}  // namespace venloc
