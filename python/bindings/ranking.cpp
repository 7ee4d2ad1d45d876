// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <string>

#include "rooms.hpp"
#include "tables.hpp"
#include "venloc/locators/locator.hpp"
#include "venloc/ranking/evidence.hpp"

namespace venloc::python {

namespace py = pybind11;

void bind_ranking(py::module_& m) {
  py::class_<Evidence>(m, "Evidence", doc("Evidence"))
      .def("to_json", &Evidence::to_json, py::call_guard<py::gil_scoped_release>(), doc("Evidence.to_json"))
      .def_static(
          "from_json", [](const std::string& text) { return Evidence::from_json(text); }, py::arg("text"),
          py::call_guard<py::gil_scoped_release>(), doc("Evidence.from_json"))
      .def(
          "__len__", [](const Evidence& self) { return self.candidates.size(); }, "Number of candidates.")
      .def(
          "__eq__",
          [](const Evidence& self, const Evidence& other) {
            return self.candidates == other.candidates && self.list == other.list && self.matches == other.matches;
          },
          py::is_operator(), "Whether all measurements are equal.")
      .def("__repr__",
           [](const Evidence& self) {
             return "<Evidence of " + std::to_string(self.candidates.size()) + " candidates>";
           })
      .def(py::pickle([](const Evidence& self) { return self.to_json(); },
                      [](const std::string& text) { return Evidence::from_json(text); }));
}

}  // namespace venloc::python
