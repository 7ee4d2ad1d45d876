// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

#include "locators/head_locators_fields.hpp"
#include "tables.hpp"
#include "training/training_fields.hpp"

namespace venloc::python {

void bind_torch_training(py::module_& m);
void bind_torch_locators(py::module_& m);

// Of the structs that are fields of others.
template <>
inline constexpr const char* kModule<TrainingOptions> = "venloc._torch.";
template <>
inline constexpr const char* kModule<EpochRecord> = "venloc._torch.";

}  // namespace venloc::python
