// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "features/inference/kernels.hpp"

// Loops of constant length over arrays, which compilers turn into vectors of whatever length the machine has. They do
// not keep such arrays in registers, so several terms are added each time that a sum is read and written.
namespace venloc::inference {
namespace {

constexpr int kLanes = 16;

float clamped(float x, const Clamp& clamp) {
  x = x < clamp.low ? clamp.low : x;
  return x > clamp.high ? clamp.high : x;
}

/// Adds kTerms lines of the panel, each times a value of each row of A, to the sums of the rows.
template <int kTerms, int kRows, int kWidth>
void add_lines(const float* a, Index a_pitch, const float* b, float (&sums)[kRows][kWidth]) {
  float x[kRows][kTerms];
  for (int i = 0; i < kRows; ++i)
    for (int t = 0; t < kTerms; ++t) x[i][t] = a[i * a_pitch + t];
  for (int j = 0; j < kWidth; ++j)
    for (int i = 0; i < kRows; ++i) {
      float sum = sums[i][j];
      for (int t = 0; t < kTerms; ++t) sum += x[i][t] * b[t * kWidth + j];
      sums[i][j] = sum;
    }
}

template <int kRows, int kWidth>
void tile(const PanelProduct& p, Index first) {
  constexpr int kTerms = 4;  // with two rows as many values as half of SSE2's or a quarter of NEON's registers hold
  float sums[kRows][kWidth];
  for (auto& sum : sums) std::copy_n(p.bias, kWidth, sum);
  const float* b = p.b;
  for (Index r = 0; r < p.runs; ++r) {
    const float* a = p.a + first * p.a_pitch + r * p.run_pitch;
    Index k = 0;
    for (; k + kTerms <= p.run_length; k += kTerms, b += kTerms * kWidth) add_lines<kTerms>(a + k, p.a_pitch, b, sums);
    for (; k < p.run_length; ++k, b += kWidth) add_lines<1>(a + k, p.a_pitch, b, sums);
  }
  for (int i = 0; i < kRows; ++i) {
    if (p.addend != nullptr)
      for (int j = 0; j < kWidth; ++j) sums[i][j] += p.addend[(first + i) * p.addend_pitch + j];
    for (int v = 0; v < kWidth / kLanes; ++v) {
      float* c = p.c + (first + i) * p.c_pitch + p.c_vector * v;
      for (int j = 0; j < kLanes; ++j) c[j] = clamped(sums[i][v * kLanes + j], p.clamp);
    }
  }
}

template <int kVectors>
void product(const PanelProduct& p) {
  Index row = 0;
  for (; row + 2 <= p.rows; row += 2) tile<2, kVectors * kLanes>(p, row);
  for (; row < p.rows; ++row) tile<1, kVectors * kLanes>(p, row);
}

/// Adds kCells cells next to each other, each times its factors.
template <int kCells>
void add_cells(const float* cells, const float* weights, float (&sums)[kLanes]) {
  for (int j = 0; j < kLanes; ++j) {
    float sum = sums[j];
    for (int x = 0; x < kCells; ++x) sum += cells[x * kLanes + j] * weights[x * kLanes + j];
    sums[j] = sum;
  }
}

void add_window_line(const float* cells, const float* weights, Index width, float (&sums)[kLanes]) {
  if (width == 3) return add_cells<3>(cells, weights, sums);
  if (width == 5) return add_cells<5>(cells, weights, sums);
  for (Index x = 0; x < width; ++x) add_cells<1>(cells + x * kLanes, weights + x * kLanes, sums);
}

void depthwise_cell(const DepthwiseLines& p, Index vector, Index row, Index column) {
  const float* in = p.in + row * p.stride * p.in_line + column * p.stride * kLanes + vector * p.in_vector;
  const float* weights = p.weights + vector * p.height * p.width * kLanes;
  float sums[kLanes];
  std::copy_n(p.bias + vector * kLanes, kLanes, sums);
  for (Index y = 0; y < p.height; ++y)
    add_window_line(in + y * p.in_line, weights + y * p.width * kLanes, p.width, sums);
  float* out = p.out + row * p.out_line + column * p.out_cell + vector * kLanes;
  for (int j = 0; j < kLanes; ++j) out[j] = clamped(sums[j], p.clamp);
}

void depthwise(const DepthwiseLines& p) {
  for (Index vector = 0; vector < p.vectors; ++vector)
    for (Index row = 0; row < p.lines; ++row)
      for (Index column = 0; column < p.columns; ++column) depthwise_cell(p, vector, row, column);
}

}  // namespace

const Kernels& portable_kernels() {
  static constexpr Kernels kKernels = {kLanes, 2, {product<1>, product<2>, product<3>, product<4>}, depthwise};
  return kKernels;
}

}  // namespace venloc::inference
