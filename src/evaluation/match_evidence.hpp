// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "venloc/evaluation/geotag_audit.hpp"

namespace venloc {

/// What the matches of a gallery are worth as evidence of where photos were made, measured on the gallery itself.
class MatchEvidence {
 public:
  /// `claims` are the numbers of groups of photos whose geotags may share an error. Only matches between claims are
  /// measured.
  MatchEvidence(std::span<const EastNorth> places, std::span<const PhotoMatch> matches,
                std::span<const std::size_t> claims, const GeotagAuditOptions& options);

  /// Probability that a match of this weight is between photos of one scene.
  [[nodiscard]] double probability(double weight) const;
  /// Likelihood that a photo was made at this distance from a right geotag of a photo that it matches, relative to that
  /// of any place of the gallery. `probability` is that the geotag is right and the photos show one scene.
  [[nodiscard]] double ratio(double distance_m, double probability) const;
  /// Share of the gallery that is expected around a place, as far as photos of one scene usually stand apart.
  [[nodiscard]] double share_at_place() const;

 private:
  struct Observation {
    double log_weight, near, count;  // near: 0 to 1
  };
  void fit(std::vector<Observation> observations);

  double reach_m_, right_pairs_;
  double density_ = 0;    // of the gallery where its photos are [1/m²]
  double chance_ = 0;     // share of pairs of photos that are near each other
  double intercept_ = 0;  // of the log odds that two photos that match are near each other
  double slope_ = 0;      // for each natural logarithm of the weight
};

/// Places farther apart than this are different ones [m].
double apart_m(const GeotagAuditOptions& options);

}  // namespace venloc
