// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/files.hpp"
#include "core/random.hpp"
#include "retrieval/vlad.hpp"
#include "venloc/core/error.hpp"

using namespace venloc;

namespace {

constexpr std::size_t kScenes = 30;

/// Two views of each scene: of the scene's own 40 features each shows 30, changed a little, and 15 of anything.
std::vector<LocalFeatures> views(std::uint64_t seed) {
  Random random(seed);
  const auto any = [&] {
    SiftDescriptor d;
    for (auto& v : d) v = static_cast<std::uint8_t>(random.below(4) == 0 ? 40 + random.below(120) : random.below(30));
    return d;
  };
  std::vector<LocalFeatures> out;
  for (std::size_t scene = 0; scene < kScenes; ++scene) {
    std::vector<SiftDescriptor> own(40);
    for (auto& d : own) d = any();
    for (int view = 0; view < 2; ++view) {
      LocalFeatures f{640, 480, {}, {}};
      for (int i = 0; i < 45; ++i) {
        auto d = i < 30 ? own[random.below(own.size())] : any();
        for (auto& v : d) v = static_cast<std::uint8_t>(std::clamp(int(v) + int(random.below(21)) - 10, 0, 255));
        f.descriptors.push_back(d);
        f.keypoints.emplace_back();
      }
      out.push_back(std::move(f));
    }
  }
  return out;
}

const std::vector<LocalFeatures>& gallery() {
  static const auto all = views(1);
  return all;
}

const Vlad& trained() {
  static const auto vlad = Vlad::train(gallery(), 5, 1, {});
  return vlad;
}

std::string bytes_of(const Vlad& vlad) {
  SafetensorsWriter writer;
  vlad.save(writer);
  std::string bytes;
  writer.stream(
      [&](std::span<const std::byte> part) { bytes.append(reinterpret_cast<const char*>(part.data()), part.size()); });
  return bytes;
}

}  // namespace

TEST_CASE("vlad: similarities are those of an exact decomposition") {
  const TemporaryFolder folder;
  SafetensorsWriter writer;
  trained().save(writer);
  writer.write(folder / "vlad");
  const auto file = SafetensorsFile::open(folder / "vlad");
  const auto words = file.get<std::uint8_t>("vlad.words", {-1, 128});
  const auto directions = file.get<float>("vlad.directions", {128, -1});
  const auto n = static_cast<Eigen::Index>(gallery().size());
  const auto k = static_cast<Eigen::Index>(words.size() / 128),
             kept = static_cast<Eigen::Index>(directions.size() / 128);

  // The definition, word by word and in double precision.
  Eigen::MatrixXd all(n, k * kept);
  for (Eigen::Index p = 0; p < n; ++p) {
    Eigen::MatrixXd sums = Eigen::MatrixXd::Zero(k, 128);
    for (const auto& d : gallery()[static_cast<std::size_t>(p)].descriptors) {
      Eigen::RowVectorXd best;
      Eigen::Index word = 0;
      for (Eigen::Index w = 0; w < k; ++w) {
        Eigen::RowVectorXd residual(128);
        for (Eigen::Index i = 0; i < 128; ++i)
          residual(i) = double(d[static_cast<std::size_t>(i)]) - words[static_cast<std::size_t>(w * 128 + i)];
        if (w == 0 || residual.squaredNorm() < best.squaredNorm()) {
          best = residual;
          word = w;
        }
      }
      if (best.norm() > 0) sums.row(word) += best / best.norm();
    }
    Eigen::MatrixXd turn(128, kept);
    for (Eigen::Index i = 0; i < turn.rows(); ++i)
      for (Eigen::Index c = 0; c < kept; ++c) turn(i, c) = directions[static_cast<std::size_t>(i * kept + c)];
    CHECK((turn.transpose() * turn - Eigen::MatrixXd::Identity(kept, kept)).norm() < 1e-4);
    Eigen::MatrixXd cut = sums * turn;
    for (Eigen::Index w = 0; w < k; ++w)
      if (cut.row(w).norm() > 0) cut.row(w).normalize();
    for (Eigen::Index w = 0; w < k; ++w) all.row(p).segment(w * kept, kept) = cut.row(w) / cut.norm();
  }
  all.rowwise() -= Eigen::RowVectorXd(all.colwise().mean());
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(all, Eigen::ComputeThinU);
  Eigen::MatrixXd scaled = svd.matrixU() * svd.singularValues().array().pow(0.75).matrix().asDiagonal();
  scaled.rowwise().normalize();

  double worst = 0;
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j < n; ++j) {
      const auto a = trained().describe(gallery()[static_cast<std::size_t>(i)]);
      const auto b = trained().describe(gallery()[static_cast<std::size_t>(j)]);
      worst = std::max(worst, std::abs(similarity(a, b) - scaled.row(i).dot(scaled.row(j))));
    }
  // What rounding to bytes costs.
  CHECK(worst < 0.03);
}

TEST_CASE("vlad: the other view of a scene is the most alike") {
  std::vector<Vlad::Descriptor> all;
  for (const auto& f : gallery()) all.push_back(trained().describe(f));
  std::size_t right = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(is_valid(all[i]));
    CHECK(similarity(all[i], all[i]) == doctest::Approx(1.0).epsilon(0.02));
    std::size_t best = i == 0;
    for (std::size_t j = 0; j < all.size(); ++j)
      if (j != i && similarity(all[i], all[j]) > similarity(all[i], all[best])) best = j;
    right += best == (i ^ 1);
  }
  CHECK(right >= 55);
}

TEST_CASE("vlad: the order of the features does not matter") {
  auto turned = gallery()[7];
  std::ranges::reverse(turned.descriptors);
  CHECK(similarity(trained().describe(turned), trained().describe(gallery()[7])) == doctest::Approx(1.0).epsilon(0.02));
}

TEST_CASE("vlad: same bytes at any number of threads, other bytes with another seed") {
  const auto one = bytes_of(trained());
  CHECK(bytes_of(Vlad::train(gallery(), 5, 2, {})) == one);
  CHECK(bytes_of(Vlad::train(gallery(), 5, 4, {})) == one);
  CHECK(bytes_of(Vlad::train(gallery(), 6, 1, {})) != one);
}

TEST_CASE("vlad: few pictures, few features, none") {
  const auto two = std::span(gallery()).first(2);
  const auto vlad = Vlad::train(two, 0, 1, {});
  CHECK(similarity(vlad.describe(two[0]), vlad.describe(two[0])) == doctest::Approx(1.0).epsilon(0.02));
  CHECK(similarity(vlad.describe(two[0]), vlad.describe(two[1])) == doctest::Approx(-1.0).epsilon(0.02));

  LocalFeatures single{64, 64, {{}}, {gallery()[0].descriptors[0]}};
  const auto alone = Vlad::train(std::vector{single, single}, 0, 1, {});
  CHECK(is_valid(alone.describe(single)));

  const LocalFeatures empty{64, 64, {}, {}};
  const auto nothing = trained().describe(empty);
  CHECK(nothing == Vlad::Descriptor{});
  CHECK(is_valid(nothing));
  CHECK(similarity(nothing, trained().describe(two[0])) == 0.0f);
  CHECK_THROWS_AS((void)Vlad::train(std::vector{empty}, 0, 1, {}), InvalidArgumentError);
  CHECK_FALSE(is_valid([] {
    Vlad::Descriptor d;
    d.fill(50);
    return d;
  }()));
}

TEST_CASE("vlad: what is loaded describes the same, damage is refused") {
  const TemporaryFolder folder;
  SafetensorsWriter writer;
  trained().save(writer);
  writer.write(folder / "good");
  const auto good = SafetensorsFile::open(folder / "good");
  const auto loaded = Vlad::load(good);
  CHECK(bytes_of(loaded) == bytes_of(trained()));
  for (const auto& f : gallery()) CHECK(loaded.describe(f) == trained().describe(f));

  for (const std::string name : {"vlad.directions", "vlad.mean", "vlad.steps", "vlad.words"}) {
    SafetensorsWriter damaged;
    std::vector<std::vector<float>> changed;
    const auto copy = [&]<typename T>(const char* array, std::vector<std::int64_t> shape, T) {
      const auto values = good.get<T>(array, shape);
      for (auto& extent : shape)
        if (extent == -1) extent = static_cast<std::int64_t>(values.size()) / (shape.size() == 1 ? 1 : shape.back());
      if constexpr (std::is_same_v<T, float>) {
        auto& mine = changed.emplace_back(values.begin(), values.end());
        if (name == array) mine[3] = std::numeric_limits<float>::quiet_NaN();
        damaged.add<float>(array, shape, mine);
      } else {
        if (name == array) shape.front() = 0;
        damaged.add<T>(array, shape, name == array ? std::span<const T>() : values);
      }
    };
    copy("vlad.words", {-1, 128}, std::uint8_t{});
    copy("vlad.directions", {128, 32}, 0.0f);
    copy("vlad.mean", {-1}, 0.0f);
    copy("vlad.projection", {-1, 256}, std::int8_t{});
    copy("vlad.steps", {256}, 0.0f);
    damaged.write(folder / "damaged");
    CHECK_THROWS_AS((void)Vlad::load(SafetensorsFile::open(folder / "damaged")), FormatError);
  }
}
