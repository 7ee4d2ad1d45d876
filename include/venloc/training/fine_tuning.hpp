// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "venloc/core/export.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/features/backbone.hpp"
#include "venloc/gallery/gallery.hpp"
#include "venloc/geo/cells.hpp"
#include "venloc/image/augmentation.hpp"
#include "venloc/training/training.hpp"

/// Fine-tuning of a network. Part of venloc::torch.
namespace venloc {

/// The network is trained with a classification head to distinguish the cells of a city. The head is trained first with
/// the network frozen, so that its initial errors do not damage the network (Kumar et al. 2022).
struct VENLOC_TORCH_API FineTuningOptions {
  /// First stage that is trained, with all later stages that describe() needs; empty = the last stage that has weights.
  std::string unfreeze_from;
  double learning_rate = 1e-4;       ///< learning rate of the network at the end of the warm-up
  double head_learning_rate = 2e-3;  ///< learning rate of the head, alone and then together with the network
  double weight_decay = 1e-2;        ///< weight decay of AdamW
  int warmup_steps = 20;             ///< batches until the full learning rates
  int max_epochs = 6;                ///< maximum number of passes over the photos
  int patience = 2;      ///< epochs without a smaller held-out loss after which training ends; 0 = never early
  int batch = 32;        ///< pictures in a step
  int hidden = 0;        ///< units of the head's hidden layer; 0 = none: the head is linear
  double dropout = 0.2;  ///< share of the vector's values, and of hidden units, left out in training, 0 to below 1
  int head_epochs = 30;  ///< epochs in which only the head is trained, of which the best is used; 0 = the head starts
                         ///< at random together with the network
  AugmentationOptions augmentation;  ///< augmentation of each picture, different in each epoch
  CellPartitionOptions cells;        ///< how the city is divided into cells, which are the classes
  double smoothing_m = 100.0;  ///< label smoothing: a cell that is this much farther from the photo than the true cell
                               ///< has 1/e of its weight, above 0 [m]; see smoothed_labels
  /// Share of the photos, by groups (see group_photos), that is held out to determine when to stop; 0 = none: all
  /// epochs are run.
  double held_out_share = 0.1;
  bool mixed_precision =
      true;  ///< on a GPU, use bfloat16 where it is safe (automatic mixed precision); the weights stay float32
  std::filesystem::path checkpoints;  ///< folder for features and the state after each epoch, so that an interrupted
                                      ///< run can be resumed with the same result; empty = none
  std::uint64_t seed = 0;             ///< random seed; the same seed gives the same bytes
  int num_threads = 0;                ///< threads; 0 = all cores. Does not change the result.
  Device device = Device::kAuto;      ///< where to train; CPU and GPU give slightly different weights

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
  /// The options as a JSON object, without folder, threads and device, which do not change the result.
  [[nodiscard]] std::string to_json() const;
};

/// A network that was trained on a gallery, and its learning curve.
struct FineTuned {
  Backbone backbone;    ///< the trained network, with the options of the original one; its origin() states the training
  LearningCurve curve;  ///< losses of each epoch, mean over the pictures [nat]
};

/// Trains the last stages of a network on the photos of a gallery. The network receives pictures at the first of its
/// sizes. The statistics and factors of all BatchNorm layers are unchanged, and so are the stages before
/// FineTuningOptions::unfreeze_from. The same seed gives the same bytes at any number of threads on the CPU. On a GPU,
/// batches that do not fit into its memory are halved.
///
/// A locator that is built on the tuned network from the same photos can be overconfident, because it is calibrated on
/// photos that the network was trained on. Calibrate and evaluate it with photos that were not in `gallery`.
///
/// Throws ImageError that lists the pictures that cannot be read; InvalidArgumentError for fewer than two photos,
/// photos that all lie in one cell, and an unknown stage; Error when the loss is not finite; CancelledError; IoError.
VENLOC_TORCH_API FineTuned fine_tune(const Backbone& backbone, const Gallery& gallery,
                                     const FineTuningOptions& options = {}, const ProgressCallback& progress = {});

}  // namespace venloc
