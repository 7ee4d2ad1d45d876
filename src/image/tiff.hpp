// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tiffio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "image/encoded.hpp"

// TIFFs and raw files with the structure of one: their directories, and which of the pictures in them is meant. Memory
// is taken in proportion to the size of the file, whatever it claims.
namespace venloc::container {

/// An opened TIFF, at one of its directories.
class TiffFile {
 public:
  /// `working_memory` is what decoding may take at once beyond memory in proportion to the file [bytes]. Throws
  /// CutShort where the file is no TIFF.
  explicit TiffFile(const Encoded& encoded, std::size_t working_memory = 0);
  TiffFile(const TiffFile&) = delete;  // libtiff has the address of source_
  TiffFile& operator=(const TiffFile&) = delete;

  /// Goes to the directory at `offset`; false where not all of it can be read.
  bool go_to(std::size_t offset) { return TIFFSetSubDirectory(get(), offset) != 0; }
  [[nodiscard]] TIFF* get() const { return file_.get(); }

  template <typename Number>
  [[nodiscard]] std::optional<Number> value(std::uint32_t tag) const {
    Number number{};
    if (TIFFGetFieldDefaulted(get(), tag, &number) == 0) return std::nullopt;
    return number;
  }

  struct Source {
    Encoded encoded;
    std::uint64_t position = 0;
    ReadThrough reading{};
  };

 private:
  Source source_;
  std::unique_ptr<TIFF, void (*)(TIFF*)> file_{nullptr, &TIFFClose};
};

/// A JPEG that lies in a TIFF as a whole.
struct JpegPart {
  std::size_t offset = 0, size = 0;  ///< [bytes]
};

/// The tags of one directory.
struct TiffPage {
  std::size_t offset = 0;  ///< of the directory [bytes]
  bool readable = false;   ///< whether all of the directory could be read; else what came before the fault is here
  std::uint32_t width = 0, height = 0;            ///< [px], 0 where it is missing
  std::uint32_t tile_width = 0, tile_height = 0;  ///< [px], 0 in a file of strips
  int bits = 1;                                   ///< of a sample
  int samples = 1;                                ///< of a pixel
  int sample_format = 1;                          ///< 1 are unsigned numbers, 3 floating-point ones
  int compression = 1;                            ///< 1 is none
  bool planes = false;                            ///< whether each sample has a plane of its own
  bool reduced = false;                           ///< a smaller version of another page
  std::optional<int> color_space;                 ///< 0 and 1 are grey, 2 is RGB
  std::optional<int> extra_sample;                ///< the first one: 1 is a premultiplied, 2 a straight opacity
  int orientation = 0;                            ///< 0 where the directory has none
  std::optional<JpegPart> jpeg;                   ///< in place of strips
};

/// The picture that is meant by a TIFF or a raw file.
struct TiffPicture {
  TiffPage page;                   ///< for a JPEG inside, with the size of the JPEG
  bool raw = false;                ///< whether the file is a camera's raw file
  std::vector<std::string> notes;  ///< which page it is, or which preview
};

/// Chooses the picture: of a TIFF its first page that is neither marked as reduced nor less than half as large as the
/// largest; of a raw file its largest preview. Throws ImageError where there is none, where a raw file has only small
/// previews, or where the pixels are of a kind that is not supported; CutShort where the file is no TIFF.
TiffPicture choose_tiff_picture(const Encoded& encoded, const std::string& name);

/// Throws CutShort where a strip or tile of the current directory is not in the file.
void check_tiff_complete(const TiffFile& file, const Encoded& encoded);

}  // namespace venloc::container
