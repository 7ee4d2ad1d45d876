// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "retrieval/descriptor_store.hpp"

#include <algorithm>
#include <utility>

#include "core/damaged.hpp"

namespace venloc {

DescriptorStore::DescriptorStore(PictureVectors how, const PictureVectors::Vectors& photos)
    : describer(std::move(how)),
      index(describer.dimension()),
      regions(describer.regions(), describer.region_dimension()) {
  index.add(photos.whole);
  regions.add(photos.regions);
}

void DescriptorStore::add(const PictureVectors::Vectors& vectors) {
  index.add(vectors.whole);
  regions.add(vectors.regions);
}

void DescriptorStore::keep(std::span<const std::size_t> staying) {
  for (std::size_t i = index.size(); i-- > 0;)
    if (!std::ranges::binary_search(staying, i)) {
      index.remove(i);
      regions.remove(i);
    }
}

void DescriptorStore::save(SafetensorsWriter& writer) const {
  describer.save(writer);
  index.save(writer);
  regions.save(writer);
}

DescriptorStore DescriptorStore::load(const SafetensorsFile& file, std::size_t photos, Device device, int num_threads) {
  DescriptorStore out(PictureVectors::load(file, device, num_threads), {});
  out.index = DescriptorIndex::load(file);
  if (out.index.dimension() != out.describer.dimension() || out.index.size() != photos)
    refuse_damaged(file.path(), "array descriptors.codes does not hold one whitened vector for each photo");
  out.regions = load_regions(file, out.describer, photos);
  return out;
}

}  // namespace venloc
