// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/locator.hpp"

#include <algorithm>
#include <optional>

#include "core/parallel.hpp"
#include "ranking/calibration.hpp"
#include "ranking/query_prior.hpp"
#include "ranking/turns.hpp"
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
  out.notes.insert(out.notes.begin(), picture.notes().begin(), picture.notes().end());
  return out;
}

}  // namespace venloc
