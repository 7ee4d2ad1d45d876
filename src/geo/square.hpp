// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "venloc/geo/lat_lng.hpp"

namespace venloc {

constexpr double square(double value) { return value * value; }

/// Square of the distance [m²], for where millions are compared: distance_m takes ten times as long.
constexpr double square_distance(EastNorth a, EastNorth b) {
  return square(a.east - b.east) + square(a.north - b.north);
}

}  // namespace venloc
