// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "core/platform.hpp"

namespace venloc {

/// A picture file as decoders see it: bytes in memory, or pages of a file that the system loads when they are read.
struct Encoded {
  std::span<const std::byte> bytes;
  bool mapped = false;

  /// For a decoder that does not need this part any more: of a mapped file it leaves memory.
  void passed(std::size_t begin, std::size_t size) const {
    if (mapped && begin < bytes.size())
      platform::release_pages(bytes.subspan(begin, std::min(size, bytes.size() - begin)));
  }
  [[nodiscard]] Encoded part(std::size_t begin, std::size_t size) const { return {bytes.subspan(begin, size), mapped}; }
};

}  // namespace venloc
