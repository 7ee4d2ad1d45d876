// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ranking/evidence_schema.hpp"
#include "venloc/core/export.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/geo/lat_lng.hpp"

namespace venloc {

/// One query of a calibration.
struct ScorerExample {
  EvidenceRows rows;
  std::vector<EastNorth> places;  ///< of the candidates [m]
  EastNorth truth;                ///< where the query was made [m]
  double prior_density = 0;       ///< density of the prior at the truth [1/m²]
};

inline constexpr std::size_t kKernels = 3;  ///< widths that a candidate's place is a mixture of

/// The result of scoring one query.
struct CandidateScores {
  std::vector<double> probabilities;                         ///< of each candidate and, last, of no match
  std::vector<std::array<double, kKernels>> kernel_weights;  ///< of each candidate; each sums to 1

  [[nodiscard]] double no_match() const { return probabilities.back(); }
};

/// Turns evidence into probabilities: each candidate gets a score from a small network over its columns, the no-match
/// hypothesis gets one from the columns of the list, and a softmax makes them sum to 1. The place of the query given
/// the right candidate is a mixture of Gaussians, whose widths are fitted too; the same network outputs their shares,
/// as a near-copy is made nearer than a picture that shows the same tower larger (a mixture density network, Bishop
/// 1994). All of it is fitted at once by the likelihood of the true places, so the posterior is calibrated as a whole
/// and not candidate by candidate.
class VENLOC_API CandidateScorer {
 public:
  /// Before a fit a candidate's score is the sum of the named columns, each times its slope, and that of no match is
  /// `no_match`.
  CandidateScorer(const EvidenceSchema& schema, std::initializer_list<std::pair<std::string_view, double>> slopes,
                  double no_match);
  /// Each step uses one of `parts` equal parts of the examples, in turn: the time of a fit falls by as much. Throws
  /// InvalidArgumentError when there is no example, CancelledError.
  static CandidateScorer fit(const EvidenceSchema& schema, std::span<const ScorerExample> examples, std::size_t parts,
                             std::uint64_t seed, int num_threads, const ProgressCallback& progress);

  /// Whether it was fitted. Only then are columns standardised.
  [[nodiscard]] bool fitted() const;
  [[nodiscard]] CandidateScores score(const EvidenceRows& rows) const;
  /// Mean negative log-likelihood of the examples' true places [nat, 1/m²].
  [[nodiscard]] double loss(std::span<const ScorerExample> examples) const;
  [[nodiscard]] std::array<double, kKernels> sigmas_m() const;

  /// The fitted values; the loss of one example, and its derivative by each of these.
  [[nodiscard]] std::vector<double>& parameters() { return parameters_; }
  double loss(const ScorerExample& example, std::vector<double>& gradient) const;

  /// Arrays `<name>.parameters`, .mean, .deviation, .list_mean, .list_deviation and, as JSON, .columns: the names of
  /// the columns.
  void save(SafetensorsWriter& writer, const std::string& name) const;
  /// The columns of the file are found in the schema by name, in any order; the schema may have more. Throws
  /// FormatError that names the file, the array and the reason, or the columns that the schema lacks.
  static CandidateScorer load(const SafetensorsFile& file, const std::string& name, const EvidenceSchema& schema);

 private:
  struct Inputs;
  struct Layout;
  /// A scorer of these columns of the schema, by number.
  struct Columns {
    std::vector<std::size_t> candidates, list;
  };
  CandidateScorer(const EvidenceSchema& schema, Columns columns);
  static Columns stored_columns(const SafetensorsFile& file, const std::string& array, const EvidenceSchema& schema);
  static Columns all_columns(const EvidenceSchema& schema);
  [[nodiscard]] Layout layout() const;
  [[nodiscard]] Inputs inputs(const EvidenceRows& rows) const;
  double accumulate(const Inputs& inputs, const ScorerExample& example, std::vector<double>* gradient) const;
  void standardise(std::span<const ScorerExample> examples);

  const EvidenceSchema* schema_;
  Columns columns_;
  std::vector<double> parameters_;
  std::vector<double> mean_, deviation_;            // of the candidates' columns
  std::vector<double> list_mean_, list_deviation_;  // of the list's columns
};

}  // namespace venloc
