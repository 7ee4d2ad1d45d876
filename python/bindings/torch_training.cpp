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
  bind_options<TrainingOptions>(m, "How a head on frozen features is trained.");
  bind_result<EpochRecord>(m, "Losses of one epoch; validation_loss is NaN when nothing was held out.");
  bind_result<LearningCurve>(m, "How one training went: name, epochs, and the best_epoch, whose weights were taken.");

  bind_options<FineTuningOptions>(m, "How a network itself is trained.").def("to_json", &FineTuningOptions::to_json);
  py::class_<FineTuned>(m, "FineTuned", "A network that was trained on a gallery, and how that went.")
      .def_property_readonly("backbone", [](const FineTuned& self) { return Backbone(self.backbone); })
      .def_property_readonly("curve", [](const FineTuned& self) { return LearningCurve(self.curve); })
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
      ("fine_tune(backbone: venloc._core.Backbone, gallery: venloc._core.Gallery, options: "
       "venloc._torch.FineTuningOptions | dict[str, typing.Any] | None = None, *, progress: " +
       std::string(kProgressType) + " = None, " + signature<FineTuningOptions>() +
       ") -> venloc._torch.FineTuned\n\nTrains the last stages of a network on the photos of a gallery. A locator "
       "built on it from the same photos can be too sure of itself: calibrate and measure with others.")
          .c_str());
}

}  // namespace venloc::python
