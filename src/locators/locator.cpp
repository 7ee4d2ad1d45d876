// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/locator.hpp"

#include <string>
#include <utility>

#include "core/parallel.hpp"
#include "ranking/model_gallery.hpp"
#include "ranking/posterior_builder.hpp"
#include "ranking/query_prior.hpp"
#include "venloc/core/error.hpp"

namespace venloc {

void LoadOptions::validate() const {
  resolve_threads(num_threads);
  if (max_candidates && *max_candidates < 0)
    throw InvalidArgumentError("max_candidates must be 0 or more, got " + std::to_string(*max_candidates));
}

std::vector<Prediction> Locator::locate_all(std::span<const Image> pictures, const QueryOptions& query,
                                            const ProgressCallback& progress, int num_threads) const {
  std::vector<Prediction> predictions(pictures.size());
  parallel_for(
      pictures.size(), num_threads, [&](std::size_t i) { predictions[i] = locate(pictures[i], query); }, "locate",
      progress);
  return predictions;
}

std::vector<Prediction> Locator::locate_together(std::span<const Image> pictures, std::span<const WalkMoment> moments,
                                                 const WalkOptions& walk, const QueryOptions& query,
                                                 const ProgressCallback& progress, int num_threads) const {
  walk.validate();
  return combine_walk(locate_all(pictures, query, progress, num_threads), moments, walk, query, num_threads);
}

std::vector<Prediction> Locator::combine_walk(std::vector<Prediction> predictions, std::span<const WalkMoment> moments,
                                              const WalkOptions& walk, const QueryOptions& query,
                                              int num_threads) const {
  std::vector<Posterior> posteriors;
  for (const auto& prediction : predictions) posteriors.push_back(prediction.posterior);
  auto combined = venloc::combine_walk(posteriors, prior(query), moments, walk, num_threads).posteriors;
  const auto others = predictions.size() - 1;
  const auto note =
      "Located together with " + std::to_string(others) + (others == 1 ? " other picture." : " other pictures.");
  parallel_for(predictions.size(), num_threads, [&](std::size_t i) {
    auto& prediction = predictions[i];
    if (combined[i] == prediction.posterior) return;
    prediction.posterior = std::move(combined[i]);
    report_place(prediction, district_share());
    prediction.notes.push_back(note);
  });
  return predictions;
}

Posterior Locator::prior(const QueryOptions& query) const {
  ModelGallery gallery;
  gallery.area = info().area;
  gallery.frame = LocalFrame(gallery.area.center());
  std::vector<EastNorth> places;
  for (const auto& photo : photos()) places.push_back(gallery.frame.to_local(photo.location));
  gallery.prior = prior_of(places);
  return QueryPrior(query, gallery).combined(build_posterior(gallery, {}, 0.0));
}

double Locator::district_share() const { return kDistrictShare; }

Prediction GalleryLocator::locate(const Image& picture, const QueryOptions& query) const {
  check_cancelled(query);
  check_query(query, query.area ? info().area : BoundingBox{});
  const auto found = evidence(picture, query);
  check_cancelled(query);
  auto out = answer(found, query);
  out.notes.assign(picture.notes().begin(), picture.notes().end());
  return out;
}

}  // namespace venloc
