// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <random>
#include <vector>

#include "venloc/core/error.hpp"
#include "venloc/geo/posterior.hpp"

using namespace venloc;
using Json = nlohmann::json;

namespace {

const LatLng kCenter{45.4342, 12.3388};
const BoundingBox kArea{45.42, 12.31, 45.45, 12.37};
const LocalFrame kFrame(kCenter);

struct Region {
  std::vector<std::vector<std::vector<EastNorth>>> polygons;  // closed rings
};

double signed_area(const std::vector<EastNorth>& ring) {
  double sum = 0.0;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i)
    sum += ring[i].east * ring[i + 1].north - ring[i].north * ring[i + 1].east;
  return sum / 2;
}

bool ring_contains(const std::vector<EastNorth>& ring, EastNorth p) {
  bool inside = false;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    const EastNorth a = ring[i];
    const EastNorth b = ring[i + 1];
    if ((a.north > p.north) != (b.north > p.north) &&
        p.east < a.east + (b.east - a.east) * (p.north - a.north) / (b.north - a.north))
      inside = !inside;
  }
  return inside;
}

bool contains(const Region& region, EastNorth p) {
  bool inside = false;  // even-odd over all rings
  for (const auto& polygon : region.polygons)
    for (const auto& ring : polygon) inside ^= ring_contains(ring, p);
  return inside;
}

double area(const Region& region) {
  double sum = 0.0;
  for (const auto& polygon : region.polygons)
    for (const auto& ring : polygon) sum += signed_area(ring);
  return sum;
}

bool segments_meet(EastNorth a, EastNorth b, EastNorth c, EastNorth d) {
  const auto side = [](EastNorth p, EastNorth q, EastNorth r) {
    return (q.east - p.east) * (r.north - p.north) - (q.north - p.north) * (r.east - p.east);
  };
  return side(a, b, c) * side(a, b, d) <= 0 && side(c, d, a) * side(c, d, b) <= 0;
}

/// Reads the feature of a level and checks what RFC 7946 requires of it.
Region read_region(const Posterior& posterior, double level) {
  const std::array<double, 1> levels = {level};
  const Json json = Json::parse(posterior.to_geojson(levels));
  REQUIRE(json.at("type") == "FeatureCollection");
  REQUIRE(json.at("features").size() == 2);
  CHECK(json["features"][0]["geometry"]["type"] == "Point");
  const Json& feature = json["features"][1];
  CHECK(feature.at("type") == "Feature");
  CHECK(feature.at("properties").at("level") == level);
  CHECK(feature.at("geometry").at("type") == "MultiPolygon");
  Region region;
  for (const Json& polygon : feature["geometry"]["coordinates"]) {
    REQUIRE(!polygon.empty());
    std::vector<std::vector<EastNorth>> rings;
    for (const Json& ring : polygon) {
      REQUIRE(ring.size() >= 4);
      CHECK(ring.front() == ring.back());
      std::vector<EastNorth> points;
      for (const Json& position : ring)
        points.push_back(posterior.frame().to_local({position[1].get<double>(), position[0].get<double>()}));
      CHECK((rings.empty() ? signed_area(points) > 0 : signed_area(points) < 0));
      if (!rings.empty()) CHECK(ring_contains(rings.front(), points.front()));
      rings.push_back(std::move(points));
    }
    region.polygons.push_back(std::move(rings));
  }
  return region;
}

void check_simple(const Region& region) {
  struct Segment {
    EastNorth a, b;
    std::size_t ring, index, count;
  };
  std::vector<Segment> segments;
  std::size_t number = 0;
  for (const auto& polygon : region.polygons)
    for (const auto& ring : polygon) {
      for (std::size_t i = 0; i + 1 < ring.size(); ++i)
        segments.push_back({ring[i], ring[i + 1], number, i, ring.size() - 1});
      ++number;
    }
  std::size_t crossings = 0;
  for (std::size_t i = 0; i < segments.size(); ++i)
    for (std::size_t j = i + 1; j < segments.size(); ++j) {
      const Segment& s = segments[i];
      const Segment& t = segments[j];
      const std::size_t gap = t.index - s.index;
      if (s.ring == t.ring && (gap == 1 || gap + 1 == s.count)) continue;
      crossings += segments_meet(s.a, s.b, t.a, t.b);
    }
  CHECK(crossings == 0);
}

double mass_by_draws(const Posterior& posterior, const Region& region) {
  std::mt19937_64 generator(17);
  std::vector<double> weights;
  for (const PosteriorComponent& c : posterior.components()) weights.push_back(c.weight);
  weights.push_back(posterior.background_weight());
  std::discrete_distribution<std::size_t> choice(weights.begin(), weights.end());
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> unit;
  constexpr int kDraws = 20000;
  int inside = 0;
  for (int i = 0; i < kDraws; ++i) {
    const std::size_t k = choice(generator);
    EastNorth place;
    if (k < posterior.components().size()) {
      const PosteriorComponent& c = posterior.components()[k];
      place.east = c.mean.east + c.sigma_m * normal(generator);
      place.north = c.mean.north + c.sigma_m * normal(generator);
    } else {
      const BoundingBox& box = posterior.area();
      const double lat = box.south + unit(generator) * (box.north - box.south);
      place = posterior.frame().to_local({lat, box.west + unit(generator) * (box.east - box.west)});
    }
    inside += contains(region, place);
  }
  return static_cast<double>(inside) / kDraws;
}

}  // namespace

TEST_CASE("region of one Gaussian is a disc") {
  const Posterior posterior(kFrame, kArea, {{{100, 50}, 40, 1}}, 0, 0.2);
  for (const double level : {0.1, 0.5, 0.9, 0.99}) {
    const Region region = read_region(posterior, level);
    REQUIRE(region.polygons.size() == 1);
    REQUIRE(region.polygons[0].size() == 1);
    const double radius = 40 * std::sqrt(-2 * std::log(1 - level));
    for (const EastNorth point : region.polygons[0][0])
      CHECK(distance_m(point, EastNorth{100, 50}) == doctest::Approx(radius).epsilon(2e-3));
    CHECK(area(region) == doctest::Approx(std::numbers::pi * radius * radius).epsilon(0.01));
  }
}

TEST_CASE("regions hold their level and no place outside is denser than one inside") {
  std::mt19937_64 generator(4);
  std::uniform_real_distribution<double> position(-900.0, 900.0);
  std::uniform_real_distribution<double> unit(0.0, 1.0);
  for (const int count : {2, 10, 40}) {
    std::vector<PosteriorComponent> components;
    for (int i = 0; i < count; ++i) {
      const double east = position(generator);
      const double north = position(generator);
      components.push_back({{east, north}, 25.0 + 150.0 * unit(generator), 0.3 + unit(generator)});
    }
    const Posterior posterior(kFrame, kArea, components, 0.02, 0.1);
    for (const double level : {0.5, 0.9}) {
      CAPTURE(count);
      CAPTURE(level);
      const Region region = read_region(posterior, level);
      CHECK(mass_by_draws(posterior, region) == doctest::Approx(level).epsilon(0.02));
      check_simple(region);
      std::size_t points = 0;
      for (const auto& polygon : region.polygons)
        for (const auto& ring : polygon) points += ring.size();
      CHECK(points < 1200);  // they are to be drawn
      double least_inside = 1.0;
      double most_outside = 0.0;
      for (double east = -1500; east <= 1500; east += 20)
        for (double north = -1500; north <= 1500; north += 20) {
          const double density = posterior.density(kFrame.to_lat_lng({east, north}));
          if (contains(region, {east, north}))
            least_inside = std::min(least_inside, density);
          else
            most_outside = std::max(most_outside, density);
        }
      CHECK(most_outside <= least_inside * 1.03);
    }
  }
}

TEST_CASE("a ring of components leaves a hole, and an island in it is a polygon of its own") {
  std::vector<PosteriorComponent> components;
  for (int k = 0; k < 24; ++k) {
    const double angle = 2 * std::numbers::pi * k / 24;
    components.push_back({{600 * std::cos(angle), 600 * std::sin(angle)}, 70, 1});
  }
  components.push_back({{0, 0}, 60, 2});
  const Posterior posterior(kFrame, kArea, components, 0, 0);
  const Region region = read_region(posterior, 0.9);
  REQUIRE(region.polygons.size() == 2);
  std::size_t rings = 0;
  for (const auto& polygon : region.polygons) rings += polygon.size();
  CHECK(rings == 3);
  CHECK(contains(region, {0, 0}));
  CHECK_FALSE(contains(region, {300, 0}));
  CHECK(contains(region, {600, 0}));
  check_simple(region);
  CHECK(mass_by_draws(posterior, region) == doctest::Approx(0.9).epsilon(0.02));
}

TEST_CASE("the background alone is the whole area") {
  const Posterior posterior(kFrame, kArea, {}, 1, 0.5);
  const Region region = read_region(posterior, 0.5);
  REQUIRE(region.polygons.size() == 1);
  CHECK(area(region) == doctest::Approx(kArea.area_m2()).epsilon(1e-4));
  CHECK(region.polygons[0][0].size() < 300);
  check_simple(region);
  // A level that needs some of the background holds all of it.
  const Posterior mixed(kFrame, kArea, {{{0, 0}, 40, 0.6}, {{6000, 0}, 40, 0.1}}, 0.3, 0);
  CHECK(area(read_region(mixed, 0.9)) > kArea.area_m2());
  CHECK(area(read_region(mixed, 0.5)) < 0.01 * kArea.area_m2());
}

TEST_CASE("regions of sharp components are exact far from the frame's origin and over a background") {
  for (const double away : {0.0, 5'000.0, 100'000.0}) {
    for (const double sigma : {0.05, 2.0}) {
      CAPTURE(away);
      CAPTURE(sigma);
      const EastNorth at{away, 0.7 * away};
      const LatLng center = kFrame.to_lat_lng(at);
      const BoundingBox area{center.lat - 0.02, center.lng - 0.03, center.lat + 0.02, center.lng + 0.03};
      const Region region = read_region(Posterior(kFrame, area, {{at, sigma, 1}}, 0, 0), 0.9);
      REQUIRE(region.polygons.size() == 1);
      const double radius = sigma * std::sqrt(-2 * std::log(1 - 0.9));
      for (const EastNorth point : region.polygons[0][0])
        CHECK(distance_m(point, at) == doctest::Approx(radius).epsilon(4e-3));
      // Half a million square metres of plateau must not be walked over.
      const Region whole = read_region(Posterior(kFrame, area, {{at, sigma, 0.8}}, 0.2, 0), 0.9);
      REQUIRE(whole.polygons.size() == 1);
      CHECK(area.area_m2() == doctest::Approx(::area(whole)).epsilon(1e-3));
    }
  }
  // So little is left in the area that its share is lost beside 1.
  const Posterior elsewhere(kFrame, kArea, {{{0, 0}, 20, 1e-17}}, 0, 1);
  const Region little = read_region(elsewhere, 0.5);
  REQUIRE(little.polygons.size() == 1);
  for (const EastNorth point : little.polygons[0][0])
    CHECK(distance_m(point, EastNorth{}) == doctest::Approx(20 * std::sqrt(-2 * std::log(0.5))).epsilon(2e-3));
}

TEST_CASE("GeoJSON of special posteriors") {
  CHECK(read_region(Posterior(), 0.5).polygons.empty());
  CHECK(read_region(Posterior(kFrame, kArea, {}, 0, 1), 0.5).polygons.empty());
  const Posterior posterior(kFrame, kArea, {{{0, 0}, 40, 1}}, 0.1, 0);
  const Json json = Json::parse(posterior.to_geojson());
  REQUIRE(json["features"].size() == 3);
  CHECK(json["features"][1]["properties"]["level"] == 0.5);
  CHECK(json["features"][2]["properties"]["level"] == 0.9);
  const Json point = json["features"][0]["geometry"]["coordinates"];
  CHECK(distance_m(LatLng{point[1].get<double>(), point[0].get<double>()}, kCenter) < 0.01);
  CHECK(posterior.to_geojson() == posterior.to_geojson());
  const std::array<double, 1> bad = {1.0};
  CHECK_THROWS_AS((void)posterior.to_geojson(bad), InvalidArgumentError);
}
