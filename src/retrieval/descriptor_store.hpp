// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "locators/photo_places.hpp"
#include "locators/picture_vectors.hpp"
#include "retrieval/region_index.hpp"
#include "venloc/retrieval/descriptor_index.hpp"

namespace venloc {

/// What DescriptorLocator and EnsembleLocator know of the photos of a gallery by their whole pictures.
struct DescriptorParts {
  PictureVectors describer;
  DescriptorIndex index;
  RegionIndex regions;
  std::vector<Standing> standing;  ///< of each photo

  DescriptorParts(PictureVectors how, const PictureVectors::Vectors& photos);

  /// Adds pictures that `describer` described; they stand as an average one.
  void add(const PictureVectors::Vectors& vectors);
  /// Leaves only the photos of these numbers, in order.
  void keep(std::span<const std::size_t> staying);

  /// The arrays of PictureVectors and the indices and one of this name; the object must live until the writer is done.
  void save(SafetensorsWriter& writer, const char* standing_name) const;
  /// Throws FormatError that names the file, the array and the reason.
  static DescriptorParts load(const SafetensorsFile& file, std::size_t photos, const char* standing_name);
};

}  // namespace venloc
