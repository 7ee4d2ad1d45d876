// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

namespace venloc {

/// The probability of these log odds.
inline double logistic(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }

}  // namespace venloc
