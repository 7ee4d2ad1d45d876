// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include <new>
#include <string>

#include "venloc/core/error.hpp"
#include "venloc/features/backbone.hpp"

namespace venloc {

/// The device of torch that is meant. Throws InvalidArgumentError when there is none.
inline torch::Device resolve_device(Device device) {
  const bool cuda = device != Device::kCpu && torch::cuda::is_available();
  if (device == Device::kCuda && !cuda)
    throw InvalidArgumentError(
        "device: there is no CUDA device that this build of LibTorch can use; choose kAuto or kCpu");
  return cuda ? torch::Device(torch::kCUDA) : torch::Device(torch::kCPU);
}

/// Torch's exceptions as venloc's, without the stack that they carry in what().
template <typename Function>
auto translated(const std::string& doing, Function&& function) {
  try {
    return function();
  } catch (const c10::OutOfMemoryError& error) {
    throw Error(doing + ": out of memory on the device (" + error.what_without_backtrace() +
                "); use smaller pictures or batches, or Device::kCpu");
  } catch (const c10::Error& error) {
    throw Error(doing + ": " + error.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    throw Error(doing + ": out of memory; use smaller pictures or fewer threads");
  }
}

}  // namespace venloc
