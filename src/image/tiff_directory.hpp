// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "image/container.hpp"

// Directories of TIFF and BigTIFF files, entry by entry: for tags, which libtiff reads only where it knows them.
namespace venloc::container {

/// One entry of a directory. Its value lies at value_offset, value_size bytes long.
struct TiffEntry {
  std::size_t position = 0;  ///< of the entry itself
  std::uint32_t tag = 0;
  std::uint32_t type = 0;
  std::size_t count = 0;
  std::size_t value_offset = 0;
  std::size_t value_size = 0;
};

/// A directory and where the next one is: 0 behind the last.
struct TiffDirectory {
  std::vector<TiffEntry> entries;
  std::size_t next = 0;

  /// The first entry of that tag, or null.
  [[nodiscard]] const TiffEntry* find(std::uint32_t tag) const;
};

/// Whether the bytes begin like a TIFF or a BigTIFF.
bool is_tiff(std::span<const std::byte> encoded);

/// Reads directories of a TIFF in its byte order. All functions throw CutShort where the file lacks what they need.
class TiffReader {
 public:
  explicit TiffReader(std::span<const std::byte> encoded);

  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  [[nodiscard]] bool little_endian() const { return little_endian_; }
  [[nodiscard]] std::size_t first_directory() const;
  /// The directory at `offset`; entries of unknown type are left out.
  [[nodiscard]] TiffDirectory directory(std::size_t offset) const;
  /// The whole number at `index` of an entry; negative ones come out very large. Throws CutShort for other types.
  [[nodiscard]] std::uint64_t number(const TiffEntry& entry, std::size_t index = 0) const;
  /// The bytes of an entry's value.
  [[nodiscard]] std::span<const std::byte> value(const TiffEntry& entry) const {
    return bytes_.slice(entry.value_offset, entry.value_size);
  }
  /// Offsets of all directories with pictures: those of the chain, each followed by those in its tag SubIFDs. At most
  /// `limit`; a circle ends the list.
  [[nodiscard]] std::vector<std::size_t> all_directories(std::size_t limit) const;

 private:
  Bytes bytes_;
  bool little_endian_;
  bool big_;
};

}  // namespace venloc::container
