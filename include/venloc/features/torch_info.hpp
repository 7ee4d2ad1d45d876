// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

/// What networks run on. Part of venloc::torch.
namespace venloc {

struct TorchInfo {
  std::string libtorch_version;  ///< that is loaded
  int cuda_devices = 0;          ///< that Device::kAuto and Device::kCuda can use; 0 = networks run on the CPU
};

/// Looks for devices without touching them, so that nothing is set up on a GPU.
TorchInfo torch_info();

}  // namespace venloc
