// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

/// \file
/// All of venloc::torch. Left out is venloc/features/torch.hpp, which alone needs the LibTorch headers.

#include "venloc/core/export.hpp"
#include "venloc/features/torch_info.hpp"
#include "venloc/locators/regression_locator.hpp"
#include "venloc/locators/s2_cell_classifier_locator.hpp"
#include "venloc/training/fine_tuning.hpp"
#include "venloc/training/training.hpp"

/// Part of venloc::torch.
namespace venloc {

/// Lets load_locator open models of the kinds "regression" and "s2", and networks run on GPUs (Device::kCuda, and kAuto
/// where there is one) and in bfloat16, in the whole process from then on. A program calls it before it opens or builds
/// what needs that; linking venloc::torch alone changes nothing. May be called again, and from several threads. Throws
/// InvalidArgumentError where one of these kinds is registered as a kind of your own.
VENLOC_TORCH_API void register_torch();

}  // namespace venloc
