// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "image/exif_blocks.hpp"
#include "image/pictures.hpp"
#include "venloc/core/error.hpp"
#include "venloc/image/image.hpp"
#include "venloc/image/metadata.hpp"
#include "venloc/image/opencv.hpp"

using namespace venloc;
using namespace venloc::testing;

namespace {

Metadata exif_of(const ExifBlock& block) {
  return decode_metadata(bytes_of(jpeg_with_exif(encoded(".jpg", drawn(8, 8, 3)), block.bytes())));
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Where the stored pixel (row, column) of a height x width picture belongs, by the table of the EXIF standard: which
/// visual sides the 0th row and the 0th column are.
cv::Point upright(int orientation, int row, int column, int height, int width) {
  switch (orientation) {
    case 2:  // top, right
      return {width - 1 - column, row};
    case 3:  // bottom, right
      return {width - 1 - column, height - 1 - row};
    case 4:  // bottom, left
      return {column, height - 1 - row};
    case 5:  // left, top
      return {row, column};
    case 6:  // right, top
      return {height - 1 - row, column};
    case 7:  // right, bottom
      return {height - 1 - row, width - 1 - column};
    case 8:  // left, bottom
      return {row, width - 1 - column};
    default:  // top, left
      return {column, row};
  }
}

std::vector<std::string> split_line(const std::string& line) {
  std::vector<std::string> fields{""};
  for (const char character : line) {
    if (character == ',')
      fields.emplace_back();
    else if (character != '\r')
      fields.back() += character;
  }
  return fields;
}

/// Degrees from "43/1 28/1 2814/100"; nothing where a denominator is 0.
std::optional<double> degrees_of(const std::string& rationals) {
  std::istringstream stream(rationals);
  double total = 0.0;
  double unit = 1.0;
  std::string one;
  for (; stream >> one; unit *= 60.0) {
    const auto slash = one.find('/');
    const double denominator = std::stod(one.substr(slash + 1));
    if (denominator == 0.0) return std::nullopt;
    total += std::stod(one.substr(0, slash)) / denominator / unit;
  }
  return total;
}

}  // namespace

TEST_CASE("all eight orientations turn the picture upright, in every format with tags") {
  const auto stored = drawn(5, 3, 1);
  for (const bool little : {true, false})
    for (int orientation = 1; orientation <= 8; ++orientation) {
      CAPTURE(little);
      CAPTURE(orientation);
      ExifBlock block(little);
      block.main_short(0x0112, orientation);
      const std::vector<std::pair<std::string, Data>> files{
          {"png", png_with_chunk(encoded(".png", stored), "eXIf", block.bytes())},
          {"tiff", tiff_with_tags(stored, block)},
          {"webp", webp_with_exif(encoded(".webp", stored, {cv::IMWRITE_WEBP_QUALITY, 101}), 5, 3, block.bytes())},
          {"jpeg", jpeg_with_exif(encoded(".jpg", stored, {cv::IMWRITE_JPEG_QUALITY, 100}), block.bytes())}};
      for (const auto& [format, data] : files) {
        CAPTURE(format);
        CHECK(decode_metadata(bytes_of(data)).orientation == orientation);
        const auto info = probe_image(bytes_of(data), "a");
        CHECK(info.format == format);
        CHECK(info.width == 5);
        const auto image = decode_image(bytes_of(data), "a").to_gray();
        const bool turned = orientation >= 5;
        REQUIRE(image.width() == (turned ? 3 : 5));
        REQUIRE(image.height() == (turned ? 5 : 3));
        for (int row = 0; row < 3; ++row)
          for (int column = 0; column < 5; ++column) {
            const auto to = upright(orientation, row, column, 3, 5);
            CHECK(std::abs(int{image.pixels()[static_cast<std::size_t>(to.y * image.width() + to.x)]} -
                           stored.at<std::uint8_t>(row, column)) <= (format == "jpeg" ? 4 : 0));
          }
        ImageOptions as_stored;
        as_stored.apply_orientation = false;
        const auto plain = decode_image(bytes_of(data), "a", as_stored).to_gray();
        CHECK(plain.width() == 5);
        CHECK(std::abs(int{plain.pixels()[4]} - stored.at<std::uint8_t>(0, 4)) <= (format == "jpeg" ? 4 : 0));
      }
    }
}

TEST_CASE("an impossible orientation counts as 1") {
  for (const int value : {0, 9, 65535}) {
    ExifBlock block;
    block.main_short(0x0112, value);
    CHECK(exif_of(block).orientation == 1);
  }
  ExifBlock text;
  text.main_ascii(0x0112, "6");
  CHECK(exif_of(text).orientation == 1);
}

TEST_CASE("GPS positions: hemispheres, decimals, missing seconds") {
  struct Case {
    std::string what;
    std::vector<Rational> lat;
    std::string lat_ref;
    std::vector<Rational> lng;
    std::string lng_ref;
    double expected_lat, expected_lng;
  };
  const std::vector<Case> cases{
      {"plain",
       {{45, 1}, {26, 1}, {3, 1}},
       "N",
       {{12, 1}, {20, 1}, {18, 1}},
       "E",
       45 + 26 / 60.0 + 3 / 3600.0,
       12 + 20 / 60.0 + 18 / 3600.0},
      {"south and west", {{33, 1}, {30, 1}, {0, 1}}, "S", {{70, 1}, {45, 1}, {0, 1}}, "W", -33.5, -70.75},
      {"small letters", {{33, 1}, {30, 1}, {0, 1}}, "s", {{70, 1}, {45, 1}, {0, 1}}, "w", -33.5, -70.75},
      {"decimal minutes, seconds 0/0",
       {{48, 1}, {533235, 10000}, {0, 0}},
       "N",
       {{21, 1}, {25950, 10000}, {0, 0}},
       "E",
       48.888725,
       21.04325},
      {"decimal degrees only", {{454343, 10000}}, "N", {{123388, 10000}}, "E", 45.4343, 12.3388},
      {"degrees and minutes", {{45, 1}, {30, 1}}, "N", {{12, 1}, {15, 1}}, "E", 45.5, 12.25},
      {"large denominators",
       {{45u << 24, 1u << 24}, {30u << 24, 1u << 24}, {0, 1u << 24}},
       "N",
       {{12u << 16, 1u << 16}, {0, 1u << 16}, {0, 1u << 16}},
       "E",
       45.5,
       12.0},
      {"seconds of 60", {{45, 1}, {29, 1}, {60, 1}}, "N", {{12, 1}, {0, 1}, {0, 1}}, "E", 45.5, 12.0},
      {"on the equator", {{0, 1}, {0, 1}, {0, 1}}, "N", {{12, 1}, {0, 1}, {0, 1}}, "E", 0.0, 12.0},
      {"at the pole", {{90, 1}, {0, 1}, {0, 1}}, "N", {{180, 1}, {0, 1}, {0, 1}}, "W", 90.0, -180.0}};
  for (const bool little : {true, false})
    for (const auto& one : cases)
      for (const int type : {5, 10}) {
        if (type == 10 && one.lat[0].first > 0x7FFFFFFF) continue;
        CAPTURE(one.what);
        ExifBlock block(little);
        block.gps_ascii(1, one.lat_ref);
        block.gps_rationals(2, one.lat, type);
        block.gps_ascii(3, one.lng_ref);
        block.gps_rationals(4, one.lng, type);
        const auto exif = exif_of(block);
        REQUIRE_MESSAGE(exif.position, exif.position_problem);
        CHECK(exif.position_problem.empty());
        CHECK(std::abs(exif.position->lat - one.expected_lat) < 1e-9);
        CHECK(std::abs(exif.position->lng - one.expected_lng) < 1e-9);
      }
}

TEST_CASE("implausible GPS tags give no position but a reason") {
  using Rationals = std::vector<Rational>;
  const Rationals good_lat{{45, 1}, {26, 1}, {3, 1}};
  const Rationals good_lng{{12, 1}, {20, 1}, {18, 1}};
  struct Case {
    std::string reason;
    Rationals lat;
    std::string lat_ref;
    Rationals lng;
    std::string lng_ref;
  };
  const std::vector<Case> cases{
      {"latitude 0/0", {{0, 0}, {0, 0}, {0, 0}}, "N", {{0, 0}, {0, 0}, {0, 0}}, "E"},
      {"latitude 0/0", {{0, 0}, {0, 0}, {0, 0}}, "", {{0, 0}, {0, 0}, {0, 0}}, ""},
      {"longitude 12/0", good_lat, "N", {{12, 0}, {20, 1}, {18, 1}}, "E"},
      {"longitude 20/0", good_lat, "N", {{12, 1}, {20, 0}, {18, 1}}, "E"},
      {"(0, 0)", {{0, 1}, {0, 1}, {0, 1}}, "N", {{0, 1}, {0, 1}, {0, 1}}, "E"},
      {"latitude is marked neither N nor S ('X')", good_lat, "X", good_lng, "E"},
      {"longitude is marked 'n', as a latitude is", good_lat, "N", good_lng, "N"},
      {"has an O, which is east in German and west in other languages", good_lat, "N", good_lng, "O"},
      {"impossible latitude 91", {{91, 1}, {0, 1}, {0, 1}}, "N", good_lng, "E"},
      {"impossible latitude -90.5", {{90, 1}, {30, 1}, {0, 1}}, "S", good_lng, "E"},
      {"impossible longitude 180.5", good_lat, "N", {{180, 1}, {30, 1}, {0, 1}}, "E"},
      {"latitude with impossible minutes 75", {{45, 1}, {75, 1}, {0, 1}}, "N", good_lng, "E"},
      {"longitude with impossible seconds 2147483647", good_lat, "N", {{12, 1}, {0, 1}, {2147483647, 1}}, "E"}};
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    ExifBlock block;
    block.gps_ascii(1, one.lat_ref);
    block.gps_rationals(2, one.lat);
    block.gps_ascii(3, one.lng_ref);
    block.gps_rationals(4, one.lng);
    const auto exif = exif_of(block);
    CHECK(!exif.position);
    CHECK_MESSAGE(contains(exif.position_problem, one.reason), exif.position_problem);
  }
}

TEST_CASE("missing and mistyped GPS tags") {
  const auto problem = [](const ExifBlock& block) {
    const auto exif = exif_of(block);
    CHECK(!exif.position);
    return exif.position_problem;
  };
  ExifBlock none;
  none.main_short(0x0112, 1);
  CHECK(contains(problem(none), "no GPS tags"));
  ExifBlock half;
  half.gps_ascii(1, "N");
  half.gps_rationals(2, {{45, 1}, {0, 1}, {0, 1}});
  CHECK(contains(problem(half), "no GPS longitude"));
  ExifBlock text;
  text.gps_ascii(1, "N");
  text.gps_ascii(2, "somewhere");
  CHECK(contains(problem(text), "latitude 'somewhere' is not a number of degrees"));
  ExifBlock opaque;
  opaque.gps_raw(2, 7, 3, {45, 26, 13});
  CHECK(contains(problem(opaque), "not stored as degrees"));
  ExifBlock signed_values;
  signed_values.gps_ascii(1, "N");
  signed_values.gps_rationals(2, {{static_cast<std::uint32_t>(-45), 1}}, 10);
  signed_values.gps_ascii(3, "E");
  signed_values.gps_rationals(4, {{12, 1}}, 10);
  CHECK(contains(problem(signed_values), "latitude is negative, but marked 'N'"));
  CHECK(contains(decode_metadata(bytes_of(encoded(".jpg", drawn(8, 8, 3)))).position_problem, "no metadata"));
}

TEST_CASE("coordinates of any type, without a hemisphere or with it in words") {
  const auto doubles = [](std::initializer_list<double> values) {
    Data data;
    for (const double value : values)
      for (int i = 0; i < 8; ++i)
        data.push_back(static_cast<std::uint8_t>(std::bit_cast<std::uint64_t>(value) >> 8 * i));
    return data;
  };
  const auto check = [](const ExifBlock& block, double lat, double lng, const std::string& doubt) {
    const auto found = exif_of(block);
    REQUIRE_MESSAGE(found.position, found.position_problem);
    CHECK(std::abs(found.position->lat - lat) < 1e-6);
    CHECK(std::abs(found.position->lng - lng) < 1e-6);
    CHECK(found.position_source == "EXIF");
    CHECK_MESSAGE((doubt.empty() ? found.position_doubt.empty() : contains(found.position_doubt, doubt)),
                  found.position_doubt);
  };
  const std::vector<Rational> south{{static_cast<std::uint32_t>(-33), 1}, {static_cast<std::uint32_t>(-30), 1}};
  ExifBlock rationals;  // signed degrees and minutes, no hemispheres
  rationals.gps_rationals(2, south, 10);
  rationals.gps_rationals(4, {{70, 1}, {45, 1}}, 10);
  check(rationals, -33.5, 70.75, "longitude without E or W, taken as east");
  ExifBlock words;
  words.gps_ascii(1, "South");
  words.gps_raw(2, 12, 3, doubles({33, 30, 0}));
  words.gps_ascii(3, "ouest");
  words.gps_raw(4, 12, 1, doubles({70.75}));
  check(words, -33.5, -70.75, "");
  ExifBlock floats;
  floats.gps_ascii(1, "N");
  floats.gps_raw(2, 11, 1, {0, 0, 0x36, 0x42});  // 45.5
  floats.gps_ascii(3, "E");
  floats.gps_raw(4, 4, 1, {12, 0, 0, 0});
  check(floats, 45.5, 12.0, "");
  ExifBlock texts;
  texts.gps_ascii(2, "45,26.2278N");
  texts.gps_ascii(3, "E");
  texts.gps_ascii(4, "12 19 57.54");
  check(texts, 45.43713, 12.33265, "");
  ExifBlock bare;
  bare.gps_rationals(2, {{45, 1}, {30, 1}, {0, 1}});
  bare.gps_ascii(3, std::string(1, '\0'));
  bare.gps_rationals(4, {{12, 1}, {15, 1}, {0, 1}});
  check(bare, 45.5, 12.25, "latitude without N or S, taken as north; longitude without E or W");
}

TEST_CASE("the orientation may have any integer type") {
  for (const int type : {1, 3, 4, 6, 8, 9}) {
    CAPTURE(type);
    ExifBlock block;
    block.main_integer(0x0112, type, 6);
    CHECK(exif_of(block).orientation == 6);
  }
}

TEST_CASE("what makes a position doubtful") {
  const auto doubt = [](const std::function<void(ExifBlock&)>& add) {
    ExifBlock block;
    block.gps_position(45.4343, "N", 12.3388, "E");
    add(block);
    const auto found = exif_of(block);
    CHECK(found.position);
    return found.position_doubt;
  };
  CHECK(doubt([](auto&) {}).empty());
  CHECK(contains(doubt([](auto& block) { block.gps_ascii(9, "V"); }), "status V"));
  CHECK(doubt([](auto& block) { block.gps_ascii(9, "A"); }).empty());
  CHECK(contains(doubt([](auto& block) { block.gps_rationals(31, {{2500, 1}}); }), "error of 2500 m"));
  CHECK(doubt([](auto& block) { block.gps_rationals(31, {{100, 1}}); }).empty());
  CHECK(contains(doubt([](auto& block) { block.gps_ascii(18, "TOKYO"); }), "another reference system (TOKYO)"));
  CHECK(doubt([](auto& block) { block.gps_ascii(18, "WGS-84"); }).empty());
  const auto method = [&](const std::string& text) {
    return doubt([&](auto& block) {
      block.gps_raw(27, 7, static_cast<std::uint32_t>(text.size()), Data(text.begin(), text.end()));
    });
  };
  CHECK(contains(method(std::string("ASCII\0\0\0CELLID", 14)), "mobile cells or the network (CELLID)"));
  CHECK(contains(method(std::string("\0\0\0\0\0\0\0\0network", 15)), "(network)"));
  CHECK(contains(method(std::string("UNICODE\0c\0e\0l\0l\0", 16)), "(cell)"));
  CHECK(contains(method(std::string("ASCII\0\0\0venloc 0.1", 18)), "estimate of venloc"));
  CHECK(method(std::string("ASCII\0\0\0GPS", 11)).empty());
  CHECK(contains(doubt([](auto& block) {
                   block.gps_ascii(9, "V");
                   block.gps_rationals(31, {{5000, 2}});
                 }),
                 "status V: the receiver had no fix; the device recorded a positioning error of 2500 m"));
  ExifBlock block;
  block.gps_position(45.4343, "N", 12.3388, "E");
  block.gps_rationals(31, {{155, 10}});
  CHECK(exif_of(block).position_error_m == 15.5);
}

TEST_CASE("positions in other directories and blocks") {
  ExifBlock with_gps;
  with_gps.gps_position(45.4343, "N", 12.3388, "E");
  ExifBlock without;
  without.main_ascii(0x010F, "Maker");
  without.main_short(0x0112, 8);
  SUBCASE("a second block of a JPEG") {
    const auto file =
        jpeg_with_exif(jpeg_with_exif(encoded(".jpg", drawn(8, 8, 3)), with_gps.bytes()), without.bytes());
    const auto found = decode_metadata(bytes_of(file));
    CHECK(found.position->lat == doctest::Approx(45.4343).epsilon(1e-9));
    CHECK(found.orientation == 8);
    CHECK(found.camera == "Maker");
  }
  SUBCASE("the second directory of a chain") {
    // The chain's end of the first directory is replaced by the offset of the second, which has other texts.
    auto first = without.bytes();
    ExifBlock second = with_gps;
    second.main_ascii(0x010F, "Preview");
    second.main_short(0x0112, 3);
    const auto start = first.size();
    const auto whole = second.bytes(Data(first.begin() + 8, first.end()));
    auto block = whole;
    const std::size_t end_of_first = 8 + 2 + 2 * 12;
    block[4] = 8;  // begin with the first
    block[5] = block[6] = block[7] = 0;
    for (int i = 0; i < 4; ++i)
      block[end_of_first + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(start >> 8 * i);
    const auto found = decode_metadata(bytes_of(jpeg_with_exif(encoded(".jpg", drawn(8, 8, 3)), block)));
    REQUIRE_MESSAGE(found.position, found.position_problem);
    CHECK(found.camera == "Maker");
    CHECK(found.orientation == 8);
  }
  SUBCASE("behind 100 kB of other data") {
    const auto block = with_gps.bytes(Data(100'000));
    CHECK(decode_metadata(bytes_of(png_with_chunk(encoded(".png", drawn(8, 8, 3)), "eXIf", block))).position);
    CHECK(decode_metadata(bytes_of(webp_with_exif(encoded(".webp", drawn(8, 8, 3)), 8, 8, block))).position);
  }
}

TEST_CASE("texts of EXIF") {
  const auto wide = [](const std::string& text) {
    Data data;
    for (const char c : text) data.insert(data.end(), {static_cast<std::uint8_t>(c), 0});
    data.insert(data.end(), {0, 0});
    return data;
  };
  ExifBlock block;
  block.main_ascii(0x010E, " A bridge ");
  block.main_ascii(0x010F, "Canon");
  block.main_ascii(0x0110, "Canon EOS 40D");
  block.main_ascii(0x013B, "Andr\xE9");     // Latin-1
  block.main_ascii(0x8298, "\xC2\xA9 me");  // UTF-8
  block.main_bytes(0x9C9B, wide("Rialto"));
  block.main_bytes(0x9C9E, wide("bridge; Venice;bridge ;"));
  const auto found = exif_of(block);
  CHECK(found.title == "Rialto");
  CHECK(found.description == "A bridge");
  CHECK(found.camera == "Canon EOS 40D");
  CHECK(found.author == "Andr\u00E9");
  CHECK(found.copyright == "\u00A9 me");
  CHECK(found.keywords == std::vector<std::string>{"bridge", "Venice"});
  ExifBlock nokia;
  nokia.main_ascii(0x010F, "Nokia");
  nokia.main_ascii(0x0110, "N95");
  CHECK(exif_of(nokia).camera == "Nokia N95");
}

TEST_CASE("the time of the exposure: original, then digitized, then changed") {
  ExifBlock block;
  block.main_ascii(0x0132, "2021:03:03 03:03:03");
  CHECK(exif_of(block).taken == "2021-03-03T03:03:03");
  block.exif_ascii(0x9004, "2020:02:02 02:02:02");
  CHECK(exif_of(block).taken == "2020-02-02T02:02:02");
  block.exif_ascii(0x9003, "2019:07:14 18:03:22");
  CHECK(exif_of(block).taken == "2019-07-14T18:03:22");
  for (const std::string bad : {"0000:00:00 00:00:00", "    :  :     :  :  ", "2019:02:30 10:00:00",
                                "2019:02:29 10:00:00", "1900:02:29 10:00:00", "2019:04:31 10:00:00",
                                "2019:13:01 10:00:00", "2019:07:14 25:00:00", "2019:07:14", "", "soon"}) {
    CAPTURE(bad);
    ExifBlock other;
    other.exif_ascii(0x9003, bad);
    CHECK(!exif_of(other).taken);
    other.exif_ascii(0x9004, "2020:02:02 02:02:02");
    CHECK(exif_of(other).taken == "2020-02-02T02:02:02");
  }
}

TEST_CASE("fractions of a second and offsets") {
  ExifBlock block;
  block.exif_ascii(0x9003, "2019:07:14 18:03:22");
  block.exif_ascii(0x9291, "250 ");
  block.exif_ascii(0x9011, "+02:00");
  CHECK(exif_of(block).taken == "2019-07-14T18:03:22.25+02:00");
  block.exif_ascii(0x9290, "9");  // of the changed time
  CHECK(exif_of(block).taken == "2019-07-14T18:03:22.25+02:00");
  ExifBlock other;
  other.exif_ascii(0x9003, "2019:07:14 18:03:22");
  other.exif_ascii(0x9011, "   :  ");
  CHECK(exif_of(other).taken == "2019-07-14T18:03:22");
  ExifBlock utc;
  utc.exif_ascii(0x9003, "2019:07:14 18:03:22.5Z");
  CHECK(exif_of(utc).taken == "2019-07-14T18:03:22.5+00:00");
}

TEST_CASE("the last days of months") {
  for (const std::string day : {"2019-01-31", "2019-02-28", "2020-02-29", "2000-02-29", "2019-04-30", "2019-12-31"}) {
    CAPTURE(day);
    ExifBlock block;
    block.exif_ascii(0x9003, day.substr(0, 4) + ":" + day.substr(5, 2) + ":" + day.substr(8) + " 10:00:00");
    CHECK(exif_of(block).taken == day + "T10:00:00");
  }
}

TEST_CASE("positions and times are found in every format, also far behind in a large TIFF") {
  ExifBlock block;
  block.gps_position(45.4343, "N", 12.3388, "E");
  block.exif_ascii(0x9003, "2019:07:14 18:03:22");
  const auto picture = drawn(6, 4, 1);
  const std::vector<Data> files{jpeg_with_exif(encoded(".jpg", picture), block.bytes()),
                                png_with_chunk(encoded(".png", picture), "eXIf", block.bytes()),
                                webp_with_exif(encoded(".webp", picture), 6, 4, block.bytes()),
                                tiff_with_tags(picture, block), tiff_with_tags(picture, block, 300'000)};
  for (const auto& data : files) {
    const auto exif = decode_metadata(bytes_of(data));
    REQUIRE_MESSAGE(exif.position, exif.position_problem);
    CHECK(exif.position->lat == doctest::Approx(45.4343).epsilon(1e-9));
    CHECK(exif.position->lng == doctest::Approx(12.3388).epsilon(1e-9));
    CHECK(exif.taken == "2019-07-14T18:03:22");
    CHECK_NOTHROW(decode_image(bytes_of(data), "a"));
  }
}

TEST_CASE("tags cut or damaged at any byte never throw") {
  ExifBlock block;
  block.main_short(0x0112, 6);
  block.main_ascii(0x0132, "2021:03:03 03:03:03");
  block.exif_ascii(0x9003, "2019:07:14 18:03:22");
  block.gps_position(45.4343, "N", 12.3388, "E");
  const auto picture = drawn(6, 4, 1);
  for (const auto& whole : {jpeg_with_exif(encoded(".jpg", picture), block.bytes()), tiff_with_tags(picture, block),
                            png_with_chunk(encoded(".png", picture), "eXIf", block.bytes()),
                            webp_with_exif(encoded(".webp", picture), 6, 4, block.bytes())}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const auto exif = decode_metadata(bytes_of(whole).first(size));
      CHECK((exif.position.has_value() || !exif.position_problem.empty()));
    }
    for (std::size_t at = 0; at < whole.size(); ++at)
      for (const int value : {0x00, 0x7F, 0xFF}) {
        auto damaged = whole;
        damaged[at] = static_cast<std::uint8_t>(value);
        const auto exif = decode_metadata(bytes_of(damaged));
        CHECK((exif.orientation >= 1 && exif.orientation <= 8));
        if (exif.position) CHECK(is_valid(*exif.position));
      }
  }
}

TEST_CASE("a directory that points to itself ends") {
  ExifBlock block;
  block.main_long(0x8769, 8);
  block.main_long(0x8825, 8);
  CHECK(!exif_of(block).position);
  CHECK(!decode_metadata(bytes_of(tiff_with_tags(drawn(4, 4, 1), block))).position);
}

TEST_CASE("tags of a file") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(read_metadata(folder.path() / "absent.jpg"), FileNotFoundError);
  CHECK_THROWS_AS(read_metadata(folder.path()), FileNotFoundError);
  CHECK(read_metadata(folder.write("empty.jpg", std::string())).position_problem == "no metadata");
  ExifBlock block;
  block.main_short(0x0112, 3);
  CHECK(read_metadata(folder.write("a.jpg", jpeg_with_exif(encoded(".jpg", drawn(8, 8, 3)), block.bytes())))
            .orientation == 3);
}

TEST_CASE("the shared collection of odd files: no crash, and the reference positions") {
  const char* variable = std::getenv("VENLOC_SHARED");
  const auto folder = std::filesystem::path(variable != nullptr ? variable : VENLOC_SHARED_DEFAULT) / "data" / "exif";
  if (!std::filesystem::is_directory(folder)) {
    MESSAGE("skipped: the shared EXIF files are not at " << folder.string());
    return;
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    CAPTURE(entry.path().string());
    const auto exif = read_metadata(entry.path());
    CHECK(exif.position.has_value() == exif.position_problem.empty());
    CHECK(exif.position.has_value() != exif.position_source.empty());
    try {
      const auto image = read_image(entry.path());
      CHECK(!image.empty());
    } catch (const ImageError& error) {
      CHECK(contains(error.what(), entry.path().string()));
    }
  }
  std::ifstream table(folder / "gps_tags.csv");
  std::string line;
  REQUIRE(std::getline(table, line));
  int positions = 0;
  while (std::getline(table, line)) {
    const auto fields = split_line(line);
    REQUIRE(fields.size() >= 8);
    CAPTURE(fields[0]);
    const auto exif = read_metadata(folder / fields[0]);
    if (!fields[7].empty()) CHECK(std::to_string(exif.orientation) == fields[7]);
    auto lat = degrees_of(fields[2]);
    auto lng = degrees_of(fields[4]);
    if (fields[1].empty() || fields[3].empty() || !lat || !lng) {
      if (fields[5].empty()) CHECK(!exif.position);
    } else {
      lat = fields[1] == "S" ? -*lat : *lat;
      lng = fields[3] == "W" ? -*lng : *lng;
    }
    if (!fields[5].empty()) {  // another reader's values count more than ours from the raw numbers
      lat = std::stod(fields[5]);
      lng = std::stod(fields[6]);
    } else if (fields[1].empty()) {
      continue;
    }
    REQUIRE_MESSAGE(exif.position, exif.position_problem);
    CHECK(std::abs(exif.position->lat - *lat) < 1e-6);
    CHECK(std::abs(exif.position->lng - *lng) < 1e-6);
    ++positions;
  }
  CHECK(positions >= 11);
}
