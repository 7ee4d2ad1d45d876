// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/field_table.hpp"
#include "venloc/features/backbone.hpp"
#include "venloc/features/feature_cache.hpp"
#include "venloc/features/local_features.hpp"

namespace venloc {

VENLOC_ENUM_NAMES(Pooling, {"gem", Pooling::kGem}, {"average", Pooling::kAverage}, {"max", Pooling::kMax});
VENLOC_ENUM_NAMES(Device, {"auto", Device::kAuto}, {"cpu", Device::kCpu}, {"cuda", Device::kCuda});
VENLOC_ENUM_NAMES(Precision, {"float32", Precision::kFloat32}, {"bfloat16", Precision::kBFloat16});
VENLOC_FIELD_TABLE(BackboneStage, VENLOC_FIELD(name), VENLOC_FIELD(channels), VENLOC_FIELD(stride));
VENLOC_FIELD_TABLE(BackboneOptions, VENLOC_FIELD(stage).required(), VENLOC_FIELD(further_stages).required(),
                   VENLOC_FIELD(pooling).required(), VENLOC_FIELD(gem_p).required(),
                   VENLOC_FIELD(long_sides_px).required(), VENLOC_FIELD(region_grids).required(),
                   VENLOC_FIELD(region_long_side_px).required(), VENLOC_FIELD(num_threads).not_stored(),
                   VENLOC_FIELD(device).not_stored(), VENLOC_FIELD(precision).required());
VENLOC_FIELD_TABLE(FeatureOptions, VENLOC_FIELD(cache), VENLOC_FIELD(num_threads));
VENLOC_FIELD_TABLE(SiftOptions, VENLOC_FIELD(long_side_px), VENLOC_FIELD(max_features), VENLOC_FIELD(grid_cells),
                   VENLOC_FIELD(contrast_threshold), VENLOC_FIELD(edge_threshold), VENLOC_FIELD(upright),
                   VENLOC_FIELD(root));

}  // namespace venloc
