// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "retrieval/picture_vectors.hpp"
#include "retrieval/region_index.hpp"
#include "venloc/core/export.hpp"
#include "venloc/retrieval/descriptor_index.hpp"

namespace venloc {

/// The photos of a gallery as a network's descriptors: of whole pictures and of their regions.
struct VENLOC_API DescriptorStore {
  PictureVectors describer;
  DescriptorIndex index;
  RegionIndex regions;

  DescriptorStore(PictureVectors how, const PictureVectors::Vectors& photos);

  /// Adds pictures that `describer` described.
  void add(const PictureVectors::Vectors& vectors);
  /// Leaves only the photos of these numbers, in order.
  void keep(std::span<const std::size_t> staying);

  /// The arrays of PictureVectors and the indexes; the object must live until the writer is done.
  void save(SafetensorsWriter& writer) const;
  /// Throws FormatError that names the file, the array and the reason.
  static DescriptorStore load(const SafetensorsFile& file, std::size_t photos, Device device, int num_threads);
};

}  // namespace venloc
