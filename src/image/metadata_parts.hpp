// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "venloc/image/metadata.hpp"

// The readers of single sources. In what they return, orientation 0 means that the source has none, and an empty
// position_problem without a position means that it does not mention one.
namespace venloc::metadata {

/// Metadata of a source that has none.
Metadata nothing();

/// EXIF: a TIFF structure ("II*…" or "MM…").
Metadata read_exif(std::span<const std::byte> block);

/// XMP: RDF in XML. Throws Damaged when it is no well-formed XML, has a document type definition, or is too large.
Metadata read_xmp(std::string_view packet);

/// IPTC-IIM: data sets.
Metadata read_iptc(std::span<const std::byte> block);

/// Why a source cannot be read at all.
struct Damaged {
  std::string reason;
};

/// Adds what is missing in `into` from a source of lower precedence.
void add(Metadata& into, const Metadata& other);

/// Text of unknown encoding as UTF-8, up to its first zero, without spaces around it.
std::string clean_text(std::string_view bytes);

/// Make and model in one text.
std::string camera_name(const std::string& make, const std::string& model);

/// A doubt by how the position was found (GPSProcessingMethod); empty for methods that are as exact as GPS.
std::string doubt_of_method(std::string_view method);

/// A doubt by the receiver's status (GPSStatus "V"); empty for others.
std::string doubt_of_status(std::string_view status);

/// A doubt by the reference system (GPSMapDatum); empty for WGS 84 and what is equal to it within a metre.
std::string doubt_of_datum(std::string_view datum);

/// A doubt by the positioning error [m].
std::string doubt_of_error(double error_m);

/// Adds a doubt to those before.
void add_doubt(std::string& doubts, const std::string& doubt);

/// Makes a position of two coordinates, or sets position_problem.
void set_position(Metadata& found, LatLng place);

}  // namespace venloc::metadata
