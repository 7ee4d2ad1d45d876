// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <png.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "image/decoders.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

/// The file as libpng reads it, and the error that ended reading.
struct PngFile {
  const Encoded* encoded = nullptr;
  std::size_t position = 0;
  ReadThrough reading;
  bool cut_short = false;
  bool wrong_checksum = false;
};

void read_part(png_structp png, png_bytep to, png_size_t count) {
  auto& file = *static_cast<PngFile*>(png_get_io_ptr(png));
  const auto bytes = file.encoded->bytes;
  if (count > bytes.size() - file.position) {
    file.cut_short = true;
    png_error(png, "cut short");
  }
  std::memcpy(to, bytes.data() + file.position, count);
  file.reading.used(*file.encoded, file.position, count);
  file.position += count;
}

[[noreturn]] void leave_png(png_structp png, png_const_charp message) {
  auto& file = *static_cast<PngFile*>(png_get_error_ptr(png));
  file.wrong_checksum = std::strstr(message, "CRC") != nullptr;
  png_longjmp(png, 1);
}

void keep_png_silent(png_structp, png_const_charp) {}

class PngDecoder {
 public:
  explicit PngDecoder(const DecodeJob& job) : job_(job) {
    file_.encoded = &job.file;
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &file_, &leave_png, &keep_png_silent);
    info_ = png_ != nullptr ? png_create_info_struct(png_) : nullptr;
    if (info_ == nullptr) throw std::bad_alloc();
  }
  ~PngDecoder() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngDecoder(const PngDecoder&) = delete;
  PngDecoder& operator=(const PngDecoder&) = delete;

  DecodedPicture decode() {
    if (!read_head()) refuse();
    interlaced_ = png_get_interlace_type(png_, info_) != PNG_INTERLACE_NONE;
    if (interlaced_) check_fits(width(), height(), "an interlaced PNG", job_);
    channels_ = png_get_channels(png_, info_);
    deep_ = png_get_bit_depth(png_, info_) == 16;
    const auto row_bytes = png_get_rowbytes(png_, info_);
    rows_.resize(interlaced_ ? row_bytes * static_cast<std::size_t>(height()) : row_bytes);
    row_.resize(static_cast<std::size_t>(width()) * (channels_ < 3 ? 1 : 3));
    const int factor = reduction_factor(width(), height(), job_.options);
    collector_.emplace(width(), height(), channels_ < 3 ? 1 : 3, factor);
    if (!read_pixels()) refuse();
    auto picture = collector_->take();
    note_reduction(picture, width(), height(), job_.options);
    return picture;
  }

 private:
  [[nodiscard]] int width() const { return static_cast<int>(png_get_image_width(png_, info_)); }
  [[nodiscard]] int height() const { return static_cast<int>(png_get_image_height(png_, info_)); }

  [[noreturn]] void refuse() const {
    if (file_.cut_short) refuse_cut_short(job_.name);
    if (file_.wrong_checksum)
      throw ImageError(job_.name + ": damaged PNG: a checksum does not match. Copy or download it again.");
    refuse_damaged(job_.name);
  }

  // libpng leaves these two by longjmp: they have no local object with a destructor.

  bool read_head() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_set_read_fn(png_, &file_, &read_part);
    png_set_crc_action(png_, PNG_CRC_ERROR_QUIT, PNG_CRC_QUIET_USE);
    // Only what belongs to the pixels is read: large texts and profiles are passed over.
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
    png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_read_info(png_, info_);
    png_set_expand(png_);  // palettes to RGB, less than 8 bits to 8, a transparent colour to opacity
    passes_ = png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    return true;
  }

  bool read_pixels() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    if (!interlaced_) {
      for (int y = 0; y < height(); ++y) {
        png_read_row(png_, rows_.data(), nullptr);
        add(rows_.data());
      }
    } else {
      const auto row_bytes = rows_.size() / static_cast<std::size_t>(height());
      for (int pass = 0; pass < passes_; ++pass)
        for (int y = 0; y < height(); ++y)
          png_read_row(png_, rows_.data() + static_cast<std::size_t>(y) * row_bytes, nullptr);
      for (int y = 0; y < height(); ++y) add(rows_.data() + static_cast<std::size_t>(y) * row_bytes);
    }
    png_read_end(png_, nullptr);
    return true;
  }

  /// The sample in 8 bits; 16 are stored with the high byte first.
  [[nodiscard]] int sample(const std::uint8_t* row, int at) const {
    if (!deep_) return row[at];
    return ((row[2 * at] * 256 + row[2 * at + 1]) * 255 + 32767) / 65535;
  }

  void add(const std::uint8_t* row) {
    const bool opaque = channels_ == 1 || channels_ == 3;
    const int colours = channels_ < 3 ? 1 : 3;
    if (opaque && !deep_) return collector_->add({row, row_.size()});
    for (int x = 0; x < width(); ++x) {
      const int opacity = opaque ? 255 : sample(row, x * channels_ + colours);
      for (int c = 0; c < colours; ++c)
        row_[static_cast<std::size_t>(x * colours + c)] = over_white(sample(row, x * channels_ + c), opacity);
    }
    collector_->add(row_);
  }

  const DecodeJob& job_;
  PngFile file_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  bool interlaced_ = false, deep_ = false;
  int passes_ = 1, channels_ = 0;
  std::vector<std::uint8_t> rows_, row_;
  std::optional<RowCollector> collector_;
};

}  // namespace

DecodedPicture decode_png(const DecodeJob& job, const container::Head&) { return PngDecoder(job).decode(); }

}  // namespace venloc
