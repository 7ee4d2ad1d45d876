// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

#include "core/random.hpp"
#include "ranking/model_gallery.hpp"

using namespace venloc;

TEST_CASE("model gallery: the density of photos is that of comparing all with all") {
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    Random random(seed);
    ModelGallery known;
    known.frame = LocalFrame({45.43, 12.33});
    for (int i = 0; i < 600; ++i) {
      Photo photo;
      // Some places are taken several times, some are exactly on the edges of strips.
      const double spread = i % 3 == 0 ? 80.0 : 900.0;
      EastNorth place{spread * (random.uniform() - 0.5), spread * (random.uniform() - 0.5)};
      if (i % 7 == 0) place = {kSupportM * static_cast<double>(i % 5), -kSupportM * static_cast<double>(i % 4)};
      photo.location = known.frame.to_lat_lng(place);
      known.photos.push_back(photo);
    }
    known.set_places();
    REQUIRE(known.density.size() == known.photos.size());
    for (std::size_t i = 0; i < known.places.size(); ++i) {
      int near = -1;  // itself
      for (const auto other : known.places) {
        const double east = known.places[i].east - other.east, north = known.places[i].north - other.north;
        if (east * east + north * north < kSupportM * kSupportM) ++near;
      }
      CHECK(known.density[i] == static_cast<float>(near));
    }
  }
}

TEST_CASE("model gallery: the prior of one cluster has its mean and spread, widened, and the rest is background") {
  const std::vector<EastNorth> places = {{-300, 0}, {300, 0}, {0, -400}, {0, 400}, {-100, -200}, {100, 200}};
  const auto prior = prior_of(places);
  REQUIRE(prior.size() == 1);
  CHECK(prior[0].weight == doctest::Approx(1 - kPriorBackground));
  CHECK(prior[0].mean.east == doctest::Approx(0));
  CHECK(prior[0].mean.north == doctest::Approx(0));
  // Each axis has half of the mean squared distance, and 60 m are added in squares.
  const double mean_square = (2 * 300.0 * 300 + 2 * 400.0 * 400 + 2 * (100.0 * 100 + 200.0 * 200)) / 6;
  CHECK(prior[0].sigma_m == doctest::Approx(std::sqrt(mean_square / 2 + 60 * 60)));
}

TEST_CASE("model gallery: the prior of separate clusters has one component for each") {
  std::vector<EastNorth> places;
  for (int i = 0; i < 24; ++i) places.push_back({5000.0 * (i / 8) + 10 * (i % 8), 0});
  const auto prior = prior_of(places);
  REQUIRE(prior.size() == 3);
  for (int c = 0; c < 3; ++c) {
    const auto& component = prior[static_cast<std::size_t>(c)];
    CHECK(component.mean.east == doctest::Approx(5000.0 * c + 35));
    CHECK(component.weight == doctest::Approx((1 - kPriorBackground) / 3));
    CHECK(component.sigma_m == doctest::Approx(std::sqrt(525.0 / 2 + 60 * 60)));
  }
}
