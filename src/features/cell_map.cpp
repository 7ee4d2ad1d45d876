// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/cell_map.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "venloc/core/error.hpp"

namespace venloc {
namespace {

constexpr float kGemFloor = 1e-6f;     // as in the paper: maps are not negative, and the root of 0 has no slope
constexpr double kWindowOverlap = 0.4;  // of neighbouring windows, as a share of their side

/// Begin and length of each of the grid's windows along a side of so many cells.
std::vector<std::pair<int, int>> intervals(int cells, int grid) {
  const double share = 1.0 / (grid - (grid - 1) * kWindowOverlap);
  const int length = std::max(1, static_cast<int>(std::lround(share * cells)));
  std::vector<std::pair<int, int>> out;
  for (int i = 0; i < grid; ++i)
    out.emplace_back(
        grid == 1 ? 0 : static_cast<int>(std::lround(static_cast<double>(i * (cells - length)) / (grid - 1))), length);
  return out;
}

void raise(std::vector<float>& values, double power) {
  constexpr double kCube = 3.0;  // the default, for which no logarithm is needed
  if (power == kCube) {
    for (float& value : values) {
      const float floored = std::max(value, kGemFloor);
      value = floored * floored * floored;
    }
    return;
  }
  const auto exponent = static_cast<float>(power);
  for (float& value : values) value = std::pow(std::max(value, kGemFloor), exponent);
}

}  // namespace

FeatureMap to_feature_map(const CellMap& map) {
  FeatureMap out;
  out.channels = map.channels;
  out.height = map.height;
  out.width = map.width;
  const auto channels = static_cast<std::size_t>(map.channels), cells = map.values.size() / channels;
  out.values.resize(map.values.size());
  for (std::size_t i = 0; i < cells; ++i)
    for (std::size_t c = 0; c < channels; ++c) out.values[c * cells + i] = map.values[i * channels + c];
  return out;
}

Image sized_for(const Preprocessing& preprocessing, const Image& picture, int long_side_px) {
  if (picture.empty()) throw InvalidArgumentError("the picture is empty: give one with pixels");
  const int smallest = preprocessing.min_side_px;
  Image sized = picture.shrunk_to(long_side_px);
  if (std::min(sized.width(), sized.height()) >= smallest) return sized;
  return sized.resized(std::max(sized.width(), smallest), std::max(sized.height(), smallest));
}

CellMap network_input(const Preprocessing& preprocessing, const Image& sized) {
  CellMap out{sized.height(), sized.width(), 3, {}};
  const auto pixels = sized.pixels();
  const auto own = static_cast<std::size_t>(sized.channels()), cells = pixels.size() / own;
  out.values.resize(cells * 3);
  for (std::size_t c = 0; c < 3; ++c) {
    const auto mean = static_cast<float>(preprocessing.mean[c]), deviation = static_cast<float>(preprocessing.deviation[c]);
    const std::size_t from = own == 1 ? 0 : c;
    for (std::size_t i = 0; i < cells; ++i)
      out.values[i * 3 + c] = (static_cast<float>(pixels[i * own + from]) - mean) / deviation;
  }
  return out;
}

Pooler::Pooler(CellMap map, Pooling pooling, double gem_p) : map_(std::move(map)), pooling_(pooling), gem_p_(gem_p) {
  if (pooling_ == Pooling::kGem) raise(map_.values, gem_p_);
}

void Pooler::pool(const Window& window, float* out) const {
  const auto channels = static_cast<std::size_t>(map_.channels);
  const bool largest = pooling_ == Pooling::kMax;
  const auto row = [&](int y) {
    return map_.values.data() +
           (static_cast<std::size_t>(y) * static_cast<std::size_t>(map_.width) + static_cast<std::size_t>(window.left)) *
               channels;
  };
  std::vector<double> all(row(window.top), row(window.top) + channels);
  if (!largest) std::ranges::fill(all, 0.0);
  for (int y = window.top; y < window.top + window.height; ++y) {
    const float* cell = row(y);
    for (int x = 0; x < window.width; ++x, cell += channels)
      for (std::size_t c = 0; c < channels; ++c) {
        const auto value = static_cast<double>(cell[c]);
        all[c] = largest ? std::max(all[c], value) : all[c] + value;
      }
  }
  const double cells = largest ? 1.0 : static_cast<double>(window.height) * window.width;
  for (std::size_t c = 0; c < channels; ++c) {
    const double mean = all[c] / cells;
    out[c] = static_cast<float>(pooling_ == Pooling::kGem ? std::pow(mean, 1 / gem_p_) : mean);
  }
}

std::vector<Window> grid_windows(int height, int width, int grid) {
  std::vector<Window> out;
  for (const auto& [top, high] : intervals(height, grid))
    for (const auto& [left, wide] : intervals(width, grid)) out.push_back({top, left, high, wide});
  return out;
}

}  // namespace venloc
