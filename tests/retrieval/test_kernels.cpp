// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "core/random.hpp"
#include "retrieval/kernels.hpp"

using namespace venloc;
using namespace venloc::kernels;

namespace {

/// Values of [low, high]; with `extreme`, only the two ends.
std::vector<std::int16_t> values(std::size_t count, int low, int high, bool extreme, Random& random) {
  std::vector<std::int16_t> result(count);
  for (auto& value : result)
    value = static_cast<std::int16_t>(extreme ? (random.below(2) == 0 ? low : high)
                                              : low + static_cast<int>(random.below(std::uint64_t(high - low + 1))));
  return result;
}

/// The same for bytes with a sign.
std::vector<std::int8_t> bytes(std::size_t count, bool extreme, Random& random, int smallest = -128) {
  const auto wide = values(count, smallest, 127, extreme, random);
  return {wide.begin(), wide.end()};
}

}  // namespace

TEST_CASE("kernels: scores of centroids are half their norms less the inner product") {
  MESSAGE("AVX2 forms in use: ", have_avx2());
  Random random(1);
  for (const bool extreme : {false, true})
    for (const std::size_t count : {0u, 1u, 2u, 7u, 64u}) {
      const auto query = values(kDimension, 0, 255, extreme, random);
      const auto centroids = values(count * kDimension, 0, 255, extreme, random);
      std::vector<std::int32_t> norms(count), expected(count), found(count, -1), portable_found(count, -1);
      for (std::size_t i = 0; i < count; ++i) {
        std::int64_t norm = 0, dot = 0;
        for (std::size_t d = 0; d < kDimension; ++d) {
          const std::int64_t c = centroids[i * kDimension + d];
          norm += c * c;
          dot += c * query[d];
        }
        norms[i] = static_cast<std::int32_t>(norm / 2);
        expected[i] = static_cast<std::int32_t>(norm / 2 - dot);
      }
      centroid_scores(query.data(), centroids.data(), norms.data(), count, found.data());
      portable::centroid_scores(query.data(), centroids.data(), norms.data(), count, portable_found.data());
      CHECK(found == expected);
      CHECK(portable_found == expected);
    }
}

TEST_CASE("kernels: the distance table holds squared distances of the parts, at all extremes of residuals") {
  Random random(2);
  for (int repeat = 0; repeat < 20; ++repeat) {
    const bool extreme = repeat % 2 == 1;
    const auto residual = values(kDimension, -255, 255, extreme, random);
    const auto codebook = values(kParts * kCentroids * kPartDimension, -255, 255, extreme, random);
    std::vector<std::int32_t> expected, found(kParts * kCentroids, -1), portable_found(kParts * kCentroids, -1);
    for (std::size_t m = 0; m < kParts; ++m)
      for (std::size_t c = 0; c < kCentroids; ++c) {
        std::int64_t sum = 0;
        for (std::size_t d = 0; d < kPartDimension; ++d) {
          const std::int64_t difference =
              residual[m * kPartDimension + d] - codebook[(m * kCentroids + c) * kPartDimension + d];
          sum += difference * difference;
        }
        expected.push_back(static_cast<std::int32_t>(sum));
      }
    distance_table(residual.data(), codebook.data(), found.data());
    portable::distance_table(residual.data(), codebook.data(), portable_found.data());
    CHECK(found == expected);
    CHECK(portable_found == expected);
  }
  // The largest that can be: every difference is 510.
  const std::vector<std::int16_t> low(kDimension, -255), high(kParts * kCentroids * kPartDimension, 255);
  std::vector<std::int32_t> found(kParts * kCentroids);
  distance_table(low.data(), high.data(), found.data());
  CHECK(std::ranges::all_of(found, [](std::int32_t d) { return d == 8 * 510 * 510; }));
}

TEST_CASE("kernels: a scan adds up the chosen entries, saturates at 255 and marks those within the limit") {
  Random random(3);
  for (int repeat = 0; repeat < 60; ++repeat) {
    // Small entries stay below 255, large ones saturate, mixed ones do both.
    const std::uint64_t bound = std::array<std::uint64_t, 3>{12, 40, 256}[std::size_t(repeat % 3)];
    std::array<std::uint8_t, kBlockBytes> block;
    std::array<std::uint8_t, kParts * kCentroids> table;
    for (auto& byte : block) byte = static_cast<std::uint8_t>(random.below(256));
    for (auto& byte : table) byte = static_cast<std::uint8_t>(random.below(bound));
    const std::array<int, 5> limits = {0, 100, 156, 254, 255};
    const auto limit = static_cast<std::uint8_t>(limits[std::size_t(repeat % 5)]);

    std::array<std::uint8_t, kBlock> expected, sums{}, portable_sums{};
    std::uint32_t mask = 0;
    for (std::size_t i = 0; i < kBlock; ++i) {
      std::uint32_t sum = 0;
      for (std::size_t m = 0; m < kParts; ++m) {
        const std::uint32_t byte = block[m / 2 * kBlock + i];
        sum += table[m * kCentroids + (m % 2 == 0 ? byte % 16 : byte / 16)];
      }
      expected[i] = static_cast<std::uint8_t>(std::min(sum, 255u));
      if (std::min(sum, 255u) <= limit) mask |= std::uint32_t{1} << i;
    }
    CHECK(scan_block(block.data(), table.data(), limit, sums.data()) == mask);
    CHECK(portable::scan_block(block.data(), table.data(), limit, portable_sums.data()) == mask);
    CHECK(sums == expected);
    CHECK(portable_sums == expected);
  }
}

TEST_CASE("kernels: inner products of bytes are added to what is there, in every form, at all extremes") {
  Random random(4);
  for (const auto& form : products_forms()) {
    MESSAGE("inner products of bytes: ", form.name);
    for (const bool extreme : {false, true})
      for (const std::size_t dimension : {1u, 15u, 16u, 17u, 32u, 47u, 64u, 256u, 300u, 4096u})
        for (const std::size_t count : {0u, 1u, 3u, 4u, 5u, 9u}) {
          const auto query = bytes(dimension, extreme, random), rows = bytes(dimension * count, extreme, random);
          std::vector<std::int32_t> expected(count, 7), found(count, 7);
          for (std::size_t i = 0; i < count; ++i)
            for (std::size_t d = 0; d < dimension; ++d) expected[i] += query[d] * rows[i * dimension + d];
          form.run(query.data(), rows.data(), dimension, count, found.data());
          CHECK(found == expected);
          std::ranges::fill(found, 7);
          add_products(query.data(), rows.data(), dimension, count, found.data());
          CHECK(found == expected);
        }
  }
}

TEST_CASE("kernels: inner products with rows in tiles, in every form, at all extremes") {
  Random random(5);
  for (const auto& form : tile_products_forms()) {
    MESSAGE("inner products with tiles: ", form.name);
    for (const bool extreme : {false, true})
      for (const std::size_t dimension : {1u, 3u, 4u, 5u, 64u, 127u, 128u, 4096u})
        for (const std::size_t count : {0u, 1u, 15u, 16u, 17u, 63u, 64u, 65u, 100u}) {
          auto query = bytes(dimension, extreme, random, -127);
          const auto rows = bytes(dimension * count, extreme, random, -127);
          std::vector<std::int32_t> expected(tiles_of(count) * kTileRows, 0), found(expected.size(), 7);
          for (std::size_t i = 0; i < count; ++i)
            for (std::size_t d = 0; d < dimension; ++d) expected[i] += query[d] * rows[i * dimension + d];
          query.resize((dimension + 3) / 4 * 4, 0);
          std::vector<std::uint8_t> tiles(3 + tiles_of(count) * tile_bytes(dimension), 9);  // at any address
          write_tiles(rows, dimension, tiles.data() + 3);
          form.run(query.data(), tiles.data() + 3, dimension, tiles_of(count), found.data());
          CHECK(found == expected);
          std::ranges::fill(found, 7);
          tile_products(query.data(), tiles.data() + 3, dimension, tiles_of(count), found.data());
          CHECK(found == expected);
        }
  }
}
