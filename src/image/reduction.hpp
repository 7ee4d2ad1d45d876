// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "image/encoded.hpp"
#include "venloc/image/image.hpp"

// Decoding at reduced size: which reduction the options want, and rows averaged to it.
namespace venloc {

/// What decoders need.
struct DecodeJob {
  const Encoded& file;
  const std::string& name;  ///< of the picture, for messages
  const ImageOptions& options;
};

/// What they make.
struct DecodedPicture {
  int width = 0;                     ///< [px]
  int height = 0;                    ///< [px]
  int channels = 0;                  ///< 1 (grey) or 3 (RGB)
  std::vector<std::uint8_t> pixels;  ///< without padding
  std::vector<std::string> notes;    ///< Image::notes
  int orientation = 0;               ///< EXIF orientation that is to be applied; 0 = that of the file's metadata
};

/// By how much a picture of this size is reduced: the largest whole factor that leaves the side that is wanted, or a
/// larger one where the picture would not fit into max_decoded_pixels.
int reduction_factor(int width, int height, const ImageOptions& options);

/// The side that `side` is reduced to.
constexpr int reduced_side(int side, int factor) { return (side + factor - 1) / factor; }

/// Whether a picture of this size fits into memory.
bool fits(std::int64_t width, std::int64_t height, const ImageOptions& options);

/// Notes that the limit of decoded pixels reduced the picture, where it did so.
void note_reduction(DecodedPicture& picture, int width, int height, const ImageOptions& options);

/// Throws ImageError where a picture, called `what`, that cannot be reduced while it is decoded does not fit.
void check_fits(int width, int height, const std::string& what, const DecodeJob& job);

/// Takes rows of a picture from the top, keeps averages of squares of factor x factor pixels.
class RowCollector {
 public:
  RowCollector(int width, int height, int channels, int factor);

  /// The next row: width x channels samples.
  void add(std::span<const std::uint8_t> row);
  /// How many rows have been added.
  [[nodiscard]] int rows() const { return rows_; }
  /// The picture; rows that were not added are black.
  DecodedPicture take();

 private:
  void average();

  int width_, height_, channels_, factor_;
  int rows_ = 0, summed_ = 0;
  std::vector<std::uint32_t> sums_;  ///< of the columns since the last average
  DecodedPicture picture_;
};

/// A colour over white paper.
constexpr std::uint8_t over_white(int colour, int opacity) {
  return static_cast<std::uint8_t>((colour * opacity + 255 * (255 - opacity) + 127) / 255);
}

}  // namespace venloc
