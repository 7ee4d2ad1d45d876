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

}  // namespace venloc::container
