// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <opencv2/core.hpp>
#include <opencv2/features2d.hpp>
#include <opencv2/imgproc.hpp>
#include <thread>
#include <vector>

#include "core/files.hpp"
#include "core/random.hpp"
#include "venloc/core/error.hpp"
#include "venloc/features/local_features.hpp"
#include "venloc/image/opencv.hpp"

using namespace venloc;

namespace {

/// Rectangles and discs, of sizes up to `largest` px, drawn into a part of a grey picture.
void draw(cv::Mat& picture, cv::Rect part, int shapes, int largest, std::uint64_t seed) {
  Random random(seed);
  const auto below = [&](int bound) { return static_cast<int>(random.below(static_cast<std::uint64_t>(bound))); };
  cv::Mat view = picture(part);
  for (int i = 0; i < shapes; ++i) {
    const cv::Point at(below(part.width), below(part.height));
    const cv::Scalar colour(below(256), below(256), below(256));
    if (i % 2 == 0)
      cv::rectangle(view, cv::Rect(at, cv::Size(3 + below(largest), 3 + below(largest))), colour, cv::FILLED);
    else
      cv::circle(view, at, 2 + below(largest / 2), colour, cv::FILLED);
  }
}

cv::Mat drawn(int width, int height, std::uint64_t seed, int shapes = 150) {
  cv::Mat picture(height, width, CV_8UC3, cv::Scalar(120, 130, 140));
  draw(picture, {0, 0, width, height}, shapes, 40, seed);
  return picture;
}

bool same(const LocalFeatures& a, const LocalFeatures& b) {
  return a.width == b.width && a.height == b.height && a.keypoints == b.keypoints && a.descriptors == b.descriptors;
}

SiftOptions all_features() {
  SiftOptions options;
  options.max_features = 0;
  return options;
}

}  // namespace

TEST_CASE("sift: options name the field that is wrong") {
  const auto message = [](auto change) {
    SiftOptions options;
    change(options);
    return message_of<InvalidArgumentError>([&] { options.validate(); });
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(message([](auto&) {}).empty());
  CHECK(message([](auto& o) { o.long_side_px = 31; }).find("long_side_px") != std::string::npos);
  CHECK(message([](auto& o) { o.max_features = -1; }).find("max_features") != std::string::npos);
  CHECK(message([](auto& o) { o.grid_cells = 0; }).find("grid_cells") != std::string::npos);
  CHECK(message([](auto& o) { o.grid_cells = 65; }).find("grid_cells") != std::string::npos);
  CHECK(message([](auto& o) { o.contrast_threshold = 0; }).find("contrast_threshold") != std::string::npos);
  CHECK(message([&](auto& o) { o.contrast_threshold = nan; }).find("contrast_threshold") != std::string::npos);
  CHECK(message([](auto& o) { o.edge_threshold = 1; }).find("edge_threshold") != std::string::npos);
  CHECK(message([&](auto& o) { o.edge_threshold = nan; }).find("edge_threshold") != std::string::npos);
  SiftOptions wrong;
  wrong.grid_cells = -3;
  CHECK_THROWS_AS((void)extract_sift(from_mat(drawn(64, 64, 1)), wrong), InvalidArgumentError);
}

TEST_CASE("sift: pictures without structure have no features, an empty one is refused") {
  for (const bool upright : {true, false}) {
    auto options = all_features();
    options.upright = upright;
    CHECK_THROWS_AS((void)extract_sift(Image(), options), ImageError);
    for (const int channels : {1, 3})
      for (const auto& [width, height] : std::vector<std::pair<int, int>>{
               {1, 1}, {1, 300}, {300, 1}, {7, 7}, {8, 8}, {9, 200}, {64, 64}, {3000, 9}}) {
        const Image image(width, height, channels,
                          std::vector<std::uint8_t>(std::size_t(width * height * channels), 90));
        const auto f = extract_sift(image, options);
        CHECK(f.size() == 0);
        CHECK(f.descriptors.empty());
        CHECK(f.width == std::min(width, 640));
        CHECK(f.height >= 1);
      }
  }
  // Tiny pictures with structure do no harm.
  for (int size = 1; size < 20; ++size) {
    const auto f = extract_sift(from_mat(drawn(size, size, 3)), all_features());
    CHECK(f.keypoints.size() == f.descriptors.size());
  }
}

TEST_CASE("sift: large pictures are shrunk to the longer side, small ones stay") {
  auto options = all_features();
  for (const auto& [width, height] : std::vector<std::pair<int, int>>{{800, 500}, {500, 800}, {640, 480}, {200, 100}}) {
    const auto f = extract_sift(from_mat(drawn(width, height, 5)), options);
    const double scale = std::min(1.0, 640.0 / std::max(width, height));
    CHECK(std::abs(f.width - width * scale) <= 0.5);
    CHECK(std::abs(f.height - height * scale) <= 0.5);
    CHECK(f.size() > 20);
    for (const auto& k : f.keypoints) {
      CHECK((k.x >= 0 && k.x <= static_cast<float>(f.width - 1)));
      CHECK((k.y >= 0 && k.y <= static_cast<float>(f.height - 1)));
      CHECK((k.scale > 0 && k.response > 0));
    }
  }
  options.long_side_px = 100;
  CHECK(extract_sift(from_mat(drawn(200, 100, 5)), options).width == 100);
}

TEST_CASE("sift: RootSIFT bytes follow from those of SIFT") {
  const auto image = from_mat(drawn(320, 240, 7));
  // Plain values are rounded to bytes first when OpenCV computes them; upright ones only at the end.
  for (const bool upright : {true, false}) {
    auto options = all_features();
    options.upright = upright;
    const auto root = extract_sift(image, options);
    options.root = false;
    const auto plain = extract_sift(image, options);
    const double rounding = upright ? 0.5 : 0.0;
    REQUIRE(root.keypoints == plain.keypoints);
    REQUIRE(root.size() > 50);
    for (std::size_t i = 0; i < root.size(); ++i) {
      double sum = 0, square = 0;
      for (const auto v : plain.descriptors[i]) sum += v;
      for (std::size_t d = 0; d < kSiftDimension; ++d) {
        const auto expected = [&](double value, double total) {
          return std::min(255.0, 512.0 * std::sqrt(std::max(value, 0.0) / total));
        };
        CHECK(root.descriptors[i][d] >= expected(plain.descriptors[i][d] - rounding, sum + 64 * rounding) - 1);
        CHECK(root.descriptors[i][d] <= expected(plain.descriptors[i][d] + rounding, sum - 64 * rounding) + 1);
        square += double(root.descriptors[i][d]) * root.descriptors[i][d];
      }
      CHECK(square <= 512.0 * 512.0 * 1.02);  // unit length, unless a value is cut at 255
    }
  }
}

TEST_CASE("sift: with orientations and all features it is OpenCV's, strongest first") {
  const cv::Mat picture = drawn(320, 240, 9);
  auto options = all_features();
  options.upright = false;
  options.root = false;
  options.contrast_threshold = 0.04;
  const auto found = extract_sift(from_mat(picture), options);
  cv::Mat descriptors;
  std::vector<cv::KeyPoint> keypoints;
  cv::SIFT::create()->detectAndCompute(to_mat(from_mat(picture).to_gray()), cv::noArray(), keypoints, descriptors);
  REQUIRE(found.size() == keypoints.size());
  REQUIRE(found.size() > 50);
  // As multisets: every one of OpenCV's is there with its descriptor.
  std::vector<bool> used(found.size(), false);
  for (std::size_t i = 0; i < keypoints.size(); ++i) {
    bool there = false;
    for (std::size_t j = 0; j < found.size() && !there; ++j) {
      const auto& k = found.keypoints[j];
      if (used[j] || k.x != keypoints[i].pt.x || k.y != keypoints[i].pt.y || k.scale != keypoints[i].size) continue;
      if (std::abs(k.angle - keypoints[i].angle * std::numbers::pi / 180) > 1e-5) continue;
      there = true;
      for (int d = 0; d < 128; ++d)
        there = there && descriptors.at<float>(static_cast<int>(i), d) == found.descriptors[j][std::size_t(d)];
      used[j] = there;
    }
    CHECK(there);
  }
  CHECK(std::ranges::is_sorted(found.keypoints, std::greater{}, &Keypoint::response));
}

TEST_CASE("sift: upright features are OpenCV's with directions set to zero") {
  // Blurred as photos are: OpenCV takes a sample near the true position, which differs most at sharp edges.
  cv::Mat picture = drawn(320, 240, 17);
  cv::GaussianBlur(picture, picture, {}, 1.0);
  auto options = all_features();
  options.root = false;
  const auto found = extract_sift(from_mat(picture), options);
  const cv::Mat gray = to_mat(from_mat(picture).to_gray());
  const auto sift = cv::SIFT::create(0, 3, options.contrast_threshold, options.edge_threshold);
  std::vector<cv::KeyPoint> keypoints;
  sift->detect(gray, keypoints);
  for (auto& k : keypoints) k.angle = 0;
  std::ranges::sort(keypoints, [](const auto& a, const auto& b) {
    return std::tie(a.pt.x, a.pt.y, a.size) < std::tie(b.pt.x, b.pt.y, b.size);
  });
  const auto repeated =
      std::ranges::unique(keypoints, [](const auto& a, const auto& b) { return a.pt == b.pt && a.size == b.size; });
  keypoints.erase(repeated.begin(), repeated.end());
  cv::Mat descriptors;
  sift->compute(gray, keypoints, descriptors);
  REQUIRE(keypoints.size() > 100);
  std::size_t there = 0;
  double similarity = 0;
  for (std::size_t i = 0; i < keypoints.size(); ++i)
    for (std::size_t j = 0; j < found.size(); ++j) {
      const auto& k = found.keypoints[j];
      // OpenCV takes the first sample of the doubled picture to lie on the picture's first pixel.
      if (std::hypot(k.x + 0.25f - keypoints[i].pt.x, k.y + 0.25f - keypoints[i].pt.y) > 0.05f) continue;
      if (std::abs(k.scale / keypoints[i].size - 1) > 0.01f) continue;
      ++there;
      double product = 0;
      for (int d = 0; d < 128; ++d)
        product +=
            static_cast<double>(descriptors.at<float>(static_cast<int>(i), d)) * found.descriptors[j][std::size_t(d)];
      similarity += product / (512.0 * 512.0);
      break;
    }
  const auto count = static_cast<double>(keypoints.size());
  CHECK(static_cast<double>(there) > 0.98 * count);
  CHECK(static_cast<double>(found.size()) < 1.02 * count);
  CHECK(similarity / static_cast<double>(there) > 0.97);
}

TEST_CASE("sift: upright features lie where the structure is") {
  // One blob: its centre and size are known.
  cv::Mat picture(101, 141, CV_8UC1, cv::Scalar(40));
  const double sigma = 6.0;
  for (int y = 0; y < picture.rows; ++y)
    for (int x = 0; x < picture.cols; ++x) {
      const double dx = x - 70.3, dy = y - 49.6;
      picture.at<std::uint8_t>(y, x) =
          static_cast<std::uint8_t>(40.5 + 180 * std::exp(-(dx * dx + dy * dy) / (2 * sigma * sigma)));
    }
  const auto f = extract_sift(from_mat(picture), all_features());
  REQUIRE(f.size() >= 1);
  CHECK(f.keypoints[0].x == doctest::Approx(70.3).epsilon(0.002));
  CHECK(f.keypoints[0].y == doctest::Approx(49.6).epsilon(0.002));
  // The difference of Gaussians k s and s is extreme where k s² = sigma² (plus the blur a camera is taken to have).
  const double expected = 2 * std::sqrt((sigma * sigma) / std::cbrt(2.0));
  CHECK(f.keypoints[0].scale == doctest::Approx(expected).epsilon(0.05));
}

TEST_CASE("sift: upright features have no angle and one orientation a place") {
  const auto image = from_mat(drawn(320, 240, 11));
  const auto f = extract_sift(image, all_features());
  REQUIRE(f.size() > 50);
  for (const auto& k : f.keypoints) CHECK(k.angle == 0);
  CHECK(std::ranges::is_sorted(f.keypoints, std::greater{}, &Keypoint::response));
  for (std::size_t i = 0; i < f.size(); ++i)
    for (std::size_t j = i + 1; j < f.size(); ++j)
      if (f.keypoints[i].x == f.keypoints[j].x && f.keypoints[i].y == f.keypoints[j].y)
        CHECK(f.keypoints[i].scale != f.keypoints[j].scale);
}

TEST_CASE("sift: angles are clockwise on the screen") {
  const cv::Mat picture = drawn(240, 240, 13);
  cv::Mat turned;
  cv::rotate(picture, turned, cv::ROTATE_90_CLOCKWISE);
  auto options = all_features();
  options.upright = false;
  const auto a = extract_sift(from_mat(picture), options), b = extract_sift(from_mat(turned), options);
  std::size_t right = 0, compared = 0;
  for (const auto& k : a.keypoints)
    for (const auto& t : b.keypoints) {
      // OpenCV's positions are off by a quarter of a pixel, which turns with the picture.
      if (std::hypot(t.x - (239 - k.y), t.y - k.x) > 0.8 || std::abs(t.scale / k.scale - 1) > 0.02) continue;
      ++compared;
      right += std::abs(std::remainder(t.angle - k.angle - std::numbers::pi / 2, 2 * std::numbers::pi)) < 0.05;
    }
  CHECK(compared > 50);
  // A place with two orientations is compared crosswise too.
  CHECK(static_cast<double>(right) > 0.5 * static_cast<double>(compared));
}

TEST_CASE("sift: a part with dense texture does not use up the cap") {
  cv::Mat picture(400, 640, CV_8UC3, cv::Scalar(128, 128, 128));
  draw(picture, {0, 0, 320, 400}, 60, 60, 15);
  draw(picture, {320, 0, 320, 400}, 4000, 8, 16);
  const auto image = from_mat(picture);
  const auto left_of = [](const LocalFeatures& f) {
    return static_cast<std::size_t>(std::ranges::count_if(f.keypoints, [](const Keypoint& k) { return k.x < 310; }));
  };
  for (const bool upright : {true, false}) {
    auto options = all_features();
    options.upright = upright;
    const auto all = extract_sift(image, options);
    const auto left = left_of(all);
    REQUIRE(left > 60);
    REQUIRE(all.size() > 8 * left);
    options.max_features = static_cast<int>(2 * left);
    const auto shared = extract_sift(image, options);
    CHECK(shared.size() == 2 * left);
    options.grid_cells = 1;
    const auto unshared = extract_sift(image, options);
    CHECK(unshared.size() == 2 * left);
    CHECK(left_of(shared) > left / 2);
    CHECK(left_of(shared) > left_of(unshared));
    CHECK(std::ranges::is_sorted(shared.keypoints, std::greater{}, &Keypoint::response));
    // One cell means the strongest of all, and what is kept is what was there.
    CHECK(std::ranges::equal(unshared.keypoints, std::span(all.keypoints).first(2 * left), {}, &Keypoint::response,
                             &Keypoint::response));
    for (const auto& k : shared.keypoints) CHECK(std::ranges::count(all.keypoints, k) >= 1);
  }
}

TEST_CASE("sift: the cap takes each cell's strongest in turns") {
  const auto image = from_mat(drawn(320, 240, 17, 300));
  auto options = all_features();
  options.grid_cells = 4;
  const auto all = extract_sift(image, options);
  options.max_features = 100;
  const auto kept = extract_sift(image, options);
  REQUIRE(kept.size() == 100);
  const auto cell = [](const Keypoint& k) { return int(k.x / 80) + 4 * int(k.y / 60); };
  std::vector<int> available(16, 0), taken(16, 0);
  for (const auto& k : all.keypoints) ++available[std::size_t(cell(k))];
  for (const auto& k : kept.keypoints) ++taken[std::size_t(cell(k))];
  const int most = std::ranges::max(taken);
  for (std::size_t c = 0; c < 16; ++c) {
    CHECK(taken[c] >= std::min(available[c], most - 1));
    // The strongest of the cell, in order.
    std::vector<float> strongest, chosen;
    for (const auto& k : all.keypoints)
      if (std::size_t(cell(k)) == c) strongest.push_back(k.response);
    for (const auto& k : kept.keypoints)
      if (std::size_t(cell(k)) == c) chosen.push_back(k.response);
    strongest.resize(chosen.size());
    CHECK(chosen == strongest);
  }
}

TEST_CASE("sift: the same picture gives the same features at any number of threads") {
  const auto image = from_mat(drawn(480, 360, 19, 250));
  for (const bool upright : {true, false}) {
    SiftOptions options;
    options.upright = upright;
    options.max_features = 200;
    const int before = cv::getNumThreads();
    cv::setNumThreads(1);
    const auto one = extract_sift(image, options, 1);
    for (const int threads : {0, 2, 3, 7}) CHECK(same(extract_sift(image, options, threads), one));
    cv::setNumThreads(4);
    CHECK(same(extract_sift(image, options), one));
    std::vector<int> right(4, 0);
    {
      std::vector<std::jthread> threads;
      for (auto& r : right) threads.emplace_back([&] { r = same(extract_sift(image, options), one); });
    }
    CHECK(right == std::vector<int>(4, 1));
    cv::setNumThreads(before);
  }
}
