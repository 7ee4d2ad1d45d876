// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "network_locator.hpp"
#include "rooms.hpp"

namespace venloc::python {

namespace {

void bind_descriptor_locator(py::module_& m) {
  auto cls = bind_network_locator<DescriptorLocator, DescriptorLocatorOptions>(m, "DescriptorLocator",
                                                                               locator_docs("DescriptorLocator"));
  add_locate_features(cls);
  add_descriptors(cls, doc("DescriptorLocator.describe"), doc("DescriptorLocator.descriptors"));
  add_changes(cls);
}

void bind_ensemble_locator(py::module_& m) {
  auto cls = bind_network_locator<EnsembleLocator, EnsembleLocatorOptions>(m, "EnsembleLocator",
                                                                           locator_docs("EnsembleLocator"));
  add_descriptors(cls, doc("EnsembleLocator.describe"), doc("EnsembleLocator.descriptors"));
  add_changes(cls);
}

void bind_painting_locator(py::module_& m) {
  auto cls = bind_network_locator<PaintingLocator, PaintingLocatorOptions>(m, "PaintingLocator",
                                                                           locator_docs("PaintingLocator"));
  const OwnSignatures own;
  cls.def(
         "scores",
         [](const PaintingLocator& self, const py::object& picture) {
           const auto image = image_of(picture);
           const auto found = [&] {
             const py::gil_scoped_release release;
             return self.scores(image);
           }();
           return py::array_t<float>(static_cast<py::ssize_t>(found.size()), found.data());
         },
         py::arg("picture"),
         "scores(self, picture: venloc.pictures.Picture) -> numpy.typing.NDArray[numpy.float32]\n\nThe score of each "
         "gallery picture, in their order, in standard deviations from the mean of all; locate() uses these scores.")
      .def(
          "locate_scores",
          [](const PaintingLocator& self, const py::array_t<float, py::array::c_style | py::array::forcecast>& scores) {
            if (scores.ndim() != 1) throw InvalidArgumentError("the scores of a picture are one row of values");
            const std::span values(scores.data(), static_cast<std::size_t>(scores.size()));
            const py::gil_scoped_release release;
            return self.locate_scores(values);
          },
          py::arg("scores"),
          "locate_scores(self, scores: numpy.typing.NDArray[numpy.float32]) -> venloc._core.Prediction\n\nThe "
          "prediction from the scores() of a picture, one for each gallery picture. Raises InvalidArgumentError for a "
          "wrong number of scores or one that is not finite.");
}

}  // namespace

void bind_network_locators(py::module_& m) {
  bind_descriptor_locator(m);
  bind_painting_locator(m);
  bind_ensemble_locator(m);
}

}  // namespace venloc::python
