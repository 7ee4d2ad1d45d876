// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "venloc/core/progress.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/geo/lat_lng.hpp"

namespace venloc {

/// What is known of the candidates of one query, as numbers of about normal distribution.
struct CandidateFeatures {
  std::vector<double> candidates;  ///< a row for each, best first
  std::vector<double> list;        ///< of the whole list: tells whether there is a right one in it
};

/// One query of a development fold.
struct CandidateQuery {
  CandidateFeatures features;
  std::vector<EastNorth> places;  ///< of the candidates [m]
  EastNorth truth;                ///< [m]
  double prior_density = 0;       ///< density of the prior at the truth [1/m²]
};

/// Turns evidence into probabilities: each candidate gets a score from a small network over its features, "none of
/// them" gets one from the whole list, and a softmax makes them sum to 1. The place of the query given the right
/// candidate is a mixture of Gaussians, whose widths are learnt along; the same network tells their shares, as a
/// near-copy is made nearer than a picture that shows the same tower larger (a mixture density network, Bishop 1994).
/// All of it is fitted at once by the likelihood of the true places, so the posterior is calibrated as a whole and not
/// candidate by candidate.
class CandidateNetwork {
 public:
  static constexpr std::size_t kKernels = 3;

  struct Answer {
    std::vector<double> probabilities;                         ///< of each candidate and, last, of "none of them"
    std::vector<std::array<double, kKernels>> kernel_weights;  ///< of each candidate; each sums to 1
  };

  /// Until it is fitted, a candidate's score is the sum of these features (by number), each times its slope, and that
  /// of "none" is `none`.
  CandidateNetwork(std::size_t candidate_features, std::size_t list_features,
                   std::initializer_list<std::pair<std::size_t, double>> slopes, double none);
  /// For these numbers of features. Each step looks at one of so many equal parts of the queries, in turn: the time of
  /// a fit falls by as much. Throws InvalidArgumentError when there is no query.
  static CandidateNetwork fit(std::span<const CandidateQuery> queries, std::size_t candidate_features,
                              std::size_t list_features, std::size_t parts, std::uint64_t seed, int num_threads,
                              const ProgressCallback& progress);

  [[nodiscard]] Answer answer(const CandidateFeatures& features) const;
  /// Mean negative log-likelihood of the queries' true places [nat, 1/m²].
  [[nodiscard]] double loss(std::span<const CandidateQuery> queries) const;
  [[nodiscard]] std::array<double, kKernels> sigmas_m() const;

  /// What is fitted; the loss of one query, and its derivative by each of these.
  [[nodiscard]] std::vector<double>& parameters() { return parameters_; }
  double loss(const CandidateQuery& query, std::vector<double>& gradient) const;

  /// Arrays `<name>.parameters`, .mean, .deviation, .none_mean and .none_deviation.
  void save(SafetensorsWriter& writer, const std::string& name) const;
  static CandidateNetwork load(const SafetensorsFile& file, const std::string& name, std::size_t candidate_features,
                               std::size_t list_features);

 private:
  struct Inputs;
  struct Layout;
  CandidateNetwork(std::size_t candidate_features, std::size_t list_features);
  [[nodiscard]] Inputs inputs(const CandidateFeatures& features) const;
  double accumulate(const Inputs& inputs, const CandidateQuery& query, std::vector<double>* gradient) const;

  std::vector<double> parameters_;
  std::vector<double> mean_, deviation_;            // of the candidates' features
  std::vector<double> none_mean_, none_deviation_;  // of the list's features
};

/// log(1 + x) of what is counted or summed.
double lift(double x);

}  // namespace venloc
