// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

#include "venloc/core/error.hpp"
#include "venloc/geo/lat_lng.hpp"

using namespace venloc;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kDegree = std::numbers::pi / 180.0;
constexpr std::array<LatLng, 9> kOrigins = {{{45.4342, 12.3388},
                                             {0.0, 0.0},
                                             {-33.8568, 151.2153},
                                             {-54.8019, -68.3030},
                                             {40.7128, -74.0060},
                                             {64.1466, -21.9426},
                                             {78.2232, 15.6267},
                                             {-16.5, 179.95},
                                             {89.9, 30.0}}};

/// The place at a distance and bearing on the sphere, by the textbook formula for the destination point.
LatLng destination(LatLng from, double bearing, double distance) {
  const double angle = distance / kEarthRadiusM;
  const double lat_0 = from.lat * kDegree;
  const double lat =
      std::asin(std::sin(lat_0) * std::cos(angle) + std::cos(lat_0) * std::sin(angle) * std::cos(bearing));
  const double d_lng = std::atan2(std::sin(bearing) * std::sin(angle) * std::cos(lat_0),
                                  std::cos(angle) - std::sin(lat_0) * std::sin(lat));
  return {lat / kDegree, std::remainder(from.lng + d_lng / kDegree, 360.0)};
}

}  // namespace

TEST_CASE("validity of places") {
  CHECK(is_valid({45.4, 12.3}));
  CHECK(is_valid({-90.0, 180.0}));
  CHECK_FALSE(is_valid({95.0, 12.0}));
  CHECK_FALSE(is_valid({45.0, -180.5}));
  CHECK_FALSE(is_valid({kNan, 12.0}));
  CHECK_FALSE(is_valid({45.0, kNan}));
  CHECK_FALSE(is_valid({std::numeric_limits<double>::infinity(), 12.0}));
}

TEST_CASE("great-circle distances of known pairs") {
  // A worked example on rosettacode.org "Haversine formula" (BNA to LAX with R = 6371.0 km: 2886.444 km; with 6372.8:
  // 2887.260).
  CHECK(distance_m(LatLng{36.12, -86.67}, LatLng{33.94, -118.40}) ==
        doctest::Approx(2887259.95 * kEarthRadiusM / 6372800.0).epsilon(1e-8));
  // Paris to London, 343.5 km in many published examples of the formula.
  CHECK(distance_m(LatLng{48.8566, 2.3522}, LatLng{51.5074, -0.1278}) == doctest::Approx(343556.0).epsilon(2e-5));
  CHECK(distance_m(LatLng{0, 0}, LatLng{0, 1}) == doctest::Approx(kEarthRadiusM * kDegree).epsilon(1e-12));
  CHECK(distance_m(LatLng{0, 0}, LatLng{0, 180}) == doctest::Approx(kEarthRadiusM * std::numbers::pi).epsilon(1e-12));
  CHECK(distance_m(LatLng{90, 0}, LatLng{-90, 77}) == doctest::Approx(kEarthRadiusM * std::numbers::pi).epsilon(1e-12));
  CHECK(distance_m(LatLng{-16.5, 179.99}, LatLng{-16.5, -179.99}) < 2200.0);
  CHECK(distance_m(LatLng{45.4342, 12.3388}, LatLng{45.4342, 12.3388}) == 0.0);
}

TEST_CASE("local frame: there and back within 1 mm, distance and bearing from the origin are those of the sphere") {
  std::mt19937_64 generator(7);
  std::uniform_real_distribution<double> unit(0.0, 1.0);
  for (const LatLng origin : kOrigins) {
    CAPTURE(origin.lat);
    const LocalFrame frame(origin);
    CHECK(frame.to_lat_lng({0, 0}) == origin);
    CHECK(distance_m(frame.to_local(origin), EastNorth{0, 0}) < 1e-6);
    for (int i = 0; i < 500; ++i) {
      const double bearing = 2 * std::numbers::pi * unit(generator);
      const double distance = 50000.0 * (i % 5 == 0 ? 1e-4 : 1.0) * unit(generator);
      const LatLng place = destination(origin, bearing, distance);
      const EastNorth local = frame.to_local(place);
      CHECK(distance_m(local, EastNorth{distance * std::sin(bearing), distance * std::cos(bearing)}) < 1e-3);
      CHECK(std::hypot(local.east, local.north) == doctest::Approx(distance_m(origin, place)).epsilon(1e-7));
      const LatLng back = frame.to_lat_lng(local);
      CHECK(is_valid(back));
      CHECK(distance_m(place, back) < 1e-3);
      CHECK(distance_m(frame.to_local(back), local) < 1e-3);
    }
  }
}

TEST_CASE("local frame: distances within a city agree with the great circle") {
  std::mt19937_64 generator(11);
  std::uniform_real_distribution<double> metres(-7000.0, 7000.0);
  for (const LatLng origin : kOrigins) {
    const LocalFrame frame(origin);
    for (int i = 0; i < 300; ++i) {
      const EastNorth a{metres(generator), metres(generator)};
      const EastNorth b{metres(generator), metres(generator)};
      const double on_sphere = distance_m(frame.to_lat_lng(a), frame.to_lat_lng(b));
      CHECK(std::abs(on_sphere - distance_m(a, b)) <= 1e-6 * distance_m(a, b) + 1e-6);
    }
  }
}

TEST_CASE("local frame: east is east and north is north") {
  const LocalFrame frame(LatLng{45.4342, 12.3388});
  CHECK(frame.to_local({45.4342, 12.35}).east > 800.0);
  CHECK(frame.to_local({45.44, 12.3388}).north == doctest::Approx(0.0058 * kDegree * kEarthRadiusM).epsilon(1e-9));
  CHECK(std::abs(frame.to_local({45.44, 12.3388}).east) < 1e-6);
  CHECK_THROWS_AS(LocalFrame(LatLng{95.0, 0.0}), InvalidArgumentError);
  CHECK_THROWS_AS(LocalFrame(LatLng{0.0, kNan}), InvalidArgumentError);
}

TEST_CASE("bounding box around places") {
  const std::vector<LatLng> places = {{45.43, 12.33}, {45.44, 12.31}, {45.42, 12.36}};
  const BoundingBox tight = BoundingBox::around(places);
  CHECK(tight == BoundingBox{45.42, 12.31, 45.44, 12.36});
  CHECK(tight.center().lat == doctest::Approx(45.43));
  CHECK(tight.center().lng == doctest::Approx(12.335));
  for (const LatLng place : places) CHECK(tight.contains(place));
  CHECK_FALSE(tight.contains({45.4400001, 12.33}));
  CHECK_FALSE(tight.contains({kNan, 12.33}));

  // With a margin, every place at that distance is inside, and no side is wider than needed.
  const BoundingBox wide = BoundingBox::around(places, 500.0);
  for (const LatLng place : places)
    for (int k = 0; k < 360; ++k) CHECK(wide.contains(destination(place, k * kDegree, 499.999)));
  CHECK(distance_m(LatLng{tight.south, 12.33}, LatLng{wide.south, 12.33}) == doctest::Approx(500.0).epsilon(1e-6));
  CHECK(distance_m(LatLng{45.44, tight.west}, LatLng{45.44, wide.west}) == doctest::Approx(500.0).epsilon(1e-3));

  const std::array<LatLng, 1> pole = {{{89.9999, 10.0}}};
  const BoundingBox cap = BoundingBox::around(pole, 1000.0);
  CHECK(cap.north == 90.0);
  CHECK(cap.west == -180.0);
  CHECK(cap.east == 180.0);

  CHECK_THROWS_AS(BoundingBox::around({}), InvalidArgumentError);
  CHECK_THROWS_AS(BoundingBox::around(places, -1.0), InvalidArgumentError);
  CHECK_THROWS_AS(BoundingBox::around(places, kNan), InvalidArgumentError);
  const std::vector<LatLng> bad = {{45.43, 12.33}, {95.0, 12.31}};
  CHECK_THROWS_WITH_AS(BoundingBox::around(bad), doctest::Contains("place 1"), InvalidArgumentError);
}

TEST_CASE("area of a bounding box") {
  CHECK(BoundingBox{-90, -180, 90, 180}.area_m2() ==
        doctest::Approx(4 * std::numbers::pi * kEarthRadiusM * kEarthRadiusM).epsilon(1e-12));
  const BoundingBox venice{45.40, 12.28, 45.46, 12.40};
  const double formula =
      kEarthRadiusM * kEarthRadiusM * (std::sin(45.46 * kDegree) - std::sin(45.40 * kDegree)) * (0.12 * kDegree);
  CHECK(venice.area_m2() == doctest::Approx(formula).epsilon(1e-9));
  const double edges =
      distance_m(LatLng{45.40, 12.28}, LatLng{45.46, 12.28}) * distance_m(LatLng{45.43, 12.28}, LatLng{45.43, 12.40});
  CHECK(venice.area_m2() == doctest::Approx(edges).epsilon(1e-5));
  CHECK(BoundingBox{1, 2, 1, 2}.area_m2() == 0.0);
}
