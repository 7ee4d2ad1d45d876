// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "gallery/csv.hpp"

namespace venloc {

/// What a column of a label file means.
enum class Label : std::size_t {
  kLat,
  kLng,
  kLatRef,
  kLngRef,
  kPosition,
  kFile,
  kFileName,
  kFolder,
  kId,
  kSource,
  kUrl,
  kAuthor,
  kLicence,
  kTaken,
  kThumbnail,
  kFlickrId,
  kCount,
};

/// Which column has which meaning.
class LabelColumns {
 public:
  /// The columns of lines `lat,lon,file`.
  static LabelColumns plain();
  /// The columns by the names in the first row; nothing when it names none. Throws FormatError that begins with `place`
  /// when two columns have the same meaning, or a necessary one is missing.
  static std::optional<LabelColumns> of_header(const CsvRow& header, const std::string& place);
  /// How many of these names have a meaning.
  static std::size_t known(const CsvRow& header);

  [[nodiscard]] std::size_t count() const { return names_.size(); }
  [[nodiscard]] bool has(Label label) const { return at(label).has_value(); }
  /// The value of a row that has count() values; empty without such a column.
  [[nodiscard]] std::string text(const CsvRow& row, Label label) const;
  /// "column 'GPSLatitude'", "column 1".
  [[nodiscard]] std::string name(Label label) const;

 private:
  [[nodiscard]] const std::optional<std::size_t>& at(Label label) const {
    return columns_[static_cast<std::size_t>(label)];
  }

  std::array<std::optional<std::size_t>, static_cast<std::size_t>(Label::kCount)> columns_;
  std::vector<std::string> names_;
};

}  // namespace venloc
