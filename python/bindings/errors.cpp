// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "errors.hpp"

#include <pybind11/pybind11.h>

#include <exception>

namespace py = pybind11;

namespace venloc::python {

py::object text_of(std::string_view text) {
  auto* decoded = PyUnicode_DecodeUTF8(text.data(), static_cast<py::ssize_t>(text.size()), "backslashreplace");
  if (decoded == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(decoded);
}

namespace {

// The classes are defined in Python (venloc/errors.py), where they can have two bases and a place in the type checker.
void raise(const char* name, const std::exception& error) {
  const py::object type = py::module_::import("venloc.errors").attr(name);
  py::set_error(type, text_of(error.what()));
}

}  // namespace

void translate_errors() {
  py::register_local_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer) {
        std::rethrow_exception(pointer);
      }
    } catch (const InvalidArgumentError& error) {
      raise("InvalidArgumentError", error);
    } catch (const FileNotFoundError& error) {
      raise("FileNotFoundError", error);
    } catch (const ImageError& error) {
      raise("ImageError", error);
    } catch (const FormatError& error) {
      raise("FormatError", error);
    } catch (const IoError& error) {
      raise("IoError", error);
    } catch (const CancelledError& error) {
      raise("CancelledError", error);
    } catch (const Error& error) {
      raise("Error", error);
    }
  });
}

}  // namespace venloc::python
