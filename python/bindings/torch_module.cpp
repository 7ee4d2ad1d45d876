// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>

#include "errors.hpp"
#include "torch_tables.hpp"
#include "venloc/torch.hpp"

namespace py = pybind11;

namespace venloc::python {

namespace {

void bind_torch_info(py::module_& m) {
  py::class_<TorchInfo>(m, "TorchInfo", doc("TorchInfo"))
      .def_readonly("libtorch_version", &TorchInfo::libtorch_version, doc("TorchInfo.libtorch_version"))
      .def_readonly("cuda_devices", &TorchInfo::cuda_devices, doc("TorchInfo.cuda_devices"));
  m.def("torch_info", &torch_info, doc("torch_info"));
}

}  // namespace

}  // namespace venloc::python

PYBIND11_MODULE(_torch, m) {
  using namespace venloc::python;
  m.doc() = "The part of the C++ library that needs LibTorch.";
  py::module_::import("venloc._core");  // holds the types of pictures, networks and locators
  translate_errors();
  venloc::register_torch();
  bind_torch_info(m);
  bind_torch_training(m);
  bind_torch_locators(m);
}
