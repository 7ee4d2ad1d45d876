// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "image/exif_blocks.hpp"
#include "image/pictures.hpp"
#include "venloc/core/error.hpp"
#include "venloc/image/image.hpp"
#include "venloc/image/metadata.hpp"
#include "venloc/image/opencv.hpp"

using namespace venloc;
using namespace venloc::testing;

namespace {

int largest_difference(const Image& a, const Image& b) {
  REQUIRE(a.width() == b.width());
  REQUIRE(a.height() == b.height());
  REQUIRE(a.channels() == b.channels());
  int largest = 0;
  for (std::size_t i = 0; i < a.pixels().size(); ++i)
    largest = std::max(largest, std::abs(int{a.pixels()[i]} - int{b.pixels()[i]}));
  return largest;
}

/// The message of the ImageError that `work` must throw.
std::string refusal(const std::function<void()>& work) {
  try {
    work();
  } catch (const ImageError& error) {
    return error.what();
  }
  FAIL("no ImageError");
  return {};
}

std::string refusal(const std::vector<std::uint8_t>& data, const ImageOptions& options = {}) {
  return refusal([&] { decode_image(bytes_of(data), "photo.jpg", options); });
}

ImageOptions at_most(std::int64_t max_pixels) {
  ImageOptions options;
  options.max_pixels = max_pixels;
  return options;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

void put_be32(std::vector<std::uint8_t>& data, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) data[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

std::vector<std::uint8_t> png_with_size(std::uint32_t width, std::uint32_t height) {
  auto png = encoded(".png", drawn(4, 4, 3));
  put_be32(png, 16, width);
  put_be32(png, 20, height);
  put_be32(png, 29, plain_crc32(png.data() + 12, 17));
  return png;
}

}  // namespace

TEST_CASE("lossless formats come back exactly, in RGB order, with their channels") {
  for (const std::string extension : {".png", ".tiff", ".bmp", ".ppm", ".pgm"}) {
    for (const int channels : {1, 3}) {
      if ((extension == ".ppm" && channels == 1) || (extension == ".pgm" && channels == 3)) continue;
      CAPTURE(extension);
      CAPTURE(channels);
      const auto matrix = drawn(37, 21, channels);
      const auto data = encoded(extension, matrix);
      const auto image = decode_image(bytes_of(data), "a");
      CHECK(image.channels() == (extension == ".bmp" ? image.channels() : channels));
      CHECK(largest_difference(image.channels() == channels ? image : image.to_gray(), from_mat(matrix)) == 0);
      const auto info = probe_image(bytes_of(data), "a");
      CHECK(info.width == 37);
      CHECK(info.height == 21);
      if (channels == 3) {
        CHECK(image.pixels()[0] == matrix.at<cv::Vec3b>(0, 0)[2]);
        CHECK(image.pixels()[2] == matrix.at<cv::Vec3b>(0, 0)[0]);
      }
    }
  }
}

TEST_CASE("probe names the format") {
  const std::vector<std::pair<std::string, std::string>> cases{{".jpg", "jpeg"},  {".png", "png"}, {".webp", "webp"},
                                                               {".tiff", "tiff"}, {".bmp", "bmp"}, {".ppm", "pnm"}};
  for (const auto& [extension, format] : cases) {
    const auto info = probe_image(bytes_of(encoded(extension, drawn(19, 33, 3))), "a");
    CHECK(info.format == format);
    CHECK(info.width == 19);
    CHECK(info.height == 33);
  }
}

TEST_CASE("lossy formats are close to the drawing") {
  const auto matrix = drawn(64, 48, 3);
  CHECK(largest_difference(decode_image(bytes_of(encoded(".jpg", matrix, {cv::IMWRITE_JPEG_QUALITY, 100})), "a"),
                           from_mat(matrix)) <= 8);
  CHECK(largest_difference(decode_image(bytes_of(encoded(".jpg", matrix, {cv::IMWRITE_JPEG_PROGRESSIVE, 1})), "a"),
                           from_mat(matrix)) <= 24);
  CHECK(largest_difference(decode_image(bytes_of(encoded(".webp", matrix, {cv::IMWRITE_WEBP_QUALITY, 101})), "a"),
                           from_mat(matrix)) == 0);
  const auto gray = drawn(64, 48, 1);
  const auto image = decode_image(bytes_of(encoded(".jpg", gray)), "a");
  CHECK(image.channels() == 1);
  CHECK(largest_difference(image, from_mat(gray)) <= 8);
}

TEST_CASE("one pixel is a picture") {
  for (const std::string extension : {".jpg", ".png", ".webp", ".tiff", ".bmp", ".ppm"}) {
    CAPTURE(extension);
    const auto image = decode_image(bytes_of(encoded(extension, cv::Mat(1, 1, CV_8UC3, cv::Scalar::all(200)))), "a");
    CHECK(image.width() == 1);
    CHECK(image.height() == 1);
    CHECK(std::abs(int{image.pixels()[0]} - 200) <= 3);
  }
}

TEST_CASE("16 bits a channel are scaled to 8") {
  for (const std::string extension : {".png", ".tiff", ".ppm"}) {
    CAPTURE(extension);
    const auto matrix = drawn(23, 17, 3);
    cv::Mat deep;
    matrix.convertTo(deep, CV_16U, 257.0);
    CHECK(largest_difference(decode_image(bytes_of(encoded(extension, deep)), "a"), from_mat(matrix)) == 0);
  }
}

TEST_CASE("alpha is laid over white") {
  cv::Mat bgra(1, 3, CV_8UC4);
  bgra.at<cv::Vec4b>(0, 0) = {10, 20, 30, 255};
  bgra.at<cv::Vec4b>(0, 1) = {10, 20, 30, 0};
  bgra.at<cv::Vec4b>(0, 2) = {0, 100, 200, 51};
  const std::vector<std::uint8_t> expected{30, 20, 10, 255, 255, 255, 244, 224, 204};
  for (const std::string extension : {".png", ".webp", ".tiff"}) {
    CAPTURE(extension);
    const auto image = decode_image(bytes_of(encoded(extension, bgra, {cv::IMWRITE_WEBP_QUALITY, 101})), "a");
    REQUIRE(image.channels() == 3);
    for (std::size_t i = 0; i < 9; ++i) CHECK(std::abs(int{image.pixels()[i]} - int{expected[i]}) <= 1);
  }
}

TEST_CASE("colours of a TIFF that are multiplied by their opacity are not multiplied twice") {
  // One pixel (0, 100, 200) of opacity 51, stored as such (extra sample 2) or multiplied (1): both look the same.
  for (const auto& [extra, pixel] : {std::pair{2, Data{200, 100, 0, 51}}, std::pair{1, Data{40, 20, 0, 51}}}) {
    ExifBlock tags;
    tags.main_short(256, 1);
    tags.main_short(257, 1);
    tags.main_shorts(258, {8, 8, 8, 8});
    tags.main_short(259, 1);
    tags.main_short(262, 2);
    tags.main_long(273, 8);
    tags.main_short(277, 4);
    tags.main_short(278, 1);
    tags.main_long(279, 4);
    tags.main_short(338, extra);
    const auto image = decode_image(bytes_of(tags.bytes(pixel)), "a.tif");
    REQUIRE(image.channels() == 3);
    CHECK(std::abs(int{image.pixels()[0]} - 244) <= 2);
    CHECK(std::abs(int{image.pixels()[1]} - 224) <= 2);
    CHECK(std::abs(int{image.pixels()[2]} - 204) <= 2);
  }
}

TEST_CASE("unsupported kinds of TIFF are refused by name") {
  const auto tiff = [](int tag, int value) {
    ExifBlock tags;
    tags.main_short(tag, value);
    return tiff_with_tags(drawn(8, 8, 1), tags);
  };
  CHECK(decode_image(bytes_of(tiff(274, 1)), "a").width() == 8);
  CHECK(contains(refusal(tiff(339, 3)), "floating-point"));
  CHECK(contains(refusal(tiff(262, 10)), "colour space 10"));
  CHECK(contains(refusal(tiff(259, 12345)), "compression 12345"));
}

TEST_CASE("the size of a TIFF counts whatever type of number it is, and before it is decoded") {
  const auto drawing = drawn(8, 6, 1);
  const auto with = [&](bool little, const auto& add) {
    ExifBlock tags(little);
    add(tags);  // stands before the entry of the same tag that tiff_with_tags adds, and so counts
    return tiff_with_tags(drawing, tags);
  };
  for (const bool little : {true, false}) {
    for (const int type : {1, 3, 4, 6, 8, 9, 16, 17}) {
      CAPTURE(type);
      const auto good = with(little, [&](ExifBlock& tags) {
        tags.main_integer(256, type, 8);
        tags.main_integer(257, type, 6);
      });
      const auto image = decode_image(bytes_of(good), "a");
      CHECK((image.width() == 8 && image.height() == 6));
      if (type == 1 || type == 6) continue;
      const auto huge = with(little, [&](ExifBlock& tags) {
        tags.main_integer(256, type, 30'000);
        tags.main_integer(257, type, 30'000);
      });
      CHECK(contains(refusal(huge, at_most(100'000'000)), "30000 x 30000"));
    }
    for (const int type : {16, 17, 9}) {
      const auto impossible = with(little, [&](ExifBlock& tags) { tags.main_integer(256, type, ~std::size_t{0}); });
      CHECK(contains(refusal(impossible), "its size is missing"));
    }
    for (const int type : {2, 5, 7, 11, 12})
      CHECK(!refusal(with(little, [&](ExifBlock& tags) { tags.main_integer(256, type, 8); })).empty());
  }
}

TEST_CASE("tiles of a TIFF count as pixels, and tiles and strips must be in the file") {
  const auto tiff = [](std::size_t side, std::size_t offset, std::size_t size) {
    ExifBlock tags;
    tags.main_short(256, 16);
    tags.main_short(257, 16);
    tags.main_short(258, 8);
    tags.main_short(259, 1);
    tags.main_short(262, 1);
    tags.main_short(277, 1);
    tags.main_long(322, side);
    tags.main_long(323, side);
    tags.main_long(324, offset);
    tags.main_long(325, size);
    return tags.bytes(Data(16 * 16, 77));
  };
  const auto whole = decode_image(bytes_of(tiff(16, 8, 16 * 16)), "a");
  CHECK(std::all_of(whole.pixels().begin(), whole.pixels().end(), [](auto value) { return value == 77; }));

  CHECK(contains(refusal(tiff(30'000, 8, 16 * 16)), "tiles of 900000000 pixels"));
  CHECK(contains(refusal(tiff(16, 300, 16 * 16)), "truncated"));
  CHECK(contains(refusal(tiff(16, 8, 1'000)), "truncated"));
  CHECK(contains(refusal(tiff(16, 0xFFFFFFF0, 0x20)), "truncated"));
}

TEST_CASE("what the head of a TIFF claims costs no memory") {
  // Arrays of a thousand million numbers, in a file of 200 bytes, for tags that matter and for one that does not.
  for (const std::uint32_t tag : {258u, 273u, 279u, 338u, 34675u}) {
    ExifBlock tags;
    tags.main_short(static_cast<int>(tag), 8);
    auto claims = tiff_with_tags(drawn(8, 6, 1), tags);
    for (std::size_t entry = 8 + 8 * 6 + 2; entry + 12 < claims.size(); entry += 12)
      if (claims[entry] + 256u * claims[entry + 1] == tag) {
        std::fill_n(claims.begin() + static_cast<std::ptrdiff_t>(entry) + 4, 4, std::uint8_t{0x3F});
        break;
      }
    CAPTURE(tag);
    std::string outcome = "read";
    const auto peak = [] {
      rusage usage{};
      getrusage(RUSAGE_SELF, &usage);
      return usage.ru_maxrss;
    };
    const auto before = peak();
    try {
      const ImageInfo info = probe_image(bytes_of(claims), "a");
      CHECK(info.width == 8);
    } catch (const ImageError& error) {
      outcome = error.what();
    }
    CHECK((outcome == "read" || contains(outcome, "damaged")));
    CHECK(peak() - before < 16 * 1024);  // [kB]
  }
}

TEST_CASE("a damaged orientation entry of a TIFF is harmless") {
  for (const bool little : {true, false}) {
    ExifBlock tags(little);
    tags.main_short(274, 6);
    const auto whole = tiff_with_tags(drawn(8, 6, 1), tags);
    const auto directory = std::size_t{8 + 8 * 6};
    for (std::size_t entry = directory + 2; entry + 12 < whole.size(); entry += 12) {
      auto damaged = whole;
      if ((little ? damaged[entry] + 256 * damaged[entry + 1] : damaged[entry + 1] + 256 * damaged[entry]) != 274)
        continue;
      for (std::size_t i = 4; i < 12; ++i) damaged[entry + i] = 0xEE;  // four thousand million values far outside
      const auto image = decode_image(bytes_of(damaged), "a");
      CHECK(image.width() == 8);
      CHECK(image.height() == 6);
    }
  }
}

TEST_CASE("a grey level that a PNG declares transparent is white") {
  const cv::Mat gray = (cv::Mat_<std::uint8_t>(1, 3) << 10, 77, 200);
  const auto image = decode_image(bytes_of(png_with_chunk(encoded(".png", gray), "tRNS", {0, 77})), "a");
  CHECK(std::vector<int>(image.pixels().begin(), image.pixels().end()) == std::vector<int>{10, 255, 200});
}

TEST_CASE("animated WebP is refused") {
  auto webp = webp_with_exif(encoded(".webp", drawn(9, 7, 3)), 9, 7, ExifBlock().bytes());
  CHECK(decode_image(bytes_of(webp), "a").width() == 9);
  webp[20] |= 0x02;
  CHECK(contains(refusal(webp), "animated"));
}

TEST_CASE("PNM: all six kinds, comments and other largest values") {
  const auto pixels = [](const std::string& text) {
    const auto image = decode_image(bytes_of(bytes_of_text(text)), "a.pnm");
    return std::vector<int>(image.pixels().begin(), image.pixels().end());
  };
  CHECK(pixels("P1\n3 1\n1 0 1\n") == std::vector<int>{0, 255, 0});
  CHECK(pixels("P1 3 1 101") == std::vector<int>{0, 255, 0});
  CHECK(pixels("P2\n# drawn\n2 1 # size\n100\n0 50\n") == std::vector<int>{0, 128});
  CHECK(pixels("P3 1 1 255 1 2 3") == std::vector<int>{1, 2, 3});
  CHECK(pixels(std::string("P4\n9 1\n") + "\x80" + "\x80") ==
        std::vector<int>{0, 255, 255, 255, 255, 255, 255, 255, 0});
  CHECK(pixels(std::string("P5 2 1 15\n") + "\x0F" + "\x03") == std::vector<int>{255, 51});
  CHECK(pixels(std::string("P5 1 1 65535\n") + "\x80" + "\x80") == std::vector<int>{128});
  CHECK(pixels("P6 1 1 255\nabc") == std::vector<int>{'a', 'b', 'c'});
  CHECK(contains(refusal(bytes_of_text("P6 2 2 255\nabc")), "truncated"));
  CHECK(contains(refusal(bytes_of_text("P2 2 2 255\n1 2 3")), "truncated"));
  CHECK(contains(refusal(bytes_of_text("P2 2 b 255\n1 2 3")), "its size is not a number"));
}

TEST_CASE("a head that declares too many pixels is refused before decoding") {
  const auto message = refusal(png_with_size(40'000, 30'000));
  CHECK(contains(message, "40000 x 30000"));
  CHECK(contains(message, "max_pixels (--max-pixels)"));
  CHECK(contains(refusal(png_with_size(0, 5)), "0 x 5"));
  CHECK(contains(refusal(png_with_size(0xFFFFFFFF, 5)), "impossible size"));
  CHECK(contains(refusal(bytes_of_text("P6 40000 30000 255\n")), "max_pixels"));

  auto jpeg = encoded(".jpg", drawn(4, 4, 3));
  for (std::size_t i = 0; i + 9 < jpeg.size(); ++i)
    if (jpeg[i] == 0xFF && jpeg[i + 1] == 0xC0) jpeg[i + 5] = jpeg[i + 7] = 0xFF;
  CHECK(contains(refusal(jpeg), "max_pixels"));

  const auto small = encoded(".png", drawn(10, 10, 3));
  ImageOptions options;
  options.max_pixels = 100;
  CHECK(decode_image(bytes_of(small), "a", options).width() == 10);
  options.max_pixels = 99;
  CHECK(contains(refusal([&] { decode_image(bytes_of(small), "a", options); }), "10 x 10"));
  options = {};
  options.max_bytes = small.size() - 1;
  CHECK(contains(refusal([&] { decode_image(bytes_of(small), "a", options); }), "max_bytes"));
  options.max_bytes = 0;
  CHECK_THROWS_WITH_AS(decode_image(bytes_of(small), "a", options), doctest::Contains("max_bytes"),
                       InvalidArgumentError);
  options = {};
  options.max_pixels = 0;
  CHECK_THROWS_WITH_AS(options.validate(), doctest::Contains("max_pixels"), InvalidArgumentError);
}

TEST_CASE("a picture cut at any byte is refused, never half decoded") {
  const auto matrix = drawn(40, 30, 3);
  for (const std::string extension : {".png", ".webp", ".tiff", ".bmp", ".ppm"}) {
    CAPTURE(extension);
    const auto whole = encoded(extension, matrix);
    REQUIRE_NOTHROW(decode_image(bytes_of(whole), "a"));
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const auto part = bytes_of(whole).first(size);
      CHECK_THROWS_AS(decode_image(part, "a"), ImageError);
    }
  }
}

TEST_CASE("a JPEG cut at any byte is read with a note while half of its rows are there, and refused otherwise") {
  const auto matrix = drawn(64, 160, 3);
  for (const int progressive : {0, 1}) {
    const auto whole = encoded(".jpg", matrix, {cv::IMWRITE_JPEG_PROGRESSIVE, progressive});
    const auto expected = decode_image(bytes_of(whole), "a");
    CHECK(expected.notes().empty());
    int refused = 0, noted = 0;
    double last_share = -1;
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CAPTURE(size);
      Image image;
      try {
        image = decode_image(bytes_of(whole).first(size), "a.jpg");
      } catch (const ImageError& error) {
        CHECK(contains(error.what(), "a.jpg: "));
        ++refused;
        CHECK(noted == 0);  // more of the file never makes it worse
        continue;
      }
      REQUIRE(image.height() == 160);
      if (image.notes().empty()) {
        CHECK(size + 16 > whole.size());  // all of its pixels are there
        continue;
      }
      ++noted;
      REQUIRE(image.notes().size() == 1);
      const std::string note = image.notes()[0];
      CHECK(note.starts_with("the file is cut short: "));
      const auto at = note.find("the last ");
      if (at == std::string::npos) continue;
      // The rows that the note does not call missing are those of the whole picture.
      const double missing = std::stod(note.substr(at + 9)) / 100;
      CHECK(missing <= 0.5);
      const auto whole_rows = static_cast<std::size_t>(160 * (1 - missing)) - 16;
      if (progressive == 0 && missing != last_share) {
        CHECK(std::equal(image.pixels().begin(),
                         image.pixels().begin() + static_cast<std::ptrdiff_t>(whole_rows * 64 * 3),
                         expected.pixels().begin()));
        last_share = missing;
      }
    }
    CHECK(refused > 100);
    CHECK(noted > 100);
  }
}

TEST_CASE("a picture is reduced to what is wanted, without a note, and to what fits, with one") {
  const auto matrix = drawn(400, 300, 3);
  const auto whole = from_mat(matrix);
  for (const std::string extension : {".jpg", ".png", ".tiff", ".ppm"}) {
    CAPTURE(extension);
    const auto data = encoded(extension, matrix, {cv::IMWRITE_JPEG_QUALITY, 100});
    ImageOptions options;
    options.long_side_px = 100;
    const auto wanted = decode_image(bytes_of(data), "a", options);
    CHECK(wanted.width() == 100);
    CHECK(wanted.height() == 75);
    CHECK(wanted.notes().empty());
    CHECK(largest_difference(wanted, whole.resized(100, 75)) <= 8);
    options.long_side_px = 201;
    CHECK(decode_image(bytes_of(data), "a", options).width() == 400);
    options.long_side_px = 0;
    options.max_decoded_pixels = 200 * 150;
    const auto fitting = decode_image(bytes_of(data), "a", options);
    CHECK(fitting.width() == 200);
    REQUIRE(fitting.notes().size() == 1);
    CHECK(contains(fitting.notes()[0], "400 x 300 px was read at 200 x 150 px"));
    options.long_side_px = 200;  // what is wanted fits
    CHECK(decode_image(bytes_of(data), "a", options).notes().empty());
    options.long_side_px = 0;
    options.max_decoded_pixels = 30;
    CHECK(decode_image(bytes_of(data), "a", options).width() <= 7);
  }
  ImageOptions small;
  small.max_decoded_pixels = 1000;
  for (const auto& [extension, parameters, what] :
       {std::tuple{".jpg", std::vector<int>{cv::IMWRITE_JPEG_PROGRESSIVE, 1}, "a progressive JPEG"},
        std::tuple{".webp", std::vector<int>{}, "a WebP"}, std::tuple{".bmp", std::vector<int>{}, "a BMP"}}) {
    const auto message = refusal(encoded(extension, matrix, parameters), small);
    CHECK(contains(message, what));
    CHECK(contains(message, "max_decoded_pixels (--max-decoded-pixels)"));
  }
}

TEST_CASE("a picture that is read for describing is as stored below twice the side that describing needs") {
  const TemporaryFolder folder;
  const auto below = drawn(2 * kDescribingSidePx - 1, 40, 3), at = drawn(2 * kDescribingSidePx, 40, 3);
  CHECK(largest_difference(read_for_describing(folder.write("a.png", encoded(".png", below))), from_mat(below)) == 0);
  CHECK(read_for_describing(folder.write("b.png", encoded(".png", at))).width() == kDescribingSidePx);
}

TEST_CASE("bytes behind the end of a picture do not matter") {
  for (const std::string extension : {".jpg", ".png", ".webp", ".tiff", ".bmp", ".ppm"}) {
    CAPTURE(extension);
    auto data = encoded(extension, drawn(20, 10, 3));
    const auto before = decode_image(bytes_of(data), "a");
    for (int i = 0; i < 1000; ++i) data.push_back(static_cast<std::uint8_t>(i * 7));
    CHECK(largest_difference(before, decode_image(bytes_of(data), "a")) == 0);
  }
}

TEST_CASE("what is not a picture is refused in words") {
  CHECK(contains(refusal(std::vector<std::uint8_t>{}), "empty"));
  const auto text = refusal(bytes_of_text("This is no picture at all.\n"));
  CHECK(contains(text, "photo.jpg"));
  CHECK(contains(text, "begins like a text file"));
  CHECK(contains(text, "JPEG, PNG, WebP, TIFF, BMP, PNM"));
  CHECK(contains(refusal(bytes_of_text("GIF89a......")), "a GIF picture"));
  CHECK(contains(refusal(bytes_of_text("8BPS......")), "a Photoshop picture"));
  CHECK(contains(refusal(bytes_of_text("%PDF-1.7")), "it is a PDF"));
  CHECK(contains(refusal(bytes_of_text("<?xml version='1.0'?>")), "it is an XML file"));
  CHECK(contains(refusal(bytes_of_text("<!-- drawn --> <svg width='3'/>")), "it is an SVG drawing"));
  for (const std::string brand : {"isom", "qt  ", "mp42", "3gp5"})
    CHECK(contains(refusal(bytes_of_text(std::string("\0\0\0\x18", 4) + "ftyp" + brand + "....isommp42")), "a video"));
  CHECK(contains(refusal(std::vector<std::uint8_t>(100, 0)), "unknown"));
  CHECK(contains(refusal(bytes_of_text("BMW cars do not drive through Venice.")), "begins like a text file"));

  const auto png = encoded(".png", drawn(20, 10, 3));
  auto flipped = png;
  flipped[flipped.size() - 30] ^= 0x10;
  CHECK(contains(refusal(flipped), "damaged"));
  auto bare = Data(png.begin(), png.begin() + 33);
  bare.insert(bare.end(), png.end() - 12, png.end());
  CHECK(contains(refusal(bare), "damaged"));
}

TEST_CASE("files: absent, a folder, empty, readable") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH_AS(read_image(folder.path() / "absent.jpg"), doctest::Contains("absent.jpg"), FileNotFoundError);
  CHECK_THROWS_WITH_AS(read_image(folder.path()), doctest::Contains("folder"), FileNotFoundError);
  REQUIRE(::mkfifo((folder / "pipe.jpg").c_str(), 0600) == 0);
  CHECK_THROWS_WITH_AS(read_image(folder / "pipe.jpg"), doctest::Contains("pipe.jpg: this is a pipe"), IoError);
  CHECK_THROWS_WITH_AS(read_metadata(folder / "pipe.jpg"), doctest::Contains("pipe.jpg: this is a pipe"), IoError);
  CHECK_THROWS_WITH_AS(read_image("/dev/zero"), doctest::Contains("a device"), IoError);
  CHECK_THROWS_WITH_AS(read_image(folder.write("empty.jpg", std::string())), doctest::Contains("empty"), ImageError);
  const auto matrix = drawn(12, 34, 3);
  const auto file = folder.write("good.png", encoded(".png", matrix));
  CHECK(largest_difference(read_image(file), from_mat(matrix)) == 0);
  ImageOptions options;
  options.max_bytes = 10;
  CHECK_THROWS_WITH_AS(read_image(file, options), doctest::Contains("max_bytes"), ImageError);
}
