// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "venloc/geo/lat_lng.hpp"

namespace venloc {

/// A probability distribution on a regular grid of latitudes and longitudes (WGS 84).
struct Raster {
  BoundingBox bounds;          ///< of the grid [deg]
  std::size_t rows = 0;        ///< number of cells from north to south
  std::size_t columns = 0;     ///< number of cells from west to east
  std::vector<double> values;  ///< probability of each cell: rows x columns, from the north-west corner, row by row
  double rest = 0.0;           ///< probability of all places outside the grid, those outside the city included: 1
                               ///< minus the sum of the values
};

}  // namespace venloc
