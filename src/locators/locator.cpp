// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/locator.hpp"

#include <string>

#include "core/parallel.hpp"
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

Prediction GalleryLocator::locate(const Image& picture, const QueryOptions& query) const {
  check_cancelled(query);
  const auto facts = info();
  check_query(query, facts.area);
  const auto found = evidence(picture, query);
  check_cancelled(query);
  auto out = answer(found, query);
  out.notes.assign(picture.notes().begin(), picture.notes().end());
  if (!facts.calibrated)
    out.notes.push_back("this model was built from too few photos to calibrate it (it has " +
                        std::to_string(facts.photos) + "): probabilities are rough");
  return out;
}

}  // namespace venloc
