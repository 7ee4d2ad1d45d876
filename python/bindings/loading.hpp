// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>
#include <pybind11/stl/filesystem.h>

#include <filesystem>
#include <string>

#include "model_file.hpp"
#include "tables.hpp"
#include "venloc/locators/locator.hpp"

/// Opening a model as one class of locator.
namespace venloc::python {

template <typename Type, typename Class>
void add_load(Class& cls, const std::string& name, const char* text) {
  const OwnSignatures own;
  cls.def_static(
      "load",
      [](const std::filesystem::path& file, const py::kwargs& keywords) {
        const auto options = make_options<LoadOptions>(keywords);
        const py::gil_scoped_release release;
        return Type::load(file, options);
      },
      py::arg("file"), OpenedFrom(),
      documented("load(file: str | os.PathLike[str], *, " + signature<LoadOptions>() + ") -> " + name,
                 std::string(text) + " Keywords are those of LoadOptions.")
          .c_str());
}

}  // namespace venloc::python
