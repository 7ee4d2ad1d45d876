// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "network_locator.hpp"
#include "torch_tables.hpp"

namespace venloc::python {

namespace {

template <typename Type>
void add_learning_curves(py::class_<Type, LocatorBase<Type>>& cls) {
  cls.def_property_readonly(
      "learning_curves",
      [](const Type& self) {
        const auto curves = self.learning_curves();
        return std::vector<LearningCurve>(curves.begin(), curves.end());
      },
      "Learning curves of the folds of the calibration, then of the training on all photos.");
}

void bind_s2_locator(py::module_& m) {
  auto cls = bind_network_locator<S2CellClassifierLocator, S2CellClassifierLocatorOptions>(
      m, "S2CellClassifierLocator", locator_docs("S2CellClassifierLocator"));
  add_locate_features(cls);
  add_learning_curves(cls);
  cls.def_property_readonly(
      "partitions",
      [](const S2CellClassifierLocator& self) {
        const auto partitions = self.partitions();
        return std::vector<CellPartition>(partitions.begin(), partitions.end());
      },
      doc("S2CellClassifierLocator.partitions"));
  {
    const OwnSignatures own;
    cls.def(
        "cell_probabilities",
        [](const S2CellClassifierLocator& self, const py::object& picture) {
          const auto image = image_of(picture);
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
        "\n\nThe probabilities of the head for the cells of each partition: one array per partition, which sums to 1.");
  }
}

void bind_regression_locator(py::module_& m) {
  auto cls = bind_network_locator<RegressionLocator, RegressionLocatorOptions>(m, "RegressionLocator",
                                                                               locator_docs("RegressionLocator"));
  add_locate_features(cls);
  add_learning_curves(cls);
}

}  // namespace

void bind_torch_locators(py::module_& m) {
  bind_s2_locator(m);
  bind_regression_locator(m);
}

}  // namespace venloc::python
