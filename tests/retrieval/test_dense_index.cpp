// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "core/files.hpp"
#include "retrieval/dense_index.hpp"
#include "venloc/core/error.hpp"

using namespace venloc;

namespace {

constexpr std::size_t kWide = 24;

std::vector<float> unit_vector(std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> out(kWide);
  double square = 0;
  for (auto& v : out) {
    v = normal(random);
    square += static_cast<double>(v) * v;
  }
  for (auto& v : out) v = static_cast<float>(v / std::sqrt(square));
  return out;
}

/// A map of random cells, `width` x `height`.
DenseMap random_map(std::mt19937& random, int width, int height) {
  DenseMap map;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const auto unit = unit_vector(random);
      map.vectors.insert(map.vectors.end(), unit.begin(), unit.end());
      map.cells.push_back({static_cast<float>(x), static_cast<float>(y)});
    }
  return map;
}

std::vector<DenseMap> pictures(std::size_t count, unsigned seed, int width = 7, int height = 5) {
  std::mt19937 random(seed);
  std::vector<DenseMap> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(random_map(random, width, height));
  return out;
}

double cosine(std::span<const float> a, std::span<const float> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

std::span<const float> cell(const DenseMap& map, std::size_t i) {
  return std::span(map.vectors).subspan(i * kWide, kWide);
}

/// The definition of a score, in floating point, with all cells kept as they are.
std::vector<double> by_definition(const std::vector<DenseMap>& gallery, const DenseMap& query) {
  const std::size_t n = gallery.size(), count = std::min(n, DenseIndex::kHubPictures);
  const auto largest = [](std::span<const float> of, const DenseMap& among) {
    double best = -2;
    for (std::size_t i = 0; i < among.cells.size(); ++i) best = std::max(best, cosine(of, cell(among, i)));
    return best;
  };
  std::vector<double> out;
  for (std::size_t p = 0; p < n; ++p) {
    struct Match {
      double weight, gx, gy, qx, qy;
    };
    std::vector<Match> matches;
    for (std::size_t q = 0; q < query.cells.size(); ++q)
      for (std::size_t g = 0; g < gallery[p].cells.size(); ++g) {
        const double product = cosine(cell(query, q), cell(gallery[p], g));
        if (product < largest(cell(query, q), gallery[p]) || product < largest(cell(gallery[p], g), query)) continue;
        double query_hub = 0, hub = 0, others = 0;
        for (const auto& other : gallery) query_hub += largest(cell(query, q), other) / static_cast<double>(n);
        for (std::size_t k = 0; k < count; ++k) {
          if (k * n / count == p) continue;
          hub += largest(cell(gallery[p], g), gallery[k * n / count]);
          others += 1;
        }
        const double weight = product - 0.5 * query_hub - 0.5 * std::clamp(hub / others, 0.0, 1.0);
        if (weight > 0)
          matches.push_back({weight, gallery[p].cells[g].x, gallery[p].cells[g].y, query.cells[q].x, query.cells[q].y});
      }
    double best = 0;
    for (const double s : DenseIndex::kScales)
      for (const auto& a : matches) {
        double sum = 0;
        for (const auto& b : matches) {
          const double x = (b.gx - s * b.qx) - (a.gx - s * a.qx), y = (b.gy - s * b.qy) - (a.gy - s * a.qy);
          sum += b.weight * std::max(0.0, 1 - (x * x + y * y) / 2.25);
        }
        best = std::max(best, sum);
      }
    out.push_back(best);
  }
  return out;
}

}  // namespace

TEST_CASE("dense index: scores are those of the definition, up to what four bits lose") {
  const auto gallery = pictures(12, 1);
  std::mt19937 random(2);
  const auto index = DenseIndex::build(gallery, kWide, 1000, 2);
  CHECK(index.size() == 12);
  CHECK(index.cells() == 12 * 35);
  // The gallery's fourth picture, moved and with a little noise: as of the same scene.
  auto query = gallery[3];
  std::normal_distribution<float> noise(0, 0.08f);
  for (auto& v : query.vectors) v += noise(random);
  for (auto& c : query.cells) c = {c.x + 3, c.y + 1};
  for (std::size_t i = 0; i < query.cells.size(); ++i) {
    const double norm = std::sqrt(cosine(cell(query, i), cell(query, i)));
    for (std::size_t d = 0; d < kWide; ++d) query.vectors[i * kWide + d] /= static_cast<float>(norm);
  }
  const auto scores = index.scores(query, 2);
  const auto expected = by_definition(gallery, query);
  REQUIRE(scores.size() == 12);
  for (std::size_t p = 0; p < 12; ++p) CHECK(scores[p] == doctest::Approx(expected[p]).epsilon(0.12));
  CHECK(std::ranges::max_element(scores) - scores.begin() == 3);
  CHECK(scores[3] > 8);
  CHECK(std::ranges::count_if(scores, [](float s) { return s > 4; }) == 1);
  CHECK(index.scores(query, 1) == scores);
}

TEST_CASE("dense index: matches that agree on a scale and a shift count together, scattered ones do not") {
  const auto gallery = pictures(20, 3, 8, 8);
  const auto index = DenseIndex::build(gallery, kWide, 1000, 1);
  const auto score = [&](auto move) {
    auto query = gallery[5];
    for (std::size_t i = 0; i < query.cells.size(); ++i) query.cells[i] = move(i, query.cells[i]);
    return index.scores(query, 1)[5];
  };
  const float same = score([](std::size_t, DenseCell c) { return c; });
  const auto larger = [](std::size_t, DenseCell c) { return DenseCell{c.x / 1.41f, c.y / 1.41f}; };
  CHECK(score([](std::size_t, DenseCell c) { return DenseCell{c.x + 20, c.y + 9}; }) == doctest::Approx(same));
  CHECK(score(larger) == doctest::Approx(same).epsilon(0.02));
  // 37 and 64 have no common divisor: a permutation.
  const auto scattered = [](std::size_t i, DenseCell) {
    const std::size_t k = i * 37 % 64;
    return DenseCell{static_cast<float>(5 * (k % 8)), static_cast<float>(5 * (k / 8))};
  };
  CHECK(score(scattered) < 0.25f * same);
}

TEST_CASE("dense index: the cells that every picture has are dropped first, and have a low weight") {
  auto gallery = pictures(30, 4, 4, 4);
  std::mt19937 random(5);
  const auto sky = unit_vector(random);
  for (auto& map : gallery)
    for (std::size_t i = 0; i < 4; ++i)
      std::ranges::copy(sky, map.vectors.begin() + static_cast<std::ptrdiff_t>(i * kWide));
  const auto all = DenseIndex::build(gallery, kWide, 16, 1), some = DenseIndex::build(gallery, kWide, 12, 1);
  CHECK(some.cells() == 30 * 12);
  DenseMap query;
  query.vectors = sky;
  query.cells = {{2, 0}};
  for (const float s : all.scores(query, 1)) CHECK(s < 0.05f);
  // Nothing of the sky is left to match; what is left is there as before.
  for (const float s : some.scores(query, 1)) CHECK(s < 0.6f);
  DenseMap corner;
  for (std::size_t i = 12; i < 16; ++i) {
    corner.vectors.insert(corner.vectors.end(), cell(gallery[9], i).begin(), cell(gallery[9], i).end());
    corner.cells.push_back(gallery[9].cells[i]);
  }
  const auto scores = some.scores(corner, 1);
  CHECK(std::ranges::max_element(scores) - scores.begin() == 9);
}

TEST_CASE("dense index: a file holds all of it") {
  const TemporaryFolder folder;
  const auto gallery = pictures(9, 6);
  const auto index = DenseIndex::build(gallery, kWide, 20, 1);
  const auto written = [&](const DenseIndex& what, const char* name) {
    SafetensorsWriter writer;
    what.save(writer);
    writer.write(folder / name);
    return SafetensorsFile::open(folder / name);
  };
  const auto file = written(index, "a");
  const auto again = DenseIndex::load(file, kWide);
  CHECK(again.scores(gallery[4], 1) == index.scores(gallery[4], 1));
  written(again, "b");
  CHECK(read_bytes(folder / "a") == read_bytes(folder / "b"));
  // 4 bits a value, and three bytes more a cell.
  CHECK(file.tensors().at("feature_maps.codes").bytes.size() == 9 * 20 * kWide / 2);
  const auto refusal = [&](const std::string& name) {
    SafetensorsWriter writer;
    for (const auto& [key, view] : file.tensors())
      if (key != name) writer.add(key, view.type, view.shape, view.bytes);
    writer.write(folder / "c");
    return message_of<FormatError>([&] { (void)DenseIndex::load(SafetensorsFile::open(folder / "c"), kWide); });
  };
  for (const char* name :
       {"feature_maps.codes", "feature_maps.cells", "feature_maps.hubs", "feature_maps.counts", "feature_maps.step"})
    CHECK(refusal(name).find(name) != std::string::npos);
  CHECK_THROWS_AS((void)DenseIndex::load(file, kWide + 2), FormatError);
}

TEST_CASE("dense index: wrong maps are refused") {
  auto maps = pictures(2, 7);
  const auto build = [&] { (void)DenseIndex::build(maps, kWide, 10, 1); };
  build();
  auto broken = maps;
  std::swap(broken, maps);
  maps[1].vectors.pop_back();
  CHECK_THROWS_AS(build(), InvalidArgumentError);
  maps = broken;
  maps[0].cells[3].x = 256;
  CHECK_THROWS_AS(build(), InvalidArgumentError);
  maps = broken;
  maps[0].vectors[5] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS(build(), InvalidArgumentError);
  maps = broken;
  maps[0] = {};
  CHECK_THROWS_AS(build(), InvalidArgumentError);
  maps = broken;
  CHECK_THROWS_AS((void)DenseIndex::build(maps, kWide, 10, 1).scores({}, 1), InvalidArgumentError);
}

TEST_CASE("dense map: cells are projected, less half of the picture's mean, and of length 1") {
  std::mt19937 random(8);
  std::vector<float> rows;
  for (int i = 0; i < 40; ++i) {
    const auto unit = unit_vector(random);
    rows.insert(rows.end(), unit.begin(), unit.end());
  }
  WhiteningOptions options;
  options.dimension = 6;
  options.exponent = 0;
  const auto projection = Whitening::train(rows, kWide, options);
  const auto values = std::span(rows).first(12 * kWide);
  const auto map = dense_map(values, 4, projection, 0.5f);
  REQUIRE(map.cells.size() == 12);
  CHECK(map.cells[6].x == 1.0f);
  CHECK(map.cells[6].y == 0.5f);
  std::vector<std::vector<double>> projected(12, std::vector<double>(6));
  std::vector<double> mean(6);
  for (std::size_t i = 0; i < 12; ++i)
    for (std::size_t d = 0; d < 6; ++d) {
      for (std::size_t k = 0; k < kWide; ++k)
        projected[i][d] += static_cast<double>(values[i * kWide + k] - projection.mean()[k]) *
                           static_cast<double>(projection.projection()[k * 6 + d]);
      mean[d] += projected[i][d] / 12;
    }
  for (std::size_t i = 0; i < 12; ++i) {
    double square = 0;
    for (std::size_t d = 0; d < 6; ++d) square += std::pow(projected[i][d] - 0.5 * mean[d], 2);
    for (std::size_t d = 0; d < 6; ++d)
      CHECK(map.vectors[i * 6 + d] ==
            doctest::Approx((projected[i][d] - 0.5 * mean[d]) / std::sqrt(square)).epsilon(1e-4));
  }
}

TEST_CASE("a picture that is added is found as one that was built in, and one that is left out is gone") {
  const auto maps = pictures(12, 77);
  const std::size_t most = 20;
  auto grown = DenseIndex::build(std::span(maps).first(9), kWide, most, 2);
  grown.add(std::span(maps).subspan(9), most, 2);
  CHECK(grown.size() == 12);
  CHECK(grown.cells() == 12 * most);
  for (std::size_t p = 0; p < 12; ++p) {
    const auto scores = grown.scores(maps[p], 1);
    CHECK(std::ranges::max_element(scores) - scores.begin() == static_cast<std::ptrdiff_t>(p));
  }
  // A copy is as common as its original, up to the bits that are stored.
  auto twice = DenseIndex::build(maps, kWide, 35, 1);
  twice.add(std::span(maps).subspan(3, 1), 35, 1);
  const auto scores = twice.scores(maps[3], 1);
  CHECK(scores[12] == doctest::Approx(scores[3]).epsilon(0.1));

  const std::vector<std::size_t> staying = {0, 2, 3, 11};
  grown.keep(staying);
  REQUIRE(grown.size() == 4);
  for (std::size_t k = 0; k < staying.size(); ++k) {
    const auto found = grown.scores(maps[staying[k]], 1);
    CHECK(std::ranges::max_element(found) - found.begin() == static_cast<std::ptrdiff_t>(k));
  }
  auto broken = maps[0];
  broken.cells.pop_back();
  CHECK_THROWS_AS(grown.add(std::span(&broken, 1), most, 1), InvalidArgumentError);
  CHECK(grown.size() == 4);
}
