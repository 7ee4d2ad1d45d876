// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "features/inference/kernels.hpp"

// Loops of constant length over arrays, which compilers turn into vectors of whatever length the machine has.
namespace venloc::inference {
namespace {

constexpr int kLanes = 16;

float clamped(float x, const Clamp& clamp) {
  x = x < clamp.low ? clamp.low : x;
  return x > clamp.high ? clamp.high : x;
}

constexpr int kTileRows = 4;

template <int kRows>
void tile(const PanelProduct& p, Index first) {
  float sums[kRows][kLanes];
  for (auto& sum : sums) std::copy_n(p.bias, kLanes, sum);
  const float* b = p.b;
  for (Index r = 0; r < p.runs; ++r) {
    const float* a = p.a + first * p.a_pitch + r * p.run_pitch;
    for (Index k = 0; k < p.run_length; ++k, ++a, b += kLanes)
      for (int i = 0; i < kRows; ++i) {
        const float x = a[i * p.a_pitch];
        for (int j = 0; j < kLanes; ++j) sums[i][j] += x * b[j];
      }
  }
  for (int i = 0; i < kRows; ++i) {
    if (p.addend != nullptr)
      for (int j = 0; j < kLanes; ++j) sums[i][j] += p.addend[(first + i) * p.addend_pitch + j];
    for (int j = 0; j < kLanes; ++j) p.c[(first + i) * p.c_pitch + j] = clamped(sums[i][j], p.clamp);
  }
}

void product(const PanelProduct& p) {
  static constexpr std::array kTiles = {&tile<1>, &tile<2>, &tile<3>, &tile<4>};
  in_even_blocks(p.rows, kTileRows,
                 [&](Index first, Index rows) { kTiles[static_cast<std::size_t>(rows - 1)](p, first); });
}

void depthwise(const DepthwiseLine& line) {
  for (Index vector = 0; vector < line.vectors; ++vector)
    for (Index column = 0; column < line.columns; ++column) {
      const float* in = line.in + column * line.stride * line.in_cell + vector * kLanes;
      const float* weights = line.weights + vector * line.height * line.width * kLanes;
      float sum[kLanes];
      std::copy_n(line.bias + vector * kLanes, kLanes, sum);
      for (Index y = 0; y < line.height; ++y)
        for (Index x = 0; x < line.width; ++x, weights += kLanes) {
          const float* cell = in + y * line.in_line + x * line.in_cell;
          for (int j = 0; j < kLanes; ++j) sum[j] += cell[j] * weights[j];
        }
      float* out = line.out + column * line.out_cell + vector * kLanes;
      for (int j = 0; j < kLanes; ++j) out[j] = clamped(sum[j], line.clamp);
    }
}

}  // namespace

const Kernels& portable_kernels() {
  static constexpr Kernels kKernels = {kLanes, 1, {product, nullptr, nullptr, nullptr}, depthwise};
  return kKernels;
}

}  // namespace venloc::inference
