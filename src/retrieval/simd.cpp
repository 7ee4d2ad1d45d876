// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "retrieval/simd.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace venloc {
namespace {

constexpr std::size_t kChunk = 8;  // [bytes] summed by one lane of the instruction
constexpr std::size_t kChunks = kSimdRowBytes / kChunk;
constexpr std::size_t kQueryBlock = 128;         // queries that stay in the first-level cache: 16 KiB
constexpr std::uint32_t kWorstKey = 0x7fffffff;  // above every key: the largest sum is 128 * 255

void l2_scalar(const std::uint8_t* query, const std::uint8_t* rows, std::span<std::int32_t> distances) {
  for (std::int32_t& distance : distances) {
    distance = 0;
    for (std::size_t i = 0; i < kSimdRowBytes; ++i) {
      const int difference = query[i] - rows[i];
      distance += difference * difference;
    }
    rows += kSimdRowBytes;
  }
}

/// One block of queries against all rows; the keys are lowered, not set.
struct Block {
  const std::uint8_t* queries;
  std::size_t first_query;
  const std::uint8_t* groups;
  std::span<std::uint32_t> query_keys;  // of the block's queries
  std::span<std::uint32_t> row_keys;
};

void nearest_scalar(const Block& block) {
  for (std::size_t i = 0; i < block.row_keys.size(); ++i) {
    const std::uint8_t* row = block.groups + i / kSimdGroupRows * kSimdGroupBytes + i % kSimdGroupRows * kChunk;
    const std::uint8_t* query = block.queries;
    for (std::size_t q = 0; q < block.query_keys.size(); ++q, query += kSimdRowBytes) {
      std::uint32_t sum = 0;
      for (std::size_t b = 0; b < kSimdRowBytes; ++b)
        sum += static_cast<std::uint32_t>(std::abs(query[b] - row[b / kChunk * kChunk * kSimdGroupRows + b % kChunk]));
      block.row_keys[i] = std::min(block.row_keys[i], sum << 16 | static_cast<std::uint32_t>(block.first_query + q));
      block.query_keys[q] = std::min(block.query_keys[q], sum << 16 | static_cast<std::uint32_t>(i));
    }
  }
}

#if defined(__x86_64__)

std::int64_t load_chunk(const std::uint8_t* bytes) {
  std::int64_t chunk = 0;
  std::memcpy(&chunk, bytes, sizeof chunk);
  return chunk;
}

/// The four lanes of a group: the positions of its rows; kWorstKey, which swallows any sum, where the group is filled
/// up.
struct Lanes {
  Lanes(std::size_t first_row, std::size_t rows) {
    for (std::size_t k = 0; k < kSimdGroupRows; ++k) positions[k] = first_row + k < rows ? first_row + k : kWorstKey;
  }
  alignas(32) std::uint64_t positions[kSimdGroupRows];
};

void lower_keys(std::span<std::uint32_t> keys, const std::uint64_t* lanes) {
  for (std::uint32_t& key : keys) key = std::min(key, static_cast<std::uint32_t>(*lanes++));
}

/// The same key from the best of the four lanes.
void lower_key(std::uint32_t& key, const std::uint64_t* lanes) {
  for (std::size_t k = 0; k < kSimdGroupRows; ++k) key = std::min(key, static_cast<std::uint32_t>(lanes[k]));
}

std::span<std::uint32_t> keys_of_group(const Block& block, std::size_t group) {
  const std::size_t first = group * kSimdGroupRows;
  return block.row_keys.subspan(first, std::min(kSimdGroupRows, block.row_keys.size() - first));
}

// ---- SSE2: every x86-64 machine has it.

__m128i load_128(const std::uint8_t* bytes) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes)); }

void l2_sse2(const std::uint8_t* query, const std::uint8_t* rows, std::span<std::int32_t> distances) {
  const __m128i zero = _mm_setzero_si128();
  for (std::int32_t& distance : distances) {
    __m128i sum = zero;
    for (std::size_t i = 0; i < kSimdRowBytes; i += 16) {
      const __m128i a = load_128(query + i), b = load_128(rows + i);
      const __m128i difference = _mm_or_si128(_mm_subs_epu8(a, b), _mm_subs_epu8(b, a));
      const __m128i low = _mm_unpacklo_epi8(difference, zero), high = _mm_unpackhi_epi8(difference, zero);
      sum = _mm_add_epi32(sum, _mm_add_epi32(_mm_madd_epi16(low, low), _mm_madd_epi16(high, high)));
    }
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0b01'00'11'10));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0b10'11'00'01));
    distance = _mm_cvtsi128_si32(sum);
    rows += kSimdRowBytes;
  }
}

__m128i min_sse2(__m128i a, __m128i b) {  // of 32-bit lanes
  const __m128i larger = _mm_cmpgt_epi32(a, b);
  return _mm_or_si128(_mm_and_si128(larger, b), _mm_andnot_si128(larger, a));
}

struct HalvesSse2 {
  __m128i half[2];
};

template <int kQueries>
void sad_tile_sse2(const std::uint8_t* queries, std::size_t first_query, const std::uint8_t* group,
                   const HalvesSse2& positions, HalvesSse2* query_best, HalvesSse2& best) {
  HalvesSse2 sums[kQueries];
  for (auto& sum : sums) sum.half[0] = sum.half[1] = _mm_setzero_si128();
  for (std::size_t chunk = 0; chunk < kChunks; ++chunk) {
    const __m128i rows[2] = {load_128(group + chunk * 32), load_128(group + chunk * 32 + 16)};
#pragma GCC unroll 4
    for (int q = 0; q < kQueries; ++q) {
      const __m128i query =
          _mm_set1_epi64x(load_chunk(queries + static_cast<std::size_t>(q) * kSimdRowBytes + chunk * kChunk));
      sums[q].half[0] = _mm_add_epi64(sums[q].half[0], _mm_sad_epu8(rows[0], query));
      sums[q].half[1] = _mm_add_epi64(sums[q].half[1], _mm_sad_epu8(rows[1], query));
    }
  }
#pragma GCC unroll 4
  for (int q = 0; q < kQueries; ++q) {
    const __m128i position = _mm_set1_epi64x(static_cast<std::int64_t>(first_query) + q);
    for (int h = 0; h < 2; ++h) {
      const __m128i shifted = _mm_slli_epi64(sums[q].half[h], 16);
      best.half[h] = min_sse2(best.half[h], _mm_or_si128(shifted, position));
      query_best[q].half[h] = min_sse2(query_best[q].half[h], _mm_or_si128(shifted, positions.half[h]));
    }
  }
}

void nearest_sse2(const Block& block) {
  constexpr std::size_t kStep = 4;
  const HalvesSse2 worst = {{_mm_set1_epi64x(kWorstKey), _mm_set1_epi64x(kWorstKey)}};
  HalvesSse2 query_best[kQueryBlock];
  std::ranges::fill(query_best, worst);
  const std::size_t query_count = block.query_keys.size();
  alignas(16) std::uint64_t lanes[kSimdGroupRows];
  const auto store = [&](const HalvesSse2& halves) {
    _mm_store_si128(reinterpret_cast<__m128i*>(lanes), halves.half[0]);
    _mm_store_si128(reinterpret_cast<__m128i*>(lanes + 2), halves.half[1]);
  };
  for (std::size_t g = 0; g < simd_groups(block.row_keys.size()); ++g) {
    const Lanes rows(g * kSimdGroupRows, block.row_keys.size());
    const HalvesSse2 positions = {{_mm_load_si128(reinterpret_cast<const __m128i*>(rows.positions)),
                                   _mm_load_si128(reinterpret_cast<const __m128i*>(rows.positions + 2))}};
    const std::uint8_t* group = block.groups + g * kSimdGroupBytes;
    HalvesSse2 best = worst;
    std::size_t q = 0;
    for (; q + kStep <= query_count; q += kStep)
      sad_tile_sse2<kStep>(block.queries + q * kSimdRowBytes, block.first_query + q, group, positions, query_best + q,
                           best);
    for (; q < query_count; ++q)
      sad_tile_sse2<1>(block.queries + q * kSimdRowBytes, block.first_query + q, group, positions, query_best + q,
                       best);
    store(best);
    lower_keys(keys_of_group(block, g), lanes);
  }
  for (std::size_t q = 0; q < query_count; ++q) {
    store(query_best[q]);
    lower_key(block.query_keys[q], lanes);
  }
}

// ---- AVX2: chosen at run time.
#define VENLOC_AVX2 __attribute__((target("avx2")))

VENLOC_AVX2 __m256i load_256(const std::uint8_t* bytes) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
}

VENLOC_AVX2 void l2_avx2(const std::uint8_t* query, const std::uint8_t* rows, std::span<std::int32_t> distances) {
  const __m256i zero = _mm256_setzero_si256();
  for (std::int32_t& distance : distances) {
    __m256i sum = zero;
    for (std::size_t i = 0; i < kSimdRowBytes; i += 32) {
      const __m256i a = load_256(query + i), b = load_256(rows + i);
      const __m256i difference = _mm256_or_si256(_mm256_subs_epu8(a, b), _mm256_subs_epu8(b, a));
      const __m256i low = _mm256_unpacklo_epi8(difference, zero), high = _mm256_unpackhi_epi8(difference, zero);
      sum = _mm256_add_epi32(sum, _mm256_add_epi32(_mm256_madd_epi16(low, low), _mm256_madd_epi16(high, high)));
    }
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0b01'00'11'10));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0b10'11'00'01));
    distance = _mm_cvtsi128_si32(half);
    rows += kSimdRowBytes;
  }
}

/// kQueries x kGroups sums are kept in registers while the 16 chunks go by.
template <int kQueries, int kGroups>
VENLOC_AVX2 void sad_tile_avx2(const std::uint8_t* queries, std::size_t first_query, const std::uint8_t* groups,
                               const __m256i (&positions)[kGroups], __m256i* query_best, __m256i (&best)[kGroups]) {
  __m256i sums[kQueries][kGroups];
#pragma GCC unroll 4
  for (int q = 0; q < kQueries; ++q)
#pragma GCC unroll 2
    for (int g = 0; g < kGroups; ++g) sums[q][g] = _mm256_setzero_si256();
  for (std::size_t chunk = 0; chunk < kChunks; ++chunk) {
    __m256i rows[kGroups];
#pragma GCC unroll 2
    for (int g = 0; g < kGroups; ++g)
      rows[g] = load_256(groups + static_cast<std::size_t>(g) * kSimdGroupBytes + chunk * 32);
#pragma GCC unroll 4
    for (int q = 0; q < kQueries; ++q) {
      const __m256i query =
          _mm256_set1_epi64x(load_chunk(queries + static_cast<std::size_t>(q) * kSimdRowBytes + chunk * kChunk));
#pragma GCC unroll 2
      for (int g = 0; g < kGroups; ++g) sums[q][g] = _mm256_add_epi64(sums[q][g], _mm256_sad_epu8(rows[g], query));
    }
  }
#pragma GCC unroll 4
  for (int q = 0; q < kQueries; ++q) {
    const __m256i position = _mm256_set1_epi64x(static_cast<std::int64_t>(first_query) + q);
    __m256i nearest = query_best[q];
#pragma GCC unroll 2
    for (int g = 0; g < kGroups; ++g) {
      const __m256i shifted = _mm256_slli_epi64(sums[q][g], 16);
      best[g] = _mm256_min_epu32(best[g], _mm256_or_si256(shifted, position));
      nearest = _mm256_min_epu32(nearest, _mm256_or_si256(shifted, positions[g]));
    }
    query_best[q] = nearest;
  }
}

template <int kGroups>
VENLOC_AVX2 void nearest_groups_avx2(const Block& block, std::size_t first_group, __m256i* query_best) {
  constexpr std::size_t kStep = 4;
  const std::uint8_t* groups = block.groups + first_group * kSimdGroupBytes;
  const std::size_t query_count = block.query_keys.size();
  __m256i best[kGroups], positions[kGroups];
  for (std::size_t g = 0; g < kGroups; ++g) {
    best[g] = _mm256_set1_epi64x(kWorstKey);
    const Lanes rows((first_group + g) * kSimdGroupRows, block.row_keys.size());
    positions[g] = _mm256_load_si256(reinterpret_cast<const __m256i*>(rows.positions));
  }
  std::size_t q = 0;
  for (; q + kStep <= query_count; q += kStep)
    sad_tile_avx2<kStep, kGroups>(block.queries + q * kSimdRowBytes, block.first_query + q, groups, positions,
                                  query_best + q, best);
  for (; q < query_count; ++q)
    sad_tile_avx2<1, kGroups>(block.queries + q * kSimdRowBytes, block.first_query + q, groups, positions,
                              query_best + q, best);
  alignas(32) std::uint64_t lanes[kSimdGroupRows];
  for (std::size_t g = 0; g < kGroups; ++g) {
    _mm256_store_si256(reinterpret_cast<__m256i*>(lanes), best[g]);
    lower_keys(keys_of_group(block, first_group + g), lanes);
  }
}

VENLOC_AVX2 void nearest_avx2(const Block& block) {
  __m256i query_best[kQueryBlock];
  for (__m256i& key : query_best) key = _mm256_set1_epi64x(kWorstKey);
  const std::size_t count = simd_groups(block.row_keys.size());
  std::size_t g = 0;
  for (; g + 2 <= count; g += 2) nearest_groups_avx2<2>(block, g, query_best);
  if (g < count) nearest_groups_avx2<1>(block, g, query_best);
  alignas(32) std::uint64_t lanes[kSimdGroupRows];
  for (std::size_t q = 0; q < block.query_keys.size(); ++q) {
    _mm256_store_si256(reinterpret_cast<__m256i*>(lanes), query_best[q]);
    lower_key(block.query_keys[q], lanes);
  }
}

#undef VENLOC_AVX2

#endif

}  // namespace

SimdLevel best_simd_level() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") ? SimdLevel::kAvx2 : SimdLevel::kSse2;
#else
  return SimdLevel::kScalar;
#endif
}

void l2_squared_u8_128(const std::uint8_t* query, const std::uint8_t* rows, std::span<std::int32_t> distances,
                       SimdLevel level) {
#if defined(__x86_64__)
  if (level == SimdLevel::kAvx2) return l2_avx2(query, rows, distances);
  if (level == SimdLevel::kSse2) return l2_sse2(query, rows, distances);
#endif
  (void)level;
  l2_scalar(query, rows, distances);
}

void interleave_u8_128(const std::uint8_t* rows, std::size_t count, std::uint8_t* groups) {
  for (std::size_t row = 0; row < simd_groups(count) * kSimdGroupRows; ++row) {
    std::uint8_t* to = groups + row / kSimdGroupRows * kSimdGroupBytes + row % kSimdGroupRows * kChunk;
    for (std::size_t chunk = 0; chunk < kChunks; ++chunk, to += kChunk * kSimdGroupRows) {
      if (row < count)
        std::memcpy(to, rows + row * kSimdRowBytes + chunk * kChunk, kChunk);
      else
        std::memset(to, 0, kChunk);
    }
  }
}

void nearest_sad_u8_128(const std::uint8_t* queries, const std::uint8_t* groups, std::span<std::uint32_t> query_keys,
                        std::span<std::uint32_t> row_keys, SimdLevel level) {
  auto* nearest = &nearest_scalar;
#if defined(__x86_64__)
  if (level == SimdLevel::kAvx2) nearest = &nearest_avx2;
  if (level == SimdLevel::kSse2) nearest = &nearest_sse2;
#endif
  (void)level;
  std::ranges::fill(query_keys, kWorstKey);
  std::ranges::fill(row_keys, kWorstKey);
  for (std::size_t first = 0; first < query_keys.size(); first += kQueryBlock) {
    const auto keys = query_keys.subspan(first, std::min(kQueryBlock, query_keys.size() - first));
    nearest({queries + first * kSimdRowBytes, first, groups, keys, row_keys});
  }
}

}  // namespace venloc
