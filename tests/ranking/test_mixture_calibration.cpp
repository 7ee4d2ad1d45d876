// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "core/random.hpp"
#include "ranking/mixture_calibration.hpp"

using namespace venloc;

TEST_CASE("mixture calibration: finds how much too narrow and too sure predictions are") {
  // One component, predicted to 20 m: it is right to 40 m in 70 % of the cases, else the place is anywhere in a square.
  constexpr double kSide = 4000;
  Random random(4);
  std::vector<PredictedMixture> mixtures;
  std::vector<std::vector<double>> squares;
  for (int i = 0; i < 4000; ++i) {
    mixtures.push_back({{0.0f}, {20.0f}});
    double square = -2 * 40.0 * 40.0 * std::log(1 - random.uniform());  // of a Gaussian's distance
    if (random.uniform() > 0.7) {
      const double east = kSide * (random.uniform() - 0.5), north = kSide * (random.uniform() - 0.5);
      square = east * east + north * north;
    }
    squares.push_back({square});
  }
  const std::vector<double> prior(mixtures.size(), 1 / (kSide * kSide));
  const auto fitted = MixtureCalibration::fit(mixtures, squares, prior, 2);
  CHECK(fitted.widening == doctest::Approx(2.0).epsilon(0.1));
  CHECK(fitted.no_match == doctest::Approx(0.3).epsilon(0.15));
  // Weights of several components, raised to the exponent, sum to 1.
  const PredictedMixture two{{0.0f, std::log(3.0f)}, {10.0f, 10.0f}};
  CHECK(two.weights(1.0)[1] == doctest::Approx(0.75));
  CHECK(two.weights(2.0)[1] == doctest::Approx(0.9));
}
