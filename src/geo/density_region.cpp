// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "geo/density_region.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <numbers>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "venloc/core/error.hpp"

namespace venloc {
namespace {

double square(double value) { return value * value; }

enum class Background { kNone, kAll, kEdge };

struct Kernel {
  EastNorth mean;
  double variance = 0.0;  ///< [m²]
  double peak = 0.0;      ///< [1/m²]

  [[nodiscard]] double at_distance(double distance) const {
    return peak * std::exp(-distance * distance / (2 * variance));
  }
};

/// The density in the plane.
class Field {
 public:
  explicit Field(const Posterior& posterior) : frame_(posterior.frame()), area_(posterior.area()) {
    for (const PosteriorComponent& component : posterior.components()) {
      if (component.weight == 0.0) continue;
      const double variance = square(component.sigma_m);
      kernels_.push_back({component.mean, variance, component.weight / (2 * std::numbers::pi * variance)});
    }
    const double extent = area_.area_m2();
    if (extent > 0.0) plateau_ = posterior.background_weight() / extent;
  }

  [[nodiscard]] const std::vector<Kernel>& kernels() const { return kernels_; }
  [[nodiscard]] double plateau() const { return plateau_; }

  [[nodiscard]] double at(EastNorth place, std::span<const Kernel> kernels, Background background) const {
    double sum = 0.0;
    for (const Kernel& kernel : kernels) {
      const double exponent =
          (square(place.east - kernel.mean.east) + square(place.north - kernel.mean.north)) / (2 * kernel.variance);
      if (exponent < 60.0) sum += kernel.peak * std::exp(-exponent);
    }
    if (background == Background::kAll || (background == Background::kEdge && area_.contains(frame_.to_lat_lng(place))))
      sum += plateau_;
    return sum;
  }

  /// Whether the disc is inside the area, outside or may touch its edge.
  [[nodiscard]] Background background_of(EastNorth center, double radius_m) const {
    if (plateau_ == 0.0) return Background::kNone;
    const LatLng place = frame_.to_lat_lng(center);
    constexpr double kDegrees = 180.0 / std::numbers::pi * 1.001;  // a little more, to be safe
    const double d_lat = radius_m / kEarthRadiusM * kDegrees;
    const double cosine = std::cos(std::min(90.0, std::abs(place.lat) + d_lat) * std::numbers::pi / 180.0);
    const double d_lng = d_lat < 360.0 * cosine ? d_lat / cosine : 360.0;
    if (place.lat - d_lat > area_.north || place.lat + d_lat < area_.south || place.lng - d_lng > area_.east ||
        place.lng + d_lng < area_.west)
      return Background::kNone;
    if (place.lat - d_lat > area_.south && place.lat + d_lat < area_.north && place.lng - d_lng > area_.west &&
        place.lng + d_lng < area_.east)
      return Background::kAll;
    return Background::kEdge;
  }

 private:
  const LocalFrame& frame_;
  const BoundingBox& area_;
  std::vector<Kernel> kernels_;
  double plateau_ = 0.0;
};

/// The density that bounds the region: the quantile of the density at places drawn from the posterior itself, drawn
/// evenly instead of at random (each component on a sunflower spiral).
double bounding_density(const Posterior& posterior, const Field& field, double level) {
  struct Sample {
    double density = 0.0;
    double weight = 0.0;
  };
  std::vector<Sample> samples;
  const auto components = posterior.components();
  const double in_area = posterior.in_area();
  constexpr double kSamples = 8192.0;
  const double golden = std::numbers::pi * (3.0 - std::sqrt(5.0));
  for (const PosteriorComponent& component : components) {
    if (component.weight == 0.0) continue;
    const auto count = static_cast<std::size_t>(std::ceil(16.0 + kSamples * component.weight / in_area));
    for (std::size_t k = 0; k < count; ++k) {
      const double share = (static_cast<double>(k) + 0.5) / static_cast<double>(count);
      const double radius = component.sigma_m * std::sqrt(-2.0 * std::log1p(-share));
      const double angle = golden * static_cast<double>(k);
      const EastNorth place{component.mean.east + radius * std::cos(angle),
                            component.mean.north + radius * std::sin(angle)};
      samples.push_back({field.at(place, field.kernels(), field.background_of(place, 0.0)),
                         component.weight / static_cast<double>(count)});
    }
  }
  if (posterior.background_weight() > 0.0) {
    constexpr int kGrid = 64;
    const BoundingBox& area = posterior.area();
    for (int y = 0; y < kGrid; ++y) {
      for (int x = 0; x < kGrid; ++x) {
        const LatLng place{area.south + (y + 0.5) / kGrid * (area.north - area.south),
                           area.west + (x + 0.5) / kGrid * (area.east - area.west)};
        samples.push_back({field.at(posterior.frame().to_local(place), field.kernels(), Background::kAll),
                           posterior.background_weight() / (kGrid * kGrid)});
      }
    }
  }
  std::stable_sort(samples.begin(), samples.end(),
                   [](const Sample& a, const Sample& b) { return a.density > b.density; });
  double mass = 0.0;
  double threshold = 0.0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    mass += samples[i].weight;
    threshold = samples[i].density;
    if (mass >= level * in_area) break;
  }
  // On the plateau and just above it, where only far tails make a difference.
  if (threshold < field.plateau() * 1.001) threshold = std::min(threshold, field.plateau() * (1.0 - 1e-9));
  return threshold;
}

/// Marching squares on a fine lattice of which only the cells near the contour are visited: a quadtree leaves out
/// blocks that bounds of the density show to be wholly inside or outside.
class Contour {
 public:
  Contour(const Field& field, double threshold, EastNorth corner, double step, int depth)
      : field_(field), threshold_(threshold), corner_(corner), step_(step) {
    visit(0, 0, depth, field.kernels());
  }

  /// Closed rings, the region at their left.
  [[nodiscard]] std::vector<Ring> rings() const {
    std::vector<Ring> result;
    std::map<std::uint64_t, bool> used;
    for (const auto& [start, first_next] : next_) {
      if (used[start]) continue;
      Ring ring;
      std::uint64_t edge = start;
      do {
        used[edge] = true;
        ring.push_back(crossings_.at(edge));
        edge = next_.at(edge);
      } while (edge != start);
      result.push_back(std::move(ring));
    }
    return result;
  }

 private:
  [[nodiscard]] EastNorth node(std::int64_t x, std::int64_t y) const {
    return {corner_.east + static_cast<double>(x) * step_, corner_.north + static_cast<double>(y) * step_};
  }
  static std::uint64_t key(std::int64_t x, std::int64_t y) {
    return static_cast<std::uint64_t>(y) << 24 | static_cast<std::uint64_t>(x);
  }

  void visit(std::int64_t x, std::int64_t y, int depth, std::span<const Kernel> kernels) {
    const std::int64_t size = std::int64_t{1} << depth;
    const double half = static_cast<double>(size) * step_ / 2;
    const EastNorth low = node(x, y);
    const EastNorth center{low.east + half, low.north + half};
    const double reach = half * std::numbers::sqrt2;
    const Background background = field_.background_of(center, reach);
    double upper = background == Background::kNone ? 0.0 : field_.plateau();
    double lower = background == Background::kAll ? field_.plateau() : 0.0;
    std::vector<Kernel> near;
    const double negligible = 1e-12 * threshold_ / static_cast<double>(field_.kernels().size() + 1);
    for (const Kernel& kernel : kernels) {
      const double distance = distance_m(center, kernel.mean);
      const double most = kernel.at_distance(std::max(0.0, distance - reach));
      if (most < negligible) continue;
      near.push_back(kernel);
      upper += most;
      lower += kernel.at_distance(distance + reach);
    }
    // The margin covers what is negligible: a node is judged alike from all its blocks.
    if (upper < threshold_ * (1 - 1e-11) || lower > threshold_ * (1 + 1e-11)) return;
    if (depth == 0) {
      march(x, y, near, background);
      return;
    }
    for (int child = 0; child < 4; ++child)
      visit(x + (child & 1 ? size / 2 : 0), y + (child & 2 ? size / 2 : 0), depth - 1, near);
  }

  bool inside(std::int64_t x, std::int64_t y, std::span<const Kernel> kernels, Background background) {
    const auto [entry, fresh] = inside_.try_emplace(key(x, y), false);
    if (fresh) entry->second = field_.at(node(x, y), kernels, background) >= threshold_;
    return entry->second;
  }

  /// The crossing on the edge from a node to its neighbour at the right (0) or above (1).
  void cross(std::int64_t x, std::int64_t y, int direction, bool first_inside, std::span<const Kernel> kernels,
             Background background) {
    const std::uint64_t edge = key(x, y) << 1 | static_cast<std::uint64_t>(direction);
    const auto [entry, fresh] = crossings_.try_emplace(edge);
    if (!fresh) return;
    const EastNorth from = node(x, y);
    const auto at = [&](double t) {
      return EastNorth{from.east + (direction == 0 ? t * step_ : 0.0), from.north + (direction == 1 ? t * step_ : 0.0)};
    };
    // Bisection, because the density jumps at the area's edge. Never at a node, so that rings do not touch.
    double low = 0.02;
    double high = 0.98;
    for (int i = 0; i < 12; ++i) {
      const double middle = (low + high) / 2;
      const bool is_inside = field_.at(at(middle), kernels, background) >= threshold_;
      (is_inside == first_inside ? low : high) = middle;
    }
    entry->second = at((low + high) / 2);
  }

  void march(std::int64_t x, std::int64_t y, std::span<const Kernel> kernels, Background background) {
    const bool a = inside(x, y, kernels, background);          // lower left
    const bool b = inside(x + 1, y, kernels, background);      // lower right
    const bool c = inside(x + 1, y + 1, kernels, background);  // upper right
    const bool d = inside(x, y + 1, kernels, background);      // upper left
    if (a == b && b == c && c == d) return;
    // Corners and edges counter-clockwise. A segment goes from an edge where this walk leaves the region to one where
    // it comes back, so that the region is at its left.
    const std::array<bool, 4> corners = {a, b, c, d};
    const std::array<std::uint64_t, 4> edges = {key(x, y) << 1, key(x + 1, y) << 1 | 1, key(x, y + 1) << 1,
                                                key(x, y) << 1 | 1};
    if (a != b) cross(x, y, 0, a, kernels, background);
    if (b != c) cross(x + 1, y, 1, b, kernels, background);
    if (d != c) cross(x, y + 1, 0, d, kernels, background);
    if (a != d) cross(x, y, 1, a, kernels, background);
    std::size_t turn = 0;  // from the leaving edge to the one that comes back
    if (a == c && b == d) {
      // A saddle: the centre says whether the two corners hang together.
      const EastNorth low = node(x, y);
      const EastNorth middle{low.east + step_ / 2, low.north + step_ / 2};
      turn = field_.at(middle, kernels, background) >= threshold_ ? 1 : 3;
    }
    for (std::size_t i = 0; i < 4; ++i) {
      const auto leaves = [&](std::size_t edge) { return corners[edge] && !corners[(edge + 1) % 4]; };
      const auto returns = [&](std::size_t edge) { return !corners[edge] && corners[(edge + 1) % 4]; };
      if (!leaves(i)) continue;
      std::size_t to = (i + turn) % 4;
      while (!returns(to)) to = (to + 1) % 4;
      next_[edges[i]] = edges[to];
    }
  }

  const Field& field_;
  double threshold_;
  EastNorth corner_;
  double step_;
  std::unordered_map<std::uint64_t, bool> inside_;
  std::unordered_map<std::uint64_t, EastNorth> crossings_;
  std::map<std::uint64_t, std::uint64_t> next_;
};

/// Twice the signed area, positive for a counter-clockwise ring [m²].
double signed_area(const Ring& ring) {
  double sum = 0.0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const EastNorth a = ring[i];
    const EastNorth b = ring[(i + 1) % ring.size()];
    sum += (a.east - ring[0].east) * (b.north - ring[0].north) - (a.north - ring[0].north) * (b.east - ring[0].east);
  }
  return sum;
}

bool encloses(const Ring& ring, EastNorth place) {
  bool inside = false;
  for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
    const EastNorth a = ring[i];
    const EastNorth b = ring[j];
    if ((a.north > place.north) != (b.north > place.north) &&
        place.east < a.east + (b.east - a.east) * (place.north - a.north) / (b.north - a.north))
      inside = !inside;
  }
  return inside;
}

/// Leaves out points that are closer than `tolerance_m` to the line without them (Douglas and Peucker).
Ring simplified(const Ring& ring, double tolerance_m) {
  const std::size_t count = ring.size();
  std::size_t opposite = 0;
  for (std::size_t i = 1; i < count; ++i)
    if (distance_m(ring[0], ring[i]) > distance_m(ring[0], ring[opposite])) opposite = i;
  std::vector<bool> keep(count, false);
  keep[0] = keep[opposite] = true;
  std::vector<std::pair<std::size_t, std::size_t>> open = {{0, opposite}, {opposite, count}};
  while (!open.empty()) {
    const auto [first, last] = open.back();
    open.pop_back();
    const EastNorth a = ring[first];
    const EastNorth b = ring[last % count];
    const double length = distance_m(a, b);
    double farthest = tolerance_m;
    std::size_t split = 0;
    for (std::size_t i = first + 1; i < last; ++i) {
      const double off = length > 0.0 ? std::abs((b.east - a.east) * (ring[i].north - a.north) -
                                                 (b.north - a.north) * (ring[i].east - a.east)) /
                                            length
                                      : distance_m(a, ring[i]);
      if (off > farthest) {
        farthest = off;
        split = i;
      }
    }
    if (split == 0) continue;
    keep[split] = true;
    open.emplace_back(first, split);
    open.emplace_back(split, last);
  }
  Ring result;
  for (std::size_t i = 0; i < count; ++i)
    if (keep[i]) result.push_back(ring[i]);
  return result.size() >= 3 ? result : ring;
}

}  // namespace

std::vector<RegionPolygon> highest_density_region(const Posterior& posterior, double level) {
  if (!(level > 0.0 && level < 1.0))
    throw InvalidArgumentError("the level of a region must be between 0 and 1, got " + std::to_string(level));
  const Field field(posterior);
  const double threshold = bounding_density(posterior, field, level);
  if (!(threshold > 0.0)) return {};

  // A square that holds the region.
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EastNorth low{kInfinity, kInfinity};
  EastNorth high{-kInfinity, -kInfinity};
  double finest = kInfinity;
  const auto widen = [&](EastNorth place, double reach) {
    low = {std::min(low.east, place.east - reach), std::min(low.north, place.north - reach)};
    high = {std::max(high.east, place.east + reach), std::max(high.north, place.north + reach)};
  };
  const auto count = static_cast<double>(field.kernels().size() + 1);
  for (const Kernel& kernel : field.kernels()) {
    const double ratio = kernel.peak * count / threshold;
    if (ratio <= 1.0) continue;
    widen(kernel.mean, std::sqrt(2 * kernel.variance * std::log(ratio)));
    const double mass = 2 * std::numbers::pi * kernel.variance * kernel.peak;
    if (mass > 1e-3 * posterior.in_area()) finest = std::min(finest, std::sqrt(kernel.variance));
  }
  if (field.plateau() * count > threshold) {
    const BoundingBox& area = posterior.area();
    constexpr int kParts = 16;  // a parallel is bent in the plane
    for (int i = 0; i <= kParts; ++i) {
      const double lng = area.west + (area.east - area.west) * i / kParts;
      widen(posterior.frame().to_local({area.south, lng}), 10.0);
      widen(posterior.frame().to_local({area.north, lng}), 10.0);
    }
  }
  if (!(low.east < high.east)) return {};
  const double extent = 1.01 * std::max(high.east - low.east, high.north - low.north);
  const int depth = std::clamp(static_cast<int>(std::ceil(std::log2(extent / (finest / 4)))), 10, 14);
  const double step = std::ldexp(extent, -depth);
  const EastNorth corner{(low.east + high.east - extent) / 2, (low.north + high.north - extent) / 2};

  std::vector<RegionPolygon> polygons;
  std::vector<double> areas;
  std::vector<Ring> holes;
  for (const Ring& ring : Contour(field, threshold, corner, step, depth).rings()) {
    Ring plain = simplified(ring, 0.005 * step);
    const double area = signed_area(plain);
    if (area > 0.0) {
      polygons.push_back({std::move(plain)});
      areas.push_back(area);
    } else {
      holes.push_back(std::move(plain));
    }
  }
  for (Ring& hole : holes) {
    std::optional<std::size_t> owner;
    for (std::size_t i = 0; i < polygons.size(); ++i)
      if (encloses(polygons[i].front(), hole.front()) && (!owner || areas[i] < areas[*owner])) owner = i;
    if (owner) polygons[*owner].push_back(std::move(hole));
  }
  return polygons;
}

}  // namespace venloc
