// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/inference/map_tasks.hpp"

#include <algorithm>
#include <utility>

namespace venloc::inference {
namespace {

/// A part for each line of the result, computed by a function of the line.
template <typename Line>
class LineTask : public Task {
 public:
  LineTask(Index lines, Line line) : lines_(lines), line_(std::move(line)) {}
  [[nodiscard]] Index parts() const override { return lines_; }
  void run(Index part, float* /*scratch*/) const override { line_(part); }

 private:
  Index lines_;
  Line line_;
};

template <typename Line>
std::unique_ptr<const Task> by_lines(Index lines, Line line) {
  return std::make_unique<LineTask<Line>>(lines, std::move(line));
}

float clamped(float x, const Clamp& clamp) {
  x = x < clamp.low ? clamp.low : x;
  return x > clamp.high ? clamp.high : x;
}

/// Calls take(cell) for the cells of the map inside of the window whose result is at (y, x).
template <typename Take>
void for_window(const ConstMap& in, const Window& window, Index y, Index x, const Take& take) {
  const Index top = y * window.stride - window.top, left = x * window.stride - window.left;
  const Index bottom = std::min(top + window.height, in.height), right = std::min(left + window.width, in.width);
  for (Index v = std::max<Index>(top, 0); v < bottom; ++v)
    for (Index u = std::max<Index>(left, 0); u < right; ++u) take(in.line(v) + u * in.pitch);
}

}  // namespace

std::unique_ptr<const Task> norm_task(const ConstMap& in, const float* factors, const float* bias, const Map& out,
                                      const Clamp& clamp) {
  return by_lines(out.height, [=](Index y) {
    for (Index x = 0; x < out.width; ++x) {
      const float* from = in.line(y) + x * in.pitch;
      float* to = out.line(y) + x * out.pitch;
      for (Index c = 0; c < in.channels; ++c) to[c] = clamped(from[c] * factors[c] + bias[c], clamp);
      std::fill(to + in.channels, to + out.pitch, 0.0f);
    }
  });
}

std::unique_ptr<const Task> sum_task(const ConstMap& x, const ConstMap& y, float scale, const Map& out,
                                     const Clamp& clamp) {
  return by_lines(out.height, [=](Index line) {
    const float *from = x.line(line), *add = y.line(line);
    float* to = out.line(line);
    for (Index i = 0; i < out.width * out.pitch; ++i) to[i] = clamped(from[i] + scale * add[i], clamp);
  });
}

std::unique_ptr<const Task> max_pool_task(const ConstMap& in, const Window& window, const Map& out) {
  return by_lines(out.height, [=](Index y) {
    for (Index x = 0; x < out.width; ++x) {
      float* to = out.line(y) + x * out.pitch;
      std::fill_n(to, in.channels, -std::numeric_limits<float>::infinity());
      std::fill(to + in.channels, to + out.pitch, 0.0f);
      for_window(in, window, y, x, [&](const float* from) {
        for (Index c = 0; c < in.channels; ++c) to[c] = to[c] > from[c] ? to[c] : from[c];
      });
    }
  });
}

std::unique_ptr<const Task> average_pool_task(const ConstMap& in, const Window& window, bool count_border,
                                              const Map& out) {
  return by_lines(out.height, [=](Index y) {
    for (Index x = 0; x < out.width; ++x) {
      float* to = out.line(y) + x * out.pitch;
      std::fill_n(to, out.pitch, 0.0f);
      Index count = 0;
      for_window(in, window, y, x, [&](const float* from) {
        ++count;
        for (Index c = 0; c < in.channels; ++c) to[c] += from[c];
      });
      const auto cells = static_cast<float>(count_border ? window.height * window.width : count);
      for (Index c = 0; c < in.channels; ++c) to[c] /= cells;
    }
  });
}

std::unique_ptr<const Task> concatenate_task(std::vector<ConstMap> parts, const Map& out) {
  return by_lines(out.height, [=, parts = std::move(parts)](Index y) {
    for (Index x = 0; x < out.width; ++x) {
      float* to = out.line(y) + x * out.pitch;
      float* const end = to + out.pitch;
      for (const ConstMap& part : parts) to = std::copy_n(part.line(y) + x * part.pitch, part.channels, to);
      std::fill(to, end, 0.0f);
    }
  });
}

std::unique_ptr<const Task> pad_task(const ConstMap& in, const Window& border, const Map& out) {
  return by_lines(out.height, [=](Index y) {
    float* to = out.line(y);
    std::fill_n(to, out.width * out.pitch, 0.0f);
    if (y < border.top || y >= border.top + in.height) return;
    for (Index x = 0; x < in.width; ++x)
      std::copy_n(in.line(y - border.top) + x * in.pitch, in.channels, to + (border.left + x) * out.pitch);
  });
}

}  // namespace venloc::inference
