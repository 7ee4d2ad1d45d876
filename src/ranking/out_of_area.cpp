// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "locators/familiarity.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <functional>

#include "core/damaged.hpp"
#include "retrieval/unit_descriptor.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

constexpr const char* kFamiliarity = "familiarity";
constexpr const char* kWorks = "works.weights";

// Log odds of "here" against "elsewhere" at the gallery's mean, and for each deviation. Logistic regression of the
// photos of development folds against pictures of other cities, with equal weight.
constexpr double kOdds = 3.0;
constexpr double kOddsSlope = 2.2;

constexpr double kRidge = 1e-3;  // of the detector's weights
constexpr int kNewtonSteps = 30;

double log_odds(double probability) {
  const double p = std::clamp(probability, 1e-4, 1.0 - 1e-4);
  return std::log(p / (1 - p));
}
double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

struct Moments {
  double mean = 0, deviation = 0;
};
Moments moments(std::span<const double> values) {
  Moments out;
  double square = 0;
  for (const double v : values) {
    out.mean += v / static_cast<double>(values.size());
    square += v * v / static_cast<double>(values.size());
  }
  out.deviation = std::sqrt(std::max(square - out.mean * out.mean, 0.0)) + 1e-6;
  return out;
}

}  // namespace

StrongComponents::StrongComponents(const Whitening& whitening) {
  const std::size_t wide = whitening.dimension(), count = std::min(wide, kComponents);
  std::vector<double> squares(count, 0.0);
  for (std::size_t row = 0; row < whitening.length(); ++row)
    for (std::size_t d = 0; d < count; ++d) {
      const double v = whitening.projection()[row * wide + d];
      squares[d] += v * v;
    }
  // A column is as long as one over the deviation of its component.
  for (const double square : squares) scales_.push_back(square > 0 ? static_cast<float>(std::pow(square, -0.25)) : 0);
}

std::vector<float> StrongComponents::of(std::span<const float> whitened) const {
  std::vector<float> out;
  for (std::size_t d = 0; d < size(); ++d) out.push_back(whitened[d] * scales_[d]);
  to_unit_length(out);
  return out;
}

std::vector<float> StrongComponents::of(std::span<const std::int8_t> descriptor) const {
  std::vector<float> values;
  for (std::size_t d = 0; d < size(); ++d) values.push_back(static_cast<float>(descriptor[d]));
  return of(values);
}

Likeness::Likeness(const StrongComponents& components, const DescriptorIndex& photos) : size_(components.size()) {
  for (std::size_t p = 0; p < photos.size(); ++p) {
    const auto strong = components.of(photos.descriptor(p));
    photos_.insert(photos_.end(), strong.begin(), strong.end());
  }
}

double Likeness::of(std::span<const float> strong, std::span<const std::uint8_t> excluded) const {
  std::vector<double> cosines;
  for (std::size_t p = 0; p * size_ < photos_.size(); ++p) {
    if (!excluded.empty() && excluded[p] != 0) continue;
    double sum = 0;
    for (std::size_t d = 0; d < size_; ++d)
      sum += static_cast<double>(strong[d]) * static_cast<double>(photos_[p * size_ + d]);
    cosines.push_back(sum);
  }
  const auto nearest = std::min(kNearest, cosines.size());
  std::ranges::partial_sort(cosines, cosines.begin() + static_cast<std::ptrdiff_t>(nearest), std::greater{});
  double sum = 0;
  for (std::size_t i = 0; i < nearest; ++i) sum += cosines[i];
  return nearest == 0 ? 0.0 : sum / static_cast<double>(nearest);
}

Familiarity Familiarity::fit(std::span<const double> none, std::span<const double> likeness) {
  std::vector<double> odds;
  for (const double p : none) odds.push_back(log_odds(p));
  const auto of_none = moments(odds), of_likeness = moments(likeness);
  Familiarity out;
  out.scale_ = {of_none.mean, of_none.deviation, of_likeness.mean, of_likeness.deviation};
  return out;
}

double Familiarity::not_here(double none, double likeness) const {
  const double at_home = -(log_odds(none) - scale_[0]) / scale_[1] + (likeness - scale_[2]) / scale_[3];
  return sigmoid(std::log(kElsewhere / (1 - kElsewhere)) - kOdds - kOddsSlope * at_home);
}

void Familiarity::save(SafetensorsWriter& writer) const { writer.add<double>(kFamiliarity, {4}, scale_); }

Familiarity Familiarity::load(const SafetensorsFile& file) {
  const auto stored = file.get<double>(kFamiliarity, {4});
  Familiarity out;
  std::ranges::copy(stored, out.scale_.begin());
  const bool possible = std::ranges::all_of(stored, [](double v) { return std::isfinite(v); }) &&
                        ((stored[1] > 0 && stored[3] > 0) || (stored[1] == 0 && stored[3] == 0));
  if (!possible) refuse_damaged(file.path(), std::string("array ") + kFamiliarity + " holds impossible values");
  return out;
}

// Newton's method (iteratively reweighted least squares).
WorkDetector WorkDetector::fit(std::span<const float> works, std::span<const float> photos, std::size_t wide) {
  using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto length = static_cast<Eigen::Index>(wide);
  if (wide == 0 || works.size() < wide || photos.size() < wide)
    throw InvalidArgumentError("to tell works from photos, some of both are needed");
  const auto of_works = static_cast<Eigen::Index>(works.size() / wide),
             of_photos = static_cast<Eigen::Index>(photos.size() / wide), n = of_works + of_photos;
  Eigen::MatrixXd rows(n, length + 1);
  rows.topLeftCorner(of_works, length) = Eigen::Map<const Matrix>(works.data(), of_works, length).cast<double>();
  rows.bottomLeftCorner(of_photos, length) = Eigen::Map<const Matrix>(photos.data(), of_photos, length).cast<double>();
  rows.col(length).setOnes();
  Eigen::VectorXd truth = Eigen::VectorXd::Zero(n), share(n);
  truth.head(of_works).setOnes();
  share.head(of_works).setConstant(0.5 / static_cast<double>(of_works));
  share.tail(of_photos).setConstant(0.5 / static_cast<double>(of_photos));
  Eigen::VectorXd ridge = Eigen::VectorXd::Constant(length + 1, kRidge);
  ridge(length) = 1e-6;
  Eigen::VectorXd weights = Eigen::VectorXd::Zero(length + 1);
  for (int step = 0; step < kNewtonSteps; ++step) {
    const Eigen::ArrayXd p = 1 / (1 + (-(rows * weights).array()).exp());
    const Eigen::MatrixXd weighted = rows.array().colwise() * (share.array() * p * (1 - p));
    Eigen::MatrixXd curvature = weighted.transpose() * rows;
    curvature.diagonal() += ridge;
    const Eigen::VectorXd slope =
        rows.transpose() * (share.array() * (p - truth.array())).matrix() + ridge.cwiseProduct(weights);
    weights -= curvature.ldlt().solve(slope);
  }
  WorkDetector out;
  out.weights_.assign(weights.data(), weights.data() + weights.size());
  return out;
}

double WorkDetector::probability(std::span<const float> strong) const {
  double sum = weights_.back();
  for (std::size_t d = 0; d < strong.size(); ++d) sum += weights_[d] * static_cast<double>(strong[d]);
  return sigmoid(sum);
}

bool WorkDetector::stored(const SafetensorsFile& file) { return file.contains(kWorks); }

void WorkDetector::save(SafetensorsWriter& writer) const {
  writer.add<double>(kWorks, {static_cast<std::int64_t>(weights_.size())}, weights_);
}

WorkDetector WorkDetector::load(const SafetensorsFile& file, std::size_t wide) {
  const auto stored = file.get<double>(kWorks, {static_cast<std::int64_t>(wide) + 1});
  if (!std::ranges::all_of(stored, [](double v) { return std::isfinite(v); }))
    refuse_damaged(file.path(), std::string("array ") + kWorks + " holds a value that is not finite");
  WorkDetector out;
  out.weights_.assign(stored.begin(), stored.end());
  return out;
}

}  // namespace venloc
