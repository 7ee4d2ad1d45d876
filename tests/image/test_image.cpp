// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <opencv2/core.hpp>

#include "image/pictures.hpp"
#include "venloc/core/error.hpp"
#include "venloc/image/image.hpp"
#include "venloc/image/opencv.hpp"

using namespace venloc;
using namespace venloc::testing;

TEST_CASE("Image checks its sizes") {
  CHECK_THROWS_WITH_AS(Image(0, 1, 1, {}), doctest::Contains("0 x 1"), InvalidArgumentError);
  CHECK_THROWS_WITH_AS(Image(1, -1, 1, {}), doctest::Contains("1 x -1"), InvalidArgumentError);
  CHECK_THROWS_WITH_AS(Image(1, 1, 2, {1, 2}), doctest::Contains("channels"), InvalidArgumentError);
  CHECK_THROWS_WITH_AS(Image(2, 2, 1, {1, 2, 3}), doctest::Contains("4 bytes, got 3"), InvalidArgumentError);
  const Image image(2, 1, 3, {1, 2, 3, 4, 5, 6});
  CHECK(image.width() == 2);
  CHECK(image.height() == 1);
  CHECK(image.channels() == 3);
  CHECK(!image.empty());
  CHECK(Image().empty());
  CHECK(Image().pixels().empty());
}

TEST_CASE("copies share their pixels") {
  const Image image(2, 1, 1, {1, 2});
  const Image copy = image;
  CHECK(copy.pixels().data() == image.pixels().data());
}

TEST_CASE("to_gray is BT.601 luma") {
  const auto image = from_mat(drawn(31, 17, 3));
  const auto gray = image.to_gray();
  REQUIRE(gray.channels() == 1);
  for (std::size_t i = 0; i < gray.pixels().size(); ++i) {
    const double luma =
        0.299 * image.pixels()[3 * i] + 0.587 * image.pixels()[3 * i + 1] + 0.114 * image.pixels()[3 * i + 2];
    CHECK(std::abs(gray.pixels()[i] - luma) <= 0.51);
  }
  CHECK(gray.to_gray().pixels().data() == gray.pixels().data());
}

TEST_CASE("resized averages areas when smaller") {
  const auto image = from_mat(drawn(40, 24, 3));
  const auto half = image.resized(20, 6);
  REQUIRE(half.width() == 20);
  REQUIRE(half.height() == 6);
  for (int y = 0; y < 6; ++y)
    for (int x = 0; x < 20; ++x)
      for (int c = 0; c < 3; ++c) {
        double sum = 0.0;
        for (int dy = 0; dy < 4; ++dy)
          for (int dx = 0; dx < 2; ++dx)
            sum += image.pixels()[static_cast<std::size_t>(((4 * y + dy) * 40 + 2 * x + dx) * 3 + c)];
        CHECK(std::abs(half.pixels()[static_cast<std::size_t>((y * 20 + x) * 3 + c)] - sum / 8.0) <= 0.51);
      }
}

TEST_CASE("resized: larger, mixed, same, wrong") {
  const Image two(2, 1, 1, {0, 200});
  const auto larger = two.resized(4, 1);
  CHECK(std::vector<int>(larger.pixels().begin(), larger.pixels().end()) == std::vector<int>{0, 50, 150, 200});
  const auto mixed = Image(2, 2, 1, {0, 200, 100, 0}).resized(1, 4);
  REQUIRE(mixed.width() == 1);
  REQUIRE(mixed.height() == 4);
  CHECK(int{mixed.pixels()[0]} == 100);
  CHECK(int{mixed.pixels()[3]} == 50);
  CHECK(two.resized(2, 1).pixels().data() == two.pixels().data());
  CHECK_THROWS_AS(two.resized(0, 1), InvalidArgumentError);
  CHECK_THROWS_AS(Image().resized(1, 1), InvalidArgumentError);
}

TEST_CASE("shrunk_to keeps the aspect and never enlarges") {
  const auto image = from_mat(drawn(300, 100, 1));
  const auto shrunk = image.shrunk_to(150);
  CHECK(shrunk.width() == 150);
  CHECK(shrunk.height() == 50);
  CHECK(image.shrunk_to(300).pixels().data() == image.pixels().data());
  const auto thin = from_mat(drawn(1, 500, 1)).shrunk_to(100);
  CHECK(thin.width() == 1);
  CHECK(thin.height() == 100);
  CHECK_THROWS_AS(image.shrunk_to(0), InvalidArgumentError);
}

TEST_CASE("to_mat and from_mat are inverse, also for a part of a matrix") {
  for (const int channels : {1, 3}) {
    const auto matrix = drawn(20, 10, channels);
    const auto part = matrix(cv::Rect(3, 2, 7, 5));
    const auto image = from_mat(part);
    CHECK(image.width() == 7);
    CHECK(image.height() == 5);
    CHECK(cv::norm(to_mat(image), part, cv::NORM_INF) == 0.0);
  }
  CHECK(to_mat(Image()).empty());
  CHECK_THROWS_AS(from_mat(cv::Mat()), InvalidArgumentError);
  CHECK_THROWS_WITH_AS(from_mat(cv::Mat(2, 2, CV_32F)), doctest::Contains("CV_32F"), InvalidArgumentError);
}

TEST_CASE("to_mat copies") {
  const Image image(1, 1, 1, {7});
  auto matrix = to_mat(image);
  matrix.at<std::uint8_t>(0, 0) = 9;
  CHECK(int{image.pixels()[0]} == 7);
}

TEST_CASE("image: turns clockwise by quarters, and keeps its notes") {
  const Image picture = Image(3, 2, 1, {1, 2, 3, 4, 5, 6}).with_note("cut short");
  const auto turned = picture.turned(90);
  CHECK(turned.width() == 2);
  CHECK(std::ranges::equal(turned.pixels(), std::vector<std::uint8_t>{4, 1, 5, 2, 6, 3}));
  CHECK(std::ranges::equal(picture.turned(180).pixels(), std::vector<std::uint8_t>{6, 5, 4, 3, 2, 1}));
  CHECK(std::ranges::equal(turned.turned(270).pixels(), picture.pixels()));
  for (const auto& made : {turned, picture.resized(2, 1), Image(1, 1, 3, {1, 2, 3}).with_note("cut short").to_gray()}) {
    REQUIRE(made.notes().size() == 1);
    CHECK(made.notes()[0] == "cut short");
  }
  CHECK_THROWS_AS((void)picture.turned(45), InvalidArgumentError);
}
