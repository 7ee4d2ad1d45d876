// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "training/heads.hpp"

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>
#include <memory>
#include <numbers>

#include "core/damaged.hpp"

namespace venloc {

namespace {

constexpr double kHectometre = 100.0;
constexpr double kStartSigmaM = 80.0;
constexpr double kSmallestSigmaM = 12.0;  // about the error of a good geotag
constexpr double kLargestSigmaM = 1500.0;

std::uint64_t part_seed(const TrainingOptions& options, std::uint64_t part) { return options.seed * 1000 + part; }

torch::Tensor drawn(torch::IntArrayRef shape, double bound, at::Generator& generator) {
  return (torch::rand(shape, generator) * 2 - 1) * bound;
}

}  // namespace

torch::nn::Linear linear(std::int64_t inputs, std::int64_t outputs, std::uint64_t seed) {
  const torch::NoGradGuard no_gradients;
  auto generator = at::detail::createCPUGenerator(seed);
  torch::nn::Linear layer(torch::nn::LinearOptions(inputs, outputs));
  const double bound = 1.0 / std::sqrt(static_cast<double>(inputs));
  layer->weight.copy_(drawn(layer->weight.sizes(), bound, generator));
  layer->bias.copy_(drawn(layer->bias.sizes(), bound, generator));
  return layer;
}

Trunk::Trunk(std::int64_t inputs, const TrainingOptions& options, std::uint64_t seed)
    : width_(options.hidden > 0 ? options.hidden : inputs),
      dropout_(options.dropout),
      input_dropout_(options.input_dropout) {
  if (options.hidden > 0) hidden_ = register_module("hidden", linear(inputs, width_, seed));
}

torch::Tensor Trunk::forward(const torch::Tensor& inputs, Dropout* dropout) {
  auto x = dropout != nullptr ? (*dropout)(inputs, input_dropout_) : inputs;
  if (!hidden_) return x;
  x = torch::relu(hidden_->forward(x));
  return dropout != nullptr ? (*dropout)(x, dropout_) : x;
}

MixtureHead::MixtureHead(std::int64_t inputs, std::int64_t components, const TrainingOptions& options)
    : trunk_(register_module("trunk", std::make_shared<Trunk>(inputs, options, part_seed(options, 0)))),
      weights_(register_module("weights", linear(trunk_->width(), components, part_seed(options, 1)))),
      sigmas_(register_module("sigmas", linear(trunk_->width(), components, part_seed(options, 2)))),
      means_(register_parameter("means", torch::zeros({components, 2}))),
      gain_(register_parameter("gain", torch::ones({1}))) {
  const torch::NoGradGuard no_gradients;
  // The output of the memory is the start; the layers are trained to correct it.
  weights_->weight.zero_();
  weights_->bias.zero_();
  sigmas_->weight.zero_();
  sigmas_->bias.fill_(std::log(kStartSigmaM));
}

void MixtureHead::set_means(std::span<const EastNorth> centres) {
  const torch::NoGradGuard no_gradients;
  for (std::size_t k = 0; k < centres.size(); ++k) {
    means_[static_cast<std::int64_t>(k)][0] = centres[k].east / kHectometre;
    means_[static_cast<std::int64_t>(k)][1] = centres[k].north / kHectometre;
  }
}

MixtureHead::Output MixtureHead::forward(const torch::Tensor& inputs, const torch::Tensor& memory, Dropout* dropout) {
  const auto x = trunk_->forward(inputs, dropout);
  auto scores = weights_->forward(x);
  if (memory.defined()) scores = scores + gain_ * memory;
  return {torch::log_softmax(scores, 1),
          sigmas_->forward(x).clamp(std::log(kSmallestSigmaM), std::log(kLargestSigmaM))};
}

torch::Tensor MixtureHead::loss(const Output& output, const torch::Tensor& places) const {
  const auto offset = places.unsqueeze(1) - means().unsqueeze(0);
  const auto squares = offset.square().sum(2);
  return -torch::logsumexp(output.log_weights - 2 * output.log_sigmas - std::log(2 * std::numbers::pi) -
                               0.5 * squares * torch::exp(-2 * output.log_sigmas),
                           1)
              .mean();
}

torch::Tensor MixtureHead::means() const { return means_ * kHectometre; }

PointHead::PointHead(std::int64_t inputs, const TrainingOptions& options)
    : trunk_(register_module("trunk", std::make_shared<Trunk>(inputs, options, part_seed(options, 0)))),
      out_(register_module("out", linear(trunk_->width(), 2, part_seed(options, 1)))) {}

void PointHead::start_from(const torch::Tensor& place) {
  const torch::NoGradGuard no_gradients;
  out_->weight.zero_();
  out_->bias.copy_(place);
}

torch::Tensor PointHead::forward(const torch::Tensor& inputs, Dropout* dropout) {
  return out_->forward(trunk_->forward(inputs, dropout));
}

CellHead::CellHead(std::int64_t inputs, std::span<const std::int64_t> classes, const TrainingOptions& options)
    : trunk_(register_module("trunk", std::make_shared<Trunk>(inputs, options, part_seed(options, 0)))) {
  for (std::size_t p = 0; p < classes.size(); ++p)
    outs_.push_back(register_module("partition" + std::to_string(p),
                                    linear(trunk_->width(), classes[p], part_seed(options, 1 + p))));
}

std::vector<torch::Tensor> CellHead::forward(const torch::Tensor& inputs, Dropout* dropout,
                                             std::span<const torch::Tensor> log_priors) {
  const auto x = trunk_->forward(inputs, dropout);
  std::vector<torch::Tensor> result;
  for (std::size_t p = 0; p < outs_.size(); ++p) {
    auto scores = outs_[p]->forward(x);
    if (!log_priors.empty()) scores = scores + log_priors[p];
    result.push_back(torch::log_softmax(scores, 1));
  }
  return result;
}

torch::Tensor rows_tensor(std::span<const float> values, std::int64_t columns, torch::Device device) {
  // The values are only read: from_blob has no form for constant memory.
  return torch::from_blob(const_cast<float*>(values.data()),
                          {static_cast<std::int64_t>(values.size()) / columns, columns}, torch::kFloat32)
      .clone()
      .to(device);
}

torch::Tensor rows_tensor(std::span<const float> values, std::int64_t columns, std::span<const std::size_t> rows,
                          torch::Device device) {
  std::vector<float> chosen;
  chosen.reserve(rows.size() * static_cast<std::size_t>(columns));
  for (const auto row : rows) {
    const auto part = values.subspan(row * static_cast<std::size_t>(columns), static_cast<std::size_t>(columns));
    chosen.insert(chosen.end(), part.begin(), part.end());
  }
  return rows_tensor(chosen, columns, device);
}

torch::Tensor head_inputs(std::span<const float> vectors, std::int64_t inputs, torch::Device device) {
  return rows_tensor(vectors, inputs, device) * std::sqrt(static_cast<double>(inputs));
}

torch::Tensor head_inputs(std::span<const float> vectors, std::int64_t inputs, std::span<const std::size_t> rows,
                          torch::Device device) {
  return rows_tensor(vectors, inputs, rows, device) * std::sqrt(static_cast<double>(inputs));
}

std::vector<float> values_of(const torch::Tensor& tensor) {
  const auto values = tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
  return {values.const_data_ptr<float>(), values.const_data_ptr<float>() + values.numel()};
}

void save_parameters(SafetensorsWriter& writer, const torch::nn::Module& module, const std::string& name) {
  for (const auto& item : module.named_parameters()) {
    const auto values = std::make_shared<std::vector<float>>(values_of(item.value()));
    writer.add<float>(name + "." + item.key(), item.value().sizes().vec(), *values);
    writer.keep(values);
  }
}

void load_parameters(const SafetensorsFile& file, torch::nn::Module& module, const std::string& name) {
  const torch::NoGradGuard no_gradients;
  for (auto& item : module.named_parameters()) {
    const std::string array = name + "." + item.key();
    const auto values = file.get<float>(array, std::span<const std::int64_t>(item.value().sizes().vec()));
    for (const float value : values)
      if (!std::isfinite(value)) refuse_damaged(file.path(), "array " + array + " holds values that are not finite");
    item.value().copy_(torch::from_blob(const_cast<float*>(values.data()), item.value().sizes(), torch::kFloat32));
  }
}

void check_hidden(const SafetensorsFile& file, const std::string& name, std::int64_t inputs,
                  const TrainingOptions& options) {
  if (options.hidden > 0) (void)file.get<float>(name + ".trunk.hidden.weight", {options.hidden, inputs});
}

}  // namespace venloc
