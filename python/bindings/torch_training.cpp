// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <string>

#include "torch_tables.hpp"
#include "work.hpp"

namespace venloc::python {

void bind_torch_training(py::module_& m) {
  bind_options<TrainingOptions>(m);
  bind_result<EpochRecord>(m);
  bind_result<LearningCurve>(m);

  bind_options<FineTuningOptions>(m).def("to_json", &FineTuningOptions::to_json, doc("FineTuningOptions.to_json"));
  py::class_<FineTuned>(m, "FineTuned", doc("FineTuned"))
      .def_property_readonly(
          "backbone", [](const FineTuned& self) { return Backbone(self.backbone); }, doc("FineTuned.backbone"))
      .def_property_readonly(
          "curve", [](const FineTuned& self) { return LearningCurve(self.curve); }, doc("FineTuned.curve"))
      .def("__repr__", [](const FineTuned& self) {
        return "FineTuned(" + self.backbone.network() + ", best of " + std::to_string(self.curve.epochs.size()) +
               " epochs: " + std::to_string(self.curve.best_epoch) + ")";
      });
  const OwnSignatures own;
  m.def(
      "fine_tune",
      [](const Backbone& backbone, const Gallery& gallery, const py::object& options, const py::object& progress,
         const py::kwargs& keywords) {
        const auto o = make_options<FineTuningOptions>(options, keywords);
        return with_progress(progress,
                             [&](const ProgressCallback& report) { return fine_tune(backbone, gallery, o, report); });
      },
      py::arg("backbone"), py::arg("gallery"), py::arg("options") = py::none(), py::kw_only(),
      py::arg("progress") = py::none(),
      documented("fine_tune(backbone: venloc._core.Backbone, gallery: venloc._core.Gallery, options: "
                 "venloc._torch.FineTuningOptions | dict[str, typing.Any] | None = None, *, progress: " +
                     std::string(kProgressType) + " = None, " + signature<FineTuningOptions>() +
                     ") -> venloc._torch.FineTuned",
                 std::string(doc("fine_tune")) + kKeywordsAboveOptions)
          .c_str());
}

}  // namespace venloc::python
