// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "features/inference/kernels.hpp"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#define VENLOC_AVX2 __attribute__((target("avx2,fma")))

namespace venloc::inference {
namespace {

constexpr Index kLanes = 8;

/// The limits of a Clamp as vectors. Read before results are stored: the compiler has to assume that a store changes
/// what it was read from, and would read it again each time.
struct Limits {
  __m256 low, high;
};

VENLOC_AVX2 inline Limits limits_of(const Clamp& clamp) {
  return {_mm256_set1_ps(clamp.low), _mm256_set1_ps(clamp.high)};
}

VENLOC_AVX2 inline __m256 clamped(__m256 x, const Limits& limits) {
  // In this order the instructions pass on a NaN.
  return _mm256_min_ps(limits.high, _mm256_max_ps(limits.low, x));
}

/// Rows of a tile by the vectors of its panel: as many sums as leave, of 16 registers, enough for a line of the panel
/// and one value of A.
constexpr std::array<int, kMostPanelVectors> kTileRows = {12, 6, 4, 3};

template <int kRows, int kVectors>
VENLOC_AVX2 inline void store(const PanelProduct& p, Index first, __m256 (&sums)[kRows][kVectors]) {
  const Limits limits = limits_of(p.clamp);
  const Index pitch = p.c_pitch, vector = p.c_vector, addend_pitch = p.addend_pitch;
  if (p.addend != nullptr) {
    const float* addend = p.addend + first * addend_pitch;
    for (int i = 0; i < kRows; ++i, addend += addend_pitch)
      for (int v = 0; v < kVectors; ++v) sums[i][v] = _mm256_add_ps(sums[i][v], _mm256_loadu_ps(addend + kLanes * v));
  }
  float* c = p.c + first * pitch;
  for (int i = 0; i < kRows; ++i, c += pitch)
    for (int v = 0; v < kVectors; ++v) _mm256_storeu_ps(c + vector * v, clamped(sums[i][v], limits));
}

template <int kRows, int kVectors>
VENLOC_AVX2 void tile(const PanelProduct& p, Index first) {
  __m256 sums[kRows][kVectors];
  for (int v = 0; v < kVectors; ++v) {
    const __m256 bias = _mm256_loadu_ps(p.bias + kLanes * v);
    for (int i = 0; i < kRows; ++i) sums[i][v] = bias;
  }
  const Index pitch = p.a_pitch;
  const float* b = p.b;
  for (Index r = 0; r < p.runs; ++r) {
    const float* a = p.a + first * pitch + r * p.run_pitch;
    for (Index k = 0; k < p.run_length; ++k, ++a, b += kLanes * kVectors) {
      __m256 line[kVectors];
      for (int v = 0; v < kVectors; ++v) line[v] = _mm256_loadu_ps(b + kLanes * v);
      for (int i = 0; i < kRows; ++i) {
        const __m256 x = _mm256_set1_ps(a[i * pitch]);
        for (int v = 0; v < kVectors; ++v) sums[i][v] = _mm256_fmadd_ps(x, line[v], sums[i][v]);
      }
    }
  }
  store<kRows, kVectors>(p, first, sums);
}

template <int kVectors, int... kBefore>
constexpr auto tiles(std::integer_sequence<int, kBefore...> /*unused*/) {
  return std::array{&tile<kBefore + 1, kVectors>...};
}

template <int kVectors>
void product(const PanelProduct& p) {
  constexpr int kMost = kTileRows[kVectors - 1];
  static constexpr auto kTiles = tiles<kVectors>(std::make_integer_sequence<int, kMost>());
  in_even_blocks(p.rows, kMost, [&](Index first, Index rows) { kTiles[static_cast<std::size_t>(rows - 1)](p, first); });
}

constexpr int kColumns = 4;  // results next to each other that share loads of input and weights

template <int kSize, int kStride, int kCount>
VENLOC_AVX2 void depthwise_tile(const DepthwiseLines& p, Index vector, Index row, Index column) {
  const float* in = p.in + row * kStride * p.in_line + column * kStride * kLanes + vector * p.in_vector;
  const float* weights = p.weights + vector * kSize * kSize * kLanes;
  const __m256 bias = _mm256_loadu_ps(p.bias + vector * kLanes);
  __m256 sums[kCount];
  for (auto& sum : sums) sum = bias;
  const Index in_line = p.in_line, out_cell = p.out_cell;
  for (int y = 0; y < kSize; ++y, in += in_line) {
    for (int x = 0; x < kSize; ++x, weights += kLanes) {
      const __m256 factor = _mm256_loadu_ps(weights);
      for (int i = 0; i < kCount; ++i)
        sums[i] = _mm256_fmadd_ps(_mm256_loadu_ps(in + (i * kStride + x) * kLanes), factor, sums[i]);
    }
  }
  const Limits limits = limits_of(p.clamp);
  float* out = p.out + row * p.out_line + column * out_cell + vector * kLanes;
  for (int i = 0; i < kCount; ++i, out += out_cell) _mm256_storeu_ps(out, clamped(sums[i], limits));
}

template <int kSize, int kStride, int... kBefore>
constexpr auto depthwise_tiles(std::integer_sequence<int, kBefore...> /*unused*/) {
  return std::array{&depthwise_tile<kSize, kStride, kBefore + 1>...};
}

template <int kSize, int kStride>
void depthwise_square(const DepthwiseLines& p) {
  static constexpr auto kTiles = depthwise_tiles<kSize, kStride>(std::make_integer_sequence<int, kColumns>());
  // A vector of channels at a time: what its windows share from line to line then stays in the first-level cache.
  for (Index vector = 0; vector < p.vectors; ++vector)
    for (Index row = 0; row < p.lines; ++row)
      in_even_blocks(p.columns, kColumns, [&](Index first, Index count) {
        kTiles[static_cast<std::size_t>(count - 1)](p, vector, row, first);
      });
}

VENLOC_AVX2 void depthwise_cell(const DepthwiseLines& p, Index vector, Index row, Index column) {
  const float* in = p.in + row * p.stride * p.in_line + column * p.stride * kLanes + vector * p.in_vector;
  const float* weights = p.weights + vector * p.height * p.width * kLanes;
  __m256 sum = _mm256_loadu_ps(p.bias + vector * kLanes);
  for (Index y = 0; y < p.height; ++y)
    for (Index x = 0; x < p.width; ++x, weights += kLanes)
      sum = _mm256_fmadd_ps(_mm256_loadu_ps(in + y * p.in_line + x * kLanes), _mm256_loadu_ps(weights), sum);
  _mm256_storeu_ps(p.out + row * p.out_line + column * p.out_cell + vector * kLanes, clamped(sum, limits_of(p.clamp)));
}

void depthwise(const DepthwiseLines& p) {
  const bool square = p.height == p.width;
  if (square && p.width == 3 && p.stride == 1) return depthwise_square<3, 1>(p);
  if (square && p.width == 3 && p.stride == 2) return depthwise_square<3, 2>(p);
  if (square && p.width == 5 && p.stride == 1) return depthwise_square<5, 1>(p);
  if (square && p.width == 5 && p.stride == 2) return depthwise_square<5, 2>(p);
  for (Index vector = 0; vector < p.vectors; ++vector)
    for (Index row = 0; row < p.lines; ++row)
      for (Index column = 0; column < p.columns; ++column) depthwise_cell(p, vector, row, column);
}

}  // namespace

const Kernels& avx2_kernels() {
  static constexpr Kernels kKernels = {kLanes, 2, {product<1>, product<2>, product<3>, product<4>}, depthwise};
  return kKernels;
}

}  // namespace venloc::inference

#else

namespace venloc::inference {
const Kernels& avx2_kernels() { return portable_kernels(); }
}  // namespace venloc::inference

#endif
