// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <set>
#include <vector>

#include "image/pictures.hpp"
#include "venloc/core/error.hpp"
#include "venloc/image/augmentation.hpp"
#include "venloc/image/opencv.hpp"

using namespace venloc;
using namespace venloc::testing;

namespace {

AugmentationOptions nothing() { return {1.0, 0, 0, 0, 0, 0, 0, 0}; }

bool same(const Image& a, const Image& b) {
  return a.width() == b.width() && a.height() == b.height() && a.channels() == b.channels() &&
         std::ranges::equal(a.pixels(), b.pixels());
}

double mean_of(const Image& image) {
  double sum = 0;
  for (const auto value : image.pixels()) sum += value;
  return sum / static_cast<double>(image.pixels().size());
}

}  // namespace

TEST_CASE("augmentation: with every option off a picture stays as it is, grey ones get three channels") {
  const auto picture = from_mat(scene(60, 40, 1));
  CHECK(same(augmented(picture, nothing(), 5), picture));
  const auto grey = picture.to_gray();
  const auto three = augmented(grey, nothing(), 5);
  REQUIRE(three.channels() == 3);
  CHECK(same(three.to_gray(), grey));
}

TEST_CASE("augmentation: the same seed gives the same picture, another one another") {
  const auto picture = from_mat(scene(80, 60, 2));
  AugmentationOptions options;
  options.smooth_share = options.sketch_share = 0.3;
  for (std::uint64_t seed = 0; seed < 5; ++seed)
    CHECK(same(augmented(picture, options, seed), augmented(picture, options, seed)));
  CHECK_FALSE(same(augmented(picture, options, 0), augmented(picture, options, 1)));
}

TEST_CASE("augmentation: a crop is a part of the picture, of the given size and aspect, anywhere in it") {
  const auto picture = from_mat(drawn(200, 100, 3));
  auto options = nothing();
  options.min_crop = 0.25;
  const cv::Mat whole = to_mat(picture);
  double smallest = 1, largest = 0;
  std::set<std::pair<int, int>> corners;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const auto crop = augmented(picture, options, seed);
    const double share = double(crop.width()) * crop.height() / (200.0 * 100.0);
    smallest = std::min(smallest, share);
    largest = std::max(largest, share);
    CHECK(std::abs(crop.width() - 2 * crop.height()) <= 2);
    const cv::Mat part = to_mat(crop);
    cv::Point at(-1, -1);
    for (int y = 0; y + part.rows <= whole.rows; ++y)
      for (int x = 0; x + part.cols <= whole.cols; ++x)
        if (whole.at<cv::Vec3b>(y, x) == part.at<cv::Vec3b>(0, 0) &&
            cv::norm(whole(cv::Rect(cv::Point(x, y), part.size())), part, cv::NORM_INF) == 0)
          at = {x, y};
    CHECK(at.x >= 0);
    corners.insert({at.x, at.y});
  }
  CHECK(smallest >= 0.24);
  CHECK(smallest < 0.4);
  CHECK(largest > 0.85);
  CHECK(corners.size() > 40);
}

TEST_CASE("augmentation: a flip mirrors, in the given share") {
  const auto picture = from_mat(drawn(50, 30, 3));
  auto options = nothing();
  options.flip = 1.0;
  cv::Mat mirrored;
  cv::flip(to_mat(picture), mirrored, 1);
  CHECK(same(augmented(picture, options, 3), from_mat(mirrored)));
  options.flip = 0.3;
  int flipped = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) flipped += !same(augmented(picture, options, seed), picture);
  CHECK(std::abs(flipped - 300) < 60);  // four standard deviations
}

TEST_CASE("augmentation: colours change by the given factors") {
  const Image even(4, 4, 3, std::vector<std::uint8_t>(48, 100));
  auto options = nothing();
  options.brightness = 0.5;
  double darkest = 255, brightest = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const double mean = mean_of(augmented(even, options, seed));
    darkest = std::min(darkest, mean);
    brightest = std::max(brightest, mean);
  }
  CHECK(darkest >= 50);
  CHECK(darkest < 55);
  CHECK(brightest <= 150);
  CHECK(brightest > 145);

  // Contrast leaves the mean, saturation each pixel's grey.
  const auto picture = from_mat(drawn(40, 40, 3));
  options = nothing();
  options.contrast = 0.3;
  const auto spread = [](const Image& image) {
    cv::Scalar mean, standard_deviation;
    cv::meanStdDev(to_mat(image.to_gray()), mean, standard_deviation);
    return standard_deviation[0];
  };
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto changed = augmented(picture, options, seed);
    CHECK(mean_of(changed.to_gray()) == doctest::Approx(mean_of(picture.to_gray())).epsilon(0.02));
    const double ratio = spread(changed) / spread(picture);
    CHECK(ratio > 0.68);
    CHECK(ratio < 1.32);
  }
  options = nothing();
  options.saturation = 0.9;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto changed = augmented(picture, options, seed).to_gray();
    const auto before = picture.to_gray();
    int largest = 0;
    for (std::size_t i = 0; i < before.pixels().size(); ++i)
      largest = std::max(largest, std::abs(int(before.pixels()[i]) - int(changed.pixels()[i])));
    CHECK(largest <= 2);
  }
}

TEST_CASE("augmentation: styles make grey pictures, paintings without texture and drawings on white") {
  const auto picture = from_mat(scene(160, 120, 4));
  auto options = nothing();
  options.grey_share = 1.0;
  const auto grey = augmented(picture, options, 0);
  CHECK(same(grey.to_gray(), picture.to_gray()));

  // Noise goes, edges stay.
  cv::Mat noisy = to_mat(picture).clone(), noise(noisy.size(), noisy.type());
  cv::RNG generator(1);
  generator.fill(noise, cv::RNG::UNIFORM, 0, 24);
  noisy = noisy * 0.8 + noise;
  options = nothing();
  options.smooth_share = 1.0;
  const auto smooth = augmented(from_mat(noisy), options, 0);
  const auto roughness = [](const cv::Mat& mat) {
    cv::Mat difference;
    cv::absdiff(mat.colRange(1, mat.cols), mat.colRange(0, mat.cols - 1), difference);
    const cv::Mat flat = difference.reshape(1, 1);
    std::vector<std::uint8_t> values(flat.begin<std::uint8_t>(), flat.end<std::uint8_t>());
    std::ranges::sort(values);
    return std::pair(values[values.size() / 2], values[values.size() * 99 / 100]);
  };
  const auto [before, edge_before] = roughness(noisy);
  const auto [after, edge_after] = roughness(to_mat(smooth));
  CHECK(after * 2 < before);
  CHECK(edge_after > 0.7 * edge_before);

  options = nothing();
  options.sketch_share = 1.0;
  const auto sketch = augmented(picture, options, 0).to_gray();
  std::vector<std::uint8_t> values(sketch.pixels().begin(), sketch.pixels().end());
  std::ranges::sort(values);
  CHECK(values[values.size() / 2] > 240);    // even areas are white
  CHECK(values[values.size() / 100] < 200);  // and edges dark
}

TEST_CASE("augmentation: wrong options and empty pictures are refused by name") {
  const auto picture = from_mat(scene(20, 20, 1));
  const auto message = [&](auto change) -> std::string {
    AugmentationOptions options;
    change(options);
    try {
      (void)augmented(picture, options, 0);
    } catch (const InvalidArgumentError& error) {
      return error.what();
    }
    return {};
  };
  CHECK(message([](auto& o) { o.min_crop = 0; }).find("min_crop is 0") == 0);
  CHECK(message([](auto& o) { o.flip = 1.5; }).find("flip is 1.5") == 0);
  CHECK(message([](auto& o) { o.brightness = 1; }).find("brightness is 1") == 0);
  CHECK(message([](auto& o) { o.saturation = std::nan(""); }).find("saturation is ") == 0);
  CHECK(message([](auto& o) { o.smooth_share = o.sketch_share = 0.6; }).find("the sum of grey_share") == 0);
  CHECK_THROWS_AS((void)augmented(Image(), {}, 0), InvalidArgumentError);
}
