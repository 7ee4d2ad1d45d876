// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#ifdef VENLOC_HAVE_RAW
#include <libraw/libraw.h>

#include <algorithm>
#include <memory>

#include "image/decoders.hpp"
#include "image/formats.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

/// A raw file whose largest preview, a JPEG, has been unpacked. The object is large: it is kept off the stack.
class RawFile {
 public:
  explicit RawFile(const Encoded& file, const std::string& name) : libraw_(std::make_unique<LibRaw>()) {
    const auto bytes = file.bytes;
    if (libraw_->open_buffer(const_cast<std::byte*>(bytes.data()), bytes.size()) != LIBRAW_SUCCESS)
      throw container::CutShort();
    if (libraw_->unpack_thumb() != LIBRAW_SUCCESS || libraw_->imgdata.thumbnail.tformat != LIBRAW_THUMBNAIL_JPEG)
      throw ImageError(name + ": a camera's raw file without a preview that can be read. Export it as JPEG.");
  }

  [[nodiscard]] Encoded preview() const {
    const auto& thumbnail = libraw_->imgdata.thumbnail;
    return {std::as_bytes(std::span(thumbnail.thumb, thumbnail.tlength)), false};
  }
  [[nodiscard]] int longer_side() const {
    return std::max(int{libraw_->imgdata.sizes.width}, int{libraw_->imgdata.sizes.height});
  }
  /// The turn that the file states, as an EXIF orientation.
  [[nodiscard]] int orientation() const {
    switch (libraw_->imgdata.sizes.flip) {
      case 3:
        return 3;
      case 5:
        return 8;
      case 6:
        return 6;
      default:
        return 1;
    }
  }

 private:
  std::unique_ptr<LibRaw> libraw_;
};

}  // namespace

container::Head read_raw_head(const Encoded& file, const std::string& name) {
  const RawFile raw(file, name);
  auto head = container::read_head(raw.preview().bytes, name);
  container::check_preview(head.info.width, head.info.height, raw.longer_side(), name);
  head.info.format = "raw";
  return head;
}

DecodedPicture decode_raw(const DecodeJob& job, const container::Head& head) {
  const RawFile raw(job.file, job.name);
  auto picture = decode_jpeg({raw.preview(), job.name, job.options}, head);
  picture.notes.insert(picture.notes.begin(), container::preview_note(head.info.width, head.info.height));
  picture.orientation = raw.orientation();
  return picture;
}

}  // namespace venloc
#endif
