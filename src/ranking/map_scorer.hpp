// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "ranking/posterior_builder.hpp"
#include "venloc/ranking/evidence.hpp"

// Feature maps as evidence, and the scorer of artworks by them.
namespace venloc {

/// A posterior of maps alone is raised to this after the location is found (sharpened): many photos of a place give
/// much the same score, which determines the place well but leaves each with little probability. Chosen on labelled
/// artworks: 1.3 to 1.5 put the true place inside the 50 % and 90 % radius as often as they state.
inline constexpr double kMapSharpening = 1.4;

/// The best photos by the scores of FeatureMapStore::scores, as candidates.
std::vector<CandidateEvidence> map_candidates(std::span<const float> scores, std::span<const EastNorth> places);

/// Probabilities of candidates by their map scores.
struct MapScores {
  std::vector<CandidateEvidence> candidates;  ///< best first
  std::vector<double> probabilities;          ///< of each candidate
  double no_match = 0;                        ///< probability of no match
};
MapScores score_maps(std::span<const CandidateEvidence> candidates);

/// Mean weights of the candidates' kernels by the query's prior.
std::vector<double> weights_of(const QueryPrior& prior, std::span<const CandidateEvidence> candidates);

/// Adds the candidates' components with `share` of the probability; the mixture's `no_match` is left to the caller.
void add_maps(CandidateMixture& mixture, const MapScores& scores, double share);

}  // namespace venloc
