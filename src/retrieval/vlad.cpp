// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "retrieval/vlad.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "retrieval/kernels.hpp"
#include "retrieval/unit_descriptor.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr Eigen::Index kSift = kSiftDimension;
constexpr std::size_t kWords = 128;
constexpr Eigen::Index kKept = 32;  // directions of a word's sum
constexpr int kIterations = 15;
constexpr std::size_t kSamplesOfPicture = 60;
constexpr std::size_t kSamplesOfWord = 64;  // at least; a word that is a sample itself leaves no residual
constexpr std::size_t kMostSamples = 200'000;
constexpr std::size_t kMostPictures = 4096;  // more do not change the components
constexpr double kExponent = 0.25;           // a component of standard deviation s is divided by s to this power

// `count` of the pictures, all of them where there are no more; evenly spread.
std::vector<std::size_t> spread(std::size_t n, std::size_t count) {
  std::vector<std::size_t> out(std::min(n, count));
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = i * n / out.size();
  return out;
}

// Main directions of the samples, strongest first, as columns.
std::vector<float> main_directions(std::span<const SiftDescriptor> samples) {
  Eigen::MatrixXd square = Eigen::MatrixXd::Zero(kSift, kSift);
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(kSift);
  for (const auto& sample : samples) {
    const Eigen::VectorXd row = Eigen::Map<const Eigen::Matrix<std::uint8_t, kSift, 1>>(sample.data()).cast<double>();
    square.selfadjointView<Eigen::Lower>().rankUpdate(row);
    sum += row;
  }
  const auto n = static_cast<double>(samples.size());
  square.selfadjointView<Eigen::Lower>().rankUpdate(sum, -1.0 / n);
  // Eigenvalues ascend.
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solved(square);
  const Matrix kept = solved.eigenvectors().rightCols(kKept).rowwise().reverse().cast<float>();
  return {kept.data(), kept.data() + kept.size()};
}

Matrix orthonormal(const Matrix& columns) {
  const Eigen::HouseholderQR<Matrix> qr(columns);
  return qr.householderQ() * Matrix::Identity(columns.rows(), columns.cols());
}

}  // namespace

Vlad::Vlad(std::vector<std::uint8_t> words, std::vector<float> directions)
    : words_(std::move(words)), directions_(std::move(directions)) {
  for (std::size_t w = 0; w < words_.size(); ++w) {
    const auto* row = words_.wide(w);
    half_norms_.push_back(std::inner_product(row, row + kSift, row, std::int32_t{0}) / 2);
  }
}

std::vector<float> Vlad::aggregate(const LocalFeatures& features) const {
  const auto words = static_cast<Eigen::Index>(words_.size());
  Matrix sums = Matrix::Zero(words, kSift);
  std::vector<std::int32_t> scores(words_.size());
  for (const auto& descriptor : features.descriptors) {
    const WideRow row = widen(descriptor);
    kernels::centroid_scores(row.data(), words_.wide(0), half_norms_.data(), words_.size(), scores.data());
    const auto word = std::ranges::min_element(scores) - scores.begin();
    const Eigen::Matrix<float, 1, kSift> residual =
        (Eigen::Map<const Eigen::Matrix<std::int16_t, 1, kSift>>(row.data()) -
         Eigen::Map<const Eigen::Matrix<std::int16_t, 1, kSift>>(words_.wide(static_cast<std::size_t>(word))))
            .cast<float>();
    if (const float length = residual.norm(); length > 0) sums.row(word) += residual / length;
  }
  Matrix cut = sums * Eigen::Map<const Matrix>(directions_.data(), kSift, kKept);
  for (Eigen::Index w = 0; w < words; ++w)
    if (const float length = cut.row(w).norm(); length > 0) cut.row(w) /= length;
  if (const float length = cut.norm(); length > 0) cut /= length;
  return {cut.data(), cut.data() + cut.size()};
}

Vlad Vlad::train(std::span<const LocalFeatures> pictures, std::uint64_t seed, int num_threads,
                 const ProgressCallback& progress) {
  Random random(seed);
  std::vector<SiftDescriptor> samples;
  const auto training = spread(pictures.size(), kMostSamples / kSamplesOfPicture);
  for (const auto p : training) {
    const auto& all = pictures[p].descriptors;
    std::vector<std::uint32_t> order(all.size());
    std::iota(order.begin(), order.end(), 0u);
    random.shuffle(std::span(order));
    for (std::size_t i = 0; i < std::min(order.size(), kSamplesOfPicture); ++i) samples.push_back(all[order[i]]);
  }
  if (samples.empty())
    throw InvalidArgumentError("no picture of the gallery has a feature: use pictures with more detail");
  const auto words = std::clamp<std::size_t>(samples.size() / kSamplesOfWord, 1, kWords);
  const auto trained = Vocabulary::train(samples, words, kIterations, seed, num_threads, {});
  Vlad vlad({trained.centroids().begin(), trained.centroids().end()}, main_directions(samples));

  const auto shown = spread(pictures.size(), kMostPictures);
  const auto length = static_cast<Eigen::Index>(vlad.words_.size()) * kKept;
  Matrix x(static_cast<Eigen::Index>(shown.size()), length);
  parallel_for(
      shown.size(), num_threads,
      [&](std::size_t i) {
        std::ranges::copy(vlad.aggregate(pictures[shown[i]]), x.row(static_cast<Eigen::Index>(i)).data());
      },
      "appearance", progress);
  const Eigen::RowVectorXf mean = x.colwise().mean();
  x.rowwise() -= mean;

  // Main components by a randomised range finder (Halko, Martinsson and Tropp 2011): exact where there are few
  // pictures.
  constexpr Eigen::Index kOversampled = 32;
  constexpr int kPowerIterations = 2;
  const auto kept = static_cast<Eigen::Index>(kDimension);
  const auto rank = std::min({kept + kOversampled, x.rows(), x.cols()});
  Matrix basis(length, rank);
  for (Eigen::Index i = 0; i < basis.size(); ++i) basis.data()[i] = random.below(2) == 0 ? -1.0f : 1.0f;
  for (int i = 0; i <= kPowerIterations; ++i) basis = orthonormal(x.transpose() * orthonormal(x * basis));
  const Matrix shortened = x * basis;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solved((shortened.transpose() * shortened).cast<double>());
  const double strongest = std::max(solved.eigenvalues()(rank - 1), 0.0);
  Matrix projection = Matrix::Zero(length, kept);
  for (Eigen::Index c = 0; c < std::min(kept, rank); ++c) {
    const double square = solved.eigenvalues()(rank - 1 - c);
    if (square <= 1e-6 * strongest) break;  // rounding, not a component
    projection.col(c) = basis * solved.eigenvectors().col(rank - 1 - c).cast<float>() /
                        static_cast<float>(std::pow(square, kExponent / 2));
  }

  vlad.mean_.assign(mean.data(), mean.data() + mean.size());
  vlad.projection_.resize(static_cast<std::size_t>(projection.size()));
  for (Eigen::Index c = 0; c < kept; ++c) {
    const float most = projection.col(c).cwiseAbs().maxCoeff();
    const float step = most > 0 ? most / kUnit : 1.0f;
    vlad.steps_.push_back(step);
    for (Eigen::Index r = 0; r < length; ++r)
      vlad.projection_[static_cast<std::size_t>(r * kept + c)] =
          static_cast<std::int8_t>(std::lround(projection(r, c) / step));
  }
  return vlad;
}

Vlad::Descriptor Vlad::describe(const LocalFeatures& features) const {
  Descriptor out{};
  if (features.size() == 0) return out;
  const auto vector = aggregate(features);
  std::array<float, kDimension> sums{};
  for (std::size_t r = 0; r < mean_.size(); ++r) {
    const float value = vector[r] - mean_[r];
    const auto* row = projection_.data() + r * kDimension;
    for (std::size_t c = 0; c < kDimension; ++c) sums[c] += value * static_cast<float>(row[c]);
  }
  for (std::size_t c = 0; c < kDimension; ++c) sums[c] *= steps_[c];
  to_unit_bytes(sums, out);
  return out;
}

void Vlad::save(SafetensorsWriter& writer) const {
  const auto extent = [](std::size_t n) { return static_cast<std::int64_t>(n); };
  writer.add<std::uint8_t>("vlad.words", {extent(words_.size()), kSift}, words_.centroids());
  writer.add<float>("vlad.directions", {kSift, kKept}, directions_);
  writer.add<float>("vlad.mean", {extent(mean_.size())}, mean_);
  writer.add<std::int8_t>("vlad.projection", {extent(mean_.size()), extent(kDimension)}, projection_);
  writer.add<float>("vlad.steps", {extent(kDimension)}, steps_);
}

Vlad Vlad::load(const SafetensorsFile& file) {
  const auto words = file.get<std::uint8_t>("vlad.words", {-1, kSift});
  const auto directions = file.get<float>("vlad.directions", {kSift, kKept});
  if (words.empty()) refuse_damaged(file.path(), "array vlad.words is empty");
  Vlad vlad({words.begin(), words.end()}, {directions.begin(), directions.end()});
  const auto length = static_cast<std::int64_t>(vlad.words_.size()) * kKept;
  const auto mean = file.get<float>("vlad.mean", {length});
  const auto projection = file.get<std::int8_t>("vlad.projection", {length, static_cast<std::int64_t>(kDimension)});
  const auto steps = file.get<float>("vlad.steps", {static_cast<std::int64_t>(kDimension)});
  // Directions have length 1, aggregated vectors too, and no picture's share of a component is near this.
  constexpr float kImpossible = 1e6f;
  for (const auto& [name, values] :
       {std::pair("vlad.directions", directions), {"vlad.mean", mean}, {"vlad.steps", steps}})
    if (!std::ranges::all_of(values, [](float v) { return std::abs(v) < kImpossible; }))
      refuse_damaged(file.path(), std::string("array ") + name + " holds impossible values");
  vlad.mean_.assign(mean.begin(), mean.end());
  vlad.projection_.assign(projection.begin(), projection.end());
  vlad.steps_.assign(steps.begin(), steps.end());
  return vlad;
}

float similarity(const Vlad::Descriptor& a, const Vlad::Descriptor& b) {
  std::int32_t product = 0;
  for (std::size_t i = 0; i < a.size(); ++i) product += static_cast<std::int32_t>(a[i]) * b[i];
  return std::clamp(static_cast<float>(product) / (kUnit * kUnit), -1.0f, 1.0f);
}

bool is_valid(const Vlad::Descriptor& descriptor) { return is_unit_bytes(descriptor); }

}  // namespace venloc
