// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "gallery/csv.hpp"

#include <algorithm>
#include <utility>

namespace venloc {
namespace {

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

std::vector<CsvRow> parse_csv(std::string_view text, char separator, std::size_t max_rows) {
  std::vector<CsvRow> rows;
  CsvRow row{1, {}, false};
  std::string field;
  bool was_quoted = false;  // the field began with a quote
  bool inside = false;      // between its quotes
  std::size_t line = 1;
  const auto end_field = [&] {
    row.fields.push_back(was_quoted ? std::move(field) : trimmed(field));
    field.clear();
    was_quoted = false;
  };
  const auto end_row = [&] {
    const bool blank = row.fields.empty() && !was_quoted && trimmed(field).empty();
    end_field();
    if (!blank) rows.push_back(std::move(row));
    row = {line, {}, false};
  };
  for (std::size_t i = 0; i < text.size() && rows.size() < max_rows; ++i) {
    const bool ends_line = text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'));
    const char character = ends_line ? '\n' : text[i];
    if (ends_line) ++line;
    if (inside) {
      if (character != '"') {
        field += character;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field += '"';
        ++i;
      } else {
        inside = false;
      }
    } else if (character == '"' && !was_quoted && trimmed(field).empty()) {
      field.clear();
      was_quoted = inside = true;
    } else if (character == separator) {
      end_field();
    } else if (character == '\n') {
      end_row();
    } else if (!was_quoted || (character != '\r' && character != ' ' && character != '\t')) {
      field += character;
    }
  }
  if (rows.size() == max_rows) return rows;
  row.open_quote = inside;
  end_row();
  return rows;
}

}  // namespace venloc
