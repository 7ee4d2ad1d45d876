// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <csetjmp>
#include <cstdio>

#include "image/decoders.hpp"
#include "venloc/core/error.hpp"
// Behind cstdio, which they need.
#include <jerror.h>
#include <jpeglib.h>

namespace venloc {
namespace {

/// Of a picture that is cut short, the share of its rows that must be there. With less, what is left may no longer show
/// what the picture was made of.
constexpr double kMinShareOfRows = 0.5;

constexpr std::size_t kPiece = std::size_t{1} << 20;  ///< of the file, given to libjpeg at once [bytes]

// What libjpeg's callbacks get: its own structure comes first in each, so that the addresses are the same.
struct JpegSource {
  jpeg_source_mgr base{};
  const Encoded* file = nullptr;
  std::size_t position = 0;  ///< behind the piece that libjpeg has
  ReadThrough reading;
  bool ended = false;  ///< whether libjpeg wanted more than there is
};

struct JpegErrors {
  jpeg_error_mgr base{};
  std::jmp_buf back{};
  bool lacks_data = false;  ///< the entropy-coded data ended too early,
  unsigned block_rows = 0;  ///< when so many rows of blocks were whole
  int scan = 0;             ///< of this scan
};

boolean next_piece(j_decompress_ptr state) {
  static constexpr std::array<JOCTET, 2> kEnd{0xFF, JPEG_EOI};
  auto& source = *reinterpret_cast<JpegSource*>(state->src);
  const auto size = source.file->bytes.size();
  if (source.position >= size) {  // libjpeg then decodes what it has
    source.ended = true;
    source.base.next_input_byte = kEnd.data();
    source.base.bytes_in_buffer = kEnd.size();
    return TRUE;
  }
  const auto count = std::min(kPiece, size - source.position);
  source.base.next_input_byte = reinterpret_cast<const JOCTET*>(source.file->bytes.data() + source.position);
  source.base.bytes_in_buffer = count;
  const auto before = std::min(kPiece, source.position);
  source.reading.used(*source.file, source.position - before, before);
  source.position += count;
  return TRUE;
}

void skip_jpeg(j_decompress_ptr state, long count) {
  auto& source = *reinterpret_cast<JpegSource*>(state->src);
  if (count <= 0) return;
  const auto skipped = static_cast<std::size_t>(count);
  const auto here = std::min(skipped, source.base.bytes_in_buffer);
  source.base.next_input_byte += here;
  source.base.bytes_in_buffer -= here;
  source.position = std::min(source.position + skipped - here, source.file->bytes.size());
}

[[noreturn]] void leave_jpeg(j_common_ptr state) { std::longjmp(reinterpret_cast<JpegErrors*>(state->err)->back, 1); }

void watch(j_common_ptr state, int level) {
  auto& errors = *reinterpret_cast<JpegErrors*>(state->err);
  if (level >= 0 || errors.base.msg_code != JWRN_HIT_MARKER || errors.lacks_data) return;
  const auto& decoding = *reinterpret_cast<j_decompress_ptr>(state);
  if (decoding.unread_marker != JPEG_EOI) return;
  errors.lacks_data = true;
  errors.block_rows = decoding.input_iMCU_row;
  errors.scan = decoding.input_scan_number;
}

void keep_jpeg_silent(j_common_ptr) {}
void do_nothing(j_decompress_ptr) {}

/// Inks to light, as OpenCV does it. Adobe's programs store light instead of ink.
void cmyk_to_rgb(std::span<const JSAMPLE> cmyk, std::span<std::uint8_t> rgb, bool inverted) {
  for (std::size_t x = 0; 4 * x < cmyk.size(); ++x) {
    const auto light = [&](std::size_t c) { return inverted ? int{cmyk[4 * x + c]} : 255 - cmyk[4 * x + c]; };
    const int black = light(3);
    for (std::size_t c = 0; c < 3; ++c)
      rgb[3 * x + c] = static_cast<std::uint8_t>(black - (((255 - light(c)) * black) >> 8));
  }
}

/// Where the last marker begins that is neither data nor a restart.
std::size_t last_marker(std::span<const std::byte> bytes) {
  for (std::size_t at = bytes.size() - 1; at > 0; --at) {
    const auto marker = std::to_integer<int>(bytes[at]);
    const bool separates = marker == 0 || marker == 0xFF || (marker >= JPEG_RST0 && marker <= JPEG_RST0 + 7);
    if (bytes[at - 1] == std::byte{0xFF} && !separates) return at - 1;
  }
  return 0;
}

class JpegDecoder {
 public:
  explicit JpegDecoder(const DecodeJob& job) : job_(job) {
    state_.err = jpeg_std_error(&errors_.base);
    errors_.base.error_exit = &leave_jpeg;
    errors_.base.emit_message = &watch;
    errors_.base.output_message = &keep_jpeg_silent;
    source_.file = &job.file;
    source_.base.init_source = &do_nothing;
    source_.base.fill_input_buffer = &next_piece;
    source_.base.skip_input_data = &skip_jpeg;
    source_.base.resync_to_restart = &jpeg_resync_to_restart;
    source_.base.term_source = &do_nothing;
  }
  ~JpegDecoder() { jpeg_destroy_decompress(&state_); }
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;

  /// Nothing where the file ends inside a header.
  std::optional<DecodedPicture> decode() {
    if (!read_head()) refuse_damaged(job_.name);
    const int width = static_cast<int>(state_.image_width), height = static_cast<int>(state_.image_height);
    if (jpeg_has_multiple_scans(&state_)) check_fits(width, height, "a progressive JPEG", job_);
    choose_scale(width, height);
    if (!read_pixels()) {
      if (source_.ended) return std::nullopt;
      refuse_damaged(job_.name);
    }
    auto picture = collector_->take();
    note_missing(picture, missing_rows());
    note_reduction(picture, width, height, job_.options);
    return picture;
  }

 private:
  // libjpeg leaves these three by longjmp: they have no local object with a destructor.

  bool read_head() {
    if (setjmp(errors_.back) != 0) return false;
    jpeg_create_decompress(&state_);
    state_.src = &source_.base;
    return jpeg_read_header(&state_, TRUE) == JPEG_HEADER_OK;
  }

  bool read_pixels() {
    if (setjmp(errors_.back) != 0) return false;
    jpeg_start_decompress(&state_);
    start_rows();
    while (state_.output_scanline < state_.output_height) {
      JSAMPROW row = row_.data();
      jpeg_read_scanlines(&state_, &row, 1);
      add_row();
    }
    return true;
  }

  /// The scale that libjpeg decodes at: halving is done in the frequency domain, further reduction by averaging.
  void choose_scale(int width, int height) {
    constexpr int kLargestScale = 8;
    const int factor = reduction_factor(width, height, job_.options);
    int scale = 1;
    while (scale < kLargestScale && 2 * scale <= factor) scale *= 2;
    rest_ = std::max(1, factor / scale);
    while (!fits(reduced_side(width, scale * rest_), reduced_side(height, scale * rest_), job_.options)) ++rest_;
    state_.scale_num = 1;
    state_.scale_denom = static_cast<unsigned>(scale);
    const bool inks = state_.num_components == 4;
    state_.out_color_space = state_.num_components == 1 ? JCS_GRAYSCALE : inks ? JCS_CMYK : JCS_RGB;
  }

  void start_rows() {
    const auto width = static_cast<std::size_t>(state_.output_width);
    row_.resize(width * static_cast<std::size_t>(state_.output_components));
    const int channels = state_.num_components == 1 ? 1 : 3;
    if (state_.num_components == 4) rgb_.resize(width * 3);
    collector_.emplace(static_cast<int>(width), static_cast<int>(state_.output_height), channels, rest_);
  }

  void add_row() {
    if (rgb_.empty()) return collector_->add(row_);
    cmyk_to_rgb(row_, rgb_, state_.saw_Adobe_marker != 0);
    collector_->add(rgb_);
  }

  /// Of the picture as stored. A later scan of a progressive JPEG only refines what is there.
  [[nodiscard]] int missing_rows() const {
    if (!errors_.lacks_data || errors_.scan > 1) return 0;
    const auto whole = static_cast<std::int64_t>(errors_.block_rows) * state_.max_v_samp_factor * DCTSIZE;
    return static_cast<int>(std::max<std::int64_t>(0, static_cast<std::int64_t>(state_.image_height) - whole));
  }

  void note_missing(DecodedPicture& picture, int missing) {
    const int height = static_cast<int>(state_.image_height);
    if (height - missing < kMinShareOfRows * height) refuse_cut_short(job_.name);
    if (missing > 0)
      picture.notes.push_back("the file is cut short: the last " +
                              std::to_string(std::max(1L, std::lround(100.0 * missing / height))) +
                              " % of its rows are missing");
    else if (source_.ended && jpeg_has_multiple_scans(&state_))
      picture.notes.emplace_back("the file is cut short: fine detail or colour is missing");
  }

  const DecodeJob& job_;
  JpegSource source_;
  JpegErrors errors_;
  jpeg_decompress_struct state_{};
  int rest_ = 1;  ///< by which rows are averaged further
  std::vector<JSAMPLE> row_;
  std::vector<std::uint8_t> rgb_;
  std::optional<RowCollector> collector_;
};

}  // namespace

DecodedPicture decode_jpeg(const DecodeJob& job, const container::Head&) {
  if (auto picture = JpegDecoder(job).decode()) return std::move(*picture);
  // Cut short between two scans of a progressive JPEG: the scans before are whole.
  const auto whole = job.file.part(0, last_marker(job.file.bytes));
  if (auto picture = JpegDecoder({whole, job.name, job.options}).decode()) return std::move(*picture);
  refuse_cut_short(job.name);
}

}  // namespace venloc
