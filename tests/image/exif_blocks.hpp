// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <opencv2/core.hpp>
#include <string>
#include <utility>
#include <vector>

/// EXIF blocks and pictures around them, assembled by program.
namespace venloc::testing {

using Data = std::vector<std::uint8_t>;
using Rational = std::pair<std::uint32_t, std::uint32_t>;

/// Collects tags, then writes them as TIFF structure of either byte order.
class ExifBlock {
 public:
  explicit ExifBlock(bool little_endian = true) : little_(little_endian) {}

  void main_short(int tag, int value) { main_.push_back({tag, 3, 1, short_data(value)}); }
  void main_shorts(int tag, const std::vector<int>& values) {
    Data data;
    for (const int value : values) put(data, static_cast<std::size_t>(value), 2);
    main_.push_back({tag, 3, static_cast<std::uint32_t>(values.size()), data});
  }
  void main_long(int tag, std::size_t value) { main_.push_back({tag, 4, 1, number(value, 4)}); }
  /// One whole number of any type.
  void main_integer(int tag, int type, std::size_t value) {
    const std::size_t size = type >= 16 ? 8 : type == 1 || type == 6 ? 1 : type == 3 || type == 8 ? 2 : 4;
    main_.push_back({tag, type, 1, number(value, size)});
  }
  void main_ascii(int tag, const std::string& text) { main_.push_back(ascii(tag, text)); }
  void main_bytes(int tag, const Data& data) {
    main_.push_back({tag, 7, static_cast<std::uint32_t>(data.size()), data});
  }
  void exif_ascii(int tag, const std::string& text) { exif_.push_back(ascii(tag, text)); }
  void gps_ascii(int tag, const std::string& text) { gps_.push_back(ascii(tag, text)); }
  /// Type 5 is unsigned, 10 signed.
  void gps_rationals(int tag, const std::vector<Rational>& values, int type = 5) {
    Data data;
    for (const auto& [numerator, denominator] : values) {
      put(data, numerator, 4);
      put(data, denominator, 4);
    }
    gps_.push_back({tag, type, static_cast<std::uint32_t>(values.size()), data});
  }
  void gps_raw(int tag, int type, std::uint32_t count, const Data& data) { gps_.push_back({tag, type, count, data}); }
  /// A position as degrees with nine decimals, 0 <= degrees.
  void gps_position(double lat, const std::string& lat_ref, double lng, const std::string& lng_ref) {
    const auto degrees = [](double value) {
      const double whole = std::floor(value);
      return std::vector<Rational>{{static_cast<std::uint32_t>(whole), 1},
                                   {static_cast<std::uint32_t>(std::lround((value - whole) * 60e6)), 1'000'000},
                                   {0, 1}};
    };
    gps_ascii(1, lat_ref);
    gps_rationals(2, degrees(lat));
    gps_ascii(3, lng_ref);
    gps_rationals(4, degrees(lng));
  }

  /// The structure, its directories behind `payload`, which begins at byte 8.
  [[nodiscard]] Data bytes(const Data& payload = {}) const {
    Data data = little_ ? Data{'I', 'I'} : Data{'M', 'M'};
    put(data, 42, 2);
    put(data, 8 + payload.size(), 4);
    data.insert(data.end(), payload.begin(), payload.end());
    auto main = main_;
    if (!exif_.empty()) main.push_back({0x8769, 4, 1, Data(4)});
    if (!gps_.empty()) main.push_back({0x8825, 4, 1, Data(4)});
    std::stable_sort(main.begin(), main.end(), [](const Entry& a, const Entry& b) { return a.tag < b.tag; });
    const auto after_main = data.size() + directory_size(main);
    const auto after_exif = after_main + (exif_.empty() ? 0 : directory_size(exif_));
    for (auto& entry : main) {
      if (entry.tag == 0x8769) entry.data = number(after_main, 4);
      if (entry.tag == 0x8825) entry.data = number(after_exif, 4);
    }
    write_directory(data, main);
    if (!exif_.empty()) write_directory(data, exif_);
    if (!gps_.empty()) write_directory(data, gps_);
    return data;
  }

 private:
  struct Entry {
    int tag = 0;
    int type = 0;
    std::uint32_t count = 0;
    Data data;
  };

  static Entry ascii(int tag, const std::string& text) {
    Data data(text.begin(), text.end());
    data.push_back(0);
    const auto count = static_cast<std::uint32_t>(data.size());
    return {tag, 2, count, std::move(data)};
  }
  [[nodiscard]] Data short_data(int value) const { return number(static_cast<std::size_t>(value), 2); }
  [[nodiscard]] Data number(std::size_t value, std::size_t size) const {
    Data data;
    put(data, value, size);
    return data;
  }
  void put(Data& data, std::size_t value, std::size_t size) const {
    for (std::size_t i = 0; i < size; ++i)
      data.push_back(static_cast<std::uint8_t>(value >> (8 * (little_ ? i : size - 1 - i))));
  }
  static std::size_t directory_size(const std::vector<Entry>& entries) {
    std::size_t size = 2 + 12 * entries.size() + 4;
    for (const auto& entry : entries)
      if (entry.data.size() > 4) size += entry.data.size();
    return size;
  }
  void write_directory(Data& data, const std::vector<Entry>& entries) const {
    std::size_t values = data.size() + 2 + 12 * entries.size() + 4;
    Data tail;
    put(data, entries.size(), 2);
    for (const auto& entry : entries) {
      put(data, static_cast<std::size_t>(entry.tag), 2);
      put(data, static_cast<std::size_t>(entry.type), 2);
      put(data, entry.count, 4);
      if (entry.data.size() <= 4) {
        auto padded = entry.data;
        padded.resize(4);
        data.insert(data.end(), padded.begin(), padded.end());
      } else {
        put(data, values + tail.size(), 4);
        tail.insert(tail.end(), entry.data.begin(), entry.data.end());
      }
    }
    put(data, 0, 4);
    data.insert(data.end(), tail.begin(), tail.end());
  }

  bool little_;
  std::vector<Entry> main_, exif_, gps_;
};

/// A JPEG with the block as its APP1 segment.
inline Data jpeg_with_exif(const Data& jpeg, const Data& block) {
  Data result(jpeg.begin(), jpeg.begin() + 2);
  const auto length = block.size() + 8;
  for (const auto byte : {std::size_t{0xFF}, std::size_t{0xE1}, length >> 8, length & 0xFF})
    result.push_back(static_cast<std::uint8_t>(byte));
  for (const auto character : {'E', 'x', 'i', 'f', '\0', '\0'}) result.push_back(static_cast<std::uint8_t>(character));
  result.insert(result.end(), block.begin(), block.end());
  result.insert(result.end(), jpeg.begin() + 2, jpeg.end());
  return result;
}

inline std::uint32_t plain_crc32(const std::uint8_t* data, std::size_t size) {
  std::uint32_t crc = ~0u;
  for (std::size_t i = 0; i < size; ++i) {
    crc ^= data[i];
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1u) != 0 ? 0xEDB88320u : 0u);
  }
  return ~crc;
}

inline Data big_endian32(std::size_t value) {
  return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
          static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

inline Data png_chunk(const std::string& kind, const Data& content) {
  Data chunk;
  chunk.reserve(content.size() + 12);
  const auto append = [&](const auto& part) {
    for (const auto byte : part) chunk.push_back(static_cast<std::uint8_t>(byte));
  };
  append(big_endian32(content.size()));
  append(kind);
  append(content);
  append(big_endian32(plain_crc32(chunk.data() + 4, chunk.size() - 4)));
  return chunk;
}

/// A PNG with one more chunk behind its IHDR.
inline Data png_with_chunk(const Data& png, const std::string& kind, const Data& content) {
  constexpr std::ptrdiff_t kHead = 33;
  Data result(png.begin(), png.begin() + kHead);
  const auto chunk = png_chunk(kind, content);
  result.insert(result.end(), chunk.begin(), chunk.end());
  result.insert(result.end(), png.begin() + kHead, png.end());
  return result;
}

inline Data riff_chunk(const std::string& kind, const Data& content) {
  Data chunk;
  chunk.reserve(content.size() + 9);
  for (const char character : kind) chunk.push_back(static_cast<std::uint8_t>(character));
  for (int i = 0; i < 4; ++i) chunk.push_back(static_cast<std::uint8_t>(content.size() >> (8 * i)));
  for (const auto byte : content) chunk.push_back(byte);
  if (chunk.size() % 2 != 0) chunk.push_back(0);
  return chunk;
}

/// An extended WebP around the chunk of a simple one, with the block as its EXIF chunk.
inline Data webp_with_exif(const Data& webp, int width, int height, const Data& block) {
  Data content{'W', 'E', 'B', 'P'};
  const auto low = [](int value, int shift) { return static_cast<std::uint8_t>((value - 1) >> shift); };
  const auto append = [&](const Data& part) { content.insert(content.end(), part.begin(), part.end()); };
  append(riff_chunk("VP8X", {0x08, 0, 0, 0, low(width, 0), low(width, 8), low(width, 16), low(height, 0),
                             low(height, 8), low(height, 16)}));
  content.insert(content.end(), webp.begin() + 12, webp.end());
  append(riff_chunk("EXIF", block));
  return riff_chunk("RIFF", content);
}

/// An uncompressed grey TIFF with `tags` in its directory, which is behind `filler` bytes and the pixels.
inline Data tiff_with_tags(const cv::Mat& gray, ExifBlock tags, std::size_t filler = 0) {
  const auto size = static_cast<std::size_t>(gray.total());
  tags.main_short(256, gray.cols);
  tags.main_short(257, gray.rows);
  tags.main_short(258, 8);
  tags.main_short(259, 1);
  tags.main_short(262, 1);
  tags.main_long(273, 8 + filler);
  tags.main_short(277, 1);
  tags.main_short(278, gray.rows);
  tags.main_long(279, size);
  Data pixels(filler);
  pixels.insert(pixels.end(), gray.data, gray.data + size);
  return tags.bytes(pixels);
}

}  // namespace venloc::testing
