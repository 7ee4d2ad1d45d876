// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "image/metadata_blocks.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string_view>

#include "image/container.hpp"
#include "image/formats.hpp"
#include "image/jpeg_segments.hpp"
#include "image/tiff_directory.hpp"

namespace venloc::container {
namespace {

using Block = std::vector<std::uint8_t>;

constexpr std::size_t kLargestBlock = std::size_t{64} << 20;  ///< of one metadata block [bytes], far above real ones

std::string_view text_of(std::span<const std::byte> part) {
  return {reinterpret_cast<const char*>(part.data()), part.size()};
}

Block bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

bool is_tiff_header(std::string_view data) { return data.starts_with("II") || data.starts_with("MM"); }

/// Raw files of Olympus and Panasonic: TIFF with another number.
bool is_camera_tiff(const Bytes& bytes) {
  constexpr std::array kMarks = {"IIRO", "IIRS", "MMOR", "IIU"};
  return bytes.has(0, 8) && std::ranges::any_of(kMarks, [&](const char* mark) { return bytes.starts_with(mark); });
}

/// Some writers leave the six bytes in front that a JPEG needs.
std::string_view without_exif_mark(std::string_view data) {
  return data.size() > 6 && data.starts_with("Exif") ? data.substr(6) : data;
}

void add_exif(MetadataBlocks& blocks, std::string_view data) {
  const auto block = without_exif_mark(data);
  if (!block.empty() && block.size() <= kLargestBlock) blocks.exif.push_back(bytes_of(block));
}

void add_xmp(MetadataBlocks& blocks, std::string_view data) {
  if (!data.empty() && data.size() <= kLargestBlock) blocks.xmp.emplace_back(data);
}

/// Takes the IPTC data, and EXIF and XMP where the file has none elsewhere, out of Photoshop's image resources.
void add_photoshop(MetadataBlocks& blocks, std::span<const std::byte> resources) {
  constexpr std::uint32_t kIptc = 0x0404, kExif = 0x0422, kXmp = 0x0424;
  const Bytes bytes(resources);
  try {
    for (std::size_t position = 0; bytes.starts_with("8BIM", position);) {
      const auto kind = bytes.u16(position + 4);
      const std::size_t name = bytes.u8(position + 6);
      position += 6 + (name + 2) / 2 * 2;
      const std::size_t size = bytes.u32(position);
      const auto content = bytes.slice(position + 4, size);
      if (kind == kIptc && blocks.iptc.empty()) blocks.iptc = bytes_of(text_of(content));
      if (kind == kExif && blocks.exif.empty()) add_exif(blocks, text_of(content));
      if (kind == kXmp && blocks.xmp.empty()) add_xmp(blocks, text_of(content));
      position += 4 + (size + 1) / 2 * 2;
    }
  } catch (const CutShort&) {
  }
}

// --- JPEG ---------------------------------------------------------------------------------------------------------

void read_jpeg(const Bytes& bytes, MetadataBlocks& blocks) {
  using namespace std::string_view_literals;
  constexpr auto kXmp = "http://ns.adobe.com/xap/1.0/\0"sv;
  constexpr auto kPhotoshop = "Photoshop 3.0\0"sv;
  std::string photoshop;
  try {
    for (std::size_t position = 2;;) {
      const auto segment = next_jpeg_segment(bytes, position);
      if (segment.marker == kJpegScan || segment.marker == kJpegEnd) break;
      const auto payload = text_of(segment.payload(bytes));
      if (segment.marker == 0xE1 && payload.size() > 6 && payload.starts_with("Exif")) {
        // Tags of more than 64 kB go on in further segments, without a TIFF header of their own.
        const auto data = payload.substr(6);
        if (!is_tiff_header(data) && !blocks.exif.empty())
          blocks.exif.back().insert(blocks.exif.back().end(), data.begin(), data.end());
        else
          add_exif(blocks, payload);
      } else if (segment.marker == 0xE1 && payload.starts_with(kXmp)) {
        add_xmp(blocks, payload.substr(kXmp.size()));
      } else if (segment.marker == 0xED && payload.starts_with(kPhotoshop)) {
        photoshop += payload.substr(kPhotoshop.size());
      }
      position = segment.end;
    }
  } catch (const CutShort&) {
  }
  add_photoshop(blocks, std::as_bytes(std::span(photoshop)));
}

// --- PNG ----------------------------------------------------------------------------------------------------------

std::optional<std::string> inflated(std::string_view compressed) {
  std::string result;
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return std::nullopt;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  int status = Z_OK;
  while (status == Z_OK && result.size() <= kLargestBlock) {
    std::array<char, 1u << 14> piece{};
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = piece.size();
    status = inflate(&stream, Z_NO_FLUSH);
    result.append(piece.data(), piece.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (status != Z_STREAM_END) return std::nullopt;
  return result;
}

/// ImageMagick's way to keep metadata in a text: a name, the number of bytes, and the bytes as hexadecimal digits.
std::string raw_profile(std::string_view text) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  // Behind the line break, the name, the line break and the number.
  std::size_t at = text.find_first_not_of('\n');
  if (at == std::string_view::npos || (at = text.find('\n', at)) == std::string_view::npos) return {};
  if ((at = text.find('\n', at + 1)) == std::string_view::npos) return {};
  std::string bytes;
  int first = -1;
  for (const char c : text.substr(at)) {
    const int value = digit(c);
    if (value < 0) continue;
    if (first < 0) {
      first = value;
    } else {
      bytes.push_back(static_cast<char>(first * 16 + value));
      first = -1;
    }
  }
  return bytes;
}

void add_png_text(MetadataBlocks& blocks, std::string_view key, std::string_view text) {
  using namespace std::string_view_literals;
  constexpr auto kXmp = "http://ns.adobe.com/xap/1.0/\0"sv;
  if (key == "XML:com.adobe.xmp") return add_xmp(blocks, text);
  if (!key.starts_with("Raw profile type ")) return;
  const auto profile = raw_profile(text);
  const auto kind = key.substr(17);
  if (kind == "xmp" || (kind == "APP1" && profile.starts_with(kXmp)))
    add_xmp(blocks, profile.starts_with(kXmp) ? std::string_view(profile).substr(kXmp.size()) : profile);
  else if (kind == "exif" || kind == "APP1")
    add_exif(blocks, profile);
  else if (kind == "iptc" || kind == "8bim")
    add_photoshop(blocks, std::as_bytes(std::span(profile)));
}

/// A text chunk's content: the key, then what its kind prescribes.
void read_png_text(MetadataBlocks& blocks, std::string_view kind, std::string_view content) {
  const auto cut = [&](std::string_view& rest) {
    const auto end = std::min(rest.find('\0'), rest.size());
    const auto part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return part;
  };
  const auto key = cut(content);
  bool compressed = kind == "zTXt";
  if (content.size() < 2) return;
  if (kind == "iTXt") compressed = content[0] != 0;
  if (kind != "tEXt") content.remove_prefix(kind == "iTXt" ? 2 : 1);
  if (kind == "iTXt") {
    cut(content);  // language
    cut(content);  // translated key
  }
  if (!key.starts_with("XML:") && !key.starts_with("Raw profile")) return;
  if (!compressed) return add_png_text(blocks, key, content);
  if (const auto text = inflated(content)) add_png_text(blocks, key, *text);
}

void read_png(const Bytes& bytes, MetadataBlocks& blocks) {
  for (std::size_t position = 8; bytes.has(position, 12);) {
    const std::size_t length = bytes.u32(position);
    if (!bytes.has(position + 8, length)) return;
    const auto kind = text_of(bytes.slice(position + 4, 4));
    const auto content = text_of(bytes.slice(position + 8, length));
    if (kind == "eXIf") add_exif(blocks, content);
    if (kind == "tEXt" || kind == "zTXt" || kind == "iTXt") read_png_text(blocks, kind, content);
    position += length + 12;
  }
}

// --- WebP ---------------------------------------------------------------------------------------------------------

void read_webp(std::span<const std::byte> encoded, MetadataBlocks& blocks) {
  const Bytes bytes(encoded, true);
  for (std::size_t position = 12; bytes.has(position, 8);) {
    const std::size_t length = bytes.u32(position + 4);
    if (!bytes.has(position + 8, length)) return;
    const auto content = text_of(bytes.slice(position + 8, length));
    if (bytes.starts_with("EXIF", position)) add_exif(blocks, content);
    if (bytes.starts_with("XMP ", position)) add_xmp(blocks, content);
    position += 8 + length + length % 2;
  }
}

// --- TIFF ---------------------------------------------------------------------------------------------------------

constexpr std::uint32_t kXmpTag = 700;
constexpr std::uint32_t kIptcTag = 33723;
constexpr std::uint32_t kPhotoshopTag = 34377;
constexpr std::uint32_t kExifTag = 0x8769;
constexpr std::uint32_t kGpsTag = 0x8825;

/// Writes the tags of a directory as a TIFF structure of its own, without what refers to pixels: a file may have its
/// directories behind gigabytes of them.
class TagCollector {
 public:
  explicit TagCollector(const TiffReader& reader) : reader_(reader) {}

  Block collect(std::size_t directory) {
    result_ = bytes_of(reader_.little_endian() ? "II" : "MM");
    put(42, 2);
    put(8, 4);
    write(directory, 0);
    return std::move(result_);
  }

 private:
  static bool is_pointer(const TiffEntry& entry) { return entry.tag == kExifTag || entry.tag == kGpsTag; }

  bool is_kept(const TiffEntry& entry, int depth) const {
    // Positions and sizes of pixels, previews and further directories; colour profiles; what has a block of its own.
    constexpr std::array<std::uint32_t, 18> kLeftOut{273,      279,   324,    325,    330,    347,
                                                     513,      514,   519,    520,    521,    kXmpTag,
                                                     kIptcTag, 34675, 0x927C, 0xA005, 0xC634, kPhotoshopTag};
    constexpr std::size_t kLargestValue = std::size_t{1} << 16;
    constexpr int kDeepest = 2;
    if (std::find(kLeftOut.begin(), kLeftOut.end(), entry.tag) != kLeftOut.end()) return false;
    if (is_pointer(entry)) return depth < kDeepest;
    return entry.value_size <= kLargestValue && result_.size() + entry.value_size <= kLargestBlock &&
           reader_.bytes().has(entry.value_offset, entry.value_size);
  }

  void write(std::size_t offset, int depth) {
    std::vector<TiffEntry> kept;
    try {
      for (const auto& entry : reader_.directory(offset).entries)
        if (is_kept(entry, depth)) kept.push_back(entry);
    } catch (const CutShort&) {
      kept.clear();  // a damaged directory is left empty
    }
    constexpr std::size_t kMostEntries = 65535;
    if (kept.size() > kMostEntries) kept.resize(kMostEntries);
    put(kept.size(), 2);
    std::size_t at = result_.size();
    result_.resize(at + 12 * kept.size() + 4);
    for (const auto& entry : kept) {
      write_entry(entry, at, depth);
      at += 12;
    }
  }

  void write_entry(const TiffEntry& entry, std::size_t at, int depth) {
    set(at, entry.tag, 2);
    if (is_pointer(entry)) {
      set(at + 2, 4, 2);  // a LONG
      set(at + 4, 1, 4);
      set(at + 8, result_.size(), 4);
      write(pointer(entry), depth + 1);
      return;
    }
    set(at + 2, entry.type, 2);
    set(at + 4, entry.count, 4);
    const auto value = text_of(reader_.value(entry));
    if (value.size() <= 4) {
      std::copy(value.begin(), value.end(), result_.begin() + static_cast<std::ptrdiff_t>(at + 8));
    } else if (result_.size() + value.size() <= kLargestBlock) {
      set(at + 8, result_.size(), 4);
      result_.insert(result_.end(), value.begin(), value.end());
      if (result_.size() % 2 != 0) result_.push_back(0);
    } else {
      set(at + 4, 0, 4);
    }
  }

  std::size_t pointer(const TiffEntry& entry) const {
    try {
      return reader_.number(entry);
    } catch (const CutShort&) {
      return reader_.bytes().size();  // where no directory is
    }
  }

  void put(std::size_t value, std::size_t count) {
    result_.resize(result_.size() + count);
    set(result_.size() - count, value, count);
  }
  void set(std::size_t at, std::size_t value, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      result_[at + (reader_.little_endian() ? i : count - 1 - i)] = static_cast<std::uint8_t>(value >> (8 * i));
  }

  const TiffReader& reader_;
  Block result_;
};

void read_tiff(std::span<const std::byte> encoded, MetadataBlocks& blocks) {
  constexpr std::size_t kMostDirectories = 32;
  const TiffReader reader(encoded);
  for (const auto offset : reader.all_directories(kMostDirectories)) {
    blocks.exif.push_back(TagCollector(reader).collect(offset));
    try {
      const auto directory = reader.directory(offset);
      if (const auto* xmp = directory.find(kXmpTag)) add_xmp(blocks, text_of(reader.value(*xmp)));
      if (const auto* iptc = directory.find(kIptcTag); iptc != nullptr && blocks.iptc.empty())
        blocks.iptc = bytes_of(text_of(reader.value(*iptc)).substr(0, kLargestBlock));
      if (const auto* photoshop = directory.find(kPhotoshopTag)) add_photoshop(blocks, reader.value(*photoshop));
    } catch (const CutShort&) {
      continue;
    }
  }
}

// --- JPEG 2000, JPEG XL, Fujifilm ---------------------------------------------------------------------------------

/// Files of boxes: JP2 keeps metadata in boxes of kind "uuid", JPEG XL in boxes of their own.
void read_boxes(const Bytes& bytes, MetadataBlocks& blocks) {
  using namespace std::string_view_literals;
  constexpr auto kExif = "JpgTiffExif->JP2"sv;
  constexpr auto kXmp = "\xBE\x7A\xCF\xCB\x97\xA9\x42\xE8\x9C\x71\x99\x94\x91\xE3\xAF\xAC"sv;
  constexpr auto kIptc = "\x33\xC7\xA4\xD2\xB8\x1D\x47\x23\xA0\xBA\xF1\xA3\xE0\x97\xAD\x38"sv;
  for (std::size_t position = 0; bytes.has(position, 8);) {
    std::size_t head = 8;
    std::uint64_t size = bytes.u32(position);
    if (size == 0) size = bytes.size() - position;
    if (size == 1) {
      if (!bytes.has(position, 16)) return;
      size = bytes.u64(position + 8);
      head = 16;
    }
    if (size < head || !bytes.has(position, size)) return;
    const auto kind = text_of(bytes.slice(position + 4, 4));
    const auto content = text_of(bytes.slice(position + head, size - head));
    if (kind == "uuid" && content.starts_with(kExif)) add_exif(blocks, content.substr(kExif.size()));
    if (kind == "uuid" && content.starts_with(kXmp)) add_xmp(blocks, content.substr(kXmp.size()));
    if (kind == "uuid" && content.starts_with(kIptc)) blocks.iptc = bytes_of(content.substr(kIptc.size()));
    if (kind == "Exif") add_exif_with_offset(blocks, std::as_bytes(std::span(content)));
    if (kind == "xml ") add_xmp(blocks, content);
    position += size;
  }
}

/// A raw file of Fujifilm holds a JPEG, and the JPEG the tags.
void read_fujifilm(const Bytes& bytes, MetadataBlocks& blocks) {
  if (!bytes.has(84, 8) || !bytes.has(bytes.u32(84), bytes.u32(88))) return;
  const Bytes jpeg(bytes.slice(bytes.u32(84), bytes.u32(88)));
  if (jpeg.starts_with("\xFF\xD8\xFF")) read_jpeg(jpeg, blocks);
}

}  // namespace

void add_exif_with_offset(MetadataBlocks& blocks, std::span<const std::byte> content) {
  if (content.size() <= 4) return;
  const std::size_t skipped = Bytes(content).u32(0);
  if (skipped < content.size() - 4) add_exif(blocks, text_of(content.subspan(4 + skipped)));
}

MetadataBlocks metadata_blocks(std::span<const std::byte> encoded) {
  MetadataBlocks blocks;
  const Bytes bytes(encoded);
  try {
    if (bytes.starts_with("\xFF\xD8\xFF"))
      read_jpeg(bytes, blocks);
    else if (bytes.starts_with("\x89PNG\r\n\x1A\n"))
      read_png(bytes, blocks);
    else if (bytes.starts_with("RIFF") && bytes.starts_with("WEBP", 8))
      read_webp(encoded, blocks);
    else if (is_tiff(encoded) || is_camera_tiff(bytes))
      read_tiff(encoded, blocks);
#ifdef VENLOC_HAVE_HEIF
    else if (const auto* format = format_of(encoded);
             format != nullptr && (format->id == "heic" || format->id == "avif"))
      add_heif_metadata(encoded, blocks);
#endif
    else if (bytes.starts_with("jP  ", 4) || bytes.starts_with("JXL ", 4))
      read_boxes(bytes, blocks);
    else if (bytes.starts_with("FUJIFILMCCD-RAW"))
      read_fujifilm(bytes, blocks);
#ifdef VENLOC_HAVE_JXL
    if (bytes.starts_with("JXL ", 4)) add_compressed_jxl_metadata(encoded, blocks);
#endif
  } catch (const CutShort&) {
    return blocks;  // what was read before is whole
  }
  return blocks;
}

std::vector<std::vector<std::uint8_t>> exif_blocks(std::span<const std::byte> encoded) {
  return metadata_blocks(encoded).exif;
}

std::vector<std::string> xmp_blocks(std::span<const std::byte> encoded) { return metadata_blocks(encoded).xmp; }

std::vector<std::uint8_t> iptc_block(std::span<const std::byte> encoded) { return metadata_blocks(encoded).iptc; }

}  // namespace venloc::container
