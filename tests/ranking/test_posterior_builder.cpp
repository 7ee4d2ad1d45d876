// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "ranking/posterior_builder.hpp"
#include "some_gallery.hpp"

using namespace venloc;

namespace {

CandidateScores some_scores() {
  return {{0.5, 0.2, 0.00005, 0.29995}, {{{1.0, 0, 0}}, {{0, 0.5, 0.5}}, {{0.2, 0.3, 0.5}}}};
}
constexpr std::array<double, kKernels> kSigmas = {10, 50, 200};

}  // namespace

TEST_CASE("posterior builder: candidates share their probability among kernels, small ones stay with no match") {
  const std::vector<EastNorth> places = {{0, 0}, {300, 0}, {0, 500}};
  CandidateMixture mixture;
  mixture.add(places, some_scores(), kSigmas, 0.5);
  CHECK(mixture.no_match == doctest::Approx(1 - 0.5 * 0.7));
  CHECK(mixture.components.size() == 2 * kKernels);
  double first = 0;
  for (std::size_t k = 0; k < kKernels; ++k) {
    CHECK(mixture.components[k].mean == places[0]);
    CHECK(mixture.components[k].sigma_m == kSigmas[k]);
    first += mixture.components[k].weight;
  }
  CHECK(first == doctest::Approx(0.25));
}

TEST_CASE("posterior builder: mass is one, and out of the area by Bayes' rule or as given") {
  const auto photos = some_gallery();
  const std::vector<EastNorth> places = {photos.places[0], photos.places[1], photos.places[2]};
  CandidateMixture mixture;
  mixture.add(places, some_scores(), kSigmas);
  const auto by_rule = build_posterior(photos, mixture);
  CHECK(mass_of(by_rule) == doctest::Approx(1));
  const double no_match = mixture.no_match;
  CHECK(by_rule.out_of_area_weight() == doctest::Approx(0.1 * no_match / (0.1 * no_match + 0.9)));
  const auto given = build_posterior(photos, mixture, 0.25);
  CHECK(mass_of(given) == doctest::Approx(1));
  CHECK(given.out_of_area_weight() == doctest::Approx(0.25));
  CHECK(given.background_weight() == doctest::Approx(0.75 * no_match * kPriorBackground));
}

TEST_CASE("posterior builder: without a calibration only a candidate that is better than none speaks for the area") {
  CandidateScores scores;
  scores.probabilities = {1.0};
  CHECK(uncalibrated_out_of_area(scores) == doctest::Approx(kUncalibratedOutOfArea / (1 - 0.15 * 0.5)));
  // Many poor candidates are no more than one of them.
  scores.probabilities = {0.2, 0.2, 0.2, 0.2, 0.2};
  CHECK(uncalibrated_out_of_area(scores) == doctest::Approx(kUncalibratedOutOfArea));
  // Odds of 9 count as 3.
  scores.probabilities = {0.9, 0.1};
  CHECK(uncalibrated_out_of_area(scores) == doctest::Approx(1 / (1 + 1 - 0.15 + 0.15 * 3)));
  double before = 1;
  for (const double best : {0.0, 0.3, 0.6, 0.9, 0.999, 1.0}) {
    scores.probabilities = {best, 1 - best};
    const double outside = uncalibrated_out_of_area(scores);
    CHECK(outside < before);
    before = outside;
  }
  CHECK(before < 0.07);
}

TEST_CASE("posterior builder: what is reported follows from the posterior") {
  const auto photos = some_gallery();
  CandidateMixture mixture;
  mixture.add(std::vector<EastNorth>{photos.places[0], photos.places[1], photos.places[2]}, some_scores(), kSigmas);
  Prediction plain, sharp;
  plain.posterior = sharp.posterior = build_posterior(photos, mixture);
  report_place(plain, kDistrictShare);
  report_location(sharp, kDistrictShare);
  sharp.posterior = sharpened(sharp.posterior, 2.0);
  report_region(sharp);
  CHECK(distance_m(plain.location, photos.photos[0].location) < 5);
  CHECK(plain.confidence == plain.posterior.mass_within(plain.location, kConfidenceRadiusM));
  CHECK(plain.radius_50_m < plain.radius_90_m);
  CHECK(plain.in_area == doctest::Approx(1 - plain.posterior.out_of_area_weight()));
  // Sharper: the same place, more confidence, and out of the area as before.
  CHECK(sharp.location == plain.location);
  CHECK(sharp.confidence > plain.confidence);
  CHECK(sharp.in_area == doctest::Approx(plain.in_area));
  const auto candidate = report_candidate(photos, 7, 0.4, 3.5);
  CHECK(candidate.photo_id == "7");
  CHECK(candidate.location == photos.photos[7].location);
  CHECK(candidate.probability == 0.4);
  CHECK(candidate.score == 3.5);
}
