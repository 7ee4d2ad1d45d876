// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "venloc/geo/lat_lng.hpp"

// Areas across the antimeridian, the meridian of 180°.
namespace venloc {

/// The same meridian within -180° to 180° of a longitude that is up to a turn beyond.
inline double within_turn(double lng) { return lng > 180.0 ? lng - 360.0 : lng < -180.0 ? lng + 360.0 : lng; }

/// The longitude of the box's eastern edge, beyond 180° where the box crosses the antimeridian.
inline double unrolled_east(const BoundingBox& box) { return box.west <= box.east ? box.east : box.east + 360.0; }

/// The same meridian at or east of `west`.
inline double unrolled(double lng, double west) { return lng < west ? lng + 360.0 : lng; }

using LatLngRing = std::vector<LatLng>;         ///< the first place is not repeated
using LatLngPolygon = std::vector<LatLngRing>;  ///< an outer ring, counter-clockwise, and holes, clockwise

/// The polygon cut at the antimeridian (RFC 7946, section 3.1.9), so that no side crosses it; itself where none does.
/// Neighbouring places are less than half a turn apart.
std::vector<LatLngPolygon> cut_at_antimeridian(LatLngPolygon polygon);

}  // namespace venloc
