// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "venloc/geo/lat_lng.hpp"

namespace venloc {

/// Beyond this many standard deviations from its mean an isotropic Gaussian in the plane holds less than 1e-10.
inline constexpr double kGaussianReach = 7.0;

/// Mass of an isotropic Gaussian (standard deviation `sigma_m` along each axis) in a disc whose centre is `distance_m`
/// from its mean: the distribution function of Rice, to 1e-9. Exactly 0 or 1 when the disc's edge is farther than
/// kGaussianReach standard deviations from the mean.
double gaussian_disc_mass(double distance_m, double radius_m, double sigma_m);

/// Area of the disc's part inside a simple counter-clockwise polygon [m²].
double disc_polygon_area_m2(EastNorth center, double radius_m, std::span<const EastNorth> polygon);

}  // namespace venloc
