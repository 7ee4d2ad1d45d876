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

ArtworkAnswer answer_artwork(const Evidence& evidence, const CandidateScorer& sift) {
  const auto list = rank_candidates(evidence.candidates);
  const auto considered = list.considered();
  const auto scores = sift.score(EvidenceSchema::sift().rows(considered, evidence.list));
  const auto maps = score_maps(evidence.candidates);
  const double share = share_of_maps(scores.no_match());
  std::map<std::uint32_t, WeighedCandidate> weighed;
  ArtworkAnswer out;
  add_maps(out.mixture, maps, share);
  out.mixture.no_match -= share * (1 - maps.no_match);
  out.map_components = out.mixture.components.size();
  for (std::size_t i = 0; i < maps.candidates.size(); ++i)
    weighed[maps.candidates[i].photo].probability += share * maps.probabilities[i];
  out.mixture.add(places_of(considered), scores, sift.sigmas_m(), 1 - share);
  for (std::size_t i = 0; i < considered.size(); ++i) {
    auto& candidate = weighed[considered[i].photo];
    candidate.probability += (1 - share) * scores.probabilities[i];
    candidate.inliers = static_cast<int>(considered[i].inliers);
  }
  for (auto& [photo, candidate] : weighed) {
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
