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

/// Lets a mapped file leave memory behind a reader that goes through it. Only whole pages can leave, so it is done by
/// large pieces.
class ReadThrough {
 public:
  /// The reader has used this part.
  void used(const Encoded& file, std::size_t begin, std::size_t size) {
    constexpr std::size_t kPiece = std::size_t{1} << 20;
    if (begin < passed_) passed_ = begin;
    if (begin + size < passed_ + kPiece) return;
    file.passed(passed_, begin + size - passed_);
    passed_ = begin + size;
  }

 private:
  std::size_t passed_ = 0;  ///< what lies before has left memory
};

}  // namespace venloc
