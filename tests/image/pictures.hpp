// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <span>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "core/random.hpp"

/// Test pictures, drawn by program.
namespace venloc::testing {

/// A smooth picture without any symmetry, CV_8UC1 or CV_8UC3.
inline cv::Mat drawn(int width, int height, int channels) {
  cv::Mat result(height, width, CV_8UC(channels));
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < channels; ++c)
        result.ptr<std::uint8_t>(y)[x * channels + c] =
            static_cast<std::uint8_t>(20 + (c == 0 ? 120 * x / width : 0) + (c == 1 ? 120 * y / height : 0) +
                                      80 * (x + 2 * y) / (width + 2 * height) + 15 * c);
  return result;
}

/// A picture with many shapes, another one for each seed.
inline cv::Mat scene(int width, int height, std::uint64_t seed) {
  Random random(seed);
  const auto below = [&](int bound) { return static_cast<int>(random.below(static_cast<std::uint64_t>(bound))); };
  cv::Mat result(height, width, CV_8UC3, cv::Scalar(below(256), below(256), below(256)));
  for (int i = 0; i < 40; ++i) {
    const cv::Point corner(below(width), below(height));
    const cv::Size size(1 + below(width / 3), 1 + below(height / 3));
    cv::rectangle(result, cv::Rect(corner, size), cv::Scalar(below(256), below(256), below(256)), cv::FILLED);
  }
  return result;
}

inline std::vector<std::uint8_t> encoded(const std::string& extension, const cv::Mat& matrix,
                                         const std::vector<int>& parameters = {}) {
  std::vector<std::uint8_t> result;
  cv::imencode(extension, matrix, result, parameters);
  return result;
}

inline std::span<const std::byte> bytes_of(const std::vector<std::uint8_t>& data) {
  return std::as_bytes(std::span(data));
}

inline std::vector<std::uint8_t> bytes_of_text(const std::string& text) { return {text.begin(), text.end()}; }

}  // namespace venloc::testing
