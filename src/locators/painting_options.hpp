// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "retrieval/feature_map_store.hpp"
#include "venloc/locators/painting_locator.hpp"

namespace venloc {

FeatureMapOptions feature_map_options(const PaintingLocatorOptions& options);

}  // namespace venloc
