// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace venloc {

/// Instruction sets that the kernels below exist for; each gives the same integers.
enum class SimdLevel { kScalar, kSse2, kAvx2 };

/// The best level of the machine the program runs on.
SimdLevel best_simd_level();

/// Length of the descriptors that the kernels below compare [bytes].
inline constexpr std::size_t kSimdRowBytes = 128;

/// Squared Euclidean distance of one descriptor of 128 bytes to each of `distances.size()` descriptors that follow each
/// other at `rows`. Exact. No alignment needed.
void l2_squared_u8_128(const std::uint8_t* query, const std::uint8_t* rows, std::span<std::int32_t> distances,
                       SimdLevel level = best_simd_level());

/// Descriptors of 128 bytes in an order that the search for the nearest one is fast in: groups of four; in a group
/// eight bytes of each descriptor in turn, so that a sum of absolute differences over eight bytes, which SSE2 and AVX2
/// have an instruction for, ends in a lane of its own for each descriptor. The last group is filled up with zeros.
inline constexpr std::size_t kSimdGroupRows = 4;
inline constexpr std::size_t kSimdGroupBytes = kSimdGroupRows * kSimdRowBytes;
constexpr std::size_t simd_groups(std::size_t rows) { return (rows + kSimdGroupRows - 1) / kSimdGroupRows; }
void interleave_u8_128(const std::uint8_t* rows, std::size_t count, std::uint8_t* groups);

/// Most queries, and most rows, of one call of nearest_sad_u8_128.
inline constexpr std::size_t kMaxSadRows = 1 << 16;

/// Nearest neighbours by the sum of absolute differences, in both directions from one pass over all pairs:
/// `row_keys[i]` becomes the smallest sum << 16 | position of the query, over all queries, for interleaved descriptor
/// i; `query_keys[q]` becomes the smallest sum << 16 | position of the descriptor, over all descriptors, for query q.
/// So of equal sums the first wins. `queries` follow each other, 128 bytes each.
void nearest_sad_u8_128(const std::uint8_t* queries, const std::uint8_t* groups, std::span<std::uint32_t> query_keys,
                        std::span<std::uint32_t> row_keys, SimdLevel level = best_simd_level());

}  // namespace venloc
