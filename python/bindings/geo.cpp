// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "rooms.hpp"
#include "tables.hpp"
#include "venloc/geo/cells.hpp"
#include "venloc/geo/lat_lng.hpp"
#include "venloc/geo/posterior.hpp"

namespace py = pybind11;

namespace venloc::python {

namespace {

using Release = py::call_guard<py::gil_scoped_release>;
using DoubleArray = py::array_t<double, py::array::c_style | py::array::forcecast>;

template <typename T>
void add_hash(py::class_<T>& cls) {
  cls.def("__hash__", [](const T& self) {
    std::vector<double> values;
    for_each_field<T>([&](const auto& f) { values.push_back(self.*(f.member)); });
    return py::hash(py::tuple(py::cast(values)));
  });
}

void bind_lat_lng(py::module_& m) {
  m.attr("EARTH_RADIUS_M") = kEarthRadiusM;

  py::class_<LatLng> lat_lng(m, Table<LatLng>::name, "A place on Earth, WGS84: lat and lng in degrees. Immutable.");
  lat_lng.def(py::init<double, double>(), py::arg("lat"), py::arg("lng"));
  add_properties(lat_lng, false);
  add_value_methods(lat_lng);
  add_repr(lat_lng);
  add_hash(lat_lng);
  lat_lng.def(
      "__iter__", [](LatLng self) { return py::iter(py::make_tuple(self.lat, self.lng)); },
      "Gives lat, then lng: `lat, lng = place`.");

  py::class_<EastNorth> east_north(m, Table<EastNorth>::name, "A position in a LocalFrame [m]. Immutable.");
  east_north.def(py::init<double, double>(), py::arg("east"), py::arg("north"));
  add_properties(east_north, false);
  add_value_methods(east_north);
  add_repr(east_north);
  add_hash(east_north);

  m.def("is_valid", &is_valid, py::arg("place"), "True when both values are finite and in range.");
  m.def("distance_m", py::overload_cast<LatLng, LatLng>(&distance_m), py::arg("a"), py::arg("b"),
        "Great-circle distance between two places [m].");

  py::class_<LocalFrame>(m, "LocalFrame", "Local plane around an origin: azimuthal equidistant projection, in metres.")
      .def(py::init<LatLng>(), py::arg("origin"))
      .def_property_readonly("origin", &LocalFrame::origin)
      .def("to_local", &LocalFrame::to_local, py::arg("place"))
      .def("to_lat_lng", &LocalFrame::to_lat_lng, py::arg("position"))
      .def(
          "__eq__", [](const LocalFrame& a, const LocalFrame& b) { return a == b; }, py::is_operator())
      .def("__hash__", [](const LocalFrame& self) { return py::hash(py::cast(self.origin())); })
      .def("__repr__", [](const LocalFrame& self) { return "LocalFrame(origin=" + repr_fields(self.origin()) + ")"; })
      .def(py::pickle([](const LocalFrame& self) { return py::make_tuple(self.origin()); },
                      [](const py::tuple& state) { return LocalFrame(state[0].cast<LatLng>()); }));

  py::class_<BoundingBox> box(m, Table<BoundingBox>::name,
                              "An area between two parallels and two meridians [deg]. Immutable.");
  box.def(py::init<double, double, double, double>(), py::arg("south"), py::arg("west"), py::arg("north"),
          py::arg("east"));
  box.def_static(
      "around",
      [](const std::vector<LatLng>& places, double margin_m) { return BoundingBox::around(places, margin_m); },
      py::arg("places"), py::arg("margin_m") = 0.0,
      "The smallest box around the places, widened by margin_m [m] on each side.");
  add_properties(box, false);
  add_value_methods(box);
  add_repr(box);
  add_hash(box);
  box.def("contains", &BoundingBox::contains, py::arg("place"))
      .def("center", &BoundingBox::center)
      .def("area_m2", &BoundingBox::area_m2, "On the sphere [m²].");
}

template <typename T, std::size_t N>
std::vector<T> to_list(const std::array<T, N>& values) {
  return {values.begin(), values.end()};
}

template <typename T>
py::array_t<T> to_array(std::span<const T> values) {
  return py::array_t<T>(static_cast<py::ssize_t>(values.size()), values.data());
}

void bind_cells(py::module_& m) {
  py::class_<CellId> cell(m, Table<CellId>::name, "A cell of the S2 library by its number. Immutable.");
  cell.def(py::init([](std::uint64_t id) { return CellId{id}; }), py::arg("id"));
  cell.attr("MAX_LEVEL") = CellId::kMaxLevel;
  add_properties(cell, false);
  add_value_methods(cell);
  add_repr(cell);
  cell.def("__hash__", [](CellId self) { return py::hash(py::int_(self.id)); })
      .def(
          "__lt__", [](CellId a, CellId b) { return a < b; }, py::is_operator())
      .def_static("from_token", &CellId::from_token, py::arg("token"), "The cell of a token.")
      .def("is_valid", &CellId::is_valid, "Whether the number is that of a cell.")
      .def("token", &CellId::token, "The number as S2 writes it: hexadecimal, without the zeros at its end.")
      .def("level", &CellId::level, "0 (a face) to MAX_LEVEL.")
      .def("parent", &CellId::parent, py::arg("level"), "The cell of this level that it is in.")
      .def(
          "children", [](CellId self) { return to_list(self.children()); }, "The four quarters.")
      .def(
          "neighbours", [](CellId self) { return to_list(self.neighbours()); },
          "The four cells of the same level that share an edge with it.")
      .def("center", &CellId::center, "Where the cell is divided into its quarters.")
      .def(
          "vertices", [](CellId self) { return to_list(self.vertices()); }, "The four corners, counterclockwise.")
      .def("contains", py::overload_cast<LatLng>(&CellId::contains, py::const_), py::arg("place"),
           "Of the cells of one level exactly one contains a place.")
      .def("contains", py::overload_cast<CellId>(&CellId::contains, py::const_), py::arg("other"),
           "Whether the other is this cell or a part of it.")
      .def("distance_m", &CellId::distance_m, py::arg("place"),
           "Distance from its nearest point to a place [m], 0 inside.");
  m.def("cell_at", &cell_at, py::arg("place"), py::arg("level"),
        "The cell of this level (0 to 30) that holds the place.");

  bind_options<CellPartitionOptions>(m, "How a city is cut into cells.")
      .def_static("fixed_level", &CellPartitionOptions::fixed_level, py::arg("level"),
                  "All cells of one level that hold a photo.");

  py::class_<CellPartition> partition(
      m, "CellPartition",
      "A city cut into classes by the places of its photos: cells are split while they hold more than max_photos, "
      "those "
      "with fewer than min_photos are dropped, and a place in no cell belongs to the nearest. Immutable.");
  {
    const OwnSignatures own;
    partition.def(
        py::init([](const std::vector<LatLng>& photos, const py::object& options, const py::kwargs& keywords) {
          const auto o = make_options<CellPartitionOptions>(options, keywords);
          const py::gil_scoped_release release;
          return CellPartition(photos, o);
        }),
        py::arg("photos"), py::arg("options") = py::none(),
        ("__init__(self, photos: collections.abc.Sequence[venloc._core.LatLng], options: "
         "venloc._core.CellPartitionOptions | dict[str, typing.Any] | None = None, *, " +
         signature<CellPartitionOptions>() + ") -> None")
            .c_str());
  }
  const auto cells_of = [](const CellPartition& self) {
    const auto cells = self.cells();
    return std::vector<CellId>(cells.begin(), cells.end());
  };
  const auto counts_of = [](const CellPartition& self) {
    const auto counts = self.counts();
    return std::vector<std::uint32_t>(counts.begin(), counts.end());
  };
  partition
      .def_static("from_cells", &CellPartition::from_cells, py::arg("cells"), py::arg("counts"),
                  "A partition that was kept elsewhere: its cells in the order of their numbers, photos of each class.")
      .def_property_readonly("cells", cells_of, "The cell of each class, in the order of their numbers.")
      .def_property_readonly(
          "counts", [](const CellPartition& self) { return to_array(self.counts()); },
          "Photos of each class, with those nearest to it that are in no cell.")
      .def_property_readonly("tokens", &CellPartition::tokens, "The tokens of the cells.")
      .def("class_of", &CellPartition::class_of, py::arg("place"), "The class that a place belongs to.")
      .def(
          "classes_of",
          [](const CellPartition& self, const std::vector<LatLng>& places) {
            const auto classes = [&] {
              const py::gil_scoped_release release;
              return self.classes_of(places);
            }();
            return to_array(std::span(classes));
          },
          py::arg("places"), "The same for many places.")
      .def(
          "distances_m",
          [](const CellPartition& self, LatLng place) {
            return to_array(std::span<const double>(self.distances_m(place)));
          },
          py::arg("place"), "Distance from the nearest point of each class's cell to the place [m].")
      .def("__len__", &CellPartition::size)
      .def(
          "__eq__", [](const CellPartition& a, const CellPartition& b) { return a == b; }, py::is_operator())
      .def("__hash__", [cells_of](const CellPartition& self) { return py::hash(py::tuple(py::cast(cells_of(self)))); })
      .def("__repr__",
           [](const CellPartition& self) { return "CellPartition(" + std::to_string(self.size()) + " classes)"; })
      .def(py::pickle(
          [cells_of, counts_of](const CellPartition& self) { return py::make_tuple(cells_of(self), counts_of(self)); },
          [](const py::tuple& state) {
            return CellPartition::from_cells(state[0].cast<std::vector<CellId>>(),
                                             state[1].cast<std::vector<std::uint32_t>>());
          }));
  m.def(
      "smoothed_labels",
      [](const CellPartition& self, LatLng place, double tau_m) {
        return to_array(std::span<const double>(smoothed_labels(self, place, tau_m)));
      },
      py::arg("partition"), py::arg("place"), py::arg("tau_m"),
      "A probability for each class that falls with the distance of its cell to the place, by tau_m [m].");

  py::class_<CombinedPartitions>(
      m, "CombinedPartitions",
      "Several partitions of one city looked at together: a piece is what is in the same class "
      "of each, of those that hold a photo. Immutable.")
      .def(py::init([](std::vector<CellPartition> partitions, const std::vector<LatLng>& photos) {
             return CombinedPartitions(std::move(partitions), photos);
           }),
           py::arg("partitions"), py::arg("photos"))
      .def_property_readonly("partitions",
                             [](const CombinedPartitions& self) {
                               const auto all = self.partitions();
                               return std::vector<CellPartition>(all.begin(), all.end());
                             })
      .def(
          "classes", [](const CombinedPartitions& self, std::size_t piece) { return to_array(self.classes(piece)); },
          py::arg("piece"), "The classes of a piece, one for each partition.")
      .def_property_readonly(
          "piece_of_photo", [](const CombinedPartitions& self) { return to_array(self.piece_of_photo()); },
          "The piece of each photo.")
      .def(
          "combine",
          [](const CombinedPartitions& self, const std::vector<std::vector<double>>& probabilities) {
            return to_array(std::span<const double>(self.combine(probabilities)));
          },
          py::arg("probabilities"),
          "The probability of each piece from those of the classes of each partition: their product, brought to sum 1.")
      .def("__len__", &CombinedPartitions::size)
      .def("__repr__", [](const CombinedPartitions& self) {
        return "CombinedPartitions(" + std::to_string(self.partitions().size()) + " partitions, " +
               std::to_string(self.size()) + " pieces)";
      });
}

void bind_posterior(py::module_& m) {
  bind_result<PosteriorComponent>(m, "One isotropic Gaussian of a Posterior: mean and sigma_m [m], weight.");

  py::class_<Posterior>(
      m, Table<Posterior>::name,
      "Where a picture may have been made: a mixture of Gaussians in metres, a weight spread evenly over the "
      "area and a weight for \"not in this city\". Immutable.")
      .def(py::init<LocalFrame, BoundingBox, std::vector<PosteriorComponent>, double, double>(), py::arg("frame"),
           py::arg("area"), py::arg("components"), py::arg("background_weight"), py::arg("not_here_weight"))
      .def_property_readonly("frame", &Posterior::frame)
      .def_property_readonly("area", &Posterior::area)
      .def_property_readonly("components",
                             [](const Posterior& self) {
                               const auto components = self.components();
                               return std::vector<PosteriorComponent>(components.begin(), components.end());
                             })
      .def_property_readonly("background_weight", &Posterior::background_weight)
      .def_property_readonly("not_here_weight", &Posterior::not_here_weight)
      .def_property_readonly("in_area", &Posterior::in_area, "Probability that the picture was made in this city.")
      .def(
          "density",
          [](const Posterior& self, double lat, double lng) {
            return self.density({lat, lng});
          },
          py::arg("lat"), py::arg("lng"), "Probability density at a place [1/m²].")
      .def(
          "density",
          [](const Posterior& self, const DoubleArray& lat, const DoubleArray& lng) {
            if (lat.ndim() != lng.ndim() || !std::equal(lat.shape(), lat.shape() + lat.ndim(), lng.shape())) {
              throw InvalidArgumentError("density: lat and lng must have one shape");
            }
            DoubleArray result(std::vector<py::ssize_t>(lat.shape(), lat.shape() + lat.ndim()));
            const double* lats = lat.data();
            const double* lngs = lng.data();
            double* densities = result.mutable_data();
            const py::ssize_t n = lat.size();
            const py::gil_scoped_release release;
            for (py::ssize_t i = 0; i < n; ++i) {
              densities[i] = self.density({lats[i], lngs[i]});
            }
            return result;
          },
          py::arg("lat"), py::arg("lng"), "The same at arrays of places.")
      .def("mode", &Posterior::mode, py::arg("smoothing_m") = 0.0, Release(),
           "The densest place, on the density smoothed by smoothing_m [m].")
      .def("best_place", &Posterior::best_place, py::arg("near_m"), py::arg("far_m"), py::arg("far_share"), Release(),
           "The place of largest expected worth, where an answer that is d metres off is worth (1 - far_share) exp(-d² "
           "/ 2 "
           "near_m²) + far_share exp(-d² / 2 far_m²). Without a far share it is mode(near_m).")
      .def("mass_within", &Posterior::mass_within, py::arg("center"), py::arg("radius_m"), Release(),
           "Probability of the disc of radius_m [m] around the center.")
      .def("credible_radius_m", &Posterior::credible_radius_m, py::arg("center"), py::arg("level"), Release(),
           "The smallest radius [m] around the center that holds `level` of the probability, given that it is in the "
           "city.")
      .def("tempered", &Posterior::tempered, py::arg("exponent"), Release(),
           "The density raised to the exponent and normalised again.")
      .def_static(
          "product",
          [](const std::vector<Posterior>& posteriors, const std::vector<double>& exponents,
             std::size_t max_components) { return Posterior::product(posteriors, exponents, max_components); },
          py::arg("posteriors"), py::arg("exponents"), py::arg("max_components") = 1000, Release(),
          "The normalised product of posteriors, each raised to its exponent.")
      .def(
          "to_geojson",
          [](const Posterior& self, const std::vector<double>& levels) { return self.to_geojson(levels); },
          py::arg("levels") = std::vector<double>{0.5, 0.9}, Release(),
          "GeoJSON of the mode and the highest-density regions of these levels.")
      .def(
          "__eq__", [](const Posterior& a, const Posterior& b) { return a == b; }, py::is_operator())
      .def("__repr__",
           [](const Posterior& self) {
             return "Posterior(components=" + std::to_string(self.components().size()) +
                    ", background_weight=" + std::string(py::repr(py::float_(self.background_weight()))) +
                    ", not_here_weight=" + std::string(py::repr(py::float_(self.not_here_weight()))) + ")";
           })
      .def(py::pickle(
          [](const Posterior& self) {
            const auto components = self.components();
            return py::make_tuple(self.frame(), self.area(),
                                  std::vector<PosteriorComponent>(components.begin(), components.end()),
                                  self.background_weight(), self.not_here_weight());
          },
          [](const py::tuple& state) {
            const auto area = state[1].cast<BoundingBox>();
            if (area == BoundingBox{}) {
              return Posterior();
            }
            return Posterior(state[0].cast<LocalFrame>(), area, state[2].cast<std::vector<PosteriorComponent>>(),
                             state[3].cast<double>(), state[4].cast<double>());
          }));
}

}  // namespace

void bind_geo(py::module_& m) {
  bind_lat_lng(m);
  bind_cells(m);
  bind_posterior(m);
}

}  // namespace venloc::python
