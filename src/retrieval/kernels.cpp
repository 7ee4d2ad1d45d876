// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "retrieval/kernels.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define VENLOC_X86 1
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace venloc::kernels {
namespace portable {

void centroid_scores(const std::int16_t* query, const std::int16_t* centroids, const std::int32_t* half_norms,
                     std::size_t count, std::int32_t* scores) {
  for (std::size_t i = 0; i < count; ++i) {
    std::int32_t dot = 0;
    for (std::size_t d = 0; d < kDimension; ++d) dot += query[d] * centroids[i * kDimension + d];
    scores[i] = half_norms[i] - dot;
  }
}

void distance_table(const std::int16_t* residual, const std::int16_t* codebook, std::int32_t* table) {
  for (std::size_t m = 0; m < kParts; ++m)
    for (std::size_t c = 0; c < kCentroids; ++c) {
      std::int32_t sum = 0;
      for (std::size_t d = 0; d < kPartDimension; ++d) {
        const std::int32_t difference =
            residual[m * kPartDimension + d] - codebook[(m * kCentroids + c) * kPartDimension + d];
        sum += difference * difference;
      }
      table[m * kCentroids + c] = sum;
    }
}

std::uint32_t scan_block(const std::uint8_t* block, const std::uint8_t* table, std::uint8_t limit, std::uint8_t* sums) {
  std::uint32_t mask = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    std::uint32_t sum = 0;
    for (std::size_t p = 0; p < kParts / 2; ++p) {
      const std::uint8_t byte = block[p * kBlock + i];
      sum += table[(2 * p) * kCentroids + (byte & 15u)];
      sum += table[(2 * p + 1) * kCentroids + (byte >> 4u)];
    }
    sums[i] = static_cast<std::uint8_t>(std::min(sum, 255u));
    if (sums[i] <= limit) mask |= 1u << i;
  }
  return mask;
}

}  // namespace portable

namespace {
#ifdef VENLOC_X86

__attribute__((target("avx2"))) void centroid_scores_avx2(const std::int16_t* query, const std::int16_t* centroids,
                                                          const std::int32_t* half_norms, std::size_t count,
                                                          std::int32_t* scores) {
  __m256i q[8];
  for (int k = 0; k < 8; ++k) q[k] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(query + 16 * k));
  for (std::size_t i = 0; i < count; ++i) {
    const auto* row = reinterpret_cast<const __m256i*>(centroids + i * kDimension);
    __m256i even = _mm256_madd_epi16(q[0], _mm256_loadu_si256(row));
    __m256i odd = _mm256_madd_epi16(q[1], _mm256_loadu_si256(row + 1));
    for (int k = 2; k < 8; k += 2) {
      even = _mm256_add_epi32(even, _mm256_madd_epi16(q[k], _mm256_loadu_si256(row + k)));
      odd = _mm256_add_epi32(odd, _mm256_madd_epi16(q[k + 1], _mm256_loadu_si256(row + k + 1)));
    }
    const __m256i sum = _mm256_add_epi32(even, odd);
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xb1));
    scores[i] = half_norms[i] - _mm_cvtsi128_si32(half);
  }
}

__attribute__((target("avx2"))) void distance_table_avx2(const std::int16_t* residual, const std::int16_t* codebook,
                                                         std::int32_t* table) {
  for (std::size_t m = 0; m < kParts; ++m) {
    const __m256i part =
        _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(residual + m * kPartDimension)));
    const auto* rows = reinterpret_cast<const __m256i*>(codebook + m * kCentroids * kPartDimension);
    auto* out = reinterpret_cast<__m256i*>(table + m * kCentroids);
    for (int g = 0; g < 2; ++g) {  // eight centroids at a time, two to a register
      __m256i squares[4];
      for (int k = 0; k < 4; ++k) {
        const __m256i difference = _mm256_sub_epi16(part, _mm256_loadu_si256(rows + 4 * g + k));
        squares[k] = _mm256_madd_epi16(difference, difference);
      }
      const __m256i low = _mm256_hadd_epi32(squares[0], squares[1]);
      const __m256i high = _mm256_hadd_epi32(squares[2], squares[3]);
      // Lanes come out as centroids 0 2 4 6 | 1 3 5 7: put them in order.
      const __m256i mixed = _mm256_hadd_epi32(low, high);
      _mm256_storeu_si256(out + g, _mm256_permutevar8x32_epi32(mixed, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7)));
    }
  }
}

__attribute__((target("avx2"))) std::uint32_t scan_block_avx2(const std::uint8_t* block, const std::uint8_t* table,
                                                              std::uint8_t limit, std::uint8_t* sums) {
  const __m256i low_nibble = _mm256_set1_epi8(15);
  __m256i sum = _mm256_setzero_si256();
  for (std::size_t p = 0; p < kParts / 2; ++p) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(block + p * kBlock));
    const __m256i first =
        _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table + (2 * p) * kCentroids)));
    const __m256i second = _mm256_broadcastsi128_si256(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(table + (2 * p + 1) * kCentroids)));
    sum = _mm256_adds_epu8(sum, _mm256_shuffle_epi8(first, _mm256_and_si256(bytes, low_nibble)));
    sum = _mm256_adds_epu8(sum, _mm256_shuffle_epi8(second, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), low_nibble)));
  }
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(sums), sum);
  const __m256i within = _mm256_cmpeq_epi8(_mm256_min_epu8(sum, _mm256_set1_epi8(static_cast<char>(limit))), sum);
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(within));
}

#define VENLOC_AVX512 __attribute__((target("avx512f,avx512bw")))

__attribute__((target("avx2"))) __m256i widen_avx2(const std::int8_t* bytes) {
  return _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes)));
}

__attribute__((target("avx2"))) std::int32_t sum_avx2(__m256i lanes) {
  __m128i half = _mm_add_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xb1));
  return _mm_cvtsi128_si32(half);
}

VENLOC_AVX512 __m512i widen_avx512(const std::int8_t* bytes) {
  return _mm512_cvtepi8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes)));
}

VENLOC_AVX512 std::int32_t sum_avx512(__m512i lanes) {
  // Through memory: GCC 12 takes the extraction of a half, and so its own reduction, for a use of an uninitialised
  // value.
  alignas(64) std::int32_t values[16];
  _mm512_store_si512(values, lanes);
  const auto* halves = reinterpret_cast<const __m256i*>(values);
  return sum_avx2(_mm256_add_epi32(_mm256_load_si256(halves), _mm256_load_si256(halves + 1)));
}
#endif

// Four rows at a time share the load of the query; what is left of the dimensions is added up one by one.
constexpr std::size_t kRowsAtOnce = 4;

void add_rest(const std::int8_t* query, const std::int8_t* rows, std::size_t dimension, std::size_t from,
              std::size_t count, std::int32_t* sums) {
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t d = from; d < dimension; ++d) sums[i] += query[d] * rows[i * dimension + d];
}

void add_products_portable(const std::int8_t* query, const std::int8_t* rows, std::size_t dimension, std::size_t count,
                           std::int32_t* sums) {
  add_rest(query, rows, dimension, 0, count, sums);
}

// Of a query the part of the products that comes from 128 being added to the values of the rows.
std::int32_t offset_of(const std::int8_t* query, std::size_t steps) {
  std::int32_t sum = 0;
  for (std::size_t d = 0; d < 4 * steps; ++d) sum += query[d];
  return 128 * sum;
}

void tile_products_portable(const std::int8_t* query, const std::uint8_t* tiles, std::size_t dimension,
                            std::size_t count, std::int32_t* products) {
  const std::size_t steps = tile_steps(dimension);
  const auto offset = offset_of(query, steps);
  for (std::size_t t = 0; t < count; ++t) {
    std::int32_t* out = products + t * kTileRows;
    std::fill_n(out, kTileRows, -offset);
    for (std::size_t s = 0; s < steps; ++s, tiles += 4 * kTileRows)
      for (std::size_t i = 0; i < kTileRows; ++i)
        for (std::size_t k = 0; k < 4; ++k) out[i] += tiles[4 * i + k] * query[4 * s + k];
  }
}

#ifdef VENLOC_X86

__attribute__((target("avx2"))) void add_products_avx2(const std::int8_t* query, const std::int8_t* rows,
                                                       std::size_t dimension, std::size_t count, std::int32_t* sums) {
  constexpr std::size_t kStep = 16;
  const std::size_t whole = dimension / kStep * kStep;
  add_rest(query, rows, dimension, whole, count, sums);
  std::size_t i = 0;
  for (; i + kRowsAtOnce <= count; i += kRowsAtOnce) {
    const std::int8_t* row = rows + i * dimension;
    __m256i lanes[kRowsAtOnce] = {};
    for (std::size_t d = 0; d < whole; d += kStep) {
      const __m256i q = widen_avx2(query + d);
      for (std::size_t k = 0; k < kRowsAtOnce; ++k)
        lanes[k] = _mm256_add_epi32(lanes[k], _mm256_madd_epi16(q, widen_avx2(row + k * dimension + d)));
    }
    for (std::size_t k = 0; k < kRowsAtOnce; ++k) sums[i + k] += sum_avx2(lanes[k]);
  }
  for (; i < count; ++i) {
    __m256i lanes = _mm256_setzero_si256();
    for (std::size_t d = 0; d < whole; d += kStep)
      lanes = _mm256_add_epi32(lanes, _mm256_madd_epi16(widen_avx2(query + d), widen_avx2(rows + i * dimension + d)));
    sums[i] += sum_avx2(lanes);
  }
}

VENLOC_AVX512 void add_products_avx512(const std::int8_t* query, const std::int8_t* rows, std::size_t dimension,
                                       std::size_t count, std::int32_t* sums) {
  constexpr std::size_t kStep = 32;
  const std::size_t whole = dimension / kStep * kStep;
  add_rest(query, rows, dimension, whole, count, sums);
  std::size_t i = 0;
  for (; i + kRowsAtOnce <= count; i += kRowsAtOnce) {
    const std::int8_t* row = rows + i * dimension;
    __m512i lanes[kRowsAtOnce] = {};
    for (std::size_t d = 0; d < whole; d += kStep) {
      const __m512i q = widen_avx512(query + d);
      for (std::size_t k = 0; k < kRowsAtOnce; ++k)
        lanes[k] = _mm512_add_epi32(lanes[k], _mm512_madd_epi16(q, widen_avx512(row + k * dimension + d)));
    }
    for (std::size_t k = 0; k < kRowsAtOnce; ++k) sums[i + k] += sum_avx512(lanes[k]);
  }
  for (; i < count; ++i) {
    __m512i lanes = _mm512_setzero_si512();
    for (std::size_t d = 0; d < whole; d += kStep)
      lanes =
          _mm512_add_epi32(lanes, _mm512_madd_epi16(widen_avx512(query + d), widen_avx512(rows + i * dimension + d)));
    sums[i] += sum_avx512(lanes);
  }
}

// Four values of the query, for every row.
std::int32_t four_values(const std::int8_t* query) {
  std::int32_t out = 0;
  std::memcpy(&out, query, sizeof out);
  return out;
}

// The instruction that multiplies bytes needs one side without sign, and its sums of two products must fit into 16
// bits: so |query| times the row with the query's sign, at most 2 x 127 x 127.
__attribute__((target("avx2"))) void tile_products_avx2(const std::int8_t* query, const std::uint8_t* tiles,
                                                        std::size_t dimension, std::size_t count,
                                                        std::int32_t* products) {
  const std::size_t steps = tile_steps(dimension);
  const __m256i to_signed = _mm256_set1_epi8(static_cast<char>(0x80)), ones = _mm256_set1_epi16(1);
  for (std::size_t t = 0; t < count; ++t, products += kTileRows) {
    __m256i sums[2] = {};  // of eight rows each
    for (std::size_t s = 0; s < steps; ++s, tiles += 4 * kTileRows) {
      const __m256i q = _mm256_set1_epi32(four_values(query + 4 * s)), size = _mm256_abs_epi8(q);
      for (std::size_t k = 0; k < 2; ++k) {
        const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(tiles + 32 * k));
        const __m256i rows = _mm256_sign_epi8(_mm256_xor_si256(bytes, to_signed), q);
        sums[k] = _mm256_add_epi32(sums[k], _mm256_madd_epi16(_mm256_maddubs_epi16(size, rows), ones));
      }
    }
    for (std::size_t k = 0; k < 2; ++k) _mm256_storeu_si256(reinterpret_cast<__m256i*>(products + 8 * k), sums[k]);
  }
}

#define VENLOC_VNNI __attribute__((target("avx512f,avx512vnni")))

template <std::size_t N>
VENLOC_VNNI void some_tiles_vnni(const std::int8_t* query, const std::uint8_t* tiles, std::size_t steps,
                                 std::int32_t offset, std::int32_t* products) {
  __m512i sums[N];
  for (auto& sum : sums) sum = _mm512_set1_epi32(-offset);
  for (std::size_t s = 0; s < steps; ++s) {
    const __m512i q = _mm512_set1_epi32(four_values(query + 4 * s));
    for (std::size_t k = 0; k < N; ++k)
      sums[k] = _mm512_dpbusd_epi32(sums[k], _mm512_loadu_si512(tiles + (k * steps + s) * 4 * kTileRows), q);
  }
  for (std::size_t k = 0; k < N; ++k) _mm512_storeu_si512(products + k * kTileRows, sums[k]);
}

// Several tiles at once, so that a sum need not wait for its last addend.
VENLOC_VNNI void tile_products_vnni(const std::int8_t* query, const std::uint8_t* tiles, std::size_t dimension,
                                    std::size_t count, std::int32_t* products) {
  const std::size_t steps = tile_steps(dimension);
  const auto offset = offset_of(query, steps);
  std::size_t t = 0;
  for (; t + 4 <= count; t += 4)
    some_tiles_vnni<4>(query, tiles + t * steps * 4 * kTileRows, steps, offset, products + t * kTileRows);
  for (; t < count; ++t)
    some_tiles_vnni<1>(query, tiles + t * steps * 4 * kTileRows, steps, offset, products + t * kTileRows);
}

#elif defined(__aarch64__)

void add_products_neon(const std::int8_t* query, const std::int8_t* rows, std::size_t dimension, std::size_t count,
                       std::int32_t* sums) {
  constexpr std::size_t kStep = 16;
  const std::size_t whole = dimension / kStep * kStep;
  add_rest(query, rows, dimension, whole, count, sums);
  for (std::size_t i = 0; i < count; ++i) {
    const std::int8_t* row = rows + i * dimension;
    int32x4_t low = vdupq_n_s32(0), high = vdupq_n_s32(0);
    for (std::size_t d = 0; d < whole; d += kStep) {
      const int8x16_t q = vld1q_s8(query + d), r = vld1q_s8(row + d);
      low = vpadalq_s16(low, vmull_s8(vget_low_s8(q), vget_low_s8(r)));
      high = vpadalq_s16(high, vmull_high_s8(q, r));
    }
    sums[i] += vaddvq_s32(vaddq_s32(low, high));
  }
}

#endif
}  // namespace

bool have_avx2() {
#ifdef VENLOC_X86
  static const bool available = __builtin_cpu_supports("avx2");
  return available;
#else
  return false;
#endif
}

void centroid_scores(const std::int16_t* query, const std::int16_t* centroids, const std::int32_t* half_norms,
                     std::size_t count, std::int32_t* scores) {
#ifdef VENLOC_X86
  if (have_avx2()) return centroid_scores_avx2(query, centroids, half_norms, count, scores);
#endif
  portable::centroid_scores(query, centroids, half_norms, count, scores);
}

void distance_table(const std::int16_t* residual, const std::int16_t* codebook, std::int32_t* table) {
#ifdef VENLOC_X86
  if (have_avx2()) return distance_table_avx2(residual, codebook, table);
#endif
  portable::distance_table(residual, codebook, table);
}

std::uint32_t scan_block(const std::uint8_t* block, const std::uint8_t* table, std::uint8_t limit, std::uint8_t* sums) {
#ifdef VENLOC_X86
  if (have_avx2()) return scan_block_avx2(block, table, limit, sums);
#endif
  return portable::scan_block(block, table, limit, sums);
}

std::span<const ProductsForm> products_forms() {
  static const auto forms = [] {
    std::vector<ProductsForm> out = {{"portable", add_products_portable}};
#ifdef VENLOC_X86
    if (have_avx2()) out.push_back({"AVX2", add_products_avx2});
    if (__builtin_cpu_supports("avx512bw")) out.push_back({"AVX-512", add_products_avx512});
#elif defined(__aarch64__)
    out.push_back({"NEON", add_products_neon});
#endif
    return out;
  }();
  return forms;
}

void add_products(const std::int8_t* query, const std::int8_t* rows, std::size_t dimension, std::size_t count,
                  std::int32_t* sums) {
  products_forms().back().run(query, rows, dimension, count, sums);
}

void write_tiles(std::span<const std::int8_t> rows, std::size_t dimension, std::uint8_t* tiles) {
  constexpr std::uint8_t kZero = 128;
  const std::size_t count = rows.size() / dimension, bytes = tile_bytes(dimension);
  std::fill_n(tiles, tiles_of(count) * bytes, kZero);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint8_t* tile = tiles + i / kTileRows * bytes;
    for (std::size_t d = 0; d < dimension; ++d)
      tile[(d / 4 * kTileRows + i % kTileRows) * 4 + d % 4] =
          static_cast<std::uint8_t>(rows[i * dimension + d] + kZero);
  }
}

std::span<const TileProductsForm> tile_products_forms() {
  static const auto forms = [] {
    std::vector<TileProductsForm> out = {{"portable", tile_products_portable}};
#ifdef VENLOC_X86
    if (have_avx2()) out.push_back({"AVX2", tile_products_avx2});
    if (__builtin_cpu_supports("avx512vnni")) out.push_back({"AVX-512 VNNI", tile_products_vnni});
#endif
    return out;
  }();
  return forms;
}

void tile_products(const std::int8_t* query, const std::uint8_t* tiles, std::size_t dimension, std::size_t count,
                   std::int32_t* products) {
  tile_products_forms().back().run(query, tiles, dimension, count, products);
}

}  // namespace venloc::kernels
