// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/field_table.hpp"
#include "venloc/retrieval/descriptor_index.hpp"
#include "venloc/retrieval/verification.hpp"
#include "venloc/retrieval/visual_index.hpp"
#include "venloc/retrieval/whitening.hpp"

namespace venloc {

VENLOC_FIELD_TABLE(VisualIndexOptions, VENLOC_FIELD(words), VENLOC_FIELD(training_features), VENLOC_FIELD(iterations),
                   VENLOC_FIELD(seed), VENLOC_FIELD(num_threads).not_stored());
VENLOC_FIELD_TABLE(VisualIndexQueryOptions, VENLOC_FIELD(probes),
                   VENLOC_FIELD(ratio_test_rank).formerly("background_rank"), VENLOC_FIELD(rerank_places),
                   VENLOC_FIELD(max_pictures), VENLOC_FIELD(num_threads).not_stored());
VENLOC_ENUM_NAMES(VerificationModel, {"similarity", VerificationModel::kSimilarity},
                  {"affine", VerificationModel::kAffine}, {"homography", VerificationModel::kHomography});
VENLOC_FIELD_TABLE(VerificationOptions, VENLOC_FIELD(model), VENLOC_FIELD(max_error_px), VENLOC_FIELD(grid_cells));
VENLOC_FIELD_TABLE(WhiteningOptions, VENLOC_FIELD(dimension), VENLOC_FIELD(exponent).formerly("damping"),
                   VENLOC_FIELD(max_samples), VENLOC_FIELD(seed), VENLOC_FIELD(num_threads).not_stored());
VENLOC_FIELD_TABLE(DescriptorSearchOptions, VENLOC_FIELD(max_hits), VENLOC_FIELD(expansion),
                   VENLOC_FIELD(expansion_alpha), VENLOC_FIELD(num_threads).not_stored());

}  // namespace venloc
