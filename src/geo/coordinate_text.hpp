// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "venloc/core/export.hpp"
#include "venloc/geo/lat_lng.hpp"

// Coordinates as people and programs write them: in label files, XMP and EXIF tags.
namespace venloc {

enum class Axis { kLatitude, kLongitude };

/// What a comma between two digits is. In "45,26.2278" and "45,26,13" it is between degrees, minutes and seconds
/// anyhow.
enum class Comma { kDecimal, kBetweenUnits };

/// The degrees, or why there are none.
struct CoordinateText {
  std::optional<double> degrees;  ///< north and east positive; in range
  bool has_hemisphere = false;    ///< by a letter, a word or a minus sign
  std::string problem;  ///< what is wrong with the text, as the end of a sentence that begins with it; else empty
};

/// Reads one coordinate: 45.43713, +45.4, 45,43713, 45.43N, N45.43, 45°26'13"N, 45 26 13 N, 45 deg 26' 13.00" N,
/// 45:26:13, 45,26.2278N, with typographic primes, too. `hemisphere` is the letter or word that is stored beside the
/// number (GPSLatitudeRef); empty where there is none.
VENLOC_API CoordinateText parse_coordinate(std::string_view text, Axis axis, Comma comma = Comma::kDecimal,
                                           std::string_view hemisphere = {});

/// Reads latitude and longitude in one text, in this order: "45.43713, 12.33265", "45°26'13"N 12°19'57"E".
std::optional<LatLng> parse_position(std::string_view text);

/// "latitude" or "longitude".
VENLOC_API std::string name_of(Axis axis);

}  // namespace venloc
