// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "features/inference/packing.hpp"
#include "features/inference/task.hpp"

namespace venloc::inference {

/// Operations of a network that are computed in one go, by number.
struct Group {
  Operation::Kind kind = Operation::Kind::kConvolution;  ///< of the first
  std::size_t first = 0;
  std::optional<std::size_t> sum;  ///< added to the result of the convolution before it is stored
  std::vector<Value> inputs;       ///< maps that have to be there
  Value result = 0;
};

/// What is computed for some of a network's maps of one size, and where in memory the maps are.
class Plan {
 public:
  /// `wanted`: the maps to compute.
  Plan(const Network& network, const Kernels& kernels, const std::vector<PackedWeights>& weights, const MapShape& input,
       std::vector<Value> wanted);

  /// [floats] of all maps together, but the input.
  [[nodiscard]] Index floats() const { return floats_; }
  [[nodiscard]] Tasks tasks(const float* input, float* memory, int threads) const;
  [[nodiscard]] ConstMap map(Value value, const float* input, const float* memory) const;

 private:
  void find_needed();
  void find_shapes(const MapShape& input);
  void find_groups();
  void place_maps();
  [[nodiscard]] std::unique_ptr<const Task> task(const Group& group, const float* input, float* memory,
                                                 int threads) const;

  const std::vector<Operation>& operations_;
  const Kernels& kernels_;
  const std::vector<PackedWeights>& weights_;
  std::vector<Value> wanted_;
  std::vector<int> uses_;  ///< of each value: by operations that are needed, and by who wants it; 0 = not needed
  std::vector<MapShape> shapes_;
  std::vector<Group> groups_;
  std::vector<Index> places_;  ///< in memory, of the values that groups make
  Index floats_ = 0;
};

}  // namespace venloc::inference
