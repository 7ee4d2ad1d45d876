// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/ranking/walk.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <string>
#include <utility>

#include "geo/square.hpp"
#include "ranking/walk_chain.hpp"
#include "ranking/walk_clocks.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

void check_pictures(std::span<const Posterior> posteriors, const Posterior& prior,
                    std::span<const WalkMoment> moments) {
  if (!moments.empty() && moments.size() != posteriors.size())
    throw InvalidArgumentError("a walk needs one moment for each picture or none, got " +
                               std::to_string(moments.size()) + " for " + std::to_string(posteriors.size()));
  for (std::size_t i = 0; i < moments.size(); ++i)
    if (moments[i].time_s && !std::isfinite(*moments[i].time_s))
      throw InvalidArgumentError("the time of picture " + std::to_string(i) + " of a walk is not finite");
  for (std::size_t i = 0; i < posteriors.size(); ++i) {
    if (posteriors[i].frame() != posteriors.front().frame() || posteriors[i].area() != posteriors.front().area())
      throw InvalidArgumentError("posterior " + std::to_string(i) +
                                 " of a walk has another frame or area than the first; use posteriors of one model");
  }
  if (!posteriors.empty() && posteriors.front().frame() != prior.frame())
    throw InvalidArgumentError("the prior of a walk has another frame than the posteriors; use that of their model");
}

/// Probability that the pictures are of one walk, by Bayes' rule.
double together(double before, double log_evidence) {
  if (before <= 0 || before >= 1) return before;
  return 1 / (1 + (1 - before) / before * std::exp(-log_evidence));
}

/// The picture alone with probability 1 - share, and in the walk with share: each component of both as one.
Posterior mixed(const Posterior& single, const PlaceState& in_walk, double share) {
  std::vector<PosteriorComponent> components;
  for (std::size_t i = 0; i < in_walk.parts.size(); ++i) {
    const auto& alone = single.components()[i];
    const auto& part = in_walk.parts[i];
    const double weight = (1 - share) * alone.weight + share * part.weight;
    const double to = weight > 0 ? share * part.weight / weight : 0;
    const EastNorth mean{alone.mean.east + to * (part.mean.east - alone.mean.east),
                         alone.mean.north + to * (part.mean.north - alone.mean.north)};
    const double spread = to * (1 - to) * square_distance(alone.mean, part.mean) / 2;
    components.push_back({mean, std::sqrt((1 - to) * square(alone.sigma_m) + to * part.variance + spread), weight});
  }
  const auto of_both = [&](double alone, double part) { return (1 - share) * alone + share * part; };
  return {single.frame(), single.area(), std::move(components), of_both(single.background_weight(), in_walk.even),
          of_both(single.out_of_area_weight(), in_walk.outside)};
}

}  // namespace

void WalkOptions::validate() const {
  const auto require = [](bool holds, const std::string& field, const std::string& range, double value) {
    if (!holds || !std::isfinite(value))
      throw InvalidArgumentError(field + " must be " + range + ", got " + std::to_string(value));
  };
  require(travel_m > 0, "travel_m", "above 0", travel_m);
  require(break_probability >= 0 && break_probability <= 1, "break_probability", "0 to 1", break_probability);
  require(together_probability >= 0 && together_probability <= 1, "together_probability", "0 to 1",
          together_probability);
  require(speed_m_s >= 0, "speed_m_s", "0 or more", speed_m_s);
  require(break_after_s > 0, "break_after_s", "above 0", break_after_s);
  std::set<std::string> cameras;
  for (const auto& clock : clocks) {
    require(true, "clocks: the offset of camera '" + clock.camera + "'", "finite", clock.offset_s);
    if (!cameras.insert(clock.camera).second)
      throw InvalidArgumentError("clocks lists camera '" + clock.camera + "' twice: give each camera once");
  }
}

Walk combine_walk(std::span<const Posterior> posteriors, const Posterior& prior, std::span<const WalkMoment> moments,
                  const WalkOptions& options, int num_threads) {
  options.validate();
  check_pictures(posteriors, prior, moments);
  Walk out;
  out.posteriors.assign(posteriors.begin(), posteriors.end());
  out.order.resize(posteriors.size());
  std::iota(out.order.begin(), out.order.end(), std::size_t{0});
  out.together_probability = options.together_probability;
  // Of a model without an area nothing is known.
  if (posteriors.empty() || posteriors.front().area() == BoundingBox{}) return out;
  const SteppedPrior stepped(prior, posteriors.front().area());
  std::vector<PlaceState> states;
  for (const auto& posterior : posteriors) states.push_back(state_of(posterior));
  out.clocks = clocks_of(states, moments, stepped, options);
  auto [order, links] = order_walk(states.size(), moments, out.clocks, options);
  std::vector<PlaceState> in_order;
  for (const auto i : order) in_order.push_back(std::move(states[i]));
  const auto chain = solve_chain(in_order, links, stepped, num_threads);
  out.together_probability = together(options.together_probability, chain.log_evidence);
  out.order = std::move(order);
  if (out.together_probability == 0) return out;
  for (std::size_t k = 0; k < in_order.size(); ++k)
    if (chain.informed[k])
      out.posteriors[out.order[k]] = mixed(posteriors[out.order[k]], chain.states[k], out.together_probability);
  return out;
}

}  // namespace venloc
