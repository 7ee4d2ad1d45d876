// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>

#include "rooms.hpp"
#include "tables.hpp"

namespace py = pybind11;

namespace venloc::python {

void bind_retrieval(py::module_& m) {
  bind_options<DescriptorSearchOptions>(m);
  bind_options<VerificationOptions>(m);
  bind_options<VisualIndexOptions>(m);
  bind_options<VisualIndexQueryOptions>(m);
  bind_options<WhiteningOptions>(m);
}

}  // namespace venloc::python
