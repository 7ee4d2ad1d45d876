// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <vector>

#include "retrieval/simd.hpp"

using namespace venloc;

namespace {

constexpr SimdLevel kLevels[] = {SimdLevel::kScalar, SimdLevel::kSse2, SimdLevel::kAvx2};

/// Descriptors with every value in 0..largest; a small `largest` makes many equal distances.
std::vector<std::uint8_t> random_rows(std::size_t count, int largest, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> rows(count * kSimdRowBytes);
  for (auto& value : rows) value = static_cast<std::uint8_t>(random() % static_cast<unsigned>(largest + 1));
  return rows;
}

struct Keys {
  std::vector<std::uint32_t> of_queries, of_rows;
  bool operator==(const Keys&) const = default;
};

Keys nearest(const std::vector<std::uint8_t>& queries, const std::vector<std::uint8_t>& rows, SimdLevel level) {
  const std::size_t count = rows.size() / kSimdRowBytes;
  std::vector<std::uint8_t> groups(simd_groups(count) * kSimdGroupBytes);
  interleave_u8_128(rows.data(), count, groups.data());
  Keys keys{std::vector<std::uint32_t>(queries.size() / kSimdRowBytes), std::vector<std::uint32_t>(count)};
  nearest_sad_u8_128(queries.data(), groups.data(), keys.of_queries, keys.of_rows, level);
  return keys;
}

/// For each of `rows` the smallest sum, and the first of `queries` that has it.
std::vector<std::uint32_t> nearest_by_definition(const std::vector<std::uint8_t>& queries,
                                                 const std::vector<std::uint8_t>& rows) {
  std::vector<std::uint32_t> keys;
  for (std::size_t i = 0; i < rows.size(); i += kSimdRowBytes) {
    std::uint32_t best_sum = ~0U, best = 0;
    for (std::size_t q = 0; q < queries.size(); q += kSimdRowBytes) {
      std::uint32_t sum = 0;
      for (std::size_t b = 0; b < kSimdRowBytes; ++b)
        sum += static_cast<std::uint32_t>(std::abs(queries[q + b] - rows[i + b]));
      if (sum < best_sum) {
        best_sum = sum;
        best = static_cast<std::uint32_t>(q / kSimdRowBytes);
      }
    }
    keys.push_back(best_sum << 16 | best);
  }
  return keys;
}

}  // namespace

TEST_CASE("simd: squared distances are exact at every level, the largest included") {
  for (const SimdLevel level : kLevels) {
    if (level > best_simd_level()) continue;
    for (const int largest : {1, 255}) {
      const auto query = random_rows(1, largest, 1);
      const auto rows = random_rows(33, largest, 2);
      std::vector<std::int32_t> distances(33), expected(33);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const int difference = query[i % kSimdRowBytes] - rows[i];
        expected[i / kSimdRowBytes] += difference * difference;
      }
      l2_squared_u8_128(query.data(), rows.data(), distances, level);
      CHECK(distances == expected);
    }
    const std::vector<std::uint8_t> black(kSimdRowBytes, 0), white(kSimdRowBytes, 255);
    std::vector<std::int32_t> distance(1);
    l2_squared_u8_128(black.data(), white.data(), distance, level);
    CHECK(distance[0] == 128 * 255 * 255);
  }
}

TEST_CASE("simd: the nearest by sum of absolute differences is that of the definition at every level") {
  for (const SimdLevel level : kLevels) {
    if (level > best_simd_level()) continue;
    for (const int largest : {0, 1, 255}) {
      for (const std::size_t queries : {1, 2, 3, 4, 5, 127, 128, 131, 260}) {
        for (const std::size_t rows : {1, 3, 4, 5, 8, 12, 13}) {
          const auto q = random_rows(queries, largest, 3), r = random_rows(rows, largest, 4);
          CAPTURE(queries);
          CAPTURE(rows);
          CHECK(nearest(q, r, level) == Keys{nearest_by_definition(r, q), nearest_by_definition(q, r)});
        }
      }
    }
  }
}

TEST_CASE("simd: the largest sum and the last position fit into a key, in both directions") {
  for (const SimdLevel level : kLevels) {
    if (level > best_simd_level()) continue;
    std::vector<std::uint8_t> many(kMaxSadRows * kSimdRowBytes, 255);
    const std::vector<std::uint8_t> one(kSimdRowBytes, 0);
    CHECK(nearest(many, one, level).of_rows[0] == 128U * 255U << 16);
    CHECK(nearest(one, many, level).of_queries[0] == 128U * 255U << 16);
    many.back() = 254;
    CHECK(nearest(many, one, level).of_rows[0] == ((128U * 255U - 1) << 16 | 0xffffU));
    CHECK(nearest(one, many, level).of_queries[0] == ((128U * 255U - 1) << 16 | 0xffffU));
  }
}
