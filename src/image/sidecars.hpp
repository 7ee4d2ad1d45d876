// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "venloc/image/metadata.hpp"

// Metadata in files beside a picture.
namespace venloc::metadata {

/// What a file beside the picture holds.
struct Sidecar {
  std::string name;     ///< file name, as valid UTF-8
  Metadata found;       ///< orientation 0
  std::string problem;  ///< why it cannot be read; else empty
};

/// The XMP sidecars of a picture, those that win first: "a.jpg.xmp" and "a.xmp", with the ending in small or capital
/// letters.
std::vector<Sidecar> read_xmp_sidecars(const std::filesystem::path& picture);

/// What Google Takeout keeps of a picture in a JSON file.
struct Takeout {
  Sidecar original;  ///< with the position before editing (geoDataExif)
  Metadata edited;   ///< the rest: the position in Google Photos (geoData), texts, time in UTC
};

/// The JSON of Google Takeout for a picture: "a.jpg.json", "a.jpg.supplemental-metadata.json" and its shortened names,
/// "a.jpg(1).json" for "a(1).jpg", that of "a.jpg" for "a-edited.jpg". Where several fit, the title inside decides.
std::optional<Takeout> read_takeout(const std::filesystem::path& picture);

}  // namespace venloc::metadata
