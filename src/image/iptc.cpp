// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/text_encoding.hpp"
#include "core/utf8.hpp"
#include "image/container.hpp"
#include "image/metadata_parts.hpp"
#include "image/time_text.hpp"

// IPTC-IIM 4.2: a sequence of data sets, each with the number of its record, its own number, its length and its value.
namespace venloc::metadata {
namespace {

using DataSets = std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::string>>;

DataSets data_sets(const container::Bytes& bytes) {
  constexpr std::uint32_t kMarker = 0x1C;
  constexpr std::size_t kMost = 10'000;
  DataSets found;
  std::size_t position = 0;
  try {
    for (std::size_t count = 0; count < kMost && bytes.u8(position) == kMarker; ++count) {
      const auto record = bytes.u8(position + 1), number = bytes.u8(position + 2);
      std::size_t length = bytes.u16(position + 3);
      position += 5;
      if ((length & 0x8000u) != 0) {  // the number of bytes that hold the length
        const std::size_t digits = length & 0x7FFFu;
        if (digits > 4) break;
        length = 0;
        for (std::size_t i = 0; i < digits; ++i) length = length << 8 | bytes.u8(position++);
      }
      const auto value = bytes.slice(position, length);
      found[{record, number}].emplace_back(reinterpret_cast<const char*>(value.data()), value.size());
      position += length;
    }
  } catch (const container::CutShort&) {
    return found;  // what comes before is whole
  }
  return found;
}

}  // namespace

Metadata read_iptc(std::span<const std::byte> block) {
  const auto sets = data_sets(container::Bytes(block));
  const auto raw = [&](std::uint32_t record, std::uint32_t number) {
    const auto found = sets.find({record, number});
    return found == sets.end() ? std::string() : found->second.front();
  };
  const bool is_utf8 = raw(1, 90) == "\x1B%G";  // the escape sequence of ISO 2022 for UTF-8
  const auto text = [&](const std::string& value) { return clean_text(is_utf8 ? valid_utf8(value) : value); };
  auto found = nothing();
  found.title = text(raw(2, 5));
  if (found.title.empty()) found.title = text(raw(2, 105));  // headline
  found.description = text(raw(2, 120));
  found.author = text(raw(2, 80));
  found.copyright = text(raw(2, 116));
  if (const auto keywords = sets.find({2, 25}); keywords != sets.end())
    for (const auto& keyword : keywords->second)
      if (auto word = text(keyword); !word.empty() && std::ranges::find(found.keywords, word) == found.keywords.end())
        found.keywords.push_back(std::move(word));
  const auto date = raw(2, 55), time = raw(2, 60);
  if (date.size() == 8 && time.size() >= 6)  // CCYYMMDD and HHMMSS±HHMM
    found.taken = iso_time(date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6, 2) + "T" +
                           time.substr(0, 2) + ":" + time.substr(2, 2) + ":" + time.substr(4));
  return found;
}

}  // namespace venloc::metadata
