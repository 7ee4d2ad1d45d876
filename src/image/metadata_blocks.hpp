// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace venloc::container {

/// The metadata of an encoded picture as its container holds them, undecoded. Damaged ones count as missing.
struct MetadataBlocks {
  std::vector<std::vector<std::uint8_t>> exif;  ///< TIFF structures ("II*…" or "MM…"), the picture's own first
  std::vector<std::string> xmp;                 ///< XMP packets: RDF in XML
  std::vector<std::uint8_t> iptc;               ///< data sets of IPTC-IIM
};

/// Reads all formats that hold metadata, also those whose pixels this build cannot decode; of HEIF, AVIF and compressed
/// JPEG XL boxes where their libraries are built in.
MetadataBlocks metadata_blocks(std::span<const std::byte> encoded);

/// Adds the content of an Exif box, whose first four bytes are how many more stand before the TIFF structure.
void add_exif_with_offset(MetadataBlocks& blocks, std::span<const std::byte> content);

}  // namespace venloc::container

namespace venloc {

// Of libraries that a build may lack. They throw CutShort where the container is damaged.
void add_heif_metadata(std::span<const std::byte> encoded, container::MetadataBlocks& blocks);
/// Of boxes that are compressed.
void add_compressed_jxl_metadata(std::span<const std::byte> encoded, container::MetadataBlocks& blocks);

}  // namespace venloc
