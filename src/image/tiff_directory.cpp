// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "image/tiff_directory.hpp"

#include <algorithm>
#include <array>

namespace venloc::container {
namespace {

constexpr std::uint32_t kSubDirectories = 330;

// 16 to 18 are BigTIFF's, which libtiff takes in other files too.
std::size_t size_of_type(std::uint32_t type) {
  constexpr std::array<std::size_t, 19> kSizes{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};
  return type < kSizes.size() ? kSizes[type] : 0;
}

}  // namespace

const TiffEntry* TiffDirectory::find(std::uint32_t tag) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.tag == tag; });
  return found == entries.end() ? nullptr : &*found;
}

bool is_tiff(std::span<const std::byte> encoded) {
  const Bytes bytes(encoded);
  if (!bytes.has(0, 8) || !(bytes.starts_with("II") || bytes.starts_with("MM"))) return false;
  const auto version = Bytes(encoded, bytes.starts_with("II")).u16(2);
  return version == 42 || version == 43;
}

TiffReader::TiffReader(std::span<const std::byte> encoded)
    : bytes_(encoded, Bytes(encoded).starts_with("II")),
      little_endian_(Bytes(encoded).starts_with("II")),
      big_(bytes_.u16(2) == 43) {}

std::size_t TiffReader::first_directory() const { return big_ ? bytes_.u64(8) : bytes_.u32(4); }

TiffDirectory TiffReader::directory(std::size_t offset) const {
  const std::size_t head = big_ ? 8 : 2;
  const std::size_t entry_size = big_ ? 20 : 12;
  const std::size_t word = big_ ? 8 : 4;  // of a count and of an offset
  if (!bytes_.has(offset, head)) throw CutShort();
  const std::size_t count = big_ ? bytes_.u64(offset) : bytes_.u16(offset);
  if (count > bytes_.size() / entry_size || !bytes_.has(offset + head, count * entry_size)) throw CutShort();
  const auto number_at = [&](std::size_t at) -> std::size_t { return big_ ? bytes_.u64(at) : bytes_.u32(at); };
  TiffDirectory directory;
  for (std::size_t i = 0; i < count; ++i) {
    TiffEntry entry;
    entry.position = offset + head + entry_size * i;
    entry.tag = bytes_.u16(entry.position);
    entry.type = bytes_.u16(entry.position + 2);
    entry.count = number_at(entry.position + 4);
    const auto size = size_of_type(entry.type);
    if (size == 0 || entry.count > bytes_.size()) continue;
    entry.value_size = entry.count * size;
    const auto inside = entry.position + 4 + word;
    entry.value_offset = entry.value_size <= word ? inside : number_at(inside);
    directory.entries.push_back(entry);
  }
  const auto end = offset + head + count * entry_size;
  if (bytes_.has(end, word)) directory.next = number_at(end);
  return directory;
}

std::uint64_t TiffReader::number(const TiffEntry& entry, std::size_t index) const {
  if (index >= entry.count) throw CutShort();
  const auto at = entry.value_offset + index * size_of_type(entry.type);
  switch (entry.type) {
    case 1:  // BYTE
      return bytes_.u8(at);
    case 3:  // SHORT
      return bytes_.u16(at);
    case 4:   // LONG
    case 13:  // IFD
      return bytes_.u32(at);
    case 6:  // SBYTE
      return static_cast<std::uint64_t>(static_cast<std::int8_t>(bytes_.u8(at)));
    case 8:  // SSHORT
      return static_cast<std::uint64_t>(static_cast<std::int16_t>(bytes_.u16(at)));
    case 9:  // SLONG
      return static_cast<std::uint64_t>(static_cast<std::int32_t>(bytes_.u32(at)));
    case 16:  // LONG8
    case 17:  // SLONG8
    case 18:  // IFD8
      return bytes_.u64(at);
    default:
      throw CutShort();
  }
}

std::vector<std::size_t> TiffReader::all_directories(std::size_t limit) const {
  std::vector<std::size_t> found;
  const auto add = [&](std::size_t offset) {
    if (offset == 0 || found.size() >= limit || std::find(found.begin(), found.end(), offset) != found.end())
      return false;
    found.push_back(offset);
    return true;
  };
  std::size_t next = first_directory();
  while (add(next)) {
    TiffDirectory current;
    try {
      current = directory(next);
      if (const auto* inner = current.find(kSubDirectories))
        for (std::size_t i = 0; i < std::min(inner->count, limit); ++i) add(number(*inner, i));
    } catch (const CutShort&) {
      break;  // what comes before is whole
    }
    next = current.next;
  }
  return found;
}

}  // namespace venloc::container
