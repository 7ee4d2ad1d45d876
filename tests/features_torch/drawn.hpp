// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "venloc/image/image.hpp"

/// A picture with gradients, waves and squares.
inline venloc::Image drawn(int width, int height, int channels = 3) {
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < channels; ++c)
        pixels.push_back(
            static_cast<std::uint8_t>((3 * x + 5 * y + 40 * c + (x * y) / 16 + 60 * ((x / 16 + y / 16) % 2)) % 256));
  return {width, height, channels, std::move(pixels)};
}
