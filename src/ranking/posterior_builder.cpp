// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/posterior_builder.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/stopwatch.hpp"
#include "ranking/candidate_list.hpp"

namespace venloc {
namespace {

// Probability that a picture from anywhere was made outside the area, before any evidence.
constexpr double kOutOfAreaPrior = 0.1;
// Share of the pictures of a small city whose scene is in its gallery of at most 150 photos.
// Measured on 36 to 150 of the shared photos, where 13 to 18 % had a match of weight 4 or more.
constexpr double kSceneInSmallGallery = 0.15;
// Exponent of the odds of a scorer that is not fitted, which is too certain of chance matches: repeated windows match
// at any house. Chosen by the log loss of SiftLocator for 36 to 150 photos or drawn houses against pictures of other
// places: .86 nats with 1, .63 with .5, .62 with .4, where true matches lose more.
constexpr double kUncalibratedEvidence = 0.5;
// The reported place has the most probability around it at these scales, rather than the sharpest peak.
constexpr double kNearM = 45.0;
constexpr double kDistrictM = 800.0;

}  // namespace

void CandidateMixture::add(std::span<const EastNorth> places, const CandidateScores& scores,
                           std::span<const double> sigmas_m, double share, std::span<const double> given) {
  for (std::size_t i = 0; i < scores.kernel_weights.size(); ++i) {
    const double probability = share * scores.probabilities[i];
    if (std::max(probability, given.empty() ? 0.0 : given[i]) < kMinProbability) continue;
    no_match -= probability;
    for (std::size_t k = 0; k < sigmas_m.size(); ++k)
      components.push_back({places[i], sigmas_m[k], probability * scores.kernel_weights[i][k]});
  }
}

std::vector<double> weights_of(const QueryPrior& prior, std::span<const EastNorth> places,
                               const CandidateScores& scores, std::span<const double> sigmas_m) {
  std::vector<double> out;
  for (std::size_t i = 0; i < places.size(); ++i) {
    double& weight = out.emplace_back(0);
    for (std::size_t k = 0; k < sigmas_m.size(); ++k)
      weight += scores.kernel_weights[i][k] * prior.weight(places[i], sigmas_m[k]);
  }
  return out;
}

std::vector<double> given(const QueryPrior& prior, std::span<const double> probabilities,
                          std::span<const double> weights, double no_match) {
  if (prior.empty()) return {probabilities.begin(), probabilities.end()};
  double all = no_match * prior.no_match_weight();
  for (std::size_t i = 0; i < probabilities.size(); ++i) all += probabilities[i] * weights[i];
  std::vector<double> out;
  for (std::size_t i = 0; i < probabilities.size(); ++i)
    out.push_back(all > 0 ? probabilities[i] * weights[i] / all : 0.0);
  return out;
}

std::vector<double> given(const QueryPrior& prior, std::span<const EastNorth> places, const CandidateScores& scores,
                          std::span<const double> sigmas_m) {
  if (prior.empty()) return scores.probabilities;
  auto out = given(prior, std::span(scores.probabilities).first(places.size()),
                   weights_of(prior, places, scores, sigmas_m), scores.no_match());
  out.push_back(1.0 - std::accumulate(out.begin(), out.end(), 0.0));
  return out;
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

// Without a fit the sum over many poor candidates means nothing, but the odds of the best against no match do. A
// picture of the city has such a candidate where its scene is in the gallery; else it is no more similar than one of
// elsewhere.
double uncalibrated_out_of_area(const CandidateScores& scores) {
  const auto candidates = std::span(scores.probabilities).first(scores.probabilities.size() - 1);
  const double best = candidates.empty() ? 0.0 : std::ranges::max(candidates);
  const double odds = std::pow(best / std::max(scores.no_match(), kMinProbability), kUncalibratedEvidence);
  const double inside = 1 - kSceneInSmallGallery + kSceneInSmallGallery * odds;
  return kUncalibratedOutOfArea / (kUncalibratedOutOfArea + (1 - kUncalibratedOutOfArea) * inside);
}

CandidateScores report_scored(Prediction& prediction, const ModelGallery& gallery, const CandidateScorer& scorer,
                              const EvidenceSchema& schema, std::span<const CandidateEvidence> candidates,
                              const ListEvidence& list, const QueryPrior& prior, double district_share) {
  auto scores = scorer.score(schema.rows(candidates, list));
  std::optional<double> outside;
  if (!scorer.fitted()) outside = uncalibrated_out_of_area(scores);
  CandidateMixture mixture;
  const auto places = places_of(candidates);
  auto probabilities = given(prior, places, scores, scorer.sigmas_m());
  mixture.add(places, scores, scorer.sigmas_m(), 1.0, probabilities);
  scores.probabilities = std::move(probabilities);
  prediction.posterior = prior.combined(build_posterior(gallery, std::move(mixture), outside));
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

void report_location(Prediction& prediction, double district_share) {
  prediction.location = prediction.posterior.best_place(kNearM, kDistrictM, district_share);
}

void report_place(Prediction& prediction, double district_share) {
  report_location(prediction, district_share);
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
