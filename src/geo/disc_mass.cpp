// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "geo/disc_mass.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace venloc {
namespace {

constexpr std::size_t kNodes = 20;

struct Quadrature {
  std::array<double, kNodes> x;
  std::array<double, kNodes> weight;
};

/// Gauss-Legendre nodes on [-1, 1], by Newton's method on the Legendre polynomial.
Quadrature gauss_legendre() {
  Quadrature rule{};
  for (std::size_t i = 0; i < kNodes; ++i) {
    double x = std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (kNodes + 0.5));
    double slope = 1.0;
    for (int iteration = 0; iteration < 100; ++iteration) {
      double previous = 1.0;
      double value = x;
      for (std::size_t k = 2; k <= kNodes; ++k) {
        const auto n = static_cast<double>(k);
        const double next = ((2 * n - 1) * x * value - (n - 1) * previous) / n;
        previous = value;
        value = next;
      }
      slope = kNodes * (x * value - previous) / (x * x - 1);
      const double step = value / slope;
      x -= step;
      if (std::abs(step) < 1e-15) break;
    }
    rule.x[i] = x;
    rule.weight[i] = 2 / ((1 - x * x) * slope * slope);
  }
  return rule;
}

/// Rice distribution function as the Poisson mixture of gamma distributions; exact, for a small offset.
double rice_series(double offset, double radius) {
  const double lambda = offset * offset / 2;
  const double y = radius * radius / 2;
  double poisson = std::exp(-lambda);
  double gamma_term = std::exp(-y);  // y^k exp(-y) / k!
  double gamma_cdf = 1.0 - gamma_term;
  double remaining = 1.0;  // Poisson mass of the terms to come
  double sum = 0.0;
  for (int k = 1; k < 400; ++k) {
    sum += poisson * gamma_cdf;
    remaining -= poisson;
    if (remaining * gamma_cdf < 1e-12) break;
    const double inverse = 1.0 / k;
    gamma_term *= y * inverse;
    gamma_cdf -= gamma_term;
    poisson *= lambda * inverse;
  }
  return sum;
}

/// Density of the Rice distribution; the Bessel function by its asymptotic series (offset * x must be large).
double rice_density(double offset, double x) {
  const double u = 1.0 / (8.0 * offset * x);
  // Terms ((2k-1)!!)^2 / k! u^k.
  constexpr std::array<double, 9> kTerms = {
      1.0, 1.0, 4.5, 37.5, 459.375, 7441.875, 150077.8125, 3623307.1875, 101905514.6484375};
  double series = 0.0;
  for (std::size_t k = kTerms.size(); k-- > 0;) series = series * u + kTerms[k];
  return std::sqrt(x / (2 * std::numbers::pi * offset)) * std::exp(-(x - offset) * (x - offset) / 2) * series;
}

/// Signed area of disc and triangle (origin, a, b), the disc being around the origin.
double disc_triangle_area(EastNorth a, EastNorth b, double radius) {
  const auto cross = [](EastNorth p, EastNorth q) { return p.east * q.north - p.north * q.east; };
  const auto dot = [](EastNorth p, EastNorth q) { return p.east * q.east + p.north * q.north; };
  const auto sector = [&](EastNorth p, EastNorth q) {
    return radius * radius * std::atan2(cross(p, q), dot(p, q)) / 2;
  };
  const EastNorth d{b.east - a.east, b.north - a.north};
  const double square = dot(d, d);
  if (square == 0.0) return 0.0;
  const double along = dot(a, d);
  const double discriminant = along * along - square * (dot(a, a) - radius * radius);
  if (discriminant <= 0.0) return sector(a, b);
  const double enter = (-along - std::sqrt(discriminant)) / square;
  const double leave = (-along + std::sqrt(discriminant)) / square;
  if (enter >= 1.0 || leave <= 0.0) return sector(a, b);
  const auto at = [&](double t) { return EastNorth{a.east + t * d.east, a.north + t * d.north}; };
  const EastNorth p = enter > 0.0 ? at(enter) : a;
  const EastNorth q = leave < 1.0 ? at(leave) : b;
  double area = cross(p, q) / 2;
  if (enter > 0.0) area += sector(a, p);
  if (leave < 1.0) area += sector(q, b);
  return area;
}

}  // namespace

double gaussian_disc_mass(double distance_m, double radius_m, double sigma_m) {
  const double offset = distance_m / sigma_m;
  const double radius = radius_m / sigma_m;
  if (radius <= 0.0 || radius <= offset - kGaussianReach) return 0.0;
  if (radius >= offset + kGaussianReach) return 1.0;
  if (offset <= 9.0) return rice_series(offset, radius);
  // Integrate the smaller side: at most kGaussianReach wide, where the density is smooth.
  static const Quadrature kRule = gauss_legendre();
  const bool below = radius <= offset;
  const double from = below ? offset - kGaussianReach : radius;
  const double to = below ? radius : offset + kGaussianReach;
  double sum = 0.0;
  for (std::size_t i = 0; i < kNodes; ++i)
    sum += kRule.weight[i] * rice_density(offset, (from + to) / 2 + (to - from) / 2 * kRule.x[i]);
  sum *= (to - from) / 2;
  return below ? sum : 1.0 - sum;
}

double disc_polygon_area_m2(EastNorth center, double radius_m, std::span<const EastNorth> polygon) {
  double area = 0.0;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const EastNorth a = polygon[i];
    const EastNorth b = polygon[(i + 1) % polygon.size()];
    area += disc_triangle_area({a.east - center.east, a.north - center.north},
                               {b.east - center.east, b.north - center.north}, radius_m);
  }
  return std::max(0.0, area);
}

}  // namespace venloc
