// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Written by `benchmarks/non_pictures`; do not edit.
#pragma once

#include <array>

#include "venloc/image/content.hpp"

namespace venloc::content_weights {

/// What one statistic adds to the logits of text and of a screenshot against a picture, per standard deviation.
struct Weight {
  double ContentStatistics::*statistic;
  double mean, sigma;
  double text, screenshot;
};

inline constexpr double kThreshold = 2.0;
inline constexpr double kTextBias = -9.0, kScreenshotBias = -9.0;
inline constexpr std::array<Weight, 1> kWeights = {{{&ContentStatistics::mode_share, 0.0, 1.0, 0.0, 0.0}}};

}  // namespace venloc::content_weights
