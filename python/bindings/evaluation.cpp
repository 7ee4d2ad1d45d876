// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/evaluation/evaluation.hpp"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <string>
#include <vector>

#include "rooms.hpp"
#include "tables.hpp"
#include "work.hpp"

namespace py = pybind11;

namespace venloc::python {

namespace {

using Release = py::call_guard<py::gil_scoped_release>;
using Records = std::vector<EvaluationRecord>;

}  // namespace

void bind_evaluation(py::module_& m) {
  bind_result<EvaluationRecord>(m);
  bind_result<Estimate>(m);
  bind_options<EvaluationOptions>(m);
  bind_result<CalibrationBin>(m);
  bind_result<Metrics>(m);
  bind_result<PairedDifference>(m);
  {
    const OwnSignatures own;
    const std::string records = "collections.abc.Sequence[venloc._core.EvaluationRecord]";
    m.def(
        "compute_metrics",
        [](const std::string& name, const Records& rows, const py::object& options, const py::kwargs& keywords) {
          const auto o = make_options<EvaluationOptions>(options, keywords);
          const py::gil_scoped_release release;
          return compute_metrics(name, rows, o);
        },
        py::arg("name"), py::arg("records"), py::arg("options") = py::none(),
        documented("compute_metrics(name: str, records: " + records +
                       ", options: venloc._core.EvaluationOptions | None = None, *, " + signature<EvaluationOptions>() +
                       ") -> venloc._core.Metrics",
                   doc("compute_metrics"))
            .c_str());
    m.def(
        "compare",
        [](const Records& a, const Records& b, const py::object& options, const py::kwargs& keywords) {
          const auto o = make_options<EvaluationOptions>(options, keywords);
          const py::gil_scoped_release release;
          return compare(a, b, o);
        },
        py::arg("a"), py::arg("b"), py::arg("options") = py::none(),
        documented("compare(a: " + records + ", b: " + records +
                       ", options: venloc._core.EvaluationOptions | None = None, *, " + signature<EvaluationOptions>() +
                       ") -> venloc._core.PairedDifference",
                   doc("compare"))
            .c_str());
    m.def(
        "run_queries",
        [](const Locator& locator, const Gallery& queries, const std::vector<std::size_t>& groups, int num_threads,
           const py::object& progress) {
          return with_progress(progress, [&](const ProgressCallback& report) {
            return run_queries(locator, queries, groups, num_threads, report);
          });
        },
        py::arg("locator"), py::arg("queries"), py::arg("groups") = std::vector<std::size_t>{},
        py::arg("num_threads") = 0, py::kw_only(), py::arg("progress") = py::none(),
        documented("run_queries(locator: venloc._core.Locator, queries: venloc._core.Gallery, groups: "
                   "collections.abc.Sequence[int] = ..., num_threads: int = 0, *, progress: " +
                       std::string(kProgressType) + " = None) -> list[venloc._core.EvaluationRecord]",
                   doc("run_queries"))
            .c_str());
    m.def(
        "records_of",
        [](const std::vector<Prediction>& predictions, const Gallery& queries, const Locator& locator,
           const std::vector<std::size_t>& groups) {
          const py::gil_scoped_release release;
          return records_of(predictions, queries, locator.photos(), groups);
        },
        py::arg("predictions"), py::arg("queries"), py::arg("locator"), py::arg("groups") = std::vector<std::size_t>{},
        documented(
            "records_of(predictions: collections.abc.Sequence[venloc._core.Prediction], queries: "
            "venloc._core.Gallery, locator: venloc._core.Locator, groups: collections.abc.Sequence[int] = ...) -> "
            "list[venloc._core.EvaluationRecord]",
            doc("records_of"))
            .c_str());
  }
  m.def(
      "constant_baseline",
      [](const std::vector<Photo>& gallery, const Records& queries) { return constant_baseline(gallery, queries); },
      py::arg("gallery"), py::arg("queries"), Release(), doc("constant_baseline"));
  m.def(
      "densest_place_baseline",
      [](const std::vector<Photo>& gallery, const Records& queries) {
        return densest_place_baseline(gallery, queries);
      },
      py::arg("gallery"), py::arg("queries"), Release(), doc("densest_place_baseline"));
  m.def(
      "random_picture_baseline",
      [](const std::vector<Photo>& gallery, const Records& queries, std::uint64_t seed) {
        return random_picture_baseline(gallery, queries, seed);
      },
      py::arg("gallery"), py::arg("queries"), py::arg("seed") = 0, Release(), doc("random_picture_baseline"));
  bind_result<PublishedAnalysis>(m);
  m.def(
      "published_analysis",
      [](const Records& records, int bins, int resamples, std::uint64_t seed) {
        return published_analysis(records, bins, resamples, seed);
      },
      py::arg("records"), py::arg("bins") = 30, py::arg("resamples") = 10'000, py::arg("seed") = 0, Release(),
      doc("published_analysis"));
  m.def(
      "to_text", [](const std::vector<Metrics>& rows) { return to_text(rows); }, py::arg("rows"), doc("to_text"));
  m.def(
      "to_markdown", [](const std::vector<Metrics>& rows) { return to_markdown(rows); }, py::arg("rows"),
      doc("to_markdown"));
  m.def(
      "to_json", [](const std::vector<Metrics>& rows) { return to_json(rows); }, py::arg("rows"), doc("to_json"));
}

}  // namespace venloc::python
