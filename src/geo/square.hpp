// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace venloc {

constexpr double square(double value) { return value * value; }

}  // namespace venloc
