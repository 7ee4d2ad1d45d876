// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "retrieval/feature_map_store.hpp"
#include "venloc/locators/painting_locator.hpp"

namespace venloc {

FeatureMapOptions feature_map_options(const PaintingLocatorOptions& options);

// As in the files of PaintingLocator and EnsembleLocator.
void to_json(nlohmann::json& json, const PaintingLocatorOptions& options);
void from_json(const nlohmann::json& json, PaintingLocatorOptions& options);

}  // namespace venloc
