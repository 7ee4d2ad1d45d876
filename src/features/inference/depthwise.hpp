// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "features/inference/convolution.hpp"

namespace venloc::inference {

/// The map that a depthwise convolution reads: one that is there, or the result of a convolution that is computed on
/// the way and never stored as a whole.
struct DepthwiseSource {
  ConstMap in;                           ///< the map itself, or what the convolution reads
  const PackedMatrix* matrix = nullptr;  ///< of the convolution, if there is one
  Window window;                         ///< the convolution's
  Clamp clamp;                           ///< the convolution's
  MapShape shape;                        ///< of the map
};

/// A depthwise convolution and what is computed before it.
struct DepthwiseStage {
  DepthwiseSource source;
  const PackedWeights* weights = nullptr;
  Window window;
  Clamp clamp;
};

/// The stage by itself.
std::unique_ptr<const Task> depthwise_task(const Kernels& kernels, const DepthwiseStage& stage, const Map& out,
                                           int threads);

/// The stage and a convolution of single cells after it, which together are an inverted bottleneck (Sandler et al.
/// 2018). What is between them is computed for a few lines at a time, which stay in the second-level cache.
std::unique_ptr<const Task> bottleneck_task(const Kernels& kernels, const DepthwiseStage& stage,
                                            const PackedMatrix& matrix, const Finish& finish, const Map& out,
                                            int threads);

}  // namespace venloc::inference
