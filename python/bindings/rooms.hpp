// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

/// One function for each room of include/venloc, in the file of its name, in the order of the headers.
namespace venloc::python {

void bind_core(pybind11::module_& m);
void bind_geo(pybind11::module_& m);
void bind_image(pybind11::module_& m);
void bind_gallery(pybind11::module_& m);
void bind_features(pybind11::module_& m);
void bind_retrieval(pybind11::module_& m);
void bind_locators(pybind11::module_& m);
void bind_evaluation(pybind11::module_& m);

}  // namespace venloc::python
