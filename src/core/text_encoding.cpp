// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "core/text_encoding.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "core/utf8.hpp"

namespace venloc {
namespace {

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

/// Windows-1252 where it differs from Latin-1: the bytes 0x80 to 0x9F; 0 where it has no character.
constexpr std::array<std::uint16_t, 32> kWindows1252{0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                     0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                     0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                     0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
constexpr std::uint32_t kReplacement = 0xFFFD;

std::string utf8_of_windows_1252(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (const char character : bytes) {
    const auto byte = static_cast<std::uint8_t>(character);
    std::uint32_t code = byte;
    if (byte >= 0x80 && byte < 0xA0) code = kWindows1252[byte - 0x80];
    append_utf8(out, code == 0 && byte != 0 ? kReplacement : code);
  }
  return out;
}

enum class Utf16 { kOther, kLittleEndian, kBigEndian };

/// Latin letters, digits and separators have a zero as their high byte, and make up most of a table.
Utf16 guess_utf16(std::string_view bytes) {
  constexpr std::size_t kLooked = 4096;
  constexpr double kMany = 0.3, kFew = 0.05;  // shares of the bytes at even or odd places
  const std::size_t pairs = std::min(bytes.size(), kLooked) / 2;
  if (pairs == 0 || bytes.size() % 2 != 0) return Utf16::kOther;
  std::array<double, 2> zeros{};
  for (std::size_t i = 0; i < 2 * pairs; ++i)
    if (bytes[i] == '\0') zeros[i % 2] += 1.0 / static_cast<double>(pairs);
  if (zeros[1] > kMany && zeros[0] < kFew) return Utf16::kLittleEndian;
  if (zeros[0] > kMany && zeros[1] < kFew) return Utf16::kBigEndian;
  return Utf16::kOther;
}

}  // namespace

std::string utf8_of_utf16(std::string_view bytes, bool little_endian) {
  const auto unit = [&](std::size_t i) {
    const auto first = static_cast<std::uint8_t>(bytes[i]), second = static_cast<std::uint8_t>(bytes[i + 1]);
    return static_cast<std::uint32_t>(little_endian ? second << 8 | first : first << 8 | second);
  };
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const auto code = unit(i);
    const bool leads = code >= 0xD800 && code < 0xDC00 && i + 3 < bytes.size();
    const auto next = leads ? unit(i + 2) : 0;
    if (next >= 0xDC00 && next < 0xE000) {
      append_utf8(out, 0x10000 + ((code - 0xD800) << 10) + (next - 0xDC00));
      i += 2;
    } else {
      append_utf8(out, code >= 0xD800 && code < 0xE000 ? kReplacement : code);
    }
  }
  return out;
}

DecodedText decode_text(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) return {valid_utf8(bytes.substr(3)), "UTF-8"};
  if (bytes.starts_with("\xFF\xFE")) return {utf8_of_utf16(bytes.substr(2), true), "UTF-16 LE"};
  if (bytes.starts_with("\xFE\xFF")) return {utf8_of_utf16(bytes.substr(2), false), "UTF-16 BE"};
  const auto wide = guess_utf16(bytes);
  if (wide == Utf16::kLittleEndian) return {utf8_of_utf16(bytes, true), "UTF-16 LE"};
  if (wide == Utf16::kBigEndian) return {utf8_of_utf16(bytes, false), "UTF-16 BE"};
  if (is_valid_utf8(bytes)) return {std::string(bytes), "UTF-8"};
  return {utf8_of_windows_1252(bytes), "Windows-1252", true};
}

}  // namespace venloc
