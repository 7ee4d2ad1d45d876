// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/inference/plan.hpp"

#include <algorithm>
#include <string>

#include "features/inference/convolution.hpp"
#include "features/inference/map_tasks.hpp"
#include "venloc/core/error.hpp"

namespace venloc::inference {
namespace {

MapShape shape_after(const Operation& operation, const MapShape& in, const Kernels& kernels) {
  MapShape out = in;
  using Kind = Operation::Kind;
  if (operation.kind == Kind::kConvolution || operation.kind == Kind::kMaxPool) {
    const Window window(operation.window, in, operation.ceil);
    out.height = window.out_height;
    out.width = window.out_width;
  } else if (operation.kind == Kind::kPad) {
    out.height += 2 * operation.window.padding[0];
    out.width += 2 * operation.window.padding[1];
  }
  out.channels = operation.channels;
  out.pitch = kernels.padded(out.channels);
  if (out.cells() <= 0)
    throw InvalidArgumentError("the picture is too small for the network: its map of " + std::to_string(in.width) +
                               " x " + std::to_string(in.height) + " cells cannot be reduced further");
  return out;
}

/// Memory for maps that are not all needed at the same time: the first gap that is wide enough.
class Places {
 public:
  Index take(Value value, Index floats) {
    Index begin = 0;
    auto next = taken_.begin();
    for (; next != taken_.end() && next->begin - begin < floats; ++next) begin = next->end;
    taken_.insert(next, {begin, begin + floats, value});
    most_ = std::max(most_, begin + floats);
    return begin;
  }
  void give_back(Value value) {
    std::erase_if(taken_, [&](const Taken& taken) { return taken.value == value; });
  }
  [[nodiscard]] Index most() const { return most_; }

 private:
  struct Taken {
    Index begin, end;
    Value value;
  };
  std::vector<Taken> taken_;  // ascending
  Index most_ = 0;
};

}  // namespace

Plan::Plan(const Network& network, const Kernels& kernels, const std::vector<PackedWeights>& weights,
           const MapShape& input, std::vector<Value> wanted)
    : operations_(network.operations()), kernels_(kernels), weights_(weights), wanted_(std::move(wanted)) {
  find_needed();
  find_shapes(input);
  find_groups();
  place_maps();
}

void Plan::find_needed() {
  uses_.assign(operations_.size() + 1, 0);
  for (const Value value : wanted_) ++uses_[value];
  for (std::size_t i = operations_.size(); i-- > 0;)
    if (uses_[i + 1] > 0)
      for (const Value input : operations_[i].inputs) ++uses_[input];
}

void Plan::find_shapes(const MapShape& input) {
  shapes_.assign(uses_.size(), {});
  shapes_[0] = input;
  for (std::size_t i = 0; i < operations_.size(); ++i)
    if (uses_[i + 1] > 0)
      shapes_[i + 1] = shape_after(operations_[i], shapes_[operations_[i].inputs.front()], kernels_);
}

void Plan::find_groups() {
  for (std::size_t i = 0; i < operations_.size(); ++i)
    if (uses_[i + 1] > 0) groups_.push_back({operations_[i].kind, i, {}, operations_[i].inputs, i + 1});
}

void Plan::place_maps() {
  places_.assign(uses_.size(), 0);
  std::vector<std::size_t> last(uses_.size(), 0);  // group that reads a value last
  for (std::size_t g = 0; g < groups_.size(); ++g)
    for (const Value input : groups_[g].inputs) last[input] = g;
  for (const Value value : wanted_) last[value] = groups_.size();
  Places places;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const Value result = groups_[g].result;
    places_[result] = places.take(result, aligned(shapes_[result].floats()));
    for (const Value input : groups_[g].inputs)
      if (last[input] == g) places.give_back(input);
  }
  floats_ = places.most();
}

ConstMap Plan::map(Value value, const float* input, const float* memory) const {
  return {shapes_[value], value == 0 ? input : memory + places_[value]};
}

Tasks Plan::tasks(const float* input, float* memory, int threads) const {
  Tasks out;
  for (const Group& group : groups_) out.push_back(task(group, input, memory, threads));
  return out;
}

std::unique_ptr<const Task> Plan::task(const Group& group, const float* input, float* memory, int threads) const {
  const Operation& operation = operations_[group.first];
  const PackedWeights& weights = weights_[group.first];
  std::vector<ConstMap> in;
  for (const Value value : group.inputs) in.push_back(map(value, input, memory));
  const Map out{shapes_[group.result], memory + places_[group.result]};
  const Window window(operation.window, in[0], operation.ceil);
  const Clamp clamp = clamp_of(operation.window.activation);
  switch (group.kind) {
    case Operation::Kind::kConvolution:
      if (weights.depthwise) return depthwise_task(kernels_, weights, in[0], window, clamp, out, threads);
      return convolution_task(kernels_, weights.matrix, in[0], window, {{}, clamp}, out, threads);
    case Operation::Kind::kNorm:
      return norm_task(in[0], weights.factors.data(), weights.bias.data(), out, clamp);
    case Operation::Kind::kMaxPool:
      return max_pool_task(in[0], window, out);
    case Operation::Kind::kAveragePool:
      return average_pool_task(in[0], window, operation.count_border, out);
    case Operation::Kind::kSum:
      return sum_task(in[0], in[1], static_cast<float>(operation.scale), out, clamp);
    case Operation::Kind::kConcatenate:
      return concatenate_task(std::move(in), out);
    case Operation::Kind::kPad:
      return pad_task(in[0], window, out);
  }
  return nullptr;
}

}  // namespace venloc::inference
