// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <limits>

#include "features/inference/engine.hpp"

/// The inner loops of the inference engine. Each element of a result is computed by the same sequence of operations
/// however the rows and columns are divided among calls, so that it has the same bits at any number of threads.
namespace venloc::inference {

using Index = std::ptrdiff_t;

/// An activation: min(max(x, low), high). NaN stays NaN.
struct Clamp {
  float low = -std::numeric_limits<float>::infinity();
  float high = std::numeric_limits<float>::infinity();
};

/// Product of a matrix A, row-major, with one panel of columns of a packed matrix B:
/// C = clamp(A B + bias + addend). A row of A consists of `runs` runs of `run_length` floats; the windows of a
/// convolution are such rows, with a run for each of their lines. An ordinary matrix has one run.
struct PanelProduct {
  const float* a = nullptr;
  Index a_pitch = 0;  ///< from row to row [floats], as all pitches
  Index runs = 1;
  Index run_pitch = 0;
  Index run_length = 0;
  const float* b = nullptr;       ///< a line of the panel's width for each k, lines one after another
  const float* bias = nullptr;    ///< of the panel's columns
  const float* addend = nullptr;  ///< as C, or none
  Index addend_pitch = 0;
  float* c = nullptr;
  Index c_pitch = 0;
  Index c_vector = 0;  ///< from vector to vector of a row of C: as many floats as it has, or planes of vectors
  Index rows = 0;
  Clamp clamp;
};

/// Lines of results of a depthwise convolution, for some vectors of channels. The input is a plane for each vector,
/// with the border, and its cells follow each other: so their places are known to the compiler, and windows are read in
/// runs.
struct DepthwiseLines {
  const float* in = nullptr;  ///< the first cell of the first result's window
  Index in_vector = 0;        ///< from plane to plane
  Index in_line = 0;
  const float* weights = nullptr;  ///< for each vector of channels, for each cell of the window: a vector
  const float* bias = nullptr;
  float* out = nullptr;  ///< vectors of a cell follow each other
  Index out_line = 0;
  Index out_cell = 0;
  Index lines = 0;
  Index columns = 0;
  Index vectors = 0;
  Index height = 0, width = 0;  ///< of the window
  Index stride = 1;
  Clamp clamp;
};

inline constexpr Index kMostPanelVectors = 4;

/// The kernels of one instruction set.
struct Kernels {
  Index lanes = 0;          ///< floats of a vector
  Index panel_vectors = 0;  ///< of the panels that most of a matrix is divided into
  /// By the number of vectors of the panel, from 1.
  std::array<void (*)(const PanelProduct&), kMostPanelVectors> product{};
  void (*depthwise)(const DepthwiseLines&) = nullptr;
  [[nodiscard]] auto product_of(Index vectors) const { return product[static_cast<std::size_t>(vectors - 1)]; }

  /// In maps the channels of a cell are filled up with zeros to whole vectors, so that no kernel needs a case for what
  /// is left of one.
  [[nodiscard]] Index padded(Index channels) const { return (channels + lanes - 1) / lanes * lanes; }
};

const Kernels& kernels(InferenceSimd simd);

const Kernels& portable_kernels();
const Kernels& avx2_kernels();    ///< the portable ones where the compiler cannot make them
const Kernels& avx512_kernels();  ///< the same

/// Calls tile(begin, length) for blocks of `count` items of at most `most` each, as even as can be: a short block at
/// the end would leave most of the multiply-add units waiting.
template <typename Tile>
void in_even_blocks(Index count, Index most, const Tile& tile) {
  const Index blocks = (count + most - 1) / most;
  for (Index i = 0, begin = 0; i < blocks; ++i) {
    const Index length = (count - begin + blocks - i - 1) / (blocks - i);
    tile(begin, length);
    begin += length;
  }
}

}  // namespace venloc::inference
