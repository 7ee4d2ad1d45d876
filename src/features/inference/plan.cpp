// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/inference/plan.hpp"

#include <algorithm>
#include <string>

#include "features/inference/convolution.hpp"
#include "features/inference/depthwise.hpp"
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
           const MapShape& input, std::vector<Value> wanted, int threads)
    : operations_(network.operations()),
      kernels_(kernels),
      weights_(weights),
      wanted_(std::move(wanted)),
      threads_(threads) {
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
  std::vector<bool> taken(operations_.size(), false);
  for (std::size_t i = 0; i < operations_.size(); ++i) {
    if (uses_[i + 1] == 0 || taken[i]) continue;
    Group group{{i}, operations_[i].inputs, i + 1};
    if (operations_[i].kind == Operation::Kind::kConvolution) extend(group, taken);
    for (const std::size_t operation : group.operations) taken[operation] = true;
    groups_.push_back(std::move(group));
  }
  std::ranges::sort(groups_, {}, &Group::result);  // so that the other term of a sum is there
}

void Plan::extend(Group& group, const std::vector<bool>& taken) const {
  for (std::size_t next = group.result; next < operations_.size(); ++next) {
    const auto& inputs = operations_[next].inputs;
    if (uses_[next + 1] == 0 || std::ranges::count(inputs, group.result) == 0) continue;
    if (taken[next] || !belongs(group, next)) return;  // a sum of two convolutions belongs to the first of them
    for (const Value input : inputs)
      if (input != group.result) group.inputs.push_back(input);
    group.operations.push_back(next);
    group.result = next + 1;
  }
}

bool Plan::belongs(const Group& group, std::size_t next) const {
  if (uses_[group.result] != 1) return false;
  const std::size_t last = group.operations.back();
  const Operation& operation = operations_[next];
  if (operations_[last].kind != Operation::Kind::kConvolution) return false;
  if (operation.kind == Operation::Kind::kSum)
    return !is_depthwise(last) && operation.scale == 1 && operations_[last].window.activation == Activation::kNone;
  if (operation.kind != Operation::Kind::kConvolution) return false;
  if (is_depthwise(next)) return group.operations.size() == 1 && !is_depthwise(last);
  return is_depthwise(last) && Window(operation.window, shapes_[group.result]).is_cell() && splits_well(last);
}

/// Whether an inverted bottleneck loses little when each thread computes a band of its lines: neighbours both compute
/// the lines between them that both their windows reach. At most an eighth of all lines; where it is more, threads
/// first divide the channels up to the depthwise convolution, then the cells of the one after it.
bool Plan::splits_well(std::size_t depthwise) const {
  const Operation& operation = operations_[depthwise];
  const Index shared = std::max<Index>(operation.window.kernel[0] - operation.window.stride, 0);
  return 8 * shared * (threads_ - 1) <= shapes_[operation.inputs[0]].height;
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

Tasks Plan::tasks(const float* input, float* memory) const {
  Tasks out;
  for (const Group& group : groups_) {
    const bool convolves = operations_[group.operations.front()].kind == Operation::Kind::kConvolution;
    out.push_back(convolves ? convolutions(group, input, memory) : other(group, input, memory));
  }
  return out;
}

struct Plan::Parts {
  DepthwiseStage depthwise;              ///< where its weights are there
  const PackedMatrix* matrix = nullptr;  ///< of the convolution at the end
  Window window;
  Finish finish;
};

Plan::Parts Plan::parts(const Group& group, const float* input, const float* memory) const {
  Parts out;
  out.depthwise.source.in = map(group.inputs[0], input, memory);
  out.depthwise.source.shape = out.depthwise.source.in;
  for (const std::size_t i : group.operations) {
    const Operation& operation = operations_[i];
    const Clamp clamp = clamp_of(operation.window.activation), before = std::exchange(out.finish.clamp, clamp);
    if (operation.kind == Operation::Kind::kSum) {
      out.finish.addend = map(group.inputs.back(), input, memory);
      continue;
    }
    const Window window(operation.window, shapes_[operation.inputs[0]]);
    if (is_depthwise(i)) {
      out.depthwise.source.matrix = std::exchange(out.matrix, nullptr);
      out.depthwise.source.window = out.window;
      out.depthwise.source.clamp = before;
      out.depthwise.source.shape = shapes_[operation.inputs[0]];
      out.depthwise.weights = &weights_[i];
      out.depthwise.window = window;
      out.depthwise.clamp = clamp;
    } else {
      out.matrix = &weights_[i].matrix;
      out.window = window;
    }
  }
  return out;
}

std::unique_ptr<const Task> Plan::convolutions(const Group& group, const float* input, float* memory) const {
  const Parts all = parts(group, input, memory);
  const Map out{shapes_[group.result], memory + places_[group.result]};
  if (all.depthwise.weights == nullptr)
    return convolution_task(kernels_, *all.matrix, all.depthwise.source.in, all.window, all.finish, out, threads_);
  if (all.matrix == nullptr) return depthwise_task(kernels_, all.depthwise, out, threads_);
  return bottleneck_task(kernels_, all.depthwise, *all.matrix, all.finish, out, threads_);
}

std::unique_ptr<const Task> Plan::other(const Group& group, const float* input, float* memory) const {
  const Operation& operation = operations_[group.operations[0]];
  const PackedWeights& weights = weights_[group.operations[0]];
  std::vector<ConstMap> in;
  for (const Value value : group.inputs) in.push_back(map(value, input, memory));
  const Map out{shapes_[group.result], memory + places_[group.result]};
  const Window window(operation.window, in[0], operation.ceil);
  const Clamp clamp = clamp_of(operation.window.activation);
  switch (operation.kind) {
    case Operation::Kind::kConvolution:
      break;
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
