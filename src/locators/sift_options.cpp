// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "locators/sift_store.hpp"
#include "locators/stored_options.hpp"
#include "venloc/core/error.hpp"
#include "venloc/locators/sift_locator.hpp"

namespace venloc {

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

SiftLocatorOptions parse_sift_options(const SafetensorsFile& file, const LoadOptions& load) {
  load.validate();
  SiftLocatorOptions options;
  try {
    auto stored = nlohmann::json::parse(file.metadata().at("options"));
    if (file.metadata().at("kind") != SiftLocator::kKind) stored = nlohmann::json(stored.at("sift"));
    options = stored.get<SiftLocatorOptions>();
    options.validate();
    options.num_threads = load.num_threads;
  } catch (const std::exception& e) {
    refuse_damaged(file.path(), std::string("the options cannot be read (") + e.what() + ")");
  }
  return options;
}

}  // namespace venloc
