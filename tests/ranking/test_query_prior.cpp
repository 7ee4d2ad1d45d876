// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

#include "core/random.hpp"
#include "ranking/posterior_builder.hpp"
#include "ranking/query_prior.hpp"
#include "venloc/core/error.hpp"

using namespace venloc;

namespace {

ModelGallery gallery() {
  Random random(8);
  std::vector<Photo> photos(50);
  for (std::size_t i = 0; i < photos.size(); ++i) {
    photos[i].id = std::to_string(i);
    photos[i].location = {45.43 + 0.01 * random.uniform(), 12.33 + 0.01 * random.uniform()};
  }
  ModelGallery out;
  out.set_photos(Gallery(photos));
  return out;
}

double mass(const Posterior& posterior) {
  double sum = posterior.background_weight() + posterior.out_of_area_weight();
  for (const auto& component : posterior.components()) sum += component.weight;
  return sum;
}

/// Three candidates with a part each, and the rest.
struct Answer {
  std::vector<EastNorth> places;
  std::vector<double> probabilities = {0.5, 0.2, 0.1};
  Posterior posterior;

  explicit Answer(const ModelGallery& photos) : places(photos.places.begin(), photos.places.begin() + 3) {
    std::vector<PosteriorComponent> components;
    for (std::size_t i = 0; i < 3; ++i)
      components.push_back({places[i], 30.0 + 10.0 * static_cast<double>(i), probabilities[i]});
    posterior = Posterior(photos.frame, photos.area, components, 0.12, 0.08);
  }
};

/// A box that holds the first place alone.
BoundingBox around(const ModelGallery& photos, EastNorth place, double margin_m) {
  const LatLng center = photos.frame.to_lat_lng(place);
  return BoundingBox::around(std::span(&center, 1), margin_m);
}

}  // namespace

TEST_CASE("query prior: without an area and a prior nothing changes") {
  const auto photos = gallery();
  Answer answer(photos);
  const QueryPrior none(QueryOptions{}, photos);
  CHECK(none.empty());
  auto probabilities = answer.probabilities;
  CHECK(none.informed(answer.posterior, answer.places, probabilities) == answer.posterior);
  CHECK(probabilities == answer.probabilities);
}

TEST_CASE("query prior: an even prior that leaves out-of-area open changes nothing") {
  const auto photos = gallery();
  Answer answer(photos);
  QueryOptions query;
  query.prior = Posterior(photos.frame, photos.area, {}, 0.5, 0.5);
  auto probabilities = answer.probabilities;
  const auto informed = QueryPrior(query, photos).informed(answer.posterior, answer.places, probabilities);
  CHECK(informed.out_of_area_weight() == doctest::Approx(answer.posterior.out_of_area_weight()));
  REQUIRE(informed.components().size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(probabilities[i] == doctest::Approx(answer.probabilities[i]));
    const auto place = photos.frame.to_lat_lng(answer.places[i]);
    CHECK(informed.density(place) == doctest::Approx(answer.posterior.density(place)));
  }
}

TEST_CASE("query prior: candidates have the probability of their parts in the product with the prior") {
  const auto photos = gallery();
  Answer answer(photos);
  const LocalFrame other(LatLng{45.44, 12.34});  // the prior's own frame
  QueryOptions query;
  query.prior = Posterior(other, {45.40, 12.30, 45.48, 12.40},
                          {{other.to_local(photos.frame.to_lat_lng(answer.places[1])), 150, 0.7}}, 0.2, 0.1);
  auto probabilities = answer.probabilities;
  const auto informed = QueryPrior(query, photos).informed(answer.posterior, answer.places, probabilities);
  CHECK(mass(informed) == doctest::Approx(1));
  // By Bayes' rule on a grid, part by part: the prior's density relative to an even spread.
  constexpr double kStep = 4, kReach = 200;
  const double area = photos.area.area_m2();
  std::array<double, 3> weighed{};
  for (std::size_t i = 0; i < 3; ++i)
    for (double east = -kReach; east <= kReach; east += kStep)
      for (double north = -kReach; north <= kReach; north += kStep) {
        const double sigma = answer.posterior.components()[i].sigma_m;
        const double density =
            std::exp(-(east * east + north * north) / (2 * sigma * sigma)) / (2 * M_PI * sigma * sigma);
        const EastNorth place{answer.places[i].east + east, answer.places[i].north + north};
        const double d = distance_m(place, answer.places[1]);
        const double known = 0.7 * std::exp(-d * d / (2 * 150.0 * 150.0)) / (2 * M_PI * 150.0 * 150.0) * area + 0.2;
        weighed[i] += answer.probabilities[i] * density * known * kStep * kStep;
      }
  const double all = weighed[0] + weighed[1] + weighed[2] + 0.12 * (0.7 + 0.2) + 0.08 * 0.1;
  for (std::size_t i = 0; i < 3; ++i) CHECK(probabilities[i] == doctest::Approx(weighed[i] / all).epsilon(0.01));
  CHECK(probabilities[1] > answer.probabilities[1]);
  CHECK(informed.out_of_area_weight() == doctest::Approx(0.008 / all).epsilon(0.01));
}

TEST_CASE("query prior: an area keeps what is centred in it, and the rest is given up") {
  const auto photos = gallery();
  Answer answer(photos);
  QueryOptions query;
  query.area = around(photos, answer.places[0], 20);
  for (std::size_t i = 1; i < 3; ++i) REQUIRE_FALSE(query.area->contains(photos.frame.to_lat_lng(answer.places[i])));
  const QueryPrior prior(query, photos);
  CHECK(prior.possible(answer.places[0]));
  CHECK_FALSE(prior.possible(answer.places[1]));
  auto probabilities = answer.probabilities;
  const auto informed = prior.informed(answer.posterior, answer.places, probabilities);
  CHECK(mass(informed) == doctest::Approx(1));
  CHECK(informed.in_area() == 1);
  REQUIRE(informed.components().size() == 1);
  const double background = 0.12 * query.area->area_m2() / photos.area.area_m2();
  CHECK(probabilities[0] == doctest::Approx(0.5 / (0.5 + background)));
  CHECK(informed.components()[0].weight == doctest::Approx(probabilities[0]));
  CHECK(probabilities[1] == 0);
  CHECK(probabilities[2] == 0);

  AnswerSettings settings{prior, 10, true};
  CHECK(settings.reported(probabilities, 3) == std::vector<std::size_t>{0});
  settings.prior = {};
  CHECK(settings.reported(probabilities, 3) == std::vector<std::size_t>{0, 1, 2});
  settings.max_candidates = 2;
  CHECK(settings.reported(probabilities, 3) == std::vector<std::size_t>{0, 1});
}

TEST_CASE("query prior: where the area leaves nothing, the answer is an even spread over it") {
  const auto photos = gallery();
  QueryOptions query;
  query.area = around(photos, photos.places[0], 5);
  const Posterior elsewhere(photos.frame, photos.area, {{photos.places[1], 10, 1}}, 0, 0);
  REQUIRE(distance_m(photos.places[0], photos.places[1]) > 50);
  const auto informed = QueryPrior(query, photos).informed(elsewhere);
  CHECK(informed.background_weight() == 1);
  CHECK(informed.area() == *query.area);
}

TEST_CASE("query prior: an area that reaches beyond the model's is cut, one outside or without extent is refused") {
  const auto photos = gallery();
  QueryOptions query;
  query.area = BoundingBox{40, 10, photos.area.north, photos.area.east};
  CHECK(QueryPrior(query, photos).informed(Answer(photos).posterior).area() == photos.area);
  const auto refused = [&](BoundingBox area) {
    query.area = area;
    CHECK_THROWS_AS(QueryPrior(query, photos), InvalidArgumentError);
  };
  refused({10, 10, 11, 11});
  refused({45.44, 12.33, 45.43, 12.34});
  refused({45.43, 12.34, 45.44, 12.34});
  refused({45.43, 12.33, 95, 12.34});
  refused({45.43, NAN, 45.44, 12.34});
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
