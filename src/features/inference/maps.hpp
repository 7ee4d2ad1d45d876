// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <tuple>
#include <utility>

#include "features/inference/kernels.hpp"
#include "features/networks/network.hpp"

namespace venloc::inference {

/// Floats that begin at a cache line, not initialised.
class Floats {
 public:
  Floats() = default;
  explicit Floats(Index count) : size_(count) {
    if (count > 0)
      data_.reset(static_cast<float*>(::operator new(static_cast<std::size_t>(count) * sizeof(float), kAlignment)));
  }
  [[nodiscard]] float* data() { return data_.get(); }
  [[nodiscard]] const float* data() const { return data_.get(); }
  [[nodiscard]] Index size() const { return size_; }

 private:
  static constexpr std::align_val_t kAlignment{64};
  struct Delete {
    void operator()(float* data) const { ::operator delete(data, kAlignment); }
  };
  std::unique_ptr<float, Delete> data_;
  Index size_ = 0;
};

/// Counts of floats that follow each other at cache lines.
constexpr Index aligned(Index count) { return (count + 15) / 16 * 16; }

/// A map in memory: cells line by line, each with its channels and zeros up to `pitch`.
struct MapShape {
  Index height = 0, width = 0, channels = 0, pitch = 0;
  [[nodiscard]] Index cells() const { return height * width; }
  [[nodiscard]] Index floats() const { return cells() * pitch; }
};

struct Map : MapShape {
  float* data = nullptr;
  [[nodiscard]] float* line(Index y) const { return data + y * width * pitch; }
};

struct ConstMap : MapShape {
  const float* data = nullptr;
  ConstMap() = default;
  ConstMap(const MapShape& shape, const float* values) : MapShape(shape), data(values) {}
  ConstMap(const Map& map) : MapShape(map), data(map.data) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] const float* line(Index y) const { return data + y * width * pitch; }
};

/// A window that moves over a map.
struct Window {
  Index height = 1, width = 1, stride = 1;
  Index top = 0, bottom = 0, left = 0, right = 0;  ///< cells of the border around the map
  Index out_height = 0, out_width = 0;

  Window() = default;
  Window(const ConvOptions& options, const MapShape& in, bool ceil = false)
      : height(options.kernel[0]), width(options.kernel[1]), stride(options.stride) {
    top = bottom = options.padding[0];
    left = right = options.padding[1];
    if (options.same) {
      std::tie(top, bottom) = same_padding(in.height, height, stride);
      std::tie(left, right) = same_padding(in.width, width, stride);
    }
    const auto places = [&](Index size, Index before, Index after, Index kernel) {
      const Index room = size + before + after - kernel + (ceil ? stride - 1 : 0);
      if (room < 0) return Index{0};
      return (ceil ? std::min(room, size + before - 1) : room) / stride + 1;
    };
    out_height = places(in.height, top, bottom, height);
    out_width = places(in.width, left, right, width);
  }

  /// Neither a neighbour nor a cell left out: each result has a cell of its own.
  [[nodiscard]] bool is_cell() const {
    return height == 1 && width == 1 && stride == 1 && top + bottom + left + right == 0;
  }
};

inline Clamp clamp_of(Activation activation) {
  Clamp clamp;
  if (activation != Activation::kNone) clamp.low = 0;
  if (activation == Activation::kRelu6) clamp.high = 6;
  return clamp;
}

}  // namespace venloc::inference
