// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <random>

#include "core/number.hpp"

namespace venloc {

TEST_CASE("numbers are read exactly") {
  std::mt19937_64 random(7);
  int read = 0;
  for (int i = 0; i < 20'000; ++i) {
    double value = 0.0;
    const std::uint64_t bits = random();
    static_assert(sizeof value == sizeof bits);
    std::memcpy(&value, &bits, sizeof value);
    if (i % 2 == 0) value = std::ldexp(static_cast<double>(bits >> 11), -46);  // 0 to 128, as coordinates are
    if (!std::isnormal(value)) continue;
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.17g", value);
    CHECK(parse_number(text.data()) == value);
    ++read;
  }
  CHECK(read > 19'000);
}

TEST_CASE("forms of numbers") {
  CHECK(parse_number("45.4341") == 45.4341);
  CHECK(parse_number("-12") == -12.0);
  CHECK(parse_number("-.5") == -0.5);
  CHECK(parse_number("7.") == 7.0);
  CHECK(parse_number("1e-3") == 1e-3);
  CHECK(parse_number("0") == 0.0);
  for (const char* wrong : {"",      " ",   " 1",   "1 ",  "+1",  "-",    ".",   "e5",  "1e",    "1e+",   "--1",
                            "1.2.3", "1,5", "0x10", "nan", "inf", "-inf", "12a", "a12", "1e999", "1_000", "1'000"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_number(wrong).has_value());
  }
}

}  // namespace venloc
