// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "geo/density_region.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <numbers>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "geo/square.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

/// The density of a component at its mean [1/m²].
double peak_of(const PosteriorComponent& component) {
  return component.weight / (2 * std::numbers::pi * square(component.sigma_m));
}

/// As Posterior::in_area(), which has lost what is little beside 1.
double mass_in_area(const Posterior& posterior) {
  double mass = posterior.background_weight();
  for (const PosteriorComponent& component : posterior.components()) mass += component.weight;
  return mass;
}

enum class Background { kNone, kAll, kEdge };

/// Gaussians. What depends on the distance from them is worked out in single precision, four at once.
class Kernels {
 public:
  explicit Kernels(std::size_t most = 0)
      : means_(static_cast<Eigen::Index>(most), 2), shapes_(static_cast<Eigen::Index>(most), 2) {}

  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(size_); }
  [[nodiscard]] auto rate() const { return shapes_.col(0).head(size_); }  ///< 1 / 2 sigma² [1/m²]
  [[nodiscard]] auto peak() const { return shapes_.col(1).head(size_); }  ///< [1/m²]

  [[nodiscard]] auto squared_distances(EastNorth place) const {
    return (means_.col(0).head(size_) - place.east).cast<float>().square() +
           (means_.col(1).head(size_) - place.north).cast<float>().square();
  }
  void add(const PosteriorComponent& component) {
    means_.row(size_) << component.mean.east, component.mean.north;
    shapes_.row(size_++) << static_cast<float>(1 / (2 * square(component.sigma_m))),
        static_cast<float>(peak_of(component));
  }
  void add(const Kernels& other, std::size_t k) {
    means_.row(size_) = other.means_.row(static_cast<Eigen::Index>(k));
    shapes_.row(size_++) = other.shapes_.row(static_cast<Eigen::Index>(k));
  }

 private:
  Eigen::ArrayX2d means_;  // east and north [m]
  Eigen::ArrayX2f shapes_;
  Eigen::Index size_ = 0;
};

/// What is known of the density in a disc.
struct DiscDensity {
  double lower = 0.0;
  double upper = 0.0;
  Background background = Background::kNone;
  Kernels near;  ///< those that count there: the others add less than kNegligible of the density
};

constexpr double kNegligible = 1e-4;

/// The density in the plane.
class Field {
 public:
  explicit Field(const Posterior& posterior)
      : frame_(posterior.frame()), area_(posterior.area()), kernels_(posterior.components().size()) {
    for (const PosteriorComponent& component : posterior.components())
      if (component.weight > 0.0) kernels_.add(component);
    const double extent = area_.area_m2();
    if (extent > 0.0) plateau_ = posterior.background_weight() / extent;
  }

  [[nodiscard]] const Kernels& kernels() const { return kernels_; }
  [[nodiscard]] double plateau() const { return plateau_; }

  [[nodiscard]] double at(EastNorth place, const Kernels& kernels, Background background) const {
    double sum = (kernels.peak() * (-kernels.rate() * kernels.squared_distances(place)).exp()).sum();
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
    // Longitudes from the middle of the area, so that the antimeridian makes no difference.
    const double from_middle = std::abs(std::remainder(place.lng - area_.center().lng, 360.0));
    const double half = area_.width_deg() / 2;
    if (place.lat - d_lat > area_.north || place.lat + d_lat < area_.south || from_middle - d_lng > half)
      return Background::kNone;
    if (place.lat - d_lat > area_.south && place.lat + d_lat < area_.north && from_middle + d_lng < half)
      return Background::kAll;
    return Background::kEdge;
  }

  /// `threshold`: the density of interest; what is negligible beside it is left out as well.
  [[nodiscard]] DiscDensity in_disc(EastNorth center, double reach, const Kernels& kernels,
                                    double threshold = 0.0) const {
    DiscDensity out;
    out.background = background_of(center, reach);
    const auto radius = static_cast<float>(reach);
    const Eigen::ArrayXf distance = kernels.squared_distances(center).sqrt();
    const Eigen::ArrayXf most = kernels.peak() * (-kernels.rate() * (distance - radius).max(0.0f).square()).exp();
    const double least = (kernels.peak() * (-kernels.rate() * (distance + radius).square()).exp()).sum();
    out.upper = most.sum() + (out.background == Background::kNone ? 0.0 : plateau_);
    out.lower = least + (out.background == Background::kAll ? plateau_ : 0.0);
    const auto negligible =
        static_cast<float>(kNegligible * std::max(threshold, out.lower) / static_cast<double>(kernels_.size() + 1));
    out.near = Kernels(kernels.size());
    for (std::size_t k = 0; k < kernels.size(); ++k)
      if (most[static_cast<Eigen::Index>(k)] >= negligible) out.near.add(kernels, k);
    return out;
  }

 private:
  const LocalFrame& frame_;
  const BoundingBox& area_;
  Kernels kernels_;
  double plateau_ = 0.0;
};

/// A place drawn from the posterior.
struct Sample {
  EastNorth place;
  double weight = 0.0;
  double density = 0.0;
};

/// Fills in the densities of the samples. They are halved until what counts around each part is known well.
void fill_densities(const Field& field, std::span<Sample> samples, const Kernels& kernels) {
  EastNorth low = samples.front().place, high = low;
  for (const Sample& sample : samples) {
    low = {std::min(low.east, sample.place.east), std::min(low.north, sample.place.north)};
    high = {std::max(high.east, sample.place.east), std::max(high.north, sample.place.north)};
  }
  const EastNorth center{(low.east + high.east) / 2, (low.north + high.north) / 2};
  const auto disc = field.in_disc(center, distance_m(center, high), kernels);
  constexpr std::size_t kFew = 12;
  if (samples.size() <= kFew) {
    for (Sample& sample : samples) sample.density = field.at(sample.place, disc.near, disc.background);
    return;
  }
  const bool wide = high.east - low.east > high.north - low.north;
  const auto middle = samples.size() / 2;
  std::ranges::nth_element(samples, samples.begin() + static_cast<std::ptrdiff_t>(middle), {},
                           [&](const Sample& sample) { return wide ? sample.place.east : sample.place.north; });
  fill_densities(field, samples.first(middle), disc.near);
  fill_densities(field, samples.subspan(middle), disc.near);
}

/// The densities that bound the regions of these levels: quantiles of the density at places drawn from the posterior
/// itself, drawn evenly instead of at random (each component on a sunflower spiral).
std::vector<double> bounding_densities(const Posterior& posterior, const Field& field, std::span<const double> levels) {
  std::vector<Sample> samples;
  const double in_area = mass_in_area(posterior);
  constexpr double kSamples = 4000.0, kLeast = 2.0;
  const double golden = std::numbers::pi * (3.0 - std::sqrt(5.0));
  for (const PosteriorComponent& component : posterior.components()) {
    if (component.weight == 0.0) continue;
    const auto count = static_cast<std::size_t>(std::ceil(kLeast + kSamples * component.weight / in_area));
    for (std::size_t k = 0; k < count; ++k) {
      const double share = (static_cast<double>(k) + 0.5) / static_cast<double>(count);
      const double radius = component.sigma_m * std::sqrt(-2.0 * std::log1p(-share));
      const double angle = golden * static_cast<double>(k);
      samples.push_back(
          {{component.mean.east + radius * std::cos(angle), component.mean.north + radius * std::sin(angle)},
           component.weight / static_cast<double>(count)});
    }
  }
  if (posterior.background_weight() > 0.0) {
    constexpr int kGrid = 64;
    const BoundingBox& area = posterior.area();
    for (int y = 0; y < kGrid; ++y) {
      for (int x = 0; x < kGrid; ++x) {
        const LatLng place{area.south + (y + 0.5) / kGrid * (area.north - area.south),
                           area.west + (x + 0.5) / kGrid * area.width_deg()};
        samples.push_back({posterior.frame().to_local(place), posterior.background_weight() / (kGrid * kGrid)});
      }
    }
  }
  if (samples.empty()) return std::vector<double>(levels.size(), 0.0);
  fill_densities(field, samples, field.kernels());
  std::ranges::sort(samples, [](const Sample& a, const Sample& b) {
    return std::tie(b.density, a.weight) < std::tie(a.density, b.weight);
  });
  std::vector<double> thresholds;
  for (const double level : levels) {
    double mass = 0.0;
    double threshold = 0.0;
    for (const Sample& sample : samples) {
      mass += sample.weight;
      threshold = sample.density;
      if (mass >= level * in_area) break;
    }
    // On the plateau and just above it, where only far tails make a difference: below it by more than what is
    // negligible, so that the plateau is inside without a look at each place.
    if (threshold < field.plateau() * 1.001)
      threshold = std::min(threshold, field.plateau() * (1.0 - 10 * kNegligible));
    thresholds.push_back(threshold);
  }
  return thresholds;
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

  void visit(std::int64_t x, std::int64_t y, int depth, const Kernels& kernels) {
    const std::int64_t size = std::int64_t{1} << depth;
    const double half = static_cast<double>(size) * step_ / 2;
    const EastNorth low = node(x, y);
    const auto disc =
        field_.in_disc({low.east + half, low.north + half}, half * std::numbers::sqrt2, kernels, threshold_);
    // The margin covers what is negligible: a node has the same value in all its blocks.
    if (disc.upper < threshold_ * (1 - 2 * kNegligible) || disc.lower > threshold_ * (1 + 2 * kNegligible)) return;
    for (int child = 0; child < 4; ++child) {
      const auto left = x + (child & 1 ? size / 2 : 0), below = y + (child & 2 ? size / 2 : 0);
      if (depth == 1)
        march(left, below, disc.near, disc.background);
      else
        visit(left, below, depth - 1, disc.near);
    }
  }

  /// The logarithm of the density relative to the bounding one.
  [[nodiscard]] double height(EastNorth place, const Kernels& kernels, Background background) const {
    return std::log(std::max(field_.at(place, kernels, background), 1e-6 * threshold_) / threshold_);
  }

  double height_of_node(std::int64_t x, std::int64_t y, const Kernels& kernels, Background background) {
    const auto [entry, fresh] = heights_.try_emplace(key(x, y), 0.0);
    if (fresh) entry->second = height(node(x, y), kernels, background);
    return entry->second;
  }

  /// The crossing on the edge from a node to its neighbour at the right (0) or above (1), whose heights are given.
  void cross(std::int64_t x, std::int64_t y, int direction, double first, double second, const Kernels& kernels,
             Background background) {
    const std::uint64_t edge = key(x, y) << 1 | static_cast<std::uint64_t>(direction);
    const auto [entry, fresh] = crossings_.try_emplace(edge);
    if (!fresh) return;
    const EastNorth from = node(x, y);
    const auto at = [&](double t) {
      return EastNorth{from.east + (direction == 0 ? t * step_ : 0.0), from.north + (direction == 1 ? t * step_ : 0.0)};
    };
    // Never at a node, so that rings do not touch.
    constexpr double kLow = 0.02, kHigh = 0.98;
    double low = 0.0, high = 1.0, crossing = 0.5;
    const bool first_inside = first >= 0;
    // The density jumps at the area's edge: bisection there, elsewhere the secant method converges faster.
    const bool jumps = background == Background::kEdge;
    for (int i = 0; i < (jumps ? 12 : 3); ++i) {
      crossing = jumps ? (low + high) / 2 : low + (high - low) * first / (first - second);
      const double found = height(at(crossing), kernels, background);
      if ((found >= 0) == first_inside) {
        low = crossing;
        first = found;
      } else {
        high = crossing;
        second = found;
      }
    }
    if (!jumps) crossing = low + (high - low) * first / (first - second);
    entry->second = at(std::clamp(crossing, kLow, kHigh));
  }

  void march(std::int64_t x, std::int64_t y, const Kernels& kernels, Background background) {
    const auto height_at = [&](std::int64_t i, std::int64_t j) { return height_of_node(i, j, kernels, background); };
    const double lower_left = height_at(x, y), lower_right = height_at(x + 1, y);
    const double upper_right = height_at(x + 1, y + 1), upper_left = height_at(x, y + 1);
    const bool a = lower_left >= 0, b = lower_right >= 0, c = upper_right >= 0, d = upper_left >= 0;
    if (a == b && b == c && c == d) return;
    // Corners and edges counter-clockwise. A segment goes from an edge where this walk leaves the region to one where
    // it comes back, so that the region is at its left.
    const std::array<bool, 4> corners = {a, b, c, d};
    const std::array<std::uint64_t, 4> edges = {key(x, y) << 1, key(x + 1, y) << 1 | 1, key(x, y + 1) << 1,
                                                key(x, y) << 1 | 1};
    if (a != b) cross(x, y, 0, lower_left, lower_right, kernels, background);
    if (b != c) cross(x + 1, y, 1, lower_right, upper_right, kernels, background);
    if (d != c) cross(x, y + 1, 0, upper_left, upper_right, kernels, background);
    if (a != d) cross(x, y, 1, lower_left, upper_left, kernels, background);
    std::size_t turn = 0;  // from the leaving edge to the one that comes back
    if (a == c && b == d) {
      // A saddle: the two corners are connected where the centre is inside.
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
  std::unordered_map<std::uint64_t, double> heights_;
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

/// The numbers of the rings that touch one another or themselves.
std::set<std::size_t> crossing_rings(std::span<const Ring> rings) {
  struct Segment {
    EastNorth a, b;
    std::size_t ring, index;
    [[nodiscard]] double west() const { return std::min(a.east, b.east); }
    [[nodiscard]] double east() const { return std::max(a.east, b.east); }
  };
  std::vector<Segment> segments;
  for (std::size_t r = 0; r < rings.size(); ++r)
    for (std::size_t i = 0; i < rings[r].size(); ++i)
      segments.push_back({rings[r][i], rings[r][(i + 1) % rings[r].size()], r, i});
  std::ranges::stable_sort(segments, {}, &Segment::west);
  const auto side = [](EastNorth p, EastNorth q, EastNorth r) {
    return (q.east - p.east) * (r.north - p.north) - (q.north - p.north) * (r.east - p.east);
  };
  std::set<std::size_t> out;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Segment& s = segments[i];
    for (std::size_t j = i + 1; j < segments.size() && segments[j].west() <= s.east(); ++j) {
      const Segment& t = segments[j];
      if (std::max(s.a.north, s.b.north) < std::min(t.a.north, t.b.north) ||
          std::max(t.a.north, t.b.north) < std::min(s.a.north, s.b.north))
        continue;
      const std::size_t count = rings[s.ring].size();
      if (s.ring == t.ring && ((s.index + 1) % count == t.index || (t.index + 1) % count == s.index)) continue;
      if (side(s.a, s.b, t.a) * side(s.a, s.b, t.b) > 0 || side(t.a, t.b, s.a) * side(t.a, t.b, s.b) > 0) continue;
      out.insert(s.ring);
      out.insert(t.ring);
    }
  }
  return out;
}

/// Fewer points where it makes no difference to see; rings that would touch thereby keep all that are not on a line.
/// `fine_m` [m] is below half the smallest gap between rings.
std::vector<Ring> simplified(std::span<const Ring> rings, double fine_m) {
  constexpr double kMostM = 1.0;       // that the line may be off [m]
  constexpr double kOfTheSize = 2e-3;  // and by the side of a square as large as the ring
  std::vector<Ring> out;
  for (const Ring& ring : rings) {
    const double wanted_m = std::min(kMostM, kOfTheSize * std::sqrt(std::abs(signed_area(ring)) / 2));
    out.push_back(simplified(ring, std::max(fine_m, wanted_m)));
  }
  std::set<std::size_t> fine;
  for (auto touching = crossing_rings(out); !std::ranges::includes(fine, touching); touching = crossing_rings(out)) {
    for (const auto r : touching) out[r] = simplified(rings[r], fine_m);
    fine.merge(touching);
  }
  return out;
}

/// The region above a density.
std::vector<RegionPolygon> region_above(const Posterior& posterior, const Field& field, double threshold) {
  if (!(threshold > 0.0)) return {};

  // A square that holds the region.
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EastNorth low{kInfinity, kInfinity};
  EastNorth high{-kInfinity, -kInfinity};
  double finest = kInfinity;
  const double in_area = mass_in_area(posterior);
  const auto widen = [&](EastNorth place, double reach) {
    low = {std::min(low.east, place.east - reach), std::min(low.north, place.north - reach)};
    high = {std::max(high.east, place.east + reach), std::max(high.north, place.north + reach)};
  };
  const auto count = static_cast<double>(field.kernels().size() + 1);
  for (const PosteriorComponent& component : posterior.components()) {
    if (component.weight == 0.0) continue;
    const double peak = peak_of(component);
    const double ratio = peak * count / threshold;
    if (ratio <= 1.0) continue;
    widen(component.mean, component.sigma_m * std::sqrt(2 * std::log(ratio)));
    if (component.weight < 1e-3 * in_area) continue;
    // A kernel that is far above the bounding density alone makes a disc that needs no finer steps than its size.
    const double alone = std::sqrt(2 * std::log(std::max(1.0, peak / threshold)));
    finest = std::min(finest, component.sigma_m * std::clamp(alone, 1.0, 3.0));
  }
  if (field.plateau() * count > threshold) {
    const BoundingBox& area = posterior.area();
    constexpr int kParts = 16;  // a parallel is bent in the plane
    for (int i = 0; i <= kParts; ++i) {
      const double lng = area.west + area.width_deg() * i / kParts;
      widen(posterior.frame().to_local({area.south, lng}), 10.0);
      widen(posterior.frame().to_local({area.north, lng}), 10.0);
    }
  }
  if (!(low.east < high.east)) return {};
  const double extent = 1.01 * std::max(high.east - low.east, high.north - low.north);
  // Without any kernel that counts, only the area's edge is drawn.
  const auto depth = static_cast<int>(std::clamp(std::ceil(std::log2(extent / (finest / 5))), 9.0, 14.0));
  const double step = std::ldexp(extent, -depth);
  const EastNorth corner{(low.east + high.east - extent) / 2, (low.north + high.north - extent) / 2};

  std::vector<RegionPolygon> polygons;
  std::vector<double> areas;
  std::vector<Ring> holes;
  for (Ring& plain : simplified(Contour(field, threshold, corner, step, depth).rings(), 0.005 * step)) {
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

}  // namespace

std::vector<std::vector<RegionPolygon>> highest_density_regions(const Posterior& posterior,
                                                                std::span<const double> levels) {
  for (const double level : levels)
    if (!(level > 0.0 && level < 1.0))
      throw InvalidArgumentError("the level of a region must be between 0 and 1, got " + std::to_string(level));
  const Field field(posterior);
  std::vector<std::vector<RegionPolygon>> regions;
  for (const double threshold : bounding_densities(posterior, field, levels))
    regions.push_back(region_above(posterior, field, threshold));
  return regions;
}

}  // namespace venloc
