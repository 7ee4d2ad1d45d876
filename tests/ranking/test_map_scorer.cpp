// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/random.hpp"
#include "ranking/map_scorer.hpp"

using namespace venloc;

TEST_CASE("map scorer: the best photos have probabilities by their scores") {
  Random random(2);
  std::vector<float> scores;
  std::vector<EastNorth> places;
  for (int i = 0; i < 200; ++i) {
    scores.push_back(static_cast<float>(std::floor(12 * random.uniform()) / 3));  // some are equal
    places.push_back({10.0 * i, 0});
  }
  const auto candidates = map_candidates(scores, places);
  REQUIRE(candidates.size() == 80);
  const auto found = score_maps(candidates);
  CHECK(found.no_match == 0.1);
  CHECK(std::accumulate(found.probabilities.begin(), found.probabilities.end(), 0.0) == doctest::Approx(0.9));
  for (std::size_t i = 0; i < 80; ++i) {
    const auto& e = found.candidates[i];
    CHECK(e.map_score == scores[e.photo]);
    CHECK(e.place == places[e.photo]);
    CHECK(e.retrievers == kByMaps);
    if (i == 0) continue;
    const auto& before = found.candidates[i - 1];
    CHECK((before.map_score > e.map_score || (before.map_score == e.map_score && before.photo < e.photo)));
    // Half a natural unit of log odds for a standard deviation.
    CHECK(std::log(found.probabilities[0] / found.probabilities[i]) ==
          doctest::Approx(0.5 * static_cast<double>(found.candidates[0].map_score - e.map_score)));
  }
  for (std::size_t p = 0; p < scores.size(); ++p)
    if (scores[p] > candidates.back().map_score)
      CHECK(std::ranges::find(candidates, p, [](const auto& e) { return std::size_t{e.photo}; }) != candidates.end());
}

TEST_CASE("map scorer: other candidates are left alone, components have the share") {
  auto candidates = map_candidates(std::vector<float>{1, 3, 2}, std::vector<EastNorth>{{1, 0}, {2, 0}, {3, 0}});
  CandidateEvidence other;
  other.photo = 9;
  other.retrievers = kByFeatures;
  candidates.insert(candidates.begin(), other);
  const auto found = score_maps(candidates);
  REQUIRE(found.candidates.size() == 3);
  CHECK(found.candidates[0].photo == 1);
  CandidateMixture mixture;
  add_maps(mixture, found, 0.4);
  double weight = 0;
  for (const auto& component : mixture.components) weight += component.weight;
  CHECK(weight == doctest::Approx(0.4 * 0.9));
  CHECK(mixture.no_match == 1.0);
  CHECK(score_maps({}).candidates.empty());
}
