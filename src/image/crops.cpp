// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "image/crops.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace venloc {
namespace {

Image cropped(const Image& picture, int left, int top, int width, int height) {
  std::vector<std::uint8_t> pixels;
  const auto channels = static_cast<std::size_t>(picture.channels());
  for (int y = top; y < top + height; ++y) {
    const auto row = picture.pixels().subspan(
        (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width()) + static_cast<std::size_t>(left)) *
            channels,
        static_cast<std::size_t>(width) * channels);
    pixels.insert(pixels.end(), row.begin(), row.end());
  }
  return {width, height, picture.channels(), std::move(pixels)};
}

}  // namespace

std::vector<Image> crops_of(const Image& picture, int crops) {
  std::vector<Image> out = {picture};
  if (crops == 1) return out;
  const int width = picture.width(), height = picture.height();
  const int wide = std::max(1, 3 * width / 4), high = std::max(1, 3 * height / 4);
  for (const int top : {0, height - high})
    for (const int left : {0, width - wide}) out.push_back(cropped(picture, left, top, wide, high));
  return out;
}

}  // namespace venloc
