// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/colour_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/imgproc.hpp>

#include "venloc/core/error.hpp"
#include "venloc/image/opencv.hpp"

namespace venloc {
namespace {

constexpr int kSide = 64;
constexpr int kHues = 8, kSaturations = 4, kValues = 4;
static_assert(kHues * kSaturations * kValues == kColours);

}  // namespace

ColourHistogram colour_histogram(const Image& image) {
  if (image.empty()) throw ImageError("the picture is empty: give one with pixels");
  cv::Mat picture;
  cv::resize(to_mat(image), picture, cv::Size(kSide, kSide), 0, 0, cv::INTER_AREA);
  if (picture.channels() == 1) cv::cvtColor(picture, picture, cv::COLOR_GRAY2BGR);
  cv::Mat hsv;
  cv::cvtColor(picture, hsv, cv::COLOR_BGR2HSV);
  std::array<int, kColours> counts{};
  for (int row = 0; row < kSide; ++row)
    for (int column = 0; column < kSide; ++column) {
      const auto pixel = hsv.at<cv::Vec3b>(row, column);
      const int bin =
          (pixel[0] * kHues / 180 * kSaturations + pixel[1] * kSaturations / 256) * kValues + pixel[2] * kValues / 256;
      ++counts[static_cast<std::size_t>(bin)];
    }
  ColourHistogram out;
  std::ranges::transform(counts, out.begin(), [](int count) {
    return static_cast<std::uint8_t>(std::lround(255.0f * std::sqrt(static_cast<float>(count) / (kSide * kSide))));
  });
  return out;
}

float similarity(const ColourHistogram& a, const ColourHistogram& b) {
  const auto product = std::inner_product(a.begin(), a.end(), b.begin(), std::uint32_t{0});
  return std::min(1.0f, static_cast<float>(product) / (255.0f * 255.0f));
}

bool is_valid(const ColourHistogram& histogram) {
  // Rounding each of n values by up to a half changes the length by up to sqrt(n) / 2.
  const double square = std::inner_product(histogram.begin(), histogram.end(), histogram.begin(), 0.0);
  return std::abs(std::sqrt(square) - 255.0) <= std::sqrt(static_cast<double>(histogram.size())) / 2;
}

}  // namespace venloc
