// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "venloc/core/export.hpp"

namespace venloc {

/// A picture in memory: 8 bits a channel, rows from the top, RGB or greyscale, without padding. Copies are cheap: they
/// share the pixels, which never change. Pictures made from others keep their notes.
class VENLOC_API Image {
 public:
  /// `pixels` holds height x width x channels bytes. Throws InvalidArgumentError when sizes are not positive, channels
  /// is not 1 or 3, or the number of bytes does not match.
  Image(int width, int height, int channels, std::vector<std::uint8_t> pixels);
  /// An empty picture: 0 x 0.
  Image() = default;

  [[nodiscard]] int width() const { return width_; }        ///< width [px]
  [[nodiscard]] int height() const { return height_; }      ///< height [px]
  [[nodiscard]] int channels() const { return channels_; }  ///< channels: 1 (grey) or 3 (RGB)
  [[nodiscard]] bool empty() const { return width_ == 0; }  ///< whether the picture has no pixel
  /// The bytes, height x width x channels; valid as long as this picture or a copy of it lives.
  [[nodiscard]] std::span<const std::uint8_t> pixels() const;
  /// What whoever reads an answer about this picture should know of how it was read: that it was damaged, a preview, or
  /// reduced. One sentence each; empty as a rule.
  [[nodiscard]] std::span<const std::string> notes() const { return notes_; }
  /// The same picture with a further note.
  [[nodiscard]] Image with_note(std::string note) const;

  [[nodiscard]] Image to_gray() const;  ///< the picture in grey: ITU-R BT.601 luma, as OpenCV
  /// The picture at another size [px]: area-averaged when smaller, bilinear when larger. Throws InvalidArgumentError
  /// for a size below 1.
  [[nodiscard]] Image resized(int width, int height) const;
  /// The picture scaled so that the longer side is `long_side_px` [px]; a smaller picture is returned as it is.
  [[nodiscard]] Image shrunk_to(int long_side_px) const;
  /// The picture turned clockwise by 0, 90, 180 or 270 degrees. Throws InvalidArgumentError for another angle.
  [[nodiscard]] Image turned(int degrees) const;

 private:
  int width_ = 0;
  int height_ = 0;
  int channels_ = 0;
  std::shared_ptr<const std::vector<std::uint8_t>> pixels_;
  std::vector<std::string> notes_;
};

/// Limits and treatment of picture files.
struct VENLOC_API ImageOptions {
  std::size_t max_bytes = 256u << 20;     ///< largest size of an encoded picture [bytes]
  std::int64_t max_pixels = 100'000'000;  ///< largest width x height [px], checked before decoding
  bool apply_orientation = true;          ///< turn the picture upright by its EXIF orientation

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
};

/// Format and size of a picture file, from its header.
struct ImageInfo {
  std::string format;  ///< "jpeg", "png", "webp", "tiff", "bmp" or "pnm"
  int width = 0;       ///< width as stored, before orientation [px]
  int height = 0;      ///< height as stored, before orientation [px]
};

/// Reads the header of an encoded picture. `name` identifies the picture in messages. Throws ImageError when it is not
/// a supported picture.
VENLOC_API ImageInfo probe_image(std::span<const std::byte> encoded, const std::string& name);

/// The same for a file; only the necessary part of the file is read. Throws FileNotFoundError, IoError or ImageError.
VENLOC_API ImageInfo probe_image(const std::filesystem::path& file);

/// Decodes a picture. Greyscale stays greyscale, alpha is composited over white, 16 bits per channel are scaled to 8,
/// CMYK JPEG is converted to RGB. Throws ImageError that names the file and the remedy: not a picture, damaged or cut
/// short, over a limit, unsupported.
VENLOC_API Image decode_image(std::span<const std::byte> encoded, const std::string& name,
                              const ImageOptions& options = {});

/// Reads and decodes a file. Throws FileNotFoundError, IoError or ImageError.
VENLOC_API Image read_image(const std::filesystem::path& file, const ImageOptions& options = {});
/// The picture as a JPEG file without metadata. Throws InvalidArgumentError for an empty picture or a quality outside
/// 1 to 100.
VENLOC_API std::vector<std::byte> encode_jpeg(const Image& image, int quality = 80);

}  // namespace venloc
