// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "training/cell_training.hpp"

#include <cmath>
#include <tuple>
#include <utility>

#include "training/head_trainer.hpp"

namespace venloc {
namespace {

/// What the outputs of one partition are trained on.
struct Targets {
  torch::Tensor labels;     // smoothed, a row for each photo
  torch::Tensor weights;    // of each photo
  torch::Tensor log_prior;  // of the cells; undefined without logit adjustment
};

Targets targets_of(const CellTask& task, std::size_t number, torch::Device device) {
  const auto& partition = task.partitions[number];
  const auto& photos = task.gallery.photos;
  const auto n = static_cast<double>(photos.size());
  const auto columns = static_cast<std::int64_t>(partition.size());
  std::vector<float> smoothed, weights(photos.size(), 1.0f), log_prior;
  std::vector<double> counts(partition.size(), 0.0);
  for (std::size_t i = 0; i < photos.size(); ++i) {
    for (const double share : smoothed_labels(partition, photos[i].location, task.smoothing_m))
      smoothed.push_back(static_cast<float>(share));
    counts[task.classes[number][i]] += 1;
  }
  if (task.balanced)
    for (std::size_t i = 0; i < photos.size(); ++i)
      weights[i] = static_cast<float>(n / (static_cast<double>(partition.size()) * counts[task.classes[number][i]]));
  Targets out{rows_tensor(smoothed, columns, device), rows_tensor(weights, 1, device).squeeze(1), {}};
  if (task.logit_adjusted) {
    for (const double count : counts) log_prior.push_back(static_cast<float>(std::log((count + 1.0) / n)));
    out.log_prior = rows_tensor(log_prior, columns, device);
  }
  return out;
}

}  // namespace

std::shared_ptr<CellHead> make_cell_head(std::int64_t inputs, std::span<const CellPartition> partitions,
                                         const TrainingOptions& options) {
  std::vector<std::int64_t> sizes;
  for (const auto& partition : partitions) sizes.push_back(static_cast<std::int64_t>(partition.size()));
  return std::make_shared<CellHead>(inputs, sizes, options);
}

std::vector<CellLogProbabilities> classify(CellHead& head, std::span<const float> vectors, std::int64_t inputs) {
  const auto outputs = head.forward(head_inputs(vectors, inputs, torch::kCPU), nullptr);
  std::vector<CellLogProbabilities> out(vectors.size() / static_cast<std::size_t>(inputs));
  for (const auto& output : outputs) {
    const auto values = values_of(output);
    const auto wide = static_cast<std::ptrdiff_t>(output.size(1));
    for (std::size_t i = 0; i < out.size(); ++i) {
      const auto row = values.begin() + static_cast<std::ptrdiff_t>(i) * wide;
      out[i].emplace_back(row, row + wide);
    }
  }
  return out;
}

TrainedCells train_cells(const CellTask& task, const ProgressCallback& progress) {
  const std::size_t n = task.gallery.photos.size(), wide = task.vectors.size() / n, count = task.partitions.size();
  const auto inputs = static_cast<std::int64_t>(wide);
  const auto device = resolve_device(task.options.device);
  std::vector<Targets> targets;
  std::vector<torch::Tensor> log_priors;
  for (std::size_t p = 0; p < count; ++p) {
    targets.push_back(targets_of(task, p, device));
    if (targets.back().log_prior.defined()) log_priors.push_back(targets.back().log_prior);
  }
  TrainedCells out{nullptr, {}, std::vector<CellLogProbabilities>(n)};
  HeadProblem<CellHead> problem;  // its data: inputs, labels of each partition, weights of each partition
  problem.data = [&](std::span<const std::size_t> photos, const TrainingTask&, torch::Device) {
    const auto rows = torch::tensor(std::vector<std::int64_t>(photos.begin(), photos.end()), torch::kInt64).to(device);
    std::vector<torch::Tensor> data = {head_inputs(task.vectors, inputs, photos, device)};
    for (const auto& t : targets) data.push_back(t.labels.index_select(0, rows));
    for (const auto& t : targets) data.push_back(t.weights.index_select(0, rows));
    return data;
  };
  problem.make = [&](const auto&) { return make_cell_head(inputs, task.partitions, task.options); };
  problem.loss = [&](CellHead& head, const auto& rows, Dropout* dropout) {
    const auto outputs =
        dropout != nullptr ? head.forward(rows[0], dropout, log_priors) : head.forward(rows[0], dropout);
    auto sum = torch::zeros({}, rows[0].options());
    for (std::size_t p = 0; p < count; ++p)
      sum = sum - ((rows[1 + p] * outputs[p]).sum(1) * rows[1 + count + p]).mean();
    return sum / static_cast<double>(count);
  };
  problem.held_out = [&](CellHead& head, const TrainingTask& training, const auto&) {
    std::vector<float> queries;
    for (const auto i : training.held_out) {
      const auto vector = task.vectors.subspan(i * wide, wide);
      queries.insert(queries.end(), vector.begin(), vector.end());
    }
    auto found = classify(head, queries, inputs);
    for (std::size_t i = 0; i < found.size(); ++i) out.cells[training.held_out[i]] = std::move(found[i]);
  };
  std::tie(out.head, out.curves) = train_head(problem, task.folds, n, task.options, task.fingerprint, progress);
  return out;
}

}  // namespace venloc
