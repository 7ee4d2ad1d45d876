// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "geo/coordinate_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/number.hpp"

namespace venloc {
namespace {

enum class Kind { kNumber, kDegree, kMinute, kSecond, kSeparator, kSign, kWord };

struct Token {
  Kind kind = Kind::kNumber;
  double number = 0.0;
  char sign = '+';
  std::string word;    // in small letters
  bool apart = false;  // behind a space
};

struct Unreadable {
  std::string problem;
};

constexpr const char* kNotDegrees = "is not a number of degrees";

bool is_digit(char character) { return character >= '0' && character <= '9'; }

/// Symbols outside ASCII, and what they stand for here.
std::string plain(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 17> kSymbols{{{"\u00B0", "d"},
                                                                                    {"\u00BA", "d"},
                                                                                    {"\u02DA", "d"},
                                                                                    {"\u2032", "'"},
                                                                                    {"\u2019", "'"},
                                                                                    {"\u2018", "'"},
                                                                                    {"\u02B9", "'"},
                                                                                    {"\u00B4", "'"},
                                                                                    {"`", "'"},
                                                                                    {"\u2033", "\""},
                                                                                    {"\u201D", "\""},
                                                                                    {"\u201C", "\""},
                                                                                    {"\u02BA", "\""},
                                                                                    {"\u2212", "-"},
                                                                                    {"\u00A0", " "},
                                                                                    {"\u202F", " "},
                                                                                    {"\u00DC", "\u00FC"}}};
  std::string out;
  while (!text.empty()) {
    const auto found = std::find_if(kSymbols.begin(), kSymbols.end(),
                                    [&](const auto& symbol) { return text.starts_with(symbol.first); });
    if (found != kSymbols.end()) {
      out += found->second;
      text.remove_prefix(found->first.size());
    } else {
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(text.front())));
      text.remove_prefix(1);
    }
  }
  return out;
}

class Lexer {
 public:
  Lexer(std::string text, Comma comma) : text_(std::move(text)) {
    const auto commas = std::count(text_.begin(), text_.end(), ',');
    decimal_comma_ = comma == Comma::kDecimal && commas == 1 && text_.find('.') == std::string::npos;
  }

  std::vector<Token> tokens() {
    std::vector<Token> out;
    bool apart = false;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const auto before = out.size();
      if (std::isspace(static_cast<unsigned char>(c)) != 0) {
        apart = true;
        ++at_;
      } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
        out.push_back({Kind::kNumber, number(), '+', {}});
      } else if (c == '\'') {
        const bool twice = peek(1) == '\'';
        out.push_back({twice ? Kind::kSecond : Kind::kMinute, 0, '+', {}});
        at_ += twice ? 2 : 1;
      } else if (c == '"') {
        out.push_back({Kind::kSecond, 0, '+', {}});
        ++at_;
      } else if (c == ',' || c == ':') {
        out.push_back({Kind::kSeparator, 0, '+', {}});
        ++at_;
      } else if (c == '+' || c == '-') {
        out.push_back({Kind::kSign, 0, c, {}});
        ++at_;
      } else {
        out.push_back(word());
      }
      if (out.size() > before) out.back().apart = std::exchange(apart, false);
    }
    return out;
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  double number() {
    std::string digits;
    const auto take_digits = [&] {
      while (is_digit(peek(0))) digits += text_[at_++];
    };
    take_digits();
    if (peek(0) == '.' || (peek(0) == ',' && decimal_comma_ && is_digit(peek(1)))) {
      digits += '.';
      ++at_;
      take_digits();
    }
    // "8e-05" is a number, "12.5e" is one in the east.
    const std::size_t sign = peek(1) == '-' || peek(1) == '+' ? 1 : 0;
    if (peek(0) == 'e' && is_digit(peek(1 + sign))) {
      digits += text_.substr(at_, 1 + sign);
      at_ += 1 + sign;
      take_digits();
    }
    const auto value = parse_number(digits);
    if (!value || !std::isfinite(*value)) throw Unreadable{kNotDegrees};
    return *value;
  }

  Token word() {
    std::string letters;
    while (at_ < text_.size() &&
           (std::isalpha(static_cast<unsigned char>(peek(0))) != 0 || static_cast<unsigned char>(peek(0)) >= 0x80))
      letters += text_[at_++];
    if (letters.empty()) throw Unreadable{kNotDegrees};
    if (peek(0) == '.') ++at_;  // of "deg." and "N."
    constexpr std::array<std::pair<std::string_view, Kind>, 8> kUnits{{{"d", Kind::kDegree},
                                                                       {"deg", Kind::kDegree},
                                                                       {"degree", Kind::kDegree},
                                                                       {"degrees", Kind::kDegree},
                                                                       {"min", Kind::kMinute},
                                                                       {"minutes", Kind::kMinute},
                                                                       {"sec", Kind::kSecond},
                                                                       {"seconds", Kind::kSecond}}};
    for (const auto& [name, kind] : kUnits)
      if (letters == name) return {kind, 0, '+', {}};
    return {Kind::kWord, 0, '+', letters};
  }

  std::string text_;
  std::size_t at_ = 0;
  bool decimal_comma_ = false;
};

/// +1 for north and east, -1 for south and west; throws `unknown` for other words. Full words in the languages of
/// common photo managers.
double sign_of(const std::string& word, Axis axis, const char* unknown = kNotDegrees) {
  struct Direction {
    std::string_view word;
    Axis axis;
    double sign;
  };
  constexpr auto kLat = Axis::kLatitude, kLng = Axis::kLongitude;
  constexpr std::array<Direction, 20> kDirections{
      {{"n", kLat, 1},      {"north", kLat, 1},     {"nord", kLat, 1},   {"norte", kLat, 1},  {"s", kLat, -1},
       {"south", kLat, -1}, {"s\u00FCd", kLat, -1}, {"sud", kLat, -1},   {"sur", kLat, -1},   {"sul", kLat, -1},
       {"e", kLng, 1},      {"east", kLng, 1},      {"ost", kLng, 1},    {"est", kLng, 1},    {"este", kLng, 1},
       {"w", kLng, -1},     {"west", kLng, -1},     {"ovest", kLng, -1}, {"ouest", kLng, -1}, {"oeste", kLng, -1}}};
  if (word == "o") throw Unreadable{"has an O, which is east in German and west in other languages: write E or W"};
  for (const auto& direction : kDirections) {
    if (word != direction.word) continue;
    if (direction.axis != axis)
      throw Unreadable{"is marked '" + word + "', as a " + name_of(direction.axis) +
                       " is: latitude and longitude may be exchanged"};
    return direction.sign;
  }
  throw Unreadable{unknown};
}

/// The numbers of degrees, minutes and seconds, with the tokens around them taken away.
double magnitude(std::vector<Token>::const_iterator from, std::vector<Token>::const_iterator to) {
  constexpr std::array<Kind, 3> kUnits{Kind::kDegree, Kind::kMinute, Kind::kSecond};
  constexpr std::array<double, 3> kPerDegree{1.0, 60.0, 3600.0};
  constexpr std::array<const char*, 3> kNames{"degrees", "minutes", "seconds"};
  double degrees = 0.0;
  double before = 0.0;
  std::size_t unit = 0;
  for (auto token = from; token != to; ++unit) {
    if (unit == kUnits.size() || token->kind != Kind::kNumber) throw Unreadable{kNotDegrees};
    const double value = token->number;
    if (unit > 0 && (value > 60.0 || before != std::floor(before)))
      throw Unreadable{std::string("has impossible ") + kNames[unit]};
    degrees += value / kPerDegree[unit];
    before = value;
    ++token;
    if (token != to && token->kind == Kind::kNumber && !token->apart) throw Unreadable{kNotDegrees};
    if (token != to && token->kind == kUnits[unit]) ++token;
    if (token != to && token->kind == Kind::kSeparator) {
      ++token;
      if (token == to) throw Unreadable{kNotDegrees};
    }
  }
  if (unit == 0) throw Unreadable{kNotDegrees};
  return degrees;
}

/// "8,001,000", as spreadsheets show 8001000 or 8.001: no degrees, minutes and seconds have three digits each.
bool has_thousands(std::string_view text) {
  const auto digits = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  std::size_t groups = 0;
  for (auto at = text.find(','); at != std::string_view::npos; at = text.find(',', at + 1)) {
    const auto group = text.substr(at + 1, text.find(',', at + 1) - (at + 1));
    if (group.size() != 3 || !digits(group)) return false;
    ++groups;
  }
  return groups >= 2;
}

CoordinateText read_coordinate(std::string_view text, Axis axis, Comma comma, std::string_view hemisphere) {
  if (has_thousands(text)) throw Unreadable{"has separators of thousands: write it as 45.43713"};
  const auto tokens = Lexer(plain(text), comma).tokens();
  auto from = tokens.begin(), to = tokens.end();
  std::optional<double> direction;
  std::optional<char> sign;
  if (from != to && from->kind == Kind::kWord) direction = sign_of((from++)->word, axis);
  if (from != to && from->kind == Kind::kSign) sign = (from++)->sign;
  if (from != to && (to - 1)->kind == Kind::kWord) {
    if (direction) throw Unreadable{kNotDegrees};
    direction = sign_of((--to)->word, axis);
  }
  const double degrees = magnitude(from, to);
  if (!hemisphere.empty()) {
    std::string word = plain(hemisphere);
    std::erase_if(word, [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0 || c == '\0'; });
    const char* unknown = axis == Axis::kLatitude ? "is marked neither N nor S" : "is marked neither E nor W";
    const double beside = word.empty() ? 0.0 : sign_of(word, axis, unknown);
    if (beside != 0.0 && direction && *direction != beside) throw Unreadable{"has two hemispheres"};
    if (beside != 0.0) direction = beside;
  }
  // "-33.5 S" is in the south, whichever program wrote both.
  if (direction && sign && (*sign == '-') != (*direction < 0.0))
    throw Unreadable{std::string("has the sign ") + *sign + " and the opposite hemisphere"};
  const bool negative = direction ? *direction < 0.0 : sign == '-';
  return {negative ? -degrees : degrees, direction.has_value() || sign == '-', {}};
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kAround = " \t\r\n()";  // in [ ] as GeoJSON has it, the longitude may be first
  const auto first = text.find_first_not_of(kAround);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kAround) - first + 1);
}

std::optional<LatLng> halves(std::string_view text, std::size_t at, std::size_t size) {
  const auto lat = parse_coordinate(text.substr(0, at), Axis::kLatitude);
  const auto lng = parse_coordinate(text.substr(at + size), Axis::kLongitude);
  if (!lat.degrees || !lng.degrees) return std::nullopt;
  return LatLng{*lat.degrees, *lng.degrees};
}

}  // namespace

std::string name_of(Axis axis) { return axis == Axis::kLatitude ? "latitude" : "longitude"; }

CoordinateText parse_coordinate(std::string_view text, Axis axis, Comma comma, std::string_view hemisphere) {
  try {
    auto found = read_coordinate(text, axis, comma, hemisphere);
    const double largest = axis == Axis::kLatitude ? 90.0 : 180.0;
    if (std::abs(*found.degrees) > largest) {
      const auto limit = std::to_string(static_cast<int>(largest));
      throw Unreadable{"is outside -" + limit + " to " + limit};
    }
    return found;
  } catch (const Unreadable& unreadable) {
    return {std::nullopt, false, unreadable.problem};
  }
}

std::optional<LatLng> parse_position(std::string_view text) {
  text = trimmed(text);
  // The likeliest border first: a semicolon, a comma with a space, the only space, the only comma; then any other.
  for (const std::string_view border : {";", ", ", "/"})
    if (const auto at = text.find(border); at != std::string_view::npos)
      if (const auto place = halves(text, at, border.size())) return place;
  if (std::count(text.begin(), text.end(), ' ') == 1)
    if (const auto place = halves(text, text.find(' '), 1)) return place;
  if (std::count(text.begin(), text.end(), ',') == 1)
    if (const auto place = halves(text, text.find(','), 1)) return place;
  std::vector<LatLng> found;
  for (std::size_t at = 1; at < text.size(); ++at) {
    const bool behind_letter = text[at - 1] == 'N' || text[at - 1] == 'S' || text[at - 1] == 'n' || text[at - 1] == 's';
    const bool between = text[at] == ' ' || text[at] == '\t' || text[at] == ',' || behind_letter;
    const std::size_t size = behind_letter && text[at] != ',' ? 0 : 1;
    if (!between) continue;
    if (const auto place = halves(text, at, size); place && (found.empty() || found.back() != *place))
      found.push_back(*place);
  }
  if (found.size() != 1) return std::nullopt;  // "45 26 12 19" may be cut in three ways
  return found.front();
}

}  // namespace venloc
