// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>

#include <string>

#include "venloc/core/version.hpp"

PYBIND11_MODULE(_core, m) {
  m.doc() = "The C++ library behind the package venloc.";
  m.def("version", [] { return std::string(venloc::version()); }, "Version of the library, \"major.minor.patch\".");
}
