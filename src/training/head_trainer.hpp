// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "features/device.hpp"
#include "features/one_thread.hpp"
#include "training/fit.hpp"
#include "training/k_fold_training.hpp"

namespace venloc {

/// A head and what it is trained on. Tensors have a row for each photo; undefined ones are passed on as they are.
template <typename Head>
struct HeadProblem {
  using Tensors = std::vector<torch::Tensor>;
  /// Inputs and targets of these photos, on the device.
  std::function<Tensors(std::span<const std::size_t> photos, const TrainingTask& task, torch::Device device)> data;
  /// A head before training, given the data it is to be trained on.
  std::function<std::shared_ptr<Head>(const Tensors& data)> make;
  /// Mean loss of the rows; `dropout` is null where nothing is trained.
  std::function<torch::Tensor(Head& head, const Tensors& rows, Dropout* dropout)> loss;
  /// Receives the head of a fold, on the CPU, with the data of the photos that it was not trained on.
  std::function<void(Head& head, const TrainingTask& task, const Tensors& data)> held_out;
};

/// Trains the head once for each fold and then on all photos, see k_fold_training. Returns the last head, on the CPU,
/// and the learning curves.
template <typename Head>
std::pair<std::shared_ptr<Head>, std::vector<LearningCurve>> train_head(
    const HeadProblem<Head>& problem, std::span<const Split> folds, std::size_t photos, const TrainingOptions& options,
    const std::string& fingerprint, const ProgressCallback& progress) {
  using Tensors = typename HeadProblem<Head>::Tensors;
  const auto device = resolve_device(options.device);
  const auto each = [](const Tensors& tensors, auto change) {
    Tensors out;
    for (const auto& tensor : tensors) out.push_back(tensor.defined() ? change(tensor) : tensor);
    return out;
  };
  std::shared_ptr<Head> last;
  auto curves = k_fold_training(folds, photos, options, progress, [&](const TrainingTask& task) {
    const OneThread one;
    const auto data = problem.data(task.train, task, device);
    const auto held_out = task.held_out.empty() ? Tensors() : problem.data(task.held_out, task, device);
    auto head = problem.make(data);
    head->to(device);
    Objective objective;
    objective.rows = data.front().size(0);
    objective.loss = [&](const torch::Tensor& batch, Dropout& dropout) {
      const auto at = batch.to(device);
      return problem.loss(*head, each(data, [&](const torch::Tensor& t) { return t.index_select(0, at); }), &dropout);
    };
    if (!held_out.empty())
      objective.validation = [&] {
        const torch::NoGradGuard no_gradients;
        return problem.loss(*head, held_out, nullptr).template item<double>();
      };
    auto curve = fit(*head, objective, task.options, task.name, fingerprint, task.progress);
    head->to(torch::kCPU);
    if (held_out.empty()) {
      last = head;
    } else {
      const torch::NoGradGuard no_gradients;
      problem.held_out(*head, task, each(held_out, [](const torch::Tensor& t) { return t.cpu(); }));
    }
    return curve;
  });
  return {std::move(last), std::move(curves)};
}

}  // namespace venloc
