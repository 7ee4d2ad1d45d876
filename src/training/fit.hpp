// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "venloc/core/progress.hpp"
#include "venloc/training/training.hpp"

namespace venloc {

/// Leaves out values in training, drawn by a generator of its own: torch's is shared by all threads.
class Dropout {
 public:
  explicit Dropout(std::uint64_t seed);
  /// Each value is 0 with this probability, the others grow so that the mean stays.
  torch::Tensor operator()(const torch::Tensor& values, double share);
  /// Every order of 0 … n-1 equally likely.
  torch::Tensor shuffled(std::int64_t n);

 private:
  at::Generator generator_;
};

/// What fit() minimises.
struct Objective {
  std::int64_t rows = 0;  ///< that are trained on
  /// Mean loss of some of them, given by their numbers (int64).
  std::function<torch::Tensor(const torch::Tensor& batch, Dropout& dropout)> loss;
  /// Mean loss of what is held out; empty = nothing is.
  std::function<double()> validation;
};

/// Trains the parameters of `module`, and leaves those of the epoch with the smallest validation loss (of the last one
/// when nothing is held out). `name` names the curve and the checkpoint; `fingerprint` tells apart everything that the
/// result depends on but the options. Throws Error when the loss is not finite, CancelledError, FormatError for a
/// damaged checkpoint, IoError.
LearningCurve fit(torch::nn::Module& module, const Objective& objective, const TrainingOptions& options,
                  const std::string& name, const std::string& fingerprint, const ProgressCallback& progress);

}  // namespace venloc
