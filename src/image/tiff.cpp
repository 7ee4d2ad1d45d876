// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "image/tiff.hpp"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <limits>
#include <new>

#include "image/container.hpp"
#include "image/tiff_directory.hpp"
#include "venloc/core/error.hpp"

namespace venloc::container {
namespace {

using Source = TiffFile::Source;

tmsize_t read_source(thandle_t handle, void* to, tmsize_t count) {
  auto& source = *static_cast<Source*>(handle);
  const auto bytes = source.encoded.bytes;
  const auto begin = std::min<std::uint64_t>(source.position, bytes.size());
  const auto size = std::min<std::uint64_t>(static_cast<std::uint64_t>(count), bytes.size() - begin);
  constexpr std::uint64_t kPiece = std::uint64_t{1} << 20;  // so that large strips are not in memory twice
  for (std::uint64_t done = 0; done < size; done += kPiece) {
    const auto piece = std::min(kPiece, size - done);
    std::memcpy(static_cast<std::byte*>(to) + done, bytes.data() + begin + done, piece);
    source.reading.used(source.encoded, begin + done, piece);
  }
  source.position = begin + size;
  return static_cast<tmsize_t>(size);
}

tmsize_t refuse_to_write(thandle_t, void*, tmsize_t) { return -1; }

toff_t seek_source(thandle_t handle, toff_t offset, int from) {
  auto& source = *static_cast<Source*>(handle);
  // An offset from the current position may be negative; unsigned numbers wrap to the same.
  const auto size = source.encoded.bytes.size();
  source.position = offset + (from == SEEK_CUR ? source.position : from == SEEK_END ? size : 0);
  return source.position;
}

int leave_source(thandle_t) { return 0; }

toff_t size_of_source(thandle_t handle) { return static_cast<Source*>(handle)->encoded.bytes.size(); }

int keep_silent(TIFF*, void*, const char*, const char*, va_list) { return 1; }

// Colour spaces that have no name in tiff.h of all versions.
constexpr int kColorFilterArray = 32803;
constexpr int kLinearRaw = 34892;
constexpr int kNikonRaw = 34713;  ///< a compression

constexpr std::size_t kMostPages = 4096;
constexpr int kMostSamples = 8;  ///< of a pixel: more than any photograph has

bool begins_as_jpeg(const Encoded& encoded, std::size_t offset, std::size_t size) {
  const Bytes bytes(encoded.bytes);
  return size > 4 && bytes.has(offset, size) && bytes.starts_with("\xFF\xD8\xFF", offset);
}

/// The JPEG of a directory: previews of cameras lie where the tags of an old kind of TIFF point, or in a single strip.
std::optional<JpegPart> jpeg_of(const TiffReader& reader, const TiffDirectory& directory, const Encoded& encoded) {
  const auto part = [&](std::uint32_t offset_tag, std::uint32_t size_tag) -> std::optional<JpegPart> {
    const auto* offset = directory.find(offset_tag);
    const auto* size = directory.find(size_tag);
    if (offset == nullptr || size == nullptr || offset->count != 1 || size->count != 1) return std::nullopt;
    try {
      const JpegPart found{reader.number(*offset), reader.number(*size)};
      if (begins_as_jpeg(encoded, found.offset, found.size)) return found;
    } catch (const CutShort&) {
    }
    return std::nullopt;
  };
  if (const auto found = part(513, 514)) return found;
  const auto* compression = directory.find(TIFFTAG_COMPRESSION);
  if (compression == nullptr || directory.find(TIFFTAG_JPEGTABLES) != nullptr) return std::nullopt;
  const auto kind = reader.number(*compression);
  if (kind != COMPRESSION_OJPEG && kind != COMPRESSION_JPEG) return std::nullopt;
  return part(TIFFTAG_STRIPOFFSETS, TIFFTAG_STRIPBYTECOUNTS);
}

/// Takes a page's size from the JPEG in it; a JPEG that cannot be decoded, such as lossless raw data, does not count.
void describe_jpeg(TiffPage& page, const Encoded& encoded) {
  try {
    const auto head = read_head(encoded.bytes.subspan(page.jpeg->offset, page.jpeg->size), "");
    page.width = static_cast<std::uint32_t>(head.info.width);
    page.height = static_cast<std::uint32_t>(head.info.height);
    page.readable = true;
  } catch (const ImageError&) {
    page.jpeg.reset();
    page.readable = false;
  }
}

TiffPage read_page(TiffFile& file, std::size_t offset) {
  TiffPage page;
  page.offset = offset;
  page.readable = file.go_to(offset);
  page.width = file.value<std::uint32_t>(TIFFTAG_IMAGEWIDTH).value_or(0);
  page.height = file.value<std::uint32_t>(TIFFTAG_IMAGELENGTH).value_or(0);
  if (!page.readable) return page;
  if (TIFFIsTiled(file.get()) != 0) {
    page.tile_width = file.value<std::uint32_t>(TIFFTAG_TILEWIDTH).value_or(0);
    page.tile_height = file.value<std::uint32_t>(TIFFTAG_TILELENGTH).value_or(0);
  }
  page.bits = file.value<std::uint16_t>(TIFFTAG_BITSPERSAMPLE).value_or(1);
  page.samples = file.value<std::uint16_t>(TIFFTAG_SAMPLESPERPIXEL).value_or(1);
  page.sample_format = file.value<std::uint16_t>(TIFFTAG_SAMPLEFORMAT).value_or(1);
  page.compression = file.value<std::uint16_t>(TIFFTAG_COMPRESSION).value_or(1);
  page.planes = file.value<std::uint16_t>(TIFFTAG_PLANARCONFIG).value_or(1) == PLANARCONFIG_SEPARATE;
  page.color_space = file.value<std::uint16_t>(TIFFTAG_PHOTOMETRIC);
  page.reduced = (file.value<std::uint32_t>(TIFFTAG_SUBFILETYPE).value_or(0) & FILETYPE_REDUCEDIMAGE) != 0 ||
                 file.value<std::uint16_t>(TIFFTAG_OSUBFILETYPE).value_or(0) == OFILETYPE_REDUCEDIMAGE;
  std::uint16_t number = 0;
  if (TIFFGetField(file.get(), TIFFTAG_ORIENTATION, &number) != 0) page.orientation = number;
  const std::uint16_t* kinds = nullptr;
  if (TIFFGetField(file.get(), TIFFTAG_EXTRASAMPLES, &number, &kinds) != 0 && number > 0) page.extra_sample = kinds[0];
  return page;
}

/// All pages of the file, in the order of its directories.
std::vector<TiffPage> read_pages(const Encoded& encoded) {
  const TiffReader reader(encoded.bytes);
  TiffFile file(encoded);
  std::vector<TiffPage> pages;
  for (const auto offset : reader.all_directories(kMostPages)) {
    TiffPage page = read_page(file, offset);
    try {
      page.jpeg = jpeg_of(reader, reader.directory(offset), encoded);
    } catch (const CutShort&) {
      if (pages.empty()) throw;
      break;
    }
    if (page.jpeg) describe_jpeg(page, encoded);
    pages.push_back(page);
  }
  return pages;
}

bool holds_raw_data(const TiffPage& page) {
  return page.color_space == kColorFilterArray || page.color_space == kLinearRaw || page.compression == kNikonRaw;
}

/// Whether the file is a camera's raw file: by the data in it, or by the marks of DNG and of Canon's CR2.
bool is_raw(const Encoded& encoded, std::span<const TiffPage> pages) {
  constexpr std::uint32_t kDngVersion = 50706;
  if (std::any_of(pages.begin(), pages.end(), holds_raw_data)) return true;
  if (Bytes(encoded.bytes).starts_with("CR", 8)) return true;
  const TiffReader reader(encoded.bytes);
  return reader.directory(reader.first_directory()).find(kDngVersion) != nullptr;
}

std::uint32_t longer_side(const TiffPage& page) { return std::max(page.width, page.height); }

[[noreturn]] void refuse_page(const std::string& name, const std::string& what) {
  throw ImageError(name + ": " + what);
}

/// Throws ImageError where the pixels of a page cannot be decoded.
void check_kind(const TiffPage& page, const std::string& name) {
  constexpr std::uint32_t kLargest = std::numeric_limits<int>::max();
  if (page.width > kLargest || page.height > kLargest || (!page.readable && (page.width == 0 || page.height == 0)))
    refuse_page(name, "damaged TIFF: its size is missing. Copy or download it again.");
  if (!page.readable) refuse_page(name, "damaged TIFF: its header cannot be read. Copy or download it again.");
  if (page.jpeg) return;
  if (page.sample_format != SAMPLEFORMAT_UINT && page.sample_format != SAMPLEFORMAT_VOID)
    refuse_page(name,
                "TIFF with " + std::to_string(page.bits) + "-bit " +
                    (page.sample_format == SAMPLEFORMAT_IEEEFP ? "floating-point" : "signed") +
                    " samples is not supported, as the value of white is not known. Scale it to 0 to 255 and save it "
                    "with 8 bits a channel.");
  if (page.bits > 16)
    refuse_page(name, "TIFF with " + std::to_string(page.bits) +
                          "-bit samples is not supported. Save it with 8 or 16 bits a channel.");
  if (page.samples > kMostSamples)
    refuse_page(name, "TIFF with " + std::to_string(page.samples) +
                          " samples a pixel is not supported. Save it as grey or RGB.");
  if (!page.color_space)
    refuse_page(name, "damaged TIFF: the tag for its colour space is missing. Copy or download it again.");
  const auto space = *page.color_space;
  if (space == PHOTOMETRIC_MASK || (space > PHOTOMETRIC_YCBCR && space != PHOTOMETRIC_CIELAB))
    refuse_page(name, "TIFF with colour space " + std::to_string(space) + " is not supported. Save it as grey or RGB.");
  if (TIFFIsCODECConfigured(static_cast<std::uint16_t>(page.compression)) == 0)
    refuse_page(name, "TIFF with compression " + std::to_string(page.compression) +
                          ", which this build does not decode. Save it without compression.");
}

bool is_decodable(const TiffPage& page) {
  try {
    check_kind(page, "");
    return page.width > 0 && page.height > 0;
  } catch (const ImageError&) {
    return false;
  }
}

/// The largest preview of a raw file.
TiffPicture choose_preview(std::span<const TiffPage> pages, const std::string& name) {
  std::uint32_t raw_side = 0;
  const TiffPage* largest = nullptr;
  for (const auto& page : pages) {
    if (holds_raw_data(page)) raw_side = std::max(raw_side, longer_side(page));
    if (!holds_raw_data(page) && is_decodable(page) &&
        (largest == nullptr || longer_side(page) > longer_side(*largest)))
      largest = &page;
  }
  if (largest == nullptr)
    refuse_page(name, "a camera's raw file without a preview that can be read. Export it as JPEG.");
  const int width = static_cast<int>(largest->width), height = static_cast<int>(largest->height);
  constexpr std::uint32_t kLargest = std::numeric_limits<int>::max();
  check_preview(width, height, static_cast<int>(std::min(raw_side, kLargest)), name);
  return {*largest, true, {preview_note(width, height)}};
}

/// The first full-size page of a TIFF.
TiffPicture choose_page(std::span<const TiffPage> pages, const std::string& name) {
  const auto& largest = *std::ranges::max_element(pages, {}, &longer_side);
  const auto is_large = [&](const TiffPage& page) { return 2 * longer_side(page) >= longer_side(largest); };
  if (std::ranges::none_of(pages, [&](const TiffPage& page) { return is_large(page) && is_decodable(page); }))
    check_kind(largest, name);  // and no small copy is read instead
  std::uint32_t longest = 0;
  for (const auto& page : pages)
    if (!page.reduced && is_decodable(page)) longest = std::max(longest, longer_side(page));
  const TiffPage* chosen = nullptr;
  std::size_t full = 0, number = 0;
  for (const auto& page : pages) {
    if (page.reduced || !is_decodable(page) || 2 * longer_side(page) < longest) continue;
    ++full;
    if (chosen != nullptr) continue;
    chosen = &page;
    number = static_cast<std::size_t>(&page - pages.data()) + 1;
  }
  if (chosen == nullptr) {
    check_kind(pages.front(), name);  // the message names what is wrong
    return {pages.front(), false, {"the file holds a reduced picture only"}};
  }
  if (full == 1) return {*chosen, false, {}};
  return {*chosen,
          false,
          {"page " + std::to_string(number) + " of " + std::to_string(pages.size()) + " of the file was read"}};
}

}  // namespace

TiffFile::TiffFile(const Encoded& encoded, std::size_t working_memory) : source_{encoded} {
  const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> options(TIFFOpenOptionsAlloc(),
                                                                             &TIFFOpenOptionsFree);
  if (!options) throw std::bad_alloc();
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), &keep_silent, nullptr);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), &keep_silent, nullptr);
  // The numbers of a head are widened to at most four times their bytes.
  constexpr std::size_t kOwnMemory = std::size_t{64} << 10;
  const auto memory = 4 * encoded.bytes.size() + kOwnMemory + working_memory;
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), static_cast<tmsize_t>(memory));
  // Only the head of the file (h), not mapped (m), strips as they are (c), their positions on request (O).
  file_.reset(TIFFClientOpenExt("", "rhmcO", &source_, &read_source, &refuse_to_write, &seek_source, &leave_source,
                                &size_of_source, nullptr, nullptr, options.get()));
  if (!file_) throw CutShort();
}

TiffPicture choose_tiff_picture(const Encoded& encoded, const std::string& name) {
  const auto pages = read_pages(encoded);
  if (pages.empty()) throw CutShort();
  if (is_raw(encoded, pages)) return choose_preview(pages, name);
  auto picture = choose_page(pages, name);
  check_kind(picture.page, name);
  // The tags of the first directory are the file's metadata, which is read elsewhere.
  if (picture.page.offset == pages.front().offset) picture.page.orientation = 0;
  return picture;
}

void check_tiff_complete(const TiffFile& file, const Encoded& encoded) {
  const bool tiled = TIFFIsTiled(file.get()) != 0;
  const std::uint32_t blocks = tiled ? TIFFNumberOfTiles(file.get()) : TIFFNumberOfStrips(file.get());
  const Bytes bytes(encoded.bytes);
  for (std::uint32_t block = 0; block < blocks; ++block) {
    int failed_offset = 0, failed_size = 0;
    const std::uint64_t offset = TIFFGetStrileOffsetWithErr(file.get(), block, &failed_offset);
    const std::uint64_t size = TIFFGetStrileByteCountWithErr(file.get(), block, &failed_size);
    if (failed_offset != 0 || failed_size != 0 || !bytes.has(offset, size)) throw CutShort();
  }
}

}  // namespace venloc::container
