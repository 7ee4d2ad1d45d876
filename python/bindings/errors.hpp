// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

#include <string_view>

#include "venloc/core/error.hpp"

namespace venloc::python {

/// The text for Python. Names of files in it need not be UTF-8: other bytes are shown as "\xe9".
pybind11::object text_of(std::string_view text);

/// From here on venloc's exceptions reach Python as the classes of venloc.errors.
void translate_errors();

}  // namespace venloc::python
