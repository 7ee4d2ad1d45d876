// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/features/backbone.hpp"

/// Training of heads on frozen features. Part of venloc::torch.
namespace venloc {

/// A head has one hidden layer over the features of a picture, and linear outputs. It is trained with AdamW (Loshchilov
/// and Hutter 2019), a linear warm-up and a cosine decay of the learning rate to 0.
struct VENLOC_TORCH_API TrainingOptions {
  int hidden = 256;             ///< units of the hidden layer (ReLU); 0 = none, outputs are linear in the features
  double dropout = 0.5;         ///< share of hidden units left out in training, 0 to below 1
  double input_dropout = 0.2;   ///< share of features left out in training, 0 to below 1
  double learning_rate = 2e-3;  ///< learning rate at the end of the warm-up
  double weight_decay = 1e-2;   ///< weight decay of AdamW
  int warmup_steps = 100;       ///< batches until the full learning rate
  int max_epochs = 20;          ///< maximum number of passes over the photos
  int patience = 5;             ///< epochs without a smaller validation loss after which training ends; 0 = never early
  int batch = 128;              ///< pictures in a step
  std::filesystem::path checkpoints;  ///< folder for the state after each epoch, so that an interrupted training can be
                                      ///< resumed with the same result; empty = none
  std::uint64_t seed = 0;             ///< random seed; the same seed gives the same bytes
  int num_threads =
      0;  ///< number of heads trained in parallel, each by one thread; 0 = all cores. Does not change the result.
  Device device = Device::kAuto;  ///< where to train; CPU and GPU give slightly different weights

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
};

/// Losses of one epoch.
struct EpochRecord {
  int epoch = 0;             ///< number of the epoch, from 1
  double training_loss = 0;  ///< mean loss over the batches, with dropout [nat]
  double validation_loss =
      std::numeric_limits<double>::quiet_NaN();  ///< loss of the photos held out [nat]; NaN when nothing was held out

  friend bool operator==(const EpochRecord&, const EpochRecord&) = default;
};

/// The course of one training: the losses of each epoch, and the epoch whose weights are used.
struct LearningCurve {
  std::string name;                 ///< name of the training: "fold 1", …, "all photos"
  std::vector<EpochRecord> epochs;  ///< losses of each epoch, in order
  int best_epoch = 0;               ///< number of the epoch whose weights are used
};

}  // namespace venloc
