// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <zlib.h>

#include <string>
#include <vector>

#include "image/container.hpp"
#include "image/exif_blocks.hpp"
#include "image/pictures.hpp"

using namespace venloc;
using namespace venloc::container;
using namespace venloc::testing;

namespace {

const std::string kXmp = "<x:xmpmeta>a packet</x:xmpmeta>";
const Data kIptc{0x1C, 2, 5, 0, 3, 'a', 'b', 'c'};

Data data_of(const std::string& text) { return {text.begin(), text.end()}; }

Data joined(std::initializer_list<Data> parts) {
  Data all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

/// Image resources of Photoshop: one that does not matter, then IPTC.
Data resources() {
  const Data other{'8', 'B', 'I', 'M', 4, 2, 1, 'n', 0, 0, 0, 3, 9, 9, 9, 0};
  return joined({other, Data{'8', 'B', 'I', 'M', 4, 4, 0, 0}, big_endian32(kIptc.size()), kIptc});
}

Data app_segment(int number, const Data& content) {
  const auto length = content.size() + 2;
  return joined({Data{0xFF, static_cast<std::uint8_t>(0xE0 + number), static_cast<std::uint8_t>(length >> 8),
                      static_cast<std::uint8_t>(length)},
                 content});
}

Data jpeg_with(const Data& segments) {
  const auto jpeg = encoded(".jpg", drawn(8, 8, 3));
  return joined({Data(jpeg.begin(), jpeg.begin() + 2), segments, Data(jpeg.begin() + 2, jpeg.end())});
}

Data exif_segment(const Data& block) { return app_segment(1, joined({Data{'E', 'x', 'i', 'f', 0, 0}, block})); }

Data small_block() {
  ExifBlock tags;
  tags.main_short(274, 6);
  tags.gps_position(45.4, "N", 12.3, "E");
  return tags.bytes();
}

std::string hexadecimal(const std::string& name, const Data& bytes) {
  std::string text = "\n" + name + "\n      " + std::to_string(bytes.size()) + "\n";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    constexpr auto* kDigits = "0123456789abcdef";
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
    if (i % 36 == 35) text += '\n';
  }
  return text;
}

Data deflated(const std::string& text) {
  uLongf size = compressBound(text.size());
  Data result(size);
  REQUIRE(compress(result.data(), &size, reinterpret_cast<const Bytef*>(text.data()), text.size()) == Z_OK);
  result.resize(size);
  return result;
}

Data box(const std::string& kind, const Data& content) {
  return joined({big_endian32(content.size() + 8), data_of(kind), content});
}

}  // namespace

TEST_CASE("JPEG: every EXIF and XMP segment, tags of several segments, IPTC cut in two") {
  const auto block = small_block();
  const auto xmp = app_segment(1, joined({data_of("http://ns.adobe.com/xap/1.0/"), Data{0}, data_of(kXmp)}));
  const auto all = resources();
  const auto mark = joined({data_of("Photoshop 3.0"), Data{0}});
  const Data first(all.begin(), all.begin() + 20), second(all.begin() + 20, all.end());
  const auto jpeg =
      jpeg_with(joined({exif_segment(block), xmp, exif_segment(block), app_segment(13, joined({mark, first})),
                        app_segment(13, joined({mark, second}))}));
  CHECK(exif_blocks(bytes_of(jpeg)) == std::vector<Data>{block, block});
  CHECK(xmp_blocks(bytes_of(jpeg)) == std::vector<std::string>{kXmp});
  CHECK(iptc_block(bytes_of(jpeg)) == kIptc);

  const Data rest(70'000 - block.size(), 7);
  const auto long_block = joined({block, rest});
  const auto cut = long_block.begin() + 60'000;
  const auto long_jpeg =
      jpeg_with(joined({exif_segment({long_block.begin(), cut}), exif_segment({cut, long_block.end()})}));
  CHECK(exif_blocks(bytes_of(long_jpeg)) == std::vector<Data>{long_block});
}

TEST_CASE("PNG: chunks and texts, compressed or not, and profiles written as digits") {
  const auto png = encoded(".png", drawn(8, 8, 3));
  const auto block = small_block();
  const auto with = [&](const std::string& kind, const Data& content) { return png_with_chunk(png, kind, content); };
  const Data large(300'000, 5);
  CHECK(exif_blocks(bytes_of(with("eXIf", joined({block, large})))) == std::vector<Data>{joined({block, large})});

  const auto key = joined({data_of("XML:com.adobe.xmp"), Data{0}});
  CHECK(xmp_blocks(bytes_of(with("iTXt", joined({key, Data{0, 0, 'e', 'n', 0, 0}, data_of(kXmp)})))) ==
        std::vector<std::string>{kXmp});
  CHECK(xmp_blocks(bytes_of(with("iTXt", joined({key, Data{1, 0, 0, 0}, deflated(kXmp)})))) ==
        std::vector<std::string>{kXmp});

  const auto marked = joined({Data{'E', 'x', 'i', 'f', 0, 0}, block});
  const auto profile = [&](const std::string& name, const Data& bytes) {
    return with("zTXt", joined({data_of("Raw profile type " + name), Data{0, 0}, deflated(hexadecimal(name, bytes))}));
  };
  CHECK(exif_blocks(bytes_of(profile("exif", marked))) == std::vector<Data>{block});
  CHECK(exif_blocks(bytes_of(profile("APP1", marked))) == std::vector<Data>{block});
  CHECK(xmp_blocks(bytes_of(profile("xmp", data_of(kXmp)))) == std::vector<std::string>{kXmp});
  CHECK(iptc_block(bytes_of(profile("iptc", resources()))) == kIptc);
  const auto plain = joined({data_of("Raw profile type exif"), Data{0}, data_of(hexadecimal("exif", marked))});
  CHECK(exif_blocks(bytes_of(with("tEXt", plain))) == std::vector<Data>{block});
}

TEST_CASE("WebP, JPEG 2000 and JPEG XL: the blocks of their chunks and boxes") {
  const auto block = small_block();
  auto webp = webp_with_exif(encoded(".webp", drawn(9, 7, 3)), 9, 7, block);
  const auto chunk = riff_chunk("XMP ", data_of(kXmp));
  webp.insert(webp.end(), chunk.begin(), chunk.end());
  CHECK(exif_blocks(bytes_of(webp)) == std::vector<Data>{block});
  CHECK(xmp_blocks(bytes_of(webp)) == std::vector<std::string>{kXmp});

  const auto jp2 = joined({box("jP  ", {13, 10, 0x87, 10}), box("uuid", joined({data_of("JpgTiffExif->JP2"), block})),
                           box("uuid", joined({Data{0xBE, 0x7A, 0xCF, 0xCB, 0x97, 0xA9, 0x42, 0xE8, 0x9C, 0x71, 0x99,
                                                    0x94, 0x91, 0xE3, 0xAF, 0xAC},
                                               data_of(kXmp)}))});
  CHECK(exif_blocks(bytes_of(jp2)) == std::vector<Data>{block});
  CHECK(xmp_blocks(bytes_of(jp2)) == std::vector<std::string>{kXmp});

  const auto jxl = joined(
      {box("JXL ", {13, 10, 0x87, 10}), box("Exif", joined({Data{0, 0, 0, 0}, block})), box("xml ", data_of(kXmp))});
  CHECK(exif_blocks(bytes_of(jxl)) == std::vector<Data>{block});
  CHECK(xmp_blocks(bytes_of(jxl)) == std::vector<std::string>{kXmp});
}

TEST_CASE("TIFF: tags, XMP and IPTC of a directory, without what refers to its pixels") {
  for (const bool little : {true, false}) {
    ExifBlock tags(little);
    tags.main_short(274, 6);
    tags.main_ascii(270, "a title that is longer than four bytes");
    tags.main_ascii(700, kXmp);
    tags.main_bytes(33723, kIptc);
    tags.exif_ascii(0x9003, "2019:07:14 18:03:22");
    tags.gps_position(45.4, "N", 12.3, "E");
    const auto tiff = tiff_with_tags(drawn(200, 100, 1), tags);
    const auto blocks = exif_blocks(bytes_of(tiff));
    REQUIRE(blocks.size() == 1);
    CHECK(blocks[0].size() < 1000);
    const std::string text(blocks[0].begin(), blocks[0].end());
    CHECK(text.find("a title that is longer") != std::string::npos);
    CHECK(text.find("2019:07:14") != std::string::npos);
    REQUIRE(xmp_blocks(bytes_of(tiff)).size() == 1);
    CHECK(xmp_blocks(bytes_of(tiff))[0].starts_with(kXmp));
    CHECK(iptc_block(bytes_of(tiff)) == kIptc);
  }
}

TEST_CASE("metadata cut at any byte or with any byte changed is left out, not read past its end") {
  const auto block = small_block();
  const auto xmp = app_segment(1, joined({data_of("http://ns.adobe.com/xap/1.0/"), Data{0}, data_of(kXmp)}));
  const auto png = encoded(".png", drawn(8, 8, 3));
  ExifBlock tags;
  tags.main_ascii(270, "a title that is longer than four bytes");
  tags.exif_ascii(0x9003, "2019:07:14 18:03:22");
  const std::vector<Data> files{
      jpeg_with(joined(
          {exif_segment(block), xmp, app_segment(13, joined({data_of("Photoshop 3.0"), Data{0}, resources()}))})),
      png_with_chunk(png, "zTXt",
                     joined({data_of("Raw profile type exif"), Data{0, 0}, deflated(hexadecimal("exif", block))})),
      webp_with_exif(encoded(".webp", drawn(9, 7, 3)), 9, 7, block), tiff_with_tags(drawn(8, 6, 1), tags),
      joined({box("jP  ", {13, 10, 0x87, 10}), box("uuid", joined({data_of("JpgTiffExif->JP2"), block}))})};
  const auto read = [](std::span<const std::byte> file) {
    (void)exif_blocks(file);
    (void)xmp_blocks(file);
    (void)iptc_block(file);
  };
  for (const auto& file : files) {
    for (std::size_t size = 0; size < file.size(); ++size) read(bytes_of(file).first(size));
    for (std::size_t i = 0; i < file.size(); ++i) {
      auto changed = file;
      changed[i] ^= static_cast<std::uint8_t>(0x55 + i);
      read(bytes_of(changed));
    }
  }
}
