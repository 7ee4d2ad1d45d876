// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "image/decoders.hpp"
#include "venloc/core/error.hpp"
#include "venloc/image/opencv.hpp"

namespace venloc {

DecodedPicture decode_by_opencv(const DecodeJob& job, const container::Head& head) {
  const bool bmp = head.info.format == "bmp";
  check_fits(head.info.width, head.info.height, bmp ? "a BMP" : "a WebP", job);
  auto bytes = job.file.bytes;
  try {
    if (bmp)
      container::check_bmp_complete(bytes, head);
    else  // bytes behind its end can only disturb the decoder
      bytes = container::Bytes(bytes).slice(0, container::Bytes(bytes, true).u32(4) + std::size_t{8});
  } catch (const container::CutShort&) {
    refuse_cut_short(job.name);
  }
  constexpr std::size_t kLargest = std::numeric_limits<int>::max();  // what OpenCV can count
  bytes = bytes.first(std::min(bytes.size(), kLargest));
  cv::Mat decoded;
  try {
    // The fourth byte of a BMP pixel is mostly left at 0, and so is no opacity.
    const cv::Mat data(1, static_cast<int>(bytes.size()), CV_8U, const_cast<std::byte*>(bytes.data()));
    decoded = cv::imdecode(data, bmp ? cv::IMREAD_ANYCOLOR | cv::IMREAD_IGNORE_ORIENTATION : cv::IMREAD_UNCHANGED);
  } catch (const cv::Exception&) {
    decoded.release();
  }
  if (decoded.empty()) refuse_damaged(job.name);
  if (decoded.cols != head.info.width || decoded.rows != head.info.height)
    throw ImageError(job.name + ": the picture is damaged, it has two different sizes. Copy or download it again.");
  if (decoded.depth() != CV_8U || decoded.channels() == 2 || decoded.channels() > 4)
    throw ImageError(job.name + ": this pixel format is not supported. Save it with 8 bits a channel as grey or RGB.");
  const auto image = from_mat(decoded);
  const auto pixels = image.pixels();
  return {image.width(), image.height(), image.channels(), {pixels.begin(), pixels.end()}, {}, 0};
}

}  // namespace venloc
