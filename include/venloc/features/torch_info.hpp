// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "venloc/core/export.hpp"

/// What networks run on. Part of venloc::torch.
namespace venloc {

/// What networks run on.
struct TorchInfo {
  std::string libtorch_version;  ///< version of the LibTorch that is loaded
  int cuda_devices = 0;          ///< number of CUDA devices that networks can use; 0 = networks run on the CPU
};

/// Counts devices without initialising a GPU.
VENLOC_TORCH_API TorchInfo torch_info();

}  // namespace venloc
