// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "core/text_encoding.hpp"
#include "docs.hpp"
#include "rooms.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/core/version.hpp"

namespace py = pybind11;

namespace venloc::python {

namespace {

// NumPy has no bfloat16: those arrays are seen as the 16 bits they are made of.
constexpr std::array<std::pair<DType, const char*>, 13> kNumpyTypes = {{{DType::kBool, "?"},
                                                                        {DType::kU8, "u1"},
                                                                        {DType::kI8, "i1"},
                                                                        {DType::kU16, "<u2"},
                                                                        {DType::kI16, "<i2"},
                                                                        {DType::kF16, "<f2"},
                                                                        {DType::kBF16, "<u2"},
                                                                        {DType::kU32, "<u4"},
                                                                        {DType::kI32, "<i4"},
                                                                        {DType::kF32, "<f4"},
                                                                        {DType::kU64, "<u8"},
                                                                        {DType::kI64, "<i8"},
                                                                        {DType::kF64, "<f8"}}};

py::dtype numpy_type(DType type) {
  for (const auto& [known, name] : kNumpyTypes) {
    if (known == type) {
      return py::dtype(name);
    }
  }
  throw InvalidArgumentError("unknown element type " + std::string(name_of(type)));
}

DType dtype_of(const py::array& array, const std::string& name) {
  for (const auto& [known, text] : kNumpyTypes) {
    if (array.dtype().equal(py::dtype(text))) {
      return known;
    }
  }
  throw InvalidArgumentError("array '" + name + "': element type " + std::string(py::str(array.dtype())) +
                             " is not a safetensors type; convert it to a type like float32 or uint8");
}

std::pair<std::map<std::string, py::array>, std::map<std::string, std::string>> read_safetensors(
    const std::filesystem::path& path) {
  SafetensorsFile file = [&] {
    const py::gil_scoped_release release;
    return SafetensorsFile::open(path);
  }();
  std::map<std::string, py::array> arrays;
  for (const auto& [name, view] : file.tensors()) {
    if (name.starts_with("__pad")) {
      continue;
    }
    // The array is a view of the mapped file, which its owner keeps open.
    const py::capsule owner(new SafetensorsFile(file), [](void* p) { delete static_cast<SafetensorsFile*>(p); });
    py::array array(numpy_type(view.type), view.shape, view.bytes.data(), owner);
    array.attr("flags").attr("writeable") = false;
    arrays.emplace(name, std::move(array));
  }
  return {std::move(arrays), file.metadata()};
}

void write_safetensors(const std::filesystem::path& path, const std::map<std::string, py::array>& arrays,
                       const std::map<std::string, std::string>& metadata) {
  SafetensorsWriter writer;
  for (const auto& [key, value] : metadata) {
    writer.set_metadata(key, value);
  }
  std::vector<py::array> contiguous;
  for (const auto& [name, array] : arrays) {
    contiguous.push_back(py::array::ensure(array, py::array::c_style));
    const py::array& values = contiguous.back();
    writer.add(name, dtype_of(values, name), {values.shape(), values.shape() + values.ndim()},
               {static_cast<const std::byte*>(values.data()), static_cast<std::size_t>(values.nbytes())});
  }
  const py::gil_scoped_release release;
  writer.write(path);
}

}  // namespace

void bind_core(py::module_& m) {
  m.def(
      "version", [] { return std::string(version()); }, doc("version"));
  m.def(
      "decode_text",
      [](const py::bytes& encoded) {
        const auto decoded = decode_text(static_cast<std::string_view>(encoded));
        return std::make_tuple(decoded.text, decoded.encoding, decoded.assumed);
      },
      py::arg("encoded"),
      "A text whose encoding is not stored with it, the name of its encoding, and whether that is assumed. A byte "
      "order mark decides; then UTF-16 where about every second byte is 0, UTF-8 where the bytes are well-formed, "
      "otherwise Windows-1252, which is an assumption.");
  m.attr("FORMAT_VERSION") = kFormatVersion;
  m.def("read_safetensors", &read_safetensors, py::arg("path"),
        "The arrays (memory-mapped, read-only) and the metadata of a safetensors file; bfloat16 arrays are returned as "
        "uint16. Raises FileNotFoundError, IoError, or FormatError that names the file and what is wrong with it.");
  m.def(
      "write_safetensors", &write_safetensors, py::arg("path"), py::arg("arrays"),
      py::arg("metadata") = std::map<std::string, std::string>{},
      "Writes arrays and metadata atomically; the same content gives the same bytes. Raises InvalidArgumentError for a "
      "reserved name (`__…`) or an element type without a safetensors form, and IoError that names the file.");
}

}  // namespace venloc::python
