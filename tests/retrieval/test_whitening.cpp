// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "core/files.hpp"
#include "venloc/core/error.hpp"
#include "venloc/retrieval/whitening.hpp"

using namespace venloc;

namespace {

using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Vectors around a mean, some directions much stronger than others.
std::vector<float> vectors(Eigen::Index count, Eigen::Index length, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  const auto draw = [&] { return normal(random); };
  const Rows mixing = Rows::NullaryExpr(length, length, draw);
  Rows x = Rows::NullaryExpr(count, length, draw);
  for (Eigen::Index c = 0; c < length; ++c) x.col(c) *= 1.0f / static_cast<float>(1 + c);
  x *= mixing;
  x.rowwise() += Eigen::RowVectorXf(Eigen::RowVectorXf::NullaryExpr(length, draw));
  return {x.data(), x.data() + x.size()};
}

Rows matrix(const std::vector<float>& values, std::size_t length) {
  return Eigen::Map<const Rows>(values.data(), static_cast<Eigen::Index>(values.size() / length),
                                static_cast<Eigen::Index>(length));
}

std::string bytes_of(const Whitening& whitening) {
  SafetensorsWriter writer;
  whitening.save(writer);
  std::string bytes;
  writer.stream(
      [&](std::span<const std::byte> part) { bytes.append(reinterpret_cast<const char*>(part.data()), part.size()); });
  return bytes;
}

WhiteningOptions options(int dimension, double exponent) {
  WhiteningOptions out;
  out.dimension = dimension;
  out.exponent = exponent;
  return out;
}

/// Cosines between all vectors after the transformation, by a singular value decomposition in double precision.
Eigen::MatrixXd cosines_by_svd(const std::vector<float>& values, std::size_t length, Eigen::Index dimension,
                               double exponent) {
  Eigen::MatrixXd x = matrix(values, length).cast<double>();
  x.rowwise() -= Eigen::RowVectorXd(x.colwise().mean());
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(x, Eigen::ComputeThinU);
  Eigen::MatrixXd y = svd.matrixU() * svd.singularValues().array().pow(1 - exponent).matrix().asDiagonal();
  // Taking off the mean leaves one component less than vectors.
  const auto kept = std::min({dimension, y.cols(), x.rows() - 1});
  y = y.leftCols(kept).eval();
  y.rowwise().normalize();
  return y * y.transpose();
}

}  // namespace

TEST_CASE("whitening: what comes out is that of a singular value decomposition") {
  struct Case {
    Eigen::Index count, length;
    int dimension;
  };
  // More vectors than values, fewer, more values requested than there are components, and many tiles.
  for (const auto& [count, length, dimension] : {Case{120, 20, 8}, Case{40, 90, 16}, Case{30, 50, 64}, Case{60, 12, 12},
                                                 Case{400, 150, 40}, Case{140, 300, 139}})
    for (const double exponent : {0.0, 0.25, 1.0}) {
      CAPTURE(count);
      CAPTURE(length);
      CAPTURE(exponent);
      const auto width = static_cast<std::size_t>(length);
      const auto given = vectors(count, length, 1);
      const auto whitening = Whitening::train(given, width, options(dimension, exponent));
      CHECK(whitening.length() == width);
      CHECK(whitening.dimension() == static_cast<std::size_t>(dimension));
      const auto out = matrix(whitening.apply(given), whitening.dimension()).cast<double>().eval();
      for (Eigen::Index i = 0; i < count; ++i) CHECK(out.row(i).norm() == doctest::Approx(1.0).epsilon(1e-5));
      CHECK((out * out.transpose() - cosines_by_svd(given, width, dimension, exponent)).cwiseAbs().maxCoeff() < 1e-3);
      if (dimension >= count) CHECK(out.rightCols(dimension - count + 1).cwiseAbs().maxCoeff() == 0.0);
    }
}

TEST_CASE("whitening: whitened components have the same standard deviation and are uncorrelated") {
  const auto given = vectors(500, 24, 2);
  auto plain = given;
  const auto whitening = Whitening::train(given, 24, options(10, 1.0));
  const auto file = [&] {
    const TemporaryFolder folder;
    SafetensorsWriter writer;
    whitening.save(writer);
    writer.write(folder / "w");
    return SafetensorsFile::open(folder / "w");
  }();
  const auto projection = file.get<float>("whitening.projection", {24, 10});
  const auto mean = file.get<float>("whitening.mean", {24});
  Eigen::MatrixXd x = matrix(given, 24).cast<double>();
  x.rowwise() -= Eigen::Map<const Eigen::RowVectorXf>(mean.data(), 24).cast<double>();
  const Eigen::MatrixXd y = x * Eigen::Map<const Rows>(projection.data(), 24, 10).cast<double>();
  CHECK((y.transpose() * y / 500.0 - Eigen::MatrixXd::Identity(10, 10)).cwiseAbs().maxCoeff() < 1e-4);
}

TEST_CASE("whitening: same bytes at any number of threads, and the seed draws the sample") {
  const auto given = vectors(700, 200, 3);
  WhiteningOptions few = options(32, 0.5);
  few.max_samples = 300;
  few.num_threads = 1;
  const auto one = Whitening::train(given, 200, few);
  for (const int threads : {2, 4}) {
    few.num_threads = threads;
    CHECK(bytes_of(Whitening::train(given, 200, few)) == bytes_of(one));
    CHECK(one.apply(given, threads) == one.apply(given, 1));
  }
  few.seed = 1;
  CHECK(bytes_of(Whitening::train(given, 200, few)) != bytes_of(one));
  few.max_samples = 700;
  const auto all = bytes_of(Whitening::train(given, 200, few));
  few.seed = 2;
  CHECK(bytes_of(Whitening::train(given, 200, few)) == all);
}

TEST_CASE("whitening: a vector alone comes out as it does among others") {
  const auto given = vectors(50, 30, 4);
  const auto whitening = Whitening::train(given, 30, options(12, 0.5));
  const auto all = whitening.apply(given);
  for (std::size_t i = 0; i < 50; ++i) {
    const auto alone = whitening.apply(std::span(given).subspan(i * 30, 30));
    CHECK(std::ranges::equal(alone, std::span(all).subspan(i * 12, 12)));
  }
  CHECK(whitening.apply({}).empty());
}

TEST_CASE("whitening: one vector, equal ones, two") {
  const std::vector<float> one = {0.1f, 0.2f, 0.7f};
  std::vector<float> equal;
  for (int i = 0; i < 100; ++i) equal.insert(equal.end(), one.begin(), one.end());
  for (const auto& given : {one, equal}) {
    const auto whitening = Whitening::train(given, 3, options(4, 1.0));
    const std::vector<float> nothing(4 * given.size() / 3, 0.0f);
    CHECK(whitening.apply(given) == nothing);
    CHECK(whitening.apply(std::vector{5.0f, -3.0f, 2.0f}) == std::vector<float>(4, 0.0f));
  }
  const std::vector<float> two = {1, 0, 0, 0, 1, 0};
  const auto out = Whitening::train(two, 3, options(2, 1.0)).apply(two);
  CHECK(std::abs(out[0]) == doctest::Approx(1.0));
  CHECK(out[2] == doctest::Approx(-out[0]));
  CHECK(out[1] == 0.0f);
  CHECK(out[3] == 0.0f);
}

TEST_CASE("whitening: bad options and values are refused") {
  const std::vector<float> good = {1, 2, 3, 4, 5, 6};
  const auto message = [&](const std::vector<float>& values, std::size_t length, WhiteningOptions with) {
    return message_of<InvalidArgumentError>([&] { (void)Whitening::train(values, length, with); });
  };
  CHECK(message(good, 3, options(0, 1)).find("whitening.dimension") == 0);
  CHECK(message(good, 3, options(2, 1.5)).find("whitening.exponent") == 0);
  CHECK(message(good, 3, options(2, std::nan(""))).find("whitening.exponent") == 0);
  WhiteningOptions none;
  none.max_samples = 0;
  CHECK(message(good, 3, none).find("whitening.max_samples") == 0);
  CHECK(message(good, 3,
                [] {
                  WhiteningOptions wrong;
                  wrong.num_threads = -1;
                  return wrong;
                }())
            .find("num_threads") == 0);
  CHECK(message({}, 3, {}) == "the whitening has no training vectors");
  CHECK(message(good, 0, {}) == "the training vectors of the whitening have no values");
  CHECK(message(good, 4, {}) == "the training vectors of the whitening must have 4 values a vector, got 6 values");
  auto bad = good;
  bad[4] = std::numeric_limits<float>::quiet_NaN();
  CHECK(message(bad, 3, {}) == "the training vectors of the whitening: value 1 of vector 1 is not finite");
  const auto whitening = Whitening::train(good, 3);
  CHECK(message_of<InvalidArgumentError>([&] { (void)whitening.apply(bad); }) ==
        "the vectors to whiten: value 1 of vector 1 is not finite");
  CHECK_THROWS_AS((void)whitening.apply(std::span(good).first(2)), InvalidArgumentError);
  auto small = good;  // standard deviations below 1 make values larger
  for (auto& value : small) value *= 1e-3f;
  const auto enlarging = Whitening::train(small, 3);
  CHECK(message_of<InvalidArgumentError>([&] {
          (void)enlarging.apply(std::vector{3e38f, -3e38f, 2e38f});
        }).find("vector 0 are too large") != std::string::npos);
}

TEST_CASE("whitening: what is loaded does the same, and damage is refused by the array's name") {
  const TemporaryFolder folder;
  const auto given = vectors(60, 20, 5);
  const auto whitening = Whitening::train(given, 20, options(8, 0.5));
  SafetensorsWriter writer;
  whitening.save(writer, "middle");
  writer.write(folder / "good");
  const auto good = SafetensorsFile::open(folder / "good");
  const auto loaded = Whitening::load(good, "middle");
  CHECK(bytes_of(loaded) == bytes_of(whitening));
  CHECK(loaded.apply(given) == whitening.apply(given));

  const auto mean = good.get<float>("middle.mean", {20}), projection = good.get<float>("middle.projection", {20, 8});
  const std::vector<float> nan(20, std::numeric_limits<float>::quiet_NaN()), infinite(160, HUGE_VALF), nothing;
  struct Damage {
    std::vector<std::int64_t> mean_shape;
    std::span<const float> mean;
    std::vector<std::int64_t> projection_shape;
    std::span<const float> projection;
    std::string expected;
  };
  for (const auto& damage :
       {Damage{{0}, nothing, {20, 8}, projection, "middle.mean is empty"},
        Damage{{20}, nan, {20, 8}, projection, "middle.mean holds values that are not finite"},
        Damage{{20}, mean, {20, 8}, infinite, "middle.projection holds values that are not finite"},
        Damage{{20}, mean, {20, 0}, nothing, "middle.projection has an impossible shape"},
        Damage{{20}, mean, {16, 10}, projection, "middle.projection"},
        Damage{{20}, mean, {160}, projection, "middle.projection"}}) {
    CAPTURE(damage.expected);
    SafetensorsWriter damaged;
    damaged.add<float>("middle.mean", damage.mean_shape, damage.mean);
    damaged.add<float>("middle.projection", damage.projection_shape, damage.projection);
    damaged.write(folder / "damaged");
    const auto message =
        message_of<FormatError>([&] { (void)Whitening::load(SafetensorsFile::open(folder / "damaged"), "middle"); });
    CHECK(message.find(damage.expected) != std::string::npos);
    CHECK(message.find((folder / "damaged").string()) != std::string::npos);
  }
  CHECK(message_of<FormatError>([&] { (void)Whitening::load(good, "other"); }).find("other.mean") != std::string::npos);
}
