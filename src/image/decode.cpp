// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <new>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <system_error>

#include "image/container.hpp"
#include "image/decoders.hpp"
#include "image/file.hpp"
#include "image/formats.hpp"
#include "image/tiff_directory.hpp"
#include "venloc/core/error.hpp"
#include "venloc/image/image.hpp"
#include "venloc/image/metadata.hpp"
#include "venloc/image/opencv.hpp"

namespace venloc {
namespace {

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

/// The picture upright.
Image finished(DecodedPicture&& decoded, int orientation) {
  std::vector<std::string> notes = std::move(decoded.notes);
  if (orientation > 1) {
    const cv::Mat stored(decoded.height, decoded.width, CV_8UC(decoded.channels), decoded.pixels.data());
    const cv::Mat upright = turned(stored, orientation);
    decoded.width = upright.cols;
    decoded.height = upright.rows;
    decoded.pixels.assign(upright.datastart, upright.dataend);
  }
  Image image(decoded.width, decoded.height, decoded.channels, std::move(decoded.pixels));
  for (auto& note : notes) image = image.with_note(std::move(note));
  return image;
}

DecodedPicture decoded_pixels(const Encoded& file, const container::Head& head, const std::string& name,
                              const ImageOptions& options) {
  const auto too_large = [&] {
    return ImageError(name +
                      ": there is not enough memory for this picture. Lower max_decoded_pixels "
                      "(--max-decoded-pixels), or make the picture smaller.");
  };
  try {
    return format_of(file.bytes)->decode({file, name, options}, head);
  } catch (const std::bad_alloc&) {
    throw too_large();
  } catch (const std::length_error&) {
    throw too_large();
  }
}

Image decode(const Encoded& file, const std::string& name, const ImageOptions& options) {
  const auto head = container::read_head(file, name);
  if (static_cast<std::int64_t>(head.info.width) * head.info.height > options.max_pixels)
    throw ImageError(name + ": the picture has " + std::to_string(head.info.width) + " x " +
                     std::to_string(head.info.height) + " pixels, more than the limit of " +
                     std::to_string(options.max_pixels) + ". Make it smaller or raise max_pixels (--max-pixels).");
  auto decoded = decoded_pixels(file, head, name, options);
  int orientation = 1;
  if (options.apply_orientation)
    orientation = decoded.orientation > 0 ? decoded.orientation : decode_metadata(file.bytes).orientation;
  return finished(std::move(decoded), orientation);
}

}  // namespace

void refuse_damaged(const std::string& name) {
  throw ImageError(name + ": the picture is damaged, its pixels cannot be decoded. Copy or download it again.");
}

void refuse_cut_short(const std::string& name) {
  throw ImageError(name + ": the picture is truncated or damaged. Copy or download it again.");
}

void ImageOptions::validate() const {
  if (max_bytes == 0) throw InvalidArgumentError("ImageOptions: max_bytes must be positive");
  const auto positive = [](const char* field, std::int64_t value) {
    if (value <= 0)
      throw InvalidArgumentError("ImageOptions: " + std::string(field) + " must be positive, got " +
                                 std::to_string(value));
  };
  positive("max_pixels", max_pixels);
  positive("max_decoded_pixels", max_decoded_pixels);
  if (long_side_px < 0)
    throw InvalidArgumentError("ImageOptions: long_side_px must be 0 or more, got " + std::to_string(long_side_px));
}

ImageInfo probe_image(std::span<const std::byte> encoded, const std::string& name) {
  return container::read_head(encoded, name).info;
}

ImageInfo probe_image(const std::filesystem::path& file, const ImageOptions& options) {
  options.validate();
  constexpr std::size_t kUsuallyEnough = 64u << 10;
  const auto start = read_file_bytes(file, kUsuallyEnough);
  std::error_code problem;
  const auto size = std::filesystem::file_size(file, problem);
  if (!problem) check_file_size(size, options.max_bytes, file.string());
  if (start.size() <= kUsuallyEnough) return probe_image(start, file.string());
  try {
    // The directories of a TIFF may be anywhere, and the first ones need not be those of the picture.
    if (!container::is_tiff(start)) return probe_image(start, file.string());
  } catch (const ImageError&) {  // large tags before the size
  }
  return container::read_head(FileBytes(file, options.max_bytes).encoded(), file.string()).info;
}

Image decode_image(std::span<const std::byte> encoded, const std::string& name, const ImageOptions& options) {
  options.validate();
  check_file_size(encoded.size(), options.max_bytes, name);
  return decode({encoded}, name, options);
}

Image read_image(const std::filesystem::path& file, const ImageOptions& options) {
  options.validate();
  const FileBytes bytes(file, options.max_bytes);
  return decode(bytes.encoded(), file.string(), options);
}

ImageOptions for_describing(ImageOptions options) {
  if (options.long_side_px == 0) options.long_side_px = kDescribingSidePx;
  return options;
}

Image read_for_describing(const std::filesystem::path& file, const ImageOptions& options) {
  return read_image(file, for_describing(options));
}

Image decode_for_describing(const FileBytes& file, const std::string& name, const ImageOptions& options) {
  options.validate();
  return decode(file.encoded(), name, for_describing(options));
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
