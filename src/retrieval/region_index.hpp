// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/core/safetensors.hpp"

namespace venloc {

/// The regions of pictures, each a vector of length 1 kept as bytes as in DescriptorIndex. Two pictures that share a
/// building, but little else, are alike in some of their regions only; among the pictures that a search found, this
/// separates them from those that are alike as a whole by chance (after the cross-dimensional region matching of
/// Razavian, Sullivan, Carlsson and Maki 2016).
class VENLOC_API RegionIndex {
 public:
  /// For pictures of so many regions; none = all pictures are equally alike.
  RegionIndex(std::size_t regions, std::size_t dimension) : regions_(regions), dimension_(dimension) {}

  [[nodiscard]] std::size_t regions() const { return regions_; }
  [[nodiscard]] std::size_t dimension() const { return dimension_; }
  /// Number of pictures; 0 without regions.
  [[nodiscard]] std::size_t size() const { return regions_ == 0 ? 0 : codes_.size() / (regions_ * dimension_); }

  /// Appends pictures: n x regions() x dimension() values. Throws InvalidArgumentError for a wrong number of values or
  /// one that is not finite.
  void add(std::span<const float> vectors);
  void remove(std::size_t picture);

  /// For each of the pictures how alike its regions are to the query's, -1 to 1: the mean over the regions of either
  /// of the cosine to the most alike region of the other.
  [[nodiscard]] std::vector<float> similarities(std::span<const float> query,
                                                std::span<const std::uint32_t> pictures) const;

  /// Array `<name>.codes`, size() x regions() x dimension() of int8; the index must live until the writer is done.
  void save(SafetensorsWriter& writer, const std::string& name = "regions") const;
  /// Without that array it has no regions. Throws FormatError that names the file, the array and the reason.
  static RegionIndex load(const SafetensorsFile& file, const std::string& name = "regions");

 private:
  std::size_t regions_;
  std::size_t dimension_;
  std::vector<std::int8_t> codes_;
};

}  // namespace venloc
