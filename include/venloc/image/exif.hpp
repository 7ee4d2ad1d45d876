// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "venloc/core/export.hpp"
#include "venloc/geo/lat_lng.hpp"

namespace venloc {

/// Place and time in the EXIF tags of a picture.
struct Exif {
  int orientation = 1;             ///< 1 to 8 as in EXIF 2.3; 1 when missing or impossible
  std::optional<LatLng> position;  ///< GPS position [deg], empty when there is none or it is not plausible
  std::string position_problem;  ///< why there is no position ("no GPS tags", "latitude 0/0", "(0, 0)", …), else empty
  std::optional<std::string> taken;  ///< local time of the exposure, ISO 8601 "2019-07-14T18:03:22", empty when unknown
};

/// Reads the EXIF tags of an encoded JPEG, TIFF, WebP or PNG. Never throws for damaged tags: they count as missing,
/// with the reason in `position_problem`.
VENLOC_API Exif read_exif(std::span<const std::byte> encoded);

/// The same for a file. Throws FileNotFoundError or IoError when the file itself cannot be read.
VENLOC_API Exif read_exif(const std::filesystem::path& file);

}  // namespace venloc
