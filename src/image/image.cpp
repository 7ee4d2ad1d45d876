// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/image/image.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "venloc/core/error.hpp"
#include "venloc/image/opencv.hpp"

namespace venloc {
namespace {

/// The pixels as a matrix without copying; OpenCV has no read-only matrix, so it must only be read.
cv::Mat view(const Image& image) {
  return {image.height(), image.width(), CV_8UC(image.channels()), const_cast<std::uint8_t*>(image.pixels().data())};
}

Image take(const cv::Mat& rgb_or_gray) {
  const auto row_bytes = static_cast<std::size_t>(rgb_or_gray.cols) * static_cast<std::size_t>(rgb_or_gray.channels());
  std::vector<std::uint8_t> pixels;
  pixels.reserve(row_bytes * static_cast<std::size_t>(rgb_or_gray.rows));
  for (int y = 0; y < rgb_or_gray.rows; ++y)
    pixels.insert(pixels.end(), rgb_or_gray.ptr<std::uint8_t>(y), rgb_or_gray.ptr<std::uint8_t>(y) + row_bytes);
  return {rgb_or_gray.cols, rgb_or_gray.rows, rgb_or_gray.channels(), std::move(pixels)};
}

}  // namespace

Image::Image(int width, int height, int channels, std::vector<std::uint8_t> pixels)
    : width_(width), height_(height), channels_(channels) {
  const auto size = std::to_string(width) + " x " + std::to_string(height);
  if (width <= 0 || height <= 0) throw InvalidArgumentError("Image: the size must be positive, got " + size);
  if (channels != 1 && channels != 3)
    throw InvalidArgumentError("Image: channels must be 1 (grey) or 3 (RGB), got " + std::to_string(channels));
  const auto needed =
      static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * static_cast<std::size_t>(channels);
  if (pixels.size() != needed)
    throw InvalidArgumentError("Image: " + size + " pixels of " + std::to_string(channels) + " channels need " +
                               std::to_string(needed) + " bytes, got " + std::to_string(pixels.size()));
  pixels_ = std::make_shared<const std::vector<std::uint8_t>>(std::move(pixels));
}

std::span<const std::uint8_t> Image::pixels() const {
  if (!pixels_) return {};
  return *pixels_;
}

Image Image::with_note(std::string note) const {
  Image copy = *this;
  copy.notes_.push_back(std::move(note));
  return copy;
}

Image Image::to_gray() const {
  if (channels_ != 3) return *this;
  cv::Mat gray;
  cv::cvtColor(view(*this), gray, cv::COLOR_RGB2GRAY);
  Image made = take(gray);
  made.notes_ = notes_;
  return made;
}

Image Image::resized(int width, int height) const {
  if (empty()) throw InvalidArgumentError("Image: an empty picture cannot be resized");
  if (width <= 0 || height <= 0)
    throw InvalidArgumentError("Image: the new size must be positive, got " + std::to_string(width) + " x " +
                               std::to_string(height));
  if (width == width_ && height == height_) return *this;
  // One axis may shrink while the other grows: each is done by its own rule.
  const cv::Size smaller(std::min(width, width_), std::min(height, height_));
  cv::Mat result = view(*this);
  if (smaller != result.size()) {
    cv::Mat shrunk;
    cv::resize(result, shrunk, smaller, 0, 0, cv::INTER_AREA);
    result = shrunk;
  }
  if (result.size() != cv::Size(width, height)) {
    cv::Mat grown;
    cv::resize(result, grown, cv::Size(width, height), 0, 0, cv::INTER_LINEAR);
    result = grown;
  }
  Image made = take(result);
  made.notes_ = notes_;
  return made;
}

Image Image::shrunk_to(int long_side_px) const {
  if (long_side_px <= 0)
    throw InvalidArgumentError("Image: the longer side must be positive, got " + std::to_string(long_side_px));
  const int longer = std::max(width_, height_);
  if (longer <= long_side_px) return *this;
  const double scale = static_cast<double>(long_side_px) / longer;
  const auto scaled = [&](int side) { return std::max(1, static_cast<int>(std::lround(side * scale))); };
  return resized(scaled(width_), scaled(height_));
}

Image Image::turned(int degrees) const {
  cv::Mat result;
  switch (degrees) {
    case 0:
      return *this;
    case 90:
      cv::rotate(view(*this), result, cv::ROTATE_90_CLOCKWISE);
      break;
    case 180:
      cv::rotate(view(*this), result, cv::ROTATE_180);
      break;
    case 270:
      cv::rotate(view(*this), result, cv::ROTATE_90_COUNTERCLOCKWISE);
      break;
    default:
      throw InvalidArgumentError("Image: a picture is turned by 0, 90, 180 or 270 degrees, not by " +
                                 std::to_string(degrees));
  }
  Image made = take(result);
  made.notes_ = notes_;
  return made;
}

cv::Mat to_mat(const Image& image) {
  if (image.empty()) return {};
  cv::Mat result;
  if (image.channels() == 3)
    cv::cvtColor(view(image), result, cv::COLOR_RGB2BGR);
  else
    result = view(image).clone();
  return result;
}

Image from_mat(const cv::Mat& matrix) {
  if (matrix.empty() || matrix.dims != 2) throw InvalidArgumentError("from_mat: an empty matrix is not a picture");
  switch (matrix.type()) {
    case CV_8UC1:
      return take(matrix);
    case CV_8UC3: {
      cv::Mat rgb;
      cv::cvtColor(matrix, rgb, cv::COLOR_BGR2RGB);
      return take(rgb);
    }
    case CV_8UC4: {
      cv::Mat rgb(matrix.size(), CV_8UC3);
      for (int y = 0; y < matrix.rows; ++y) {
        const auto* from = matrix.ptr<std::uint8_t>(y);
        auto* to = rgb.ptr<std::uint8_t>(y);
        for (int x = 0; x < matrix.cols; ++x, from += 4, to += 3)
          for (int channel = 0; channel < 3; ++channel)
            to[channel] = static_cast<std::uint8_t>((from[2 - channel] * from[3] + 255 * (255 - from[3]) + 127) / 255);
      }
      return take(rgb);
    }
    default:
      throw InvalidArgumentError("from_mat: needs CV_8UC1, CV_8UC3 or CV_8UC4, got " + cv::typeToString(matrix.type()));
  }
}

}  // namespace venloc
