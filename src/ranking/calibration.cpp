// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/calibration.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "core/parallel.hpp"
#include "ranking/candidate_list.hpp"
#include "ranking/hubness.hpp"

namespace venloc {
namespace {

constexpr std::size_t kMinFolds = 3;              // with two, no third one gives hubness statistics
constexpr float kSignificantInlierWeight = 1.0f;  // verified matches of less weight are often by chance
constexpr std::size_t kHubList = 10;              // the best so many by descriptors count for their hubness statistics

void count_features(HubnessCounts& counts, const ModelGallery& gallery, std::size_t q, const Evidence& evidence) {
  for (const auto& e : rank_candidates(evidence.candidates).ranked)
    counts.add({q, e.photo, distance_m(e.place, gallery.places[q]), e.inlier_weight, e.votes > 0,
                e.inlier_weight >= kSignificantInlierWeight});
}

void count_descriptors(HubnessCounts& counts, const ModelGallery& gallery, std::size_t q, const Evidence& evidence) {
  const auto list = by_similarity(evidence.candidates, Retriever(kByDescriptors | kByCells));
  for (const auto& e : std::span(list).first(std::min(kHubList, list.size())))
    counts.add({q, e.photo, distance_m(e.place, gallery.places[q]), std::max(e.similarity, 0.0f), true, true});
}

// Progress over all folds together.
ProgressCallback shifted(const ProgressCallback& progress, std::size_t before, std::size_t total) {
  if (!progress) return {};
  return [&progress, before, total](const Progress& p) { return progress({p.stage, before + p.done, total}); };
}

}  // namespace

std::vector<Split> calibration_folds(const Gallery& gallery, const FoldOptions& options,
                                     const ProgressCallback& progress) {
  if (gallery.size() < options.min_photos) return {};
  std::vector<std::size_t> groups(gallery.size());
  std::iota(groups.begin(), groups.end(), std::size_t{0});
  if (options.grouped) {
    GroupOptions grouping;
    grouping.num_threads = options.num_threads;
    groups = group_photos(gallery, grouping, progress);
  }
  const auto count =
      std::min<std::size_t>(static_cast<std::size_t>(options.folds), std::set(groups.begin(), groups.end()).size());
  if (count < kMinFolds) return {};
  return grouped_k_fold(groups, static_cast<int>(count), options.seed);
}

void set_statistics(std::span<CandidateEvidence> candidates, std::span<const float> density,
                    std::span<const Hubness> feature_hubness, std::span<const Hubness> descriptor_hubness) {
  for (auto& e : candidates) {
    e.density = density[e.photo];
    if (!feature_hubness.empty()) e.feature_hubness = feature_hubness[e.photo];
    if (!descriptor_hubness.empty()) e.descriptor_hubness = descriptor_hubness[e.photo];
  }
}

Calibration calibrate(const ModelGallery& gallery, std::span<const Split> folds, const CalibrationSteps& steps,
                      int num_threads, const ProgressCallback& progress) {
  const std::size_t n = gallery.photos.size();
  Calibration out;
  out.queries.resize(n);
  std::size_t done = 0;
  for (const auto& fold : folds) {
    std::vector<std::uint8_t> held_out(n, 0);
    for (const auto q : fold.test) held_out[q] = 1;
    if (steps.hold_out) steps.hold_out(fold);
    parallel_for(
        fold.test.size(), num_threads,
        [&](std::size_t k) { out.queries[fold.test[k]].evidence = steps.query(fold.test[k], held_out); },
        "calibration queries", shifted(progress, done, n));
    done += fold.test.size();
  }

  HubnessCounts by_features(folds, n), by_descriptors(folds, n);
  for (std::size_t q = 0; q < n; ++q) {
    count_features(by_features, gallery, q, out.queries[q].evidence);
    count_descriptors(by_descriptors, gallery, q, out.queries[q].evidence);
  }
  out.feature_hubness = by_features.total();
  out.descriptor_hubness = by_descriptors.total();
  for (std::size_t f = 0; f < folds.size(); ++f) {
    const HeldOutPlaces known(gallery, folds[f]);
    std::vector<Hubness> features, descriptors;
    for (std::size_t p = 0; p < n; ++p) {
      features.push_back(by_features.without(f, p));
      descriptors.push_back(by_descriptors.without(f, p));
    }
    for (const auto q : folds[f].test) {
      auto& query = out.queries[q];
      set_statistics(query.evidence.candidates, known.density, features, descriptors);
      query.truth = gallery.places[q];
      query.prior_density = known.prior.density(gallery.photos[q].location);
    }
  }
  return out;
}

std::vector<ScorerExample> scorer_examples(const EvidenceSchema& schema, std::span<const CalibrationQuery> queries,
                                           const CandidateOrder& order, std::uint32_t leave_out, int num_threads) {
  std::vector<ScorerExample> out(queries.size());
  parallel_for(queries.size(), num_threads, [&](std::size_t q) {
    const auto candidates = order(queries[q].evidence);
    out[q] = {schema.rows(candidates, queries[q].evidence.list, leave_out), places_of(candidates), queries[q].truth,
              queries[q].prior_density};
  });
  return out;
}

std::vector<double> held_out_prior(const ModelGallery& gallery, std::span<const Split> folds) {
  std::vector<double> out(gallery.photos.size());
  for (const auto& fold : folds) {
    const HeldOutPlaces known(gallery, fold);
    for (const auto p : fold.test) out[p] = known.prior.density(gallery.photos[p].location);
  }
  return out;
}

}  // namespace venloc
