// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/geo/posterior.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <numeric>
#include <string>
#include <utility>

#include "geo/antimeridian.hpp"
#include "geo/disc_mass.hpp"
#include "geo/square.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// exp(-kNegligibleExponent) is nothing beside 1 in double precision.
constexpr double kNegligibleExponent = 40.0;

void require_weight(double weight, const std::string& what) {
  if (!(weight >= 0.0) || !std::isfinite(weight))
    throw InvalidArgumentError(what + " of a posterior must be 0 or more and finite, got " + std::to_string(weight));
}

void require_place(LatLng place) {
  if (!is_valid(place))
    throw InvalidArgumentError("(" + std::to_string(place.lat) + ", " + std::to_string(place.lng) +
                               ") is not a place: give latitude -90 to 90 and longitude -180 to 180");
}

/// The area in the plane. A parallel is bent there (4 m over 10 km at Venice), therefore each side is divided.
class AreaInPlane {
 public:
  AreaInPlane(const LocalFrame& frame, const BoundingBox& box) {
    const double east = unrolled_east(box);
    const std::array<LatLng, 4> corners = {
        {{box.south, box.west}, {box.south, east}, {box.north, east}, {box.north, box.west}}};
    for (std::size_t side = 0; side < 4; ++side) {
      const LatLng from = corners[side];
      const LatLng to = corners[(side + 1) % 4];
      for (std::size_t i = 0; i < kParts; ++i) {
        const double t = static_cast<double>(i) / kParts;
        outline_[side * kParts + i] =
            frame.to_local({from.lat + t * (to.lat - from.lat), from.lng + t * (to.lng - from.lng)});
      }
    }
    // Measured as the parts of it will be, so that the whole is exactly 1.
    for (std::size_t i = 0; i < outline_.size(); ++i) {
      const EastNorth a = outline_[i];
      const EastNorth b = outline_[(i + 1) % outline_.size()];
      area_m2_ += (a.east * b.north - a.north * b.east) / 2;
    }
  }

  [[nodiscard]] double farthest_m(EastNorth from) const {
    double farthest = 0.0;
    for (const EastNorth corner : outline_) farthest = std::max(farthest, square_distance(from, corner));
    return std::sqrt(farthest);
  }

  /// The part of the area inside a disc. An area without extent is a point.
  [[nodiscard]] double share_within(EastNorth center, double radius_m) const {
    if (radius_m >= farthest_m(center)) return 1.0;
    if (!(area_m2_ > 0.0)) return 0.0;
    return std::min(1.0, disc_polygon_area_m2(center, radius_m, outline_) / area_m2_);
  }

 private:
  static constexpr std::size_t kParts = 16;
  std::array<EastNorth, 4 * kParts> outline_;
  double area_m2_ = 0.0;
};

/// The components as one smooth function of the place.
class Mixture {
 public:
  Mixture(std::span<const PosteriorComponent> components, double smoothing_m) {
    for (const PosteriorComponent& component : components) {
      if (component.weight == 0.0) continue;
      const double variance = square(component.sigma_m) + square(smoothing_m);
      kernels_.push_back({component.mean, variance, component.weight / (2 * std::numbers::pi * variance)});
      widest_ = std::max(widest_, variance);
    }
    std::stable_sort(kernels_.begin(), kernels_.end(),
                     [](const Kernel& a, const Kernel& b) { return a.mean.east < b.mean.east; });
  }

  struct Value {
    double density = 0.0;
    EastNorth gradient;
    double weight = 0.0;                  ///< sum of density / variance: gradient / weight is the mean-shift step
    double ee = 0.0, en = 0.0, nn = 0.0;  ///< second derivatives
  };

  [[nodiscard]] std::size_t size() const { return kernels_.size(); }
  [[nodiscard]] EastNorth mean(std::size_t i) const { return kernels_[i].mean; }
  [[nodiscard]] double variance(std::size_t i) const { return kernels_[i].variance; }
  [[nodiscard]] double mass(std::size_t i) const { return kernels_[i].peak * kernels_[i].variance; }

  /// Density without kernels that have fallen to exp(-cut) of their peak.
  [[nodiscard]] double density(EastNorth place, double cut = kNegligibleExponent) const {
    double sum = 0.0;
    for (const Kernel& kernel : near(place, cut)) {
      const double exponent = square_distance(place, kernel.mean) / (2 * kernel.variance);
      if (exponent < cut) sum += kernel.peak * std::exp(-exponent);
    }
    return sum;
  }

  [[nodiscard]] Value evaluate(EastNorth place) const {
    Value value;
    for (const Kernel& kernel : near(place, kNegligibleExponent)) {
      const double exponent = square_distance(place, kernel.mean) / (2 * kernel.variance);
      if (exponent >= kNegligibleExponent) continue;
      const double density = kernel.peak * std::exp(-exponent);
      const double weight = density / kernel.variance;
      const double east = kernel.mean.east - place.east;
      const double north = kernel.mean.north - place.north;
      value.density += density;
      value.weight += weight;
      value.gradient.east += weight * east;
      value.gradient.north += weight * north;
      value.ee += weight * (east * east / kernel.variance - 1);
      value.en += weight * east * north / kernel.variance;
      value.nn += weight * (north * north / kernel.variance - 1);
    }
    return value;
  }

  /// Climbs to a maximum: Newton's step where the function is curved like a summit and the step leads up, else the
  /// mean-shift step, which always does.
  [[nodiscard]] EastNorth climb(EastNorth place) const {
    Value here = evaluate(place);
    for (int iteration = 0; iteration < 500 && here.weight > 0.0; ++iteration) {
      EastNorth next{place.east + here.gradient.east / here.weight, place.north + here.gradient.north / here.weight};
      Value there;
      const double determinant = here.ee * here.nn - square(here.en);
      if (determinant > 0.0 && here.ee < 0.0) {
        const EastNorth newton{
            place.east - (here.nn * here.gradient.east - here.en * here.gradient.north) / determinant,
            place.north - (here.ee * here.gradient.north - here.en * here.gradient.east) / determinant};
        there = evaluate(newton);
        if (there.density >= here.density) next = newton;
      }
      if (there.density < here.density) there = evaluate(next);
      const double step = std::sqrt(square_distance(place, next));
      if (there.density < here.density) break;  // rounding at the summit
      place = next;
      here = there;
      if (step < 1e-7) break;
    }
    return place;
  }

 private:
  struct Kernel {
    EastNorth mean;
    double variance = 0.0;  ///< [m²]
    double peak = 0.0;      ///< [1/m²]
  };

  /// All kernels that are not yet below exp(-cut) of their peak, and some others.
  [[nodiscard]] std::span<const Kernel> near(EastNorth place, double cut) const {
    const double reach = std::sqrt(2 * cut * widest_);
    const auto first = std::lower_bound(kernels_.begin(), kernels_.end(), place.east - reach,
                                        [](const Kernel& kernel, double east) { return kernel.mean.east < east; });
    const auto last = std::upper_bound(first, kernels_.end(), place.east + reach,
                                       [](double east, const Kernel& kernel) { return east < kernel.mean.east; });
    return {first, last};
  }

  std::vector<Kernel> kernels_;  ///< from west to east
  double widest_ = 0.0;          ///< largest variance [m²]
};

/// Positions of the `count` largest values, larger first, earlier first among equals.
std::vector<std::size_t> largest(std::span<const double> values, std::size_t count) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  count = std::min(count, order.size());
  std::partial_sort(
      order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
      [&](std::size_t a, std::size_t b) { return values[a] != values[b] ? values[a] > values[b] : a < b; });
  order.resize(count);
  return order;
}

/// A posterior relative to the even one, in logarithms so that evidence far apart does not underflow.
struct LogMixture {
  struct Term {
    EastNorth mean;
    double variance = 0.0;  ///< [m²]
    double log_weight = 0.0;
  };
  std::vector<Term> terms;
  double log_background = -kInfinity;
  double log_out_of_area = -kInfinity;
};

LogMixture temper(const Posterior& posterior, double exponent) {
  if (!(exponent > 0.0) || !std::isfinite(exponent))
    throw InvalidArgumentError("the exponent of a posterior must be positive and finite, got " +
                               std::to_string(exponent));
  LogMixture result;
  for (const PosteriorComponent& component : posterior.components()) {
    if (component.weight == 0.0) continue;
    const double variance = square(component.sigma_m);
    const double extent = 2 * std::numbers::pi * variance / posterior.area().area_m2();
    result.terms.push_back(
        {component.mean, variance / exponent,
         exponent * std::log(component.weight) + (1 - exponent) * std::log(extent) - std::log(exponent)});
  }
  result.log_background = exponent * std::log(posterior.background_weight());
  result.log_out_of_area = exponent * std::log(posterior.out_of_area_weight());
  return result;
}

/// Keeps the heaviest terms in their order, the earlier among equals.
void prune(std::vector<LogMixture::Term>& terms, std::size_t count) {
  if (terms.size() <= count) return;
  std::vector<double> weights(terms.size());
  std::transform(terms.begin(), terms.end(), weights.begin(), [](const auto& term) { return term.log_weight; });
  std::vector<std::size_t> kept = largest(weights, count);
  std::sort(kept.begin(), kept.end());
  std::vector<LogMixture::Term> result;
  result.reserve(count);
  for (const std::size_t i : kept) result.push_back(terms[i]);
  terms = std::move(result);
}

Posterior normalised(const LocalFrame& frame, const BoundingBox& area, const LogMixture& mixture) {
  double largest_log = std::max(mixture.log_background, mixture.log_out_of_area);
  for (const auto& term : mixture.terms) largest_log = std::max(largest_log, term.log_weight);
  if (largest_log == -kInfinity)
    throw InvalidArgumentError(
        "the posteriors exclude each other: no place is possible in all of them; give each a background weight");
  std::vector<PosteriorComponent> components;
  components.reserve(mixture.terms.size());
  for (const auto& term : mixture.terms) {
    const double weight = std::exp(term.log_weight - largest_log);
    if (weight > 0.0) components.push_back({term.mean, std::sqrt(term.variance), weight});
  }
  return {frame, area, std::move(components), std::exp(mixture.log_background - largest_log),
          std::exp(mixture.log_out_of_area - largest_log)};
}

/// Where a rising function that is `at_low` < 0 at low and `at_high` at high reaches 0: the upper end of the last
/// interval. `narrowed` is called with each smaller interval. The ITP method (Oliveira and Takahashi, 2020): never
/// slower than bisection, much faster on smooth functions.
template <typename Function, typename Narrowed>
double root(double low, double high, double at_low, double at_high, const Function& function,
            const Narrowed& narrowed) {
  constexpr double kTolerance = 1e-6;  // [m]
  const double first_width = high - low;
  if (first_width <= kTolerance) return high;
  const int steps = static_cast<int>(std::ceil(std::log2(first_width / kTolerance))) + 1;
  for (int step = 0; high - low > kTolerance; ++step) {
    const double middle = (low + high) / 2;
    const double secant = (at_high * low - at_low * high) / (at_high - at_low);
    const double side = middle >= secant ? 1.0 : -1.0;
    const double truncation = 0.2 * square(high - low) / first_width;
    double next = truncation <= std::abs(middle - secant) ? secant + side * truncation : middle;
    const double reach = kTolerance / 2 * std::exp2(steps - step) - (high - low) / 2;
    if (std::abs(next - middle) > reach) next = middle - side * reach;
    if (!(next > low && next < high)) next = middle;
    if (next <= low || next >= high) break;  // no number in between
    const double value = function(next);
    if (value >= 0.0) {
      high = next;
      at_high = value;
    } else {
      low = next;
      at_low = value;
    }
    narrowed(low, high);
  }
  return high;
}

}  // namespace

Posterior::Posterior(LocalFrame frame, BoundingBox area, std::vector<PosteriorComponent> components,
                     double background_weight, double out_of_area_weight)
    : frame_(frame),
      area_(area),
      components_(std::move(components)),
      background_weight_(background_weight),
      out_of_area_weight_(out_of_area_weight) {
  if (!is_valid({area.south, area.west}) || !is_valid({area.north, area.east}) || !(area.south < area.north) ||
      !(area.width_deg() > 0.0))
    throw InvalidArgumentError(
        "the area of a posterior must have an extent: south < north and west other than east, in degrees, got south " +
        std::to_string(area.south) + ", west " + std::to_string(area.west) + ", north " + std::to_string(area.north) +
        ", east " + std::to_string(area.east));
  require_weight(background_weight, "background_weight");
  require_weight(out_of_area_weight, "out_of_area_weight");
  double sum = background_weight + out_of_area_weight;
  for (std::size_t i = 0; i < components_.size(); ++i) {
    const PosteriorComponent& component = components_[i];
    const std::string name = "component " + std::to_string(i);
    if (!(component.sigma_m > 0.0) || !std::isfinite(component.sigma_m))
      throw InvalidArgumentError("sigma_m of " + name + " of a posterior must be positive and finite, got " +
                                 std::to_string(component.sigma_m));
    if (!std::isfinite(component.mean.east) || !std::isfinite(component.mean.north))
      throw InvalidArgumentError("the mean of " + name + " of a posterior is not finite");
    require_weight(component.weight, "the weight of " + name);
    sum += component.weight;
  }
  if (!(sum > 0.0) || !std::isfinite(sum))
    throw InvalidArgumentError("the weights of a posterior must have a positive and finite sum, got " +
                               std::to_string(sum));
  for (PosteriorComponent& component : components_) component.weight /= sum;
  background_weight_ /= sum;
  out_of_area_weight_ /= sum;
}

const LocalFrame& Posterior::frame() const { return frame_; }
const BoundingBox& Posterior::area() const { return area_; }
std::span<const PosteriorComponent> Posterior::components() const { return components_; }
double Posterior::background_weight() const { return background_weight_; }
double Posterior::out_of_area_weight() const { return out_of_area_weight_; }
double Posterior::in_area() const { return 1.0 - out_of_area_weight_; }

double Posterior::density(LatLng place) const {
  require_place(place);
  const double area = area_.area_m2();
  const double background = area > 0.0 && area_.contains(place) ? background_weight_ / area : 0.0;
  return background + Mixture(components_, 0.0).density(frame_.to_local(place));
}

LatLng Posterior::mode(double smoothing_m) const {
  if (!(smoothing_m >= 0.0) || !std::isfinite(smoothing_m))
    throw InvalidArgumentError("smoothing_m must be 0 or more and finite, got " + std::to_string(smoothing_m));
  const Mixture mixture(components_, smoothing_m);
  constexpr std::size_t kStarts = 16;
  constexpr double kRankingCut = 8.0;  // enough to rank the starts
  std::vector<double> masses(mixture.size());
  std::vector<double> densities(mixture.size());
  for (std::size_t i = 0; i < mixture.size(); ++i) {
    masses[i] = mixture.mass(i);
    // A candidate has several kernels at one place, which stand together.
    const bool same = i > 0 && mixture.mean(i) == mixture.mean(i - 1);
    densities[i] = same ? densities[i - 1] : mixture.density(mixture.mean(i), kRankingCut);
  }
  std::vector<std::size_t> starts = largest(densities, kStarts);
  for (const std::size_t i : largest(masses, kStarts))
    if (std::find(starts.begin(), starts.end(), i) == starts.end()) starts.push_back(i);

  const double area = area_.area_m2();
  const auto background = [&](LatLng place) {
    return area > 0.0 && area_.contains(place) ? background_weight_ / area : 0.0;
  };
  // Anywhere in the area is denser than a weak component outside it.
  LatLng best = area_.center();
  double best_density = background(best) + mixture.density(frame_.to_local(best));
  std::vector<EastNorth> summits;
  for (const std::size_t i : starts) {
    // Most starts lead to the same few summits.
    const bool known = std::any_of(summits.begin(), summits.end(), [&](EastNorth summit) {
      return square_distance(summit, mixture.mean(i)) < mixture.variance(i) / 4;
    });
    if (known) continue;
    const EastNorth summit = mixture.climb(mixture.mean(i));
    summits.push_back(summit);
    const LatLng place = frame_.to_lat_lng(summit);
    const double density = background(place) + mixture.density(summit);
    if (density > best_density) {
      best = place;
      best_density = density;
    }
  }
  return best;
}

LatLng Posterior::best_place(double near_m, double far_m, double far_share) const {
  for (const double length_m : {near_m, far_m})
    if (!(length_m > 0.0) || !std::isfinite(length_m))
      throw InvalidArgumentError("near_m and far_m must be above 0 and finite, got " + std::to_string(length_m));
  if (!(far_share >= 0.0 && far_share <= 1.0))
    throw InvalidArgumentError("far_share must be 0 to 1, got " + std::to_string(far_share));
  if (far_share == 0.0) return mode(near_m);
  // A Gaussian utility over a Gaussian of probability is a Gaussian again: the expected utility is, up to a factor, the
  // density of another posterior.
  std::vector<PosteriorComponent> utilities;
  utilities.reserve(2 * components_.size());
  double utility_of_even = 0.0;
  for (const auto& [length_m, share] : {std::pair(near_m, 1.0 - far_share), std::pair(far_m, far_share)}) {
    const double factor = share * square(length_m);
    if (factor == 0.0) continue;
    for (const PosteriorComponent& component : components_)
      utilities.push_back({component.mean, std::hypot(component.sigma_m, length_m), factor * component.weight});
    utility_of_even += factor;
  }
  if (utilities.empty()) return mode(near_m);
  return Posterior(frame_, area_, std::move(utilities), utility_of_even * background_weight_,
                   utility_of_even * out_of_area_weight_)
      .mode();
}

double Posterior::mass_within(LatLng center, double radius_m) const {
  require_place(center);
  if (!(radius_m >= 0.0)) throw InvalidArgumentError("radius_m must be 0 or more, got " + std::to_string(radius_m));
  const EastNorth local = frame_.to_local(center);
  double mass = 0.0;
  for (const PosteriorComponent& component : components_)
    mass += component.weight * gaussian_disc_mass(distance_m(local, component.mean), radius_m, component.sigma_m);
  if (background_weight_ > 0.0) mass += background_weight_ * AreaInPlane(frame_, area_).share_within(local, radius_m);
  return std::min(1.0, mass);
}

double Posterior::credible_radius_m(LatLng center, double level) const {
  require_place(center);
  if (!(level > 0.0 && level < 1.0))
    throw InvalidArgumentError("the level of a credible radius must be between 0 and 1, got " + std::to_string(level));
  const EastNorth local = frame_.to_local(center);
  const AreaInPlane area(frame_, area_);

  struct Offset {
    double distance = 0.0;  ///< [m]
    double sigma = 0.0;     ///< [m]
    double weight = 0.0;
  };
  std::vector<Offset> active;
  double total = 0.0;
  double farthest = 0.0;
  for (const PosteriorComponent& component : components_) {
    if (component.weight == 0.0) continue;
    active.push_back({distance_m(local, component.mean), component.sigma_m, component.weight});
    total += component.weight;
    farthest = std::max(farthest, active.back().distance + kGaussianReach * component.sigma_m);
  }
  // Given that it is in the city, nothing known is an even spread, also when it is certainly not in the city.
  const double background = total + background_weight_ > 0.0 ? background_weight_ : 1.0;
  total += background;
  if (background > 0.0) farthest = std::max(farthest, area.farthest_m(local));
  const double target = level * total;

  // Components whose mass cannot change between low and high any more are settled, which leaves few of many.
  double settled = 0.0;
  const auto settle = [&](double low, double high) {
    std::erase_if(active, [&](const Offset& offset) {
      if (offset.distance + kGaussianReach * offset.sigma <= low) {
        settled += offset.weight;
        return true;
      }
      return offset.distance - kGaussianReach * offset.sigma >= high;
    });
  };
  const auto excess = [&](double radius) {
    double mass = settled - target;
    for (const Offset& offset : active)
      mass += offset.weight * gaussian_disc_mass(offset.distance, radius, offset.sigma);
    return background > 0.0 ? mass + background * area.share_within(local, radius) : mass;
  };

  return root(0.0, farthest, -target, total - target, excess, settle);
}

Posterior Posterior::tempered(double exponent) const {
  const LogMixture mixture = temper(*this, exponent);
  if (area_ == BoundingBox{}) return *this;  // nothing known
  return normalised(frame_, area_, mixture);
}

Posterior Posterior::product(std::span<const Posterior> posteriors, std::span<const double> exponents,
                             std::size_t max_components) {
  if (posteriors.empty()) throw InvalidArgumentError("a product needs at least one posterior, got none");
  if (posteriors.size() != exponents.size())
    throw InvalidArgumentError("a product needs one exponent for each posterior, got " +
                               std::to_string(exponents.size()) + " for " + std::to_string(posteriors.size()));
  if (max_components == 0) throw InvalidArgumentError("max_components of a product must be at least 1, got 0");
  const LocalFrame& frame = posteriors.front().frame_;
  const BoundingBox& area = posteriors.front().area_;
  for (std::size_t i = 0; i < posteriors.size(); ++i)
    if (posteriors[i].frame_ != frame || posteriors[i].area_ != area)
      throw InvalidArgumentError("posterior " + std::to_string(i) +
                                 " of a product has another frame or area than the first; use posteriors of one city");

  LogMixture result = temper(posteriors.front(), exponents.front());
  if (area == BoundingBox{}) return posteriors.front();  // nothing known, in all of them
  const double log_area = std::log(area.area_m2());
  const auto in_area = [&](EastNorth place) { return area.contains(frame.to_lat_lng(place)); };
  for (std::size_t i = 1; i < posteriors.size(); ++i) {
    const LogMixture factor = temper(posteriors[i], exponents[i]);
    LogMixture next;
    next.log_background = result.log_background + factor.log_background;
    next.log_out_of_area = result.log_out_of_area + factor.log_out_of_area;
    const auto with_background = [&](const std::vector<LogMixture::Term>& terms, double log_background) {
      if (log_background == -kInfinity) return;
      for (const LogMixture::Term& term : terms)
        if (in_area(term.mean)) next.terms.push_back({term.mean, term.variance, term.log_weight + log_background});
    };
    with_background(result.terms, factor.log_background);
    with_background(factor.terms, result.log_background);
    for (const LogMixture::Term& a : result.terms) {
      for (const LogMixture::Term& b : factor.terms) {
        const double variance = a.variance + b.variance;
        const double share = a.variance / variance;
        const double log_overlap =
            -square_distance(a.mean, b.mean) / (2 * variance) - std::log(2 * std::numbers::pi * variance);
        next.terms.push_back(
            {{a.mean.east + share * (b.mean.east - a.mean.east), a.mean.north + share * (b.mean.north - a.mean.north)},
             share * b.variance,
             a.log_weight + b.log_weight + log_area + log_overlap});
      }
    }
    prune(next.terms, max_components);
    result = std::move(next);
  }
  prune(result.terms, max_components);  // of a single factor
  return normalised(frame, area, result);
}

}  // namespace venloc
