// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "image/encoded.hpp"
#include "venloc/image/image.hpp"

namespace venloc::container {

/// Thrown inside this room when a file refers to bytes that it does not have.
class CutShort : public std::runtime_error {
 public:
  CutShort() : std::runtime_error("cut short") {}
};

/// Bounds-checked numbers from bytes; reading past the end throws CutShort.
class Bytes {
 public:
  explicit Bytes(std::span<const std::byte> data, bool little_endian = false)
      : data_(data), little_endian_(little_endian) {}

  [[nodiscard]] std::size_t size() const { return data_.size(); }
  [[nodiscard]] std::span<const std::byte> data() const { return data_; }
  [[nodiscard]] bool has(std::size_t offset, std::size_t count) const {
    return offset <= data_.size() && count <= data_.size() - offset;
  }
  [[nodiscard]] bool starts_with(const char* text, std::size_t offset = 0) const;
  [[nodiscard]] std::span<const std::byte> slice(std::size_t offset, std::size_t count) const {
    if (!has(offset, count)) throw CutShort();
    return data_.subspan(offset, count);
  }
  [[nodiscard]] std::uint32_t u8(std::size_t offset) const { return number(offset, 1); }
  [[nodiscard]] std::uint32_t u16(std::size_t offset) const { return number(offset, 2); }
  [[nodiscard]] std::uint32_t u24(std::size_t offset) const { return number(offset, 3); }
  [[nodiscard]] std::uint32_t u32(std::size_t offset) const { return number(offset, 4); }
  [[nodiscard]] std::uint64_t u64(std::size_t offset) const {
    const std::uint64_t first = u32(offset), second = u32(offset + 4);
    return little_endian_ ? second << 32 | first : first << 32 | second;
  }

 private:
  [[nodiscard]] std::uint32_t number(std::size_t offset, std::size_t count) const;

  std::span<const std::byte> data_;
  bool little_endian_;
};

/// What decoding needs beyond ImageInfo.
struct Head {
  ImageInfo info;
  bool gray = false;              ///< stored without colour, and so returned with one channel even when it has alpha
  std::uint32_t maximum = 255;    ///< PNM: the sample value that means white
  std::size_t pixels_offset = 0;  ///< PNM: where the samples begin
};

/// Reads the head. Throws ImageError (with `name`) when it is not a picture that is read here.
Head read_head(std::span<const std::byte> encoded, const std::string& name);
Head read_head(const Encoded& file, const std::string& name);

// The heads of single formats. They throw ImageError, or CutShort at the end of the file.
Head read_jpeg_head(const Encoded& file, const std::string& name);
Head read_png_head(const Encoded& file, const std::string& name);
Head read_webp_head(const Encoded& file, const std::string& name);
Head read_tiff_head(const Encoded& file, const std::string& name);
Head read_bmp_head(const Encoded& file, const std::string& name);
Head read_pnm_head(const Encoded& file, const std::string& name);

/// Throws CutShort where rows of a BMP are missing.
void check_bmp_complete(std::span<const std::byte> encoded, const Head& head);

/// Throws ImageError where a raw file's largest preview is only a thumbnail: by itself, or against the longer side of
/// the raw picture (0 where that is not known) [px].
void check_preview(int width, int height, int raw_side, const std::string& name);
/// The note of a picture that is a raw file's preview.
std::string preview_note(int width, int height);

/// The EXIF tags of an encoded picture as TIFF structures ("II*…" or "MM…"), the picture's own first. Of a TIFF, one
/// for each of its directories, without what refers to pixels. None where it has none; damaged ones are left out.
std::vector<std::vector<std::uint8_t>> exif_blocks(std::span<const std::byte> encoded);

/// The XMP packets of an encoded picture, in the order of the file; not extended XMP.
std::vector<std::string> xmp_blocks(std::span<const std::byte> encoded);

/// The data sets of IPTC-IIM of an encoded picture; empty where it has none.
std::vector<std::uint8_t> iptc_block(std::span<const std::byte> encoded);

}  // namespace venloc::container
