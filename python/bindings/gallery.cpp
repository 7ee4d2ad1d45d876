// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/gallery/gallery.hpp"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "rooms.hpp"
#include "tables.hpp"
#include "venloc/gallery/splits.hpp"
#include "work.hpp"

namespace py = pybind11;

namespace venloc::python {

namespace {

std::string progress_argument() { return std::string("progress: ") + kProgressType + " = None"; }

std::vector<Photo> photos_of(const Gallery& gallery) {
  const auto photos = gallery.photos();
  return {photos.begin(), photos.end()};
}

void bind_splits(py::module_& m) {
  bind_result<Split>(m);
  m.def("random_split", &random_split, py::arg("n"), py::arg("share"), py::arg("seed"), doc("random_split"));
  bind_options<GroupOptions>(m);
  {
    const OwnSignatures own;
    m.def(
        "group_photos",
        [](const Gallery& gallery, const py::object& progress, const py::kwargs& keywords) {
          const auto options = make_options<GroupOptions>(keywords);
          return with_progress(progress,
                               [&](const ProgressCallback& report) { return group_photos(gallery, options, report); });
        },
        py::arg("gallery"), py::kw_only(), py::arg("progress") = py::none(),
        documented("group_photos(gallery: venloc._core.Gallery, *, " + progress_argument() + ", " +
                       signature<GroupOptions>() + ") -> list[int]",
                   doc("group_photos"))
            .c_str());
  }
  m.def("grouped_k_fold", &grouped_k_fold, py::arg("groups"), py::arg("k"), py::arg("seed"), doc("grouped_k_fold"));
}

}  // namespace

void bind_gallery(py::module_& m) {
  bind_result<Photo>(m);
  bind_result<GalleryProblem>(m);
  bind_options<GalleryOptions>(m);

  py::class_<Gallery> gallery(m, "Gallery", doc("Gallery"));
  gallery.def(py::init<std::vector<Photo>, const ImageOptions&>(), py::arg("photos"),
              py::arg("pictures") = ImageOptions(), doc("Gallery.Gallery"));
  {
    const OwnSignatures own;
    const std::string options = progress_argument() + ", " + signature<GalleryOptions>();
    gallery.def_static(
        "from_label_file",
        [](const std::filesystem::path& labels, const std::optional<std::filesystem::path>& images,
           const py::object& progress, const py::kwargs& keywords) {
          const auto o = make_options<GalleryOptions>(keywords);
          return with_progress(progress, [&](const ProgressCallback& report) {
            return Gallery::from_label_file(labels, images.value_or(std::filesystem::path()), o, report);
          });
        },
        py::arg("labels"), py::arg("images") = py::none(), py::kw_only(), py::arg("progress") = py::none(),
        documented("from_label_file(labels: str | os.PathLike[str], images: str | os.PathLike[str] | None = None, *, " +
                       options + ") -> venloc._core.Gallery",
                   doc("Gallery.from_label_file"))
            .c_str());
    gallery.def_static(
        "from_folder",
        [](const std::filesystem::path& folder, const py::object& progress, const py::kwargs& keywords) {
          const auto o = make_options<GalleryOptions>(keywords);
          return with_progress(progress,
                               [&](const ProgressCallback& report) { return Gallery::from_folder(folder, o, report); });
        },
        py::arg("folder"), py::kw_only(), py::arg("progress") = py::none(),
        documented("from_folder(folder: str | os.PathLike[str], *, " + options + ") -> venloc._core.Gallery",
                   doc("Gallery.from_folder"))
            .c_str());
  }
  gallery.def_property_readonly("photos", &photos_of, doc("Gallery.photos"))
      .def_property_readonly(
          "problems",
          [](const Gallery& self) {
            const auto problems = self.problems();
            return std::vector<GalleryProblem>(problems.begin(), problems.end());
          },
          doc("Gallery.problems"))
      .def_property_readonly(
          "doubts",
          [](const Gallery& self) {
            const auto doubts = self.doubts();
            return std::vector<GalleryProblem>(doubts.begin(), doubts.end());
          },
          doc("Gallery.doubts"))
      .def("__len__", &Gallery::size)
      .def(
          "__getitem__",
          [](const Gallery& self, py::ssize_t i) {
            const auto n = static_cast<py::ssize_t>(self.size());
            if (i < -n || i >= n) {
              throw py::index_error("photo " + std::to_string(i) + " of a gallery of " + std::to_string(n));
            }
            return self[static_cast<std::size_t>(i < 0 ? i + n : i)];
          },
          py::arg("index"))
      .def("__iter__",
           [](const Gallery& self) -> py::typing::Iterator<Photo> { return py::iter(py::cast(photos_of(self))); })
      .def("bounding_box", &Gallery::bounding_box, py::arg("margin_m") = 0.0, doc("Gallery.bounding_box"))
      .def(
          "filtered",
          [](const Gallery& self, const py::typing::Callable<bool(const Photo&)>& keep) {
            return self.filtered([&](const Photo& photo) { return keep(photo).cast<bool>(); });
          },
          py::arg("keep"), doc("Gallery.filtered"))
      .def(
          "subset", [](const Gallery& self, const std::vector<std::size_t>& indices) { return self.subset(indices); },
          py::arg("indices"), doc("Gallery.subset"))
      .def("merged", &Gallery::merged, py::arg("other"), doc("Gallery.merged"))
      .def("__repr__",
           [](const Gallery& self) {
             const std::size_t problems = self.problems().size();
             return "Gallery(" + std::to_string(self.size()) + " photos" +
                    (problems ? ", " + std::to_string(problems) + " left out)" : ")");
           })
      .def_property_readonly("image_options", &Gallery::image_options, doc("Gallery.image_options"))
      .def(py::pickle([](const Gallery& self) { return py::make_tuple(photos_of(self), self.image_options()); },
                      [](const py::tuple& state) {
                        return Gallery(state[0].cast<std::vector<Photo>>(), state[1].cast<ImageOptions>());
                      }));
  {
    const OwnSignatures own;
    gallery.def(
        "deduplicated",
        [](const Gallery& self, int max_bits, double max_distance_m, int num_threads, const py::object& progress) {
          return with_progress(progress, [&](const ProgressCallback& report) {
            return self.deduplicated(max_bits, max_distance_m, num_threads, report);
          });
        },
        py::kw_only(), py::arg("max_bits") = 6, py::arg("max_distance_m") = 50.0, py::arg("num_threads") = 0,
        py::arg("progress") = py::none(),
        documented("deduplicated(self, *, max_bits: int = 6, max_distance_m: float = 50.0, num_threads: int = 0, " +
                       progress_argument() + ") -> venloc._core.Gallery",
                   doc("Gallery.deduplicated"))
            .c_str());
  }
  bind_splits(m);
}

}  // namespace venloc::python
