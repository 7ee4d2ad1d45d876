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

/// Training of a network itself. Part of venloc::torch.
namespace venloc {

/// The network is trained to separate the cells of a city, by a head over its description of a picture. The head is
/// trained first, on the network as it is, so that its first errors do not damage the network (Kumar et al. 2022).
struct VENLOC_TORCH_API FineTuningOptions {
  /// First stage whose weights change, with all after it that describe() needs; empty = the last that has weights.
  std::string unfreeze_from;
  double learning_rate = 1e-4;       ///< learning rate of the network at the end of the warm-up
  double head_learning_rate = 2e-3;  ///< learning rate of the head, before and then beside the network
  double weight_decay = 1e-2;        ///< weight decay of AdamW
  int warmup_steps = 20;             ///< batches until the full learning rates
  int max_epochs = 6;                ///< most passes over the photos
  int patience = 2;      ///< epochs without a smaller held-out loss after which training ends; 0 = never early
  int batch = 32;        ///< pictures in a step
  int hidden = 0;        ///< units of a hidden layer of the head; 0 = none: the vector itself must separate the cells
  double dropout = 0.2;  ///< share of the vector's values, and of hidden units, left out in training, 0 to below 1
  int head_epochs =
      30;  ///< epochs of the head alone, of which the best is taken; 0 = it starts at random, beside the network
  AugmentationOptions augmentation;  ///< each epoch sees each picture varied in another way
  CellPartitionOptions cells;        ///< how the city is cut into the cells that are the classes
  double smoothing_m = 100.0;  ///< a cell that is this much farther from the photo than its own counts 1/e, above 0
                               ///< [m]; see smoothed_labels
  /// Share of the photos, by groups (see group_photos), that only determine when to stop; 0 = none, all epochs are run.
  double held_out_share = 0.1;
  bool mixed_precision = true;        ///< on a GPU, compute in bfloat16 where that is safe; the weights stay float32
  std::filesystem::path checkpoints;  ///< folder that keeps features and the state after each epoch, so that an
                                      ///< interrupted run goes on where it stopped, to the same weights; empty = none
  std::uint64_t seed = 0;             ///< seed of what is drawn at random; the same seed gives the same bytes
  int num_threads = 0;                ///< threads; 0 = all cores. Does not change the result.
  Device device = Device::kAuto;      ///< where to train; CPU and GPU give slightly different weights

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
  /// The options as a JSON object, without what has no effect on the result: folder, threads, device.
  [[nodiscard]] std::string to_json() const;
};

/// A network that was trained on a gallery, and how the training went.
struct FineTuned {
  Backbone
      backbone;  ///< the trained network, with the options of the one it comes from; its origin() names what was done
  LearningCurve curve;  ///< losses of each epoch, mean of the pictures [nat]
};

/// Trains the last stages of a network on the photos of a gallery. The network receives pictures at the first of its
/// sizes. BatchNorm stays as it is everywhere, statistics and factors, and so do the stages before
/// FineTuningOptions::unfreeze_from. The same seed gives the same bytes at any number of threads on the CPU. On a GPU,
/// batches that do not fit into its memory are halved.
///
/// A locator built on the tuned network from the same photos can be overconfident: it is calibrated on photos that the
/// network was trained on. Measure and calibrate with photos that were not in `gallery`.
///
/// Pictures that cannot be read are an ImageError that lists them. Throws InvalidArgumentError for fewer than two
/// photos, photos that all lie in one cell, and an unknown stage; Error when the loss is not finite; CancelledError;
/// IoError.
VENLOC_TORCH_API FineTuned fine_tune(const Backbone& backbone, const Gallery& gallery,
                                     const FineTuningOptions& options = {}, const ProgressCallback& progress = {});

}  // namespace venloc
