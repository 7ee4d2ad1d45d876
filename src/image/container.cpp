// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "image/container.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

#include "image/jpeg_segments.hpp"
#include "image/tiff.hpp"
#include "image/tiff_directory.hpp"
#include "venloc/core/error.hpp"

namespace venloc::container {
namespace {

constexpr const char* kSupported = "Supported: JPEG, PNG, WebP, TIFF, BMP, PNM.";

[[noreturn]] void refuse(const std::string& name, const std::string& what) { throw ImageError(name + ": " + what); }

[[noreturn]] void refuse_cut_short(const std::string& name) {
  refuse(name, "the picture is truncated or damaged. Copy or download it again.");
}

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

namespace {

/// Behind the entropy-coded data that starts at `position`.
std::size_t end_of_scan(const Bytes& bytes, std::size_t position) {
  for (;; ++position) {
    if (!bytes.has(position, 2)) throw CutShort();
    const auto rest = bytes.data().subspan(position);
    const auto* found = static_cast<const std::byte*>(std::memchr(rest.data(), 0xFF, rest.size()));
    if (found == nullptr) throw CutShort();
    position += static_cast<std::size_t>(found - rest.data());
    const auto next = bytes.u8(position + 1);
    if (next != 0 && next != 0xFF && !(next >= 0xD0 && next <= 0xD7)) return position;
  }
}

Head read_jpeg_head(const Bytes& bytes, const std::string& name) {
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

void append(std::vector<std::uint8_t>& to, std::span<const std::byte> part) {
  const auto* first = reinterpret_cast<const std::uint8_t*>(part.data());
  to.insert(to.end(), first, first + part.size());
}

std::vector<std::uint8_t> jpeg_pixel_data(const Bytes& bytes) {
  std::vector<std::uint8_t> result;
  result.reserve(bytes.size());
  append(result, bytes.slice(0, 2));
  for (std::size_t position = 2;;) {
    auto segment = next_jpeg_segment(bytes, position);
    if (segment.marker == kJpegScan) segment.end = end_of_scan(bytes, segment.end);
    // Kept of the application segments: JFIF (0) and Adobe (14), which define how colours are stored.
    const bool skipped =
        segment.marker == 0xFE || (segment.marker > 0xE0 && segment.marker <= 0xEF && segment.marker != 0xEE);
    if (!skipped) append(result, bytes.slice(segment.begin, segment.end - segment.begin));
    if (segment.marker == 0xD9) return result;
    position = segment.end;
  }
}

// --- PNG ----------------------------------------------------------------------------------------------------------

std::uint32_t crc32(std::span<const std::byte> data) {
  static constexpr auto kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) value = (value & 1u) != 0 ? 0xEDB88320u ^ (value >> 1) : value >> 1;
      table[i] = value;
    }
    return table;
  }();
  std::uint32_t crc = 0xFFFFFFFFu;
  for (const auto byte : data) crc = kTable[(crc ^ std::to_integer<std::uint32_t>(byte)) & 0xFFu] ^ (crc >> 8);
  return ~crc;
}

Head read_png_head(const Bytes& bytes, const std::string& name) {
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
  head.bits = static_cast<int>(bytes.u8(24));
  if (color_type != 0) return head;
  for (std::size_t position = 33; bytes.has(position, 12) && !bytes.starts_with("IDAT", position + 4);
       position += bytes.u32(position) + std::size_t{12})
    if (bytes.starts_with("tRNS", position + 4)) head.transparent_gray = bytes.u16(position + 8);
  return head;
}

std::vector<std::uint8_t> png_pixel_data(const Bytes& bytes, const std::string& name) {
  std::vector<std::uint8_t> result;
  result.reserve(bytes.size());
  append(result, bytes.slice(0, 8));
  bool has_pixels = false;
  for (std::size_t position = 8;;) {
    const std::size_t length = bytes.u32(position);
    const auto chunk = bytes.slice(position, length + 12);
    const Bytes inside(chunk);
    const bool critical = (inside.u8(4) & 0x20u) == 0;  // by the case of the chunk's first letter
    if (critical || inside.starts_with("tRNS", 4)) {
      if (crc32(chunk.subspan(4, length + 4)) != inside.u32(8 + length))
        refuse(name, "damaged PNG: a checksum does not match. Copy or download it again.");
      append(result, chunk);
    }
    has_pixels = has_pixels || inside.starts_with("IDAT", 4);
    if (inside.starts_with("IEND", 4)) {
      if (!has_pixels) refuse(name, "damaged PNG: it has no pixels. Copy or download it again.");
      return result;
    }
    position += chunk.size();
  }
}

// --- WebP ---------------------------------------------------------------------------------------------------------

Head read_webp_head(std::span<const std::byte> encoded, const std::string& name) {
  const Bytes bytes(encoded, true);
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

Head read_tiff_head(std::span<const std::byte> encoded, const std::string& name) {
  if (Bytes(encoded, Bytes(encoded).starts_with("II")).u16(2) == 43)
    refuse(name, "BigTIFF is not supported. Save it as plain TIFF, PNG or JPEG.");
  const TiffTags tags = read_tiff_tags(encoded);
  constexpr std::uint32_t kLargest = std::numeric_limits<int>::max();
  if (tags.width > kLargest || tags.height > kLargest || (!tags.readable && (tags.width == 0 || tags.height == 0)))
    refuse(name, "damaged TIFF: its size is missing. Copy or download it again.");
  if (!tags.readable) refuse(name, "damaged TIFF: its header cannot be read. Copy or download it again.");
  if (tags.sample_format != 1 || tags.bits > 16)
    refuse(name, "TIFF with " + std::to_string(tags.bits) + "-bit " +
                     (tags.sample_format == 3 ? "floating-point " : "") +
                     "samples is not supported. Save it with 8 or 16 bits a channel.");
  if (!tags.color_space)
    refuse(name, "damaged TIFF: the tag for its colour space is missing. Copy or download it again.");
  if (*tags.color_space == 4 || *tags.color_space > 6)
    refuse(name, "TIFF with colour space " + std::to_string(*tags.color_space) +
                     " is not supported. Save it as grey or RGB.");
  Head head;
  head.info = {"tiff", static_cast<int>(tags.width), static_cast<int>(tags.height)};
  head.block_pixels = std::int64_t{tags.tile_width} * tags.tile_height;
  head.gray = *tags.color_space <= 1;
  if (head.gray && tags.samples != 1)
    refuse(name, "TIFF with more than one grey channel is not supported. Save it as RGB or PNG.");
  // libtiff multiplies 8-bit colours by their opacity where the file declares that this has not been done.
  if (tags.extra_sample == 1 || (tags.extra_sample == 2 && tags.bits == 8)) head.alpha = Alpha::kPremultiplied;
  return head;
}

std::vector<std::uint8_t> tiff_pixel_data(std::span<const std::byte> encoded) {
  check_tiff_complete(encoded);
  const TiffReader reader(encoded);
  const auto directory = reader.directory(reader.first_directory());
  std::vector<std::uint8_t> result;
  append(result, encoded);
  // OpenCV turns some TIFFs by itself; with the tag at "upright" all formats are turned in one place.
  if (const auto* orientation = directory.find(274)) {
    constexpr std::array<std::uint8_t, 10> kUprightLittle{3, 0, 1, 0, 0, 0, 1, 0, 0, 0};  // type, count, value
    constexpr std::array<std::uint8_t, 10> kUprightBig{0, 3, 0, 0, 0, 1, 0, 1, 0, 0};
    const auto& upright = Bytes(encoded).starts_with("II") ? kUprightLittle : kUprightBig;
    std::copy(upright.begin(), upright.end(), result.begin() + static_cast<std::ptrdiff_t>(orientation->position + 2));
  }
  return result;
}

// --- BMP ----------------------------------------------------------------------------------------------------------

Head read_bmp_head(std::span<const std::byte> encoded, const std::string& name) {
  const Bytes bytes(encoded, true);
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
  head.alpha = Alpha::kIgnored;  // the fourth byte of a BMP pixel is mostly left at 0
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

bool is_space(std::uint32_t character) { return character == ' ' || (character >= '\t' && character <= '\r'); }

Head read_pnm_head(const Bytes& bytes, const std::string& name) {
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

// --- not a picture ------------------------------------------------------------------------------------------------

std::string describe_start(const Bytes& bytes) {
  constexpr std::array<std::pair<const char*, const char*>, 7> kKnown{{{"GIF8", "it is a GIF"},
                                                                       {"%PDF", "it is a PDF"},
                                                                       {"PK\x03\x04", "it is a ZIP archive"},
                                                                       {"\xFF\x4F\xFF\x51", "it is a JPEG 2000"},
                                                                       {"8BPS", "it is a Photoshop file"},
                                                                       {"<svg", "it is an SVG drawing"},
                                                                       {"<?xml", "it is an XML file"}}};
  for (const auto& [start, what] : kKnown)
    if (bytes.starts_with(start)) return what;
  if (bytes.starts_with("ftyp", 4)) return "it is a HEIC, AVIF or video file";
  const auto head = bytes.data().first(std::min<std::size_t>(bytes.size(), 256));
  const bool text = std::all_of(head.begin(), head.end(), [](std::byte byte) {
    const auto character = std::to_integer<std::uint32_t>(byte);
    return is_space(character) || character >= 0x20;
  });
  return text ? "it begins like a text file" : "its first bytes are unknown";
}

Head dispatch_head(std::span<const std::byte> encoded, const std::string& name) {
  const Bytes bytes(encoded);
  if (bytes.starts_with("\xFF\xD8\xFF")) return read_jpeg_head(bytes, name);
  if (bytes.starts_with("\x89PNG\r\n\x1A\n")) return read_png_head(bytes, name);
  if (bytes.starts_with("RIFF") && bytes.starts_with("WEBP", 8)) return read_webp_head(encoded, name);
  if (is_tiff(encoded)) return read_tiff_head(encoded, name);
  if (bytes.starts_with("BM") && bytes.has(0, 18) && Bytes(encoded, true).u32(14) <= 124)
    return read_bmp_head(encoded, name);
  if (bytes.has(0, 3) && bytes.u8(0) == 'P' && bytes.u8(1) >= '1' && bytes.u8(1) <= '6' && is_space(bytes.u8(2)))
    return read_pnm_head(bytes, name);
  refuse(name, "not a picture venloc can read (" + describe_start(bytes) + "). " + kSupported);
}

}  // namespace

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
  if (encoded.empty()) refuse(name, "the file is empty. Copy or download it again.");
  try {
    auto head = dispatch_head(encoded, name);
    if (head.info.width == 0 || head.info.height == 0)
      refuse(name, "damaged picture: its size is " + std::to_string(head.info.width) + " x " +
                       std::to_string(head.info.height) + ".");
    return head;
  } catch (const CutShort&) {
    refuse_cut_short(name);
  }
}

std::vector<std::uint8_t> pixel_data_only(std::span<const std::byte> encoded, const Head& head,
                                          const std::string& name) {
  try {
    if (head.info.format == "jpeg") return jpeg_pixel_data(Bytes(encoded));
    if (head.info.format == "png") return png_pixel_data(Bytes(encoded), name);
    if (head.info.format == "tiff") return tiff_pixel_data(encoded);
    if (head.info.format == "bmp") check_bmp_complete(encoded, head);
    if (head.info.format == "webp") encoded = Bytes(encoded).slice(0, Bytes(encoded, true).u32(4) + std::size_t{8});
    std::vector<std::uint8_t> result;
    append(result, encoded);
    return result;
  } catch (const CutShort&) {
    refuse_cut_short(name);
  }
}

}  // namespace venloc::container
