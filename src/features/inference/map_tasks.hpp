// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "features/inference/task.hpp"

/// The operations that have little to compute.
namespace venloc::inference {

/// clamp(x * factors + bias), for each channel.
std::unique_ptr<const Task> norm_task(const ConstMap& in, const float* factors, const float* bias, const Map& out,
                                      const Clamp& clamp);
/// clamp(x + scale y).
std::unique_ptr<const Task> sum_task(const ConstMap& x, const ConstMap& y, float scale, const Map& out,
                                     const Clamp& clamp);
std::unique_ptr<const Task> max_pool_task(const ConstMap& in, const Window& window, const Map& out);
/// `count_border`: what lies outside counts as zeros.
std::unique_ptr<const Task> average_pool_task(const ConstMap& in, const Window& window, bool count_border,
                                              const Map& out);
std::unique_ptr<const Task> concatenate_task(std::vector<ConstMap> parts, const Map& out);
/// Zeros around the map.
std::unique_ptr<const Task> pad_task(const ConstMap& in, const Window& border, const Map& out);

}  // namespace venloc::inference
