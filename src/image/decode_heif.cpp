// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#ifdef VENLOC_HAVE_HEIF
#include <libheif/heif.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "image/decoders.hpp"
#include "image/formats.hpp"
#include "image/metadata_blocks.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

struct HeifFree {
  void operator()(heif_context* context) const { heif_context_free(context); }
  void operator()(heif_image_handle* handle) const { heif_image_handle_release(handle); }
  void operator()(heif_image* image) const { heif_image_release(image); }
  void operator()(heif_decoding_options* options) const { heif_decoding_options_free(options); }
};
template <typename T>
using Owned = std::unique_ptr<T, HeifFree>;

bool is_avif(std::span<const std::byte> bytes) { return std::string_view(format_of(bytes)->id) == "avif"; }

/// A HEIF container at its primary picture.
class HeifFile {
 public:
  /// Throws CutShort where the container cannot be read.
  explicit HeifFile(std::span<const std::byte> bytes) : context_(heif_context_alloc()) {
    if (!context_) throw std::bad_alloc();
    if (heif_context_read_from_memory_without_copy(context_.get(), bytes.data(), bytes.size(), nullptr).code !=
        heif_error_Ok)
      throw container::CutShort();
    heif_image_handle* handle = nullptr;
    if (heif_context_get_primary_image_handle(context_.get(), &handle).code != heif_error_Ok)
      throw container::CutShort();
    handle_.reset(handle);
  }

  [[nodiscard]] const heif_image_handle* get() const { return handle_.get(); }

 private:
  Owned<heif_context> context_;
  Owned<heif_image_handle> handle_;
};

}  // namespace

bool can_decode_heif(bool avif) {
  return heif_have_decoder_for_format(avif ? heif_compression_AV1 : heif_compression_HEVC) != 0;
}

container::Head read_heif_head(const Encoded& file, const std::string&) {
  const HeifFile heif(file.bytes);
  container::Head head;
  // As stored, before the container's own turns.
  head.info = {is_avif(file.bytes) ? "avif" : "heic", heif_image_handle_get_ispe_width(heif.get()),
               heif_image_handle_get_ispe_height(heif.get())};
  return head;
}

DecodedPicture decode_heif(const DecodeJob& job, const container::Head& head) {
  const std::string what = head.info.format == "avif" ? "an AVIF picture" : "a HEIC picture";
  check_fits(head.info.width, head.info.height, what, job);
  try {
    const HeifFile heif(job.file.bytes);
    const Owned<heif_decoding_options> options(heif_decoding_options_alloc());
    options->ignore_transformations = job.options.apply_orientation ? 0 : 1;
    options->convert_hdr_to_8bit = 1;
    const bool opacity = heif_image_handle_has_alpha_channel(heif.get()) != 0;
    const bool premultiplied = heif_image_handle_is_premultiplied_alpha(heif.get()) != 0;
    heif_image* decoded = nullptr;
    const auto error =
        heif_decode_image(heif.get(), &decoded, heif_colorspace_RGB,
                          opacity ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB, options.get());
    const Owned<heif_image> image(decoded);
    if (error.code == heif_error_Unsupported_feature || error.code == heif_error_Unsupported_filetype)
      throw ImageError(job.name + ": this kind of HEIF picture is not supported (" + error.message +
                       "). Save it as JPEG.");
    if (error.code != heif_error_Ok) refuse_damaged(job.name);
    int stride = 0;
    const auto* pixels = heif_image_get_plane_readonly(image.get(), heif_channel_interleaved, &stride);
    const int width = heif_image_get_width(image.get(), heif_channel_interleaved);
    const int height = heif_image_get_height(image.get(), heif_channel_interleaved);
    if (pixels == nullptr || width <= 0 || height <= 0) refuse_damaged(job.name);
    RowCollector collector(width, height, 3, reduction_factor(width, height, job.options));
    const std::size_t samples = opacity ? 4 : 3;
    std::vector<std::uint8_t> row(static_cast<std::size_t>(width) * 3);
    for (int y = 0; y < height; ++y) {
      const auto* from = pixels + static_cast<std::ptrdiff_t>(y) * stride;
      for (std::size_t x = 0; x < static_cast<std::size_t>(width); ++x, from += samples)
        for (std::size_t c = 0; c < 3; ++c)
          row[3 * x + c] = !opacity        ? from[c]
                           : premultiplied ? static_cast<std::uint8_t>(std::min(255, from[c] + 255 - from[3]))
                                           : over_white(from[c], from[3]);
      collector.add(row);
    }
    auto picture = collector.take();
    picture.orientation = 1;  // the container's turns are done, and by the standard a tag of Exif does not count
    return picture;
  } catch (const container::CutShort&) {
    refuse_cut_short(job.name);
  }
}

void add_heif_metadata(std::span<const std::byte> encoded, container::MetadataBlocks& blocks) {
  const HeifFile heif(encoded);
  std::array<heif_item_id, 16> ids{};
  const auto count =
      static_cast<std::size_t>(std::max(0, heif_image_handle_get_list_of_metadata_block_IDs(
                                               heif.get(), nullptr, ids.data(), static_cast<int>(ids.size()))));
  for (const auto id : std::span(ids).first(std::min(count, ids.size()))) {
    const std::string type = heif_image_handle_get_metadata_type(heif.get(), id);
    const std::string content_type = heif_image_handle_get_metadata_content_type(heif.get(), id);
    std::vector<std::uint8_t> data(heif_image_handle_get_metadata_size(heif.get(), id));
    if (data.empty() || heif_image_handle_get_metadata(heif.get(), id, data.data()).code != heif_error_Ok) continue;
    if (type == "Exif")
      container::add_exif_with_offset(blocks, std::as_bytes(std::span(data)));
    else if (type == "mime" && content_type == "application/rdf+xml")
      blocks.xmp.emplace_back(data.begin(), data.end());
  }
}

}  // namespace venloc
#endif
