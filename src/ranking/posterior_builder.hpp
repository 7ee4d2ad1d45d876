// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "ranking/candidate_scorer.hpp"
#include "ranking/model_gallery.hpp"
#include "ranking/query_prior.hpp"
#include "venloc/core/export.hpp"
#include "venloc/geo/posterior.hpp"
#include "venloc/ranking/prediction.hpp"

// From the probabilities of candidates to a posterior, and from that to what is reported.
namespace venloc {

/// Candidates of a smaller probability are left out of the posterior; their sum stays with the no-match hypothesis.
inline constexpr double kMinProbability = 1e-4;

/// Weight of the right district beside the right place, for evidence of whole pictures, which recognises districts
/// too: `far_share` of Posterior::best_place. Chosen on development photos: mean errors fall by 10 to 20 m, and no
/// nearer place is lost.
inline constexpr double kDistrictShare = 0.25;

/// The part of a posterior that comes from candidates.
struct VENLOC_API CandidateMixture {
  std::vector<PosteriorComponent> components;
  double no_match = 1.0;  ///< what is left to the prior

  /// Adds scored candidates at these places, whose kernels have these widths, with `share` of the probability. Those
  /// that are too improbable are left out, also by `given`, the same probabilities given the query's prior.
  void add(std::span<const EastNorth> places, const CandidateScores& scores, std::span<const double> sigmas_m,
           double share = 1.0, std::span<const double> given = {});
};

/// The posterior of a mixture over a model's area. Without `out_of_area` its probability follows from the no-match
/// hypothesis by Bayes' rule.
VENLOC_API Posterior build_posterior(const ModelGallery& gallery, CandidateMixture mixture,
                                     std::optional<double> out_of_area = std::nullopt);

/// Probability that a picture was made outside the area of a model that is not calibrated, before any evidence: nothing
/// is known of the pictures that it is given.
inline constexpr double kUncalibratedOutOfArea = 0.5;
/// The same with the evidence of the best candidate, by a scorer that is not fitted.
VENLOC_API double uncalibrated_out_of_area(const CandidateScores& scores);

/// Scores these candidates, and fills in the posterior and what is reported of it. The probabilities that are returned
/// are those given the query's prior.
VENLOC_API CandidateScores report_scored(Prediction& prediction, const ModelGallery& gallery,
                                         const CandidateScorer& scorer, const EvidenceSchema& schema,
                                         std::span<const CandidateEvidence> candidates, const ListEvidence& list,
                                         const QueryPrior& prior, double district_share);

/// The answer from the candidates of one retriever, by similarity; `score` is what a candidate reports as its own.
/// Throws as ModelGallery::check.
VENLOC_API Prediction answer_by_similarity(const Evidence& evidence, const ModelGallery& gallery, Retriever retriever,
                                           const CandidateScorer& scorer, const EvidenceSchema& schema,
                                           const AnswerSettings& settings,
                                           const std::function<double(const CandidateEvidence&)>& score);

/// Mean weights of the candidates' kernels by the query's prior.
std::vector<double> weights_of(const QueryPrior& prior, std::span<const EastNorth> places,
                               const CandidateScores& scores, std::span<const double> sigmas_m);
/// Probabilities by Bayes' rule: times these weights, normalised with `no_match`, which has its own. As they are where
/// the query has no prior.
std::vector<double> given(const QueryPrior& prior, std::span<const double> probabilities,
                          std::span<const double> weights, double no_match);
/// The scores' probabilities (no match last) given the query's prior.
VENLOC_API std::vector<double> given(const QueryPrior& prior, std::span<const EastNorth> places,
                                     const CandidateScores& scores, std::span<const double> sigmas_m);

/// A photo of the gallery as it is reported.
VENLOC_API Candidate report_candidate(const ModelGallery& gallery, std::size_t photo, double probability, double score);

/// The part within the area, raised to the exponent, for evidence that is known to be too blunt.
VENLOC_API Posterior sharpened(const Posterior& posterior, double exponent);

/// Reads location, confidence, probability of the area and radii from the posterior; `district_share` is `far_share` of
/// Posterior::best_place.
VENLOC_API void report_place(Prediction& prediction, double district_share);
/// The location alone.
VENLOC_API void report_location(Prediction& prediction, double district_share);
/// The rest: confidence, probability of the area and radii around the location.
VENLOC_API void report_region(Prediction& prediction);

}  // namespace venloc
