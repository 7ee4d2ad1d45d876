// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

/// \file
/// All headers of venloc::torch, except venloc/features/torch.hpp, the only one that needs the LibTorch headers.

#include "venloc/core/export.hpp"
#include "venloc/features/torch_info.hpp"
#include "venloc/locators/regression_locator.hpp"
#include "venloc/locators/s2_cell_classifier_locator.hpp"
#include "venloc/training/fine_tuning.hpp"
#include "venloc/training/training.hpp"

/// Part of venloc::torch.
namespace venloc {

/// Enables LibTorch for the whole process: load_locator then opens models of the kinds "regression" and "s2", and
/// networks can run on GPUs (Device::kCuda; kAuto uses a GPU if there is one) and in bfloat16. Call it before you open
/// or build a model that needs LibTorch; linking venloc::torch alone changes nothing. May be called repeatedly, and
/// from several threads. Throws InvalidArgumentError when you have registered one of these kinds yourself.
VENLOC_TORCH_API void register_torch();

}  // namespace venloc
