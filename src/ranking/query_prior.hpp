// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "ranking/model_gallery.hpp"
#include "venloc/core/export.hpp"
#include "venloc/geo/posterior.hpp"
#include "venloc/ranking/query_options.hpp"

// What the options of a query change in its answer.
namespace venloc {

/// The area and the prior of a query. Weights of places are densities relative to an even spread over the model's area,
/// as in Posterior::product: 1 changes nothing.
class VENLOC_API QueryPrior {
 public:
  QueryPrior() = default;
  /// Throws InvalidArgumentError when the query's area does not overlap the gallery's, or contradicts the prior.
  QueryPrior(const QueryOptions& query, const ModelGallery& gallery);

  [[nodiscard]] bool empty() const { return !area_ && !prior_; }
  /// Whether the place is in the area.
  [[nodiscard]] bool possible(EastNorth place) const;
  /// Mean weight over a Gaussian; 0 for one that is centred outside the area.
  [[nodiscard]] double weight(EastNorth mean, double sigma_m) const;
  /// Mean weight where no candidate is right: over where the gallery's pictures are made.
  [[nodiscard]] double no_match_weight() const { return no_match_weight_; }
  /// The posterior of picture and prior together. Where the picture leaves nothing in the area, an even spread over the
  /// area stands for it. Throws InvalidArgumentError when picture and prior exclude each other.
  [[nodiscard]] Posterior combined(Posterior posterior) const;

 private:
  [[nodiscard]] Posterior within_area(const Posterior& posterior) const;

  LocalFrame frame_;
  BoundingBox whole_;                // area of the model
  std::optional<BoundingBox> area_;  // within it
  std::optional<Posterior> prior_;   // in the model's frame, within the area
  double no_match_weight_ = 1;
};

/// How an answer is reported.
struct AnswerSettings {
  QueryPrior prior;
  std::size_t max_candidates = 0;
  bool matches = true;  // whether candidates carry the points that match

  /// Positions of the candidates that are reported, most probable first: `most_probable`, without those that the
  /// query's prior excludes.
  [[nodiscard]] VENLOC_API std::vector<std::size_t> reported(std::span<const double> probabilities,
                                                             std::size_t candidates) const;
};

/// Throws CancelledError when the query is cancelled.
VENLOC_API void check_cancelled(const QueryOptions& query);

/// Throws as QueryOptions::validate, and for an area that does not overlap the model's.
VENLOC_API void check_query(const QueryOptions& query, const BoundingBox& area);

}  // namespace venloc
