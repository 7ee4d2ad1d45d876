// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "venloc/core/error.hpp"
#include "venloc/ranking/walk.hpp"

using namespace venloc;

namespace {

const BoundingBox kArea{45.42, 12.30, 45.45, 12.36};
const LocalFrame kFrame(kArea.center());

Posterior posterior(std::vector<PosteriorComponent> components, double background = 0.05, double outside = 0.0) {
  return {kFrame, kArea, std::move(components), background, outside};
}

// Most pictures are made around the centre.
Posterior some_prior() { return posterior({{{0, 0}, 500, 0.6}, {{900, -400}, 300, 0.35}}, 0.05); }

Posterior sure(double east, double north) { return posterior({{{east, north}, 20, 0.95}}); }

Posterior unsure(double east, double north, double other_east, double other_north) {
  return posterior({{{east, north}, 20, 0.45}, {{other_east, other_north}, 20, 0.5}});
}

WalkOptions always_together() {
  WalkOptions options;
  options.together_probability = 1;
  return options;
}

double within(const Posterior& posterior, double east, double north, double radius_m = 100) {
  return posterior.mass_within(kFrame.to_lat_lng({east, north}), radius_m);
}

// The same model by numerical integration over a grid.
class GridModel {
 public:
  GridModel(const Posterior& prior, const WalkOptions& options) : options_(options) {
    const EastNorth low = kFrame.to_local({kArea.south, kArea.west});
    const EastNorth high = kFrame.to_local({kArea.north, kArea.east});
    for (double east = low.east + kStepM / 2; east < high.east; east += kStepM)
      for (double north = low.north + kStepM / 2; north < high.north; north += kStepM) places_.push_back({east, north});
    const double even = prior.background_weight() / kArea.area_m2();
    for (const auto place : places_) {
      double density = even;
      for (const auto& c : prior.components())
        density += c.weight * gaussian(place, c.mean, std::hypot(c.sigma_m, options_.travel_m));
      roots_.push_back(std::sqrt(density));
    }
  }

  // Mass of each cell.
  std::vector<double> cells(const Posterior& p) const {
    std::vector<double> out;
    for (const auto place : places_) out.push_back(p.density(kFrame.to_lat_lng(place)) * kStepM * kStepM);
    return out;
  }

  std::vector<double> combined(const std::vector<Posterior>& pictures, std::size_t which) const {
    const auto n = pictures.size();
    std::vector<std::vector<double>> all;
    for (const auto& p : pictures) all.push_back(cells(p));
    const auto message = [&](std::size_t from, const std::vector<double>& incoming) {
      auto state = all[from];
      double sum = pictures[from].out_of_area_weight();
      for (std::size_t i = 0; i < state.size(); ++i) sum += state[i] *= incoming[i];
      for (auto& value : state) value /= sum;
      return stepped(state, pictures[from].out_of_area_weight() / sum);
    };
    std::vector<double> forward(places_.size(), 1.0), backward(places_.size(), 1.0);
    for (std::size_t i = 0; i < which; ++i) forward = message(i, forward);
    for (std::size_t i = n; i-- > which + 1;) backward = message(i, backward);
    auto out = all[which];
    double sum = pictures[which].out_of_area_weight();
    for (std::size_t i = 0; i < out.size(); ++i) sum += out[i] *= forward[i] * backward[i];
    for (auto& value : out) value /= sum;
    return out;
  }

  // Each cell counts by the share of 5 x 5 points of it that are within the radius.
  double mass_within(const std::vector<double>& cells, EastNorth center, double radius_m) const {
    double sum = 0;
    for (std::size_t i = 0; i < cells.size(); ++i)
      for (int e = -2; e <= 2; ++e)
        for (int n = -2; n <= 2; ++n)
          if (distance_m({places_[i].east + e * kStepM / 5, places_[i].north + n * kStepM / 5}, center) <= radius_m)
            sum += cells[i] / 25;
    return sum;
  }

 private:
  static constexpr double kStepM = 60;

  static double gaussian(EastNorth a, EastNorth b, double sigma) {
    const double d = distance_m(a, b) / sigma;
    return std::exp(-d * d / 2) / (2 * std::numbers::pi * sigma * sigma);
  }

  std::vector<double> stepped(const std::vector<double>& state, double outside) const {
    const double moved = 1 - options_.break_probability;
    std::vector<double> out;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      double sum = 0;
      for (std::size_t j = 0; j < places_.size(); ++j)
        if (state[j] > 1e-9) sum += state[j] * gaussian(places_[i], places_[j], options_.travel_m) / roots_[j];
      out.push_back(options_.break_probability * (1 - outside) + outside + moved * sum / roots_[i]);
    }
    return out;
  }

  WalkOptions options_;
  std::vector<EastNorth> places_;
  std::vector<double> roots_;
};

}  // namespace

TEST_CASE("two and three pictures of a walk agree with a sum over a grid") {
  const auto prior = some_prior();
  const std::vector<Posterior> pictures = {
      posterior({{{-500, 200}, 60, 0.5}, {{800, -300}, 80, 0.3}, {{0, 0}, 400, 0.15}}, 0.05),
      posterior({{{-300, 300}, 60, 0.3}, {{1200, 500}, 60, 0.4}, {{200, -200}, 300, 0.2}}, 0.02, 0.08),
      posterior({{{-600, 500}, 60, 0.35}, {{900, -200}, 60, 0.4}, {{0, 0}, 500, 0.2}}, 0.05)};
  for (const double travel_m : {200.0, 350.0}) {
    auto options = always_together();
    options.travel_m = travel_m;
    const GridModel grid(prior, options);
    for (const std::size_t count : {2u, 3u}) {
      const std::vector<Posterior> some(pictures.begin(), pictures.begin() + static_cast<std::ptrdiff_t>(count));
      const auto walk = combine_walk(some, prior, {}, options);
      for (std::size_t i = 0; i < count; ++i) {
        const auto expected = grid.combined(some, i);
        for (const EastNorth place : {EastNorth{-500, 200}, {-300, 300}, {800, -300}, {1200, 500}, {0, 0}})
          for (const double radius_m : {200.0, 600.0})
            CHECK(within(walk.posteriors[i], place.east, place.north, radius_m) ==
                  doctest::Approx(grid.mass_within(expected, place, radius_m)).epsilon(0.035).scale(1.0));
      }
    }
  }
}

TEST_CASE("a sure picture decides between the places of its neighbour") {
  const auto walk = combine_walk(std::vector{sure(-600, 0), unsure(-500, 100, 1500, 0)}, some_prior());
  CHECK(within(walk.posteriors[1], -500, 100) > 0.65);
  CHECK(within(walk.posteriors[0], -600, 0) > 0.94);
  CHECK(walk.together_probability > 0.5);
  CHECK(walk.order == std::vector<std::size_t>{0, 1});
}

TEST_CASE("agreement where most pictures are made is less evidence than elsewhere") {
  const auto gain = [](double east, double north) {
    const auto walk = combine_walk(std::vector{sure(east, north), unsure(east, north, -1800, 1200)}, some_prior());
    return within(walk.posteriors[1], east, north);
  };
  CHECK(gain(900, -400) + 0.05 < gain(1800, 1000));
}

TEST_CASE("a picture alone, or one that a break separates, is unchanged to the last bit") {
  const std::vector pictures = {sure(-600, 0), unsure(-500, 100, 1500, 0), unsure(0, 0, 900, -400)};
  CHECK(combine_walk(std::span(pictures).first(1), some_prior()).posteriors.front() == pictures.front());
  CHECK(combine_walk(std::span(pictures).first(0), some_prior()).posteriors.empty());
  WalkOptions options;
  options.break_probability = 1;
  CHECK(combine_walk(pictures, some_prior(), {}, options).posteriors == pictures);
  options = {};
  options.together_probability = 0;
  CHECK(combine_walk(pictures, some_prior(), {}, options).posteriors == pictures);
}

TEST_CASE("the direction of a walk and the number of threads do not matter") {
  std::vector<Posterior> pictures = {sure(-600, 0), unsure(-500, 100, 1500, 0), unsure(0, 0, 900, -400),
                                     posterior({{{300, 300}, 40, 0.6}, {{-900, 0}, 288, 0.3}}, 0.05, 0.05)};
  const auto forward = combine_walk(pictures, some_prior(), {}, {}, 1);
  CHECK(combine_walk(pictures, some_prior(), {}, {}, 4).posteriors == forward.posteriors);
  std::ranges::reverse(pictures);
  auto backward = combine_walk(pictures, some_prior());
  std::ranges::reverse(backward.posteriors);
  CHECK(backward.posteriors == forward.posteriors);
  CHECK(backward.together_probability == forward.together_probability);
}

TEST_CASE("a picture of another city is not drawn in and does not disturb the others") {
  const auto foreign = posterior({{{-550, 50}, 20, 0.02}, {{1500, 800}, 50, 0.02}}, 0.01, 0.95);
  const auto pictures = std::vector{sure(-600, 0), foreign, unsure(-500, 100, 1500, 0)};
  const auto walk = combine_walk(pictures, some_prior());
  CHECK(walk.posteriors[1].in_area() < 0.2);
  CHECK(within(walk.posteriors[0], -600, 0) > 0.9);
  const auto unrelated = combine_walk(std::vector{sure(-600, 0), posterior({}, 0, 1)}, some_prior());
  CHECK(unrelated.posteriors[1].in_area() == 0);
  CHECK(within(unrelated.posteriors[0], -600, 0) == doctest::Approx(within(sure(-600, 0), -600, 0)));
}

TEST_CASE("pictures that contradict each other keep their places") {
  const auto pictures = std::vector{sure(-1800, 0), sure(1800, 0), sure(0, 1200)};
  const auto walk = combine_walk(pictures, some_prior());
  CHECK(walk.together_probability < 0.4);
  CHECK(within(walk.posteriors[0], -1800, 0) > 0.75);
  CHECK(within(walk.posteriors[1], 1800, 0) > 0.75);
  CHECK(within(walk.posteriors[2], 0, 1200) > 0.75);
}

TEST_CASE("times order the pictures, and a long time separates them") {
  const auto pictures = std::vector{unsure(-500, 100, 1500, 0), sure(1500, 100), sure(-600, 0)};
  const auto moments = [](double third_s) {
    return std::vector<WalkMoment>{{0.0, ""}, {86400.0 * 3, ""}, {third_s, ""}};
  };
  const auto near = combine_walk(pictures, some_prior(), moments(60));
  CHECK(near.order == std::vector<std::size_t>{0, 2, 1});
  CHECK(within(near.posteriors[0], -500, 100) > 0.6);
  CHECK(within(near.posteriors[1], 1500, 100) == doctest::Approx(within(pictures[1], 1500, 100)).epsilon(0.01));
  const auto far = combine_walk(pictures, some_prior(), moments(86400.0 * 2));
  CHECK(within(far.posteriors[0], -500, 100) < within(near.posteriors[0], -500, 100));
}

TEST_CASE("pictures without a time stay behind the one before them") {
  const auto pictures = std::vector(4, sure(0, 0));
  const std::vector<WalkMoment> moments = {{}, {50.0, ""}, {}, {10.0, ""}};
  CHECK(combine_walk(pictures, some_prior(), moments).order == std::vector<std::size_t>{0, 3, 1, 2});
}

TEST_CASE("the offset of a second camera is fitted, and given ones are used") {
  // One walk to the east; each camera sees every other place. The second clock is two hours slow.
  std::vector<Posterior> pictures;
  std::vector<WalkMoment> moments;
  for (int i = 0; i < 16; ++i) {
    pictures.push_back(sure(-1900 + 250 * i, 100));
    moments.push_back({1800.0 * i - (i % 2 == 1 ? 7200 : 0), i % 2 == 1 ? "second" : "first"});
  }
  const auto walk = combine_walk(pictures, some_prior(), moments);
  REQUIRE(walk.clocks.size() == 2);
  CHECK(walk.clocks[0] == CameraClock{"first", 0.0});
  CHECK(std::abs(walk.clocks[1].offset_s - 7200) <= 1800);
  // The other camera first: about the same offset the other way round.
  auto turned_pictures = pictures;
  auto turned_moments = moments;
  std::ranges::rotate(turned_pictures, turned_pictures.begin() + 1);
  std::ranges::rotate(turned_moments, turned_moments.begin() + 1);
  const auto turned = combine_walk(turned_pictures, some_prior(), turned_moments);
  CHECK(turned.clocks[0].camera == "second");
  CHECK(std::abs(turned.clocks[1].offset_s + 7200) <= 1800);

  WalkOptions options;
  options.clocks = {{"second", 7000}};
  const auto given = combine_walk(pictures, some_prior(), moments, options);
  CHECK(given.clocks[1].offset_s == 7000);
  options.clocks = {{"second", 0}, {"first", -7000}};
  const auto other_way = combine_walk(turned_pictures, some_prior(), turned_moments, options);
  CHECK(other_way.posteriors.back() == given.posteriors.front());
  options = {};
  options.fit_clocks = false;
  CHECK(combine_walk(pictures, some_prior(), moments, options).clocks[1].offset_s == 0);
}

TEST_CASE("clocks that agree stay as they are") {
  std::vector<Posterior> pictures;
  std::vector<WalkMoment> moments;
  for (int i = 0; i < 8; ++i) {
    pictures.push_back(unsure(-900 + 200 * i, 100, 300 * (i % 3), -700));
    moments.push_back({600.0 * i, i % 2 == 1 ? "b" : "a"});
  }
  CHECK(combine_walk(pictures, some_prior(), moments).clocks[1].offset_s == 0);
}

TEST_CASE("walks that cannot be combined are refused") {
  const auto pictures = std::vector{sure(0, 0), sure(10, 10)};
  const auto prior = some_prior();
  CHECK_THROWS_AS(combine_walk(pictures, prior, std::vector<WalkMoment>(3)), InvalidArgumentError);
  CHECK_THROWS_AS(combine_walk(pictures, prior, std::vector<WalkMoment>{{NAN, ""}, {}}), InvalidArgumentError);
  CHECK_THROWS_AS(combine_walk(pictures, Posterior(LocalFrame({0, 0}), kArea, {}, 1, 0)), InvalidArgumentError);
  const Posterior other(LocalFrame({45, 12}), kArea, {}, 1, 0);
  CHECK_THROWS_AS(combine_walk(std::vector{pictures[0], other}, prior), InvalidArgumentError);
  for (const auto& change : std::vector<void (*)(WalkOptions&)>{
           [](WalkOptions& o) { o.travel_m = 0; }, [](WalkOptions& o) { o.break_probability = 1.1; },
           [](WalkOptions& o) { o.together_probability = -0.1; }, [](WalkOptions& o) { o.speed_m_s = -1; },
           [](WalkOptions& o) { o.break_after_s = 0; }, [](WalkOptions& o) { o.travel_m = NAN; },
           [](WalkOptions& o) {
             o.clocks = {{"a", 0}, {"a", 1}};
           },
           [](WalkOptions& o) {
             o.clocks = {{"a", NAN}};
           }}) {
    WalkOptions options;
    change(options);
    CHECK_THROWS_AS(combine_walk(pictures, prior, {}, options), InvalidArgumentError);
  }
}

TEST_CASE("without any chance of a break, the answer is still one") {
  auto options = always_together();
  options.break_probability = 0;
  options.travel_m = 5;
  const auto walk = combine_walk(std::vector{sure(-1800, 0), sure(1800, 0)}, some_prior(), {}, options);
  for (const auto& posterior : walk.posteriors)
    for (const auto& component : posterior.components()) CHECK(std::isfinite(component.weight));
}
