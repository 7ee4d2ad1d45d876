// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/image/image.hpp"

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "pictures.hpp"
#include "rooms.hpp"
#include "tables.hpp"
#include "venloc/image/content.hpp"
#include "venloc/image/hash.hpp"
#include "venloc/image/metadata.hpp"

namespace py = pybind11;

namespace venloc::python {

namespace {

using Release = py::call_guard<py::gil_scoped_release>;

std::span<const std::byte> bytes_of(const py::buffer_info& info) {
  return {static_cast<const std::byte*>(info.ptr), static_cast<std::size_t>(info.size * info.itemsize)};
}

std::string shape_text(const py::buffer_info& info) {
  std::string text;
  for (const py::ssize_t extent : info.shape) {
    text += (text.empty() ? "" : " x ") + std::to_string(extent);
  }
  return text;
}

// H x W or H x W x 3 of uint8, any strides.
Image from_array(const py::buffer& array) {
  const py::buffer_info info = array.request();
  if (info.format != py::format_descriptor<std::uint8_t>::format() || info.itemsize != 1) {
    throw InvalidArgumentError("Image takes an array of uint8 (0 to 255), not of format '" + info.format +
                               "': venloc.pictures.as_image converts bool, floats of 0 to 1 or 0 to 255 and integers");
  }
  const bool colour = info.ndim == 3 && info.shape[2] == 3;
  if (info.ndim != 2 && !colour) {
    throw InvalidArgumentError("a picture as an array must be height x width (grey) or height x width x 3 (RGB), not " +
                               shape_text(info));
  }
  const int height = static_cast<int>(info.shape[0]);
  const int width = static_cast<int>(info.shape[1]);
  const int channels = colour ? 3 : 1;
  std::vector<std::uint8_t> pixels;
  pixels.reserve(static_cast<std::size_t>(info.size));
  const auto* base = static_cast<const std::uint8_t*>(info.ptr);
  for (py::ssize_t y = 0; y < height; ++y) {
    for (py::ssize_t x = 0; x < width; ++x) {
      for (py::ssize_t c = 0; c < channels; ++c) {
        pixels.push_back(base[y * info.strides[0] + x * info.strides[1] + (colour ? c * info.strides[2] : 0)]);
      }
    }
  }
  return Image(width, height, channels, std::move(pixels));
}

}  // namespace

void bind_image(py::module_& m) {
  py::class_<Image> image(m, "Image", py::buffer_protocol(),
                          "A picture in memory: 8 bits a channel, rows from the top, RGB or grey. Immutable; "
                          "numpy.asarray(image) shares its pixels.");
  {
    const OwnSignatures own;
    image.def(py::init(&from_array), py::arg("array"),
              "__init__(self, array: numpy.typing.NDArray[numpy.uint8] | memoryview) -> None\n\nFrom height x width "
              "(grey) or height x width x 3 (RGB) of uint8. Raises InvalidArgumentError for another shape or type.");
  }
  image
      .def_buffer([](const Image& self) {
        const py::ssize_t channels = self.channels();
        std::vector<py::ssize_t> shape = {self.height(), self.width()};
        std::vector<py::ssize_t> strides = {self.width() * channels, channels};
        if (channels == 3) {
          shape.push_back(3);
          strides.push_back(1);
        }
        return py::buffer_info(const_cast<std::uint8_t*>(self.pixels().data()), 1,
                               py::format_descriptor<std::uint8_t>::format(), static_cast<py::ssize_t>(shape.size()),
                               shape, strides, true);
      })
      .def(
          "to_array",
          [](py::object self) {
            return py::module_::import("numpy").attr("asarray")(self).cast<py::array_t<std::uint8_t>>();
          },
          "The pixels as a read-only array, height x width or height x width x 3; not a copy.")
      .def_property_readonly("width", &Image::width, doc("Image.width"))
      .def_property_readonly("height", &Image::height, doc("Image.height"))
      .def_property_readonly("channels", &Image::channels, doc("Image.channels"))
      .def_property_readonly(
          "notes", [](const Image& self) { return std::vector<std::string>(self.notes().begin(), self.notes().end()); },
          doc("Image.notes"))
      .def("with_note", &Image::with_note, py::arg("note"), doc("Image.with_note"))
      .def("to_gray", &Image::to_gray, Release(), doc("Image.to_gray"))
      .def("resized", &Image::resized, py::arg("width"), py::arg("height"), Release(), doc("Image.resized"))
      .def("shrunk_to", &Image::shrunk_to, py::arg("long_side_px"), Release(), doc("Image.shrunk_to"))
      .def("turned", &Image::turned, py::arg("degrees"), Release(), doc("Image.turned"))
      .def("__repr__",
           [](const Image& self) {
             return "Image(" + std::to_string(self.width()) + " x " + std::to_string(self.height()) +
                    (self.channels() == 3 ? ", RGB)" : ", grey)");
           })
      .def(py::pickle(
          [](const Image& self) {
            const auto pixels = self.pixels();
            return py::make_tuple(self.width(), self.height(), self.channels(),
                                  py::bytes(reinterpret_cast<const char*>(pixels.data()), pixels.size()),
                                  std::vector<std::string>(self.notes().begin(), self.notes().end()));
          },
          [](const py::tuple& state) {
            const auto pixels = state[3].cast<std::string_view>();
            Image read(state[0].cast<int>(), state[1].cast<int>(), state[2].cast<int>(),
                       {pixels.begin(), pixels.end()});
            for (const auto& note : state[4].cast<std::vector<std::string>>()) read = read.with_note(note);
            return read;
          }));

  bind_options<ImageOptions>(m);
  bind_result<ImageInfo>(m);
  bind_result<PictureFormat>(m);
  m.def("picture_formats", &picture_formats, doc("picture_formats"));
  m.def(
      "recognised_format", [](const py::buffer& encoded) { return recognised_format(bytes_of(encoded.request())); },
      py::arg("encoded"), doc("recognised_format"));
  m.def("for_describing", &for_describing, py::arg("options") = ImageOptions(), doc("for_describing"));

  {
    const OwnSignatures own;
    const std::string options = signature<ImageOptions>();
    m.def(
        "read_image",
        [](const std::filesystem::path& file, const py::kwargs& keywords) {
          const auto o = make_options<ImageOptions>(keywords);
          const py::gil_scoped_release release;
          return read_image(file, o);
        },
        py::arg("file"),
        documented("read_image(file: str | os.PathLike[str], *, " + options + ") -> venloc._core.Image",
                   doc("read_image"))
            .c_str());
    m.def(
        "read_for_describing",
        [](const std::filesystem::path& file, const py::kwargs& keywords) {
          const auto o = make_options<ImageOptions>(keywords);
          const py::gil_scoped_release release;
          return read_for_describing(file, o);
        },
        py::arg("file"),
        documented("read_for_describing(file: str | os.PathLike[str], *, " + options + ") -> venloc._core.Image",
                   doc("read_for_describing"))
            .c_str());
    m.def(
        "decode_image",
        [](const py::buffer& encoded, const std::string& name, const py::kwargs& keywords) {
          const auto o = make_options<ImageOptions>(keywords);
          const py::buffer_info info = encoded.request();
          const py::gil_scoped_release release;
          return decode_image(bytes_of(info), name, o);
        },
        py::arg("encoded"), py::arg("name"),
        documented("decode_image(encoded: bytes | bytearray | memoryview, name: str, *, " + options +
                       ") -> venloc._core.Image",
                   doc("decode_image"))
            .c_str());
  }
  bind_options<AugmentationOptions>(m);
  {
    const OwnSignatures own;
    m.def(
        "augmented",
        [](const py::object& picture, std::uint64_t seed, const py::kwargs& keywords) {
          const auto o = make_options<AugmentationOptions>(keywords);
          const auto source = image_of(picture);
          const py::gil_scoped_release release;
          return augmented(source, o, seed);
        },
        py::arg("picture"), py::arg("seed"),
        documented("augmented(picture: venloc.pictures.Picture, seed: int, *, " + signature<AugmentationOptions>() +
                       ") -> venloc._core.Image",
                   doc("augmented"))
            .c_str());
  }
  m.def(
      "probe_image",
      [](const py::buffer& encoded, const std::string& name) { return probe_image(bytes_of(encoded.request()), name); },
      py::arg("encoded"), py::arg("name"), doc("probe_image"));

  m.def(
      "encode_jpeg",
      [](const Image& picture, int quality) {
        const auto encoded = [&] {
          const py::gil_scoped_release release;
          return encode_jpeg(picture, quality);
        }();
        return py::bytes(reinterpret_cast<const char*>(encoded.data()), encoded.size());
      },
      py::arg("image"), py::kw_only(), py::arg("quality") = 80, doc("encode_jpeg"));

  bind_result<Metadata>(m);
  m.def(
      "decode_metadata",
      [](const py::buffer& encoded) {
        const py::buffer_info info = encoded.request();
        const py::gil_scoped_release release;
        return decode_metadata(bytes_of(info));
      },
      py::arg("encoded"), doc("decode_metadata"));
  m.def("read_metadata", &read_metadata, py::arg("file"), Release(), doc("read_metadata"));
  m.def("perceptual_hash", &perceptual_hash, py::arg("image"), Release(), doc("perceptual_hash"));
  bind_result<ContentStatistics>(m);
  {
    const OwnSignatures own;
    const std::string contents = type_text<PictureContent>();
    m.def(
        "content_statistics",
        [](const py::object& picture) {
          const auto pixels = image_of(picture);
          const py::gil_scoped_release release;
          return content_statistics(pixels);
        },
        py::arg("picture"),
        documented("content_statistics(picture: venloc.pictures.Picture) -> venloc._core.ContentStatistics",
                   doc("content_statistics"))
            .c_str());
    m.def(
        "content_of",
        [](const py::object& picture) {
          const auto pixels = image_of(picture);
          const auto content = [&] {
            const py::gil_scoped_release release;
            return content_of(pixels);
          }();
          return to_python(content);
        },
        py::arg("picture"),
        documented("content_of(picture: venloc.pictures.Picture) -> " + contents, doc("content_of")).c_str());
    m.def(
        "content_text",
        [](const py::object& content) { return content_text(from_python<PictureContent>(content, "content")); },
        py::arg("content"), documented("content_text(content: " + contents + ") -> str", doc("content_text")).c_str());
  }
}

}  // namespace venloc::python
