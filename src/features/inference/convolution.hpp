// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "features/inference/packing.hpp"
#include "features/inference/task.hpp"

namespace venloc::inference {

/// What happens to a sum of products before it is stored: clamp(sum + addend).
struct Finish {
  ConstMap addend;  ///< none where it has no data
  Clamp clamp;
};

/// A matrix product for some rows of A, of a map's or a matrix's; as in PanelProduct.
struct RowsProduct {
  const float* a = nullptr;
  Index a_pitch = 0;
  Index runs = 1;
  Index run_pitch = 0;
  const float* addend = nullptr;
  Index addend_pitch = 0;
  float* out = nullptr;
  Index out_pitch = 0;
  Index rows = 0;
  Clamp clamp;
};
PanelProduct panel_product(const PackedMatrix& matrix, const PackedMatrix::Panel& panel, const RowsProduct& rows);
void multiply(const Kernels& kernels, const PackedMatrix& matrix, const RowsProduct& rows);

/// The lines from `first` of a map and the border around it, where `channels` channels begin at `data`: copied to
/// `out` with the border as zeros, cells `pitch` apart.
struct BorderedLines {
  ConstMap in;
  Window window;
  Index channels = 0;
  Index pitch = 0;
  [[nodiscard]] Index cells() const { return window.left + in.width + window.right; }  ///< of a line
  [[nodiscard]] Index line_floats() const { return cells() * pitch; }
  /// Lines are counted from the top border's first.
  void copy(Index first, Index lines, float* out) const;
};

std::unique_ptr<const Task> convolution_task(const Kernels& kernels, const PackedMatrix& matrix, const ConstMap& in,
                                             const Window& window, const Finish& finish, const Map& out, int threads);
}  // namespace venloc::inference
