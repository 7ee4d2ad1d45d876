// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/field_table.hpp"
#include "venloc/geo/cells.hpp"
#include "venloc/geo/lat_lng.hpp"
#include "venloc/geo/posterior.hpp"

namespace venloc {

VENLOC_FIELD_TABLE(LatLng, VENLOC_FIELD(lat), VENLOC_FIELD(lng));
VENLOC_FIELD_TABLE(EastNorth, VENLOC_FIELD(east), VENLOC_FIELD(north));
VENLOC_FIELD_TABLE(BoundingBox, VENLOC_FIELD(south), VENLOC_FIELD(west), VENLOC_FIELD(north), VENLOC_FIELD(east));
VENLOC_FIELD_TABLE(CellId, VENLOC_FIELD(id));
VENLOC_FIELD_TABLE(CellPartitionOptions, VENLOC_FIELD(min_level), VENLOC_FIELD(max_level), VENLOC_FIELD(max_photos),
                   VENLOC_FIELD(min_photos));
VENLOC_FIELD_TABLE(PosteriorComponent, VENLOC_FIELD(mean), VENLOC_FIELD(sigma_m), VENLOC_FIELD(weight));

}  // namespace venloc
