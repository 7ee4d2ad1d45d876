// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "gallery/csv.hpp"
#include "gallery/label_columns.hpp"
#include "venloc/gallery/gallery.hpp"

namespace venloc {

/// A label file taken apart. Separator: that under which the first row has the most columns with known names, or else
/// the most rows begin with latitude, longitude and a file; of equals the comma, then the semicolon, then the tab.
struct LabelFile {
  std::vector<CsvRow> rows;  ///< without the header
  LabelColumns columns = LabelColumns::plain();
  char separator = ',';
  std::string encoding;           ///< as decode_text names it
  bool encoding_assumed = false;  ///< other 8-bit encodings are possible, too
};

/// Throws FileNotFoundError, IoError, or FormatError when it is no label file.
LabelFile read_label_file(const std::filesystem::path& file);

/// What is wrong with a row.
struct BadRow {
  std::string reason;
};

/// The photo of a row, its file as written. Throws BadRow.
Photo photo_of(const CsvRow& row, const LabelFile& labels);

}  // namespace venloc
