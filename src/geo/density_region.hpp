// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "venloc/geo/posterior.hpp"

namespace venloc {

/// A closed ring without the repeated first point; seen from above, the region is at its left.
using Ring = std::vector<EastNorth>;

/// A region with holes: the outer ring counter-clockwise first, then the holes, clockwise.
using RegionPolygon = std::vector<Ring>;

/// Of each level the smallest region that holds so much of the probability, given that it is in the city. The even
/// background has the same density everywhere: a region that needs some of it holds the whole area. Empty when the
/// picture is certainly out of the area. Outlines are off by at most a metre and by a five hundredth of the region's
/// size.
std::vector<std::vector<RegionPolygon>> highest_density_regions(const Posterior& posterior,
                                                                std::span<const double> levels);

}  // namespace venloc
