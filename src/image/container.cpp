// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "image/container.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

#include "image/decoders.hpp"
#include "image/formats.hpp"
#include "image/jpeg_segments.hpp"
#include "image/tiff.hpp"
#include "venloc/core/error.hpp"

namespace venloc::container {
namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& what) { throw ImageError(name + ": " + what); }

// --- JPEG ---------------------------------------------------------------------------------------------------------

bool is_frame_header(std::uint32_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

}  // namespace

JpegSegment next_jpeg_segment(const Bytes& bytes, std::size_t position) {
  for (;; ++position) {
    if (bytes.u8(position) != 0xFF) continue;
    const auto marker = bytes.u8(position + 1);
    if (marker == 0 || marker == 0xFF || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) continue;
    JpegSegment segment{marker, position, position + 2};
    if (marker == kJpegEnd) return segment;
    const auto length = bytes.u16(position + 2);
    if (length < 2) continue;
    segment.end = position + 2 + length;
    if (!bytes.has(segment.begin, segment.end - segment.begin)) throw CutShort();
    return segment;
  }
}

Head read_jpeg_head(const Encoded& file, const std::string& name) {
  const Bytes bytes(file.bytes);
  Head head;
  for (std::size_t position = 2;;) {
    const auto segment = next_jpeg_segment(bytes, position);
    if (segment.marker == 0xD9 || segment.marker == 0xDA)
      refuse(name, "damaged JPEG: it has no size before its data. Copy or download it again.");
    if (is_frame_header(segment.marker)) {
      const auto precision = bytes.u8(segment.begin + 4);
      if (precision != 8)
        refuse(name,
               "JPEG with " + std::to_string(precision) + " bits a channel is not supported. Save it with 8 bits.");
      if (segment.marker != 0xC0 && segment.marker != 0xC1 && segment.marker != 0xC2 && segment.marker != 0xC9 &&
          segment.marker != 0xCA)
        refuse(name, "lossless or hierarchical JPEG is not supported. Save it as baseline JPEG.");
      const auto components = bytes.u8(segment.begin + 9);
      if (components != 1 && components != 3 && components != 4)
        refuse(name, "damaged JPEG: " + std::to_string(components) + " colour components. Copy or download it again.");
      head.info = {"jpeg", static_cast<int>(bytes.u16(segment.begin + 7)),
                   static_cast<int>(bytes.u16(segment.begin + 5))};
      head.gray = components == 1;
      return head;
    }
    position = segment.end;
  }
}

// --- PNG ----------------------------------------------------------------------------------------------------------

Head read_png_head(const Encoded& file, const std::string& name) {
  const Bytes bytes(file.bytes);
  if (!bytes.starts_with("IHDR", 12))
    refuse(name, "damaged PNG: it does not begin with its size. Copy or download it again.");
  constexpr auto kLargest = static_cast<std::uint32_t>(std::numeric_limits<int>::max());
  const auto width = bytes.u32(16);
  const auto height = bytes.u32(20);
  if (width > kLargest || height > kLargest) refuse(name, "damaged PNG: impossible size. Copy or download it again.");
  const auto color_type = bytes.u8(25);
  Head head;
  head.info = {"png", static_cast<int>(width), static_cast<int>(height)};
  head.gray = color_type == 0 || color_type == 4;
  return head;
}

// --- WebP ---------------------------------------------------------------------------------------------------------

Head read_webp_head(const Encoded& file, const std::string& name) {
  const Bytes bytes(file.bytes, true);
  Head head;
  head.info.format = "webp";
  if (bytes.starts_with("VP8 ", 12)) {
    if (bytes.u24(23) != 0x2A019Du) refuse(name, "damaged WebP: no key frame. Copy or download it again.");
    head.info.width = static_cast<int>(bytes.u16(26) & 0x3FFFu);
    head.info.height = static_cast<int>(bytes.u16(28) & 0x3FFFu);
  } else if (bytes.starts_with("VP8L", 12)) {
    const auto bits = bytes.u32(21);
    head.info.width = static_cast<int>(bits & 0x3FFFu) + 1;
    head.info.height = static_cast<int>((bits >> 14) & 0x3FFFu) + 1;
  } else if (bytes.starts_with("VP8X", 12)) {
    if ((bytes.u8(20) & 0x02u) != 0) refuse(name, "animated WebP is not supported. Save one frame of it.");
    head.info.width = static_cast<int>(bytes.u24(24)) + 1;
    head.info.height = static_cast<int>(bytes.u24(27)) + 1;
  } else {
    refuse(name, "damaged WebP: unknown content. Copy or download it again.");
  }
  return head;
}

// --- TIFF ---------------------------------------------------------------------------------------------------------

void check_preview(int width, int height, int raw_side, const std::string& name) {
  // A smaller preview is a thumbnail, which shows less than can be recognised.
  constexpr int kSmallestPreviewPx = 1024;
  const int side = std::max(width, height);
  if (side < kSmallestPreviewPx || side < raw_side / 2)
    refuse(name, "a camera's raw file whose largest preview has " + std::to_string(width) + " x " +
                     std::to_string(height) + " px, too few to be the picture. Export it as JPEG.");
}

std::string preview_note(int width, int height) {
  return "a raw file; its embedded preview of " + std::to_string(width) + " x " + std::to_string(height) +
         " px was read";
}

Head read_tiff_head(const Encoded& file, const std::string& name) {
  const auto picture = choose_tiff_picture(file, name);
  const auto& page = picture.page;
  Head head;
  head.info = {picture.raw ? "raw" : "tiff", static_cast<int>(page.width), static_cast<int>(page.height)};
  head.gray = !page.jpeg && page.color_space.value_or(0) <= 1;
  return head;
}

// --- BMP ----------------------------------------------------------------------------------------------------------

Head read_bmp_head(const Encoded& file, const std::string& name) {
  const Bytes bytes(file.bytes, true);
  const auto header_size = bytes.u32(14);
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::uint32_t compression = 0;
  if (header_size == 12) {
    width = bytes.u16(18);
    height = bytes.u16(20);
  } else if (header_size >= 40 && header_size <= 124) {
    width = static_cast<std::int32_t>(bytes.u32(18));
    height = std::abs(static_cast<std::int64_t>(static_cast<std::int32_t>(bytes.u32(22))));
    compression = bytes.u32(30);
  } else {
    refuse(name, "damaged BMP: impossible header. Copy or download it again.");
  }
  constexpr std::int64_t kLargest = std::numeric_limits<int>::max();
  if (width < 0 || height > kLargest) refuse(name, "damaged BMP: impossible size. Copy or download it again.");
  if (compression == 4 || compression == 5)
    refuse(name, "BMP with an embedded JPEG or PNG is not supported. Save it as PNG or JPEG.");
  Head head;
  head.info = {"bmp", static_cast<int>(width), static_cast<int>(height)};
  return head;
}

void check_bmp_complete(std::span<const std::byte> encoded, const Head& head) {
  const Bytes bytes(encoded, true);
  const bool small_header = bytes.u32(14) == 12;
  const std::uint64_t bits = small_header ? bytes.u16(24) : bytes.u16(28);
  const auto compression = small_header ? 0u : bytes.u32(30);
  if (compression == 1 || compression == 2) return;  // run lengths: the size is not known beforehand
  const auto row = (bits * static_cast<std::uint64_t>(head.info.width) + 31) / 32 * 4;
  if (bytes.u32(10) + row * static_cast<std::uint64_t>(head.info.height) > encoded.size()) throw CutShort();
}

// --- PNM ----------------------------------------------------------------------------------------------------------

namespace {

bool is_space(std::uint32_t character) { return character == ' ' || (character >= '\t' && character <= '\r'); }

}  // namespace

Head read_pnm_head(const Encoded& file, const std::string& name) {
  const Bytes bytes(file.bytes);
  const auto kind = bytes.u8(1);
  std::size_t position = 2;
  const auto number = [&] {
    for (;; ++position) {
      if (bytes.u8(position) == '#')
        while (bytes.u8(position) != '\n') ++position;
      else if (!is_space(bytes.u8(position)))
        break;
    }
    std::int64_t value = 0;
    bool any = false;
    for (; bytes.u8(position) >= '0' && bytes.u8(position) <= '9'; ++position, any = true)
      value = std::min<std::int64_t>(value * 10 + bytes.u8(position) - '0', std::numeric_limits<int>::max());
    if (!any) refuse(name, "damaged PNM: its size is not a number. Copy or download it again.");
    return static_cast<int>(value);
  };
  Head head;
  head.info.format = "pnm";
  head.info.width = number();
  head.info.height = number();
  head.gray = kind != '3' && kind != '6';
  const auto maximum = kind == '1' || kind == '4' ? 1 : number();
  if (maximum < 1 || maximum > 65535)
    refuse(name, "damaged PNM: its maximum value is " + std::to_string(maximum) + ". Copy or download it again.");
  head.maximum = static_cast<std::uint32_t>(maximum);
  head.pixels_offset = position + 1;
  return head;
}

// --- all --------------------------------------------------------------------------------------------------------

bool Bytes::starts_with(const char* text, std::size_t offset) const {
  const auto length = std::strlen(text);
  return has(offset, length) && std::memcmp(data_.data() + offset, text, length) == 0;
}

std::uint32_t Bytes::number(std::size_t offset, std::size_t count) const {
  if (!has(offset, count)) throw CutShort();
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i)
    value = (value << 8) | std::to_integer<std::uint32_t>(data_[offset + (little_endian_ ? count - 1 - i : i)]);
  return value;
}

Head read_head(std::span<const std::byte> encoded, const std::string& name) {
  return read_head(Encoded{encoded}, name);
}

Head read_head(const Encoded& file, const std::string& name) {
  if (file.bytes.empty()) refuse(name, "the file is empty. Copy or download it again.");
  const auto* format = format_of(file.bytes);
  if (format == nullptr || !is_readable(*format)) refuse_format(file.bytes, name);
  try {
    auto head = format->read_head(file, name);
    if (head.info.width <= 0 || head.info.height <= 0)
      refuse(name, "damaged picture: its size is " + std::to_string(head.info.width) + " x " +
                       std::to_string(head.info.height) + ".");
    return head;
  } catch (const CutShort&) {
    refuse_cut_short(name);
  }
}

}  // namespace venloc::container
