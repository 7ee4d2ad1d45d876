// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/geo/lat_lng.hpp"
#include "venloc/geo/raster.hpp"

namespace venloc {

/// One isotropic Gaussian of a Posterior.
struct PosteriorComponent {
  EastNorth mean;        ///< centre in the posterior's frame [m]
  double sigma_m = 0.0;  ///< standard deviation along each axis [m], above 0
  double weight = 0.0;   ///< probability of the component, 0 or more

  friend bool operator==(const PosteriorComponent&, const PosteriorComponent&) = default;
};

/// Where a picture may have been made: a mixture of Gaussians in metres, a weight spread evenly over the area
/// ("somewhere in the city") and a weight for "not in this city". All weights sum to 1. Immutable value.
/// Densities and probabilities refer to the whole distribution, except in functions with "given that it is in the
/// city".
class VENLOC_API Posterior {
 public:
  /// A posterior without information: no component, all weight on the background of an empty box.
  Posterior() = default;
  /// Normalises the weights to sum 1. Throws InvalidArgumentError for a sigma that is not positive and finite, a
  /// negative or non-finite weight, an area without extent, or weights that are all zero.
  Posterior(LocalFrame frame, BoundingBox area, std::vector<PosteriorComponent> components, double background_weight,
            double out_of_area_weight);

  [[nodiscard]] const LocalFrame& frame() const;  ///< the plane that the components' means are positions in
  [[nodiscard]] const BoundingBox& area() const;  ///< the area that the background is spread over [deg]
  [[nodiscard]] std::span<const PosteriorComponent> components() const;  ///< the Gaussians of the mixture
  /// Probability that the picture was made at an unknown place in the city: spread evenly over the area.
  [[nodiscard]] double background_weight() const;
  /// Probability that the picture was not made in this city.
  [[nodiscard]] double out_of_area_weight() const;
  /// Probability that the picture was made in this city: 1 - out_of_area_weight.
  [[nodiscard]] double in_area() const;

  /// Probability density at a place [1/m²].
  [[nodiscard]] double density(LatLng place) const;
  /// The densest place. Mean shift from the strongest components (by their weight and by the density at their mean),
  /// on the density smoothed by a Gaussian of `smoothing_m` [m] (0 = none): a larger smoothing prefers the place with
  /// the most probability around it to the sharpest peak. Without components: the centre of the area.
  [[nodiscard]] LatLng mode(double smoothing_m = 0.0) const;
  /// The place of largest expected utility (a Bayes decision), where the utility of an answer that is d metres off is
  /// (1 - far_share) exp(-d² / 2 near_m²) + far_share exp(-d² / 2 far_m²): an exact answer has the highest utility, and
  /// an answer in the right district still has some. With far_share 0 it is mode(near_m). Throws InvalidArgumentError
  /// for a length [m] that is not positive and finite or a share outside 0 to 1.
  [[nodiscard]] LatLng best_place(double near_m, double far_m, double far_share) const;
  /// Probability of the disc of `radius_m` [m] around `center`.
  [[nodiscard]] double mass_within(LatLng center, double radius_m) const;
  /// The smallest radius [m] around `center` that holds `level` (0 to 1) of the probability, given that it is in the
  /// city (if that probability is 0: of a uniform distribution over the area). Throws InvalidArgumentError for a level
  /// outside (0, 1).
  [[nodiscard]] double credible_radius_m(LatLng center, double level) const;

  /// The density raised to `exponent` (> 0) and normalised again; an exponent below 1 makes it broader. The components
  /// are tempered one by one (an approximation that is exact for components far apart).
  [[nodiscard]] Posterior tempered(double exponent) const;
  /// Combines independent evidence: the normalised product of posteriors over one area, each raised to its exponent.
  /// Densities are relative to a uniform distribution over the area. "Not in this city" is one outcome beside the whole
  /// area, and its weights are multiplied; a posterior that is uniform over the area and gives "not in this city" the
  /// same weight changes nothing. The product of a component and a background is the component if its mean is in the
  /// area, and 0 otherwise. The `max_components` heaviest components are kept after each factor. Throws
  /// InvalidArgumentError when frames or areas differ, sizes do not match, an exponent is not positive, or no place is
  /// possible in all posteriors.
  static Posterior product(std::span<const Posterior> posteriors, std::span<const double> exponents,
                           std::size_t max_components = 1000);

  /// The probability of each cell of a grid over the area, widened by `margin_m` [m] on each side. Cells are `cell_m`
  /// [m] high and, at the middle latitude, wide; the last ones may reach beyond the area. Throws InvalidArgumentError
  /// for a length out of range, for more than 100 million cells, and for a posterior without an area.
  [[nodiscard]] Raster raster(double cell_m = 10.0, double margin_m = 0.0) const;

  /// GeoJSON FeatureCollection: the mode as a Point and, for each level, the highest-density region (given that it is
  /// in the city) as a MultiPolygon with property "level". RFC 7946.
  [[nodiscard]] std::string to_geojson(std::span<const double> levels) const;
  /// The same for the 50 % and 90 % regions.
  [[nodiscard]] std::string to_geojson() const;

  friend bool operator==(const Posterior&, const Posterior&) = default;

 private:
  LocalFrame frame_;
  BoundingBox area_;
  std::vector<PosteriorComponent> components_;
  double background_weight_ = 1.0;
  double out_of_area_weight_ = 0.0;
};

}  // namespace venloc
