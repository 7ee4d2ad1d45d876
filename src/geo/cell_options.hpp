// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "venloc/geo/cells.hpp"

namespace venloc {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(CellPartitionOptions, min_level, max_level, max_photos, min_photos)

}  // namespace venloc
