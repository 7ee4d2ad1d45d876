// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "venloc/image/image.hpp"

namespace venloc {

inline constexpr std::size_t kColours = 128;  ///< 8 hues x 4 saturations x 4 values

/// Square roots of the share of each colour, so that a product compares histograms by Hellinger's distance: a vector of
/// unit length, a value v stored as 255 v.
using ColourHistogram = std::array<std::uint8_t, kColours>;

/// Colours of the picture at 64 x 64 px. Throws ImageError for an empty picture.
ColourHistogram colour_histogram(const Image& image);

/// Cosine of the angle between two histograms, 0 to 1.
float similarity(const ColourHistogram& a, const ColourHistogram& b);

/// Whether it is of unit length, up to rounding.
bool is_valid(const ColourHistogram& histogram);

}  // namespace venloc
