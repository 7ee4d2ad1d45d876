// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

/// One function for each file of bindings: the rooms of include/venloc in the order of the headers, networks apart.
namespace venloc::python {

void bind_core(pybind11::module_& m);
void bind_geo(pybind11::module_& m);
void bind_image(pybind11::module_& m);
void bind_gallery(pybind11::module_& m);
void bind_features(pybind11::module_& m);
void bind_backbone(pybind11::module_& m);
void bind_retrieval(pybind11::module_& m);
void bind_ranking(pybind11::module_& m);
void bind_locators(pybind11::module_& m);
void bind_network_locators(pybind11::module_& m);
void bind_evaluation(pybind11::module_& m);

}  // namespace venloc::python
