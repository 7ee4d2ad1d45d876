// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/geo/lat_lng.hpp"

namespace venloc {

/// What a picture's file, and the files beside it, record about the picture. Sources in order of precedence: an XMP
/// sidecar; the position before editing that Google Takeout kept (geoDataExif); EXIF; XMP in the file; IPTC, for texts
/// and the time; the rest of Google Takeout. Each field is taken from the first source that has it; the fields of the
/// position are taken together. The orientation is always the file's own, by which the picture is decoded.
struct Metadata {
  int orientation = 1;             ///< 1 to 8 as in EXIF 2.3; 1 when missing or impossible
  std::optional<LatLng> position;  ///< where the picture was made [deg], empty when unknown or not plausible
  std::string position_source;     ///< "EXIF", "XMP", "sidecar <file>" or "Takeout <file>"; empty without a position
  std::optional<double> position_error_m;  ///< standard positioning error that the device recorded [m]
  std::string position_doubt;    ///< why the position may be wrong ("GPS status V: no fix", …); empty without a doubt
  std::string position_problem;  ///< why there is no position ("no GPS tags", "latitude 0/0", "(0, 0)", …), else empty
  std::optional<std::string> taken;   ///< local time of the exposure, ISO 8601, with fraction of a second and offset
                                      ///< where they are known: "2019-07-14T18:03:22.25+02:00"; empty when unknown
  std::string title;                  ///< empty when unknown, as all texts
  std::string description;            ///< caption
  std::vector<std::string> keywords;  ///< without repetitions, in the order of the file
  std::string camera;                 ///< make and model
  std::string author;                 ///< who made it
  std::string copyright;              ///< copyright notice
};

/// Reads the metadata of an encoded picture: EXIF in all directories, XMP and IPTC. Never throws for damaged metadata:
/// they count as missing, with the reason in `position_problem`.
VENLOC_API Metadata decode_metadata(std::span<const std::byte> encoded);

/// The same for a file, with what is beside it: XMP sidecars ("a.jpg.xmp", "a.xmp") and the JSON files of Google
/// Takeout
/// ("a.jpg.supplemental-metadata.json" and its shortened names). A damaged sidecar is named in `position_problem`, or
/// in `position_doubt` when the picture itself has a position. Throws FileNotFoundError or IoError when the picture's
/// file cannot be read.
VENLOC_API Metadata read_metadata(const std::filesystem::path& file);

}  // namespace venloc
