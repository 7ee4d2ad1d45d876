// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/files.hpp"
#include "core/random.hpp"
#include "retrieval/region_index.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/safetensors.hpp"

using namespace venloc;

namespace {

constexpr std::size_t kRegions = 5, kWide = 24;

std::vector<float> drawn(std::size_t pictures, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> out(pictures * kRegions * kWide);
  for (auto& value : out) value = static_cast<float>(2 * random.uniform() - 1);
  return out;
}

double cosine(std::span<const float> a, std::span<const float> b) {
  const auto product = [](auto x, auto y) { return std::inner_product(x.begin(), x.end(), y.begin(), 0.0); };
  return product(a, b) / std::sqrt(product(a, a) * product(b, b));
}

/// As defined by RegionIndex::similarities, in floating point.
double expected(std::span<const float> query, std::span<const float> picture) {
  const auto region = [](std::span<const float> of, std::size_t r) { return of.subspan(r * kWide, kWide); };
  double sum = 0;
  for (std::size_t r = 0; r < kRegions; ++r) {
    double best_of_picture = -1, best_of_query = -1;
    for (std::size_t s = 0; s < kRegions; ++s) {
      best_of_picture = std::max(best_of_picture, cosine(region(query, r), region(picture, s)));
      best_of_query = std::max(best_of_query, cosine(region(query, s), region(picture, r)));
    }
    sum += best_of_picture + best_of_query;
  }
  return sum / (2 * kRegions);
}

}  // namespace

TEST_CASE("region index: likeness is that of the most alike regions, either way") {
  const auto vectors = drawn(20, 1), query = drawn(1, 2);
  RegionIndex index(kRegions, kWide);
  index.add(std::span(vectors).first(7 * kRegions * kWide));
  index.add(std::span(vectors).subspan(7 * kRegions * kWide));
  REQUIRE(index.size() == 20);
  const std::vector<std::uint32_t> pictures = {19, 0, 7, 3};
  const auto found = index.similarities(query, pictures);
  REQUIRE(found.size() == pictures.size());
  const auto picture = [&](std::size_t i) {
    return std::span(vectors).subspan(i * kRegions * kWide, kRegions * kWide);
  };
  for (std::size_t i = 0; i < pictures.size(); ++i)
    CHECK(static_cast<double>(found[i]) == doctest::Approx(expected(query, picture(pictures[i]))).epsilon(0.02));
  // The order of regions does not count, and a picture is most like itself.
  auto turned = std::vector<float>(picture(3).begin(), picture(3).end());
  std::ranges::rotate(turned, turned.begin() + 2 * kWide);
  CHECK(index.similarities(turned, pictures)[3] == doctest::Approx(1).epsilon(0.02));

  index.remove(0);
  CHECK(index.size() == 19);
  CHECK(index.similarities(query, std::vector<std::uint32_t>{18, 6, 2}) ==
        std::vector<float>{found[0], found[2], found[3]});
}

TEST_CASE("region index: without regions all are alike, and wrong values are refused") {
  RegionIndex none(0, 1);
  none.add({});
  none.remove(4);
  CHECK(none.similarities({}, std::vector<std::uint32_t>{3, 1}) == std::vector<float>{0, 0});
  RegionIndex index(kRegions, kWide);
  auto wrong = drawn(1, 3);
  wrong.pop_back();
  CHECK_THROWS_AS(index.add(wrong), InvalidArgumentError);
  wrong.push_back(std::nanf(""));
  CHECK_THROWS_AS(index.add(wrong), InvalidArgumentError);
  CHECK(index.size() == 0);
}

TEST_CASE("region index: is read as it was written, or refused with the array's name") {
  const TemporaryFolder folder;
  const auto vectors = drawn(4, 5), query = drawn(1, 6);
  const std::vector<std::uint32_t> all = {0, 1, 2, 3};
  RegionIndex index(kRegions, kWide);
  index.add(vectors);
  SafetensorsWriter writer;
  index.save(writer);
  writer.write(folder / "index");
  const auto file = SafetensorsFile::open(folder / "index");
  const auto again = RegionIndex::load(file);
  CHECK(again.similarities(query, all) == index.similarities(query, all));
  CHECK(RegionIndex::load(file, "others").regions() == 0);

  const std::vector<std::int8_t> long_ones(2 * 3 * 4, 100);
  SafetensorsWriter damaged;
  damaged.add<std::int8_t>("regions.codes", {2, 3, 4}, long_ones);
  damaged.write(folder / "damaged");
  const auto message =
      message_of<FormatError>([&] { (void)RegionIndex::load(SafetensorsFile::open(folder / "damaged")); });
  CHECK(message.find("regions.codes") != std::string::npos);
  CHECK(message.find("damaged") != std::string::npos);
}
