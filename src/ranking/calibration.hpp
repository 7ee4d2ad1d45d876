// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "ranking/candidate_scorer.hpp"
#include "ranking/model_gallery.hpp"
#include "venloc/core/export.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/gallery/gallery.hpp"
#include "venloc/gallery/splits.hpp"
#include "venloc/ranking/evidence.hpp"

/// \file
/// The gallery's own photos as queries, fold by fold, each with the photos of its fold held out: what is fitted on them
/// is calibrated for pictures that the model has never seen.
namespace venloc {

inline constexpr std::size_t kMinPhotosForScorer = 200;  ///< to fit a CandidateScorer
inline constexpr std::size_t kMinPhotosForWidths = 60;   ///< to fit a few numbers
inline constexpr std::size_t kFitParts = 8;              ///< of CandidateScorer::fit, where there are many columns

/// How the folds are made.
struct FoldOptions {
  std::size_t min_photos = kMinPhotosForScorer;  ///< fewer give no folds: what would be fitted is better left as it is
  int folds = 10;
  bool grouped = true;  ///< by groups of near-copies, bursts and places; else each photo for itself
  std::uint64_t seed = 0;
  int num_threads = 0;
};
VENLOC_API std::vector<Split> calibration_folds(const Gallery& gallery, const FoldOptions& options,
                                                const ProgressCallback& progress);

/// A photo of the gallery as a query.
struct CalibrationQuery {
  Evidence evidence;         ///< found without the photos of its fold
  EastNorth truth;           ///< where it was made [m]
  double prior_density = 0;  ///< density at the truth of the prior of the other folds [1/m²]
};
struct Calibration {
  std::vector<CalibrationQuery> queries;    ///< one for each photo of the gallery, in order
  std::vector<Hubness> feature_hubness;     ///< of each photo, from all folds
  std::vector<Hubness> descriptor_hubness;  ///< of each photo, from all folds
};

/// What the calibration driver calls.
struct CalibrationSteps {
  /// Before the queries of a fold: takes the photos of the fold out of the index. May be empty.
  std::function<void(const Split& fold)> hold_out;
  /// The evidence of a photo; the photos whose `held_out` byte is not 0 are to be treated as absent. Called from
  /// several threads at once.
  std::function<Evidence(std::size_t photo, std::span<const std::uint8_t> held_out)> query;
};

/// Runs all photos as queries and fills in, for each, hubness statistics, density and prior as the other folds give
/// them. Throws CancelledError.
VENLOC_API Calibration calibrate(const ModelGallery& gallery, std::span<const Split> folds,
                                 const CalibrationSteps& steps, int num_threads, const ProgressCallback& progress);

/// Fills in what is known of the candidates before the query.
VENLOC_API void set_statistics(std::span<CandidateEvidence> candidates, std::span<const float> density,
                               std::span<const Hubness> feature_hubness, std::span<const Hubness> descriptor_hubness);

/// Examples for a scorer of this schema; `order` gives the candidates that are scored, in their order. Columns of the
/// groups in `leave_out` are 0.
using CandidateOrder = std::function<std::vector<CandidateEvidence>(const Evidence&)>;
VENLOC_API std::vector<ScorerExample> scorer_examples(const EvidenceSchema& schema,
                                                      std::span<const CalibrationQuery> queries,
                                                      const CandidateOrder& order, std::uint32_t leave_out,
                                                      int num_threads);

/// Of each photo, the density of the prior of the other folds at its place [1/m²].
VENLOC_API std::vector<double> held_out_prior(const ModelGallery& gallery, std::span<const Split> folds);

}  // namespace venloc
