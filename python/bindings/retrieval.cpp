// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>

#include "rooms.hpp"
#include "tables.hpp"

namespace py = pybind11;

namespace venloc::python {

void bind_retrieval(py::module_& m) {
  bind_options<DescriptorSearchOptions>(m, "How global descriptors are searched.");
  bind_options<VerificationOptions>(m, "Geometric verification of a candidate.");
  bind_options<VisualIndexOptions>(m, "How the visual index is built.");
  bind_options<VisualIndexQueryOptions>(m, "How the visual index is asked.");
  bind_options<WhiteningOptions>(m, "How global descriptors are shortened.");
}

}  // namespace venloc::python
