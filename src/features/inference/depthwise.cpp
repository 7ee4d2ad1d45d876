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
    const Lines inside = inside_lines(lines, 0);
    if (inside.count() <= 0) return;
    read_.copy(inside.begin * stage_.source.window.stride, read_lines(inside.count()), memory.fetched);
  }

  /// One panel of these lines, which `continue` those of the call before for the panel; to `out`, cells `pitch` apart.
  void compute(const PackedMatrix::Panel& panel, const Lines& lines, bool continues, const Memory& memory, float* out,
               Index pitch) const {
    const Index width = panel.vectors * kernels_.lanes, line_floats = cells_ * width;
    const Index count = source_lines(lines.count()), keep = kept_lines();
    float* kept = memory.kept == nullptr ? nullptr : memory.kept + panel.first * cells_ * keep;
    if (continues) std::copy_n(kept, keep * line_floats, memory.chunk);
    const Index known = continues ? keep : 0;
    fill(panel, lines, known, count, memory);
    if (kept != nullptr) std::copy_n(memory.chunk + (count - keep) * line_floats, keep * line_floats, kept);
    filter(panel, lines, memory.chunk, out, pitch);
  }

 private:
  static constexpr Index kPanelVectors = 3;

  [[nodiscard]] Index read_lines(Index lines) const {
    return (lines - 1) * stage_.source.window.stride + stage_.source.window.height;
  }

  /// The lines of the source, without border, that these lines of results read after the first `known` ones.
  [[nodiscard]] Lines inside_lines(const Lines& lines, Index known) const {
    const Index begin = lines.begin * stage_.window.stride - stage_.window.top;
    return {std::max<Index>(begin + known, 0),
            std::min(begin + source_lines(lines.count()), stage_.source.shape.height)};
  }

  /// Lines number `known` to `count` of the chunk.
  void fill(const PackedMatrix::Panel& panel, const Lines& lines, Index known, Index count,
            const Memory& memory) const {
    const Index width = panel.vectors * kernels_.lanes, line_floats = cells_ * width;
    const Index top = lines.begin * stage_.window.stride - stage_.window.top;
    const Lines inside = inside_lines(lines, 0);
    for (Index i = known; i < count; ++i) {
      const Index y = top + i;
      float* line = memory.chunk + i * line_floats;
      if (y < 0 || y >= stage_.source.shape.height) {
        std::fill_n(line, line_floats, 0.0f);
        continue;
      }
      float* inner = std::fill_n(line, stage_.window.left * width, 0.0f);
      if (stage_.source.matrix != nullptr)
        multiply_line(panel, y, y - inside.begin, memory.fetched, inner);
      else
        copy_line(panel, y, inner);
      std::fill_n(inner + stage_.source.shape.width * width, stage_.window.right * width, 0.0f);
    }
  }

  void multiply_line(const PackedMatrix::Panel& panel, Index y, Index fetched_line, const float* fetched,
                     float* out) const {
    const DepthwiseSource& source = stage_.source;
    RowsProduct rows;
    rows.a = fetches_ ? fetched + fetched_line * source.window.stride * read_.line_floats() : source.in.line(y);
    rows.a_pitch = source.window.stride * source.in.pitch;
    rows.runs = source.window.height;
    rows.run_pitch = read_.line_floats();
    rows.out = out - panel.first;
    rows.out_pitch = panel.vectors * kernels_.lanes;
    rows.rows = source.shape.width;
    rows.clamp = source.clamp;
    multiply(kernels_, *source.matrix, panel, rows);
  }

  void copy_line(const PackedMatrix::Panel& panel, Index y, float* out) const {
    const ConstMap& in = stage_.source.in;
    const float* from = in.line(y) + panel.first;
    for (Index x = 0; x < in.width; ++x, from += in.pitch) out = std::copy_n(from, panel.vectors * kernels_.lanes, out);
  }

  void filter(const PackedMatrix::Panel& panel, const Lines& lines, const float* chunk, float* out, Index pitch) const {
    DepthwiseLine line;
    line.in_cell = panel.vectors * kernels_.lanes;
    line.in_line = cells_ * line.in_cell;
    line.weights = stage_.weights->factors.data() + panel.first * stage_.window.height * stage_.window.width;
    line.bias = stage_.weights->bias.data() + panel.first;
    line.out_cell = pitch;
    line.columns = stage_.window.out_width;
    line.vectors = panel.vectors;
    line.height = stage_.window.height;
    line.width = stage_.window.width;
    line.stride = stage_.window.stride;
    line.clamp = stage_.clamp;
    for (Index i = 0; i < lines.count(); ++i) {
      line.in = chunk + i * stage_.window.stride * line.in_line;
      line.out = out + i * line.columns * pitch + panel.first;
      kernels_.depthwise(line);
    }
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
  static constexpr Index kChunkFloats = 1 << 17;
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
  /// What is between should stay in the second-level cache, beside weights.
  static constexpr Index kMiddleFloats = 1 << 17;

  void project(const Lines& lines, const float* middle) const {
    RowsProduct rows;
    rows.a = middle;
    rows.a_pitch = middle_pitch_;
    if (finish_.addend.data != nullptr) rows.addend = finish_.addend.line(lines.begin);
    rows.addend_pitch = rows.out_pitch = out_.pitch;
    rows.out = out_.line(lines.begin);
    rows.rows = lines.count() * out_.width;
    rows.clamp = finish_.clamp;
    for (const auto& panel : matrix_.panels) multiply(kernels_, matrix_, panel, rows);
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
