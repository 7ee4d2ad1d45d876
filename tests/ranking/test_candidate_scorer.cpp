// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "core/random.hpp"
#include "locators/candidate_network.hpp"

using namespace venloc;

namespace {

constexpr std::size_t kFeatures = 4, kListFeatures = 3;

CandidateQuery random_query(Random& random, std::size_t candidates) {
  CandidateQuery query;
  const auto number = [&](double scale) { return scale * (2 * random.uniform() - 1); };
  for (std::size_t i = 0; i < candidates * kFeatures; ++i) query.features.candidates.push_back(number(2));
  for (std::size_t i = 0; i < kListFeatures; ++i) query.features.list.push_back(number(2));
  for (std::size_t i = 0; i < candidates; ++i) query.places.push_back({number(200), number(200)});
  query.truth = {number(100), number(100)};
  query.prior_density = 1e-7 + 1e-6 * random.uniform();
  return query;
}

}  // namespace

TEST_CASE("candidate network: the gradient is that of finite differences, parameter by parameter") {
  for (const std::size_t candidates : {0u, 1u, 2u, 7u}) {
    CAPTURE(candidates);
    Random random(candidates + 1);
    CandidateNetwork network(kFeatures, kListFeatures, {}, 0.0);
    auto& parameters = network.parameters();
    for (double& parameter : parameters) parameter += 0.6 * (2 * random.uniform() - 1);
    const auto query = random_query(random, candidates);
    std::vector<double> gradient, unused;
    network.loss(query, gradient);
    REQUIRE(gradient.size() == parameters.size());
    constexpr double kStep = 1e-5;
    double largest = 0;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      CAPTURE(i);
      const double before = parameters[i];
      parameters[i] = before + kStep;
      const double up = network.loss(query, unused);
      parameters[i] = before - kStep;
      const double down = network.loss(query, unused);
      parameters[i] = before;
      const double expected = (up - down) / (2 * kStep);
      CHECK(gradient[i] == doctest::Approx(expected).epsilon(1e-5).scale(1.0));
      largest = std::max(largest, std::abs(expected));
    }
    CHECK((candidates == 0 || largest > 0.1));  // there was something to compare
  }
}

TEST_CASE("candidate network: the loss is that of the mixture its answer stands for") {
  Random random(5);
  CandidateNetwork network(kFeatures, kListFeatures, {}, 0.0);
  for (double& parameter : network.parameters()) parameter += 0.5 * (2 * random.uniform() - 1);
  for (int repetition = 0; repetition < 20; ++repetition) {
    const auto query = random_query(random, 5);
    const auto answer = network.answer(query.features);
    const auto sigmas = network.sigmas_m();
    double density = answer.probabilities.back() * query.prior_density;
    for (std::size_t i = 0; i < query.places.size(); ++i)
      for (std::size_t k = 0; k < CandidateNetwork::kKernels; ++k) {
        const double variance = sigmas[k] * sigmas[k], distance = distance_m(query.places[i], query.truth);
        density += answer.probabilities[i] * answer.kernel_weights[i][k] *
                   std::exp(-distance * distance / (2 * variance)) / (2 * 3.14159265358979324 * variance);
      }
    CHECK(network.loss(std::array{query}) == doctest::Approx(-std::log(density)).epsilon(1e-9));
  }
}
