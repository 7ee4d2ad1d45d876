// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <array>
#include <cstring>
#include <string>

#include "rooms.hpp"
#include "tables.hpp"
#include "venloc/features/local_features.hpp"

namespace py = pybind11;

namespace venloc::python {

namespace {

py::array_t<float> keypoints_of(const LocalFeatures& features) {
  py::array_t<float> array({static_cast<py::ssize_t>(features.size()), py::ssize_t{5}});
  float* out = array.mutable_data();
  for (const Keypoint& k : features.keypoints) {
    for (const float value : {k.x, k.y, k.scale, k.angle, k.response}) {
      *out++ = value;
    }
  }
  return array;
}

py::array_t<std::uint8_t> descriptors_of(const LocalFeatures& features) {
  static_assert(sizeof(SiftDescriptor) == kSiftDimension);
  py::array_t<std::uint8_t> array({features.descriptors.size(), kSiftDimension});
  if (!features.descriptors.empty()) {
    std::memcpy(array.mutable_data(), features.descriptors.data(), features.descriptors.size() * kSiftDimension);
  }
  return array;
}

}  // namespace

void bind_features(py::module_& m) {
  py::class_<LocalFeatures>(m, "LocalFeatures", "The local features of one picture, strongest first.")
      .def_readonly("width", &LocalFeatures::width, doc("LocalFeatures.width"))
      .def_readonly("height", &LocalFeatures::height, doc("LocalFeatures.height"))
      .def_property_readonly("keypoints", &keypoints_of,
                             "n x 5, float32: x, y, scale [px], angle [rad] and response of each feature.")
      .def_property_readonly("descriptors", &descriptors_of, "n x 128, uint8: the descriptor of each feature.")
      .def("__len__", &LocalFeatures::size)
      .def("__repr__", [](const LocalFeatures& self) {
        return "LocalFeatures(" + std::to_string(self.size()) + " of a picture of " + std::to_string(self.width) +
               " x " + std::to_string(self.height) + ")";
      });
  bind_options<SiftOptions>(m);
  const OwnSignatures own;
  m.def(
      "extract_sift",
      [](const Image& image, const py::kwargs& keywords) {
        const auto options = make_options<SiftOptions>(keywords);
        const py::gil_scoped_release release;
        return extract_sift(image, options);
      },
      py::arg("image"),
      documented(
          "extract_sift(image: venloc._core.Image, *, " + signature<SiftOptions>() + ") -> venloc._core.LocalFeatures",
          doc("extract_sift"))
          .c_str());
}

}  // namespace venloc::python
