// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "venloc/geo/posterior.hpp"

namespace venloc {

/// A closed ring without the repeated first point; seen from above, the region is at its left.
using Ring = std::vector<EastNorth>;

/// A region with holes: the outer ring counter-clockwise first, then the holes, clockwise.
using RegionPolygon = std::vector<Ring>;

/// The smallest region that holds `level` of the probability, given that it is in the city. The even background can not
/// be told apart place by place: a region that needs some of it holds the whole area. Empty when it certainly is not
/// here.
std::vector<RegionPolygon> highest_density_region(const Posterior& posterior, double level);

}  // namespace venloc
