// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/geo/posterior.hpp"

namespace venloc {

/// The difference between a camera's clock and the true time.
struct CameraClock {
  std::string camera;     ///< name of the camera, as in WalkMoment
  double offset_s = 0.0;  ///< what is added to the camera's times [s]

  friend bool operator==(const CameraClock&, const CameraClock&) = default;
};

/// When and with which camera a picture of a walk was taken.
struct WalkMoment {
  std::optional<double> time_s;  ///< time by the camera's clock since any fixed moment [s], finite; empty when unknown
  std::string camera;            ///< name of the camera; pictures of one name share a clock

  friend bool operator==(const WalkMoment&, const WalkMoment&) = default;
};

/// How pictures of one walk inform each other. The defaults were chosen on held-out photos of Venice
/// (docs/results/walks.md); the photos have no times, so speed_m_s and break_after_s are assumptions.
struct VENLOC_API WalkOptions {
  double travel_m = 350.0;  ///< standard deviation along each axis of the way from a picture to the next [m], above 0
  double break_probability = 0.3;     ///< probability that the next picture has nothing to do with the place of the one
                                      ///< before it, 0 to 1; with 1 every answer is that of its picture alone
  double together_probability = 0.5;  ///< probability before any evidence that the pictures are of one walk, 0 to 1;
                                      ///< what it becomes by the evidence is the influence of the walk
  double speed_m_s = 0.5;  ///< with times: net speed of a walk [m/s], 0 or more; speed × time adds to travel_m as
                           ///< independent standard deviations do
  double break_after_s = 21600.0;   ///< with times: mean duration of a walk without a break [s], above 0
  std::vector<CameraClock> clocks;  ///< offsets that are known, each camera once
  bool fit_clocks = true;  ///< whether other offsets are fitted, relative to the first camera: the offset within 14 h
                           ///< by which the pictures agree best, if they agree clearly better than without one; else 0

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
};

/// What several pictures of one walk state together.
struct Walk {
  std::vector<Posterior> posteriors;  ///< one for each picture, in the order in which they were given
  std::vector<std::size_t> order;     ///< numbers of the pictures in the order of the walk: by time, and those without
                                      ///< a time after the one that was given before them
  double together_probability = 0.0;  ///< probability that the pictures are of one walk, 0 to 1
  std::vector<CameraClock> clocks;    ///< the offsets that were used, one for each camera, by first appearance
};

/// Combines the posteriors of pictures of one walk: a hidden Markov model over the places, solved forward and backward.
///
/// From one picture to the next the place moves by a Gaussian of travel_m, or, after a break, to anywhere in the city.
/// `prior` is where pictures are made before they are looked at, which each posterior contains already
/// (Locator::prior): the places of a walk are compared with it, so that agreement where most pictures are made is
/// little evidence. A picture that is probably not of this city neither informs the others nor is it moved. A
/// posterior's components keep their number and order; weights, means and widths change. A single picture, and one
/// without neighbours, is returned unchanged. The result depends neither on the number of threads nor on the direction
/// of the walk. The time is proportional to the number of pictures.
///
/// `moments` has one entry for each posterior, or is empty: then the order is that of the posteriors. Throws
/// InvalidArgumentError for frames or areas that differ, numbers that do not match, a time that is not finite, or
/// options out of range.
VENLOC_API Walk combine_walk(std::span<const Posterior> posteriors, const Posterior& prior,
                             std::span<const WalkMoment> moments = {}, const WalkOptions& options = {},
                             int num_threads = 0);

}  // namespace venloc
