// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/field_table.hpp"
#include "venloc/training/fine_tuning.hpp"
#include "venloc/training/training.hpp"

namespace venloc {

// The locator's seed is that of its head.
VENLOC_FIELD_TABLE(TrainingOptions, VENLOC_FIELD(hidden), VENLOC_FIELD(dropout), VENLOC_FIELD(input_dropout),
                   VENLOC_FIELD(learning_rate), VENLOC_FIELD(weight_decay), VENLOC_FIELD(warmup_steps),
                   VENLOC_FIELD(max_epochs), VENLOC_FIELD(patience), VENLOC_FIELD(batch),
                   VENLOC_FIELD(checkpoints).not_stored(), VENLOC_FIELD(seed).not_stored(),
                   VENLOC_FIELD(num_threads).not_stored(), VENLOC_FIELD(device).not_stored());
VENLOC_FIELD_TABLE(EpochRecord, VENLOC_FIELD(epoch), VENLOC_FIELD(training_loss), VENLOC_FIELD(validation_loss));
VENLOC_FIELD_TABLE(LearningCurve, VENLOC_FIELD(name), VENLOC_FIELD(epochs), VENLOC_FIELD(best_epoch));
VENLOC_FIELD_TABLE(FineTuningOptions, VENLOC_FIELD(unfreeze_from), VENLOC_FIELD(learning_rate),
                   VENLOC_FIELD(head_learning_rate), VENLOC_FIELD(weight_decay), VENLOC_FIELD(warmup_steps),
                   VENLOC_FIELD(max_epochs), VENLOC_FIELD(patience), VENLOC_FIELD(batch), VENLOC_FIELD(hidden),
                   VENLOC_FIELD(dropout), VENLOC_FIELD(head_epochs), VENLOC_FIELD(augmentation), VENLOC_FIELD(cells),
                   VENLOC_FIELD(smoothing_m), VENLOC_FIELD(held_out_share), VENLOC_FIELD(mixed_precision),
                   VENLOC_FIELD(checkpoints).not_stored(), VENLOC_FIELD(seed), VENLOC_FIELD(num_threads).not_stored(),
                   VENLOC_FIELD(device).not_stored());

}  // namespace venloc
