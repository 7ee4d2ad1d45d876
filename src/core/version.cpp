// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/core/version.hpp"

namespace venloc {

std::string_view version() { return VENLOC_VERSION; }

}  // namespace venloc
