// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "venloc/features/local_features.hpp"

namespace venloc {

struct VerificationOptions {
  double max_error_px = 12.0;  ///< largest distance of an inlier to the model [px]

  void validate() const;
};

}  // namespace venloc
