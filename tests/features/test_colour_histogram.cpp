// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <opencv2/imgproc.hpp>

#include "features/colour_histogram.hpp"
#include "venloc/core/error.hpp"
#include "venloc/image/opencv.hpp"

using namespace venloc;

namespace {

ColourHistogram of(const cv::Mat& picture) { return colour_histogram(from_mat(picture)); }

cv::Mat plain(cv::Scalar colour) { return {60, 80, CV_8UC3, colour}; }

}  // namespace

TEST_CASE("colour histogram: a picture is like itself, whatever its size") {
  cv::Mat picture(90, 120, CV_8UC3, cv::Scalar(20, 120, 200));
  cv::circle(picture, {40, 30}, 20, {200, 30, 30}, cv::FILLED);
  cv::rectangle(picture, {70, 50, 30, 30}, {10, 220, 40}, cv::FILLED);
  const auto a = of(picture);
  CHECK(similarity(a, a) == doctest::Approx(1.0).epsilon(0.02));
  cv::Mat larger;
  cv::resize(picture, larger, {480, 360}, 0, 0, cv::INTER_CUBIC);
  CHECK(similarity(a, of(larger)) > 0.95);
}

TEST_CASE("colour histogram: the similarity is that of the shares of colours") {
  const auto red = of(plain({0, 0, 255})), blue = of(plain({255, 0, 0}));
  CHECK(similarity(red, red) == 1.0f);
  CHECK(similarity(red, blue) == 0.0f);
  // A quarter blue: the roots of the shares 3/4 and 1/4 multiplied with those of all red.
  cv::Mat mixed = plain({0, 0, 255});
  mixed.rowRange(0, 15).setTo(cv::Scalar(255, 0, 0));
  CHECK(similarity(of(mixed), red) == doctest::Approx(std::sqrt(0.75)).epsilon(0.02));
  CHECK(similarity(of(mixed), blue) == doctest::Approx(std::sqrt(0.25)).epsilon(0.06));
}

TEST_CASE("colour histogram: damaged ones are recognised") {
  auto a = of(plain({9, 90, 200}));
  CHECK(is_valid(a));
  a.fill(3);
  CHECK_FALSE(is_valid(a));
  CHECK_FALSE(is_valid(ColourHistogram{}));
}

TEST_CASE("colour histogram: one grey pixel, and no picture at all") {
  const auto pixel = of(cv::Mat(1, 1, CV_8UC1, cv::Scalar(7)));
  CHECK(similarity(pixel, pixel) == 1.0f);
  CHECK_THROWS_AS((void)colour_histogram(Image()), ImageError);
}
