// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/retrieval/whitening.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "retrieval/unit_descriptor.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

using Eigen::Index;
using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// x^T x where there are at least as many rows as columns, otherwise x x^T: the same eigenvalues, of the smaller matrix.
// In double precision and tile by tile, so that the number of threads does not change the order of the sums.
Eigen::MatrixXd smaller_square(const Matrix& x, int num_threads) {
  constexpr Index kTile = 128, kChunk = 256;
  const bool by_columns = x.rows() >= x.cols();
  const Index side = by_columns ? x.cols() : x.rows(), depth = by_columns ? x.rows() : x.cols();
  const Index tiles = (side + kTile - 1) / kTile;
  Eigen::MatrixXd out = Eigen::MatrixXd::Zero(side, side);
  const auto part = [&](Index tile, Index from, Index deep) -> Eigen::MatrixXd {
    const Index begin = tile * kTile, wide = std::min(kTile, side - begin);
    return by_columns ? Eigen::MatrixXd(x.block(from, begin, deep, wide).transpose().cast<double>())
                      : Eigen::MatrixXd(x.block(begin, from, wide, deep).cast<double>());
  };
  parallel_for(static_cast<std::size_t>(tiles * tiles), num_threads, [&](std::size_t task) {
    const Index i = static_cast<Index>(task) / tiles, j = static_cast<Index>(task) % tiles;
    if (j > i) return;  // the solver reads the lower triangle
    auto tile = out.block(i * kTile, j * kTile, std::min(kTile, side - i * kTile), std::min(kTile, side - j * kTile));
    for (Index from = 0; from < depth; from += kChunk) {
      const Index deep = std::min(kChunk, depth - from);
      tile.noalias() += part(i, from, deep) * part(j, from, deep).transpose();
    }
  });
  return out;
}

}  // namespace

void WhiteningOptions::validate() const {
  if (dimension < 1 || dimension > static_cast<int>(kMostDimensions))
    throw InvalidArgumentError("whitening.dimension must be 1 to 65536");
  if (!(exponent >= 0.0 && exponent <= 1.0)) throw InvalidArgumentError("whitening.exponent must be 0 to 1");
  if (max_samples < 1) throw InvalidArgumentError("whitening.max_samples must be at least 1");
  resolve_threads(num_threads);
}

Whitening Whitening::train(std::span<const float> vectors, std::size_t length, const WhiteningOptions& options) {
  options.validate();
  if (length < 1) throw InvalidArgumentError("the training vectors of the whitening have no values");
  if (vectors.empty()) throw InvalidArgumentError("the whitening has no training vectors");
  check_vectors(vectors, length, "the training vectors of the whitening");

  const auto chosen =
      sample_positions(vectors.size() / length, static_cast<std::size_t>(options.max_samples), options.seed);
  const auto n = static_cast<Index>(chosen.size()), columns = static_cast<Index>(length);
  Matrix x(n, columns);
  for (Index i = 0; i < n; ++i)
    x.row(i) =
        Eigen::Map<const Eigen::RowVectorXf>(vectors.data() + chosen[static_cast<std::size_t>(i)] * length, columns);
  Eigen::RowVectorXd sum = Eigen::RowVectorXd::Zero(columns);
  double squares = 0;
  for (Index i = 0; i < n; ++i) {
    sum += x.row(i).cast<double>();
    squares += x.row(i).cast<double>().squaredNorm();
  }
  const Eigen::RowVectorXf mean = (sum / static_cast<double>(n)).cast<float>();
  x.rowwise() -= mean;

  // Eigenvalues ascend.
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solved(smaller_square(x, options.num_threads));
  const Index found = solved.eigenvalues().size(), wanted = options.dimension;
  // Below this it is the rounding of floats, not a component.
  const double floor = std::max(1e-9 * solved.eigenvalues()(found - 1), 1e-14 * squares);
  Index kept = 0;
  while (kept < std::min(wanted, found) && solved.eigenvalues()(found - 1 - kept) > floor) ++kept;
  const Eigen::VectorXd values = solved.eigenvalues().tail(kept).reverse();
  Eigen::MatrixXd directions = solved.eigenvectors().rightCols(kept).rowwise().reverse();
  if (n < columns) {
    const Eigen::MatrixXd lengthened = x.transpose().cast<double>() * directions;
    directions = lengthened * values.cwiseSqrt().cwiseInverse().asDiagonal();
  }
  const Eigen::VectorXd deviations = (values / static_cast<double>(n)).cwiseSqrt();
  Matrix projection = Matrix::Zero(columns, wanted);
  projection.leftCols(kept) =
      (directions * deviations.array().pow(-options.exponent).matrix().asDiagonal()).cast<float>();

  Whitening out;
  out.dimension_ = static_cast<std::size_t>(wanted);
  out.mean_.assign(mean.data(), mean.data() + mean.size());
  out.projection_.assign(projection.data(), projection.data() + projection.size());
  return out;
}

std::vector<float> Whitening::apply(std::span<const float> vectors, int num_threads) const {
  check_vectors(vectors, length(), "the vectors to whiten");
  const auto rows = static_cast<Index>(length()), columns = static_cast<Index>(dimension_);
  const Eigen::Map<const Matrix> projection(projection_.data(), rows, columns);
  const Eigen::Map<const Eigen::RowVectorXf> mean(mean_.data(), rows);
  std::vector<float> out(vectors.size() / length() * dimension_);
  // One by one: in a product of matrices the rounding of a row depends on its neighbours.
  parallel_for(vectors.size() / length(), num_threads, [&](std::size_t i) {
    const Eigen::RowVectorXf centred = Eigen::Map<const Eigen::RowVectorXf>(vectors.data() + i * length(), rows) - mean;
    const auto result = std::span(out).subspan(i * dimension_, dimension_);
    Eigen::Map<Eigen::RowVectorXf>(result.data(), columns).noalias() = centred * projection;
    if (!std::ranges::all_of(result, [](float v) { return std::isfinite(v); }))
      throw InvalidArgumentError("the vectors to whiten: the values of vector " + std::to_string(i) + " are too large");
    to_unit_length(result);
  });
  return out;
}

void Whitening::save(SafetensorsWriter& writer, const std::string& name) const {
  const auto rows = static_cast<std::int64_t>(length());
  writer.add<float>(name + ".mean", {rows}, mean_);
  writer.add<float>(name + ".projection", {rows, static_cast<std::int64_t>(dimension_)}, projection_);
}

Whitening Whitening::load(const SafetensorsFile& file, const std::string& name) {
  const auto mean_name = name + ".mean", projection_name = name + ".projection";
  const auto mean = file.get<float>(mean_name, {-1});
  if (mean.empty()) refuse_damaged(file.path(), "array " + mean_name + " is empty");
  const auto projection = file.get<float>(projection_name, {static_cast<std::int64_t>(mean.size()), -1});
  if (projection.empty() || projection.size() / mean.size() > kMostDimensions)
    refuse_damaged(file.path(), "array " + projection_name + " has an impossible shape");
  for (const auto& [array, values] : {std::pair(mean_name, mean), {projection_name, projection}})
    if (!std::ranges::all_of(values, [](float v) { return std::isfinite(v); }))
      refuse_damaged(file.path(), "array " + array + " holds values that are not finite");
  Whitening out;
  out.dimension_ = projection.size() / mean.size();
  out.mean_.assign(mean.begin(), mean.end());
  out.projection_.assign(projection.begin(), projection.end());
  return out;
}

}  // namespace venloc
