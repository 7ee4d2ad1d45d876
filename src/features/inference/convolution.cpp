// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/inference/convolution.hpp"

#include <algorithm>

namespace venloc::inference {
namespace {

/// What a thread reads again and again should stay in its second-level cache, beside weights: an eighth of the 2 MB of
/// Sapphire Rapids, a quarter of older ones' [floats].
constexpr Index kNearFloats = 1 << 16;

/// A convolution whose results each have a cell of their own: an ordinary product of matrices.
class CellTask : public Task {
 public:
  CellTask(const Kernels& kernels, const PackedMatrix& matrix, const ConstMap& in, const Finish& finish, const Map& out,
           int threads)
      : kernels_(kernels), matrix_(matrix), in_(in), finish_(finish), out_(out) {
    row_parts_ = even_parts(out.cells(), kNearFloats / in.pitch, threads);
  }
  [[nodiscard]] Index parts() const override { return row_parts_; }
  void run(Index part, float* /*scratch*/) const override {
    const Index begin = part_begin(part, row_parts_, out_.cells()),
                end = part_begin(part + 1, row_parts_, out_.cells());
    RowsProduct rows;
    rows.a = in_.data + begin * in_.pitch;
    rows.a_pitch = in_.pitch;
    if (finish_.addend.data != nullptr) rows.addend = finish_.addend.data + begin * out_.pitch;
    rows.addend_pitch = out_.pitch;
    rows.out = out_.data + begin * out_.pitch;
    rows.out_pitch = out_.pitch;
    rows.rows = end - begin;
    rows.clamp = finish_.clamp;
    multiply(kernels_, matrix_, rows);
  }

 private:
  const Kernels& kernels_;
  const PackedMatrix& matrix_;
  ConstMap in_;
  Finish finish_;
  Map out_;
  Index row_parts_;
};

/// Any other: of each line of results the windows are rows of a matrix, with a run for each line of the window.
class WindowTask : public Task {
 public:
  WindowTask(const Kernels& kernels, const PackedMatrix& matrix, const ConstMap& in, const Window& window,
             const Finish& finish, const Map& out, int threads)
      : kernels_(kernels),
        matrix_(matrix),
        lines_{in, window, in.channels, in.pitch},
        window_(window),
        finish_(finish),
        out_(out) {
    parts_ = even_parts(out.height, kNearFloats / (lines_.line_floats() * window.stride), threads);
  }
  [[nodiscard]] Index parts() const override { return parts_; }
  [[nodiscard]] Index scratch() const override {
    return in_lines((out_.height + parts_ - 1) / parts_) * lines_.line_floats();
  }
  void run(Index part, float* scratch) const override {
    const Index begin = part_begin(part, parts_, out_.height), end = part_begin(part + 1, parts_, out_.height);
    lines_.copy(begin * window_.stride, in_lines(end - begin), scratch);
    RowsProduct rows;
    rows.a_pitch = window_.stride * lines_.pitch;
    rows.runs = window_.height;
    rows.run_pitch = lines_.line_floats();
    rows.addend_pitch = rows.out_pitch = out_.pitch;
    rows.rows = out_.width;
    rows.clamp = finish_.clamp;
    for (const auto& panel : matrix_.panels)
      for (Index y = begin; y < end; ++y) {
        rows.a = scratch + (y - begin) * window_.stride * lines_.line_floats();
        if (finish_.addend.data != nullptr) rows.addend = finish_.addend.line(y);
        rows.out = out_.line(y);
        kernels_.product_of(panel.vectors)(panel_product(matrix_, panel, rows));
      }
  }

 private:
  [[nodiscard]] Index in_lines(Index lines) const { return (lines - 1) * window_.stride + window_.height; }

  const Kernels& kernels_;
  const PackedMatrix& matrix_;
  BorderedLines lines_;
  Window window_;
  Finish finish_;
  Map out_;
  Index parts_;
};

}  // namespace

PanelProduct panel_product(const PackedMatrix& matrix, const PackedMatrix::Panel& panel, const RowsProduct& rows) {
  PanelProduct product;
  product.a = rows.a;
  product.a_pitch = rows.a_pitch;
  product.runs = rows.runs;
  product.run_pitch = rows.run_pitch;
  product.run_length = matrix.depth / rows.runs;
  product.b = matrix.panel(panel);
  product.bias = matrix.bias.data() + panel.first;
  if (rows.addend != nullptr) product.addend = rows.addend + panel.first;
  product.addend_pitch = rows.addend_pitch;
  product.c = rows.out + panel.first;
  product.c_pitch = rows.out_pitch;
  product.c_vector = matrix.lanes;
  product.rows = rows.rows;
  product.clamp = rows.clamp;
  return product;
}

void multiply(const Kernels& kernels, const PackedMatrix& matrix, const RowsProduct& rows) {
  for (const auto& panel : matrix.panels) kernels.product_of(panel.vectors)(panel_product(matrix, panel, rows));
}

void BorderedLines::copy(Index first, Index lines, float* out) const {
  for (Index y = first; y < first + lines; ++y, out += line_floats()) {
    const Index inside = y - window.top;
    if (inside < 0 || inside >= in.height) {
      std::fill_n(out, line_floats(), 0.0f);
      continue;
    }
    float* cell = std::fill_n(out, window.left * pitch, 0.0f);
    const float* from = in.line(inside);
    if (pitch == in.pitch) {
      cell = std::copy_n(from, in.width * pitch, cell);
    } else {
      for (Index x = 0; x < in.width; ++x, from += in.pitch) cell = std::copy_n(from, channels, cell);
    }
    std::fill_n(cell, window.right * pitch, 0.0f);
  }
}

std::unique_ptr<const Task> convolution_task(const Kernels& kernels, const PackedMatrix& matrix, const ConstMap& in,
                                             const Window& window, const Finish& finish, const Map& out, int threads) {
  if (window.is_cell()) return std::make_unique<CellTask>(kernels, matrix, in, finish, out, threads);
  return std::make_unique<WindowTask>(kernels, matrix, in, window, finish, out, threads);
}

}  // namespace venloc::inference
