// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/query_prior.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include "geo/antimeridian.hpp"
#include "geo/square.hpp"
#include "ranking/candidate_list.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

constexpr std::size_t kMaxPriorComponents = 1000;  // the heaviest; a product has all pairs with the picture's

std::vector<PosteriorComponent> components_of(const Posterior& posterior) {
  return {posterior.components().begin(), posterior.components().end()};
}

/// What two boxes share; without extent where they share nothing. Of two parts, which only boxes around more than half
/// of the Earth have, the wider one.
BoundingBox overlap(const BoundingBox& a, const BoundingBox& b) {
  BoundingBox widest{std::max(a.south, b.south), 0, std::min(a.north, b.north), 0};
  double width = 0;
  for (const double turn : {0.0, -360.0, 360.0}) {
    const double west = std::max(a.west, b.west + turn);
    const double east = std::min(unrolled_east(a), unrolled_east(b) + turn);
    if (east - west <= width) continue;
    width = east - west;
    widest.west = within_turn(west);
    widest.east = within_turn(east);
  }
  return widest;
}

bool has_extent(const BoundingBox& box) { return box.south < box.north && box.width_deg() > 0; }

double share_of(const BoundingBox& part, const BoundingBox& whole) {
  return has_extent(part) ? part.area_m2() / whole.area_m2() : 0;
}

std::string text(const BoundingBox& box) {
  return "south " + std::to_string(box.south) + ", west " + std::to_string(box.west) + ", north " +
         std::to_string(box.north) + ", east " + std::to_string(box.east);
}

/// The prior in a model's frame; what it places outside the model's area is out of the area.
Posterior in_model(const Posterior& prior, const LocalFrame& frame, const BoundingBox& area) {
  if (prior.frame() == frame && prior.area() == area) return prior;  // to the last digit
  double outside = prior.out_of_area_weight();
  std::vector<PosteriorComponent> inside;
  for (auto component : prior.components()) {
    const LatLng place = prior.frame().to_lat_lng(component.mean);
    component.mean = frame.to_local(place);
    if (area.contains(place)) {
      inside.push_back(component);
    } else {
      outside += component.weight;
    }
  }
  const double background = prior.background_weight() * share_of(overlap(prior.area(), area), prior.area());
  return {frame, area, std::move(inside), background, outside + prior.background_weight() - background};
}

double overlap_density(const PosteriorComponent& a, const PosteriorComponent& b) {
  const double variance = square(a.sigma_m) + square(b.sigma_m);
  return std::exp(-square_distance(a.mean, b.mean) / (2 * variance)) / (2 * std::numbers::pi * variance);
}

}  // namespace

void QueryOptions::validate() const {
  if (max_candidates && *max_candidates < 0)
    throw InvalidArgumentError("max_candidates must be 0 or more, got " + std::to_string(*max_candidates));
  if (!area) return;
  if (!is_valid({area->south, area->west}) || !is_valid({area->north, area->east}) || !has_extent(*area))
    throw InvalidArgumentError(
        "area must have its south below its north and its west other than its east, in degrees, got " + text(*area));
}

QueryPrior::QueryPrior(const QueryOptions& query, const ModelGallery& gallery)
    : frame_(gallery.frame), whole_(gallery.area) {
  check_query(query, whole_);
  if (query.area) area_ = overlap(*query.area, whole_);
  // A default Posterior states that nothing is known.
  if (query.prior && query.prior->area() != BoundingBox{}) {
    prior_ = in_model(*query.prior, frame_, whole_);
    if (prior_->components().size() > kMaxPriorComponents)
      prior_ = Posterior::product(std::span(&*prior_, 1), std::array{1.0}, kMaxPriorComponents);
    if (area_) prior_ = within_area(*prior_);
  }
  if (empty()) return;
  double background = (area_ ? share_of(*area_, whole_) : 1) * (prior_ ? prior_->background_weight() : 1);
  if (prior_)
    for (const auto& known : prior_->components()) background += known.weight;
  no_match_weight_ = kPriorBackground * background;
  for (const auto& component : gallery.prior)
    no_match_weight_ += component.weight * weight(component.mean, component.sigma_m);
}

Posterior QueryPrior::within_area(const Posterior& prior) const {
  auto components = components_of(prior);
  std::erase_if(components, [&](const auto& component) { return !possible(component.mean); });
  if (components.empty() && prior.background_weight() == 0)
    throw InvalidArgumentError("prior and area exclude each other: give the prior a background weight");
  return {frame_, whole_, std::move(components), prior.background_weight(), 0};
}

bool QueryPrior::possible(EastNorth place) const { return !area_ || area_->contains(frame_.to_lat_lng(place)); }

double QueryPrior::weight(EastNorth mean, double sigma_m) const {
  if (!possible(mean)) return 0;
  if (!prior_) return 1;
  double density = 0;
  for (const auto& known : prior_->components()) density += known.weight * overlap_density({mean, sigma_m, 1}, known);
  const bool inside = whole_.contains(frame_.to_lat_lng(mean));
  return whole_.area_m2() * density + (inside ? prior_->background_weight() : 0);
}

Posterior QueryPrior::combined(Posterior posterior) const {
  if (empty()) return posterior;
  if (area_) {
    auto components = components_of(posterior);
    std::erase_if(components, [&](const auto& c) { return c.weight == 0 || !possible(c.mean); });
    const bool none = components.empty() && posterior.background_weight() == 0;
    posterior = {frame_, whole_, std::move(components), none ? 1 : posterior.background_weight(), 0};
  }
  if (prior_) {
    try {
      posterior = Posterior::product(std::array{posterior, *prior_}, std::array{1.0, 1.0});
    } catch (const InvalidArgumentError&) {
      throw InvalidArgumentError(
          "prior excludes every place that the picture leaves possible: give it a background or an out-of-area weight");
    }
  }
  if (!area_) return posterior;
  const double background = posterior.background_weight() * share_of(*area_, whole_);
  return {frame_, *area_, components_of(posterior), background, 0};
}

std::vector<std::size_t> AnswerSettings::reported(std::span<const double> probabilities, std::size_t candidates) const {
  auto out = most_probable(probabilities, candidates, max_candidates);
  if (!prior.empty()) std::erase_if(out, [&](std::size_t i) { return probabilities[i] == 0; });
  return out;
}

void check_cancelled(const QueryOptions& query) {
  if (query.cancelled && query.cancelled()) throw CancelledError("the query was cancelled");
}

void check_query(const QueryOptions& query, const BoundingBox& area) {
  query.validate();
  if (query.area && !has_extent(overlap(*query.area, area)))
    throw InvalidArgumentError("area (" + text(*query.area) + ") does not overlap the model's area (" + text(area) +
                               ")");
}

}  // namespace venloc
