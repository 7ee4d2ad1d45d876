// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/locator.hpp"

#include <functional>
#include <new>
#include <optional>

#include "core/parallel.hpp"
#include "ranking/calibration.hpp"
#include "ranking/picture_notes.hpp"
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

Prediction GalleryLocator::locate(const Image& picture, const QueryOptions& query) const {
  check_cancelled(query);
  check_query(query, query.area ? info().area : BoundingBox{});
  std::optional<Evidence> as_it_is = evidence(picture, query);
  // Where there are too few photos to fit a classifier of turns, queries are cheap enough to try all turns.
  const bool turned = photos().size() < kMinPhotosForScorer && has_few_matches(*as_it_is);
  auto out = best_of_turns(turned ? all_turns() : std::vector<Turn>{{}}, [&](int degrees) {
    check_cancelled(query);
    const auto found = degrees == 0 ? *std::move(as_it_is) : evidence(picture.turned(degrees), query);
    return TurnedPrediction{answer(found, query), log_match_evidence(found)};
  });
  add_picture_notes(out, picture);
  return out;
}

}  // namespace venloc
