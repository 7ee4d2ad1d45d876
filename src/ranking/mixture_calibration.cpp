// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/mixture_calibration.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include "core/parallel.hpp"

namespace venloc {

std::vector<double> PredictedMixture::weights(double exponent) const {
  std::vector<double> out(log_weights.size());
  const double top = *std::ranges::max_element(log_weights);
  double sum = 0;
  for (std::size_t k = 0; k < out.size(); ++k) sum += out[k] = std::exp(exponent * (log_weights[k] - top));
  for (double& weight : out) weight /= sum;
  return out;
}

namespace {

// Mean negative log-likelihood of the photos' places [nat, 1/m²].
double loss_of(const MixtureCalibration& c, std::span<const PredictedMixture> mixtures,
               std::span<const std::vector<double>> squares, std::span<const double> prior_density) {
  double sum = 0;
  for (std::size_t i = 0; i < mixtures.size(); ++i) {
    const auto weights = mixtures[i].weights(c.exponent);
    double density = c.no_match * prior_density[i];
    for (std::size_t k = 0; k < weights.size(); ++k) {
      const double variance = std::pow(mixtures[i].sigmas_m[k] * c.widening, 2);
      density += (1.0 - c.no_match) * weights[k] * std::exp(-0.5 * squares[i][k] / variance) /
                 (2 * std::numbers::pi * variance);
    }
    sum -= std::log(density);
  }
  return sum / static_cast<double>(mixtures.size());
}

}  // namespace

// Line search along each number in turn, with smaller and smaller steps, in a range that plausible posteriors need: the
// likelihood of many photos at one place grows without limit as widths go to 0.
MixtureCalibration MixtureCalibration::fit(std::span<const PredictedMixture> mixtures,
                                           std::span<const std::vector<double>> squares,
                                           std::span<const double> prior_density, int num_threads) {
  constexpr int kRounds = 5;
  constexpr std::size_t kChunks = 16;
  const std::size_t n = mixtures.size();
  const auto loss = [&](const MixtureCalibration& c) {
    std::vector<double> parts(kChunks, 0.0);
    parallel_for(kChunks, num_threads, [&](std::size_t chunk) {
      const std::size_t begin = n * chunk / kChunks, end = n * (chunk + 1) / kChunks;
      if (begin < end)
        parts[chunk] = static_cast<double>(end - begin) * loss_of(c, mixtures.subspan(begin, end - begin),
                                                                  squares.subspan(begin, end - begin),
                                                                  prior_density.subspan(begin, end - begin));
    });
    return std::accumulate(parts.begin(), parts.end(), 0.0);
  };
  MixtureCalibration best;
  best.no_match = 0.2;
  double smallest = loss(best);
  double factor = 1.5;
  struct Range {
    double MixtureCalibration::*number;
    double min, max;
  };
  constexpr std::array<Range, 3> kRanges = {{{&MixtureCalibration::exponent, 1.0 / 16, 16},
                                             {&MixtureCalibration::widening, 0.25, 16},
                                             {&MixtureCalibration::no_match, 1e-3, 0.95}}};
  for (int round = 0; round < kRounds; ++round, factor = std::sqrt(factor))
    for (const auto& range : kRanges)
      for (const double step : {factor, 1.0 / factor})
        for (;;) {
          auto tried = best;
          tried.*range.number *= step;
          if (tried.*range.number < range.min || tried.*range.number > range.max) break;
          const double found = loss(tried);
          if (!(found < smallest)) break;
          smallest = found;
          best = tried;
        }
  return best;
}

}  // namespace venloc
