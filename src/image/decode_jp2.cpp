// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#ifdef VENLOC_HAVE_JPEG2000
#include <openjpeg.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <string_view>

#include "image/decoders.hpp"
#include "image/formats.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

constexpr std::uint32_t kMostComponents = 8;  ///< more than any photograph has

struct Jp2Source {
  std::span<const std::byte> bytes;
  std::size_t position = 0;
};

OPJ_SIZE_T read_jp2(void* to, OPJ_SIZE_T count, void* user) {
  auto& source = *static_cast<Jp2Source*>(user);
  const auto size = std::min<std::size_t>(count, source.bytes.size() - source.position);
  if (size == 0) return static_cast<OPJ_SIZE_T>(-1);
  std::memcpy(to, source.bytes.data() + source.position, size);
  source.position += size;
  return size;
}

OPJ_OFF_T skip_jp2(OPJ_OFF_T count, void* user) {
  auto& source = *static_cast<Jp2Source*>(user);
  if (count < 0) return -1;
  const auto size = std::min<std::size_t>(static_cast<std::size_t>(count), source.bytes.size() - source.position);
  source.position += size;
  return static_cast<OPJ_OFF_T>(size);
}

OPJ_BOOL seek_jp2(OPJ_OFF_T position, void* user) {
  auto& source = *static_cast<Jp2Source*>(user);
  if (position < 0 || static_cast<std::size_t>(position) > source.bytes.size()) return OPJ_FALSE;
  source.position = static_cast<std::size_t>(position);
  return OPJ_TRUE;
}

// Codec and stream are of the same type to the compiler.
struct EndCodec {
  void operator()(opj_codec_t* codec) const { opj_destroy_codec(codec); }
};
struct EndStream {
  void operator()(opj_stream_t* stream) const { opj_stream_destroy(stream); }
};
struct EndImage {
  void operator()(opj_image_t* image) const { opj_image_destroy(image); }
};
struct EndInfo {
  void operator()(opj_codestream_info_v2_t* info) const { opj_destroy_cstr_info(&info); }
};

/// Throws CutShort where the file has more tiles than any picture: OpenJPEG takes memory for each that the head claims.
void check_tiles(std::span<const std::byte> encoded) {
  constexpr std::uint64_t kMostTiles = 16'384;
  constexpr std::string_view kStart = "\xFF\x4F\xFF\x51";
  const std::string_view text(reinterpret_cast<const char*>(encoded.data()), encoded.size());
  const auto start = text.find(kStart);
  if (start == std::string_view::npos) throw container::CutShort();
  const container::Bytes bytes(encoded);
  const auto tiles = [&](std::size_t side, std::size_t tile, std::size_t origin) -> std::uint64_t {
    const std::uint64_t end = bytes.u32(start + side), begin = bytes.u32(start + origin),
                        size = bytes.u32(start + tile);
    if (size == 0 || begin > end) throw container::CutShort();
    return (end - begin + size - 1) / size;
  };
  const auto across = tiles(8, 24, 32), down = tiles(12, 28, 36);
  if (across > kMostTiles || down > kMostTiles || across * down > kMostTiles) throw container::CutShort();
}

/// A file whose head has been read.
class Jp2File {
 public:
  /// Throws CutShort where the head cannot be read.
  explicit Jp2File(std::span<const std::byte> bytes) : source_{bytes, 0} {
    check_tiles(bytes);
    const bool boxes = container::Bytes(bytes).starts_with("jP  ", 4);
    codec_.reset(opj_create_decompress(boxes ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K));
    stream_.reset(opj_stream_create(OPJ_J2K_STREAM_CHUNK_SIZE, OPJ_TRUE));
    if (!codec_ || !stream_) throw std::bad_alloc();
    opj_stream_set_user_data(stream_.get(), &source_, nullptr);
    opj_stream_set_user_data_length(stream_.get(), bytes.size());
    opj_stream_set_read_function(stream_.get(), &read_jp2);
    opj_stream_set_skip_function(stream_.get(), &skip_jp2);
    opj_stream_set_seek_function(stream_.get(), &seek_jp2);
    opj_dparameters_t parameters{};
    opj_set_default_decoder_parameters(&parameters);
    opj_image_t* image = nullptr;
    if (opj_setup_decoder(codec_.get(), &parameters) == 0 ||
        opj_read_header(stream_.get(), codec_.get(), &image) == 0) {
      opj_image_destroy(image);
      throw container::CutShort();
    }
    image_.reset(image);
  }
  Jp2File(const Jp2File&) = delete;  // OpenJPEG has the address of source_
  Jp2File& operator=(const Jp2File&) = delete;

  [[nodiscard]] const opj_image_t& image() const { return *image_; }
  [[nodiscard]] std::uint32_t width() const { return image_->x1 - image_->x0; }
  [[nodiscard]] std::uint32_t height() const { return image_->y1 - image_->y0; }

  /// How often the picture can be halved.
  [[nodiscard]] std::uint32_t halvings() const {
    const std::unique_ptr<opj_codestream_info_v2_t, EndInfo> info(opj_get_cstr_info(codec_.get()));
    if (!info || info->m_default_tile_info.tccp_info == nullptr) return 0;
    return std::max(1u, info->m_default_tile_info.tccp_info->numresolutions) - 1;
  }

  bool decode(std::uint32_t halvings) {
    return opj_set_decoded_resolution_factor(codec_.get(), halvings) != 0 &&
           opj_decode(codec_.get(), stream_.get(), image_.get()) != 0 &&
           opj_end_decompress(codec_.get(), stream_.get()) != 0;
  }

 private:
  Jp2Source source_;
  std::unique_ptr<opj_stream_t, EndStream> stream_;
  std::unique_ptr<opj_codec_t, EndCodec> codec_;
  std::unique_ptr<opj_image_t, EndImage> image_;
};

/// A sample in 8 bits. Components may have fewer samples than the picture has pixels.
int level_of(const opj_image_comp_t& component, std::uint32_t x, std::uint32_t y, std::uint32_t width,
             std::uint32_t height) {
  const auto column = static_cast<std::uint64_t>(x) * component.w / width;
  const auto row = static_cast<std::uint64_t>(y) * component.h / height;
  const std::int64_t half = component.sgnd != 0 ? std::int64_t{1} << (component.prec - 1) : 0;
  const std::int64_t maximum = (std::int64_t{1} << component.prec) - 1;
  const std::int64_t value = component.data[row * component.w + column] + half;
  return static_cast<int>((std::clamp<std::int64_t>(value, 0, maximum) * 255 + maximum / 2) / maximum);
}

void ycc_to_rgb(std::span<int> ycc) {
  const double y = ycc[0], cb = ycc[1] - 128.0, cr = ycc[2] - 128.0;
  const auto put = [](double value) { return static_cast<int>(std::clamp(std::lround(value), 0L, 255L)); };
  ycc[0] = put(y + 1.402 * cr);
  ycc[1] = put(y - 0.344136 * cb - 0.714136 * cr);
  ycc[2] = put(y + 1.772 * cb);
}

DecodedPicture picture_of(const opj_image_t& image, const DecodeJob& job) {
  const std::span components(image.comps, image.numcomps);
  constexpr std::uint32_t kMostBits = 31;
  for (const auto& component : components)
    if (component.data == nullptr || component.w == 0 || component.h == 0 || component.prec < 1 ||
        component.prec > kMostBits)
      refuse_damaged(job.name);
  const auto width = components[0].w, height = components[0].h;
  const std::size_t colours = components.size() < 3 ? 1 : 3;
  const bool opacity = components.size() > colours && components[colours].alpha != 0;
  const bool ycc = colours == 3 && (image.color_space == OPJ_CLRSPC_SYCC || components[1].dx > components[0].dx);
  RowCollector collector(static_cast<int>(width), static_cast<int>(height), static_cast<int>(colours), 1);
  std::vector<std::uint8_t> row(width * colours);
  std::array<int, 3> pixel{};
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) {
      for (std::size_t c = 0; c < colours; ++c) pixel[c] = level_of(components[c], x, y, width, height);
      if (ycc) ycc_to_rgb(pixel);
      const int alpha = opacity ? level_of(components[colours], x, y, width, height) : 255;
      for (std::size_t c = 0; c < colours; ++c) row[x * colours + c] = over_white(pixel[c], alpha);
    }
    collector.add(row);
  }
  return collector.take();
}

}  // namespace

container::Head read_jp2_head(const Encoded& file, const std::string& name) {
  const Jp2File jp2(file.bytes);
  constexpr std::uint32_t kLargest = std::numeric_limits<int>::max();
  if (jp2.width() > kLargest || jp2.height() > kLargest || jp2.image().numcomps == 0 ||
      jp2.image().numcomps > kMostComponents)
    throw container::CutShort();
  if (jp2.image().color_space == OPJ_CLRSPC_CMYK || jp2.image().color_space == OPJ_CLRSPC_EYCC)
    throw ImageError(name + ": JPEG 2000 in this colour space is not supported. Save it as grey or RGB.");
  container::Head head;
  head.info = {"jp2", static_cast<int>(jp2.width()), static_cast<int>(jp2.height())};
  head.gray = jp2.image().numcomps < 3;
  return head;
}

DecodedPicture decode_jp2(const DecodeJob& job, const container::Head& head) {
  try {
    Jp2File jp2(job.file.bytes);
    const int factor = reduction_factor(head.info.width, head.info.height, job.options);
    std::uint32_t halvings = 0;
    while (halvings < jp2.halvings() && (2 << halvings) <= factor) ++halvings;
    while (halvings < jp2.halvings() && !fits(reduced_side(head.info.width, 1 << halvings),
                                              reduced_side(head.info.height, 1 << halvings), job.options))
      ++halvings;
    check_fits(reduced_side(head.info.width, 1 << halvings), reduced_side(head.info.height, 1 << halvings),
               "a JPEG 2000 picture", job);
    if (!jp2.decode(halvings)) refuse_cut_short(job.name);
    auto picture = picture_of(jp2.image(), job);
    note_reduction(picture, head.info.width, head.info.height, job.options);
    return picture;
  } catch (const container::CutShort&) {
    refuse_cut_short(job.name);
  }
}

}  // namespace venloc
#endif
