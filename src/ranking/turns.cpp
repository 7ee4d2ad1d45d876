// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/turns.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "gallery/unreadable.hpp"

namespace venloc {
namespace {

constexpr const char* kWeights = "turns.weights";
constexpr std::size_t kTurns = 4;
constexpr int kQuarterTurn = 90;

constexpr std::size_t kFittedPhotos = 400;
constexpr double kRidge = 1e-4;  // of the weights; the best log loss on artworks of 1e-3 to 1e-6
constexpr int kDescentSteps = 500;

// Differences of log probabilities between upright and the best turn. Measured on photos and artworks that the
// classifier was not fitted to (docs/results/turned.md): above the first no turned photo was taken as upright, below
// the second no upright one as turned. Between them the evidence of both decides.
constexpr double kSurelyUpright = 0.5;
constexpr double kSurelyTurned = -3.0;
constexpr double kPriorOfTurn = -0.5;  // log; most pictures are upright. With -1, fewer turned artworks were found

// Where no classifier decides. Unrelated photos have up to about 8 verified matches, repetitive facades and their
// mirror images some dozens. With the odds and the exponent a turn needs e = 2.7 times the matches that the picture has
// as it is.
constexpr float kManyMatches = 100;
constexpr double kMatchExponent = 2;
constexpr double kLogOddsOfTurn = -2;

/// Largest number of verified matches of a candidate.
float most_inliers(const Evidence& evidence) {
  float most = 0;
  for (const auto& candidate : evidence.candidates) most = std::max(most, candidate.inliers);
  return most;
}

/// Number of the first region of a grid; regions are grid by grid.
std::optional<std::size_t> first_region(const PictureVectors& describer, int grid) {
  std::size_t first = 0;
  for (const int cells : describer.backbone().options().region_grids) {
    if (cells == grid) return first;
    first += static_cast<std::size_t>(cells) * static_cast<std::size_t>(cells);
  }
  return std::nullopt;
}

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Log probabilities, one row for each row of values.
Rows log_probabilities(const Rows& values, const Rows& weights) {
  Rows out = values * weights.transpose();
  for (Eigen::Index i = 0; i < out.rows(); ++i) {
    const double largest = out.row(i).maxCoeff();
    out.row(i).array() -= largest + std::log((out.row(i).array() - largest).exp().sum());
  }
  return out;
}

/// Weights of the multinomial logistic regression, by Nesterov's accelerated gradient descent. Row i of the values is
/// of a picture whose turn is i modulo the number of turns; the last column is 1.
Rows fitted_weights(const Rows& values) {
  const auto n = static_cast<double>(values.rows());
  const double smoothness = values.rowwise().squaredNorm().maxCoeff() / 2 + 2 * kRidge;
  Rows weights = Rows::Zero(static_cast<Eigen::Index>(kTurns), values.cols()), ahead = weights;
  for (int step = 0; step < kDescentSteps; ++step) {
    Rows excess = log_probabilities(values, ahead).array().exp();
    for (Eigen::Index i = 0; i < excess.rows(); ++i) excess(i, i % static_cast<Eigen::Index>(kTurns)) -= 1;
    Rows slope = excess.transpose() * values / n + 2 * kRidge * ahead;
    const Rows next = ahead - slope / smoothness;
    ahead = next + static_cast<double>(step) / (step + 3) * (next - weights);
    weights = next;
  }
  return weights;
}

}  // namespace

std::vector<Turn> all_turns() {
  std::vector<Turn> out;
  for (std::size_t k = 0; k < kTurns; ++k)
    out.push_back({static_cast<int>(k) * kQuarterTurn, k == 0 ? 0.0 : kLogOddsOfTurn});
  return out;
}

TurnClassifier::TurnClassifier(const PictureVectors& describer)
    : strong_(describer.region_whitening(), describer.region_dimension()),
      region_dimension_(describer.region_dimension()),
      whole_(first_region(describer, 1).value()),
      quarters_(first_region(describer, 2).value()) {}

bool TurnClassifier::possible(const PictureVectors& describer) {
  return first_region(describer, 1) && first_region(describer, 2);
}

std::vector<double> TurnClassifier::values_of(std::span<const float> regions) const {
  const auto region = [&](std::size_t number) {
    return strong_.of(regions.subspan(number * region_dimension_, region_dimension_));
  };
  const auto whole = region(whole_), top_left = region(quarters_), top_right = region(quarters_ + 1),
             bottom_left = region(quarters_ + 2), bottom_right = region(quarters_ + 3);
  std::vector<double> out(whole.begin(), whole.end());
  for (std::size_t d = 0; d < whole.size(); ++d)
    out.push_back((top_left[d] + top_right[d] - bottom_left[d] - bottom_right[d]) / 2.0);
  for (std::size_t d = 0; d < whole.size(); ++d)
    out.push_back((top_left[d] + bottom_left[d] - top_right[d] - bottom_right[d]) / 2.0);
  out.push_back(1);
  return out;
}

TurnClassifier TurnClassifier::fit(const Gallery& gallery, const PictureVectors& describer, std::uint64_t seed,
                                   int num_threads, const ProgressCallback& progress) {
  TurnClassifier out(describer);
  const auto chosen = sample_positions(gallery.size(), kFittedPhotos, seed);
  Rows values(static_cast<Eigen::Index>(chosen.size() * kTurns), static_cast<Eigen::Index>(3 * out.strong_.size() + 1));
  std::vector<std::string> problems(gallery.size());
  parallel_for(
      chosen.size(), num_threads,
      [&](std::size_t i) {
        problems[chosen[i]] = problem_of([&] {
          const auto upright = read_image(gallery[chosen[i]].file);
          for (std::size_t k = 0; k < kTurns; ++k) {
            // A picture that needs k quarters of a turn to become upright.
            const auto lying = upright.turned(static_cast<int>((kTurns - k) % kTurns) * kQuarterTurn);
            const auto row = out.values_of(describer.describe_all(std::span(&lying, 1)).regions);
            values.row(static_cast<Eigen::Index>(i * kTurns + k)) =
                Eigen::Map<const Eigen::RowVectorXd>(row.data(), values.cols());
          }
        });
      },
      "turns", progress);
  refuse_unreadable(problems);
  const Rows weights = fitted_weights(values);
  out.weights_.assign(weights.data(), weights.data() + weights.size());
  return out;
}

std::vector<Turn> TurnClassifier::turns(std::span<const float> regions) const {
  const auto values = values_of(regions);
  const auto wide = static_cast<Eigen::Index>(values.size());
  const Rows log_p =
      log_probabilities(Eigen::Map<const Rows>(values.data(), 1, wide),
                        Eigen::Map<const Rows>(weights_.data(), static_cast<Eigen::Index>(kTurns), wide));
  Eigen::Index best = 0;
  const double turned = log_p.rightCols(kTurns - 1).row(0).maxCoeff(&best), upright = log_p(0, 0);
  const Turn other{static_cast<int>(best + 1) * kQuarterTurn, turned - upright + kPriorOfTurn};
  if (upright - turned >= kSurelyUpright) return {{0, 0.0}};
  if (upright - turned <= kSurelyTurned) return {other};
  return {{0, 0.0}, other};
}

bool TurnClassifier::stored(const SafetensorsFile& file) { return file.contains(kWeights); }

void TurnClassifier::save(SafetensorsWriter& writer) const {
  writer.add<double>(kWeights, {static_cast<std::int64_t>(kTurns), static_cast<std::int64_t>(weights_.size() / kTurns)},
                     weights_);
}

TurnClassifier TurnClassifier::load(const SafetensorsFile& file, const PictureVectors& describer) {
  if (!possible(describer))
    refuse_damaged(file.path(), std::string("array ") + kWeights + " belongs to regions that the network lacks");
  TurnClassifier out(describer);
  const auto stored = file.get<double>(
      kWeights, {static_cast<std::int64_t>(kTurns), static_cast<std::int64_t>(3 * out.strong_.size() + 1)});
  if (!std::ranges::all_of(stored, [](double v) { return std::isfinite(v); }))
    refuse_damaged(file.path(), std::string("array ") + kWeights + " holds a value that is not finite");
  out.weights_.assign(stored.begin(), stored.end());
  return out;
}

bool lacks_a_sure_match(const Evidence& evidence) {
  return evidence.list.features > 0 && most_inliers(evidence) < kManyMatches;
}

double log_match_evidence(const Evidence& evidence) {
  return kMatchExponent * std::log1p(static_cast<double>(most_inliers(evidence)));
}

Prediction best_of_turns(std::span<const Turn> turns, const std::function<TurnedPrediction(int)>& locate_turned) {
  std::optional<Prediction> best;
  double best_score = 0;
  std::vector<StageTime> timings;
  for (const auto& turn : turns) {
    auto [found, log_evidence] = locate_turned(turn.degrees);
    timings.insert(timings.end(), found.timings.begin(), found.timings.end());
    const double score = turn.log_odds + log_evidence;
    if (best && score <= best_score) continue;
    best = std::move(found);
    best->turned_degrees = turn.degrees;
    best_score = score;
  }
  best->timings = std::move(timings);
  if (best->turned_degrees != 0)
    best->notes.push_back("The picture seems to lie on its side or upside down; it was turned by " +
                          std::to_string(best->turned_degrees) + "° clockwise and located so.");
  return *std::move(best);
}

}  // namespace venloc
