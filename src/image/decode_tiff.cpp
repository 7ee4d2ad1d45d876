// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <tiffio.h>

#include <algorithm>
#include <array>
#include <memory>

#include "image/decoders.hpp"
#include "image/tiff.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

using container::TiffFile;
using container::TiffPage;

/// Rows of samples of a page as they are stored, one plane after another. Rows are read in order.
class StoredRows {
 public:
  StoredRows(const TiffPage& page, const DecodeJob& job) : page_(page), job_(job) {
    const std::size_t planes = page.planes ? static_cast<std::size_t>(page.samples) : 1;
    // Strips of several planes are decoded side by side, for which each plane has a reader of its own.
    const auto memory = static_cast<std::size_t>(std::max<std::int64_t>(job.options.max_decoded_pixels, 0)) * 8;
    for (std::size_t i = 0; i < planes; ++i) {
      files_.push_back(std::make_unique<TiffFile>(job.file, memory));
      if (!files_.back()->go_to(page.offset)) refuse_damaged(job.name);
      if (page.compression == COMPRESSION_JPEG && page.color_space == PHOTOMETRIC_YCBCR)
        TIFFSetField(files_.back()->get(), TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    }
    tiled_ = TIFFIsTiled(tiff()) != 0;
    row_bytes_ = static_cast<std::size_t>(std::max<tmsize_t>(0, TIFFScanlineSize(tiff())));
    buffers_.resize(planes);
    reading_.resize(planes);
    direct_ = !tiled_ && page.compression == COMPRESSION_NONE;
    rows_per_strip_ = std::max(1u, files_.front()->value<std::uint32_t>(TIFFTAG_ROWSPERSTRIP).value_or(1));
    reversed_bits_ = files_.front()->value<std::uint16_t>(TIFFTAG_FILLORDER) == FILLORDER_LSB2MSB;
    if (tiled_) prepare_tiles();
    for (auto& buffer : buffers_) buffer.resize(row_bytes_ * (tiled_ ? page.tile_height : 1));
  }

  /// The samples of plane `plane` in row `y`.
  std::span<const std::uint8_t> row(std::uint32_t y, std::size_t plane) {
    auto& buffer = buffers_[plane];
    if (direct_) return direct_row(y, plane);
    if (!tiled_) {
      if (TIFFReadScanline(files_[plane]->get(), buffer.data(), y, static_cast<std::uint16_t>(plane)) != 1)
        refuse_damaged(job_.name);
      return buffer;
    }
    if (y % page_.tile_height == 0) read_tiles(y, plane);
    return std::span(buffer).subspan(y % page_.tile_height * row_bytes_, row_bytes_);
  }

 private:
  [[nodiscard]] TIFF* tiff() const { return files_.front()->get(); }

  /// A row that is not compressed, from the file: libtiff would load the whole strip, which may be the whole picture.
  std::span<const std::uint8_t> direct_row(std::uint32_t y, std::size_t plane) {
    TIFF* file = files_[plane]->get();
    const auto strip = TIFFComputeStrip(file, y, static_cast<std::uint16_t>(plane));
    const auto begin = TIFFGetStrileOffset(file, strip) + std::uint64_t{y % rows_per_strip_} * row_bytes_;
    const auto bytes = container::Bytes(job_.file.bytes).slice(begin, row_bytes_);
    auto& row = buffers_[plane];
    std::copy_n(reinterpret_cast<const std::uint8_t*>(bytes.data()), row_bytes_, row.begin());
    reading_[plane].used(job_.file, begin, row_bytes_);
    if (reversed_bits_) TIFFReverseBits(row.data(), static_cast<tmsize_t>(row_bytes_));
    if (page_.bits == 16 && TIFFIsByteSwapped(file) != 0)
      TIFFSwabArrayOfShort(reinterpret_cast<std::uint16_t*>(row.data()), static_cast<tmsize_t>(row_bytes_ / 2));
    return row;
  }

  void prepare_tiles() {
    const auto across = (page_.width + page_.tile_width - 1) / page_.tile_width;
    if (!fits(std::int64_t{across} * page_.tile_width, page_.tile_height, job_.options))
      throw ImageError(job_.name + ": the picture has tiles of " +
                       std::to_string(std::int64_t{page_.tile_width} * page_.tile_height) +
                       " pixels, and the limit of what is held in memory is " +
                       std::to_string(job_.options.max_decoded_pixels) +
                       ". Save it with smaller tiles or raise max_decoded_pixels (--max-decoded-pixels).");
    tile_row_bytes_ = static_cast<std::size_t>(std::max<tmsize_t>(0, TIFFTileRowSize(tiff())));
    row_bytes_ = tile_row_bytes_ * across;
    tile_.resize(static_cast<std::size_t>(std::max<tmsize_t>(0, TIFFTileSize(tiff()))));
    if (tile_.size() < tile_row_bytes_ * page_.tile_height) refuse_damaged(job_.name);
  }

  void read_tiles(std::uint32_t y, std::size_t plane) {
    TIFF* file = files_[plane]->get();
    for (std::uint32_t x = 0, at = 0; x < page_.width; x += page_.tile_width, ++at) {
      const auto number = TIFFComputeTile(file, x, y, 0, static_cast<std::uint16_t>(plane));
      if (TIFFReadEncodedTile(file, number, tile_.data(), static_cast<tmsize_t>(tile_.size())) < 0)
        refuse_damaged(job_.name);
      for (std::uint32_t line = 0; line < page_.tile_height; ++line)
        std::copy_n(tile_.begin() + static_cast<std::ptrdiff_t>(line * tile_row_bytes_), tile_row_bytes_,
                    buffers_[plane].begin() + static_cast<std::ptrdiff_t>(line * row_bytes_ + at * tile_row_bytes_));
    }
  }

  const TiffPage& page_;
  const DecodeJob& job_;
  bool tiled_ = false, direct_ = false, reversed_bits_ = false;
  std::uint32_t rows_per_strip_ = 1;
  std::vector<ReadThrough> reading_;  ///< of each plane
  std::size_t row_bytes_ = 0, tile_row_bytes_ = 0;
  std::vector<std::unique_ptr<TiffFile>> files_;
  std::vector<std::vector<std::uint8_t>> buffers_;  ///< of each plane: a row, or a row of tiles
  std::vector<std::uint8_t> tile_;
};

/// Turns stored samples into grey or RGB of 8 bits.
class Samples {
 public:
  Samples(const TiffPage& page, const TiffFile& file, const DecodeJob& job)
      : page_(page), per_plane_(page.planes ? 1 : page.samples), maximum_((1u << page.bits) - 1) {
    const int space = *page.color_space;
    colours_ = space <= PHOTOMETRIC_MINISBLACK || space == PHOTOMETRIC_PALETTE ? 1
               : space == PHOTOMETRIC_SEPARATED                                ? 4
                                                                               : 3;
    if (page.samples < colours_) refuse_damaged(job.name);
    // RGB with a fourth sample of unstated meaning: programs that write such mean opacity.
    const bool unstated = space == PHOTOMETRIC_RGB && page.samples == 4 && page.extra_sample.value_or(0) == 0;
    const bool stated = page.samples > colours_ && page.extra_sample.value_or(0) != 0;
    has_opacity_ = unstated || stated;
    premultiplied_ = page.extra_sample.value_or(0) == EXTRASAMPLE_ASSOCALPHA;
    values_.resize(static_cast<std::size_t>(page.width) * static_cast<std::size_t>(page.samples));
    row_.resize(static_cast<std::size_t>(page.width) * static_cast<std::size_t>(channels()));
    if (space == PHOTOMETRIC_PALETTE) read_palette(file, job);
  }

  [[nodiscard]] int channels() const { return *page_.color_space <= PHOTOMETRIC_MINISBLACK ? 1 : 3; }

  std::span<const std::uint8_t> convert(StoredRows& rows, std::uint32_t y) {
    if (page_.bits == 8 && !page_.planes && page_.samples == channels() &&
        (*page_.color_space == PHOTOMETRIC_MINISBLACK || colours_ == 3))
      return rows.row(y, 0).first(row_.size());
    const std::size_t planes = page_.planes ? static_cast<std::size_t>(page_.samples) : 1;
    for (std::size_t plane = 0; plane < planes; ++plane) unpack(rows.row(y, plane), plane);
    for (std::size_t x = 0; x < page_.width; ++x) convert_pixel(x);
    return row_;
  }

 private:
  void read_palette(const TiffFile& file, const DecodeJob& job) {
    std::array<std::uint16_t*, 3> maps{};
    if (TIFFGetField(file.get(), TIFFTAG_COLORMAP, &maps[0], &maps[1], &maps[2]) == 0) refuse_damaged(job.name);
    const auto count = static_cast<std::size_t>(maximum_) + 1;
    bool deep = false;  // some programs write 8 bits where 16 are prescribed
    for (const auto* map : maps) deep = deep || std::any_of(map, map + count, [](auto value) { return value > 255; });
    palette_.resize(3 * count);
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t c = 0; c < 3; ++c)
        palette_[3 * i + c] = static_cast<std::uint8_t>(deep ? maps[c][i] >> 8 : maps[c][i]);
  }

  /// Samples of any number of bits; those of 16 bits are in the order of this machine, others packed.
  void unpack(std::span<const std::uint8_t> stored, std::size_t plane) {
    const auto count = static_cast<std::size_t>(page_.width) * static_cast<std::size_t>(per_plane_);
    const auto step = page_.planes ? static_cast<std::size_t>(page_.samples) : 1;
    const auto bits = static_cast<std::size_t>(page_.bits);
    if (stored.size() * 8 < count * bits) return;
    for (std::size_t i = 0; i < count; ++i) {
      std::uint32_t value = 0;
      if (bits == 8) {
        value = stored[i];
      } else if (bits == 16) {
        value = reinterpret_cast<const std::uint16_t*>(stored.data())[i];
      } else {
        for (std::size_t bit = i * bits; bit < (i + 1) * bits; ++bit)
          value = value << 1 | ((stored[bit / 8] >> (7 - bit % 8)) & 1u);
      }
      values_[i * step + plane] = static_cast<std::uint16_t>(value);
    }
  }

  [[nodiscard]] int level(std::size_t at) const {
    return static_cast<int>((std::uint32_t{values_[at]} * 255u + maximum_ / 2) / maximum_);
  }

  void convert_pixel(std::size_t x) {
    const std::size_t from = x * static_cast<std::size_t>(page_.samples);
    const std::size_t to = x * static_cast<std::size_t>(channels());
    const int space = *page_.color_space;
    const int opacity = has_opacity_ ? level(from + static_cast<std::size_t>(colours_)) : 255;
    const auto put = [&](std::size_t c, int colour) {
      row_[to + c] = premultiplied_ ? static_cast<std::uint8_t>(std::min(255, colour + 255 - opacity))
                                    : over_white(colour, opacity);
    };
    if (space == PHOTOMETRIC_PALETTE) {
      for (std::size_t c = 0; c < 3; ++c) put(c, palette_[3 * std::size_t{values_[from]} + c]);
    } else if (space == PHOTOMETRIC_SEPARATED) {
      const int light = 255 - level(from + 3);
      for (std::size_t c = 0; c < 3; ++c) put(c, light * (255 - level(from + c)) / 255);
    } else {
      for (std::size_t c = 0; c < static_cast<std::size_t>(colours_); ++c)
        put(c, space == PHOTOMETRIC_MINISWHITE ? 255 - level(from + c) : level(from + c));
    }
  }

  const TiffPage& page_;
  int per_plane_, colours_ = 0;
  std::uint32_t maximum_;
  bool has_opacity_ = false, premultiplied_ = false;
  std::vector<std::uint8_t> palette_, row_;
  std::vector<std::uint16_t> values_;
};

/// Colours that libtiff converts: YCbCr that is not compressed as JPEG, and CIELab. It does so by strips or rows of
/// tiles.
void read_converted(const TiffPage& page, const DecodeJob& job, RowCollector& collector) {
  const auto memory = static_cast<std::size_t>(std::max<std::int64_t>(job.options.max_decoded_pixels, 0)) * 8;
  TiffFile file(job.file, memory);
  if (!file.go_to(page.offset)) refuse_damaged(job.name);
  const std::uint32_t block =
      page.tile_height > 0 ? page.tile_height : file.value<std::uint32_t>(TIFFTAG_ROWSPERSTRIP).value_or(page.height);
  const auto rows = std::min(block, page.height);
  check_fits(static_cast<int>(page.width), static_cast<int>(rows), "a strip of a TIFF in this colour space", job);
  TIFFRGBAImage image{};
  std::array<char, 1024> message{};
  if (TIFFRGBAImageBegin(&image, file.get(), 1, message.data()) == 0) refuse_damaged(job.name);
  const std::unique_ptr<TIFFRGBAImage, void (*)(TIFFRGBAImage*)> end(&image, &TIFFRGBAImageEnd);
  image.orientation = image.req_orientation = ORIENTATION_TOPLEFT;  // as stored: all formats are turned in one place
  std::vector<std::uint32_t> raster(static_cast<std::size_t>(page.width) * rows);
  std::vector<std::uint8_t> row(static_cast<std::size_t>(page.width) * 3);
  for (std::uint32_t y = 0; y < page.height; y += rows) {
    const auto count = std::min(rows, page.height - y);
    image.row_offset = static_cast<int>(y);
    if (TIFFRGBAImageGet(&image, raster.data(), page.width, count) == 0) refuse_damaged(job.name);
    for (std::size_t line = 0; line < count; ++line) {
      for (std::size_t x = 0; x < page.width; ++x) {
        const auto pixel = raster[line * page.width + x];
        row[3 * x] = static_cast<std::uint8_t>(TIFFGetR(pixel));
        row[3 * x + 1] = static_cast<std::uint8_t>(TIFFGetG(pixel));
        row[3 * x + 2] = static_cast<std::uint8_t>(TIFFGetB(pixel));
      }
      collector.add(row);
    }
  }
}

void read_stored(const TiffPage& page, const DecodeJob& job, Samples& samples, RowCollector& collector) {
  StoredRows rows(page, job);
  for (std::uint32_t y = 0; y < page.height; ++y) collector.add(samples.convert(rows, y));
}

DecodedPicture decode_page(const TiffPage& page, const DecodeJob& job) {
  const int width = static_cast<int>(page.width), height = static_cast<int>(page.height);
  TiffFile file(job.file);
  if (!file.go_to(page.offset)) refuse_damaged(job.name);
  container::check_tiff_complete(file, job.file);
  const int space = *page.color_space;
  const bool converted = space == PHOTOMETRIC_CIELAB ||
                         (space == PHOTOMETRIC_YCBCR && (page.compression != COMPRESSION_JPEG || page.planes));
  const int factor = reduction_factor(width, height, job.options);
  std::optional<Samples> samples;
  if (!converted) samples.emplace(page, file, job);
  RowCollector collector(width, height, converted ? 3 : samples->channels(), factor);
  if (converted)
    read_converted(page, job, collector);
  else
    read_stored(page, job, *samples, collector);
  auto picture = collector.take();
  note_reduction(picture, width, height, job.options);
  return picture;
}

}  // namespace

DecodedPicture decode_tiff(const DecodeJob& job, const container::Head&) {
  try {
    const auto chosen = container::choose_tiff_picture(job.file, job.name);
    const auto& page = chosen.page;
    DecodedPicture picture;
    if (page.jpeg) {
      const auto jpeg = job.file.part(page.jpeg->offset, page.jpeg->size);
      picture = decode_jpeg({jpeg, job.name, job.options}, {});
    } else {
      picture = decode_page(page, job);
    }
    picture.notes.insert(picture.notes.begin(), chosen.notes.begin(), chosen.notes.end());
    picture.orientation = page.orientation;
    return picture;
  } catch (const container::CutShort&) {
    refuse_cut_short(job.name);
  }
}

}  // namespace venloc
