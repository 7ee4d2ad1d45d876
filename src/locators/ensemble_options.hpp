// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "locators/sift_store.hpp"
#include "venloc/locators/ensemble_locator.hpp"

namespace venloc {

/// SIFT's options with what the ensemble's determine for all parts.
SiftLocatorOptions sift_options(const EnsembleLocatorOptions& options);
/// Likewise those of artworks.
PaintingLocatorOptions painting_options(const EnsembleLocatorOptions& options);

/// The options of a model of kind "ensemble", and the threads that it is opened with. Throws FormatError.
EnsembleLocatorOptions parse_ensemble_options(const SafetensorsFile& file, const LoadOptions& load);

}  // namespace venloc
