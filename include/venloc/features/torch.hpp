// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/types.h>

#include "venloc/core/export.hpp"
#include "venloc/features/backbone.hpp"

/// Conversion from and to LibTorch tensors, for programs that use LibTorch themselves and find its headers with
/// find_package(Torch). Part of venloc::torch.
namespace venloc {

/// A copy of the map: float32, channels x height x width.
VENLOC_TORCH_API torch::Tensor to_tensor(const FeatureMap& map);

/// A copy of the picture: uint8, 3 x height x width, RGB; grey pictures have three equal channels.
VENLOC_TORCH_API torch::Tensor to_tensor(const Image& picture);

/// A map from a tensor of channels x height x width of any floating-point type on any device. Throws
/// InvalidArgumentError for other shapes and types.
VENLOC_TORCH_API FeatureMap to_feature_map(const torch::Tensor& tensor);

}  // namespace venloc
