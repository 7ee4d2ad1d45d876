// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/numpy.h>
#include <pybind11/operators.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "fields.hpp"
#include "pictures.hpp"
#include "rooms.hpp"
#include "tables.hpp"
#include "work.hpp"

namespace py = pybind11;

namespace venloc::python {

namespace {

using Values = py::array_t<float>;

Values map_of(const Backbone& self, const py::object& picture, const std::string& stage) {
  const auto image = image_of(picture);
  const FeatureMap map = [&] {
    const py::gil_scoped_release release;
    return self.map(image, stage);
  }();
  Values array({map.channels, map.height, map.width});
  std::ranges::copy(map.values, array.mutable_data());
  return array;
}

Values describe(const Backbone& self, const py::object& pictures) {
  constexpr std::size_t kBatch = 64;  // decoded pictures in memory at once
  const py::module_ convert = py::module_::import("venloc.pictures");
  const auto width = static_cast<py::ssize_t>(self.dimension());
  const auto described = [&](const std::vector<Image>& images, float* out) {
    const py::gil_scoped_release release;
    std::ranges::copy(self.describe_all(images), out);
  };
  if (!py::isinstance<py::list>(pictures) && !py::isinstance<py::tuple>(pictures)) {
    Values array(width);
    described({image_of(pictures)}, array.mutable_data());
    return array;
  }
  const auto sequence = py::reinterpret_borrow<py::sequence>(pictures);
  Values array({static_cast<py::ssize_t>(sequence.size()), width});
  for (std::size_t begin = 0; begin < sequence.size(); begin += kBatch) {
    const std::size_t end = std::min(begin + kBatch, sequence.size());
    const auto batch = convert.attr("as_images")(sequence[py::slice(begin, end, 1)], begin).cast<std::vector<Image>>();
    described(batch, array.mutable_data(static_cast<py::ssize_t>(begin), 0));
    if (PyErr_CheckSignals() != 0) {
      throw py::error_already_set();
    }
  }
  return array;
}

DType type_called(const std::string& name) {
  constexpr std::array<std::pair<const char*, DType>, 4> kTypes = {
      {{"float32", DType::kF32}, {"float16", DType::kF16}, {"bfloat16", DType::kBF16}, {"int8", DType::kI8}}};
  const auto* const found = std::ranges::find(kTypes, name, [](const auto& item) { return std::string(item.first); });
  if (found == kTypes.end()) {
    throw InvalidArgumentError(unknown_name("type", name, {"float32", "float16", "bfloat16", "int8"}));
  }
  return found->second;
}

void save(const Backbone& self, const std::filesystem::path& weights, const std::string& type) {
  const auto wanted = type_called(type);
  const py::gil_scoped_release release;
  self.save(weights, wanted);
}

Backbone rounded(const Backbone& self, const std::string& type) {
  const auto wanted = type_called(type);
  const py::gil_scoped_release release;
  return self.rounded(wanted);
}

void bind_network(py::module_& m) {
  bind_result<BackboneStage>(m);
  bind_options<BackboneOptions>(m);
  py::class_<Preprocessing>(m, "Preprocessing", doc("Preprocessing"))
      .def_readonly("mean", &Preprocessing::mean, doc("Preprocessing.mean"))
      .def_readonly("deviation", &Preprocessing::deviation, doc("Preprocessing.deviation"))
      .def_readonly("long_side_px", &Preprocessing::long_side_px, doc("Preprocessing.long_side_px"))
      .def_readonly("min_side_px", &Preprocessing::min_side_px, doc("Preprocessing.min_side_px"))
      .def(py::self == py::self)
      .def(py::pickle(
          [](const Preprocessing& self) {
            return py::make_tuple(self.mean, self.deviation, self.long_side_px, self.min_side_px);
          },
          [](const py::tuple& state) {
            return Preprocessing{state[0].cast<std::array<double, 3>>(), state[1].cast<std::array<double, 3>>(),
                                 state[2].cast<int>(), state[3].cast<int>()};
          }))
      .def("__repr__", [](const Preprocessing& self) {
        return py::str("Preprocessing(mean={}, deviation={}, long_side_px={}, min_side_px={})")
            .format(self.mean, self.deviation, self.long_side_px, self.min_side_px);
      });

  py::class_<Backbone> backbone(m, "Backbone", doc("Backbone"));
  {
    const OwnSignatures own;
    const std::string options = signature<BackboneOptions>();
    backbone.def_static(
        "load",
        [](const std::filesystem::path& weights, const std::string& network, const py::kwargs& keywords) {
          const auto o = make_options<BackboneOptions>(keywords);
          const py::gil_scoped_release release;
          return Backbone::load(weights, network, o);
        },
        py::arg("weights"), py::arg("network") = "",
        documented("load(weights: str | os.PathLike[str], network: str = '', *, " + options + ") -> Backbone",
                   doc("Backbone.load"))
            .c_str());
    backbone.def_static(
        "random",
        [](const std::string& network, std::uint64_t seed, const py::kwargs& keywords) {
          const auto o = make_options<BackboneOptions>(keywords);
          const py::gil_scoped_release release;
          return Backbone::random(network, seed, o);
        },
        py::arg("network"), py::arg("seed"),
        documented("random(network: str, seed: int, *, " + options + ") -> Backbone", doc("Backbone.random")).c_str());
    backbone.def("map", &map_of, py::arg("picture"), py::arg("stage") = "",
                 documented("map(self, picture: venloc.pictures.Picture, stage: str = '') -> "
                            "numpy.typing.NDArray[numpy.float32]",
                            doc("Backbone.map"))
                     .c_str());
    backbone.def("describe", &describe, py::arg("pictures"),
                 documented("describe(self, pictures: venloc.pictures.Picture | "
                            "collections.abc.Sequence[venloc.pictures.Picture]) -> numpy.typing.NDArray[numpy.float32]",
                            std::string(doc("Backbone.describe")) +
                                "\n\nOne picture gives an array of `dimension` values, a list of n pictures one of "
                                "n x dimension.")
                     .c_str());
    backbone.def(
        "save", &save, py::arg("weights"), py::arg("type") = "float32",
        "save(self, weights: str | os.PathLike[str], type: typing.Literal['float32', 'float16', 'bfloat16', "
        "'int8'] = 'float32') -> None\n\nWrites the weights, the network's name, preprocessing, origin and "
        "licence to a safetensors file, atomically. BatchNorm and biases stay float32; int8 takes a quarter of "
        "float32. Raises IoError, and InvalidArgumentError for a type that is too narrow for a weight.");
    backbone.def("rounded", &rounded, py::arg("type"),
                 "rounded(self, type: typing.Literal['float32', 'float16', 'bfloat16', 'int8']) -> "
                 "venloc._core.Backbone\n\nThe same network with the weights that a file of this type would hold. "
                 "Raises InvalidArgumentError for a type that is too narrow for a weight.");
  }
  backbone.def_static("networks", &Backbone::networks, doc("Backbone.networks"))
      .def_property_readonly("network", &Backbone::network, doc("Backbone.network"))
      .def_property_readonly("options", &Backbone::options, py::return_value_policy::copy, doc("Backbone.options"))
      .def_property_readonly("preprocessing", &Backbone::preprocessing, doc("Backbone.preprocessing"))
      .def_property_readonly("origin", &Backbone::origin,
                             "The origin of the weights, as text; empty where the file does not name it.")
      .def_property_readonly("licence", &Backbone::licence,
                             "Licence of the weights; empty where the file does not name it.")
      .def_property_readonly("stages", &Backbone::stages, doc("Backbone.stages"))
      .def_property_readonly("dimension", &Backbone::dimension, doc("Backbone.dimension"))
      .def_property_readonly("parts", &Backbone::parts, doc("Backbone.parts"))
      .def_property_readonly("regions", &Backbone::regions, doc("Backbone.regions"))
      .def("fingerprint", &Backbone::fingerprint, py::call_guard<py::gil_scoped_release>(), doc("Backbone.fingerprint"))
      .def_property_readonly("on_gpu", &Backbone::on_gpu, doc("Backbone.on_gpu"))
      .def("__repr__", [](const Backbone& self) {
        return "Backbone(" + self.network() + " to " + self.stages().back().name + ", describes with " +
               self.options().stage + ", " + std::to_string(self.dimension()) + " values)";
      });
}

void bind_feature_extraction(py::module_& m) {
  const OwnSignatures own;
  m.def(
      "extract_features",
      [](const Backbone& backbone, const Gallery& gallery, const py::object& progress, const py::kwargs& keywords) {
        const auto o = make_options<FeatureOptions>(keywords);
        const auto features = with_progress(
            progress, [&](const ProgressCallback& report) { return extract_features(backbone, gallery, o, report); });
        Values array({static_cast<py::ssize_t>(gallery.size()), static_cast<py::ssize_t>(backbone.dimension())});
        std::ranges::copy(features, array.mutable_data());
        return array;
      },
      py::arg("backbone"), py::arg("gallery"), py::kw_only(), py::arg("progress") = py::none(),
      documented("extract_features(backbone: venloc._core.Backbone, gallery: venloc._core.Gallery, *, progress: " +
                     std::string(kProgressType) + " = None, " + signature<FeatureOptions>() +
                     ") -> numpy.typing.NDArray[numpy.float32]",
                 doc("extract_features"))
          .c_str());
}

}  // namespace

void bind_backbone(py::module_& m) {
  bind_network(m);
  bind_feature_extraction(m);
}

}  // namespace venloc::python
