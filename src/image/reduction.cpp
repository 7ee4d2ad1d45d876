// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "image/reduction.hpp"

#include <algorithm>

#include "venloc/core/error.hpp"

namespace venloc {
namespace {

std::string size_text(std::int64_t width, std::int64_t height) {
  return std::to_string(width) + " x " + std::to_string(height);
}

int wanted_factor(int width, int height, const ImageOptions& options) {
  return options.long_side_px > 0 ? std::max(1, std::max(width, height) / options.long_side_px) : 1;
}

}  // namespace

bool fits(std::int64_t width, std::int64_t height, const ImageOptions& options) {
  return width * height <= options.max_decoded_pixels;
}

int reduction_factor(int width, int height, const ImageOptions& options) {
  int factor = wanted_factor(width, height, options);
  while (!fits(reduced_side(width, factor), reduced_side(height, factor), options) && factor < std::max(width, height))
    ++factor;
  return factor;
}

void note_reduction(DecodedPicture& picture, int width, int height, const ImageOptions& options) {
  const int wanted = wanted_factor(width, height, options);
  if (fits(reduced_side(width, wanted), reduced_side(height, wanted), options)) return;
  picture.notes.push_back("the picture of " + size_text(width, height) + " px was read at " +
                          size_text(picture.width, picture.height) + " px, as max_decoded_pixels is " +
                          std::to_string(options.max_decoded_pixels));
}

void check_fits(int width, int height, const std::string& what, const DecodeJob& job) {
  if (!fits(width, height, job.options))
    throw ImageError(job.name + ": " + what + " of " + size_text(width, height) +
                     " pixels can only be decoded whole, and the limit is " +
                     std::to_string(job.options.max_decoded_pixels) +
                     " pixels. Make it smaller, save it as baseline JPEG or TIFF, which are reduced while they are "
                     "decoded, or raise max_decoded_pixels (--max-decoded-pixels).");
}

RowCollector::RowCollector(int width, int height, int channels, int factor)
    : width_(width), height_(height), channels_(channels), factor_(factor) {
  picture_.width = reduced_side(width, factor);
  picture_.height = reduced_side(height, factor);
  picture_.channels = channels;
  picture_.pixels.reserve(static_cast<std::size_t>(picture_.width) * static_cast<std::size_t>(picture_.height) *
                          static_cast<std::size_t>(channels));
  if (factor > 1) sums_.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(channels));
}

void RowCollector::add(std::span<const std::uint8_t> row) {
  ++rows_;
  if (factor_ == 1) {
    picture_.pixels.insert(picture_.pixels.end(), row.begin(), row.end());
    return;
  }
  for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += row[i];
  if (++summed_ == factor_ || rows_ == height_) average();
}

void RowCollector::average() {
  for (int x = 0; x < picture_.width; ++x) {
    const int begin = x * factor_;
    const int columns = std::min(factor_, width_ - begin);
    const auto count = static_cast<std::uint32_t>(columns * summed_);
    for (int c = 0; c < channels_; ++c) {
      std::uint32_t sum = 0;
      for (int k = 0; k < columns; ++k) sum += sums_[static_cast<std::size_t>((begin + k) * channels_ + c)];
      picture_.pixels.push_back(static_cast<std::uint8_t>((sum + count / 2) / count));
    }
  }
  std::fill(sums_.begin(), sums_.end(), 0);
  summed_ = 0;
}

DecodedPicture RowCollector::take() {
  if (summed_ > 0) average();
  picture_.pixels.resize(static_cast<std::size_t>(picture_.width) * static_cast<std::size_t>(picture_.height) *
                         static_cast<std::size_t>(channels_));
  return std::move(picture_);
}

}  // namespace venloc
