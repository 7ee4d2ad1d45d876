// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "image/container.hpp"
#include "image/file.hpp"
#include "venloc/core/error.hpp"
#include "venloc/image/image.hpp"
#include "venloc/image/metadata.hpp"
#include "venloc/image/opencv.hpp"

namespace venloc {
namespace {

using container::Bytes;
using container::Head;

cv::Mat turned(const cv::Mat& stored, int orientation) {
  cv::Mat result;
  switch (orientation) {
    case 2:
      cv::flip(stored, result, 1);
      return result;
    case 3:
      cv::rotate(stored, result, cv::ROTATE_180);
      return result;
    case 4:
      cv::flip(stored, result, 0);
      return result;
    case 5:
      cv::transpose(stored, result);
      return result;
    case 6:
      cv::rotate(stored, result, cv::ROTATE_90_CLOCKWISE);
      return result;
    case 7:
      cv::rotate(stored.t(), result, cv::ROTATE_180);
      return result;
    case 8:
      cv::rotate(stored, result, cv::ROTATE_90_COUNTERCLOCKWISE);
      return result;
    default:
      return stored;
  }
}

/// Samples of a PNM, read here because OpenCV ignores the largest value in its head.
cv::Mat decode_pnm(std::span<const std::byte> encoded, const Head& head, const std::string& name) {
  const Bytes bytes(encoded);
  const auto kind = bytes.u8(1);
  const int channels = head.gray ? 1 : 3;
  cv::Mat result(head.info.height, head.info.width, CV_8UC(channels));
  auto position = head.pixels_offset;
  const auto text_value = [&](bool single_digit) {
    std::uint32_t value = 0;
    const auto is_digit = [&] {
      return bytes.has(position, 1) && bytes.u8(position) >= '0' && bytes.u8(position) <= '9';
    };
    while (!is_digit()) {
      if (bytes.u8(position) == '#')
        while (bytes.u8(position) != '\n') ++position;
      ++position;
    }
    do value = std::min(value * 10 + bytes.u8(position++) - '0', 65535u);
    while (is_digit() && !single_digit);
    return value;
  };
  try {
    for (int y = 0; y < result.rows; ++y) {
      auto* row = result.ptr<std::uint8_t>(y);
      for (int x = 0; x < result.cols * channels; ++x) {
        std::uint32_t value = 0;
        if (kind == '1') {
          value = 1 - std::min(text_value(true), 1u);
        } else if (kind == '4') {
          value = 1 - ((bytes.u8(position + static_cast<std::size_t>(x / 8)) >> (7 - x % 8)) & 1u);
        } else if (kind == '2' || kind == '3') {
          value = text_value(false);
        } else if (head.maximum > 255) {
          value = bytes.u16(position);
          position += 2;
        } else {
          value = bytes.u8(position++);
        }
        value = std::min(value, head.maximum);
        // OpenCV's order of channels is blue first.
        const int at = channels == 1 ? x : x - x % 3 + 2 - x % 3;
        row[at] = static_cast<std::uint8_t>((value * 255 + head.maximum / 2) / head.maximum);
      }
      if (kind == '4') position += static_cast<std::size_t>((result.cols + 7) / 8);
    }
  } catch (const container::CutShort&) {
    throw ImageError(name + ": the picture is truncated or damaged. Copy or download it again.");
  }
  return result;
}

/// Colours as they are without their opacity.
void unmultiply(cv::Mat& bgra) {
  for (int y = 0; y < bgra.rows; ++y)
    for (auto* pixel = bgra.ptr<std::uint8_t>(y); pixel != bgra.ptr<std::uint8_t>(y) + 4 * bgra.cols; pixel += 4)
      for (int c = 0; c < 3 && pixel[3] > 0; ++c)
        pixel[c] = static_cast<std::uint8_t>(std::min(255, (pixel[c] * 255 + pixel[3] / 2) / pixel[3]));
}

cv::Mat decode_pixels(std::span<const std::byte> encoded, const Head& head, const std::string& name) {
  if (head.info.format == "pnm") return decode_pnm(encoded, head, name);
  const auto data = container::pixel_data_only(encoded, head, name);
  cv::Mat decoded;
  try {
    const bool as_stored = head.alpha != container::Alpha::kIgnored;
    const int flags = as_stored ? cv::IMREAD_UNCHANGED : cv::IMREAD_ANYCOLOR | cv::IMREAD_IGNORE_ORIENTATION;
    decoded = cv::imdecode(data, flags);
  } catch (const cv::Exception&) {
    decoded.release();
  }
  if (decoded.empty())
    throw ImageError(name + ": the picture is damaged, its pixels cannot be decoded. Copy or download it again.");
  if (decoded.cols != head.info.width || decoded.rows != head.info.height)
    throw ImageError(name + ": the picture is damaged, it has two different sizes. Copy or download it again.");
  cv::Mat transparent;
  if (head.transparent_gray && decoded.channels() == 1) {
    // OpenCV widens samples below 8 bits.
    const auto widest = head.bits < 8 ? 255u / ((1u << head.bits) - 1u) : 1u;
    transparent = decoded == static_cast<double>(*head.transparent_gray * widest);
  }
  if (decoded.depth() == CV_16U) decoded.convertTo(decoded, CV_8U, 255.0 / 65535.0);
  if (decoded.depth() != CV_8U || decoded.channels() == 2 || decoded.channels() > 4)
    throw ImageError(name + ": this pixel format is not supported. Save it with 8 bits a channel as grey or RGB.");
  if (!transparent.empty()) decoded.setTo(255, transparent);
  if (head.alpha == container::Alpha::kPremultiplied && decoded.channels() == 4) unmultiply(decoded);
  return decoded;
}

}  // namespace

void ImageOptions::validate() const {
  if (max_bytes == 0) throw InvalidArgumentError("ImageOptions: max_bytes must be positive");
  if (max_pixels <= 0)
    throw InvalidArgumentError("ImageOptions: max_pixels must be positive, got " + std::to_string(max_pixels));
}

ImageInfo probe_image(std::span<const std::byte> encoded, const std::string& name) {
  return container::read_head(encoded, name).info;
}

ImageInfo probe_image(const std::filesystem::path& file) {
  constexpr std::size_t kUsuallyEnough = 64u << 10;
  const auto start = read_file_bytes(file, kUsuallyEnough);
  if (start.size() <= kUsuallyEnough) return probe_image(start, file.string());
  try {
    return probe_image(start, file.string());
  } catch (const ImageError&) {  // large tags before the size, or a TIFF with its directory at the end
    return probe_image(read_file_bytes(file, ImageOptions().max_bytes), file.string());
  }
}

Image decode_image(std::span<const std::byte> encoded, const std::string& name, const ImageOptions& options) {
  options.validate();
  if (encoded.size() > options.max_bytes)
    throw ImageError(name + ": the file has " + std::to_string(encoded.size()) + " bytes, more than the limit of " +
                     std::to_string(options.max_bytes) + ". Make it smaller or raise max_bytes.");
  const auto head = container::read_head(encoded, name);
  if (static_cast<std::int64_t>(head.info.width) * head.info.height > options.max_pixels)
    throw ImageError(name + ": the picture has " + std::to_string(head.info.width) + " x " +
                     std::to_string(head.info.height) + " pixels, more than the limit of " +
                     std::to_string(options.max_pixels) + ". Make it smaller or raise max_pixels.");
  if (head.block_pixels > options.max_pixels)
    throw ImageError(name + ": the picture has tiles of " + std::to_string(head.block_pixels) +
                     " pixels, more than the limit of " + std::to_string(options.max_pixels) +
                     ". Save it with smaller tiles or raise max_pixels.");
  auto decoded = decode_pixels(encoded, head, name);
  if (options.apply_orientation) decoded = turned(decoded, decode_metadata(encoded).orientation);
  const auto image = from_mat(decoded);
  return head.gray ? image.to_gray() : image;
}

Image read_image(const std::filesystem::path& file, const ImageOptions& options) {
  options.validate();
  const auto encoded = read_file_bytes(file, options.max_bytes);
  return decode_image(encoded, file.string(), options);
}

std::vector<std::byte> encode_jpeg(const Image& image, int quality) {
  if (image.empty()) throw InvalidArgumentError("an empty picture cannot be encoded: give one with pixels");
  if (quality < 1 || quality > 100)
    throw InvalidArgumentError("quality must be between 1 and 100, got " + std::to_string(quality));
  std::vector<std::uint8_t> encoded;
  cv::imencode(".jpg", to_mat(image), encoded, {cv::IMWRITE_JPEG_QUALITY, quality});
  const auto bytes = std::as_bytes(std::span(encoded));
  return {bytes.begin(), bytes.end()};
}

}  // namespace venloc
