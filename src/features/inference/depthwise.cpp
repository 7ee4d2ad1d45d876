// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/inference/depthwise.hpp"

#include <algorithm>

namespace venloc::inference {
namespace {

/// Lines of results, from the first to before the last.
struct Lines {
  Index begin = 0, end = 0;
  [[nodiscard]] Index count() const { return end - begin; }
};

/// Results of a stage for some lines, panel after panel of channels.
class Strips {
 public:
  /// Memory that a thread needs besides.
  struct Memory {
    float* fetched = nullptr;  ///< lines with border of what the source's convolution reads
    float* chunk = nullptr;    ///< lines with border of the source, of one panel
    float* kept = nullptr;     ///< the last of these of the strip before, of all panels
  };

  Strips(const Kernels& kernels, const DepthwiseStage& stage)
      : kernels_(kernels),
        stage_(stage),
        read_{stage.source.in, stage.source.window, stage.source.in.channels, stage.source.in.pitch},
        cells_(stage.window.left + stage.source.shape.width + stage.window.right) {
    if (stage.source.matrix != nullptr) {
      panels_ = stage.source.matrix->panels;
    } else {
      const Index all = stage.source.shape.pitch / kernels.lanes;
      for (Index first = 0; first < all; first += kPanelVectors)
        panels_.push_back({first * kernels.lanes, std::min(kPanelVectors, all - first), 0});
    }
    for (const auto& panel : panels_) widest_ = std::max(widest_, panel.vectors * kernels.lanes);
    fetches_ = stage.source.matrix != nullptr && !stage.source.window.is_cell();
  }

  [[nodiscard]] const std::vector<PackedMatrix::Panel>& panels() const { return panels_; }
  [[nodiscard]] Index fetched_floats(Index lines) const {
    return fetches_ ? aligned(read_lines(source_lines(lines)) * read_.line_floats()) : 0;
  }
  [[nodiscard]] Index chunk_floats(Index lines) const { return aligned(source_lines(lines) * cells_ * widest_); }
  [[nodiscard]] Index kept_floats() const { return aligned(kept_lines() * cells_ * stage_.source.shape.pitch); }
  /// Lines with border that so many lines of results read.
  [[nodiscard]] Index source_lines(Index lines) const {
    return (lines - 1) * stage_.window.stride + stage_.window.height;
  }
  /// How many of them the next line's window has too.
  [[nodiscard]] Index kept_lines() const { return std::max<Index>(stage_.window.height - stage_.window.stride, 0); }

  /// What all panels of these lines read.
  void fetch(const Lines& lines, const Memory& memory) const {
    if (!fetches_) return;
    const Lines inside = inside_lines(lines);
    if (inside.count() <= 0) return;
    read_.copy(inside.begin * stage_.source.window.stride, read_lines(inside.count()), memory.fetched);
  }

  /// One panel of these lines, which `continue` those of the call before for the panel; to `out`, cells `pitch` apart.
  void compute(const PackedMatrix::Panel& panel, const Lines& lines, bool continues, const Memory& memory, float* out,
               Index pitch) const {
    const Index count = source_lines(lines.count()), keep = kept_lines();
    const Index plane = count * line_floats(), kept_plane = keep * line_floats();
    const auto each_plane = [&](auto copy) {
      for (Index v = 0; v < panel.vectors && memory.kept != nullptr; ++v)
        copy(memory.chunk + v * plane, memory.kept + (panel.first / kernels_.lanes + v) * kept_plane);
    };
    if (continues) each_plane([&](float* chunk, const float* kept) { std::copy_n(kept, kept_plane, chunk); });
    fill(panel, lines, continues ? keep : 0, memory);
    each_plane([&](const float* chunk, float* kept) { std::copy_n(chunk + plane - kept_plane, kept_plane, kept); });
    filter(panel, lines, memory.chunk, out, pitch);
  }

 private:
  static constexpr Index kPanelVectors = 3;  ///< of a source that is no convolution: those have it in their matrix

  /// A line of one vector of channels with its border.
  [[nodiscard]] Index line_floats() const { return cells_ * kernels_.lanes; }
  [[nodiscard]] Index read_lines(Index lines) const {
    return (lines - 1) * stage_.source.window.stride + stage_.source.window.height;
  }

  /// The lines of the source, without border, that these lines of results read.
  [[nodiscard]] Lines inside_lines(const Lines& lines) const {
    const Index begin = lines.begin * stage_.window.stride - stage_.window.top;
    return {std::max<Index>(begin, 0), std::min(begin + source_lines(lines.count()), stage_.source.shape.height)};
  }

  /// The lines of the chunk, but for the `known` first ones.
  void fill(const PackedMatrix::Panel& panel, const Lines& lines, Index known, const Memory& memory) const {
    const Index count = source_lines(lines.count()), plane = count * line_floats();
    const Index top = lines.begin * stage_.window.stride - stage_.window.top;
    for (Index i = known; i < count; ++i) {
      const Index y = top + i;
      float* line = memory.chunk + i * line_floats();
      const bool inside = y >= 0 && y < stage_.source.shape.height;
      for (Index v = 0; v < panel.vectors; ++v) clear_border(line + v * plane, inside);
      if (!inside) continue;
      float* cells = line + stage_.window.left * kernels_.lanes;
      if (stage_.source.matrix != nullptr)
        multiply_line(panel, y, y - inside_lines(lines).begin, memory.fetched, cells, plane);
      else
        copy_line(panel, y, cells, plane);
    }
  }

  void clear_border(float* line, bool inside) const {
    const Index left = stage_.window.left * kernels_.lanes, right = stage_.window.right * kernels_.lanes;
    if (!inside) {
      std::fill_n(line, line_floats(), 0.0f);
      return;
    }
    std::fill_n(line, left, 0.0f);
    std::fill_n(line + line_floats() - right, right, 0.0f);
  }

  void multiply_line(const PackedMatrix::Panel& panel, Index y, Index fetched_line, const float* fetched, float* out,
                     Index plane) const {
    const DepthwiseSource& source = stage_.source;
    RowsProduct rows;
    rows.a = fetches_ ? fetched + fetched_line * source.window.stride * read_.line_floats() : source.in.line(y);
    rows.a_pitch = source.window.stride * source.in.pitch;
    rows.runs = source.window.height;
    rows.run_pitch = read_.line_floats();
    rows.rows = source.shape.width;
    rows.clamp = source.clamp;
    PanelProduct product = panel_product(*source.matrix, panel, rows);
    product.c = out;
    product.c_pitch = kernels_.lanes;
    product.c_vector = plane;
    kernels_.product_of(panel.vectors)(product);
  }

  void copy_line(const PackedMatrix::Panel& panel, Index y, float* out, Index plane) const {
    const ConstMap& in = stage_.source.in;
    for (Index v = 0; v < panel.vectors; ++v, out += plane) {
      const float* from = in.line(y) + panel.first + v * kernels_.lanes;
      for (Index x = 0; x < in.width; ++x, from += in.pitch)
        std::copy_n(from, kernels_.lanes, out + x * kernels_.lanes);
    }
  }

  void filter(const PackedMatrix::Panel& panel, const Lines& lines, const float* chunk, float* out, Index pitch) const {
    DepthwiseLines block;
    block.in = chunk;
    block.in_line = line_floats();
    block.in_vector = source_lines(lines.count()) * line_floats();
    block.weights = stage_.weights->factors.data() + panel.first * stage_.window.height * stage_.window.width;
    block.bias = stage_.weights->bias.data() + panel.first;
    block.out = out + panel.first;
    block.out_cell = pitch;
    block.out_line = stage_.window.out_width * pitch;
    block.lines = lines.count();
    block.columns = stage_.window.out_width;
    block.vectors = panel.vectors;
    block.height = stage_.window.height;
    block.width = stage_.window.width;
    block.stride = stage_.window.stride;
    block.clamp = stage_.clamp;
    kernels_.depthwise(block);
  }

  const Kernels& kernels_;
  DepthwiseStage stage_;
  BorderedLines read_;
  Index cells_;  ///< of a line of the source with its border
  std::vector<PackedMatrix::Panel> panels_;
  Index widest_ = 0;  ///< panel [floats]
  bool fetches_;
};

/// Parts are panels of bands of lines.
class DepthwiseTask : public Task {
 public:
  DepthwiseTask(const Kernels& kernels, const DepthwiseStage& stage, const Map& out, int threads)
      : strips_(kernels, stage), out_(out) {
    const auto panels = static_cast<Index>(strips_.panels().size());
    bands_ = even_parts(out.height, kChunkFloats / strips_.chunk_floats(1), panels >= 2 * threads ? 1 : threads);
  }
  [[nodiscard]] Index parts() const override { return bands_ * static_cast<Index>(strips_.panels().size()); }
  [[nodiscard]] Index scratch() const override {
    const Index most = (out_.height + bands_ - 1) / bands_;
    return strips_.chunk_floats(most) + strips_.fetched_floats(most);
  }
  void run(Index part, float* scratch) const override {
    const auto panels = static_cast<Index>(strips_.panels().size());
    const Index band = part / panels;
    const Lines lines{part_begin(band, bands_, out_.height), part_begin(band + 1, bands_, out_.height)};
    const Strips::Memory memory{scratch + strips_.chunk_floats(lines.count()), scratch, nullptr};
    strips_.fetch(lines, memory);
    strips_.compute(strips_.panels()[static_cast<std::size_t>(part % panels)], lines, false, memory,
                    out_.line(lines.begin), out_.pitch);
  }

 private:
  static constexpr Index kChunkFloats = 1 << 17;  ///< a quarter of Sapphire Rapids' second-level cache
  Strips strips_;
  Map out_;
  Index bands_;
};

/// Parts are bands of lines, each computed in strips.
class BottleneckTask : public Task {
 public:
  BottleneckTask(const Kernels& kernels, const DepthwiseStage& stage, const PackedMatrix& matrix, const Finish& finish,
                 const Map& out, int threads)
      : kernels_(kernels),
        strips_(kernels, stage),
        matrix_(matrix),
        finish_(finish),
        out_(out),
        middle_pitch_(stage.source.shape.pitch) {
    bands_ = std::min<Index>(threads, out.height);
    const Index band = (out.height + bands_ - 1) / bands_;
    lines_ = std::clamp<Index>(kMiddleFloats / (out.width * middle_pitch_), 1, band);
    lines_ = (band + even_parts(band, lines_, 1) - 1) / even_parts(band, lines_, 1);
  }
  [[nodiscard]] Index parts() const override { return bands_; }
  [[nodiscard]] Index scratch() const override {
    return strips_.chunk_floats(lines_) + strips_.fetched_floats(lines_) + strips_.kept_floats() +
           aligned(lines_ * out_.width * middle_pitch_);
  }
  void run(Index part, float* scratch) const override {
    const Lines band{part_begin(part, bands_, out_.height), part_begin(part + 1, bands_, out_.height)};
    Strips::Memory memory;
    memory.chunk = scratch;
    memory.fetched = memory.chunk + strips_.chunk_floats(lines_);
    memory.kept = memory.fetched + strips_.fetched_floats(lines_);
    float* middle = memory.kept + strips_.kept_floats();
    for (Lines lines{band.begin, band.begin}; lines.begin < band.end; lines.begin = lines.end) {
      lines.end = std::min(lines.begin + lines_, band.end);
      strips_.fetch(lines, memory);
      for (const auto& panel : strips_.panels())
        strips_.compute(panel, lines, lines.begin > band.begin, memory, middle, middle_pitch_);
      project(lines, middle);
    }
  }

 private:
  /// What is between should stay in the second-level cache, beside the weights of both convolutions. Of 128 KB to 1 MB
  /// (EfficientNet-Lite2, 352 and 480 pixels, Sapphire Rapids), 192 to 384 KB are equally fast, 128 KB and 512 KB
  /// to 1 MB were 1 to 11 % slower.
  static constexpr Index kMiddleFloats = 1 << 16;

  void project(const Lines& lines, const float* middle) const {
    RowsProduct rows;
    rows.a = middle;
    rows.a_pitch = middle_pitch_;
    if (finish_.addend.data != nullptr) rows.addend = finish_.addend.line(lines.begin);
    rows.addend_pitch = rows.out_pitch = out_.pitch;
    rows.out = out_.line(lines.begin);
    rows.rows = lines.count() * out_.width;
    rows.clamp = finish_.clamp;
    multiply(kernels_, matrix_, rows);
  }

  const Kernels& kernels_;
  Strips strips_;
  const PackedMatrix& matrix_;
  Finish finish_;
  Map out_;
  Index middle_pitch_, bands_, lines_;
};

}  // namespace

std::unique_ptr<const Task> depthwise_task(const Kernels& kernels, const DepthwiseStage& stage, const Map& out,
                                           int threads) {
  return std::make_unique<DepthwiseTask>(kernels, stage, out, threads);
}

std::unique_ptr<const Task> bottleneck_task(const Kernels& kernels, const DepthwiseStage& stage,
                                            const PackedMatrix& matrix, const Finish& finish, const Map& out,
                                            int threads) {
  return std::make_unique<BottleneckTask>(kernels, stage, matrix, finish, out, threads);
}

}  // namespace venloc::inference
