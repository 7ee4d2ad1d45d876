// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace venloc {

struct CsvRow {
  std::size_t line = 0;             ///< where the row begins, from 1
  std::vector<std::string> fields;  ///< without quotes; unquoted fields without spaces around them
  bool open_quote = false;          ///< the text ended inside a quoted field
};

/// Rows of an RFC 4180 text in UTF-8, with this separator. Blank lines are left out; lines end with LF, CRLF or CR.
/// At most `max_rows` rows.
std::vector<CsvRow> parse_csv(std::string_view text, char separator = ',', std::size_t max_rows = SIZE_MAX);

}  // namespace venloc
