// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/locator.hpp"

#include <functional>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "core/parallel.hpp"
#include "ranking/calibration.hpp"
#include "ranking/model_gallery.hpp"
#include "ranking/picture_notes.hpp"
#include "ranking/posterior_builder.hpp"
#include "ranking/query_prior.hpp"
#include "ranking/turns.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

/// The result of a picture. A cancelled query ends the list, other errors concern only their picture.
Result result_of(const std::function<Prediction()>& locate) {
  try {
    return locate();
  } catch (const CancelledError&) {
    throw;
  } catch (const Error& error) {
    return Failure{error.what(), std::current_exception()};
  } catch (const std::bad_alloc&) {
    return Failure{"there is not enough memory for this picture: make it smaller, or use fewer threads",
                   std::current_exception()};
  }
}

std::vector<Result> results_of(std::size_t count, int num_threads, const ProgressCallback& progress,
                               const std::function<Prediction(std::size_t)>& locate) {
  std::vector<Result> results(count, Failure{});
  parallel_for(
      count, num_threads, [&](std::size_t i) { results[i] = result_of([&] { return locate(i); }); }, "locate",
      progress);
  return results;
}

}  // namespace

const Prediction& Result::value() const {
  if (const auto* failure = std::get_if<Failure>(&value_)) std::rethrow_exception(failure->cause);
  return std::get<Prediction>(value_);
}

std::string Result::error() const {
  const auto* failure = std::get_if<Failure>(&value_);
  return failure == nullptr ? std::string() : failure->error;
}

void LoadOptions::validate() const {
  resolve_threads(num_threads);
  if (max_candidates && *max_candidates < 0)
    throw InvalidArgumentError("max_candidates must be 0 or more, got " + std::to_string(*max_candidates));
}

std::vector<Result> Locator::locate_all(std::span<const Image> pictures, const QueryOptions& query,
                                        const ProgressCallback& progress, int num_threads) const {
  check_query(query, query.area ? info().area : BoundingBox{});
  return results_of(pictures.size(), num_threads, progress, [&](std::size_t i) { return locate(pictures[i], query); });
}

std::vector<Result> Locator::locate_files(std::span<const std::filesystem::path> files, const QueryOptions& query,
                                          const ProgressCallback& progress, int num_threads,
                                          const ImageOptions& reading) const {
  check_query(query, query.area ? info().area : BoundingBox{});
  reading.validate();
  return results_of(files.size(), num_threads, progress,
                    [&](std::size_t i) { return locate(read_image(files[i], reading), query); });
}

std::vector<Result> Locator::locate_together(std::span<const Image> pictures, std::span<const WalkMoment> moments,
                                             const WalkOptions& walk, const QueryOptions& query,
                                             const ProgressCallback& progress, int num_threads) const {
  walk.validate();
  if (!moments.empty() && moments.size() != pictures.size())
    throw InvalidArgumentError("locate_together: " + std::to_string(moments.size()) + " moments for " +
                               std::to_string(pictures.size()) + " pictures; give one for each, or none");
  auto results = locate_all(pictures, query, progress, num_threads);
  std::vector<std::size_t> located;
  std::vector<Prediction> predictions;
  std::vector<WalkMoment> known;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i]) continue;
    located.push_back(i);
    predictions.push_back(results[i].value());
    if (!moments.empty()) known.push_back(moments[i]);
  }
  auto combined = combine_walk(std::move(predictions), known, walk, query, num_threads);
  for (std::size_t k = 0; k < located.size(); ++k) results[located[k]] = std::move(combined[k]);
  return results;
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
  const auto facts = info();
  check_query(query, facts.area);
  std::optional<Evidence> as_it_is = evidence(picture, query);
  // Where there are too few photos to fit a classifier of turns, queries are cheap enough to try all turns.
  const bool turned = photos().size() < kMinPhotosForScorer && lacks_a_sure_match(*as_it_is);
  auto out = best_of_turns(turned ? all_turns() : std::vector<Turn>{{}}, [&](int degrees) {
    check_cancelled(query);
    const auto found = degrees == 0 ? *std::move(as_it_is) : evidence(picture.turned(degrees), query);
    return TurnedPrediction{answer(found, query), log_match_evidence(found)};
  });
  add_picture_notes(out, picture);
  if (!facts.calibrated)
    out.notes.push_back("This model was built from too few photos to calibrate it (it has " +
                        std::to_string(facts.photos) + "): probabilities are rough.");
  return out;
}

}  // namespace venloc
