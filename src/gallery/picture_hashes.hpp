// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "venloc/gallery/gallery.hpp"

namespace venloc {

/// The perceptual hash of each photo's picture. Throws what read_image throws, and InvalidArgumentError for a photo
/// without a file.
std::vector<std::uint64_t> picture_hashes(const Gallery& gallery, int num_threads, const ProgressCallback& progress);

}  // namespace venloc
