// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ranking/artwork_scorer.hpp"
#include "ranking/candidate_list.hpp"
#include "some_evidence.hpp"

using namespace venloc;

namespace {

CandidateScorer some_scorer() { return {EvidenceSchema::sift(), {{"sift.inlier_weight", 3.0}}, 3.0 * lift(4.0)}; }

ModelGallery gallery() {
  std::vector<Photo> photos(40);
  const LocalFrame frame(LatLng{45.43, 12.33});
  for (std::size_t i = 0; i < photos.size(); ++i) {
    photos[i].id = std::to_string(i);
    photos[i].location = frame.to_lat_lng({40.0 * static_cast<double>(i), 3.0 * static_cast<double>(i)});
  }
  ModelGallery out;
  out.set_photos(Gallery(photos));
  return out;
}

double sum_of(const ArtworkAnswer& answer) {
  double sum = 0;
  for (const auto& candidate : answer.candidates) sum += candidate.probability;
  return sum;
}

}  // namespace

TEST_CASE("artwork scorer: maps have the larger share the less local features are certain") {
  auto evidence = some_evidence(40);
  for (const float scale : {0.2f, 1.0f, 3.0f}) {
    CAPTURE(scale);
    auto scaled = evidence;
    for (auto& e : scaled.candidates) e.inlier_weight *= scale;
    const auto considered = rank_candidates(scaled.candidates);
    const double no_match =
        some_scorer().score(EvidenceSchema::sift().rows(considered.considered(), scaled.list)).no_match();
    const auto answer = answer_artwork(scaled, some_scorer(), QueryPrior());
    // The odds of no match, multiplied by exp(4).
    const double odds = std::exp(4.0) * no_match / (1 - no_match), share = odds / (1 + odds);
    double of_maps = 0, all = answer.mixture.no_match;
    for (std::size_t i = 0; i < answer.mixture.components.size(); ++i) {
      all += answer.mixture.components[i].weight;
      if (i < answer.map_components) of_maps += answer.mixture.components[i].weight;
    }
    CHECK(of_maps == doctest::Approx(0.9 * share).epsilon(1e-6));
    CHECK(all == doctest::Approx(1).epsilon(1e-9));
    CHECK(sum_of(answer) == doctest::Approx(1 - 0.1 * share - (1 - share) * no_match).epsilon(1e-6));
    CHECK(std::ranges::is_sorted(answer.candidates, {}, &WeightedCandidate::photo));
  }
}

TEST_CASE("artwork scorer: a prior changes candidates and posterior alike") {
  const auto photos = gallery();
  auto evidence = some_evidence(40);
  for (auto& e : evidence.candidates) e.place = photos.places[e.photo];
  QueryOptions query;
  query.area = BoundingBox::around(std::array{photos.photos[7].location}, 15);
  const QueryPrior prior(query, photos);
  const auto answer = answer_artwork(evidence, some_scorer(), prior);
  CHECK(sum_of(answer) <= 1);
  for (const auto& candidate : answer.candidates) CHECK((candidate.probability > 0) == (candidate.photo == 7));
  const auto posterior = prior.combined(build_posterior(photos, answer.mixture, 0.1));
  double own = 0;
  for (const auto& component : posterior.components())
    if (component.mean == photos.places[7]) own += component.weight;
  CHECK(own == doctest::Approx(sum_of(answer)).epsilon(1e-3));
}

TEST_CASE("artwork scorer: sharpened maps keep their share") {
  const auto answer = answer_artwork(some_evidence(40), some_scorer(), QueryPrior());
  const auto sharp = sharpened_maps(answer, gallery());
  CHECK(sharp.no_match == answer.mixture.no_match);
  const auto mass = [](const CandidateMixture& mixture) {
    return std::accumulate(mixture.components.begin(), mixture.components.end(), 0.0,
                           [](double sum, const PosteriorComponent& c) { return sum + c.weight; });
  };
  CHECK(mass(sharp) == doctest::Approx(mass(answer.mixture)));
}
