// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <algorithm>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "loading.hpp"
#include "pictures.hpp"
#include "rooms.hpp"
#include "tables.hpp"
#include "venloc/core/error.hpp"
#include "venloc/locators/locator.hpp"
#include "venloc/locators/sift_locator.hpp"
#include "work.hpp"

namespace py = pybind11;

namespace venloc::python {

namespace {

using Release = py::call_guard<py::gil_scoped_release>;

// Pictures of a list that are in memory at once.
constexpr std::size_t kBatch = 64;

[[noreturn]] void refuse_change(const Locator& locator) {
  throw InvalidArgumentError("a model of kind '" + locator.info().kind +
                             "' cannot be changed: build it again from other photos; models of the kinds descriptor, "
                             "ensemble and sift can be changed");
}

// The prediction keeps its locator, so that its map can show where the gallery is.
py::object with_locator(Prediction prediction, const py::object& locator) {
  py::object result = py::cast(std::move(prediction));
  result.attr("_locator") = locator;
  return result;
}

QueryOptions query_options(const py::object& max_candidates, const py::object& area, const py::object& prior) {
  QueryOptions query;
  if (!max_candidates.is_none()) query.max_candidates = from_python<int>(max_candidates, "max_candidates");
  if (!area.is_none()) query.area = from_python<BoundingBox>(area, "area");
  if (!prior.is_none()) query.prior = from_python<Posterior>(prior, "prior");
  query.validate();
  return query;
}

constexpr const char* kQueryKeywords =
    "max_candidates: int | None = None, area: venloc._core.BoundingBox | dict[str, typing.Any] | None = None, "
    "prior: venloc._core.Posterior | None = None";

// Where they are explained.
std::string query_keywords_text() {
  std::string text = "\n\nOptions of the query:\n";
  for (const char* name : {"max_candidates", "area", "prior"})
    text += std::string("\n- `") + name + "`: " + member_doc("QueryOptions", name);
  return text;
}

py::object locate_one(const py::object& self, const py::object& picture, const QueryOptions& query,
                      const py::object& progress) {
  const auto& locator = self.cast<const Locator&>();
  const auto image = image_of(picture);
  const auto locate = [&](const ProgressCallback& report) {
    return locator.locate_all(std::span(&image, 1), query, report, 1).front().value();
  };
  if (!progress.is_none()) return with_locator(with_progress(progress, locate), self);
  Prediction prediction = [&] {
    const py::gil_scoped_release release;
    return locator.locate(image, query);
  }();
  return with_locator(std::move(prediction), self);
}

// What to do with pictures of a list that cannot be located.
bool raises(const py::object& errors) {
  const auto kind = errors.is_none() ? "return" : from_python<std::string>(errors, "errors");
  if (kind != "return" && kind != "raise")
    throw InvalidArgumentError("errors must be 'return' or 'raise', got '" + kind + "'");
  return kind == "raise";
}

py::list locate_list(const py::object& self, const py::list& pictures, int num_threads, bool raise,
                     const QueryOptions& query, const py::object& progress) {
  const auto& locator = self.cast<const Locator&>();
  const py::module_ convert = py::module_::import("venloc.pictures");
  const py::object failure = py::module_::import("venloc.failures").attr("Failure");
  py::list results;
  const std::size_t total = pictures.size();
  for (std::size_t begin = 0; begin < total; begin += kBatch) {
    const std::size_t end = std::min(begin + kBatch, total);
    const py::list batch = pictures[py::slice(static_cast<py::ssize_t>(begin), static_cast<py::ssize_t>(end), 1)];
    const py::list names = convert.attr("names_of")(batch, begin);
    const py::list read = convert.attr(raise ? "as_images" : "images_or_failures")(batch, begin);
    std::vector<Image> images;
    for (const py::handle item : read)
      if (py::isinstance<Image>(item)) images.push_back(item.cast<Image>());
    std::vector<Result> located;
    run_work(progress, [&](const ProgressCallback& report) {
      const std::size_t before = end - images.size();  // those that could not be read are done
      const auto of_all = [&](const Progress& p) { return report({p.stage, before + p.done, total}); };
      located = locator.locate_all(images, query, of_all, num_threads);
    });
    auto next = located.begin();
    for (std::size_t i = 0; i < read.size(); ++i) {
      if (!py::isinstance<Image>(read[i])) {
        results.append(read[i]);
      } else if (const Result& result = *next++; result || raise) {
        results.append(with_locator(result.value(), self));
      } else {
        results.append(failure(names[i], result.error()));
      }
    }
  }
  return results;
}

py::object locate(const py::object& self, const py::object& pictures, int num_threads, const py::object& errors,
                  const py::object& max_candidates, const py::object& area, const py::object& prior,
                  const py::object& progress) {
  const QueryOptions query = query_options(max_candidates, area, prior);
  const bool raise = raises(errors);
  // A copy: the callback may change the list.
  if (py::isinstance<py::list>(pictures) || py::isinstance<py::tuple>(pictures))
    return locate_list(self, py::list(pictures), num_threads, raise, query, progress);
  if (!errors.is_none()) throw InvalidArgumentError("errors applies to a list of pictures, and this is one picture");
  return locate_one(self, pictures, query, progress);
}

py::list combine_walk(const py::object& self, const std::vector<Prediction>& predictions, const py::object& times,
                      const py::object& cameras, const py::object& walk, const py::object& area,
                      const py::object& prior, int num_threads) {
  const auto& locator = self.cast<const Locator&>();
  const auto query = query_options(py::none(), area, prior);
  const auto options = make_options<WalkOptions>(walk, py::kwargs());
  const auto moments = py::module_::import("venloc.walks")
                           .attr("moments")(predictions.size(), times, cameras)
                           .cast<std::vector<WalkMoment>>();
  auto combined = [&] {
    const py::gil_scoped_release release;
    return locator.combine_walk(predictions, moments, options, query, num_threads);
  }();
  py::list results;
  for (auto& prediction : combined) results.append(with_locator(std::move(prediction), self));
  return results;
}

constexpr const char* kWalkKeywords =
    "times: collections.abc.Sequence[venloc.walks.Time] | None = None, "
    "cameras: collections.abc.Sequence[str | None] | None = None, *, "
    "walk: venloc._core.WalkOptions | dict[str, typing.Any] | None = None, ";

void bind_walks(py::class_<Locator>& locator) {
  const OwnSignatures own;
  locator.def(
      "locate_together",
      [](const py::object& self, const py::args& args, const py::kwargs& keywords) {
        return py::module_::import("venloc.walks").attr("locate_together")(self, *args, **keywords);
      },
      (std::string("locate_together(self, pictures: collections.abc.Sequence[venloc.pictures.Picture], ") +
       kWalkKeywords + "num_threads: int = 0, " + kQueryKeywords + ", progress: " + kProgressType +
       " = None) -> list[venloc._core.Prediction | venloc.failures.Failure]\n\n"
       "Locates pictures of one walk, which inform each other; the predictions come in the order of the pictures. "
       "`times` has a datetime, an ISO 8601 text or None for each picture (by default that of the metadata of files) "
       "and `cameras` a name or None: pictures of one camera share a clock, whose offset is fitted unless `walk` gives "
       "it. "
       "Without times the order of the pictures is that of the walk. A picture that cannot be located has a "
       "venloc.Failure in its place, and does not inform the others." +
       query_keywords_text())
          .c_str());
  locator.def("combine_walk", &combine_walk, py::arg("predictions"), py::arg("times") = py::none(),
              py::arg("cameras") = py::none(), py::kw_only(), py::arg("walk") = py::none(),
              py::arg("area") = py::none(), py::arg("prior") = py::none(), py::arg("num_threads") = 0,
              (std::string("combine_walk(self, predictions: collections.abc.Sequence[venloc._core.Prediction], ") +
               kWalkKeywords +
               "area: venloc._core.BoundingBox | dict[str, typing.Any] | None = None, "
               "prior: venloc._core.Posterior | None = None, num_threads: int = 0) -> list[venloc._core.Prediction]"
               "\n\n" +
               doc("Locator.combine_walk") +
               "\n\n`times` and `cameras` are those of locate_together, `area` and `prior` those that the predictions "
               "were made with.")
                  .c_str());
}

py::dict candidate_form(const Candidate& candidate) {
  py::dict form;
  form["photo_id"] = candidate.photo_id;
  form["lat"] = candidate.location.lat;
  form["lng"] = candidate.location.lng;
  form["probability"] = candidate.probability;
  form["inliers"] = candidate.inliers;
  form["url"] = candidate.url;
  form["thumbnail"] = candidate.thumbnail;
  return form;
}

// The form of `venloc locate --json`, without the file.
py::typing::Dict<py::str, py::object> prediction_form(const Prediction& prediction) {
  py::typing::Dict<py::str, py::object> form;
  form["lat"] = prediction.location.lat;
  form["lng"] = prediction.location.lng;
  form["confidence"] = prediction.confidence;
  form["in_area"] = prediction.in_area;
  form["radius_50_m"] = prediction.radius_50_m;
  form["radius_90_m"] = prediction.radius_90_m;
  py::list candidates;
  for (const Candidate& candidate : prediction.candidates) {
    candidates.append(candidate_form(candidate));
  }
  form["candidates"] = candidates;
  form["turned_degrees"] = prediction.turned_degrees;
  form["content"] = to_python(prediction.content);
  form["notes"] = prediction.notes;
  return form;
}

void bind_prediction(py::module_& m) {
  bind_result<PointMatch>(m);
  bind_result<Candidate>(m);
  bind_result<StageTime>(m);
  m.attr("CONFIDENCE_RADIUS_M") = kConfidenceRadiusM;

  py::class_<Prediction> prediction(m, FieldTable<Prediction>::name, py::dynamic_attr(), doc("Prediction"));
  add_keyword_init(prediction, false);
  add_properties(prediction, false);
  add_value_methods(prediction);
  {
    const OwnSignatures own;
    prediction.attr("to_dict") = py::cpp_function(
        &prediction_form, py::name("to_dict"), py::is_method(prediction),
        "to_dict(self) -> dict[str, typing.Any]\n\nThe form of `venloc locate --json`, without the file.");
  }
  prediction.def("to_geojson", &Prediction::to_geojson, Release(), doc("Prediction.to_geojson"))
      .def_property_readonly(
          "__geo_interface__",
          [](const py::object& self) -> py::typing::Dict<py::str, py::object> {
            return py::module_::import("venloc.tables").attr("feature")(self);
          },
          "A GeoJSON Feature of the location, for geopandas, shapely and other programs.")
      .def(
          "_repr_html_",
          [](const py::object& self) {
            return py::module_::import("venloc.maps").attr("prediction_html")(self).cast<std::string>();
          },
          "A map of the prediction for notebooks; needs nothing from the network.")
      .def("__repr__", [](const Prediction& self) {
        const auto number = [](double value, const char* format) {
          return std::string(py::str(py::float_(value).attr("__format__")(format)));
        };
        return "Prediction(location=LatLng(" + number(self.location.lat, ".6f") + ", " +
               number(self.location.lng, ".6f") + "), confidence=" + number(self.confidence, ".2f") +
               ", in_area=" + number(self.in_area, ".2f") + ", radius_50_m=" + number(self.radius_50_m, ".0f") +
               ", radius_90_m=" + number(self.radius_90_m, ".0f") +
               ", candidates=" + std::to_string(self.candidates.size()) + ")";
      });
}

void bind_locator(py::module_& m) {
  bind_result<LocatorInfo>(m);
  bind_options<LoadOptions>(m);

  py::class_<Locator> locator(m, "Locator", py::dynamic_attr(),
                              documented(doc("Locator"),
                                         "A locator that was opened from a file, or saved to one and not changed "
                                         "since, pickles as the path of that file, from which it is opened again.")
                                  .c_str());
  {
    const OwnSignatures own;
    const std::string keywords = std::string(kQueryKeywords) + ", progress: " + kProgressType + " = None) -> ";
    const std::string list_of_pictures =
        "locate(self, picture: list[venloc.pictures.Picture] | tuple[venloc.pictures.Picture, ...], "
        "num_threads: int = 0, *, errors: ";
    locator.def(
        "locate", &locate, py::arg("picture"), py::arg("num_threads") = 0, py::kw_only(),
        py::arg("errors") = py::none(), py::arg("max_candidates") = py::none(), py::arg("area") = py::none(),
        py::arg("prior") = py::none(), py::arg("progress") = py::none(),
        ("locate(*args, **kwargs)\nOverloaded function.\n\n"
         "1. locate(self, picture: venloc.pictures.Picture, *, " +
         keywords +
         "venloc._core.Prediction\n\n"
         "Where the picture was made: a path, the bytes of a file, a PIL image or an array of uint8 (height x "
         "width, or x 3 for RGB). A picture without any feature gets the prior (low confidence). Raises "
         "ImageError for one that cannot be read." +
         query_keywords_text() + "\n\n2. " + list_of_pictures + "typing.Literal['return'] | None = None, " + keywords +
         "list[venloc._core.Prediction | venloc.failures.Failure]\n\n"
         "The predictions for several pictures, in their order, on up to num_threads threads (0 = all cores). "
         "A picture that cannot be located has a venloc.Failure, which is false, in its place. Progress in "
         "pictures, stage \"locate\".\n\n3. " +
         list_of_pictures + "typing.Literal['raise'], " + keywords +
         "list[venloc._core.Prediction]\n\n"
         "The same, but the first picture that cannot be located raises its error, and there are no "
         "predictions.")
            .c_str());
    locator
        .def(
            "add", [](const Locator& self, const Gallery&, const py::object&) { refuse_change(self); },
            py::arg("gallery"), py::kw_only(), py::arg("progress") = py::none(),
            (std::string("add(self, gallery: venloc._core.Gallery, *, progress: ") + kProgressType +
             " = None) -> None\n\nAdds pictures without rebuilding the model. If models of this kind cannot be "
             "changed, raises "
             "InvalidArgumentError that names the kinds that can.")
                .c_str())
        .def(
            "remove", [](const Locator& self, const std::vector<std::string>&) { refuse_change(self); }, py::arg("ids"),
            "remove(self, ids: collections.abc.Sequence[str]) -> None\n\nRemoves pictures by id. If models of this "
            "kind cannot be "
            "changed, raises InvalidArgumentError that names the kinds that can.")
        .def(
            "__reduce__",
            [](const py::object& self) { return py::module_::import("venloc.pickling").attr("reduced")(self); },
            "__reduce__(self) -> tuple[typing.Any, ...]\n\nOpens the model file again.");
  }
  locator
      .def_property_readonly(
          "load_options", [](const Locator& self) { return LoadOptions(self.load_options()); },
          doc("Locator.load_options"))
      .def("info", &Locator::info, Release(), doc("Locator.info"))
      .def_property_readonly(
          "photos",
          [](const Locator& self) {
            const auto photos = self.photos();
            return std::vector<Photo>(photos.begin(), photos.end());
          },
          doc("Locator.photos"))
      .def("save", &Locator::save, py::arg("file"), Release(), SavedTo(), doc("Locator.save"))
      .def("__repr__", [](const Locator& self) {
        const LocatorInfo info = self.info();
        return "<venloc locator '" + info.kind + "'" + (info.city.empty() ? "" : " of " + info.city) + ", " +
               std::to_string(info.photos) + " photos>";
      });
  bind_walks(locator);
  locator.def(
      "prior",
      [](const Locator& self, const py::object& area, const py::object& prior) {
        return self.prior(query_options(py::none(), area, prior));
      },
      py::kw_only(), py::arg("area") = py::none(), py::arg("prior") = py::none(), doc("Locator.prior"));
  {
    const OwnSignatures own;
    m.def(
        "load_locator",
        [](const std::filesystem::path& file, const py::kwargs& keywords) {
          const auto options = make_options<LoadOptions>(keywords);
          // A file that is no model is left to load_locator, which names what is wrong with it.
          const std::string kind = [&]() -> std::string {
            try {
              const py::gil_scoped_release release;
              return model_kind(file);
            } catch (const Error&) {
              return "";
            }
          }();
          if (needs_torch(kind)) py::module_::import("venloc.torch_support").attr("load")();
          const py::gil_scoped_release release;
          return load_locator(file, options);
        },
        py::arg("file"), OpenedFrom(),
        ("load_locator(file: str | os.PathLike[str], *, " + signature<LoadOptions>() +
         ") -> venloc._core.Locator\n\nOpens a model file of any kind. LibTorch is loaded for the kinds that need it: "
         "\"s2\" and \"regression\". Keywords are those of LoadOptions. Raises FileNotFoundError, or FormatError that "
         "names the file, the array and the reason.")
            .c_str());
  }
  m.def("model_kind", &model_kind, py::arg("file"), Release(), doc("model_kind"));
  m.def("default_model_path", &default_model_path, doc("default_model_path"));
}

void bind_gallery_locator(py::module_& m) {
  const OwnSignatures own;
  py::class_<GalleryLocator, Locator>(m, "GalleryLocator", doc("GalleryLocator"))
      .def(
          "evidence",
          [](const GalleryLocator& self, const py::object& picture) {
            const auto image = image_of(picture);
            const py::gil_scoped_release release;
            return self.evidence(image);
          },
          py::arg("picture"),
          documented("evidence(self, picture: venloc.pictures.Picture) -> venloc._core.Evidence",
                     doc("GalleryLocator.evidence"))
              .c_str())
      .def(
          "answer",
          [](const py::object& self, const Evidence& evidence, const py::object& max_candidates, const py::object& area,
             const py::object& prior) {
            const auto& locator = self.cast<const GalleryLocator&>();
            const QueryOptions query = query_options(max_candidates, area, prior);
            Prediction prediction = [&] {
              const py::gil_scoped_release release;
              return locator.answer(evidence, query);
            }();
            return with_locator(std::move(prediction), self);
          },
          py::arg("evidence"), py::kw_only(), py::arg("max_candidates") = py::none(), py::arg("area") = py::none(),
          py::arg("prior") = py::none(),
          documented(std::string("answer(self, evidence: venloc._core.Evidence, *, ") + kQueryKeywords +
                         ") -> venloc._core.Prediction",
                     doc("GalleryLocator.answer") + query_keywords_text())
              .c_str());
}

void bind_sift_locator(py::module_& m) {
  bind_options<SiftLocatorOptions>(m).def("to_json", &SiftLocatorOptions::to_json, doc("SiftLocatorOptions.to_json"));

  py::class_<SiftLocator, GalleryLocator> cls(m, "SiftLocator", doc("SiftLocator"));
  const std::string progress_text = std::string("progress: ") + kProgressType + " = None";
  {
    const OwnSignatures own;
    cls.def_static(
        "build",
        [](const Gallery& gallery, const py::object& options, const py::object& progress, const py::kwargs& keywords) {
          const auto o = make_options<SiftLocatorOptions>(options, keywords);
          return with_progress(progress,
                               [&](const ProgressCallback& report) { return SiftLocator::build(gallery, o, report); });
        },
        py::arg("gallery"), py::arg("options") = py::none(), py::kw_only(), py::arg("progress") = py::none(),
        documented("build(gallery: venloc._core.Gallery, options: venloc._core.SiftLocatorOptions | "
                   "dict[str, typing.Any] | None = None, *, " +
                       progress_text + ", " + signature<SiftLocatorOptions>() + ") -> venloc._core.SiftLocator",
                   std::string(doc("SiftLocator.build")) + kKeywordsAboveOptions)
            .c_str());
    cls.def(
        "set_options",
        [](SiftLocator& self, const py::object& options, const py::kwargs& keywords) {
          SiftLocatorOptions o =
              options.is_none() ? self.options() : from_python<SiftLocatorOptions>(options, "options");
          for (const auto& [key, value] : keywords) {
            // A dict for nested options changes what it names and keeps the rest.
            const auto name = py::str(key).cast<std::string>();
            bool merged = false;
            for_each_field<SiftLocatorOptions>([&](const auto& f) {
              using M = typename std::decay_t<decltype(f)>::Member;
              if constexpr (HasFieldTable<M>) {
                if (name == f.name && py::isinstance<py::dict>(value)) {
                  set_fields(o.*(f.member), py::reinterpret_borrow<py::dict>(value));
                  merged = true;
                }
              }
            });
            if (!merged) {
              py::dict one;
              one[key] = value;
              set_fields(o, one);
            }
          }
          self.set_options(o);
        },
        py::arg("options") = py::none(), Changed(),
        ("set_options(self, options: venloc._core.SiftLocatorOptions | dict[str, typing.Any] | None = None, *, " +
         signature<SiftLocatorOptions>() + documented(") -> None", doc("SiftLocator.set_options")) +
         "\n\nOptions that are not named are unchanged.")
            .c_str());
    cls.def(
        "add",
        [](SiftLocator& self, const Gallery& gallery, const py::object& progress) {
          run_work(progress, [&](const ProgressCallback& report) { self.add(gallery, report); });
        },
        py::arg("gallery"), py::kw_only(), py::arg("progress") = py::none(), Changed(),
        documented("add(self, gallery: venloc._core.Gallery, *, " + progress_text + ") -> None", doc("SiftLocator.add"))
            .c_str());
  }
  add_load<SiftLocator>(cls, "venloc._core.SiftLocator", doc("SiftLocator.load"));
  cls.def_property_readonly(
         "options", [](const SiftLocator& self) { return SiftLocatorOptions(self.options()); },
         "A copy of the options; change them with set_options.")
      .def(
          "remove", [](SiftLocator& self, const std::vector<std::string>& ids) { self.remove(ids); }, py::arg("ids"),
          Release(), Changed(), doc("SiftLocator.remove"));
}

void bind_geotag_audit(py::module_& m) {
  bind_result<PhotoMatch>(m);
  bind_options<GeotagAuditOptions>(m);
  bind_result<GeotagFinding>(m);
  const std::string keywords = signature<GeotagAuditOptions>();
  const OwnSignatures own;
  m.def(
      "match_photos",
      [](const SiftLocator& locator, const Gallery& gallery, const py::object& progress, const py::kwargs& settings) {
        const auto options = make_options<GeotagAuditOptions>(settings);
        return with_progress(
            progress, [&](const ProgressCallback& report) { return match_photos(locator, gallery, options, report); });
      },
      py::arg("locator"), py::arg("gallery"), py::kw_only(), py::arg("progress") = py::none(),
      documented(
          std::string("match_photos(locator: venloc._core.SiftLocator, gallery: venloc._core.Gallery, *, progress: ") +
              kProgressType + " = None, " + keywords + ") -> list[venloc._core.PhotoMatch]",
          doc("match_photos"))
          .c_str());
  m.def(
      "audit_geotags",
      [](const Gallery& gallery, const std::vector<PhotoMatch>& matches, const py::kwargs& settings) {
        const auto options = make_options<GeotagAuditOptions>(settings);
        const py::gil_scoped_release release;
        return audit_geotags(gallery, matches, options);
      },
      py::arg("gallery"), py::arg("matches"),
      documented("audit_geotags(gallery: venloc._core.Gallery, matches: "
                 "collections.abc.Sequence[venloc._core.PhotoMatch], *, " +
                     keywords + ") -> list[venloc._core.GeotagFinding]",
                 doc("audit_geotags"))
          .c_str());
}

}  // namespace

void bind_locators(py::module_& m) {
  bind_prediction(m);
  bind_locator(m);
  bind_gallery_locator(m);
  bind_sift_locator(m);
  bind_geotag_audit(m);
}

}  // namespace venloc::python
