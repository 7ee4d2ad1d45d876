// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/walk_chain.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <numbers>
#include <tuple>
#include <utility>

#include "core/parallel.hpp"
#include "geo/square.hpp"

namespace venloc {
namespace {

// exp(-kReach) of a peak is nothing beside what a prior leaves everywhere.
constexpr double kReach = 25.0;
// Parts of a message this much narrower than the step that follows are alike after it. A cell is this share of the
// step, and parts up to this share of the step wide are narrow.
constexpr double kCellShare = 0.25;
constexpr double kNarrowShare = 0.3;
// Lighter parts of a message count as if they were spread as the prior is.
constexpr double kLightWeight = 1e-5;
// The prior is nowhere thinner than this share of an even spread: a gallery does not show all places.
constexpr double kPriorFloor = 0.05;
// Two messages may widen a part by this much at most.
constexpr double kMostWidening = 2.0;
// Without any chance of a break, no place becomes quite impossible: states are approximated by Gaussians.
constexpr double kMinBase = 1e-9;

double peak(double variance) { return 1 / (2 * std::numbers::pi * variance); }

/// Parts of one cell as one, of the same mean and mean variance.
class Merged {
 public:
  void add(const Part& part, double weight) {
    weight_ += weight;
    east_ += weight * part.mean.east;
    north_ += weight * part.mean.north;
    square_ += weight * (2 * part.variance + square(part.mean.east) + square(part.mean.north));
  }
  [[nodiscard]] Part part() const {
    const EastNorth mean{east_ / weight_, north_ / weight_};
    return {mean, std::max(0.0, (square_ / weight_ - square(mean.east) - square(mean.north)) / 2), weight_};
  }

 private:
  double weight_ = 0, east_ = 0, north_ = 0, square_ = 0;
};

using Cell = std::tuple<bool, std::int64_t, std::int64_t>;  // whether narrow, column, row

Cell cell_of(const Part& part, double travel_m) {
  const double side = kCellShare * travel_m;
  return {part.variance <= square(kNarrowShare * travel_m),
          static_cast<std::int64_t>(std::floor(part.mean.east / side)),
          static_cast<std::int64_t>(std::floor(part.mean.north / side))};
}

/// Moments of the product of a part and a message, relative to the part's mean.
struct ProductMoments {
  double weight = 0, east = 0, north = 0, squares = 0;
};

ProductMoments moments_of(const Part& part, double root, const Message& message) {
  ProductMoments out{message.base, 0, 0, message.base * 2 * part.variance};
  for (const auto& term : message.terms) {
    const double sum = part.variance + term.variance;
    const double exponent = square_distance(part.mean, term.mean) / (2 * sum);
    if (exponent > kReach) continue;
    const double weight = term.weight * peak(sum) * std::exp(-exponent) / root;
    const double share = part.variance / sum;
    const double east = share * (term.mean.east - part.mean.east);
    const double north = share * (term.mean.north - part.mean.north);
    out.weight += weight;
    out.east += weight * east;
    out.north += weight * north;
    out.squares += weight * (square(east) + square(north) + 2 * share * term.variance);
  }
  return out;
}

/// A part after a message, relative to the part: what the message adds to its precision and to precision × mean.
struct Change {
  double precision = 0, east = 0, north = 0;
};

Change change_of(const Part& from, const Part& to) {
  const double precision = 1 / to.variance;
  return {precision - 1 / from.variance, precision * (to.mean.east - from.mean.east),
          precision * (to.mean.north - from.mean.north)};
}

/// Two changes of one part together. The weight gains where both are on one side of the part.
Part with_both(const Part& part, const Part& forward, const Part& backward) {
  const Change a = change_of(part, forward);
  const Change b = change_of(part, backward);
  const double before = 1 / part.variance;
  const double precision = std::max(before + (a.precision + b.precision), before / kMostWidening);
  const double east = a.east + b.east, north = a.north + b.north;
  const double exponent =
      ((square(east) + square(north)) / precision - ((square(a.east) + square(a.north)) * forward.variance +
                                                     (square(b.east) + square(b.north)) * backward.variance)) /
      2;
  const double agreement =
      (1 / (forward.variance * backward.variance)) / (before * precision) * std::exp(std::min(exponent, kReach));
  return {{part.mean.east + east / precision, part.mean.north + north / precision}, 1 / precision, agreement};
}

void normalise(std::vector<Part>& parts, double& even, double& outside) {
  double sum = even + outside;
  for (const auto& part : parts) sum += part.weight;
  for (auto& part : parts) part.weight /= sum;
  even /= sum;
  outside /= sum;
}

/// One direction: what each picture is after all before it, and the logarithm of the evidence.
struct Pass {
  std::vector<Informed> pictures;
  std::vector<bool> neutral;
  double log_evidence = 0;
};

Pass pass(std::span<const PlaceState> states, std::span<const Link> links, const SteppedPrior& prior, bool forward) {
  Pass out;
  const std::size_t n = states.size();
  out.pictures.resize(n);
  out.neutral.assign(n, true);
  Message message;
  for (std::size_t step = 0; step < n; ++step) {
    const std::size_t i = forward ? step : n - 1 - step;
    out.pictures[i] = inform(states[i], message, prior);
    out.neutral[i] = message.neutral();
    out.log_evidence += std::log(out.pictures[i].evidence);
    if (step + 1 == n) break;
    message = message_of(out.pictures[i].state(), prior, links[forward ? i : i - 1]);
  }
  return out;
}

}  // namespace

PlaceState state_of(const Posterior& posterior) {
  PlaceState out;
  for (const auto& component : posterior.components())
    out.parts.push_back({component.mean, square(component.sigma_m), component.weight});
  out.even = posterior.background_weight();
  out.outside = posterior.out_of_area_weight();
  return out;
}

SteppedPrior::SteppedPrior(const Posterior& prior, const BoundingBox& area) : even_density_(1 / area.area_m2()) {
  even_ = prior.background_weight();
  double sum = even_;
  for (const auto& component : prior.components()) {
    if (!area.contains(prior.frame().to_lat_lng(component.mean))) continue;
    parts_.push_back({component.mean, square(component.sigma_m), component.weight});
    sum += component.weight;
  }
  if (sum == 0) even_ = sum = 1;
  even_ /= sum;
  for (auto& part : parts_) part.weight /= sum;
}

std::vector<double> SteppedPrior::roots(std::span<const Part> parts, double travel_m) const {
  std::vector<double> out;
  out.reserve(parts.size());
  const double floor = kPriorFloor * even_density_;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    // A candidate has several widths at one place.
    if (i > 0 && parts[i].mean == parts[i - 1].mean) {
      out.push_back(out.back());
      continue;
    }
    double density = even_ * even_density_;
    for (const auto& known : parts_) {
      const double variance = known.variance + square(travel_m);
      const double exponent = square_distance(parts[i].mean, known.mean) / (2 * variance);
      if (exponent < kReach) density += known.weight * peak(variance) * std::exp(-exponent);
    }
    out.push_back(std::sqrt(std::max(density, floor)));
  }
  return out;
}

Message message_of(const PlaceState& state, const SteppedPrior& prior, const Link& link) {
  const double moved = 1 - link.break_probability;
  if (moved <= 0) return {};
  Message out;
  out.travel_m = link.travel_m;
  // What is spread as the prior is states nothing.
  double silent = state.even;
  const auto roots = prior.roots(state.parts, link.travel_m);
  std::map<Cell, Merged> cells;
  double over_area = 0;
  for (std::size_t i = 0; i < state.parts.size(); ++i) {
    const auto& part = state.parts[i];
    if (part.weight < kLightWeight) {
      silent += part.weight;
      continue;
    }
    cells[cell_of(part, link.travel_m)].add(part, part.weight / roots[i]);
    over_area += part.weight * prior.even_density() / square(roots[i]);
  }
  for (const auto& [cell, merged] : cells) {
    const auto part = merged.part();
    out.terms.push_back({part.mean, part.variance + square(link.travel_m), moved * part.weight});
  }
  out.base = std::max(kMinBase, link.break_probability * (1 - state.outside) + state.outside + moved * silent);
  out.over_area = out.base + moved * over_area;
  return out;
}

Informed inform(const PlaceState& state, const Message& message, const SteppedPrior& prior) {
  Informed out{state.parts, std::vector<double>(state.parts.size(), 1.0), state.even, state.outside, 1.0};
  if (message.neutral()) return out;
  const auto roots = prior.roots(state.parts, message.travel_m);
  double sum = state.outside + state.even * message.over_area;
  for (std::size_t i = 0; i < out.parts.size(); ++i) {
    auto& part = out.parts[i];
    const auto moments = moments_of(part, roots[i], message);
    const double east = moments.east / moments.weight, north = moments.north / moments.weight;
    out.factors[i] = moments.weight;
    part.weight *= moments.weight;
    part.mean = {part.mean.east + east, part.mean.north + north};
    part.variance = (moments.squares / moments.weight - square(east) - square(north)) / 2;
    sum += part.weight;
  }
  out.evidence = sum;
  out.even *= message.over_area;
  normalise(out.parts, out.even, out.outside);
  return out;
}

PlaceState inform(const PlaceState& state, const Informed& forward, const Informed& backward) {
  PlaceState out = state;
  for (std::size_t i = 0; i < out.parts.size(); ++i) {
    auto& part = out.parts[i];
    const auto both = with_both(state.parts[i], forward.parts[i], backward.parts[i]);
    part = {both.mean, both.variance, part.weight * (forward.factors[i] * backward.factors[i]) * both.weight};
  }
  if (state.even > 0) {
    // Each side's factor of the even part follows from what it was before and is after.
    const auto factor = [&](const Informed& side) { return side.even * side.evidence / state.even; };
    out.even = state.even * (factor(forward) * factor(backward));
  }
  normalise(out.parts, out.even, out.outside);
  return out;
}

ChainResult solve_chain(std::span<const PlaceState> states, std::span<const Link> links, const SteppedPrior& prior,
                        int num_threads) {
  std::vector<Pass> passes(2);
  parallel_for(2, num_threads, [&](std::size_t i) { passes[i] = pass(states, links, prior, i == 0); });
  ChainResult out;
  out.states.resize(states.size());
  for (std::size_t i = 0; i < states.size(); ++i)
    out.informed.push_back(!passes[0].neutral[i] || !passes[1].neutral[i]);
  parallel_for(states.size(), num_threads,
               [&](std::size_t i) { out.states[i] = inform(states[i], passes[0].pictures[i], passes[1].pictures[i]); });
  // Both directions give the evidence; their mean is the same for either.
  out.log_evidence = (passes[0].log_evidence + passes[1].log_evidence) / 2;
  return out;
}

}  // namespace venloc
