// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#ifdef VENLOC_HAVE_JXL
#include <jxl/decode.h>

#include <cstring>
#include <limits>
#include <memory>

#include "image/decoders.hpp"
#include "image/formats.hpp"
#include "image/metadata_blocks.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

struct JxlFree {
  void operator()(JxlDecoder* decoder) const { JxlDecoderDestroy(decoder); }
};

/// A decoder that has all of the file.
class Jxl {
 public:
  Jxl(std::span<const std::byte> bytes, int events) : decoder_(JxlDecoderCreate(nullptr)) {
    if (!decoder_) throw std::bad_alloc();
    JxlDecoderSubscribeEvents(get(), events);
    JxlDecoderSetInput(get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    JxlDecoderCloseInput(get());
  }
  [[nodiscard]] JxlDecoder* get() const { return decoder_.get(); }

 private:
  std::unique_ptr<JxlDecoder, JxlFree> decoder_;
};

/// Throws CutShort where the head is not there.
JxlBasicInfo basic_info(const Jxl& jxl) {
  JxlBasicInfo info{};
  if (JxlDecoderProcessInput(jxl.get()) != JXL_DEC_BASIC_INFO ||
      JxlDecoderGetBasicInfo(jxl.get(), &info) != JXL_DEC_SUCCESS)
    throw container::CutShort();
  return info;
}

/// The first frame, its colours without their opacity where they are multiplied by it.
std::vector<std::uint8_t> first_frame(const Jxl& jxl, const JxlPixelFormat& format, const DecodeJob& job) {
  std::vector<std::uint8_t> pixels;
  for (;;) {
    switch (JxlDecoderProcessInput(jxl.get())) {
      case JXL_DEC_NEED_IMAGE_OUT_BUFFER: {
        std::size_t size = 0;
        if (JxlDecoderImageOutBufferSize(jxl.get(), &format, &size) != JXL_DEC_SUCCESS) refuse_damaged(job.name);
        pixels.resize(size);
        if (JxlDecoderSetImageOutBuffer(jxl.get(), &format, pixels.data(), size) != JXL_DEC_SUCCESS)
          refuse_damaged(job.name);
        break;
      }
      case JXL_DEC_FULL_IMAGE:
        return pixels;
      case JXL_DEC_NEED_MORE_INPUT:
        throw container::CutShort();
      default:
        refuse_damaged(job.name);
    }
  }
}

}  // namespace

container::Head read_jxl_head(const Encoded& file, const std::string&) {
  const Jxl jxl(file.bytes, JXL_DEC_BASIC_INFO);
  JxlDecoderSetKeepOrientation(jxl.get(), JXL_TRUE);  // the size as stored
  const auto info = basic_info(jxl);
  constexpr std::uint32_t kLargest = std::numeric_limits<int>::max();
  if (info.xsize > kLargest || info.ysize > kLargest) throw container::CutShort();
  container::Head head;
  head.info = {"jxl", static_cast<int>(info.xsize), static_cast<int>(info.ysize)};
  head.gray = info.num_color_channels == 1;
  return head;
}

DecodedPicture decode_jxl(const DecodeJob& job, const container::Head& head) {
  check_fits(head.info.width, head.info.height, "a JPEG XL picture", job);
  try {
    const Jxl jxl(job.file.bytes, JXL_DEC_BASIC_INFO | JXL_DEC_FULL_IMAGE);
    JxlDecoderSetKeepOrientation(jxl.get(), job.options.apply_orientation ? JXL_FALSE : JXL_TRUE);
    JxlDecoderSetUnpremultiplyAlpha(jxl.get(), JXL_TRUE);
    const auto info = basic_info(jxl);
    const std::size_t colours = info.num_color_channels == 1 ? 1 : 3;
    const std::size_t samples = colours + (info.alpha_bits > 0 ? 1 : 0);
    const JxlPixelFormat format{static_cast<std::uint32_t>(samples), JXL_TYPE_UINT8, JXL_NATIVE_ENDIAN, 0};
    const auto pixels = first_frame(jxl, format, job);
    const int width = static_cast<int>(info.xsize), height = static_cast<int>(info.ysize);
    const auto row_samples = static_cast<std::size_t>(width) * samples;
    if (pixels.size() < row_samples * static_cast<std::size_t>(height)) refuse_damaged(job.name);
    RowCollector collector(width, height, static_cast<int>(colours), reduction_factor(width, height, job.options));
    std::vector<std::uint8_t> row(static_cast<std::size_t>(width) * colours);
    for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
      const auto* from = pixels.data() + y * row_samples;
      for (std::size_t x = 0; x < static_cast<std::size_t>(width); ++x, from += samples)
        for (std::size_t c = 0; c < colours; ++c)
          row[x * colours + c] = samples == colours ? from[c] : over_white(from[c], from[colours]);
      collector.add(row);
    }
    auto picture = collector.take();
    picture.orientation = 1;  // what the codestream states is done, and counts in place of Exif
    return picture;
  } catch (const container::CutShort&) {
    refuse_cut_short(job.name);
  }
}

void add_compressed_jxl_metadata(std::span<const std::byte> encoded, container::MetadataBlocks& blocks) {
  constexpr std::size_t kLargest = std::size_t{64} << 20;  ///< of a box that is unpacked [bytes]
  const Jxl jxl(encoded, JXL_DEC_BOX);
  JxlDecoderSetDecompressBoxes(jxl.get(), JXL_TRUE);
  std::string kind;
  std::vector<std::uint8_t> content;
  const auto finish = [&] {
    if (kind.empty()) return;
    content.resize(content.size() - JxlDecoderReleaseBoxBuffer(jxl.get()));
    if (kind == "Exif") container::add_exif_with_offset(blocks, std::as_bytes(std::span(content)));
    if (kind == "xml ") blocks.xmp.emplace_back(content.begin(), content.end());
    kind.clear();
  };
  for (;;) {
    const auto status = JxlDecoderProcessInput(jxl.get());
    if (status == JXL_DEC_BOX) {
      finish();
      JxlBoxType stored{}, type{};
      if (JxlDecoderGetBoxType(jxl.get(), stored, JXL_FALSE) != JXL_DEC_SUCCESS ||
          JxlDecoderGetBoxType(jxl.get(), type, JXL_TRUE) != JXL_DEC_SUCCESS)
        return;
      const std::string name(type, sizeof type);
      if (std::memcmp(stored, "brob", sizeof stored) != 0 || (name != "Exif" && name != "xml ")) continue;
      kind = name;
      content.assign(std::size_t{1} << 16, 0);
      JxlDecoderSetBoxBuffer(jxl.get(), content.data(), content.size());
    } else if (status == JXL_DEC_BOX_NEED_MORE_OUTPUT && content.size() < kLargest) {
      const auto used = content.size() - JxlDecoderReleaseBoxBuffer(jxl.get());
      content.resize(2 * content.size());
      JxlDecoderSetBoxBuffer(jxl.get(), content.data() + used, content.size() - used);
    } else {
      if (status == JXL_DEC_SUCCESS) finish();
      return;
    }
  }
}

}  // namespace venloc
#endif
