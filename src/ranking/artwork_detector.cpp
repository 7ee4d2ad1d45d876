// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/artwork_detector.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <string>

#include "core/damaged.hpp"
#include "ranking/logistic.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

constexpr const char* kWeights = "artworks.weights";
constexpr double kRidge = 1e-3;  // of the weights
constexpr int kNewtonSteps = 30;

}  // namespace

// Newton's method (iteratively reweighted least squares).
ArtworkDetector ArtworkDetector::fit(std::span<const float> artworks, std::span<const float> photos, std::size_t wide) {
  using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto length = static_cast<Eigen::Index>(wide);
  if (wide == 0 || artworks.size() < wide || photos.size() < wide)
    throw InvalidArgumentError("the artwork detector needs at least one artwork and one photo");
  const auto artwork_rows = static_cast<Eigen::Index>(artworks.size() / wide),
             photo_rows = static_cast<Eigen::Index>(photos.size() / wide), n = artwork_rows + photo_rows;
  Eigen::MatrixXd rows(n, length + 1);
  rows.topLeftCorner(artwork_rows, length) =
      Eigen::Map<const Matrix>(artworks.data(), artwork_rows, length).cast<double>();
  rows.bottomLeftCorner(photo_rows, length) =
      Eigen::Map<const Matrix>(photos.data(), photo_rows, length).cast<double>();
  rows.col(length).setOnes();
  Eigen::VectorXd truth = Eigen::VectorXd::Zero(n), share(n);
  truth.head(artwork_rows).setOnes();
  share.head(artwork_rows).setConstant(0.5 / static_cast<double>(artwork_rows));
  share.tail(photo_rows).setConstant(0.5 / static_cast<double>(photo_rows));
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
  ArtworkDetector out;
  out.weights_.assign(weights.data(), weights.data() + weights.size());
  return out;
}

double ArtworkDetector::probability(std::span<const float> strong) const {
  double sum = weights_.back();
  for (std::size_t d = 0; d < strong.size(); ++d) sum += weights_[d] * static_cast<double>(strong[d]);
  return logistic(sum);
}

bool ArtworkDetector::stored(const SafetensorsFile& file) { return file.contains(kWeights); }

void ArtworkDetector::save(SafetensorsWriter& writer) const {
  writer.add<double>(kWeights, {static_cast<std::int64_t>(weights_.size())}, weights_);
}

ArtworkDetector ArtworkDetector::load(const SafetensorsFile& file, std::size_t wide) {
  const auto stored = file.get<double>(kWeights, {static_cast<std::int64_t>(wide) + 1});
  if (!std::ranges::all_of(stored, [](double v) { return std::isfinite(v); }))
    refuse_damaged(file.path(), std::string("array ") + kWeights + " holds a value that is not finite");
  ArtworkDetector out;
  out.weights_.assign(stored.begin(), stored.end());
  return out;
}

}  // namespace venloc
