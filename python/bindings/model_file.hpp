// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

/// Locators pickle as the path of their model file. Call policies keep that path in the attribute `_file`.
namespace venloc::python {

/// The result was opened from the file that is the first argument.
struct OpenedFrom {};

/// The object was saved to the file that is its first argument.
struct SavedTo {};

/// The object is no longer what its file holds.
struct Changed {};

inline void remember_file(pybind11::handle locator, pybind11::handle file) {
  // The process that unpickles may have another working directory.
  locator.attr("_file") = pybind11::module_::import("os.path").attr("abspath")(file);
}

}  // namespace venloc::python

namespace pybind11::detail {

template <>
struct process_attribute<venloc::python::OpenedFrom> : process_attribute_default<venloc::python::OpenedFrom> {
  static void postcall(function_call& call, handle result) { venloc::python::remember_file(result, call.args[0]); }
};

template <>
struct process_attribute<venloc::python::SavedTo> : process_attribute_default<venloc::python::SavedTo> {
  static void postcall(function_call& call, handle /*result*/) {
    venloc::python::remember_file(call.args[0], call.args[1]);
  }
};

template <>
struct process_attribute<venloc::python::Changed> : process_attribute_default<venloc::python::Changed> {
  static void postcall(function_call& call, handle /*result*/) { call.args[0].attr("_file") = none(); }
};

}  // namespace pybind11::detail
