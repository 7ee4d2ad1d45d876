// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "gallery/picture_hashes.hpp"

#include "core/parallel.hpp"
#include "venloc/core/error.hpp"
#include "venloc/image/hash.hpp"
#include "venloc/image/image.hpp"

namespace venloc {

std::vector<std::uint64_t> picture_hashes(const Gallery& gallery, int num_threads, const ProgressCallback& progress) {
  std::vector<std::uint64_t> hashes(gallery.size());
  parallel_for(
      gallery.size(), num_threads,
      [&](std::size_t i) {
        if (gallery[i].file.empty())
          throw InvalidArgumentError("Gallery: photo '" + gallery[i].id +
                                     "' has no picture file, so its content cannot be compared");
        hashes[i] = perceptual_hash(read_for_describing(gallery[i].file, gallery.image_options()));
      },
      "hashes", progress);
  return hashes;
}

}  // namespace venloc
