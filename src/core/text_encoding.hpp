// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "venloc/core/export.hpp"

namespace venloc {

/// A text in UTF-8, and how its bytes were read.
struct DecodedText {
  std::string text;      ///< UTF-8 without a byte order mark
  std::string encoding;  ///< "UTF-8", "UTF-16 LE", "UTF-16 BE" or "Windows-1252"
  bool assumed = false;  ///< nothing in the bytes shows the encoding: other 8-bit encodings are possible, too
};

/// The one rule for texts whose encoding is not stored with them (label files, other tables, tags). In this order: a
/// byte order mark decides; UTF-16 where about every second byte is 0; UTF-8 where the bytes are well-formed UTF-8;
/// otherwise Windows-1252, which has the letters of Latin-1, and `assumed` is set. Characters that do not exist become
/// U+FFFD.
VENLOC_API DecodedText decode_text(std::string_view bytes);

/// UTF-16 without a byte order mark as UTF-8.
std::string utf8_of_utf16(std::string_view bytes, bool little_endian);

}  // namespace venloc
