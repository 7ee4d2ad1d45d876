// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "image/tiff.hpp"

#include <tiffio.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>

#include "image/container.hpp"

namespace venloc::container {
namespace {

/// A file in memory, as libtiff reads it.
struct TiffMemory {
  std::span<const std::byte> bytes;
  std::uint64_t position = 0;
};

tmsize_t read_memory(thandle_t handle, void* to, tmsize_t count) {
  auto& memory = *static_cast<TiffMemory*>(handle);
  const auto begin = std::min<std::uint64_t>(memory.position, memory.bytes.size());
  const auto size = std::min<std::uint64_t>(static_cast<std::uint64_t>(count), memory.bytes.size() - begin);
  if (size > 0) std::memcpy(to, memory.bytes.data() + begin, size);
  memory.position = begin + size;
  return static_cast<tmsize_t>(size);
}

tmsize_t refuse_to_write(thandle_t, void*, tmsize_t) { return -1; }

toff_t seek_memory(thandle_t handle, toff_t offset, int from) {
  auto& memory = *static_cast<TiffMemory*>(handle);
  // An offset from the current position may be negative; unsigned numbers wrap to the same.
  memory.position = offset + (from == SEEK_CUR ? memory.position : from == SEEK_END ? memory.bytes.size() : 0);
  return memory.position;
}

int leave_memory(thandle_t) { return 0; }

toff_t size_of_memory(thandle_t handle) { return static_cast<TiffMemory*>(handle)->bytes.size(); }

int keep_silent(TIFF*, void*, const char*, const char*, va_list) { return 1; }

/// An opened TIFF whose first directory has not been read yet.
class TiffFile {
 public:
  explicit TiffFile(std::span<const std::byte> encoded) : memory_{encoded} {
    const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> options(TIFFOpenOptionsAlloc(),
                                                                               &TIFFOpenOptionsFree);
    if (!options) throw std::bad_alloc();
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), &keep_silent, nullptr);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), &keep_silent, nullptr);
    // The numbers of a head are widened to at most four times their bytes.
    constexpr std::size_t kOwnMemory = std::size_t{64} << 10;
    TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), static_cast<tmsize_t>(4 * encoded.size() + kOwnMemory));
    // Only the head of the file (h), not mapped (m), strips as they are (c), their positions on request (O).
    file_.reset(TIFFClientOpenExt("", "rhmcO", &memory_, &read_memory, &refuse_to_write, &seek_memory, &leave_memory,
                                  &size_of_memory, nullptr, nullptr, options.get()));
    if (!file_) throw CutShort();
  }

  TiffFile(const TiffFile&) = delete;  // libtiff has the address of memory_
  TiffFile& operator=(const TiffFile&) = delete;

  [[nodiscard]] TIFF* get() const { return file_.get(); }

  template <typename Number>
  [[nodiscard]] std::optional<Number> value(std::uint32_t tag) const {
    Number number{};
    if (TIFFGetFieldDefaulted(get(), tag, &number) == 0) return std::nullopt;
    return number;
  }

 private:
  TiffMemory memory_;
  std::unique_ptr<TIFF, void (*)(TIFF*)> file_{nullptr, &TIFFClose};
};

}  // namespace

TiffTags read_tiff_tags(std::span<const std::byte> encoded) {
  const Bytes bytes(encoded, Bytes(encoded).starts_with("II"));
  const std::size_t directory = bytes.u32(4);
  if (!bytes.has(directory, 2 + std::size_t{12} * bytes.u16(directory))) throw CutShort();

  const TiffFile file(encoded);
  TiffTags tags;
  tags.readable = TIFFReadDirectory(file.get()) != 0;
  tags.width = file.value<std::uint32_t>(TIFFTAG_IMAGEWIDTH).value_or(0);
  tags.height = file.value<std::uint32_t>(TIFFTAG_IMAGELENGTH).value_or(0);
  if (!tags.readable) return tags;
  if (TIFFIsTiled(file.get()) != 0) {
    tags.tile_width = file.value<std::uint32_t>(TIFFTAG_TILEWIDTH).value_or(0);
    tags.tile_height = file.value<std::uint32_t>(TIFFTAG_TILELENGTH).value_or(0);
  }
  tags.bits = file.value<std::uint16_t>(TIFFTAG_BITSPERSAMPLE).value_or(1);
  tags.samples = file.value<std::uint16_t>(TIFFTAG_SAMPLESPERPIXEL).value_or(1);
  tags.sample_format = file.value<std::uint16_t>(TIFFTAG_SAMPLEFORMAT).value_or(1);
  tags.color_space = file.value<std::uint16_t>(TIFFTAG_PHOTOMETRIC);
  std::uint16_t count = 0;
  const std::uint16_t* kinds = nullptr;
  if (TIFFGetField(file.get(), TIFFTAG_EXTRASAMPLES, &count, &kinds) != 0 && count > 0) tags.extra_sample = kinds[0];
  return tags;
}

void check_tiff_complete(std::span<const std::byte> encoded) {
  const TiffFile file(encoded);
  if (TIFFReadDirectory(file.get()) == 0) throw CutShort();
  const bool tiled = TIFFIsTiled(file.get()) != 0;
  const std::uint32_t blocks = tiled ? TIFFNumberOfTiles(file.get()) : TIFFNumberOfStrips(file.get());
  const Bytes bytes(encoded);
  for (std::uint32_t block = 0; block < blocks; ++block) {
    int failed_offset = 0, failed_size = 0;
    const std::uint64_t offset = TIFFGetStrileOffsetWithErr(file.get(), block, &failed_offset);
    const std::uint64_t size = TIFFGetStrileByteCountWithErr(file.get(), block, &failed_size);
    if (failed_offset != 0 || failed_size != 0 || !bytes.has(offset, size)) throw CutShort();
  }
}

}  // namespace venloc::container
