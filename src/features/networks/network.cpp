// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/networks/network.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "venloc/core/error.hpp"

namespace venloc {

namespace {

constexpr std::array<const char*, 4> kNormArrays = {".weight", ".bias", ".running_mean", ".running_var"};
constexpr std::int64_t kInputChannels = 3;

}  // namespace

std::pair<std::int64_t, std::int64_t> same_padding(std::int64_t size, std::int64_t kernel, std::int64_t stride) {
  const std::int64_t out = (size + stride - 1) / stride;
  const std::int64_t total = std::max<std::int64_t>((out - 1) * stride + kernel - size, 0);
  return {total / 2, total - total / 2};
}

std::int64_t Network::channels(Value x) const { return x == 0 ? kInputChannels : operations_.at(x - 1).channels; }

Value Network::add(Operation operation) {
  operations_.push_back(std::move(operation));
  return operations_.size();
}

void Network::declare(const std::string& name, std::vector<std::int64_t> shape, float value) {
  const auto count = std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
  arrays_.emplace(name, NetworkArray{std::move(shape), std::vector<float>(static_cast<std::size_t>(count), value)});
  pending_.push_back(name);
}

Value Network::conv(Value x, const std::string& name, const std::string& norm_name, std::int64_t out,
                    const ConvOptions& options) {
  declare(name + ".weight", {out, channels(x) / options.groups, options.kernel[0], options.kernel[1]}, 0);
  if (options.bias) declare(name + ".bias", {out}, 0);
  if (!norm_name.empty())
    for (const std::string part : kNormArrays)
      declare(norm_name + part, {out}, part == ".weight" || part == ".running_var" ? 1.0f : 0.0f);
  Operation operation;
  operation.inputs = {x};
  operation.channels = out;
  operation.window = options;
  operation.weights = name;
  operation.norm = norm_name;
  return add(std::move(operation));
}

Value Network::norm(Value x, const std::string& name, double eps, Activation activation) {
  for (const std::string part : kNormArrays)
    declare(name + part, {channels(x)}, part == ".weight" || part == ".running_var" ? 1.0f : 0.0f);
  Operation operation;
  operation.kind = Operation::Kind::kNorm;
  operation.inputs = {x};
  operation.channels = channels(x);
  operation.window.norm_eps = eps;
  operation.window.activation = activation;
  operation.norm = name;
  return add(std::move(operation));
}

Value Network::max_pool(Value x, std::int64_t kernel, std::int64_t stride, std::int64_t padding, bool ceil) {
  Operation operation;
  operation.kind = Operation::Kind::kMaxPool;
  operation.inputs = {x};
  operation.channels = channels(x);
  operation.window.kernel = {kernel, kernel};
  operation.window.stride = stride;
  operation.window.padding = {padding, padding};
  operation.window.activation = Activation::kNone;
  operation.ceil = ceil;
  return add(std::move(operation));
}

Value Network::average_pool(Value x, bool count_border) {
  Operation operation;
  operation.kind = Operation::Kind::kAveragePool;
  operation.inputs = {x};
  operation.channels = channels(x);
  operation.window.kernel = {3, 3};
  operation.window.padding = {1, 1};
  operation.window.activation = Activation::kNone;
  operation.count_border = count_border;
  return add(std::move(operation));
}

Value Network::sum(Value x, Value y, Activation activation, double scale) {
  Operation operation;
  operation.kind = Operation::Kind::kSum;
  operation.inputs = {x, y};
  operation.channels = channels(x);
  operation.window.activation = activation;
  operation.scale = scale;
  return add(std::move(operation));
}

Value Network::concatenate(std::vector<Value> values) {
  Operation operation;
  operation.kind = Operation::Kind::kConcatenate;
  for (const Value value : values) operation.channels += channels(value);
  operation.window.activation = Activation::kNone;
  operation.inputs = std::move(values);
  return add(std::move(operation));
}

Value Network::pad(Value x, std::int64_t padding) {
  Operation operation;
  operation.kind = Operation::Kind::kPad;
  operation.inputs = {x};
  operation.channels = channels(x);
  operation.window.padding = {padding, padding};
  operation.window.activation = Activation::kNone;
  return add(std::move(operation));
}

void Network::step(BackboneStage stage, Value result) {
  steps_.push_back({std::move(stage), std::exchange(pending_, {}), operations_.size(), result});
}

std::optional<std::size_t> Network::find(const std::string& stage) const {
  const auto found = std::ranges::find(steps_, stage, [](const Step& step) { return step.stage.name; });
  if (stage.empty() || found == steps_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - steps_.begin());
}

void Network::truncate(std::size_t steps) {
  if (steps >= steps_.size()) return;
  for (std::size_t i = steps; i < steps_.size(); ++i)
    for (const std::string& name : steps_[i].arrays) arrays_.erase(name);
  steps_.resize(steps);
  operations_.resize(steps == 0 ? 0 : steps_.back().operations);
}

FoldedWeights folded(const Network& network, const Operation& operation) {
  const auto values = [&](const std::string& name) -> const std::vector<float>& {
    return network.arrays().at(name).values;
  };
  const auto channels = static_cast<std::size_t>(operation.channels);
  std::vector<double> scale(channels, 1.0), shift(channels, 0.0);
  if (!operation.norm.empty()) {
    const auto& weight = values(operation.norm + ".weight");
    const auto& bias = values(operation.norm + ".bias");
    const auto& mean = values(operation.norm + ".running_mean");
    const auto& variance = values(operation.norm + ".running_var");
    for (std::size_t c = 0; c < channels; ++c) {
      scale[c] =
          static_cast<double>(weight[c]) / std::sqrt(static_cast<double>(variance[c]) + operation.window.norm_eps);
      shift[c] = static_cast<double>(bias[c]) - static_cast<double>(mean[c]) * scale[c];
    }
  }
  FoldedWeights out;
  if (operation.kind == Operation::Kind::kNorm) {
    out.weight.assign(scale.begin(), scale.end());
    out.bias.assign(shift.begin(), shift.end());
    return out;
  }
  out.weight = values(operation.weights + ".weight");
  const std::size_t each = out.weight.size() / channels;
  for (std::size_t i = 0; i < out.weight.size(); ++i)
    out.weight[i] = static_cast<float>(static_cast<double>(out.weight[i]) * scale[i / each]);
  for (std::size_t c = 0; c < channels; ++c) {
    const double own = operation.window.bias ? static_cast<double>(values(operation.weights + ".bias")[c]) : 0.0;
    out.bias.push_back(static_cast<float>(own * scale[c] + shift[c]));
  }
  return out;
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

Network make_network(const std::string& name) {
  const auto found = network_builders().find(name);
  if (found == network_builders().end()) {
    std::string known;
    for (const auto& [key, builder] : network_builders()) known += (known.empty() ? "" : ", ") + key;
    throw InvalidArgumentError("'" + name + "' is not a known network: choose one of " + known);
  }
  Network network(name);
  found->second(network);
  return network;
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
