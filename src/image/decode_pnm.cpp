// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "image/decoders.hpp"

namespace venloc {
namespace {

using container::Bytes;
using container::Head;

/// Samples of a PNM, one after another, as numbers up to the largest value in its head.
class PnmSamples {
 public:
  PnmSamples(std::span<const std::byte> encoded, const Head& head)
      : bytes_(encoded), kind_(bytes_.u8(1)), maximum_(head.maximum), position_(head.pixels_offset) {}

  /// The next sample, column `x` of its row.
  std::uint32_t next(int x) {
    if (kind_ == '1') return 1 - std::min(text_value(true), 1u);
    if (kind_ == '4') return 1 - ((bytes_.u8(position_ + static_cast<std::size_t>(x / 8)) >> (7 - x % 8)) & 1u);
    if (kind_ == '2' || kind_ == '3') return std::min(text_value(false), maximum_);
    const auto size = maximum_ > 255 ? 2u : 1u;
    position_ += size;
    return std::min(size == 2 ? bytes_.u16(position_ - 2) : bytes_.u8(position_ - 1), maximum_);
  }

  void end_row(int width) {
    if (kind_ == '4') position_ += static_cast<std::size_t>((width + 7) / 8);
  }
  [[nodiscard]] std::size_t position() const { return position_; }

 private:
  [[nodiscard]] bool at_digit() const {
    return bytes_.has(position_, 1) && bytes_.u8(position_) >= '0' && bytes_.u8(position_) <= '9';
  }

  std::uint32_t text_value(bool single_digit) {
    while (!at_digit()) {
      if (bytes_.u8(position_) == '#')
        while (bytes_.u8(position_) != '\n') ++position_;
      ++position_;
    }
    std::uint32_t value = 0;
    do value = std::min(value * 10 + bytes_.u8(position_++) - '0', 65535u);
    while (at_digit() && !single_digit);
    return value;
  }

  Bytes bytes_;
  std::uint32_t kind_, maximum_;
  std::size_t position_;
};

}  // namespace

// Read here because OpenCV ignores the largest value in the head.
DecodedPicture decode_pnm(const DecodeJob& job, const Head& head) {
  const int width = head.info.width, height = head.info.height;
  const int channels = head.gray ? 1 : 3;
  RowCollector collector(width, height, channels, reduction_factor(width, height, job.options));
  std::vector<std::uint8_t> row(static_cast<std::size_t>(width) * static_cast<std::size_t>(channels));
  try {
    PnmSamples samples(job.file.bytes, head);
    ReadThrough reading;
    for (int y = 0; y < height; ++y) {
      const auto row_begin = samples.position();
      for (std::size_t i = 0; i < row.size(); ++i)
        row[i] = static_cast<std::uint8_t>((samples.next(static_cast<int>(i)) * 255 + head.maximum / 2) / head.maximum);
      samples.end_row(width);
      reading.used(job.file, row_begin, samples.position() - row_begin);
      collector.add(row);
    }
  } catch (const container::CutShort&) {
    refuse_cut_short(job.name);
  }
  auto picture = collector.take();
  note_reduction(picture, width, height, job.options);
  return picture;
}

}  // namespace venloc
