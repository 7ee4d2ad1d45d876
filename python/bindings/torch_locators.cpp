// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "torch_tables.hpp"
#include "venloc/core/error.hpp"
#include "work.hpp"

namespace venloc::python {

namespace {

using Release = py::call_guard<py::gil_scoped_release>;

std::string progress_text() { return std::string("progress: ") + kProgressType + " = None"; }

/// What locators with a network have in common: build, load, options and backbone.
template <typename Type, typename Options>
py::class_<Type, Locator> bind_network_locator(py::module_& m, const std::string& name, const char* doc) {
  const std::string options_name = Table<Options>::name;
  bind_options<Options>(m, ("How a " + name + " is built and asked.").c_str()).def("to_json", &Options::to_json);
  py::class_<Type, Locator> cls(m, name.c_str(), doc);
  {
    const OwnSignatures own;
    cls.def_static(
        "build",
        [](const Gallery& gallery, const Backbone& backbone, const py::object& options, const py::object& progress,
           const py::kwargs& keywords) {
          const auto o = make_options<Options>(options, keywords);
          return with_progress(
              progress, [&](const ProgressCallback& report) { return Type::build(gallery, backbone, o, report); });
        },
        py::arg("gallery"), py::arg("backbone"), py::arg("options") = py::none(), py::kw_only(),
        py::arg("progress") = py::none(),
        ("build(gallery: venloc._core.Gallery, backbone: venloc._torch.Backbone, options: venloc._torch." +
         options_name + " | dict[str, typing.Any] | None = None, *, " + progress_text() + ", " + signature<Options>() +
         ") -> venloc._torch." + name +
         "\n\nDescribes every picture of the gallery. Keywords stand above `options`; nested options may be dicts.")
            .c_str());
  }
  cls.def_static("load", py::overload_cast<const std::filesystem::path&>(&Type::load), py::arg("file"), Release())
      .def_property_readonly(
          "options", [](const Type& self) { return Options(self.options()); }, "A copy of the options.")
      .def_property_readonly("backbone", [](const Type& self) { return Backbone(self.backbone()); });
  return cls;
}

template <typename Type>
void add_locate_features(py::class_<Type, Locator>& cls) {
  {
    const OwnSignatures own;
    cls.def(
        "locate_features",
        [](const Type& self, const py::array_t<float, py::array::c_style | py::array::forcecast>& features) {
          if (features.ndim() != 1) throw InvalidArgumentError("the features of a picture are one row of values");
          const std::span values(features.data(), static_cast<std::size_t>(features.size()));
          const py::gil_scoped_release release;
          return self.locate_features(values);
        },
        py::arg("features"),
        "locate_features(self, features: numpy.typing.NDArray[numpy.float32]) -> venloc._core.Prediction\n\nThe answer "
        "for what `backbone.describe` said of a picture before: a row of extract_features.");
  }
}

template <typename Type>
void add_changes(py::class_<Type, Locator>& cls) {
  const OwnSignatures own;
  cls.def(
         "add",
         [](Type& self, const Gallery& gallery, const py::object& progress) {
           run_work(progress, [&](const ProgressCallback& report) { self.add(gallery, report); });
         },
         py::arg("gallery"), py::kw_only(), py::arg("progress") = py::none(),
         ("add(self, gallery: venloc._core.Gallery, *, " + progress_text() +
          ") -> None\n\nAdds pictures without a rebuild. Not to be called while queries run.")
             .c_str())
      .def(
          "remove", [](Type& self, const std::vector<std::string>& ids) { self.remove(ids); }, py::arg("ids"),
          Release(),
          "remove(self, ids: collections.abc.Sequence[str]) -> None\n\nRemoves pictures by id; an unknown id is a "
          "ValueError and changes nothing.");
}

template <typename Type>
void add_learning_curves(py::class_<Type, Locator>& cls) {
  cls.def_property_readonly(
      "learning_curves",
      [](const Type& self) {
        const auto curves = self.learning_curves();
        return std::vector<LearningCurve>(curves.begin(), curves.end());
      },
      "How the trainings went: of the folds of the calibration and, last, of all photos.");
}

void bind_descriptor_locator(py::module_& m) {
  auto cls = bind_network_locator<DescriptorLocator, DescriptorLocatorOptions>(
      m, "DescriptorLocator",
      "Locates by whitened global descriptors of a network and a calibrated mixture over the places of the pictures "
      "most "
      "alike.");
  add_locate_features(cls);
  add_changes(cls);
}

void bind_ensemble_locator(py::module_& m) {
  auto cls = bind_network_locator<EnsembleLocator, EnsembleLocatorOptions>(
      m, "EnsembleLocator",
      "Locates by SIFT features and a network's descriptors together: one list of candidates, each weighed by all that "
      "is known of it.");
  add_changes(cls);
}

void bind_painting_locator(py::module_& m) {
  auto cls = bind_network_locator<PaintingLocator, PaintingLocatorOptions>(
      m, "PaintingLocator",
      "Locates paintings, drawings and old photographs by what stands where in a network's maps of them.");
  const OwnSignatures own;
  cls.def(
         "scores",
         [](const PaintingLocator& self, const py::object& picture) {
           const auto image = py::module_::import("venloc.pictures").attr("as_image")(picture).cast<Image>();
           const auto found = [&] {
             const py::gil_scoped_release release;
             return self.scores(image);
           }();
           return py::array_t<float>(static_cast<py::ssize_t>(found.size()), found.data());
         },
         py::arg("picture"),
         "scores(self, picture: venloc.pictures.Picture) -> numpy.typing.NDArray[numpy.float32]\n\nThe score of each "
         "gallery picture, in deviations from the mean of all.")
      .def(
          "locate_scores",
          [](const PaintingLocator& self, const py::array_t<float, py::array::c_style | py::array::forcecast>& scores) {
            if (scores.ndim() != 1) throw InvalidArgumentError("the scores of a picture are one row of values");
            const std::span values(scores.data(), static_cast<std::size_t>(scores.size()));
            const py::gil_scoped_release release;
            return self.locate_scores(values);
          },
          py::arg("scores"),
          "locate_scores(self, scores: numpy.typing.NDArray[numpy.float32]) -> venloc._core.Prediction\n\nThe answer "
          "for "
          "what scores() said of a picture before.");
}

void bind_s2_locator(py::module_& m) {
  auto cls = bind_network_locator<S2CellClassifierLocator, S2CellClassifierLocatorOptions>(
      m, "S2CellClassifierLocator",
      "Classifies a picture into cells of the S2 library and places it by the photos in the likely ones.");
  add_locate_features(cls);
  add_learning_curves(cls);
  cls.def_property_readonly(
      "partitions",
      [](const S2CellClassifierLocator& self) {
        const auto partitions = self.partitions();
        return std::vector<CellPartition>(partitions.begin(), partitions.end());
      },
      "How the city is cut into cells.");
  {
    const OwnSignatures own;
    cls.def(
        "cell_probabilities",
        [](const S2CellClassifierLocator& self, const py::object& picture) {
          const auto image = py::module_::import("venloc.pictures").attr("as_image")(picture).cast<Image>();
          const auto found = [&] {
            const py::gil_scoped_release release;
            return self.cell_probabilities(image);
          }();
          py::list out;
          for (const auto& partition : found)
            out.append(py::array_t<double>(static_cast<py::ssize_t>(partition.size()), partition.data()));
          return out;
        },
        py::arg("picture"),
        "cell_probabilities(self, picture: venloc.pictures.Picture) -> list[numpy.typing.NDArray[numpy.float64]]"
        "\n\nWhat the head alone says of the cells of each partition: probabilities that sum to 1.");
  }
}

void bind_regression_locator(py::module_& m) {
  auto cls = bind_network_locator<RegressionLocator, RegressionLocatorOptions>(
      m, "RegressionLocator", "Predicts the place from the features of a picture, by a mixture density network.");
  add_locate_features(cls);
  add_learning_curves(cls);
}

}  // namespace

void bind_torch_locators(py::module_& m) {
  bind_descriptor_locator(m);
  bind_painting_locator(m);
  bind_ensemble_locator(m);
  bind_s2_locator(m);
  bind_regression_locator(m);
}

}  // namespace venloc::python
