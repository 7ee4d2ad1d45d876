// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <string>
#include <vector>

#include "geo/disc_mass.hpp"
#include "geo/square.hpp"
#include "venloc/core/error.hpp"
#include "venloc/geo/posterior.hpp"

namespace venloc {
namespace {

constexpr double kMaxCells = 1e8;  // 800 MB
constexpr double kMetresPerDegree = kEarthRadiusM * std::numbers::pi / 180.0;

double cosine(double degrees) { return std::cos(degrees * std::numbers::pi / 180.0); }

/// Cells along one side of the grid: `size` intervals of `step` [deg] from `first` [deg]; step is negative southwards.
struct Side {
  double first = 0.0;
  double step = 0.0;
  std::size_t size = 0;

  [[nodiscard]] double edge(std::size_t i) const { return first + static_cast<double>(i) * step; }
};

/// The probability of each interval of a side for a Gaussian around `mean` [deg], from interval `begin` on.
struct Shares {
  std::size_t begin = 0;
  std::vector<double> values;

  Shares(const Side& side, double mean, double sigma_deg) {
    const double reach = kGaussianReach * sigma_deg;
    const double size = static_cast<double>(side.size);
    const double a = (mean - reach - side.first) / side.step;
    const double b = (mean + reach - side.first) / side.step;
    begin = static_cast<std::size_t>(std::clamp(std::floor(std::min(a, b)), 0.0, size));
    const auto end = static_cast<std::size_t>(std::clamp(std::ceil(std::max(a, b)), 0.0, size));
    const auto below = [&](std::size_t i) {
      return std::erf((side.edge(i) - mean) / (sigma_deg * std::numbers::sqrt2)) / 2;
    };
    double last = below(begin);
    for (std::size_t i = begin; i < end; ++i) {
      const double next = below(i + 1);
      values.push_back(std::abs(next - last));
      last = next;
    }
  }
};

/// What of each interval of a side lies between `low` and `high` [deg], measured by `size_of(low, high)`.
template <typename SizeOf>
std::vector<double> overlaps(const Side& side, double low, double high, const SizeOf& size_of) {
  std::vector<double> result(side.size);
  for (std::size_t i = 0; i < side.size; ++i) {
    const double a = std::max(std::min(side.edge(i), side.edge(i + 1)), low);
    const double b = std::min(std::max(side.edge(i), side.edge(i + 1)), high);
    result[i] = a < b ? size_of(a, b) : 0.0;
  }
  return result;
}

void add_background(const BoundingBox& area, double weight, const Side& lats, const Side& lngs, Raster& raster) {
  // sin(high) - sin(low), without cancellation, is the height of a zone on the sphere.
  const auto height = [](double low, double high) {
    return 2.0 * cosine((low + high) / 2) * std::sin((high - low) / 2 * std::numbers::pi / 180.0);
  };
  const auto rows = overlaps(lats, area.south, area.north, height);
  const auto columns = overlaps(lngs, area.west, area.east, [](double low, double high) { return high - low; });
  const double density = weight / (height(area.south, area.north) * (area.east - area.west));
  for (std::size_t row = 0; row < rows.size(); ++row)
    for (std::size_t column = 0; column < columns.size(); ++column)
      raster.values[row * raster.columns + column] += density * rows[row] * columns[column];
}

/// Adds a Gaussian. A cell is a rectangle in the plane around the Gaussian's own mean, which is exact to 1e-3 of its
/// standard deviation as long as that is below a kilometre.
void add_component(LatLng mean, const PosteriorComponent& component, const Side& lats, const Side& lngs,
                   Raster& raster) {
  const Shares rows(lats, mean.lat, component.sigma_m / kMetresPerDegree);
  const Shares columns(lngs, mean.lng, component.sigma_m / (kMetresPerDegree * cosine(mean.lat)));
  for (std::size_t row = 0; row < rows.values.size(); ++row) {
    double* const cells = raster.values.data() + (rows.begin + row) * raster.columns + columns.begin;
    const double share = component.weight * rows.values[row];
    for (std::size_t column = 0; column < columns.values.size(); ++column)
      cells[column] += share * columns.values[column];
  }
}

}  // namespace

Raster Posterior::raster(double cell_m, double margin_m) const {
  if (!(cell_m > 0.0) || !std::isfinite(cell_m))
    throw InvalidArgumentError("cell_m of a raster must be above 0 and finite, got " + std::to_string(cell_m));
  if (area_ == BoundingBox{})
    throw InvalidArgumentError("a posterior without information has no area, and therefore no raster");
  const std::array corners{LatLng{area_.south, area_.west}, LatLng{area_.north, area_.east}};
  const BoundingBox covered = BoundingBox::around(corners, margin_m);
  const double height_deg = cell_m / kMetresPerDegree;
  const double width_deg = height_deg / cosine(covered.center().lat);
  const double rows = std::ceil((covered.north - covered.south) / height_deg);
  const double columns = std::ceil((covered.east - covered.west) / width_deg);
  if (rows * columns > kMaxCells)
    throw InvalidArgumentError("a raster with cells of " + std::to_string(cell_m) + " m would have " +
                               std::to_string(rows * columns / 1e6) + " million of them, and 100 are the limit: use " +
                               "larger cells or a smaller margin");
  Raster raster;
  raster.rows = static_cast<std::size_t>(rows);
  raster.columns = static_cast<std::size_t>(columns);
  raster.bounds = {covered.north - rows * height_deg, covered.west, covered.north, covered.west + columns * width_deg};
  raster.values.assign(raster.rows * raster.columns, 0.0);
  const Side lats{covered.north, -height_deg, raster.rows};
  const Side lngs{covered.west, width_deg, raster.columns};
  add_background(area_, background_weight_, lats, lngs, raster);
  for (const PosteriorComponent& component : components_)
    add_component(frame_.to_lat_lng(component.mean), component, lats, lngs, raster);
  raster.rest = std::max(0.0, 1.0 - std::accumulate(raster.values.begin(), raster.values.end(), 0.0));
  return raster;
}

}  // namespace venloc
