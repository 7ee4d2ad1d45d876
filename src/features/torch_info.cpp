// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/features/torch_info.hpp"

#include <torch/cuda.h>
#include <torch/version.h>

namespace venloc {

TorchInfo torch_info() { return {TORCH_VERSION, static_cast<int>(torch::cuda::device_count())}; }

}  // namespace venloc
