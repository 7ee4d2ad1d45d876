// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

// What libtiff reads from a TIFF. OpenCV decodes it with libtiff too, so what is checked is what will be decoded.
// Memory is taken in proportion to the size of the file, whatever it claims.
namespace venloc::container {

/// Tags of the first directory.
struct TiffTags {
  bool readable = false;  ///< whether all of the directory could be read; else what came before the fault is here
  std::uint32_t width = 0, height = 0;            ///< [px], 0 where it is missing
  std::uint32_t tile_width = 0, tile_height = 0;  ///< [px], 0 in a file of strips
  int bits = 1;                                   ///< of a sample
  int samples = 1;                                ///< of a pixel
  int sample_format = 1;                          ///< 1 are unsigned numbers, 3 floating-point ones
  std::optional<int> color_space;                 ///< 0 and 1 are grey, 2 is RGB
  int extra_sample = 0;                           ///< the first one: 1 is a premultiplied, 2 a straight opacity
};

/// Throws CutShort where the directory is not in the file.
TiffTags read_tiff_tags(std::span<const std::byte> encoded);

/// Throws CutShort where a strip or tile is not in the file.
void check_tiff_complete(std::span<const std::byte> encoded);

}  // namespace venloc::container
