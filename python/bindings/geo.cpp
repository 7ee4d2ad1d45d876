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
#include "venloc/geo/raster.hpp"

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

  py::class_<LatLng> lat_lng(m, FieldTable<LatLng>::name, doc("LatLng"));
  lat_lng.def(py::init<double, double>(), py::arg("lat"), py::arg("lng"), "From latitude and longitude [deg].");
  add_properties(lat_lng, false);
  add_value_methods(lat_lng);
  add_repr(lat_lng);
  add_hash(lat_lng);
  lat_lng.def(
      "__iter__", [](LatLng self) { return py::iter(py::make_tuple(self.lat, self.lng)); },
      "Yields lat, then lng: `lat, lng = place`.");

  py::class_<EastNorth> east_north(m, FieldTable<EastNorth>::name, doc("EastNorth"));
  east_north.def(py::init<double, double>(), py::arg("east"), py::arg("north"),
                 "From the distances east and north of the origin [m].");
  add_properties(east_north, false);
  add_value_methods(east_north);
  add_repr(east_north);
  add_hash(east_north);

  m.def("is_valid", &is_valid, py::arg("place"), doc("is_valid"));
  m.def("distance_m", py::overload_cast<LatLng, LatLng>(&distance_m), py::arg("a"), py::arg("b"), doc("distance_m"));

  py::class_<LocalFrame>(m, "LocalFrame", doc("LocalFrame"))
      .def(py::init<LatLng>(), py::arg("origin"), doc("LocalFrame.LocalFrame"))
      .def_property_readonly("origin", &LocalFrame::origin, doc("LocalFrame.origin"))
      .def("to_local", &LocalFrame::to_local, py::arg("place"), doc("LocalFrame.to_local"))
      .def("to_lat_lng", &LocalFrame::to_lat_lng, py::arg("position"), doc("LocalFrame.to_lat_lng"))
      .def(
          "__eq__", [](const LocalFrame& a, const LocalFrame& b) { return a == b; }, py::is_operator())
      .def("__hash__", [](const LocalFrame& self) { return py::hash(py::cast(self.origin())); })
      .def("__repr__", [](const LocalFrame& self) { return "LocalFrame(origin=" + repr_fields(self.origin()) + ")"; })
      .def(py::pickle([](const LocalFrame& self) { return py::make_tuple(self.origin()); },
                      [](const py::tuple& state) { return LocalFrame(state[0].cast<LatLng>()); }));

  py::class_<BoundingBox> box(m, FieldTable<BoundingBox>::name, doc("BoundingBox"));
  box.def(py::init<double, double, double, double>(), py::arg("south"), py::arg("west"), py::arg("north"),
          py::arg("east"), "From the latitudes and longitudes of the edges [deg].");
  box.def_static(
      "around",
      [](const std::vector<LatLng>& places, double margin_m) { return BoundingBox::around(places, margin_m); },
      py::arg("places"), py::arg("margin_m") = 0.0, doc("BoundingBox.around"));
  add_properties(box, false);
  add_value_methods(box);
  add_repr(box);
  add_hash(box);
  box.def("contains", &BoundingBox::contains, py::arg("place"), doc("BoundingBox.contains"))
      .def("center", &BoundingBox::center, doc("BoundingBox.center"))
      .def("area_m2", &BoundingBox::area_m2, doc("BoundingBox.area_m2"));
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
  py::class_<CellId> cell(m, FieldTable<CellId>::name, doc("CellId"));
  cell.def(py::init([](std::uint64_t id) { return CellId{id}; }), py::arg("id"), "From the cell's number.");
  cell.attr("MAX_LEVEL") = CellId::kMaxLevel;
  add_properties(cell, false);
  add_value_methods(cell);
  add_repr(cell);
  cell.def("__hash__", [](CellId self) { return py::hash(py::int_(self.id)); })
      .def(
          "__lt__", [](CellId a, CellId b) { return a < b; }, py::is_operator())
      .def_static("from_token", &CellId::from_token, py::arg("token"), doc("CellId.from_token"))
      .def("is_valid", &CellId::is_valid, doc("CellId.is_valid"))
      .def("token", &CellId::token, doc("CellId.token"))
      .def("level", &CellId::level, doc("CellId.level"))
      .def("parent", &CellId::parent, py::arg("level"), doc("CellId.parent"))
      .def(
          "children", [](CellId self) { return to_list(self.children()); }, doc("CellId.children"))
      .def(
          "neighbours", [](CellId self) { return to_list(self.neighbours()); }, doc("CellId.neighbours"))
      .def("center", &CellId::center, doc("CellId.center"))
      .def(
          "vertices", [](CellId self) { return to_list(self.vertices()); }, doc("CellId.vertices"))
      .def("contains", py::overload_cast<LatLng>(&CellId::contains, py::const_), py::arg("place"),
           doc("CellId.contains"))
      .def("contains", py::overload_cast<CellId>(&CellId::contains, py::const_), py::arg("other"),
           doc("CellId.contains/2"))
      .def("distance_m", &CellId::distance_m, py::arg("place"), doc("CellId.distance_m"));
  m.def("cell_at", &cell_at, py::arg("place"), py::arg("level"), doc("cell_at"));

  bind_options<CellPartitionOptions>(m).def_static("fixed_level", &CellPartitionOptions::fixed_level, py::arg("level"),
                                                   doc("CellPartitionOptions.fixed_level"));

  py::class_<CellPartition> partition(m, "CellPartition", doc("CellPartition"));
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
         documented(signature<CellPartitionOptions>() + ") -> None", doc("CellPartition.CellPartition/2")))
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
                  doc("CellPartition.from_cells"))
      .def_property_readonly("cells", cells_of, doc("CellPartition.cells"))
      .def_property_readonly(
          "counts", [](const CellPartition& self) { return to_array(self.counts()); }, doc("CellPartition.counts"))
      .def_property_readonly("tokens", &CellPartition::tokens, doc("CellPartition.tokens"))
      .def("class_of", &CellPartition::class_of, py::arg("place"), doc("CellPartition.class_of"))
      .def(
          "classes_of",
          [](const CellPartition& self, const std::vector<LatLng>& places) {
            const auto classes = [&] {
              const py::gil_scoped_release release;
              return self.classes_of(places);
            }();
            return to_array(std::span(classes));
          },
          py::arg("places"), doc("CellPartition.classes_of"))
      .def(
          "distances_m",
          [](const CellPartition& self, LatLng place) {
            return to_array(std::span<const double>(self.distances_m(place)));
          },
          py::arg("place"), doc("CellPartition.distances_m"))
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
      py::arg("partition"), py::arg("place"), py::arg("tau_m"), doc("smoothed_labels"));

  py::class_<CombinedPartitions>(m, "CombinedPartitions", doc("CombinedPartitions"))
      .def(py::init([](std::vector<CellPartition> partitions, const std::vector<LatLng>& photos) {
             return CombinedPartitions(std::move(partitions), photos);
           }),
           py::arg("partitions"), py::arg("photos"), doc("CombinedPartitions.CombinedPartitions"))
      .def_property_readonly(
          "partitions",
          [](const CombinedPartitions& self) {
            const auto all = self.partitions();
            return std::vector<CellPartition>(all.begin(), all.end());
          },
          doc("CombinedPartitions.partitions"))
      .def(
          "classes", [](const CombinedPartitions& self, std::size_t piece) { return to_array(self.classes(piece)); },
          py::arg("piece"), doc("CombinedPartitions.classes"))
      .def_property_readonly(
          "piece_of_photo", [](const CombinedPartitions& self) { return to_array(self.piece_of_photo()); },
          doc("CombinedPartitions.piece_of_photo"))
      .def(
          "combine",
          [](const CombinedPartitions& self, const std::vector<std::vector<double>>& probabilities) {
            return to_array(std::span<const double>(self.combine(probabilities)));
          },
          py::arg("probabilities"), doc("CombinedPartitions.combine"))
      .def("__len__", &CombinedPartitions::size)
      .def("__repr__", [](const CombinedPartitions& self) {
        return "CombinedPartitions(" + std::to_string(self.partitions().size()) + " partitions, " +
               std::to_string(self.size()) + " pieces)";
      });
}

void bind_raster(py::module_& m) {
  py::class_<Raster>(m, "Raster", doc("Raster"))
      .def_readonly("bounds", &Raster::bounds, doc("Raster.bounds"))
      .def_readonly("rows", &Raster::rows, doc("Raster.rows"))
      .def_readonly("columns", &Raster::columns, doc("Raster.columns"))
      .def_readonly("rest", &Raster::rest, doc("Raster.rest"))
      .def_property_readonly(
          "values",
          [](const py::object& self) {
            const auto& raster = self.cast<const Raster&>();
            DoubleArray view({raster.rows, raster.columns}, raster.values.data(), self);
            view.attr("flags").attr("writeable") = false;
            return view;
          },
          "Probability of each cell: an array of rows x columns, from the north-west corner.")
      .def_property_readonly(
          "transform",
          [](const Raster& self) {
            const BoundingBox& box = self.bounds;
            return py::make_tuple((box.east - box.west) / static_cast<double>(self.columns), 0.0, box.west, 0.0,
                                  (box.south - box.north) / static_cast<double>(self.rows), box.north);
          },
          "Longitude and latitude [deg] of a corner from its column x and row y, as (a, b, c, d, e, f): lng = a x + b "
          "y "
          "+ c, lat = d x + e y + f. The order is that of affine.Affine and rasterio.")
      .def("__repr__", [](const Raster& self) {
        return "Raster(rows=" + std::to_string(self.rows) + ", columns=" + std::to_string(self.columns) +
               ", bounds=" + repr_fields(self.bounds) + ")";
      });
}

void bind_posterior(py::module_& m) {
  bind_result<PosteriorComponent>(m);

  py::class_<Posterior>(m, FieldTable<Posterior>::name, doc("Posterior"))
      .def(py::init<LocalFrame, BoundingBox, std::vector<PosteriorComponent>, double, double>(), py::arg("frame"),
           py::arg("area"), py::arg("components"), py::arg("background_weight"), py::arg("out_of_area_weight"),
           doc("Posterior.Posterior/2"))
      .def_property_readonly("frame", &Posterior::frame, doc("Posterior.frame"))
      .def_property_readonly("area", &Posterior::area, doc("Posterior.area"))
      .def_property_readonly(
          "components",
          [](const Posterior& self) {
            const auto components = self.components();
            return std::vector<PosteriorComponent>(components.begin(), components.end());
          },
          doc("Posterior.components"))
      .def_property_readonly("background_weight", &Posterior::background_weight, doc("Posterior.background_weight"))
      .def_property_readonly("out_of_area_weight", &Posterior::out_of_area_weight, doc("Posterior.out_of_area_weight"))
      .def_property_readonly("in_area", &Posterior::in_area, doc("Posterior.in_area"))
      .def(
          "density",
          [](const Posterior& self, double lat, double lng) {
            return self.density({lat, lng});
          },
          py::arg("lat"), py::arg("lng"), doc("Posterior.density"))
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
          py::arg("lat"), py::arg("lng"),
          "The same at many places: arrays of one shape [deg], which the result has too. Raises InvalidArgumentError "
          "when "
          "the shapes differ.")
      .def("mode", &Posterior::mode, py::arg("smoothing_m") = 0.0, Release(), doc("Posterior.mode"))
      .def("best_place", &Posterior::best_place, py::arg("near_m"), py::arg("far_m"), py::arg("far_share"), Release(),
           doc("Posterior.best_place"))
      .def("mass_within", &Posterior::mass_within, py::arg("center"), py::arg("radius_m"), Release(),
           doc("Posterior.mass_within"))
      .def("credible_radius_m", &Posterior::credible_radius_m, py::arg("center"), py::arg("level"), Release(),
           doc("Posterior.credible_radius_m"))
      .def("raster", &Posterior::raster, py::arg("cell_m") = 10.0, py::arg("margin_m") = 0.0, Release(),
           doc("Posterior.raster"))
      .def("tempered", &Posterior::tempered, py::arg("exponent"), Release(), doc("Posterior.tempered"))
      .def_static(
          "product",
          [](const std::vector<Posterior>& posteriors, const std::vector<double>& exponents,
             std::size_t max_components) { return Posterior::product(posteriors, exponents, max_components); },
          py::arg("posteriors"), py::arg("exponents"), py::arg("max_components") = 1000, Release(),
          doc("Posterior.product"))
      .def(
          "to_geojson",
          [](const Posterior& self, const std::vector<double>& levels) { return self.to_geojson(levels); },
          py::arg("levels") = std::vector<double>{0.5, 0.9}, Release(), doc("Posterior.to_geojson"))
      .def(
          "__eq__", [](const Posterior& a, const Posterior& b) { return a == b; }, py::is_operator())
      .def("__repr__",
           [](const Posterior& self) {
             return "Posterior(components=" + std::to_string(self.components().size()) +
                    ", background_weight=" + std::string(py::repr(py::float_(self.background_weight()))) +
                    ", out_of_area_weight=" + std::string(py::repr(py::float_(self.out_of_area_weight()))) + ")";
           })
      .def(py::pickle(
          [](const Posterior& self) {
            const auto components = self.components();
            return py::make_tuple(self.frame(), self.area(),
                                  std::vector<PosteriorComponent>(components.begin(), components.end()),
                                  self.background_weight(), self.out_of_area_weight());
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
  bind_raster(m);
  bind_posterior(m);
}

}  // namespace venloc::python
