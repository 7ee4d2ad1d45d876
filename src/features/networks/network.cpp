// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/networks/network.hpp"

#include <algorithm>

#include "venloc/core/error.hpp"

namespace venloc {

namespace {

/// Parameters without the initialisation that torch's own layers spend time and global random numbers on.
struct ConvWeights : torch::nn::Module {
  ConvWeights(std::int64_t in, std::int64_t out, const ConvOptions& options) {
    weight =
        register_parameter("weight", torch::zeros({out, in / options.groups, options.kernel[0], options.kernel[1]}));
    if (options.bias) bias = register_parameter("bias", torch::zeros({out}));
  }
  torch::Tensor weight, bias;
};

struct NormWeights : torch::nn::Module {
  explicit NormWeights(std::int64_t channels) {
    weight = register_parameter("weight", torch::ones({channels}));
    bias = register_parameter("bias", torch::zeros({channels}));
    mean = register_buffer("running_mean", torch::zeros({channels}));
    variance = register_buffer("running_var", torch::ones({channels}));
  }
  torch::Tensor weight, bias, mean, variance;
};

/// Before and after one axis, for TensorFlow's SAME padding.
std::pair<std::int64_t, std::int64_t> same_padding(std::int64_t size, std::int64_t kernel, std::int64_t stride) {
  const std::int64_t out = (size + stride - 1) / stride;
  const std::int64_t total = std::max<std::int64_t>((out - 1) * stride + kernel - size, 0);
  return {total / 2, total - total / 2};
}

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

  void freeze(torch::Device device, torch::ScalarType type) {
    frozen_ = true;
    torch::Tensor weight, bias;
    if (conv_) weight = conv_->weight.detach().to(torch::kFloat64);
    if (conv_ && conv_->bias.defined()) bias = conv_->bias.detach().to(torch::kFloat64);
    if (norm_) {
      const Extent::value_type channels = norm_->weight.size(0);
      auto scale =
          norm_->weight.detach().to(torch::kFloat64) / (norm_->variance.to(torch::kFloat64) + options_.norm_eps).sqrt();
      auto shift = norm_->bias.detach().to(torch::kFloat64) - norm_->mean.to(torch::kFloat64) * scale;
      if (conv_) {
        weight = weight * scale.view({channels, 1, 1, 1});
        bias = bias.defined() ? bias * scale + shift : shift;
      } else {
        weight = scale.view({1, channels, 1, 1});
        bias = shift.view({1, channels, 1, 1});
      }
    }
    weight_ = weight.to(device, type).contiguous(torch::MemoryFormat::ChannelsLast);
    if (bias.defined()) bias_ = bias.to(device, type);
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

Operation max_pool(std::int64_t kernel, std::int64_t stride, std::int64_t padding, bool ceil) {
  return [=](const torch::Tensor& x) {
    const Extent size = {kernel, kernel}, step = {stride, stride}, pad = {padding, padding}, dilation = {1, 1};
    return torch::max_pool2d(x, size, step, pad, dilation, ceil);
  };
}

torch::nn::Module& Network::nested(const std::string& path) {
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

Operation Network::conv(const std::string& name, const std::string& norm_name, std::int64_t in, std::int64_t out,
                        const ConvOptions& options) {
  const auto last = [](const std::string& path) { return path.substr(path.rfind('.') + 1); };
  auto weights = nested(name).register_module(last(name), std::make_shared<ConvWeights>(in, out, options));
  pending_.push_back(name + ".weight");
  if (options.bias) pending_.push_back(name + ".bias");
  std::shared_ptr<NormWeights> norm_weights;
  if (!norm_name.empty()) {
    norm_weights = nested(norm_name).register_module(last(norm_name), std::make_shared<NormWeights>(out));
    for (const char* part : {".weight", ".bias", ".running_mean", ".running_var"}) pending_.push_back(norm_name + part);
  }
  auto unit = std::make_shared<Unit>(std::move(weights), std::move(norm_weights), options);
  units_.push_back(unit);
  return [unit](const torch::Tensor& x) { return (*unit)(x); };
}

Operation Network::norm(const std::string& name, std::int64_t channels, double eps, Activation activation) {
  auto weights =
      nested(name).register_module(name.substr(name.rfind('.') + 1), std::make_shared<NormWeights>(channels));
  for (const char* part : {".weight", ".bias", ".running_mean", ".running_var"}) pending_.push_back(name + part);
  ConvOptions options;
  options.norm_eps = eps;
  options.activation = activation;
  auto unit = std::make_shared<Unit>(nullptr, std::move(weights), options);
  units_.push_back(unit);
  return [unit](const torch::Tensor& x) { return (*unit)(x); };
}

void Network::step(std::function<void(Flow&)> run) { step({}, std::move(run)); }

void Network::step(BackboneStage stage, std::function<void(Flow&)> run) {
  steps_.push_back({std::move(stage), std::exchange(pending_, {}), std::move(run)});
}

std::optional<std::size_t> Network::find(const std::string& stage) const {
  const auto found = std::ranges::find(steps_, stage, [](const Step& step) { return step.stage.name; });
  if (stage.empty() || found == steps_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - steps_.begin());
}

std::vector<torch::Tensor> Network::forward(torch::Tensor input, std::span<const std::size_t> wanted) const {
  Flow flow{std::move(input), {}};
  return forward(flow, 0, wanted.back() + 1, wanted);
}

std::vector<torch::Tensor> Network::forward(Flow& flow, std::size_t begin, std::size_t end,
                                            std::span<const std::size_t> wanted) const {
  std::vector<torch::Tensor> results;
  for (std::size_t i = begin; i < end; ++i) {
    steps_.at(i).run(flow);
    if (std::ranges::binary_search(wanted, i)) results.push_back(flow.x);
  }
  return results;
}

std::map<std::string, torch::Tensor> Network::arrays() const {
  std::map<std::string, torch::Tensor> result;
  for (const auto& item : named_parameters()) result.emplace(item.key(), item.value());
  for (const auto& item : named_buffers()) result.emplace(item.key(), item.value());
  return result;
}

void Network::truncate(std::size_t steps) { steps_.resize(std::min(steps, steps_.size())); }

void Network::freeze(torch::Device device, torch::ScalarType type) {
  const torch::NoGradGuard no_gradients;
  eval();
  for (const auto& unit : units_) unit->freeze(device, type);
}

const std::map<std::string, NetworkBuilder>& network_builders() {
  static const auto builders = [] {
    std::map<std::string, NetworkBuilder> made;
    add_efficientnet_lite(made);
    add_inception(made);
    add_mobilenet_v2(made);
    add_resnet(made);
    add_squeezenet(made);
    return made;
  }();
  return builders;
}

std::shared_ptr<Network> make_network(const std::string& name) {
  const auto found = network_builders().find(name);
  if (found == network_builders().end()) {
    std::string known;
    for (const auto& [key, builder] : network_builders()) known += (known.empty() ? "" : ", ") + key;
    throw InvalidArgumentError("'" + name + "' is not a network that venloc knows: choose one of " + known);
  }
  auto network = std::make_shared<Network>(name);
  found->second(*network);
  network->eval();
  return network;
}

std::shared_ptr<Network> copy_of(const Network& network) {
  auto made = make_network(network.network());
  made->preprocessing = network.preprocessing;
  made->origin = network.origin;
  made->licence = network.licence;
  made->truncate(network.steps().size());
  const torch::NoGradGuard no_gradients;
  const auto arrays = network.arrays();
  for (auto& [name, values] : made->arrays()) values.copy_(arrays.at(name));
  return made;
}

Preprocessing imagenet_preprocessing() {
  Preprocessing result;
  result.mean = {0.485 * 255, 0.456 * 255, 0.406 * 255};
  result.deviation = {0.229 * 255, 0.224 * 255, 0.225 * 255};
  return result;
}

Preprocessing symmetric_preprocessing() {
  Preprocessing result;
  result.mean = {127.5, 127.5, 127.5};
  result.deviation = {127.5, 127.5, 127.5};
  return result;
}

void alias_norm(Network& network, const std::string& theirs, const std::string& ours) {
  network.aliases[theirs + "_gamma"] = ours + ".weight";
  network.aliases[theirs + "_beta"] = ours + ".bias";
  network.aliases[theirs + "_running_mean"] = ours + ".running_mean";
  network.aliases[theirs + "_running_var"] = ours + ".running_var";
}

}  // namespace venloc
