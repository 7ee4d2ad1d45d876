// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/torch_network.hpp"

#include <algorithm>
#include <utility>

namespace venloc {

namespace {

torch::Tensor as_tensor(const NetworkArray& array) {
  // The values are only read: from_blob has no form for constant memory.
  return torch::from_blob(const_cast<float*>(array.values.data()), array.shape, torch::kFloat32).clone();
}

/// Parameters without the initialisation that torch's own layers spend time and global random numbers on.
struct ConvWeights : torch::nn::Module {
  ConvWeights(const Network& network, const Operation& operation) {
    weight = register_parameter("weight", as_tensor(network.arrays().at(operation.weights + ".weight")));
    if (operation.window.bias)
      bias = register_parameter("bias", as_tensor(network.arrays().at(operation.weights + ".bias")));
  }
  torch::Tensor weight, bias;
};

struct NormWeights : torch::nn::Module {
  NormWeights(const Network& network, const Operation& operation) {
    const auto array = [&](const char* part) { return as_tensor(network.arrays().at(operation.norm + "." + part)); };
    weight = register_parameter("weight", array("weight"));
    bias = register_parameter("bias", array("bias"));
    mean = register_buffer("running_mean", array("running_mean"));
    variance = register_buffer("running_var", array("running_var"));
  }
  torch::Tensor weight, bias, mean, variance;
};

torch::Tensor activate(torch::Tensor fresh, Activation activation) {
  switch (activation) {
    case Activation::kRelu:
      return fresh.relu_();
    case Activation::kRelu6:
      return fresh.clamp_(0, 6);
    case Activation::kNone:
      break;
  }
  return fresh;
}

std::string last_part(const std::string& path) { return path.substr(path.rfind('.') + 1); }

}  // namespace

class Unit {
 public:
  Unit(std::shared_ptr<ConvWeights> conv, std::shared_ptr<NormWeights> norm, const ConvOptions& options)
      : conv_(std::move(conv)), norm_(std::move(norm)), options_(options) {}

  torch::Tensor operator()(const torch::Tensor& x) const {
    if (frozen_) {
      return activate(conv_ ? convolved(x, weight_, bias_) : torch::addcmul(bias_, x, weight_), options_.activation);
    }
    torch::Tensor result = conv_ ? convolved(x, conv_->weight, conv_->bias) : x;
    if (norm_) {
      constexpr double kMomentum = 0.1;
      result = torch::batch_norm(result, norm_->weight, norm_->bias, norm_->mean, norm_->variance, norm_->is_training(),
                                 kMomentum, options_.norm_eps, true);
    }
    return activate(std::move(result), options_.activation);
  }

  void freeze(const FoldedWeights& folded, torch::Device device, torch::ScalarType type) {
    frozen_ = true;
    const auto channels = static_cast<std::int64_t>(folded.bias.size());
    const std::vector<std::int64_t> row = conv_ ? std::vector{channels} : std::vector<std::int64_t>{1, channels, 1, 1};
    weight_ = as_tensor({conv_ ? conv_->weight.sizes().vec() : row, folded.weight})
                  .to(device, type)
                  .contiguous(torch::MemoryFormat::ChannelsLast);
    bias_ = as_tensor({row, folded.bias}).to(device, type);
  }

 private:
  [[nodiscard]] torch::Tensor convolved(const torch::Tensor& x, const torch::Tensor& weight,
                                        const torch::Tensor& bias) const {
    Extent padding = options_.padding;
    torch::Tensor padded = x;
    if (options_.same) {
      const auto [top, below] = same_padding(x.size(2), options_.kernel[0], options_.stride);
      const auto [left, right] = same_padding(x.size(3), options_.kernel[1], options_.stride);
      padding = {top, left};
      if (top != below || left != right) {
        padded = torch::constant_pad_nd(x, {left, right, top, below});
        padding = {0, 0};
      }
    }
    const Extent stride = {options_.stride, options_.stride};
    const Extent dilation = {1, 1};
    return torch::conv2d(padded, weight, bias, stride, padding, dilation, options_.groups);
  }

  std::shared_ptr<ConvWeights> conv_;  ///< may be null
  std::shared_ptr<NormWeights> norm_;  ///< may be null
  ConvOptions options_;
  bool frozen_ = false;
  torch::Tensor weight_, bias_;  ///< once frozen
};

TorchNetwork::TorchNetwork(Network network)
    : torch::nn::Module(network.name()),
      network_(std::move(network)),
      last_use_(network_.operations().size() + 1, network_.operations().size()) {
  for (std::size_t i = 0; i < network_.operations().size(); ++i) {
    const Operation& operation = network_.operations()[i];
    for (const Value input : operation.inputs) last_use_[input] = i;
    std::shared_ptr<ConvWeights> conv;
    std::shared_ptr<NormWeights> norm;
    if (operation.kind == Operation::Kind::kConvolution)
      conv = nested(operation.weights)
                 .register_module(last_part(operation.weights), std::make_shared<ConvWeights>(network_, operation));
    if (!operation.norm.empty())
      norm = nested(operation.norm)
                 .register_module(last_part(operation.norm), std::make_shared<NormWeights>(network_, operation));
    units_.push_back(conv || norm ? std::make_shared<Unit>(conv, norm, operation.window) : nullptr);
  }
  eval();
}

torch::nn::Module& TorchNetwork::nested(const std::string& path) {
  torch::nn::Module* place = this;
  std::size_t begin = 0;
  for (std::size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', begin)) {
    const std::string part = path.substr(begin, dot - begin);
    const auto children = place->named_children();
    const auto* known = children.find(part);
    place = known != nullptr ? known->get() : place->register_module(part, std::make_shared<torch::nn::Module>()).get();
    begin = dot + 1;
  }
  return *place;
}

Network TorchNetwork::trained() const {
  Network out = network_;
  const auto copy = [&](const std::string& name, const torch::Tensor& values) {
    const auto here = values.detach().to(torch::kCPU, torch::kFloat32).contiguous();
    std::copy_n(here.const_data_ptr<float>(), here.numel(), out.values(name).begin());
  };
  for (const auto& item : named_parameters()) copy(item.key(), item.value());
  for (const auto& item : named_buffers()) copy(item.key(), item.value());
  return out;
}

torch::Tensor TorchNetwork::result(const Operation& operation, const std::shared_ptr<Unit>& unit,
                                   const Flow& flow) const {
  const torch::Tensor& x = flow[operation.inputs.front()];
  const ConvOptions& window = operation.window;
  const Extent stride = {window.stride, window.stride}, dilation = {1, 1};
  switch (operation.kind) {
    case Operation::Kind::kConvolution:
    case Operation::Kind::kNorm:
      return (*unit)(x);
    case Operation::Kind::kMaxPool:
      return torch::max_pool2d(x, window.kernel, stride, window.padding, dilation, operation.ceil);
    case Operation::Kind::kAveragePool:
      return torch::avg_pool2d(x, window.kernel, stride, window.padding, false, operation.count_border);
    case Operation::Kind::kSum:
      return activate(torch::add(x, flow[operation.inputs[1]], operation.scale), window.activation);
    case Operation::Kind::kConcatenate: {
      std::vector<torch::Tensor> parts;
      for (const Value input : operation.inputs) parts.push_back(flow[input]);
      return torch::cat(parts, 1);
    }
    case Operation::Kind::kPad: {
      const std::int64_t around = window.padding[0];
      return torch::constant_pad_nd(x, {around, around, around, around});
    }
  }
  return {};
}

Flow TorchNetwork::start(torch::Tensor input) const {
  Flow flow(network_.operations().size() + 1);
  flow.front() = std::move(input);
  return flow;
}

std::vector<torch::Tensor> TorchNetwork::forward(Flow& flow, std::size_t begin, std::size_t end,
                                                 std::span<const std::size_t> wanted) const {
  std::vector<torch::Tensor> results;
  const auto& steps = network_.steps();
  for (std::size_t step = begin; step < end; ++step) {
    for (std::size_t i = step == 0 ? 0 : steps[step - 1].operations; i < steps.at(step).operations; ++i) {
      flow[i + 1] = result(network_.operations()[i], units_[i], flow);
      for (const Value input : network_.operations()[i].inputs)
        if (last_use_[input] == i) flow[input] = {};
    }
    if (std::ranges::binary_search(wanted, step)) results.push_back(flow[steps[step].result]);
  }
  return results;
}

std::vector<torch::Tensor> TorchNetwork::forward(torch::Tensor input, std::span<const std::size_t> wanted) const {
  Flow flow = start(std::move(input));
  return forward(flow, 0, wanted.back() + 1, wanted);
}

void TorchNetwork::freeze(torch::Device device, torch::ScalarType type) {
  const torch::NoGradGuard no_gradients;
  for (std::size_t i = 0; i < units_.size(); ++i)
    if (units_[i]) units_[i]->freeze(folded(network_, network_.operations()[i]), device, type);
}

torch::Tensor to_input_tensor(const CellMap& input, torch::Device device, torch::ScalarType type) {
  const auto pixels = as_tensor({{1, input.height, input.width, input.channels}, input.values});
  return pixels.to(device, type).permute({0, 3, 1, 2});
}

torch::Tensor pooled(const torch::Tensor& map, Pooling pooling, double gem_p) {
  constexpr double kGemFloor = 1e-6;
  const Extent space = {2, 3};
  if (pooling == Pooling::kMax) return map.amax(space);
  if (pooling == Pooling::kAverage) return map.mean(space);
  return map.clamp_min(kGemFloor).pow(gem_p).mean(space).pow(1 / gem_p);
}

}  // namespace venloc
