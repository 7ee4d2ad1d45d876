// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <string>

#include "core/text_encoding.hpp"
#include "core/utf8.hpp"

using namespace venloc;

namespace {

const std::string kText = "lat,lng,file\n45.0,8.0,caf\u00E9 \U0001D11E.jpg\n";  // the clef needs a surrogate pair

/// The text in UTF-16, from its characters.
std::string utf16(const std::u16string& text, bool little) {
  std::string out;
  for (const char16_t unit : text) {
    const char low = static_cast<char>(unit & 0xFF), high = static_cast<char>(unit >> 8);
    out += little ? std::string{low, high} : std::string{high, low};
  }
  return out;
}

const std::u16string kWide = u"lat,lng,file\n45.0,8.0,caf\u00E9 \U0001D11E.jpg\n";

void check(const std::string& bytes, const std::string& text, const std::string& encoding, bool assumed = false) {
  CAPTURE(encoding);
  const auto found = decode_text(bytes);
  CHECK(found.text == text);
  CHECK(found.encoding == encoding);
  CHECK(found.assumed == assumed);
}

}  // namespace

TEST_CASE("texts in all encodings that are distinguished") {
  check(kText, kText, "UTF-8");
  check("\xEF\xBB\xBF" + kText, kText, "UTF-8");
  check("\xFF\xFE" + utf16(kWide, true), kText, "UTF-16 LE");
  check("\xFE\xFF" + utf16(kWide, false), kText, "UTF-16 BE");
  check(utf16(kWide, true), kText, "UTF-16 LE");
  check(utf16(kWide, false), kText, "UTF-16 BE");
  check("45.0,8.0,caf\xE9.jpg", "45.0,8.0,caf\u00E9.jpg", "Windows-1252", true);
  check("\x93quoted\x94 \x80 5", "\u201Cquoted\u201D \u20AC 5", "Windows-1252", true);
  check("\x81\xE9", "\uFFFD\u00E9", "Windows-1252", true);
  check("", "", "UTF-8");
  check("a", "a", "UTF-8");
}

TEST_CASE("half of a surrogate pair and half of a character are replaced") {
  CHECK(utf8_of_utf16(utf16(u"a\xD800", true), true) == "a\uFFFD");
  CHECK(utf8_of_utf16(utf16(u"\xDC00z", false), false) == "\uFFFDz");
  CHECK(utf8_of_utf16(std::string("a\0b", 3), true) == "a");
}

TEST_CASE("whatever the bytes, the text is UTF-8") {
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; ++second) {
      const std::string bytes{'x', static_cast<char>(first), static_cast<char>(second), 'y'};
      CHECK(is_valid_utf8(decode_text(bytes).text));
    }
}
