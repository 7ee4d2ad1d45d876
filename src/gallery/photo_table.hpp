// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "venloc/core/safetensors.hpp"
#include "venloc/gallery/gallery.hpp"

namespace venloc {

/// The gallery's records as arrays of a model file: places as F64, texts as one JSON array. Keeps what it writes alive.
class PhotoTable {
 public:
  explicit PhotoTable(std::span<const Photo> photos);
  void save(SafetensorsWriter& writer) const;
  /// Throws FormatError that names the file, the array and the reason.
  static std::vector<Photo> load(const SafetensorsFile& file);

 private:
  std::vector<double> places_;
  std::string texts_;
};

}  // namespace venloc
