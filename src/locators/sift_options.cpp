// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "locators/sift_store.hpp"
#include "venloc/core/error.hpp"
#include "venloc/locators/sift_locator.hpp"

namespace venloc {

NLOHMANN_JSON_SERIALIZE_ENUM(Matching, {{Matching::kIndexed, "indexed"}, {Matching::kExhaustive, "exhaustive"}})
NLOHMANN_JSON_SERIALIZE_ENUM(VerificationModel, {{VerificationModel::kSimilarity, "similarity"},
                                                 {VerificationModel::kAffine, "affine"},
                                                 {VerificationModel::kHomography, "homography"}})
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SiftOptions, long_side_px, max_features, grid_cells, contrast_threshold,
                                                edge_threshold, upright, root)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(VisualIndexOptions, words, training_features, iterations, seed)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(VisualIndexQueryOptions, probes, background_rank, rerank_places,
                                                max_pictures)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(VerificationOptions, model, max_error_px, grid_cells)
// What says nothing of the model (threads, the cache folder) is not written.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SiftLocatorOptions, matching, sift, index, query, verification,
                                                max_features_total, keep_descriptors, verify_candidates, max_candidates,
                                                calibration_folds, calibration_grouped, city, seed)

void SiftLocatorOptions::validate() const {
  sift.validate();
  index.validate();
  query.validate();
  verification.validate();
  if (max_features_total < 0) throw InvalidArgumentError("max_features_total must be 0 (all) or more");
  if (query.rerank_places > 0 && !keep_descriptors)
    throw InvalidArgumentError("query.rerank_places needs keep_descriptors");
  if (verify_candidates < 1) throw InvalidArgumentError("verify_candidates must be at least 1");
  if (max_candidates < 0) throw InvalidArgumentError("max_candidates must be 0 or more");
  if (calibration_folds < 3) throw InvalidArgumentError("calibration_folds must be at least 3");
  resolve_threads(num_threads);
}

std::string SiftLocatorOptions::to_json() const { return nlohmann::json(*this).dump(); }

SiftLocatorOptions parse_sift_options(const SafetensorsFile& file) {
  SiftLocatorOptions options;
  try {
    auto stored = nlohmann::json::parse(file.metadata().at("options"));
    if (file.metadata().at("kind") == "ensemble") stored = nlohmann::json(stored.at("sift"));
    options = stored.get<SiftLocatorOptions>();
    options.validate();
  } catch (const std::exception& e) {
    refuse_damaged(file.path(), std::string("the options can not be read (") + e.what() + ")");
  }
  return options;
}

}  // namespace venloc
