// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "loading.hpp"
#include "pictures.hpp"
#include "tables.hpp"
#include "venloc/core/error.hpp"
#include "work.hpp"

/// What the bindings of locators with networks have in common.
namespace venloc::python {

inline std::string progress_text() { return std::string("progress: ") + kProgressType + " = None"; }

/// The comments of a locator's header.
struct LocatorDocs {
  const char* locator;
  const char* build;
  const char* load;
};
consteval LocatorDocs locator_docs(std::string_view name) {
  return {doc_of(name), member_doc(name, "build"), member_doc(name, "load")};
}

/// The class that a kind is derived from.
template <typename Type>
using LocatorBase = std::conditional_t<std::is_base_of_v<GalleryLocator, Type>, GalleryLocator, Locator>;

/// What locators with a network have in common: build, load, options and backbone.
template <typename Type, typename Options>
py::class_<Type, LocatorBase<Type>> bind_network_locator(py::module_& m, const std::string& name,
                                                         const LocatorDocs& docs) {
  const std::string options_name = FieldTable<Options>::name;
  const auto module = m.attr("__name__").cast<std::string>();
  bind_options<Options>(m).def("to_json", &Options::to_json, member_doc(FieldTable<Options>::name, "to_json"));
  py::class_<Type, LocatorBase<Type>> cls(m, name.c_str(), docs.locator);
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
        documented("build(gallery: venloc._core.Gallery, backbone: venloc._core.Backbone, options: " + module + "." +
                       options_name + " | dict[str, typing.Any] | None = None, *, " + progress_text() + ", " +
                       signature<Options>() + ") -> " + module + "." + name,
                   std::string(docs.build) + kKeywordsAboveOptions)
            .c_str());
  }
  add_load<Type>(cls, module + "." + name, docs.load);
  cls.def_property_readonly(
         "options", [](const Type& self) { return Options(self.options()); }, "A copy of the options.")
      .def_property_readonly(
          "backbone", [](const Type& self) { return Backbone(self.backbone()); },
          "The network that describes pictures.");
  return cls;
}

template <typename Type>
void add_locate_features(py::class_<Type, LocatorBase<Type>>& cls) {
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
        "locate_features(self, features: numpy.typing.NDArray[numpy.float32]) -> venloc._core.Prediction\n\nThe "
        "prediction from the features of a whole picture: an array of backbone.dimension values, as backbone.describe "
        "or "
        "a row of extract_features has them. Raises InvalidArgumentError for a wrong number of values or one that is "
        "not "
        "finite.");
  }
}

template <typename Type>
void add_descriptors(py::class_<Type, LocatorBase<Type>>& cls, const char* described, const char* descriptors) {
  cls.def_property_readonly(
      "descriptors",
      [](const Type& self) {
        const DescriptorIndex& index = self.descriptors();
        py::array_t<std::int8_t> out({index.size(), index.dimension()});
        for (std::size_t i = 0; i < index.size(); ++i)
          std::ranges::copy(index.descriptor(i), out.mutable_data(static_cast<py::ssize_t>(i)));
        return out;
      },
      (std::string(descriptors) +
       " An array of int8, one row for each photo; divided by its Euclidean norm, a row is comparable with describe().")
          .c_str());
  const OwnSignatures own;
  cls.def(
      "describe",
      [](const Type& self, const py::object& picture) {
        const auto image = image_of(picture);
        const auto found = [&] {
          const py::gil_scoped_release release;
          return self.describe(image);
        }();
        return py::array_t<float>(static_cast<py::ssize_t>(found.size()), found.data());
      },
      py::arg("picture"),
      documented("describe(self, picture: venloc.pictures.Picture) -> numpy.typing.NDArray[numpy.float32]", described)
          .c_str());
}

template <typename Type>
void add_changes(py::class_<Type, LocatorBase<Type>>& cls) {
  const OwnSignatures own;
  cls.def(
         "add",
         [](Type& self, const Gallery& gallery, const py::object& progress) {
           run_work(progress, [&](const ProgressCallback& report) { self.add(gallery, report); });
         },
         py::arg("gallery"), py::kw_only(), py::arg("progress") = py::none(), Changed(),
         ("add(self, gallery: venloc._core.Gallery, *, " + progress_text() +
          ") -> None\n\nAdds pictures without rebuilding the model. Raises InvalidArgumentError for a known id. Must "
          "not "
          "be "
          "called while queries run.")
             .c_str())
      .def(
          "remove", [](Type& self, const std::vector<std::string>& ids) { self.remove(ids); }, py::arg("ids"),
          py::call_guard<py::gil_scoped_release>(), Changed(),
          "remove(self, ids: collections.abc.Sequence[str]) -> None\n\nRemoves pictures by id. Raises "
          "InvalidArgumentError for an unknown id; the model is then unchanged.");
}

}  // namespace venloc::python
