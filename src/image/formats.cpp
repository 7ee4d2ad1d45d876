// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "image/formats.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "image/decoders.hpp"
#include "image/tiff_directory.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

using container::Bytes;

// Decoders of libraries that this build has.
#ifdef VENLOC_HAVE_HEIF
constexpr auto kHeifHead = &read_heif_head;
constexpr auto kHeif = &decode_heif;
#else
constexpr decltype(&read_heif_head) kHeifHead = nullptr;
constexpr decltype(&decode_heif) kHeif = nullptr;
#endif
#ifdef VENLOC_HAVE_JXL
constexpr auto kJxlHead = &read_jxl_head;
constexpr auto kJxl = &decode_jxl;
#else
constexpr decltype(&read_jxl_head) kJxlHead = nullptr;
constexpr decltype(&decode_jxl) kJxl = nullptr;
#endif
#ifdef VENLOC_HAVE_JPEG2000
constexpr auto kJp2Head = &read_jp2_head;
constexpr auto kJp2 = &decode_jp2;
#else
constexpr decltype(&read_jp2_head) kJp2Head = nullptr;
constexpr decltype(&decode_jp2) kJp2 = nullptr;
#endif
#ifdef VENLOC_HAVE_RAW
constexpr auto kRawHead = &read_raw_head;
constexpr auto kRaw = &decode_raw;
#else
constexpr decltype(&read_raw_head) kRawHead = nullptr;
constexpr decltype(&decode_raw) kRaw = nullptr;
#endif

constexpr std::string_view kSave = "Save it as JPEG or PNG";
constexpr std::string_view kHeifRemedy =
    "Save it as JPEG, or install libheif with a decoder (Debian 13: libheif-plugin-libde265, libheif-plugin-dav1d) and "
    "build venloc with VENLOC_WITH_HEIF=ON";
constexpr std::string_view kRawRemedy =
    "Export it as JPEG, or install LibRaw (libraw-dev) and build venloc with VENLOC_WITH_RAW=ON";

constexpr std::array kFormats{
    Format{"jpeg", "JPEG", "image/jpeg", ".jpg .jpeg .jpe .jfif", kSave, &container::read_jpeg_head, &decode_jpeg},
    Format{"png", "PNG", "image/png", ".png", kSave, &container::read_png_head, &decode_png},
    Format{"webp", "WebP", "image/webp", ".webp", kSave, &container::read_webp_head, &decode_by_opencv},
    Format{"tiff", "TIFF", "image/tiff", ".tif .tiff", kSave, &container::read_tiff_head, &decode_tiff},
    Format{"bmp", "BMP", "image/bmp", ".bmp .dib", kSave, &container::read_bmp_head, &decode_by_opencv},
    Format{"pnm", "PNM", "image/x-portable-anymap", ".pnm .pbm .pgm .ppm", kSave, &container::read_pnm_head,
           &decode_pnm},
    Format{"heic", "HEIC", "image/heic", ".heic .heif .hif", kHeifRemedy, kHeifHead, kHeif},
    Format{"avif", "AVIF", "image/avif", ".avif", kHeifRemedy, kHeifHead, kHeif},
    Format{"jxl", "JPEG XL", "image/jxl", ".jxl",
           "Save it as JPEG, or install libjxl (libjxl-dev) and build venloc with VENLOC_WITH_JXL=ON", kJxlHead, kJxl},
    Format{"jp2", "JPEG 2000", "image/jp2", ".jp2 .j2k .j2c .jpf .jpx",
           "Save it as JPEG, or install OpenJPEG (libopenjp2-7-dev) and build venloc with VENLOC_WITH_JPEG2000=ON",
           kJp2Head, kJp2},
    // Raw files with the structure of a TIFF are distinguished from TIFFs by their directories, not by their first
    // bytes.
    Format{"raw", "raw (DNG, CR2, NEF, ARW, PEF)", "image/x-adobe-dng", ".dng .cr2 .nef .nrw .arw .pef .srw .3fr .erf",
           kRawRemedy, &container::read_tiff_head, &decode_tiff},
    Format{"raf", "raw (Fujifilm RAF)", "image/x-fuji-raf", ".raf", kRawRemedy, kRawHead, kRaw},
    Format{"cr3", "raw (Canon CR3)", "image/x-canon-cr3", ".cr3", kRawRemedy, kRawHead, kRaw},
    Format{"orf", "raw (Olympus ORF)", "image/x-olympus-orf", ".orf", kRawRemedy, kRawHead, kRaw},
    Format{"rw2", "raw (Panasonic RW2)", "image/x-panasonic-rw2", ".rw2", kRawRemedy, kRawHead, kRaw},
    Format{"gif", "GIF", "image/gif", ".gif", "Save one frame of it as PNG"},
    Format{"psd", "Photoshop", "image/vnd.adobe.photoshop", ".psd .psb", kSave},
};

const Format* by_id(std::string_view id) {
  const auto found = std::find_if(kFormats.begin(), kFormats.end(), [&](const Format& f) { return f.id == id; });
  return found == kFormats.end() ? nullptr : &*found;
}

/// A brand of a file of boxes: what its first box states of it, its main brand first.
bool has_brand(const Bytes& bytes, std::string_view brand) {
  if (!bytes.starts_with("ftyp", 4)) return false;
  const std::size_t end = std::min<std::size_t>(bytes.u32(0), bytes.size());
  for (std::size_t position = 8; position + 4 <= end; position += 4)
    if (position != 12 && bytes.starts_with(std::string(brand).c_str(), position)) return true;  // 12: a version
  return false;
}

std::string_view id_of_boxes(const Bytes& bytes) {
  if (has_brand(bytes, "crx ")) return "cr3";
  if (has_brand(bytes, "avif") || has_brand(bytes, "avis")) return "avif";
  for (const auto* brand : {"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"})
    if (has_brand(bytes, brand)) return "heic";
  return {};
}

bool is_space(std::uint32_t character) { return character == ' ' || (character >= '\t' && character <= '\r'); }

std::string_view id_of(const Bytes& bytes) {
  if (bytes.starts_with("\xFF\xD8\xFF")) return "jpeg";
  if (bytes.starts_with("\x89PNG\r\n\x1A\n")) return "png";
  if (bytes.starts_with("RIFF") && bytes.starts_with("WEBP", 8)) return "webp";
  if (container::is_tiff(bytes.data())) return "tiff";
  if (bytes.starts_with("BM") && bytes.has(0, 18) && Bytes(bytes.data(), true).u32(14) <= 124) return "bmp";
  if (bytes.has(0, 3) && bytes.u8(0) == 'P' && bytes.u8(1) >= '1' && bytes.u8(1) <= '6' && is_space(bytes.u8(2)))
    return "pnm";
  if (bytes.starts_with("\xFF\x0A") || bytes.starts_with("JXL \r\n\x87\n", 4)) return "jxl";
  if (bytes.starts_with("jP  \r\n\x87\n", 4) || bytes.starts_with("\xFF\x4F\xFF\x51")) return "jp2";
  if (bytes.starts_with("FUJIFILMCCD-RAW")) return "raf";
  if (bytes.starts_with("IIRO") || bytes.starts_with("IIRS") || bytes.starts_with("MMOR")) return "orf";
  if (bytes.starts_with("IIU") && bytes.has(0, 8)) return "rw2";
  if (bytes.starts_with("GIF8")) return "gif";
  if (bytes.starts_with("8BPS")) return "psd";
  return bytes.has(0, 12) ? id_of_boxes(bytes) : std::string_view();
}

/// What a file that is no picture is.
std::string describe_start(const Bytes& bytes) {
  constexpr std::array<std::pair<const char*, const char*>, 6> kKnown{{{"%PDF", "it is a PDF"},
                                                                       {"PK\x03\x04", "it is a ZIP archive"},
                                                                       {"<svg", "it is an SVG drawing"},
                                                                       {"<?xml", "it is an XML file"},
                                                                       {"\x1A\x45\xDF\xA3", "it is a video"},
                                                                       {"RIFF", "it is a video or sound file"}}};
  for (const auto& [start, what] : kKnown)
    if (bytes.starts_with(start)) return what;
  if (bytes.starts_with("ftyp", 4) || bytes.starts_with("moov", 4) || bytes.starts_with("mdat", 4))
    return "it is a video";
  const auto head = bytes.data().first(std::min<std::size_t>(bytes.size(), 256));
  const bool text = std::all_of(head.begin(), head.end(), [](std::byte byte) {
    const auto character = std::to_integer<std::uint32_t>(byte);
    return is_space(character) || character >= 0x20;
  });
  if (!text) return "its first bytes are unknown";
  const std::string_view words(reinterpret_cast<const char*>(head.data()), head.size());
  return words.find("<svg") != std::string_view::npos ? "it is an SVG drawing" : "it begins like a text file";
}

std::string readable_names() {
  std::string names;
  for (const auto& format : kFormats)
    if (is_readable(format)) names += (names.empty() ? "" : ", ") + std::string(format.name);
  return names;
}

PictureFormat described(const Format& format) {
  PictureFormat entry{std::string(format.id), std::string(format.name),  std::string(format.media_type), {},
                      is_readable(format),    std::string(format.remedy)};
  for (std::size_t begin = 0; begin < format.endings.size();) {
    const auto end = std::min(format.endings.find(' ', begin), format.endings.size());
    entry.endings.emplace_back(format.endings.substr(begin, end - begin));
    begin = end + 1;
  }
  return entry;
}

}  // namespace

std::span<const Format> formats() { return kFormats; }

bool is_readable(const Format& format) {
  if (format.decode == nullptr) return false;
#ifdef VENLOC_HAVE_HEIF
  if (format.decode == &decode_heif) return can_decode_heif(format.id == "avif");
#endif
  return true;
}

const Format* format_of(std::span<const std::byte> encoded) { return by_id(id_of(Bytes(encoded))); }

void refuse_format(std::span<const std::byte> encoded, const std::string& name) {
  if (const auto* format = format_of(encoded))
    throw ImageError(name + ": a " + std::string(format->name) + " picture, which this build of venloc cannot read. " +
                     std::string(format->remedy) + ".");
  throw ImageError(name + ": not a picture venloc can read (" + describe_start(Bytes(encoded)) +
                   "). Supported: " + readable_names() + ".");
}

std::vector<PictureFormat> picture_formats() {
  std::vector<PictureFormat> result;
  for (const auto& format : kFormats) result.push_back(described(format));
  return result;
}

std::optional<PictureFormat> recognised_format(std::span<const std::byte> encoded) {
  const auto* format = format_of(encoded);
  if (format == nullptr) return std::nullopt;
  return described(*format);
}

}  // namespace venloc
