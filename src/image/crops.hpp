// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/image/image.hpp"

namespace venloc {

/// The picture and, for five crops, three quarters of each side from each of its corners.
VENLOC_API std::vector<Image> crops_of(const Image& picture, int crops);

}  // namespace venloc
