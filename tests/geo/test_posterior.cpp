// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

#include "geo/disc_mass.hpp"
#include "venloc/core/error.hpp"
#include "venloc/geo/posterior.hpp"

using namespace venloc;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
const LatLng kCenter{45.4342, 12.3388};
const BoundingBox kArea{45.42, 12.31, 45.45, 12.37};  // about 3.3 km x 4.7 km

LocalFrame frame() { return LocalFrame(kCenter); }

Posterior make(std::vector<PosteriorComponent> components, double background = 0.1, double out_of_area = 0.05) {
  return {frame(), kArea, std::move(components), background, out_of_area};
}

std::vector<PosteriorComponent> random_components(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> position(-1200.0, 1200.0);
  std::uniform_real_distribution<double> unit(0.0, 1.0);
  std::vector<PosteriorComponent> components;
  for (std::size_t i = 0; i < count; ++i) {
    const double east = position(generator);
    const double north = position(generator);
    components.push_back({{east, north}, 15.0 + 150.0 * unit(generator), 0.01 + unit(generator)});
  }
  return components;
}

/// Draws places of the posterior, given that it is in the city.
class Sampler {
 public:
  explicit Sampler(const Posterior& posterior, std::uint64_t seed) : posterior_(posterior), generator_(seed) {
    for (const PosteriorComponent& component : posterior.components()) weights_.push_back(component.weight);
    weights_.push_back(posterior.background_weight());
    choice_ = std::discrete_distribution<std::size_t>(weights_.begin(), weights_.end());
  }
  EastNorth operator()() {
    const std::size_t i = choice_(generator_);
    if (i < posterior_.components().size()) {
      const PosteriorComponent& component = posterior_.components()[i];
      const double east = component.mean.east + component.sigma_m * normal_(generator_);
      return {east, component.mean.north + component.sigma_m * normal_(generator_)};
    }
    const BoundingBox& area = posterior_.area();
    const double radian = std::numbers::pi / 180;
    const double low = std::sin(area.south * radian);
    const double lat = std::asin(low + unit_(generator_) * (std::sin(area.north * radian) - low)) / radian;
    return posterior_.frame().to_local({lat, area.west + unit_(generator_) * (area.east - area.west)});
  }

 private:
  const Posterior& posterior_;
  std::mt19937_64 generator_;
  std::vector<double> weights_;
  std::discrete_distribution<std::size_t> choice_;
  std::normal_distribution<double> normal_;
  std::uniform_real_distribution<double> unit_;
};

/// The density by its definition.
double reference_density(const Posterior& posterior, EastNorth place) {
  double sum = posterior.area().contains(posterior.frame().to_lat_lng(place))
                   ? posterior.background_weight() / posterior.area().area_m2()
                   : 0.0;
  for (const PosteriorComponent& c : posterior.components()) {
    const double d = distance_m(place, c.mean) / c.sigma_m;
    sum += c.weight * std::exp(-d * d / 2) / (2 * std::numbers::pi * c.sigma_m * c.sigma_m);
  }
  return sum;
}

}  // namespace

TEST_CASE("mass of a Gaussian in an offset disc: published distribution function") {
  // scipy.stats.ncx2.cdf(radius**2, 2, offset**2), SciPy 1.x.
  struct Row {
    double offset, radius, mass;
  };
  const std::array<Row, 14> rows = {{{0, 1, 0.39346934028736658},
                                     {0.5, 1.2, 0.47115113090558408},
                                     {2, 3, 0.78563791183735066},
                                     {5, 4, 0.13295020492207438},
                                     {8.9, 8, 0.16868640637485224},
                                     {9.1, 8, 0.1232897406686948},
                                     {9.1, 9.5, 0.63537543127069052},
                                     {12, 15, 0.99847560771652333},
                                     {50, 49, 0.15622320183940663},
                                     {50, 51.5, 0.93190713091216038},
                                     {500, 500, 0.49960105752012629},
                                     {500, 503, 0.9986456767456785},
                                     {9.1, 2.2, 1.2450822556831206e-12},
                                     {7, 0.3, 1.6694706867679213e-12}}};
  for (const Row& row : rows) {
    CAPTURE(row.offset);
    CAPTURE(row.radius);
    CHECK(std::abs(gaussian_disc_mass(row.offset * 37, row.radius * 37, 37) - row.mass) < 1e-9);
  }
  CHECK(gaussian_disc_mass(0, 0, 5) == 0.0);
  CHECK(gaussian_disc_mass(1000, 900, 5) == 0.0);
  CHECK(gaussian_disc_mass(1000, 1100, 5) == 1.0);
  for (const double offset : {0.0, 3.0, 8.999, 9.001, 40.0}) {
    double previous = 0.0;
    for (double radius = 0.0; radius < offset + 8; radius += 0.01) {
      const double mass = gaussian_disc_mass(offset, radius, 1.0);
      CHECK(mass >= previous - 1e-10);
      previous = mass;
    }
    CHECK(previous == 1.0);
  }
}

TEST_CASE("area of disc and polygon") {
  const std::array<EastNorth, 4> square = {{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}}};
  CHECK(disc_polygon_area_m2({0, 0}, 1, square) == doctest::Approx(std::numbers::pi));
  CHECK(disc_polygon_area_m2({0, 0}, 5, square) == doctest::Approx(4));
  CHECK(disc_polygon_area_m2({1, 0}, 1, square) == doctest::Approx(std::numbers::pi / 2));
  CHECK(disc_polygon_area_m2({-1, -1}, 1, square) == doctest::Approx(std::numbers::pi / 4));
  CHECK(disc_polygon_area_m2({10, 10}, 1, square) == doctest::Approx(0));
  CHECK(disc_polygon_area_m2({0, 0}, 0, square) == doctest::Approx(0));
  // Square and disc of radius sqrt(2) cos(30°): four chords.
  const double radius = std::sqrt(2.0) * std::cos(std::numbers::pi / 6);
  const double half = std::acos(1 / radius);
  CHECK(disc_polygon_area_m2({0, 0}, radius, square) ==
        doctest::Approx(std::numbers::pi * radius * radius -
                        4 * radius * radius * (half - std::sin(half) * std::cos(half))));
  std::mt19937_64 generator(3);
  std::uniform_real_distribution<double> unit(-2.0, 2.0);
  for (int i = 0; i < 20; ++i) {
    const EastNorth center{unit(generator), unit(generator)};
    const double r = std::abs(unit(generator));
    int inside = 0;
    constexpr int kGrid = 400;
    for (int y = 0; y < kGrid; ++y)
      for (int x = 0; x < kGrid; ++x)
        inside += distance_m(center, EastNorth{-1 + (x + 0.5) * 2 / kGrid, -1 + (y + 0.5) * 2 / kGrid}) <= r;
    CHECK(std::abs(disc_polygon_area_m2(center, r, square) - 4.0 * inside / (kGrid * kGrid)) < 5e-3);
  }
}

TEST_CASE("weights are normalised") {
  const Posterior posterior = make({{{0, 0}, 50, 3}, {{100, 0}, 20, 1}}, 2, 2);
  CHECK(posterior.components()[0].weight == doctest::Approx(3.0 / 8));
  CHECK(posterior.background_weight() == doctest::Approx(0.25));
  CHECK(posterior.out_of_area_weight() == doctest::Approx(0.25));
  CHECK(posterior.in_area() == doctest::Approx(0.75));
}

TEST_CASE("bad posteriors are refused") {
  CHECK_THROWS_AS(make({{{0, 0}, 0, 1}}), InvalidArgumentError);
  CHECK_THROWS_AS(make({{{0, 0}, kNan, 1}}), InvalidArgumentError);
  CHECK_THROWS_WITH_AS(make({{{0, 0}, 1, 1}, {{0, 0}, -2, 1}}), doctest::Contains("component 1"), InvalidArgumentError);
  CHECK_THROWS_AS(make({{{0, 0}, 1, -1}}), InvalidArgumentError);
  CHECK_THROWS_AS(make({{{kNan, 0}, 1, 1}}), InvalidArgumentError);
  CHECK_THROWS_AS(make({}, -1, 0), InvalidArgumentError);
  CHECK_THROWS_AS(make({}, 0, kNan), InvalidArgumentError);
  CHECK_THROWS_AS(make({{{0, 0}, 1, 0}}, 0, 0), InvalidArgumentError);
  CHECK_THROWS_AS(Posterior(frame(), BoundingBox{45, 12, 45, 13}, {}, 1, 0), InvalidArgumentError);
  CHECK_THROWS_AS(Posterior(frame(), BoundingBox{45, 12, 95, 13}, {}, 1, 0), InvalidArgumentError);
  const Posterior good = make({{{0, 0}, 50, 1}});
  CHECK_THROWS_AS((void)good.credible_radius_m(kCenter, 0.0), InvalidArgumentError);
  CHECK_THROWS_AS((void)good.credible_radius_m(kCenter, 1.0), InvalidArgumentError);
  CHECK_THROWS_AS((void)good.credible_radius_m(kCenter, kNan), InvalidArgumentError);
  CHECK_THROWS_AS((void)good.mass_within(kCenter, -1.0), InvalidArgumentError);
  CHECK_THROWS_AS((void)good.mass_within({95, 0}, 1.0), InvalidArgumentError);
  CHECK_THROWS_AS((void)good.density({kNan, 0}), InvalidArgumentError);
  CHECK_THROWS_AS((void)good.mode(-1.0), InvalidArgumentError);
  CHECK_THROWS_AS((void)good.tempered(0.0), InvalidArgumentError);
}

TEST_CASE("density by its definition, and it integrates to the weight in the city") {
  const Posterior posterior = make(random_components(12, 5));
  std::mt19937_64 generator(1);
  std::uniform_real_distribution<double> position(-2500.0, 2500.0);
  for (int i = 0; i < 500; ++i) {
    const EastNorth place{position(generator), position(generator)};
    CHECK(posterior.density(frame().to_lat_lng(place)) ==
          doctest::Approx(reference_density(posterior, place)).epsilon(1e-9));
  }
  double sum = 0.0;
  for (double east = -3495; east < 3500; east += 10)
    for (double north = -2995; north < 3000; north += 10) sum += 100 * reference_density(posterior, {east, north});
  CHECK(sum == doctest::Approx(posterior.in_area()).epsilon(1e-3));
}

TEST_CASE("mass within a disc and credible radius agree with random draws") {
  auto components = random_components(25, 9);
  components.push_back({{6000, 500}, 40, 0.8});  // outside the area
  const Posterior posterior = make(components, 2.0, 1.0);
  constexpr int kDraws = 200000;
  for (const LatLng center : {kCenter, LatLng{45.44, 12.33}, LatLng{45.47, 12.40}}) {
    const EastNorth local = frame().to_local(center);
    Sampler sampler(posterior, 42);
    std::vector<double> distances(kDraws);
    for (double& distance : distances) distance = distance_m(local, sampler());
    std::sort(distances.begin(), distances.end());
    for (const double radius : {10.0, 100.0, 500.0, 1500.0, 4000.0, 9000.0}) {
      const double share =
          static_cast<double>(std::upper_bound(distances.begin(), distances.end(), radius) - distances.begin()) /
          kDraws;
      CHECK(std::abs(posterior.mass_within(center, radius) / posterior.in_area() - share) < 0.005);
    }
    double previous = 0.0;
    for (const double level : {0.01, 0.1, 0.5, 0.9, 0.99, 0.9999}) {
      const double radius = posterior.credible_radius_m(center, level);
      CHECK(radius > previous);
      CHECK(posterior.mass_within(center, radius) == doctest::Approx(level * posterior.in_area()).epsilon(1e-8));
      previous = radius;
    }
    CHECK(posterior.mass_within(center, 20000.0) == doctest::Approx(posterior.in_area()).epsilon(1e-9));
    CHECK(posterior.mass_within(center, std::numeric_limits<double>::infinity()) ==
          doctest::Approx(posterior.in_area()).epsilon(1e-9));
    CHECK(posterior.mass_within(center, 0.0) == 0.0);
  }
}

TEST_CASE("credible radius of one Gaussian is the Rayleigh quantile") {
  const Posterior posterior = make({{{120, -80}, 30, 1}}, 0, 0.4);
  const LatLng mean = frame().to_lat_lng({120, -80});
  for (const double level : {0.001, 0.5, 0.9, 0.999})
    CHECK(posterior.credible_radius_m(mean, level) ==
          doctest::Approx(30 * std::sqrt(-2 * std::log(1 - level))).epsilon(1e-6));
}

TEST_CASE("credible radius with a plateau between two places") {
  const Posterior posterior = make({{{0, 0}, 20, 0.5}, {{2000, 0}, 20, 0.5}}, 0, 0);
  CHECK(posterior.credible_radius_m(kCenter, 0.499) < 100);
  CHECK(posterior.credible_radius_m(kCenter, 0.501) > 1900);
}

TEST_CASE("background alone") {
  const Posterior posterior = make({}, 1, 1);
  CHECK(posterior.mode() == kArea.center());
  CHECK(posterior.density(kCenter) == doctest::Approx(0.5 / kArea.area_m2()));
  CHECK(posterior.density({46, 12.3388}) == 0.0);
  CHECK(posterior.mass_within(kArea.center(), 500) ==
        doctest::Approx(0.5 * std::numbers::pi * 500 * 500 / kArea.area_m2()).epsilon(1e-6));
  CHECK(posterior.credible_radius_m(kArea.center(), 0.1) ==
        doctest::Approx(std::sqrt(0.1 * kArea.area_m2() / std::numbers::pi)).epsilon(1e-6));

  const Posterior unknown;
  CHECK(unknown.in_area() == 1.0);
  CHECK(unknown.background_weight() == 1.0);
  CHECK(unknown.mode() == LatLng{0, 0});
  CHECK(unknown.density({0, 0}) == 0.0);
  CHECK(unknown.mass_within({0, 0}, 1) == 1.0);
  CHECK(unknown.credible_radius_m({0, 0}, 0.5) == 0.0);

  const Posterior elsewhere = make({}, 0, 1);
  CHECK(elsewhere.in_area() == 0.0);
  CHECK(elsewhere.mass_within(kCenter, 1e6) == 0.0);
  CHECK(elsewhere.mode() == kArea.center());
  CHECK(elsewhere.credible_radius_m(kCenter, 0.5) == doctest::Approx(make({}, 1, 0).credible_radius_m(kCenter, 0.5)));
}

TEST_CASE("mode: between components that no single mean holds") {
  // Closer than two standard deviations: one summit in the middle.
  const Posterior pair = make({{{-20, 10}, 30, 1}, {{20, 10}, 30, 1}});
  CHECK(distance_m(frame().to_local(pair.mode()), EastNorth{0, 10}) < 1e-3);
  // Three around a centre outweigh a lone stronger one.
  const Posterior three =
      make({{{0, 20}, 30, 1}, {{17.3205, -10}, 30, 1}, {{-17.3205, -10}, 30, 1}, {{900, 0}, 30, 1.8}});
  CHECK(distance_m(frame().to_local(three.mode()), EastNorth{0, 0}) < 0.1);
}

TEST_CASE("mode: smoothing prefers the place with the most mass") {
  const Posterior posterior = make({{{-800, 0}, 5, 0.2}, {{500, 0}, 60, 0.4}, {{560, 0}, 60, 0.4}}, 0.05, 0);
  CHECK(distance_m(frame().to_local(posterior.mode()), EastNorth{-800, 0}) < 0.01);
  CHECK(distance_m(frame().to_local(posterior.mode(100.0)), EastNorth{530, 0}) < 0.01);
}

TEST_CASE("mode: a weak component outside the area does not beat the background") {
  const Posterior posterior = make({{{9000, 0}, 400, 1e-3}}, 1, 0);
  CHECK(posterior.mode() == kArea.center());
}

TEST_CASE("mode is as dense as the best of a brute-force grid") {
  for (const std::size_t count : {1u, 2u, 7u, 30u, 100u, 1000u}) {
    for (const double smoothing : {0.0, 60.0}) {
      CAPTURE(count);
      CAPTURE(smoothing);
      const Posterior posterior = make(random_components(count, 100 + count));
      std::vector<PosteriorComponent> wide(posterior.components().begin(), posterior.components().end());
      for (PosteriorComponent& component : wide) component.sigma_m = std::hypot(component.sigma_m, smoothing);
      const Posterior smooth(frame(), kArea, wide, posterior.background_weight(), posterior.out_of_area_weight());
      const double found = reference_density(smooth, frame().to_local(posterior.mode(smoothing)));
      double best = 0.0;
      const double step = count > 50 ? 50.0 : 12.5;
      for (double east = -1300; east <= 1300; east += step)
        for (double north = -1300; north <= 1300; north += step)
          best = std::max(best, reference_density(smooth, {east, north}));
      CHECK(found >= best);
      CHECK(posterior.mode(smoothing) == posterior.mode(smoothing));
    }
  }
}

TEST_CASE("best place has at least the utility of the best of a brute-force grid") {
  constexpr double kNear = 40.0, kFar = 500.0;
  for (const std::size_t count : {1u, 5u, 40u}) {
    for (const double share : {0.1, 0.6, 1.0}) {
      CAPTURE(count);
      CAPTURE(share);
      const Posterior posterior = make(random_components(count, 300 + count));
      const auto utility = [&](EastNorth place) {
        double sum = 0;
        for (const auto& component : posterior.components()) {
          const double squared =
              std::pow(component.mean.east - place.east, 2) + std::pow(component.mean.north - place.north, 2);
          for (const auto& [length, part] : {std::pair(kNear, 1 - share), std::pair(kFar, share)}) {
            // The mean of exp(-d² / 2 length²) over the component.
            const double variance = std::pow(component.sigma_m, 2) + length * length;
            sum += component.weight * part * length * length / variance * std::exp(-squared / (2 * variance));
          }
        }
        return sum;
      };
      const double found = utility(frame().to_local(posterior.best_place(kNear, kFar, share)));
      double best = 0;
      for (double east = -1300; east <= 1300; east += 12.5)
        for (double north = -1300; north <= 1300; north += 12.5) best = std::max(best, utility({east, north}));
      CHECK(found >= best);
    }
  }
}

TEST_CASE("best place: a likely district counts where no place is likely") {
  std::vector<PosteriorComponent> components = {{{-1000, 0}, 20, 0.2}};
  for (int i = 0; i < 16; ++i) components.push_back({{700.0 + 100 * (i % 4), 100.0 * (i / 4)}, 20, 0.05});
  const Posterior posterior = make(components, 0.05, 0);
  CHECK(posterior.best_place(45, 800, 0) == posterior.mode(45));
  CHECK(distance_m(frame().to_local(posterior.mode(45)), EastNorth{-1000, 0}) < 1);
  const EastNorth found = frame().to_local(posterior.best_place(45, 800, 0.3));
  CHECK(found.east > 650);
  CHECK(found.east < 1050);
  CHECK(Posterior().best_place(45, 800, 0.3) == Posterior().mode(45));
  CHECK(make({}, 1, 0).best_place(45, 800, 1) == kArea.center());
  CHECK_THROWS_AS((void)posterior.best_place(0, 800, 0.3), InvalidArgumentError);
  CHECK_THROWS_AS((void)posterior.best_place(45, std::nan(""), 0.3), InvalidArgumentError);
  CHECK_THROWS_AS((void)posterior.best_place(45, 800, 1.1), InvalidArgumentError);
}

TEST_CASE("tempering") {
  const Posterior posterior = make({{{0, 0}, 40, 0.6}, {{1000, 300}, 80, 0.2}}, 0.1, 0.1);
  const Posterior same = posterior.tempered(1.0);
  CHECK(same.components()[0].weight == doctest::Approx(0.6));
  CHECK(same.components()[1].sigma_m == doctest::Approx(80));
  const Posterior soft = posterior.tempered(0.5);
  CHECK(soft.components()[0].sigma_m == doctest::Approx(40 * std::sqrt(2.0)));
  CHECK(soft.credible_radius_m(kCenter, 0.5) > posterior.credible_radius_m(kCenter, 0.5));
  CHECK(soft.background_weight() / soft.out_of_area_weight() == doctest::Approx(1.0));
  // Far apart, without background, the ratio of densities is the ratio before to the power of the exponent.
  const Posterior apart = make({{{0, 0}, 40, 0.6}, {{1000, 300}, 80, 0.2}}, 0.0, 0.0);
  const Posterior sharp = apart.tempered(3.0);
  const LatLng a = frame().to_lat_lng({25, -10});
  const LatLng b = frame().to_lat_lng({1040, 330});
  CHECK(sharp.density(a) / sharp.density(b) ==
        doctest::Approx(std::pow(apart.density(a) / apart.density(b), 3.0)).epsilon(1e-9));
  CHECK(Posterior().tempered(2.0) == Posterior());
}

TEST_CASE("posterior: tempering keeps the mass of each part to the power") {
  // Of a Gaussian p, the integral of p^e relative to the even density; and the background's own power.
  const double sigma = 40, weight = 0.6, background = 0.4, exponent = 2.5;
  const auto posterior = make({{{0, 0}, sigma, weight}}, background, 0);
  const auto tempered = posterior.tempered(exponent);
  const double area = posterior.area().area_m2(), peak = weight * area / (2 * std::numbers::pi * sigma * sigma);
  const double expected = std::pow(peak, exponent) * 2 * std::numbers::pi * sigma * sigma / exponent / area;
  REQUIRE(tempered.components().size() == 1);
  CHECK(tempered.components()[0].sigma_m == doctest::Approx(sigma / std::sqrt(exponent)));
  CHECK(tempered.components()[0].weight / tempered.background_weight() ==
        doctest::Approx(expected / std::pow(background, exponent)));
}

TEST_CASE("product agrees with the product of densities on a grid") {
  const std::array<Posterior, 3> factors = {make(random_components(6, 21), 0.8, 0.3),
                                            make(random_components(4, 22), 0.5, 0.2),
                                            make(random_components(3, 23), 0.3, 0.6)};
  const std::array<double, 3> exponents = {1.0, 1.0, 1.0};
  const Posterior product = Posterior::product(factors, exponents);
  // Relative to an even spread: the place has the weight of the integral of the product of (density * area) / area.
  const double area = kArea.area_m2();
  const auto reference = [&](EastNorth place) {
    double value = 1.0 / area;
    for (const Posterior& factor : factors) value *= reference_density(factor, place) * area;
    return value;
  };
  double here = 0.0;
  for (double east = -2595; east < 2600; east += 10)
    for (double north = -1995; north < 2000; north += 10) here += 100 * reference({east, north});
  double out_of_area = 1.0;
  for (const Posterior& factor : factors) out_of_area *= factor.out_of_area_weight();
  CHECK(product.out_of_area_weight() == doctest::Approx(out_of_area / (here + out_of_area)).epsilon(0.01));
  for (double east = -1150; east < 1200; east += 230)
    for (double north = -1150; north < 1200; north += 230) {
      const EastNorth place{east, north};
      CHECK(reference_density(product, place) ==
            doctest::Approx(reference(place) / (here + out_of_area)).epsilon(0.01));
    }
}

TEST_CASE("product of two Gaussians is the Gaussian between them, nearer to the sharper one") {
  const std::array<Posterior, 2> factors = {make({{{0, 0}, 30, 1}}, 0, 0), make({{{100, -40}, 90, 1}}, 0, 0)};
  const Posterior product = Posterior::product(factors, std::array{1.0, 1.0});
  REQUIRE(product.components().size() == 1);
  const auto& found = product.components()[0];
  // Weights of 1 / variance: 9 to 1.
  CHECK(found.mean.east == doctest::Approx(10));
  CHECK(found.mean.north == doctest::Approx(-4));
  CHECK(found.sigma_m == doctest::Approx(90 / std::sqrt(10.0)));
  CHECK(found.weight == 1);

  // Beside backgrounds of a half: the two alone, and both by the density at their distance, relative to an even spread.
  const std::array<Posterior, 2> even = {make({{{0, 0}, 30, 1}}, 1, 0), make({{{100, -40}, 90, 1}}, 1, 0)};
  const double variance = 30.0 * 30.0 + 90.0 * 90.0;
  const double both = 0.25 * kArea.area_m2() * std::exp(-(100.0 * 100.0 + 40.0 * 40.0) / (2 * variance)) /
                      (2 * std::numbers::pi * variance);
  const Posterior weighed = Posterior::product(even, std::array{1.0, 1.0});
  REQUIRE(weighed.components().size() == 3);
  CHECK(weighed.background_weight() == doctest::Approx(0.25 / (0.75 + both)));
  CHECK(weighed.components()[2].weight == doctest::Approx(both / (0.75 + both)));
}

TEST_CASE("product: ignorance changes nothing, order does not matter, the heaviest stay") {
  const Posterior known = make(random_components(20, 31), 0.4, 0.2);
  const std::array<Posterior, 2> with_ignorance = {known, make({}, 0.5, 0.5)};
  const std::array<double, 2> ones = {1.0, 1.0};
  const Posterior same = Posterior::product(with_ignorance, ones);
  REQUIRE(same.components().size() == 20);
  for (std::size_t i = 0; i < 20; ++i) {
    CHECK(same.components()[i].weight == doctest::Approx(known.components()[i].weight));
    CHECK(same.components()[i].sigma_m == doctest::Approx(known.components()[i].sigma_m));
  }
  CHECK(same.out_of_area_weight() == doctest::Approx(known.out_of_area_weight()));

  const Posterior other = make(random_components(15, 32), 0.3, 0.1);
  const std::array<Posterior, 2> forward = {known, other};
  const std::array<Posterior, 2> backward = {other, known};
  const Posterior a = Posterior::product(forward, ones);
  const Posterior b = Posterior::product(backward, ones);
  CHECK(a.components().size() <= 20 * 15 + 20 + 15);
  for (double east = -1000; east <= 1000; east += 250)
    CHECK(a.density(frame().to_lat_lng({east, 100})) == doctest::Approx(b.density(frame().to_lat_lng({east, 100}))));

  const Posterior pruned = Posterior::product(forward, ones, 10);
  CHECK(a.components().size() > 300);
  REQUIRE(pruned.components().size() == 10);
  CHECK(pruned == Posterior::product(forward, ones, 10));
  std::vector<double> weights;
  for (const PosteriorComponent& c : a.components()) weights.push_back(c.weight);
  std::sort(weights.begin(), weights.end(), std::greater<>());
  std::vector<double> kept;
  for (const PosteriorComponent& c : pruned.components()) kept.push_back(c.weight);
  std::sort(kept.begin(), kept.end(), std::greater<>());
  for (std::size_t i = 0; i < 10; ++i) CHECK(kept[i] / kept[0] == doctest::Approx(weights[i] / weights[0]));

  // A component outside the area goes, as the background of the other is zero there.
  const std::array<Posterior, 2> outside = {make({{{9000, 0}, 50, 1}, {{0, 0}, 50, 1}}), make({}, 1, 0.1)};
  CHECK(Posterior::product(outside, ones).components().size() == 1);
}

TEST_CASE("product: evidence far apart does not underflow, contradictions are an error") {
  const std::array<double, 2> ones = {1.0, 1.0};
  const std::array<Posterior, 2> far = {make({{{-1000, 0}, 5, 1}}, 0, 0), make({{{1000, 0}, 5, 1}}, 0, 0)};
  const Posterior middle = Posterior::product(far, ones);
  REQUIRE(middle.components().size() == 1);
  CHECK(distance_m(middle.components()[0].mean, EastNorth{0, 0}) < 1e-9);
  CHECK(middle.components()[0].sigma_m == doctest::Approx(5 / std::sqrt(2.0)));

  const std::array<Posterior, 2> contradiction = {make({}, 1, 0), make({}, 0, 1)};
  CHECK_THROWS_WITH_AS(Posterior::product(contradiction, ones), doctest::Contains("exclude"), InvalidArgumentError);
  const std::array<double, 1> one = {1.0};
  CHECK_THROWS_AS(Posterior::product(far, one), InvalidArgumentError);
  CHECK_THROWS_AS(Posterior::product({}, {}), InvalidArgumentError);
  CHECK_THROWS_AS(Posterior::product(far, ones, 0), InvalidArgumentError);
  const std::array<double, 2> negative = {1.0, -1.0};
  CHECK_THROWS_AS(Posterior::product(far, negative), InvalidArgumentError);
  const std::array<Posterior, 2> frames = {make({}, 1, 0), Posterior(LocalFrame(LatLng{45, 12}), kArea, {}, 1, 0)};
  CHECK_THROWS_WITH_AS(Posterior::product(frames, ones), doctest::Contains("posterior 1"), InvalidArgumentError);
  const std::array<Posterior, 2> nothing = {Posterior(), Posterior()};
  CHECK(Posterior::product(nothing, ones) == Posterior());
}

TEST_CASE("a component of zero weight has no influence") {
  const Posterior with = make({{{0, 0}, 50, 1}, {{500, 0}, 1, 0}}, 0.2, 0.2);
  const Posterior without = make({{{0, 0}, 50, 1}}, 0.2, 0.2);
  CHECK(with.mode(10.0) == without.mode(10.0));
  CHECK(with.credible_radius_m(kCenter, 0.9) == without.credible_radius_m(kCenter, 0.9));
  CHECK(with.tempered(0.5) == without.tempered(0.5));
}
