// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "retrieval/kernels.hpp"

#include <algorithm>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define VENLOC_X86 1
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

#ifdef VENLOC_X86
namespace {

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

}  // namespace
#endif

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

}  // namespace venloc::kernels
