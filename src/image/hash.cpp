// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/image/hash.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "venloc/core/error.hpp"

namespace venloc {

std::uint64_t perceptual_hash(const Image& image) {
  if (image.empty()) throw InvalidArgumentError("perceptual_hash: the picture is empty: give one with pixels");
  constexpr std::size_t kSize = 32;
  constexpr std::size_t kFrequencies = 8;
  const auto small = image.to_gray().resized(kSize, kSize);

  static const auto kCosine = [] {
    std::array<std::array<double, kSize>, kFrequencies> table{};
    for (std::size_t f = 0; f < kFrequencies; ++f)
      for (std::size_t x = 0; x < kSize; ++x)
        table[f][x] = std::cos(std::numbers::pi * static_cast<double>(f) * (static_cast<double>(x) + 0.5) / kSize);
    return table;
  }();
  std::array<std::array<double, kFrequencies>, kSize> rows{};  // row y, horizontal frequency
  for (std::size_t y = 0; y < kSize; ++y)
    for (std::size_t f = 0; f < kFrequencies; ++f)
      for (std::size_t x = 0; x < kSize; ++x) rows[y][f] += kCosine[f][x] * small.pixels()[y * kSize + x];

  // In a plain picture all coefficients are 0 but for rounding, which must not decide a bit.
  constexpr double kRounding = 1e-6;
  std::uint64_t hash = 0;
  for (std::size_t v = 0; v < kFrequencies; ++v)
    for (std::size_t u = 0; u < kFrequencies; ++u) {
      double coefficient = 0.0;
      for (std::size_t y = 0; y < kSize; ++y) coefficient += kCosine[v][y] * rows[y][u];
      const bool is_mean = u == 0 && v == 0;  // the brightness: the same bit for every picture
      if (!is_mean && coefficient > kRounding) hash |= std::uint64_t{1} << (v * kFrequencies + u);
    }
  return hash;
}

}  // namespace venloc
