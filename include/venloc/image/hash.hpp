// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "venloc/core/export.hpp"
#include "venloc/image/image.hpp"

namespace venloc {

/// 64-bit perceptual hash: signs of the low-frequency DCT coefficients of the picture shrunk to 32x32 grey.
/// Near-duplicate pictures (recompressed, resized, slightly toned) differ in few bits.
VENLOC_API std::uint64_t perceptual_hash(const Image& image);

}  // namespace venloc
