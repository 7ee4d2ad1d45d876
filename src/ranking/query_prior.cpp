// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/query_prior.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <string>
#include <utility>

#include "ranking/candidate_list.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

// Standard deviation of a candidate that is too improbable for a part of its own in the posterior [m].
constexpr double kCandidateSigmaM = 45.0;

std::vector<PosteriorComponent> components_of(const Posterior& posterior) {
  return {posterior.components().begin(), posterior.components().end()};
}

Posterior in_frame(const Posterior& prior, const LocalFrame& frame, const BoundingBox& area) {
  if (prior.frame() == frame && prior.area() == area) return prior;  // to the last digit
  auto components = components_of(prior);
  for (auto& component : components) component.mean = frame.to_local(prior.frame().to_lat_lng(component.mean));
  return {frame, area, std::move(components), prior.background_weight(), prior.out_of_area_weight()};
}

BoundingBox overlap(const BoundingBox& a, const BoundingBox& b) {
  return {std::max(a.south, b.south), std::max(a.west, b.west), std::min(a.north, b.north), std::min(a.east, b.east)};
}

bool has_extent(const BoundingBox& box) { return box.south < box.north && box.west < box.east; }

std::string text(const BoundingBox& box) {
  return "south " + std::to_string(box.south) + ", west " + std::to_string(box.west) + ", north " +
         std::to_string(box.north) + ", east " + std::to_string(box.east);
}

double overlap_density(const PosteriorComponent& a, const PosteriorComponent& b) {
  const double variance = a.sigma_m * a.sigma_m + b.sigma_m * b.sigma_m;
  const double distance = distance_m(a.mean, b.mean);
  return std::exp(-distance * distance / (2 * variance)) / (2 * std::numbers::pi * variance);
}

}  // namespace

void QueryOptions::validate() const {
  if (max_candidates && *max_candidates < 0)
    throw InvalidArgumentError("max_candidates must be 0 or more, got " + std::to_string(*max_candidates));
  if (!area) return;
  if (!is_valid({area->south, area->west}) || !is_valid({area->north, area->east}) || !has_extent(*area))
    throw InvalidArgumentError(
        "area must have its south below its north and its west below its east, in degrees, got " + text(*area));
}

QueryPrior::QueryPrior(const QueryOptions& query, const ModelGallery& gallery)
    : frame_(gallery.frame), whole_(gallery.area) {
  query.validate();
  if (query.area) {
    area_ = overlap(*query.area, whole_);
    if (!has_extent(*area_))
      throw InvalidArgumentError("area (" + text(*query.area) + ") lies outside the model's area (" + text(whole_) +
                                 ")");
  }
  if (query.prior) prior_ = in_frame(*query.prior, frame_, whole_);
}

bool QueryPrior::possible(EastNorth place) const { return !area_ || area_->contains(frame_.to_lat_lng(place)); }

double QueryPrior::likelihood(const PosteriorComponent& component) const {
  if (!possible(component.mean)) return 0;
  if (!prior_) return 1;
  double density = 0;
  for (const auto& known : prior_->components()) density += known.weight * overlap_density(component, known);
  const bool inside = whole_.contains(frame_.to_lat_lng(component.mean));
  return whole_.area_m2() * density + (inside ? prior_->background_weight() : 0);
}

/// Probability of the area and the prior, given the picture.
double QueryPrior::evidence(const Posterior& posterior) const {
  double out = area_ ? 0 : posterior.out_of_area_weight() * (prior_ ? prior_->out_of_area_weight() : 1);
  for (const auto& component : posterior.components()) out += component.weight * likelihood(component);
  const double share = area_ ? area_->area_m2() / whole_.area_m2() : 1;
  double background = share * (prior_ ? prior_->background_weight() : 1);
  if (prior_)
    for (const auto& known : prior_->components())
      if (possible(known.mean) && whole_.contains(frame_.to_lat_lng(known.mean))) background += known.weight;
  return out + posterior.background_weight() * background;
}

Posterior QueryPrior::informed(Posterior posterior, std::span<const EastNorth> places,
                               std::span<double> probabilities) const {
  if (empty()) return posterior;
  if (!places.empty()) {
    std::map<EastNorth, std::pair<double, double>> parts;  // at each place: weight, and weight by likelihood
    for (const auto& component : posterior.components()) {
      auto& [weight, weighed] = parts[component.mean];
      weight += component.weight;
      weighed += component.weight * likelihood(component);
    }
    const double all = evidence(posterior);
    for (std::size_t i = 0; i < places.size(); ++i) {
      const auto [weight, weighed] = parts[places[i]];
      const double factor = weight > 0 ? weighed / weight : likelihood({places[i], kCandidateSigmaM, 1});
      probabilities[i] = all > 0 ? probabilities[i] * factor / all : 0;
    }
  }
  if (prior_) posterior = Posterior::product(std::array{posterior, *prior_}, std::array{1.0, 1.0});
  if (!area_) return posterior;
  auto components = components_of(posterior);
  std::erase_if(components, [&](const auto& component) { return !possible(component.mean); });
  double background = posterior.background_weight() * area_->area_m2() / whole_.area_m2();
  const bool none = std::ranges::all_of(components, [](const auto& component) { return component.weight == 0; });
  if (none && background == 0) background = 1;
  return {frame_, *area_, std::move(components), background, 0};
}

std::vector<std::size_t> AnswerSettings::reported(std::span<const double> probabilities, std::size_t candidates) const {
  auto out = most_probable(probabilities, candidates, max_candidates);
  if (!prior.empty()) std::erase_if(out, [&](std::size_t i) { return probabilities[i] == 0; });
  return out;
}

void check_cancelled(const QueryOptions& query) {
  if (query.cancelled && query.cancelled()) throw CancelledError("the query was cancelled");
}

}  // namespace venloc
