// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "image/time_text.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace venloc {
namespace {

bool is_digit(char character) { return character >= '0' && character <= '9'; }

/// Reads a text from its front.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  /// A number of exactly so many digits; -1 where there is none.
  int number(std::size_t digits) {
    if (rest_.size() < digits ||
        !std::all_of(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(digits), is_digit))
      return -1;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) value = 10 * value + (rest_[i] - '0');
    rest_.remove_prefix(digits);
    return value;
  }
  bool take(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string digits() {
    std::string out;
    while (!rest_.empty() && is_digit(rest_.front())) {
      out += rest_.front();
      rest_.remove_prefix(1);
    }
    return out;
  }
  void skip_spaces() {
    while (take(" \t")) continue;
  }
  [[nodiscard]] bool empty() const { return rest_.empty() || rest_.front() == '\0'; }
  [[nodiscard]] char front() const { return rest_.empty() ? '\0' : rest_.front(); }

 private:
  std::string_view rest_;
};

/// "+02:00", "-0700", "Z"; empty where there is none, nothing where it is impossible.
std::optional<std::string> offset_of(Cursor& cursor) {
  cursor.skip_spaces();
  if (cursor.empty()) return std::string();
  if (cursor.take("Zz")) return "+00:00";
  const char sign = cursor.front();
  if (!cursor.take("+-")) return std::nullopt;
  const int hours = cursor.number(2);
  cursor.take(":");
  const int minutes = std::max(0, cursor.number(2));
  if (hours < 0 || hours > 14 || minutes > 59) return std::nullopt;
  std::array<char, 16> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%c%02d:%02d", sign, hours, minutes);
  return std::string(buffer.data());
}

std::string trimmed_fraction(std::string_view digits) {
  constexpr std::size_t kMost = 9;  // nanoseconds
  const auto end = digits.find_first_not_of("0123456789");
  digits = digits.substr(0, std::min({end, digits.size(), kMost}));
  const auto last = digits.find_last_not_of('0');
  return last == std::string_view::npos ? std::string() : "." + std::string(digits.substr(0, last + 1));
}

std::optional<std::string> date_and_minute(Cursor& cursor) {
  const int year = cursor.number(4);
  if (!cursor.take(":-/.")) return std::nullopt;
  const int month = cursor.number(2);
  if (!cursor.take(":-/.")) return std::nullopt;
  const int day = cursor.number(2);
  if (!cursor.take(" T")) return std::nullopt;
  const int hour = cursor.number(2);
  if (!cursor.take(":")) return std::nullopt;
  const int minute = cursor.number(2);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (year < 1 || month < 1 || day < 1 || !date.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59)
    return std::nullopt;
  std::array<char, 80> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02d-%02dT%02d:%02d", year, month, day, hour, minute);
  return std::string(buffer.data());
}

}  // namespace

std::optional<std::string> iso_time(std::string_view text, std::string_view fraction, std::string_view offset) {
  Cursor cursor(text);
  cursor.skip_spaces();
  auto out = date_and_minute(cursor);
  if (!out) return std::nullopt;
  int second = 0;
  std::string part;
  if (cursor.take(":")) {
    second = cursor.number(2);
    if (second < 0 || second > 60) return std::nullopt;
    if (cursor.take(".,")) part = trimmed_fraction(cursor.digits());
  }
  const auto own_offset = offset_of(cursor);
  std::array<char, 8> seconds{};
  std::snprintf(seconds.data(), seconds.size(), ":%02d", second % 100);
  *out += seconds.data() + (part.empty() ? trimmed_fraction(fraction) : part);
  Cursor beside(offset);
  *out += own_offset && !own_offset->empty() ? *own_offset : offset_of(beside).value_or("");
  return out;
}

std::optional<std::string> iso_time_of_seconds(long long seconds) {
  constexpr long long kFirst = -62135596800, kLast = 253402300799;  // years 1 and 9999
  if (seconds < kFirst || seconds > kLast) return std::nullopt;
  const std::chrono::sys_seconds time{std::chrono::seconds(seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 80> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02d+00:00", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return std::string(buffer.data());
}

}  // namespace venloc
