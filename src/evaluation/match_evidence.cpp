// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "evaluation/match_evidence.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <numbers>
#include <utility>

#include "ranking/logistic.hpp"

namespace venloc {
namespace {

// Where photos of one scene stand, as shares of normal distributions: most stand together, some at the other end of a
// square, some look across the water. From 2,500 matches of 1,718 photos of Venice (docs/results/geotag-audit.md).
struct Spread {
  double share, reaches;  // of matches; standard deviation in units of reach_m
};
constexpr std::array<Spread, 3> kSpreads = {{{0.6, 0.2}, {0.25, 1.0}, {0.15, 3.0}}};
constexpr double kElsewhereReaches = 2.0;

// Log odds that photos of Venice that match are near each other, from the same matches. Other galleries are weighed
// against them: kPriorMatches matches of the weights kPriorWeights.
constexpr double kPriorIntercept = 0.77, kPriorSlope = 0.26;
constexpr std::array<double, 8> kPriorWeights = {2, 4, 8, 16, 32, 64, 128, 256};
constexpr double kPriorMatches = 20;

constexpr double kMaxProbability = 0.95;  // repeated windows, bridges and watermarks match at any weight
constexpr double kMaxChance = 0.9;        // of a gallery that is smaller than the reach
constexpr int kNewtonSteps = 100;
constexpr double kRidge = 1e-9, kSmallestStep = 1e-9;

// Probability that two photos are in one square of this side.
double pairs_in_squares(std::span<const EastNorth> places, double side) {
  std::map<std::pair<std::int64_t, std::int64_t>, double> squares;
  for (const auto place : places)
    ++squares[{static_cast<std::int64_t>(std::floor(place.east / side)),
               static_cast<std::int64_t>(std::floor(place.north / side))}];
  double pairs = 0;
  for (const auto& [square, count] : squares) pairs += count * (count - 1);
  const auto n = static_cast<double>(places.size());
  return std::max(pairs / std::max(1.0, n * (n - 1)), 1 / n);
}

double normal_density(double distance_m, double sigma_m) {
  return std::exp(-0.5 * std::pow(distance_m / sigma_m, 2)) / (2 * std::numbers::pi * sigma_m * sigma_m);
}

}  // namespace

double apart_m(const GeotagAuditOptions& options) { return kElsewhereReaches * options.reach_m; }

MatchEvidence::MatchEvidence(std::span<const EastNorth> places, std::span<const PhotoMatch> matches,
                             std::span<const std::size_t> claims, const GeotagAuditOptions& options)
    : reach_m_(options.reach_m), right_pairs_(std::pow(1 - options.wrong_share, 2)) {
  const double radius = apart_m(options), disc = std::numbers::pi * radius * radius;
  const double side = std::sqrt(disc);  // a square of the same area as the disc
  chance_ = std::min(pairs_in_squares(places, side), kMaxChance);
  density_ = chance_ / disc;
  std::vector<Observation> observations;
  for (const auto& match : matches) {
    if (claims[match.first] == claims[match.second]) continue;
    observations.push_back(
        {std::log(match.weight), distance_m(places[match.first], places[match.second]) < radius ? 1.0 : 0.0, 1.0});
  }
  fit(std::move(observations));
}

// Logistic regression by Newton's method; a step that does not help is halved.
void MatchEvidence::fit(std::vector<Observation> observations) {
  for (const double weight : kPriorWeights)
    observations.push_back({std::log(weight), logistic(kPriorIntercept + kPriorSlope * std::log(weight)),
                            kPriorMatches / static_cast<double>(kPriorWeights.size())});
  const auto loss = [&](double intercept, double slope) {
    double sum = 0;
    for (const auto& o : observations) {
      const double odds = intercept + slope * o.log_weight;
      sum += o.count * (std::max(odds, 0.0) + std::log1p(std::exp(-std::abs(odds))) - o.near * odds);
    }
    return sum;
  };
  intercept_ = kPriorIntercept;
  slope_ = kPriorSlope;
  for (int step = 0; step < kNewtonSteps; ++step) {
    double g0 = 0, g1 = 0, h00 = kRidge, h01 = 0, h11 = kRidge;
    for (const auto& o : observations) {
      const double p = logistic(intercept_ + slope_ * o.log_weight), curvature = o.count * p * (1 - p);
      g0 += o.count * (o.near - p);
      g1 += o.count * (o.near - p) * o.log_weight;
      h00 += curvature;
      h01 += curvature * o.log_weight;
      h11 += curvature * o.log_weight * o.log_weight;
    }
    const double determinant = h00 * h11 - h01 * h01, before = loss(intercept_, slope_);
    double s0 = (h11 * g0 - h01 * g1) / determinant, s1 = (h00 * g1 - h01 * g0) / determinant;
    while (loss(intercept_ + s0, slope_ + s1) > before && std::abs(s0) + std::abs(s1) > kSmallestStep) {
      s0 /= 2;
      s1 /= 2;
    }
    if (std::abs(s0) + std::abs(s1) <= kSmallestStep) break;
    intercept_ += s0;
    slope_ += s1;
  }
}

double MatchEvidence::probability(double weight) const {
  // Of matches of one scene those with two right geotags are near each other, and others by chance.
  const double near = logistic(intercept_ + slope_ * std::log(weight));
  return std::clamp((near - chance_) / ((1 - chance_) * right_pairs_), 0.0, kMaxProbability);
}

double MatchEvidence::ratio(double distance_m, double probability) const {
  double density = 0;
  for (const auto& spread : kSpreads) density += spread.share * normal_density(distance_m, spread.reaches * reach_m_);
  return 1 - probability + probability * density / density_;
}

double MatchEvidence::share_at_place() const {
  const double sigma_m = kSpreads.front().reaches * reach_m_;
  return std::min(1.0, density_ * 2 * std::numbers::pi * sigma_m * sigma_m);
}

}  // namespace venloc
