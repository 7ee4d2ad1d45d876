// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/inference/engine.hpp"

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>

#include "core/parallel.hpp"
#include "features/inference/plan.hpp"
#include "venloc/core/error.hpp"

namespace venloc {

using namespace inference;

namespace {

constexpr int kInputChannels = 3;

CellMap without_filling(const ConstMap& map) {
  CellMap out{static_cast<int>(map.height), static_cast<int>(map.width), static_cast<int>(map.channels), {}};
  out.values.reserve(static_cast<std::size_t>(map.cells() * map.channels));
  for (Index cell = 0; cell < map.cells(); ++cell)
    out.values.insert(out.values.end(), map.data + cell * map.pitch, map.data + cell * map.pitch + map.channels);
  return out;
}

}  // namespace

struct InferenceEngine::Inside {
  /// Memory of one pass. Kept for the next: pages that are new to the process cost a good part of a pass.
  struct Memory {
    Floats maps, scratch;
  };

  Inside(const Network& full, std::size_t steps, InferenceSimd simd)
      : network(full), kernels(inference::kernels(simd)) {
    network.truncate(steps);
    for (const Operation& operation : network.operations()) {
      const bool has_weights =
          operation.kind == Operation::Kind::kConvolution || operation.kind == Operation::Kind::kNorm;
      const Value in = operation.inputs.front();
      const Index channels = network.channels(in);
      weights.push_back(has_weights
                            ? packed_weights(kernels, network, operation, in == 0 ? channels : kernels.padded(channels))
                            : PackedWeights());
    }
  }

  [[nodiscard]] Memory take() const {
    const std::lock_guard lock(mutex);
    if (idle.empty()) return {};
    Memory memory = std::move(idle.back());
    idle.pop_back();
    return memory;
  }
  void give_back(Memory memory) const {
    constexpr Index kMostFloats = 1 << 23;  // 32 MB: a picture of 500 pixels takes 6
    if (memory.maps.size() + memory.scratch.size() > kMostFloats) return;
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(memory));
  }

  Network network;
  const Kernels& kernels;
  std::vector<PackedWeights> weights;  // of each operation
  mutable std::mutex mutex;
  mutable std::vector<Memory> idle;
};

InferenceEngine::InferenceEngine(const Network& network, std::size_t steps, InferenceSimd simd) {
  if (steps > network.steps().size())
    throw InvalidArgumentError("'" + network.name() + "' has " + std::to_string(network.steps().size()) +
                               " steps, not " + std::to_string(steps));
  if (simd > best_inference_simd())
    throw InvalidArgumentError(
        "this processor does not support the requested instruction set: use best_inference_simd()");
  inside_ = std::make_shared<const Inside>(network, steps, simd);
}

std::vector<CellMap> InferenceEngine::forward(const CellMap& input, std::span<const std::size_t> wanted,
                                              int num_threads) const {
  if (input.channels != kInputChannels || input.height <= 0 || input.width <= 0 ||
      input.values.size() != static_cast<std::size_t>(input.height) * input.width * kInputChannels)
    throw InvalidArgumentError("the input of a network has height x width x 3 values, of at least one cell");
  std::vector<Value> values;
  for (const std::size_t step : wanted) {
    if (step >= inside_->network.steps().size())
      throw InvalidArgumentError("step " + std::to_string(step) + " is not one of the " +
                                 std::to_string(inside_->network.steps().size()) + " that the engine was made for");
    values.push_back(inside_->network.steps()[step].result);
  }
  const int threads = resolve_threads(num_threads);
  const MapShape shape{input.height, input.width, kInputChannels, kInputChannels};
  const Plan plan(inside_->network, inside_->kernels, inside_->weights, shape, values, threads);
  Inside::Memory memory = inside_->take();
  if (memory.maps.size() < plan.floats()) memory.maps = Floats(plan.floats());
  const Tasks tasks = plan.tasks(input.values.data(), memory.maps.data());
  const Index scratch = threads * scratch_floats(tasks);
  if (memory.scratch.size() < scratch) memory.scratch = Floats(scratch);
  run_tasks(tasks, threads, memory.scratch.data());
  std::vector<CellMap> out;
  for (const Value value : values)
    out.push_back(without_filling(plan.map(value, input.values.data(), memory.maps.data())));
  inside_->give_back(std::move(memory));
  return out;
}

}  // namespace venloc
