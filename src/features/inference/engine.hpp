// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "features/cell_map.hpp"

namespace venloc {

class Network;

/// Instruction sets that the kernels of the engine exist for.
enum class InferenceSimd { kPortable, kAvx2, kAvx512 };

/// The best one of the machine the program runs on.
InferenceSimd best_inference_simd();

/// Computes the maps of a network on the CPU, in float32. Weights are folded and packed once. Immutable and cheap to
/// copy; all members may be called from several threads at once.
class InferenceEngine {
 public:
  /// The first `steps` steps of the network. Throws InvalidArgumentError when the network has fewer, or the machine
  /// lacks the instruction set.
  InferenceEngine(const Network& network, std::size_t steps, InferenceSimd simd = best_inference_simd());

  /// The results of these steps (ascending numbers), for an input of 3 channels. Computes no more than they need, on
  /// up to `num_threads` threads (0 = all cores); the bits do not depend on their number. Throws InvalidArgumentError
  /// for an input or steps that do not fit.
  [[nodiscard]] std::vector<CellMap> forward(const CellMap& input, std::span<const std::size_t> wanted,
                                             int num_threads) const;

 private:
  struct Inside;
  std::shared_ptr<const Inside> inside_;
};

}  // namespace venloc
