// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "venloc/core/error.hpp"
#include "venloc/geo/posterior.hpp"

using namespace venloc;

namespace {

const BoundingBox kArea{45.42, 12.31, 45.45, 12.37};  // about 3.3 km x 4.7 km

/// Places that are narrower than a cell, as wide as some, and broad; far from the frame's origin too.
Posterior posterior() {
  const LocalFrame frame(LatLng{45.4342, 12.3388});
  return {frame,
          kArea,
          {{{0, 0}, 3, 0.3}, {{-900, 700}, 40, 0.3}, {{1500, -1100}, 25, 0.2}, {{300, 200}, 400, 0.1}},
          0.06,
          0.04};
}

double sum(const Raster& raster) { return std::accumulate(raster.values.begin(), raster.values.end(), 0.0); }

/// The place at a share of a cell's height and width, from its north-west corner.
LatLng place(const Raster& raster, double row, double column) {
  const BoundingBox& box = raster.bounds;
  return {box.north - (box.north - box.south) * row / static_cast<double>(raster.rows),
          box.west + (box.east - box.west) * column / static_cast<double>(raster.columns)};
}

}  // namespace

TEST_CASE("the cells of a raster and the rest sum to 1, and a wide margin leaves only what is not in the city") {
  for (const double cell_m : {7.0, 50.0, 300.0}) {
    const Raster raster = posterior().raster(cell_m, 3000);
    CHECK(raster.values.size() == raster.rows * raster.columns);
    CHECK(sum(raster) + raster.rest == doctest::Approx(1).epsilon(1e-12));
    CHECK(raster.rest == doctest::Approx(0.04).epsilon(1e-6));
  }
  CHECK(posterior().raster(20).rest > 0.04);
}

TEST_CASE("each cell of a raster has the integral of the density over it") {
  const Raster raster = posterior().raster(60, 200);
  constexpr int kSteps = 40;  // of 1.5 m
  double largest_error = 0;
  for (std::size_t row = 0; row < raster.rows; row += 3) {
    for (std::size_t column = row % 5; column < raster.columns; column += 5) {
      double density = 0;
      for (int y = 0; y < kSteps; ++y)
        for (int x = 0; x < kSteps; ++x)
          density += posterior().density(place(raster, static_cast<double>(row) + (y + 0.5) / kSteps,
                                               static_cast<double>(column) + (x + 0.5) / kSteps));
      const LatLng corner = place(raster, static_cast<double>(row), static_cast<double>(column));
      const LatLng opposite = place(raster, static_cast<double>(row + 1), static_cast<double>(column + 1));
      const double cell_m2 = BoundingBox{opposite.lat, corner.lng, corner.lat, opposite.lng}.area_m2();
      const double expected = density * cell_m2 / (kSteps * kSteps);
      largest_error = std::max(largest_error, std::abs(raster.values[row * raster.columns + column] - expected));
    }
  }
  CHECK(largest_error < 5e-6);  // of the midpoint rule with steps of 1.5 m
}

TEST_CASE("the cells within a disc have the probability of the disc") {
  const Raster raster = posterior().raster(5, 500);
  for (const LatLng center : {LatLng{45.4342, 12.3388}, LatLng{45.4405, 12.3273}, LatLng{45.4243, 12.358}}) {
    for (const double radius_m : {60.0, 250.0, 900.0}) {
      double inside = 0;
      for (std::size_t row = 0; row < raster.rows; ++row)
        for (std::size_t column = 0; column < raster.columns; ++column)
          if (distance_m(place(raster, static_cast<double>(row) + 0.5, static_cast<double>(column) + 0.5), center) <
              radius_m)
            inside += raster.values[row * raster.columns + column];
      CHECK(inside == doctest::Approx(posterior().mass_within(center, radius_m)).epsilon(0.005));
    }
  }
}

TEST_CASE("the grid begins at the north-west corner, has cells of the given size and covers the area") {
  const Raster raster = posterior().raster(25);
  CHECK(raster.bounds.north == kArea.north);
  CHECK(raster.bounds.west == kArea.west);
  CHECK(raster.bounds.south <= kArea.south);
  CHECK(raster.bounds.east >= kArea.east);
  CHECK(distance_m(place(raster, 60, 90), place(raster, 61, 90)) == doctest::Approx(25).epsilon(1e-6));
  CHECK(distance_m(place(raster, 66.7, 90), place(raster, 66.7, 91)) == doctest::Approx(25).epsilon(1e-4));
}

TEST_CASE("rasters that cannot be made are refused") {
  CHECK_THROWS_AS((void)posterior().raster(0), InvalidArgumentError);
  CHECK_THROWS_AS((void)posterior().raster(std::nan("")), InvalidArgumentError);
  CHECK_THROWS_AS((void)posterior().raster(10, -1), InvalidArgumentError);
  CHECK_THROWS_WITH_AS((void)posterior().raster(0.2), doctest::Contains("larger cells"), InvalidArgumentError);
  CHECK_THROWS_AS((void)Posterior().raster(), InvalidArgumentError);
}
