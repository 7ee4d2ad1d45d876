// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "venloc/core/export.hpp"

namespace venloc {

/// Version of the library, "major.minor.patch".
VENLOC_API std::string_view version();

/// Version of the model file format that this library writes; it reads this one and all earlier ones.
inline constexpr int kFormatVersion = 2;

}  // namespace venloc
