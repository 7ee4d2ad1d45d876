// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/artwork_scorer.hpp"

#include <cmath>
#include <map>

#include "ranking/candidate_list.hpp"

namespace venloc {
namespace {

// For an artwork the odds that none of the photos matches are this much larger (log). Chosen on labelled artworks.
constexpr double kArtworkDoubt = 4.0;
// The maps' part of the posterior is raised to this after the location is found, as kMapSharpening for maps alone; the
// part of local features is calibrated as it is. Chosen on labelled artworks.
constexpr double kMapsPartSharpening = 2.0;

// Share of the maps in the answer, where local features leave this probability to no match.
double share_of_maps(double no_match) {
  const double odds = std::exp(kArtworkDoubt) * no_match;
  return odds / (odds + 1 - no_match);
}

}  // namespace

ArtworkAnswer answer_artwork(const Evidence& evidence, const CandidateScorer& sift, const QueryPrior& prior) {
  const auto list = rank_candidates(evidence.candidates);
  const auto considered = list.considered();
  const auto places = places_of(considered);
  const auto scores = sift.score(EvidenceSchema::sift().rows(considered, evidence.list));
  const auto maps = score_maps(evidence.candidates);
  const double share = share_of_maps(scores.no_match());
  // What either source gives, maps first.
  std::vector<double> probabilities;
  for (const double probability : maps.probabilities) probabilities.push_back(share * probability);
  for (std::size_t i = 0; i < considered.size(); ++i) probabilities.push_back((1 - share) * scores.probabilities[i]);
  auto weights = weights_of(prior, maps.candidates);
  for (const double weight : weights_of(prior, places, scores, sift.sigmas_m())) weights.push_back(weight);
  probabilities = given(prior, probabilities, weights, share * maps.no_match + (1 - share) * scores.no_match());
  const auto of_sift = std::span(probabilities).subspan(maps.candidates.size());
  std::map<std::uint32_t, WeightedCandidate> weighted;
  ArtworkAnswer out;
  add_maps(out.mixture, maps, share);
  out.mixture.no_match -= share * (1 - maps.no_match);
  out.map_components = out.mixture.components.size();
  for (std::size_t i = 0; i < maps.candidates.size(); ++i)
    weighted[maps.candidates[i].photo].probability += probabilities[i];
  out.mixture.add(places, scores, sift.sigmas_m(), 1 - share, of_sift);
  for (std::size_t i = 0; i < considered.size(); ++i) {
    auto& candidate = weighted[considered[i].photo];
    candidate.probability += of_sift[i];
    candidate.inliers = static_cast<int>(considered[i].inliers);
  }
  for (auto& [photo, candidate] : weighted) {
    candidate.photo = photo;
    out.candidates.push_back(candidate);
  }
  return out;
}

CandidateMixture sharpened_maps(const ArtworkAnswer& answer, const ModelGallery& gallery) {
  const auto& components = answer.mixture.components;
  const auto maps_end = components.begin() + static_cast<std::ptrdiff_t>(answer.map_components);
  const std::vector<PosteriorComponent> maps(components.begin(), maps_end);
  double share = 0;
  for (const auto& component : maps) share += component.weight;
  const auto sharp = Posterior(gallery.frame, gallery.area, maps, 0, 0).tempered(kMapsPartSharpening);
  CandidateMixture out{{maps_end, components.end()}, answer.mixture.no_match};
  for (auto component : sharp.components()) {
    component.weight *= share;
    out.components.push_back(component);
  }
  return out;
}

}  // namespace venloc
