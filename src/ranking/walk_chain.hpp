// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/geo/posterior.hpp"

// The hidden Markov model of a walk (venloc/ranking/walk.hpp): states, links and messages.
//
// The joint probability of the places is the product of the single posteriors and, for each link, of
//   break + (1 - break) N(distance; travel²) / sqrt(prior'(from) prior'(to)),
// where prior' is the prior after a step of the same length: relative to the prior, places near each other are more
// probable together. A message is such a ratio to the prior as a function of the place: 1 changes nothing.
namespace venloc {

/// The step from one picture to the next.
struct Link {
  double travel_m = 0;
  double break_probability = 1;
};

/// A Gaussian part of what is known of a picture.
struct Part {
  EastNorth mean;
  double variance = 0;  // [m²]
  double weight = 0;
};

/// What is known of a picture's place. The weights of parts, even and outside sum to 1.
struct PlaceState {
  std::vector<Part> parts;
  double even = 0;     // spread over the area
  double outside = 0;  // not in this city
};

PlaceState state_of(const Posterior& posterior);

/// The density of the prior after a step.
class VENLOC_API SteppedPrior {
 public:
  SteppedPrior(const Posterior& prior, const BoundingBox& area);

  /// Square root of the density at the centres of these parts [1/m].
  [[nodiscard]] std::vector<double> roots(std::span<const Part> parts, double travel_m) const;
  [[nodiscard]] double even_density() const { return even_density_; }  ///< of a spread over the area [1/m²]

 private:
  std::vector<Part> parts_;
  double even_ = 0;
  double even_density_ = 0;
};

/// What one neighbour states about a place: base + sum of terms / root of the stepped prior.
struct Message {
  struct Term {
    EastNorth mean;
    double variance = 0;
    double weight = 0;
  };
  std::vector<Term> terms;
  double base = 1;
  double over_area = 1;  // its mean over the area
  double travel_m = 0;   // of the link it came over

  [[nodiscard]] bool neutral() const { return terms.empty(); }
};

/// The message of a picture over a link.
VENLOC_API Message message_of(const PlaceState& state, const SteppedPrior& prior, const Link& link);

/// A state times a message: the factor of each weight, and the parts as one Gaussian each, of the moments of the
/// product.
struct Informed {
  std::vector<Part> parts;      // normalised with even and outside, as those of a PlaceState
  std::vector<double> factors;  // of the weights, before they are normalised
  double even = 0;
  double outside = 0;
  double evidence = 1;  // the mean of the message over the state

  [[nodiscard]] PlaceState state() const { return {parts, even, outside}; }
};
VENLOC_API Informed inform(const PlaceState& state, const Message& message, const SteppedPrior& prior);

/// A state times the messages from both sides.
PlaceState inform(const PlaceState& state, const Informed& forward, const Informed& backward);

/// The states of all pictures given all others, and the logarithm of the evidence for the chain against pictures that
/// have nothing to do with each other. `links[i]` leads from picture i to i + 1.
struct ChainResult {
  std::vector<PlaceState> states;
  std::vector<bool> informed;  // whether a neighbour states anything about the picture
  double log_evidence = 0;
};
VENLOC_API ChainResult solve_chain(std::span<const PlaceState> states, std::span<const Link> links,
                                   const SteppedPrior& prior, int num_threads);

}  // namespace venloc
