// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "training/tuned_network.hpp"

#include <ATen/autocast_mode.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "features/backbone_inside.hpp"
#include "venloc/core/error.hpp"

namespace venloc {

namespace {

/// The arrays of these steps that fine-tuning changes: all but those of a BatchNorm.
std::set<std::string> changing(const Network& network, std::size_t begin, std::size_t end) {
  std::set<std::string> names;
  for (std::size_t i = begin; i < end; ++i)
    names.insert(network.steps()[i].arrays.begin(), network.steps()[i].arrays.end());
  std::set<std::string> out;
  for (const auto& name : names) {
    const auto module = name.substr(0, name.rfind('.'));
    if (!names.contains(module + ".running_mean")) out.insert(name);
  }
  return out;
}

/// Lets the calling thread compute in bfloat16 on a GPU where that is safe.
class Autocast {
 public:
  explicit Autocast(bool on) : on_(on) {
    if (!on_) return;
    at::autocast::set_autocast_dtype(at::kCUDA, at::kBFloat16);
    at::autocast::set_autocast_enabled(at::kCUDA, true);
  }
  ~Autocast() {
    if (!on_) return;
    at::autocast::set_autocast_enabled(at::kCUDA, false);
    at::autocast::clear_cache();
  }
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  bool on_;
};

}  // namespace

TunedPart tuned_part(const Backbone& backbone, const std::string& unfreeze_from) {
  const Network& network = BackboneInside::network(backbone);
  const auto& steps = network.steps();
  const auto& described = BackboneInside::steps(backbone);
  TunedPart part;
  part.end = *std::ranges::max_element(described) + 1;
  // A stage is what stands between the end of the one before it and its own; the last is the deepest that is described.
  struct Stage {
    std::string name;
    std::size_t begin, end;
  };
  std::vector<Stage> stages;
  for (std::size_t i = 0, begin = 0; i < part.end; ++i)
    if (!steps[i].stage.name.empty()) stages.push_back({steps[i].stage.name, std::exchange(begin, i + 1), i + 1});
  const auto has_weights = [&](const Stage& stage) { return !changing(network, stage.begin, stage.end).empty(); };
  std::string known;
  for (const auto& stage : stages)
    if (has_weights(stage)) known += (known.empty() ? "" : ", ") + stage.name;
  const auto chosen = unfreeze_from.empty() ? std::find_if(stages.rbegin(), stages.rend(), has_weights).base() - 1
                                            : std::ranges::find(stages, unfreeze_from, &Stage::name);
  if (chosen == stages.end() || !has_weights(*chosen))
    throw InvalidArgumentError("unfreeze_from: '" + unfreeze_from + "' is not a stage with weights that " +
                               network.name() + " describes pictures with; choose one of " + known);
  part.begin = chosen->begin;
  part.stage = chosen->name;
  return part;
}

torch::Tensor normalised(const torch::Tensor& vectors, std::span<const std::size_t> parts) {
  std::vector<torch::Tensor> out;
  std::int64_t at = 0;
  for (const auto length : parts) {
    const auto part = vectors.slice(1, at, at + static_cast<std::int64_t>(length));
    out.push_back(part / part.norm(2, {1}, true).clamp_min(1e-12));
    at += static_cast<std::int64_t>(length);
  }
  return torch::cat(out, 1);
}

TunedNetwork::TunedNetwork(const Backbone& backbone, const TunedPart& part, const Whitening& whitening,
                           std::shared_ptr<CellHead> head, bool mixed_precision)
    : device_(backbone.on_gpu() ? torch::kCUDA : torch::kCPU),
      mixed_precision_(mixed_precision && device_.is_cuda()),
      part_(part),
      pooling_(backbone.options().pooling),
      gem_p_(backbone.options().gem_p),
      described_(BackboneInside::steps(backbone)),
      parts_(backbone.parts()),
      steps_(described_),
      network_(register_module("network", std::make_shared<TorchNetwork>(BackboneInside::network(backbone)))),
      before_(std::make_shared<TorchNetwork>(BackboneInside::network(backbone))),
      head_(register_module("head", std::move(head))) {
  std::ranges::sort(steps_);
  const auto repeated = std::ranges::unique(steps_);
  steps_.erase(repeated.begin(), repeated.end());
  const auto length = static_cast<std::int64_t>(whitening.length());
  mean_ = rows_tensor(whitening.mean(), length, device_);
  projection_ = rows_tensor(whitening.projection(), static_cast<std::int64_t>(whitening.dimension()), device_);
  before_->freeze(device_, torch::kFloat32);
  const auto changed = changing(network_->network(), part.begin, part.end);
  for (auto& item : network_->named_parameters()) item.value().set_requires_grad(changed.contains(item.key()));
  to(device_);
}

torch::Tensor TunedNetwork::forward(const torch::Tensor& input, Dropout* dropout) const {
  Flow flow = network_->start(input);
  std::vector<torch::Tensor> maps;
  {
    const Autocast bfloat16(mixed_precision_);
    {
      const torch::NoGradGuard no_gradients;
      maps = before_->forward(flow, 0, part_.begin, steps_);
    }
    for (auto& map : network_->forward(flow, part_.begin, part_.end, steps_)) maps.push_back(std::move(map));
  }
  std::vector<torch::Tensor> parts;
  for (const auto step : described_) {
    const auto& map = maps[static_cast<std::size_t>(std::ranges::find(steps_, step) - steps_.begin())];
    parts.push_back(pooled(map.to(torch::kFloat32), pooling_, gem_p_));
  }
  return apply_head(torch::cat(parts, 1), dropout);
}

torch::Tensor TunedNetwork::apply_head(const torch::Tensor& vectors, Dropout* dropout) const {
  const auto white = torch::matmul(normalised(vectors, parts_) - mean_, projection_);
  const auto unit = white / white.norm(2, {1}, true).clamp_min(1e-12);
  return head_->forward(unit * std::sqrt(static_cast<double>(unit.size(1))), dropout).front();
}

std::vector<torch::Tensor> TunedNetwork::network_parameters() const {
  std::vector<torch::Tensor> out;
  for (const auto& values : network_->parameters())
    if (values.requires_grad()) out.push_back(values);
  return out;
}

}  // namespace venloc
