// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/posterior_builder.hpp"

#include <algorithm>
#include <utility>

#include "core/stopwatch.hpp"
#include "ranking/candidate_list.hpp"

namespace venloc {
namespace {

// Probability that a picture from anywhere was made outside the area, before any evidence.
constexpr double kOutOfAreaPrior = 0.1;
// The reported place has the most probability around it at these scales, rather than the sharpest peak.
constexpr double kNearM = 45.0;
constexpr double kDistrictM = 800.0;

// The part within the area, raised to the exponent; "out of the area" stays as probable as it was.
Posterior sharpened(const Posterior& posterior, double exponent) {
  const double out_of_area = posterior.out_of_area_weight();
  if (out_of_area >= 1) return posterior;
  const auto copy = [](const Posterior& from) {
    return std::vector<PosteriorComponent>(from.components().begin(), from.components().end());
  };
  const auto within = Posterior(posterior.frame(), posterior.area(), copy(posterior), posterior.background_weight(), 0)
                          .tempered(exponent);
  auto components = copy(within);
  for (auto& component : components) component.weight *= 1 - out_of_area;
  return {within.frame(), within.area(), std::move(components), within.background_weight() * (1 - out_of_area),
          out_of_area};
}

}  // namespace

void CandidateMixture::add(std::span<const EastNorth> places, const CandidateScores& scores,
                           std::span<const double> sigmas_m, double share) {
  for (std::size_t i = 0; i < scores.kernel_weights.size(); ++i) {
    const double probability = share * scores.probabilities[i];
    if (probability < kMinProbability) continue;
    no_match -= probability;
    for (std::size_t k = 0; k < sigmas_m.size(); ++k)
      components.push_back({places[i], sigmas_m[k], probability * scores.kernel_weights[i][k]});
  }
}

Posterior build_posterior(const ModelGallery& gallery, CandidateMixture mixture, std::optional<double> out_of_area) {
  const double no_match = std::max(mixture.no_match, 0.0);
  // A picture made elsewhere has no right candidate.
  const double outside =
      out_of_area.value_or(kOutOfAreaPrior * no_match / (kOutOfAreaPrior * no_match + 1.0 - kOutOfAreaPrior));
  auto& components = mixture.components;
  for (auto component : gallery.prior) {
    component.weight *= no_match;
    components.push_back(component);
  }
  for (auto& component : components) component.weight *= 1.0 - outside;
  return {gallery.frame, gallery.area, std::move(components), kPriorBackground * no_match * (1.0 - outside), outside};
}

CandidateScores report_scored(Prediction& prediction, const ModelGallery& gallery, const CandidateScorer& scorer,
                              const EvidenceSchema& schema, std::span<const CandidateEvidence> candidates,
                              const ListEvidence& list, const QueryPrior& prior, double district_share) {
  auto scores = scorer.score(schema.rows(candidates, list));
  CandidateMixture mixture;
  const auto places = places_of(candidates);
  mixture.add(places, scores, scorer.sigmas_m());
  prediction.posterior = prior.informed(build_posterior(gallery, std::move(mixture)), places, scores.probabilities);
  report_place(prediction, district_share);
  return scores;
}

Prediction answer_by_similarity(const Evidence& evidence, const ModelGallery& gallery, Retriever retriever,
                                const CandidateScorer& scorer, const EvidenceSchema& schema,
                                const AnswerSettings& settings,
                                const std::function<double(const CandidateEvidence&)>& score) {
  gallery.check(evidence);
  Prediction out;
  out.timings = evidence.timings;
  Stopwatch watch;
  const auto list = by_similarity(evidence.candidates, retriever);
  const auto scores = report_scored(out, gallery, scorer, schema, list, evidence.list, settings.prior, kDistrictShare);
  for (const auto i : settings.reported(scores.probabilities, list.size()))
    out.candidates.push_back(report_candidate(gallery, list[i].photo, scores.probabilities[i], score(list[i])));
  out.timings.push_back({"posterior", watch.lap()});
  return out;
}

Candidate report_candidate(const ModelGallery& gallery, std::size_t photo, double probability, double score) {
  const auto& p = gallery.photos[photo];
  return {p.id, p.location, probability, 0, score, p.url, p.thumbnail, {}, 0.0};
}

void report_place(Prediction& prediction, double district_share, double exponent) {
  prediction.location = prediction.posterior.best_place(kNearM, kDistrictM, district_share);
  if (exponent != 1.0) prediction.posterior = sharpened(prediction.posterior, exponent);
  report_region(prediction);
}

void report_region(Prediction& prediction) {
  const auto& posterior = prediction.posterior;
  prediction.confidence = posterior.mass_within(prediction.location, kConfidenceRadiusM);
  prediction.in_area = posterior.in_area();
  prediction.radius_50_m = posterior.credible_radius_m(prediction.location, 0.5);
  prediction.radius_90_m = posterior.credible_radius_m(prediction.location, 0.9);
}

}  // namespace venloc
