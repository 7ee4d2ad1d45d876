// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "venloc/core/error.hpp"

namespace venloc::python {

/// From here on venloc's exceptions reach Python as the classes of venloc.errors.
void translate_errors();

}  // namespace venloc::python
