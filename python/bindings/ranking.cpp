// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <string>
#include <vector>

#include "rooms.hpp"
#include "tables.hpp"
#include "venloc/locators/locator.hpp"
#include "venloc/ranking/evidence.hpp"
#include "venloc/ranking/walk.hpp"

namespace venloc::python {

namespace py = pybind11;

namespace {

void bind_walk(py::module_& m) {
  bind_result<CameraClock>(m);
  bind_result<WalkMoment>(m);
  bind_options<WalkOptions>(m);
  bind_result<Walk>(m);
  const OwnSignatures own;
  m.def(
      "combine_walk",
      [](const std::vector<Posterior>& posteriors, const Posterior& prior, const std::vector<WalkMoment>& moments,
         const py::object& options, int num_threads, const py::kwargs& keywords) {
        const auto o = make_options<WalkOptions>(options, keywords);
        const py::gil_scoped_release release;
        return combine_walk(posteriors, prior, moments, o, num_threads);
      },
      py::arg("posteriors"), py::arg("prior"), py::arg("moments") = std::vector<WalkMoment>{},
      py::arg("options") = py::none(), py::kw_only(), py::arg("num_threads") = 0,
      documented("combine_walk(posteriors: collections.abc.Sequence[venloc._core.Posterior], "
                 "prior: venloc._core.Posterior, "
                 "moments: collections.abc.Sequence[venloc._core.WalkMoment] = [], "
                 "options: venloc._core.WalkOptions | dict[str, typing.Any] | None = None, *, num_threads: int = 0, " +
                     signature<WalkOptions>() + ") -> venloc._core.Walk",
                 std::string(doc("combine_walk")) + kKeywordsAboveOptions)
          .c_str());
}

}  // namespace

void bind_ranking(py::module_& m) {
  bind_walk(m);
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
