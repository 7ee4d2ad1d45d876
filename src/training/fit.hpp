// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

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
  /// For a generator of its own.
  std::uint64_t seed();

 private:
  at::Generator generator_;
};

/// Parameters with a learning rate of their own.
struct ParameterGroup {
  std::vector<torch::Tensor> parameters;
  double learning_rate;
};

/// What fit() minimises.
struct Objective {
  std::int64_t rows = 0;  ///< that are trained on
  /// Mean loss of some of them, given by their numbers (int64).
  std::function<torch::Tensor(const torch::Tensor& batch, Dropout& dropout)> loss;
  /// In place of `loss`, where the gradients are computed side by side: sets them and returns the mean loss.
  std::function<double(const torch::Tensor& batch, Dropout& dropout)> gradients;
  /// Mean loss of what is held out; empty = nothing is.
  std::function<double()> validation;
  /// All parameters that are trained; empty = those of the module, with the learning rate of the options.
  std::vector<ParameterGroup> groups;
};

/// Trains the parameters of `module` that have gradients, and leaves those of the epoch with the smallest validation
/// loss (of the last one when nothing is held out). `name` names the curve and the checkpoint; `fingerprint`
/// identifies everything that the result depends on but the options. Throws Error when the loss is not finite,
/// CancelledError, FormatError for a damaged checkpoint, IoError.
LearningCurve fit(torch::nn::Module& module, const Objective& objective, const TrainingOptions& options,
                  const std::string& name, const std::string& fingerprint, const ProgressCallback& progress);

}  // namespace venloc
