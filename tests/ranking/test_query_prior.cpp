// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "ranking/posterior_builder.hpp"
#include "ranking/query_prior.hpp"
#include "some_gallery.hpp"
#include "venloc/core/error.hpp"

using namespace venloc;

namespace {

constexpr std::array<double, kKernels> kSigmas = {20, 60, 150};

/// Three candidates, the last hardly possible, and no match, as scorers and locators make them.
struct Answer {
  std::vector<EastNorth> places;
  CandidateScores scores = {{0.5, 0.2, 0.00001, 0.29999}, {{{1.0, 0, 0}}, {{0, 0.5, 0.5}}, {{0.2, 0.3, 0.5}}}};

  explicit Answer(const ModelGallery& photos) : places(photos.places.begin(), photos.places.begin() + 3) {}

  struct Result {
    std::vector<double> probabilities;
    Posterior posterior;
  };
  [[nodiscard]] Result with(const QueryPrior& prior, const ModelGallery& photos, double out_of_area = 0.9) const {
    Result out{given(prior, places, scores, kSigmas), {}};
    CandidateMixture mixture;
    mixture.add(places, scores, kSigmas, 1.0, out.probabilities);
    out.posterior = prior.combined(build_posterior(photos, std::move(mixture), out_of_area));
    return out;
  }
};

/// A box that holds the place alone.
BoundingBox around(const ModelGallery& photos, EastNorth place, double margin_m) {
  const LatLng center = photos.frame.to_lat_lng(place);
  return BoundingBox::around(std::span(&center, 1), margin_m);
}

double gaussian(EastNorth a, EastNorth b, double sigma) {
  const double d = distance_m(a, b);
  return std::exp(-d * d / (2 * sigma * sigma)) / (2 * std::numbers::pi * sigma * sigma);
}

}  // namespace

TEST_CASE("query prior: without an area and a prior nothing changes, and a default posterior is no prior") {
  const auto photos = some_gallery();
  QueryOptions query;
  CHECK(QueryPrior(query, photos).empty());
  query.prior = Posterior();
  const QueryPrior none(query, photos);
  CHECK(none.empty());
  const Answer answer(photos);
  CandidateMixture mixture;
  mixture.add(answer.places, answer.scores, kSigmas);
  const auto plain = build_posterior(photos, mixture, 0.3);
  CHECK(none.combined(plain) == plain);
}

TEST_CASE("query prior: an even prior that leaves out-of-area open changes nothing") {
  const auto photos = some_gallery();
  const Answer answer(photos);
  QueryOptions query;
  query.prior = Posterior(photos.frame, photos.area, {}, 0.5, 0.5);
  const auto plain = answer.with(QueryPrior(), photos), found = answer.with(QueryPrior(query, photos), photos);
  CHECK(found.posterior.out_of_area_weight() == doctest::Approx(plain.posterior.out_of_area_weight()));
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(found.probabilities[i] == doctest::Approx(answer.scores.probabilities[i]));
    const auto place = photos.frame.to_lat_lng(answer.places[i]);
    CHECK(found.posterior.density(place) == doctest::Approx(plain.posterior.density(place)).epsilon(1e-3));
  }
}

TEST_CASE("query prior: probabilities of candidates are those of Bayes' rule on a grid") {
  const auto photos = some_gallery();
  const Answer answer(photos);
  const LocalFrame other(LatLng{45.44, 12.34});  // the prior's own frame
  QueryOptions query;
  query.prior =
      Posterior(other, photos.area, {{other.to_local(photos.frame.to_lat_lng(answer.places[1])), 150, 0.7}}, 0.2, 0.1);
  const auto found = answer.with(QueryPrior(query, photos), photos);
  CHECK(mass_of(found.posterior) == doctest::Approx(1));
  constexpr double kStep = 10, kReach = 700;
  const double area = photos.area.area_m2();
  // The mean of the prior's density relative to an even spread, over a Gaussian.
  const auto mean = [&](EastNorth place, double sigma) {
    double sum = 0;
    for (double east = -kReach; east <= kReach; east += kStep)
      for (double north = -kReach; north <= kReach; north += kStep) {
        const EastNorth at{place.east + east, place.north + north};
        sum += gaussian(at, place, sigma) * (0.7 * gaussian(at, answer.places[1], 150) * area + 0.2) * kStep * kStep;
      }
    return sum;
  };
  std::vector<double> weighted;
  for (std::size_t i = 0; i < 3; ++i) {
    double weight = 0;
    for (std::size_t k = 0; k < kKernels; ++k)
      if (answer.scores.kernel_weights[i][k] > 0)
        weight += answer.scores.kernel_weights[i][k] * mean(answer.places[i], kSigmas[k]);
    weighted.push_back(answer.scores.probabilities[i] * weight);
  }
  double no_match = kPriorBackground * (0.7 + 0.2);
  for (const auto& component : photos.prior) no_match += component.weight * mean(component.mean, component.sigma_m);
  weighted.push_back(answer.scores.no_match() * no_match);
  const double all = std::accumulate(weighted.begin(), weighted.end(), 0.0);
  REQUIRE(found.probabilities.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(found.probabilities[i] == doctest::Approx(weighted[i] / all).epsilon(0.02));
  CHECK(found.probabilities[1] > answer.scores.probabilities[1]);
  CHECK(found.posterior.out_of_area_weight() == doctest::Approx(0.09 / (0.09 + 0.1 * all)).epsilon(0.02));
}

TEST_CASE("query prior: an area keeps what is centred in it, and the rest is dropped") {
  const auto photos = some_gallery();
  const Answer answer(photos);
  for (const std::size_t only : {0u, 2u}) {  // the last is too improbable for a part of its own without the area
    CAPTURE(only);
    QueryOptions query;
    query.area = around(photos, answer.places[only], 20);
    const QueryPrior prior(query, photos);
    for (std::size_t i = 0; i < 3; ++i) CHECK(prior.possible(answer.places[i]) == (i == only));
    const auto found = answer.with(prior, photos);
    CHECK(mass_of(found.posterior) == doctest::Approx(1));
    CHECK(found.posterior.in_area() == 1);
    CHECK(std::accumulate(found.probabilities.begin(), found.probabilities.end(), 0.0) == doctest::Approx(1));
    for (std::size_t i = 0; i < 3; ++i) CHECK((found.probabilities[i] > 0) == (i == only));
    double own = 0;
    for (const auto& component : found.posterior.components()) {
      CHECK(prior.possible(component.mean));
      if (component.mean == answer.places[only]) own += component.weight;
    }
    CHECK(own == doctest::Approx(found.probabilities[only]).epsilon(1e-3));

    AnswerSettings settings{prior, 10, true};
    CHECK(settings.reported(found.probabilities, 3) == std::vector<std::size_t>{only});
    settings.prior = {};
    CHECK(settings.reported(found.probabilities, 3).size() == 3);
    settings.max_candidates = 2;
    CHECK(settings.reported(found.probabilities, 3).size() == 2);
  }
}

TEST_CASE("query prior: with an area and a prior only what both leave possible stays") {
  const auto photos = some_gallery();
  const Answer answer(photos);
  QueryOptions query;
  query.area = around(photos, answer.places[0], 20);
  // Near the second candidate, which is outside the area, and inside.
  query.prior =
      Posterior(photos.frame, photos.area, {{answer.places[1], 30, 0.8}, {answer.places[0], 30, 0.1}}, 0.1, 0);
  const auto found = answer.with(QueryPrior(query, photos), photos);
  for (const auto& component : found.posterior.components())
    CHECK(query.area->contains(photos.frame.to_lat_lng(component.mean)));
  CHECK(found.probabilities[0] > 0.9);
  CHECK(found.probabilities[1] == 0);
  query.prior = Posterior(photos.frame, photos.area, {{answer.places[1], 30, 1}}, 0, 0);
  CHECK_THROWS_AS(QueryPrior(query, photos), InvalidArgumentError);
}

TEST_CASE("query prior: what a prior places outside the model's area is out of the area") {
  const auto photos = some_gallery();
  const Answer answer(photos);
  QueryOptions query;
  const LocalFrame far(LatLng{45.9, 12.33});
  query.prior = Posterior(far, {45.8, 12.2, 46.0, 12.5}, {{{0, 0}, 20, 1}}, 0, 0);
  const auto found = answer.with(QueryPrior(query, photos), photos, 0.2);
  CHECK(found.posterior.in_area() == 0);
  // Where the picture is certainly of the city, both exclude each other.
  CHECK_THROWS_AS((void)answer.with(QueryPrior(query, photos), photos, 0.0), InvalidArgumentError);
  // Half of this background lies outside.
  const auto& area = photos.area;
  query.prior = Posterior(photos.frame, {area.south, area.west, area.north, 2 * area.east - area.west}, {}, 1, 0);
  const auto half = answer.with(QueryPrior(query, photos), photos, 0.2);
  CHECK(half.posterior.out_of_area_weight() == doctest::Approx(0.2));
}

TEST_CASE("query prior: where the area leaves nothing, the answer is an even spread over it") {
  const auto photos = some_gallery();
  QueryOptions query;
  query.area = around(photos, photos.places[0], 5);
  const Posterior elsewhere(photos.frame, photos.area, {{photos.places[1], 10, 1}}, 0, 0);
  REQUIRE(distance_m(photos.places[0], photos.places[1]) > 50);
  const auto found = QueryPrior(query, photos).combined(elsewhere);
  CHECK(found.background_weight() == 1);
  CHECK(found.area() == *query.area);
}

TEST_CASE("query prior: an area that reaches beyond the model's is cut, one outside or without extent is refused") {
  const auto photos = some_gallery();
  QueryOptions query;
  query.area = BoundingBox{40, 10, photos.area.north, photos.area.east};
  CHECK(Answer(photos).with(QueryPrior(query, photos), photos).posterior.area() == photos.area);
  const auto refused = [&](BoundingBox area) {
    query.area = area;
    CHECK_THROWS_AS(QueryPrior(query, photos), InvalidArgumentError);
  };
  refused({10, 10, 11, 11});
  refused({photos.area.north, 12.33, photos.area.north + 1, 12.34});
  refused({45.44, 12.33, 45.43, 12.34});
  refused({45.43, 12.34, 45.44, 12.34});
  refused({45.43, 12.33, 95, 12.34});
  refused({45.43, std::nan(""), 45.44, 12.34});
  query = {};
  query.max_candidates = -1;
  CHECK_THROWS_AS(query.validate(), InvalidArgumentError);
}

TEST_CASE("a query is cancelled when its callback returns true") {
  QueryOptions query;
  check_cancelled(query);
  query.cancelled = [] { return false; };
  check_cancelled(query);
  query.cancelled = [] { return true; };
  CHECK_THROWS_AS(check_cancelled(query), CancelledError);
}
