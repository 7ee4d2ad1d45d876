// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/random.hpp"
#include "geo/antimeridian.hpp"
#include "venloc/geo/posterior.hpp"

using namespace venloc;

namespace {

double area(const LatLngRing& ring) {
  double sum = 0.0;
  for (std::size_t i = 0; i < ring.size(); ++i)
    sum += ring[i].lng * ring[(i + 1) % ring.size()].lat - ring[(i + 1) % ring.size()].lng * ring[i].lat;
  return sum / 2;
}

double area(const std::vector<LatLngPolygon>& polygons) {
  double sum = 0.0;
  for (const auto& polygon : polygons)
    for (const auto& ring : polygon) sum += area(ring);
  return sum;
}

/// A star with many arms around a place on the antimeridian, as it is drawn without regard to it, and as places.
LatLngRing star(double radius, bool clockwise, std::uint64_t seed) {
  Random random(seed);
  LatLngRing ring;
  constexpr int kPoints = 40;
  for (int i = 0; i < kPoints; ++i) {
    const double angle = 2 * 3.14159265358979 * i / kPoints;
    const double r = radius * (0.4 + static_cast<double>(random.below(600)) / 1000);
    ring.push_back({-16.8 + r * std::sin(angle), 180.013 + r * std::cos(angle)});
  }
  if (clockwise) std::reverse(ring.begin(), ring.end());
  return ring;
}

LatLngRing folded(LatLngRing ring) {
  for (auto& place : ring) place.lng = within_turn(place.lng);
  return ring;
}

}  // namespace

TEST_CASE("polygons are cut at the antimeridian without loss of area") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    const auto outer = star(1.0, false, seed), hole = star(0.3, true, seed + 100);
    const auto parts = cut_at_antimeridian({folded(outer), folded(hole)});
    CHECK(parts.size() >= 2);
    for (const auto& polygon : parts) {
      CHECK(area(polygon.front()) > 0.0);
      for (std::size_t i = 1; i < polygon.size(); ++i) CHECK(area(polygon[i]) < 0.0);
      for (const auto& ring : polygon) {
        const auto [west, east] = std::ranges::minmax(ring, {}, &LatLng::lng);
        CHECK(east.lng - west.lng < 180.0);  // no side crosses
        CHECK((west.lng >= 178.0 || east.lng <= -178.0));
        CHECK(east.lng <= 180.0);
        CHECK(west.lng >= -180.0);
      }
    }
    CHECK(area(parts) == doctest::Approx(area(outer) + area(hole)).epsilon(1e-9));
  }
}

TEST_CASE("polygons elsewhere stay as they are") {
  const LatLngRing square{{45, 12}, {45, 13}, {46, 13}, {46, 12}};
  const auto parts = cut_at_antimeridian({square});
  REQUIRE(parts.size() == 1);
  CHECK(parts.front() == LatLngPolygon{square});
}

TEST_CASE("boxes across the antimeridian") {
  const std::vector<LatLng> street{{-16.83, 179.9985}, {-16.83, -179.9993}, {-16.82, 179.9999}};
  const auto box = BoundingBox::around(street);
  CHECK(box == BoundingBox{-16.83, 179.9985, -16.82, -179.9993});
  CHECK(box.width_deg() == doctest::Approx(0.0022).epsilon(1e-9));
  CHECK(box.center().lng == doctest::Approx(179.9996).epsilon(1e-12));
  for (const auto place : street) CHECK(box.contains(place));
  CHECK(box.contains({-16.825, 180.0}));
  CHECK(box.contains({-16.825, -180.0}));
  CHECK(!box.contains({-16.825, 0.0}));
  CHECK(!box.contains({-16.825, 179.99}));
  const auto shifted = [](const BoundingBox& b) { return BoundingBox{b.south, 0, b.north, b.width_deg()}; };
  CHECK(box.area_m2() == doctest::Approx(shifted(box).area_m2()).epsilon(1e-12));
  const auto wide = BoundingBox::around(street, 1000.0);
  CHECK(wide.west > 179.98);
  CHECK(wide.east < -179.98);
  CHECK(wide.contains({-16.83, 179.9900}));
  const std::vector<LatLng> near{{-16.83, 179.9985}};
  CHECK(BoundingBox::around(near, 1000.0).contains({-16.83, -179.9995}));
  const std::vector<LatLng> both{{0, 180}, {0, -180}};  // one meridian
  CHECK(BoundingBox::around(both).width_deg() == 0.0);
  const std::vector<LatLng> half{{0, -90}, {0, 90}};  // two boxes of equal size
  CHECK(BoundingBox::around(half) == BoundingBox{0, -90, 0, 90});
  const std::vector<LatLng> cities{{-34, 151}, {45, 12}, {34, -118}};
  CHECK(BoundingBox::around(cities) == BoundingBox{-34, 151, 45, 12});
}

TEST_CASE("a posterior across the antimeridian is that of another meridian") {
  const auto made = [](double lng) {
    const LocalFrame frame({-16.8, within_turn(lng)});
    const BoundingBox box{-16.83, within_turn(lng - 0.03), -16.77, within_turn(lng + 0.03)};
    return Posterior(frame, box, {{{500, 200}, 60, 0.5}, {{-900, 0}, 40, 0.2}}, 0.25, 0.05);
  };
  const auto across = made(180.0), plain = made(20.0);
  CHECK(across.area().width_deg() == doctest::Approx(0.06).epsilon(1e-9));
  for (const double lng : {-0.02, -0.001, 0.0, 0.004, 0.029, 0.04})
    CHECK(across.density({-16.8, within_turn(180.0 + lng)}) ==
          doctest::Approx(plain.density({-16.8, 20.0 + lng})).epsilon(1e-6));
  CHECK(across.credible_radius_m({-16.8, 180.0}, 0.5) ==
        doctest::Approx(plain.credible_radius_m({-16.8, 20.0}, 0.5)).epsilon(1e-6));
  CHECK(across.credible_radius_m({-16.8, 180.0}, 0.9) ==
        doctest::Approx(plain.credible_radius_m({-16.8, 20.0}, 0.9)).epsilon(1e-6));
  const auto areas = [](const Posterior& posterior) {
    std::vector<double> out;
    const auto json = nlohmann::json::parse(posterior.to_geojson());
    for (const auto& feature : json["features"]) {
      if (feature["geometry"]["type"] != "MultiPolygon") continue;
      out.push_back(0.0);
      for (const auto& polygon : feature["geometry"]["coordinates"])
        for (const auto& ring : polygon) {
          for (std::size_t i = 0; i + 1 < ring.size(); ++i)
            CHECK(std::abs(ring[i][0].get<double>() - ring[i + 1][0].get<double>()) < 1.0);
          LatLngRing places;
          for (const auto& place : ring) places.push_back({place[1], place[0]});
          out.back() += area(places);
        }
    }
    return out;
  };
  const auto found = areas(across), expected = areas(plain);
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-3));
}
