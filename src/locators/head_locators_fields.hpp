// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/field_table.hpp"
#include "venloc/locators/regression_locator.hpp"
#include "venloc/locators/s2_cell_classifier_locator.hpp"

namespace venloc {

VENLOC_ENUM_NAMES(RegressionForm, {"mixture", RegressionForm::kMixture}, {"published", RegressionForm::kPublished});
VENLOC_FIELD_TABLE(RegressionLocatorOptions, VENLOC_FIELD(form), VENLOC_FIELD(components), VENLOC_FIELD(memory),
                   VENLOC_FIELD(memory_sharpness), VENLOC_FIELD(whitening), VENLOC_FIELD(training),
                   VENLOC_FIELD(calibration_folds), VENLOC_FIELD(calibration_grouped), VENLOC_FIELD(city),
                   VENLOC_FIELD(cache).not_stored(), VENLOC_FIELD(seed), VENLOC_FIELD(num_threads).not_stored());
VENLOC_ENUM_NAMES(CellLoss, {"plain", CellLoss::kPlain}, {"balanced", CellLoss::kBalanced},
                  {"logit_adjusted", CellLoss::kLogitAdjusted});
VENLOC_FIELD_TABLE(S2CellClassifierLocatorOptions, VENLOC_FIELD(partitions), VENLOC_FIELD(smoothing_m),
                   VENLOC_FIELD(loss), VENLOC_FIELD(whitening), VENLOC_FIELD(training), VENLOC_FIELD(max_candidates),
                   VENLOC_FIELD(calibration_folds), VENLOC_FIELD(calibration_grouped), VENLOC_FIELD(city),
                   VENLOC_FIELD(cache).not_stored(), VENLOC_FIELD(seed), VENLOC_FIELD(num_threads).not_stored());

}  // namespace venloc
