// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "locators/descriptor_parts.hpp"

#include <algorithm>
#include <utility>

#include "core/damaged.hpp"

namespace venloc {

DescriptorParts::DescriptorParts(PictureVectors how, const PictureVectors::Vectors& photos)
    : describer(std::move(how)),
      index(describer.dimension()),
      regions(describer.regions(), describer.region_dimension()) {
  index.add(photos.whole);
  regions.add(photos.regions);
}

void DescriptorParts::add(const PictureVectors::Vectors& vectors) {
  index.add(vectors.whole);
  regions.add(vectors.regions);
  const Standing usual = average(standing);
  standing.resize(index.size(), usual);
}

void DescriptorParts::keep(std::span<const std::size_t> staying) {
  for (std::size_t i = index.size(); i-- > 0;)
    if (!std::ranges::binary_search(staying, i)) {
      index.remove(i);
      regions.remove(i);
    }
  keep_only(standing, staying);
}

void DescriptorParts::save(SafetensorsWriter& writer, const char* standing_name) const {
  describer.save(writer);
  index.save(writer);
  regions.save(writer);
  save_standing(writer, standing, standing_name);
}

DescriptorParts DescriptorParts::load(const SafetensorsFile& file, std::size_t photos, const char* standing_name) {
  DescriptorParts out(PictureVectors::load(file), {});
  out.index = DescriptorIndex::load(file);
  if (out.index.dimension() != out.describer.dimension() || out.index.size() != photos)
    refuse_damaged(file.path(), "array descriptors.codes does not hold one whitened vector for each photo");
  out.regions = load_regions(file, out.describer, photos);
  out.standing = load_standing(file, photos, standing_name);
  return out;
}

}  // namespace venloc
