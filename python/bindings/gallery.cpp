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
  bind_result<Split>(m, "Positions in a gallery for training and for testing, both ascending.");
  m.def("random_split", &random_split, py::arg("n"), py::arg("share"), py::arg("seed"),
        "`share` (0 to 1) of n items for testing, drawn without replacement.");
  bind_options<GroupOptions>(m, "What makes two photos one group.");
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
        ("group_photos(gallery: venloc._core.Gallery, *, " + progress_argument() + ", " + signature<GroupOptions>() +
         ") -> list[int]\n\nGroup number of each photo: connected by the same place, the same upload burst or "
         "near-duplicate content.")
            .c_str());
  }
  m.def("grouped_k_fold", &grouped_k_fold, py::arg("groups"), py::arg("k"), py::arg("seed"),
        "k splits whose test sets partition the items, no group on both sides.");
}

}  // namespace

void bind_gallery(py::module_& m) {
  bind_result<Photo>(m, "A picture with a known place.");
  bind_result<GalleryProblem>(m, "A row or picture that could not be used, and why.");
  bind_options<GalleryOptions>(m, "How galleries are read.");

  py::class_<Gallery> gallery(m, "Gallery", "Pictures with known places. Immutable; the order is that of the source.");
  gallery.def(py::init<std::vector<Photo>>(), py::arg("photos"));
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
        ("from_label_file(labels: str | os.PathLike[str], images: str | os.PathLike[str] | None = None, *, " + options +
         ") -> venloc._core.Gallery\n\nReads labels: lines `lat,lon,file`, or CSV with a header. Files are relative to "
         "`images`, or to the label file's folder.")
            .c_str());
    gallery.def_static(
        "from_folder",
        [](const std::filesystem::path& folder, const py::object& progress, const py::kwargs& keywords) {
          const auto o = make_options<GalleryOptions>(keywords);
          return with_progress(progress,
                               [&](const ProgressCallback& report) { return Gallery::from_folder(folder, o, report); });
        },
        py::arg("folder"), py::kw_only(), py::arg("progress") = py::none(),
        ("from_folder(folder: str | os.PathLike[str], *, " + options +
         ") -> venloc._core.Gallery\n\nA folder of pictures with EXIF GPS positions, or with a label file labels.csv, "
         "photos.csv or label.txt.")
            .c_str());
  }
  gallery.def_property_readonly("photos", &photos_of)
      .def_property_readonly(
          "problems",
          [](const Gallery& self) {
            const auto problems = self.problems();
            return std::vector<GalleryProblem>(problems.begin(), problems.end());
          },
          "What the readers left out, and why.")
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
      .def("bounding_box", &Gallery::bounding_box, py::arg("margin_m") = 0.0,
           "The smallest box around all photos, widened by margin_m [m].")
      .def(
          "filtered",
          [](const Gallery& self, const py::typing::Callable<bool(const Photo&)>& keep) {
            return self.filtered([&](const Photo& photo) { return keep(photo).cast<bool>(); });
          },
          py::arg("keep"), "The photos for which keep(photo) is true.")
      .def(
          "subset", [](const Gallery& self, const std::vector<std::size_t>& indices) { return self.subset(indices); },
          py::arg("indices"), "The photos at these positions, in this order.")
      .def("merged", &Gallery::merged, py::arg("other"), "Both galleries' photos; an id in both is a ValueError.")
      .def("__repr__",
           [](const Gallery& self) {
             const std::size_t problems = self.problems().size();
             return "Gallery(" + std::to_string(self.size()) + " photos" +
                    (problems ? ", " + std::to_string(problems) + " left out)" : ")");
           })
      .def(py::pickle([](const Gallery& self) { return photos_of(self); },
                      [](const std::vector<Photo>& photos) { return Gallery(photos); }));
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
        ("deduplicated(self, *, max_bits: int = 6, max_distance_m: float = 50.0, num_threads: int = 0, " +
         progress_argument() +
         ") -> venloc._core.Gallery\n\nWithout near-duplicate content: of photos closer than max_distance_m whose "
         "hashes "
         "differ in at most max_bits, the first stays.")
            .c_str());
  }
  bind_splits(m);
}

}  // namespace venloc::python
