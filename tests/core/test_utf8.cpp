// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "core/random.hpp"
#include "core/utf8.hpp"

using venloc::valid_utf8;

TEST_CASE("utf8: well-formed text stays as it is") {
  for (const std::string text :
       {"", "a/b.jpg", "Cà d'Oro", "水都", "\xF0\x9F\x93\xB7", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF"})
    CHECK(valid_utf8(text) == text);
}

TEST_CASE("utf8: other bytes are written as numbers") {
  CHECK(valid_utf8("caf\xE9.jpg") == "caf\\xe9.jpg");
  CHECK(valid_utf8("\xC0\xAF") == "\\xc0\\xaf");                    // longer than needed
  CHECK(valid_utf8("\xE0\x80\x80") == "\\xe0\\x80\\x80");           // the same
  CHECK(valid_utf8("\xED\xA0\x80") == "\\xed\\xa0\\x80");           // a surrogate
  CHECK(valid_utf8("\xF4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");  // beyond U+10FFFF
  CHECK(valid_utf8("\xE6\xB0") == "\\xe6\\xb0");                    // cut short
  CHECK(valid_utf8("\xFF"
                   "a") == "\\xffa");
}

TEST_CASE("utf8: any bytes become text that JSON takes, and good text is left alone exactly where JSON takes it") {
  venloc::Random random(1);
  const std::string alphabet = "a\x7F\x80\x8F\x90\x9F\xA0\xBF\xC1\xC2\xDF\xE0\xED\xEF\xF0\xF4\xF5";
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random.below(6), '\0');
    for (char& byte : bytes) byte = alphabet[random.below(alphabet.size())];
    CHECK_NOTHROW((void)nlohmann::json(valid_utf8(bytes)).dump());
    bool good = true;
    try {
      (void)nlohmann::json(bytes).dump();
    } catch (const nlohmann::json::exception&) {
      good = false;
    }
    CHECK((valid_utf8(bytes) == bytes) == good);
  }
}
