// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "image/container.hpp"

namespace venloc::container {

/// One marker of a JPEG with what belongs to it.
struct JpegSegment {
  std::uint32_t marker = 0;
  std::size_t begin = 0;  ///< the marker's 0xFF
  std::size_t end = 0;    ///< behind the segment; of a scan: behind its header, before its entropy-coded data

  /// What follows the marker and its length.
  [[nodiscard]] std::span<const std::byte> payload(const Bytes& bytes) const {
    return bytes.slice(begin + 4, end - begin - 4);
  }
};

constexpr std::uint32_t kJpegScan = 0xDA;
constexpr std::uint32_t kJpegEnd = 0xD9;

/// The segment that starts at or behind `position`. Bytes between segments are skipped, as all decoders do. Throws
/// CutShort at the end of the file.
JpegSegment next_jpeg_segment(const Bytes& bytes, std::size_t position);

}  // namespace venloc::container
