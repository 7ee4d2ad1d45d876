// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/field_table.hpp"
#include "venloc/locators/descriptor_locator.hpp"
#include "venloc/locators/ensemble_locator.hpp"
#include "venloc/locators/locator.hpp"
#include "venloc/locators/painting_locator.hpp"
#include "venloc/locators/sift_locator.hpp"

namespace venloc {

VENLOC_FIELD_TABLE(LocatorInfo, VENLOC_FIELD(kind), VENLOC_FIELD(city), VENLOC_FIELD(photos), VENLOC_FIELD(features),
                   VENLOC_FIELD(options), VENLOC_FIELD(library_version), VENLOC_FIELD(format_version),
                   VENLOC_FIELD(area), VENLOC_FIELD(calibrated));
VENLOC_FIELD_TABLE(LoadOptions, VENLOC_FIELD(device), VENLOC_FIELD(num_threads), VENLOC_FIELD(max_candidates),
                   VENLOC_FIELD(matches));
VENLOC_ENUM_NAMES(Matching, {"indexed", Matching::kIndexed}, {"exhaustive", Matching::kExhaustive});
VENLOC_FIELD_TABLE(SiftLocatorOptions, VENLOC_FIELD(matching), VENLOC_FIELD(sift), VENLOC_FIELD(index),
                   VENLOC_FIELD(query), VENLOC_FIELD(verification), VENLOC_FIELD(max_features_total),
                   VENLOC_FIELD(keep_descriptors), VENLOC_FIELD(verify_candidates), VENLOC_FIELD(max_candidates),
                   VENLOC_FIELD(calibration_folds), VENLOC_FIELD(calibration_grouped), VENLOC_FIELD(city),
                   VENLOC_FIELD(cache).not_stored(), VENLOC_FIELD(seed), VENLOC_FIELD(num_threads).not_stored());
VENLOC_FIELD_TABLE(DescriptorLocatorOptions, VENLOC_FIELD(whitening), VENLOC_FIELD(search), VENLOC_FIELD(crops),
                   VENLOC_FIELD(max_candidates), VENLOC_FIELD(calibration_folds), VENLOC_FIELD(calibration_grouped),
                   VENLOC_FIELD(city), VENLOC_FIELD(cache).not_stored(), VENLOC_FIELD(seed),
                   VENLOC_FIELD(num_threads).not_stored());
VENLOC_FIELD_TABLE(PaintingLocatorOptions, VENLOC_FIELD(projection).required(),
                   VENLOC_FIELD(gallery_long_side_px).required(), VENLOC_FIELD(query_long_sides_px).required(),
                   VENLOC_FIELD(cells).required(), VENLOC_FIELD(max_candidates).required(),
                   VENLOC_FIELD(city).required(), VENLOC_FIELD(seed).required(),
                   VENLOC_FIELD(num_threads).not_stored());
// What all parts share is stored with those of SIFT and of paintings.
VENLOC_FIELD_TABLE(EnsembleLocatorOptions, VENLOC_FIELD(sift).required(), VENLOC_FIELD(whitening).required(),
                   VENLOC_FIELD(region_whitening).required(), VENLOC_FIELD(search).required(),
                   VENLOC_FIELD(artworks).not_stored(), VENLOC_FIELD(painting).required(),
                   VENLOC_FIELD(leave_out).required(), VENLOC_FIELD(max_candidates).not_stored(),
                   VENLOC_FIELD(calibration_folds).not_stored(), VENLOC_FIELD(calibration_grouped).not_stored(),
                   VENLOC_FIELD(city).not_stored(), VENLOC_FIELD(cache).not_stored(), VENLOC_FIELD(seed).not_stored(),
                   VENLOC_FIELD(num_threads).not_stored());

}  // namespace venloc
