// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "features/inference/packing.hpp"
#include "features/inference/task.hpp"

namespace venloc::inference {

/// Operations of a network that are computed in one go: one operation; a convolution and a sum with its result; or
/// up to a convolution, a depthwise one, a convolution of single cells and a sum.
struct Group {
  std::vector<std::size_t> operations;  ///< by number, each with the result of the one before
  std::vector<Value> inputs;            ///< maps that have to be there
  Value result = 0;
};

/// What is computed for some of a network's maps of one size, and where in memory the maps are.
class Plan {
 public:
  /// `wanted`: the maps to compute.
  Plan(const Network& network, const Kernels& kernels, const std::vector<PackedWeights>& weights, const MapShape& input,
       std::vector<Value> wanted, int threads);

  /// [floats] of all maps together, but the input.
  [[nodiscard]] Index floats() const { return floats_; }
  [[nodiscard]] Tasks tasks(const float* input, float* memory) const;
  [[nodiscard]] const std::vector<Group>& groups() const { return groups_; }
  [[nodiscard]] ConstMap map(Value value, const float* input, const float* memory) const;

 private:
  void find_needed();
  void find_shapes(const MapShape& input);
  void find_groups();
  void extend(Group& group, const std::vector<bool>& taken) const;
  [[nodiscard]] bool belongs(const Group& group, std::size_t next) const;
  [[nodiscard]] bool splits_well(std::size_t depthwise) const;
  void place_maps();
  [[nodiscard]] bool is_depthwise(std::size_t operation) const { return weights_[operation].depthwise; }
  /// What a group of convolutions is computed with.
  struct Parts;
  [[nodiscard]] Parts parts(const Group& group, const float* input, const float* memory) const;
  [[nodiscard]] std::unique_ptr<const Task> convolutions(const Group& group, const float* input, float* memory) const;
  [[nodiscard]] std::unique_ptr<const Task> other(const Group& group, const float* input, float* memory) const;

  const std::vector<Operation>& operations_;
  const Kernels& kernels_;
  const std::vector<PackedWeights>& weights_;
  std::vector<Value> wanted_;
  int threads_;
  std::vector<int> uses_;  ///< of each value: by operations that are needed, and by the caller; 0 = not needed
  std::vector<MapShape> shapes_;
  std::vector<Group> groups_;
  std::vector<Index> places_;  ///< in memory, of the values that groups make
  Index floats_ = 0;
};

}  // namespace venloc::inference
