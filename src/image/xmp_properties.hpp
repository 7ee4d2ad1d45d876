// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace venloc::metadata {

/// One value of an XMP packet.
struct XmpValue {
  std::string path;      ///< names from the property inwards, each "namespace|name", joined by spaces
  std::string language;  ///< xml:lang of an alternative, empty without
  std::size_t item = 0;  ///< position in the outermost list around it, from 0
  std::string text;
};

/// All values of the RDF in a packet, in order. Attributes and elements, plain values, structures and lists
/// (XMP specification, part 1) come out alike. Throws Damaged.
std::vector<XmpValue> xmp_values(std::string_view packet);

}  // namespace venloc::metadata
