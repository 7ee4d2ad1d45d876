// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "evaluation/statistics.hpp"
#include "venloc/core/error.hpp"
#include "venloc/evaluation/evaluation.hpp"
#include "venloc/image/image.hpp"

namespace venloc {
namespace {

void require_gallery(std::span<const Photo> gallery) {
  if (gallery.empty()) throw InvalidArgumentError("a baseline needs a gallery with at least one picture, got none");
}

LocalFrame frame_of(std::span<const Photo> gallery) {
  std::vector<LatLng> places;
  places.reserve(gallery.size());
  for (const Photo& photo : gallery) places.push_back(photo.location);
  return LocalFrame(BoundingBox::around(places).center());
}

/// The record of a predictor that uses only the gallery's places and always predicts this one.
EvaluationRecord baseline_record(std::span<const Photo> gallery, LatLng predicted) {
  std::vector<double> distances;
  distances.reserve(gallery.size());
  for (const Photo& photo : gallery) distances.push_back(distance_m(photo.location, predicted));
  const auto near = std::count_if(distances.begin(), distances.end(), [](double d) { return d <= kConfidenceRadiusM; });
  EvaluationRecord record;
  record.predicted = predicted;
  record.confidence = static_cast<double>(near) / static_cast<double>(gallery.size());
  record.in_area = 1.0;
  record.radius_50_m = quantile(distances, 0.5);
  record.radius_90_m = quantile(distances, 0.9);
  return record;
}

/// The prediction, with truth and group of a query.
EvaluationRecord with_query(EvaluationRecord record, const EvaluationRecord& query) {
  record.photo_id = query.photo_id;
  record.truth = query.truth;
  record.error_m = distance_m(record.predicted, query.truth);
  record.nearest_gallery_m = query.nearest_gallery_m;
  record.group = query.group;
  return record;
}

std::vector<EvaluationRecord> always(const EvaluationRecord& record, std::span<const EvaluationRecord> queries) {
  std::vector<EvaluationRecord> records;
  records.reserve(queries.size());
  for (const EvaluationRecord& query : queries) records.push_back(with_query(record, query));
  return records;
}

void check_groups(std::span<const std::size_t> groups, const Gallery& queries) {
  if (!groups.empty() && groups.size() != queries.size())
    throw InvalidArgumentError("groups must be empty or one for each of the " + std::to_string(queries.size()) +
                               " queries, got " + std::to_string(groups.size()));
}

EvaluationRecord record_of(const Prediction& prediction, const Photo& query, std::span<const Photo> gallery,
                           std::size_t group) {
  EvaluationRecord record;
  record.photo_id = query.id;
  record.truth = query.location;
  record.predicted = prediction.location;
  record.error_m = distance_m(prediction.location, query.location);
  record.confidence = prediction.confidence;
  record.in_area = prediction.in_area;
  record.radius_50_m = prediction.radius_50_m;
  record.radius_90_m = prediction.radius_90_m;
  record.nearest_gallery_m = std::numeric_limits<double>::infinity();
  for (const Photo& photo : gallery)
    record.nearest_gallery_m = std::min(record.nearest_gallery_m, distance_m(photo.location, query.location));
  record.candidate_errors_m.reserve(prediction.candidates.size());
  for (const Candidate& candidate : prediction.candidates)
    record.candidate_errors_m.push_back(distance_m(candidate.location, query.location));
  record.group = group;
  return record;
}

}  // namespace

std::vector<EvaluationRecord> run_queries(const Locator& locator, const Gallery& queries,
                                          std::span<const std::size_t> groups, int num_threads,
                                          const ProgressCallback& progress) {
  check_groups(groups, queries);
  std::vector<EvaluationRecord> records(queries.size());
  parallel_for(
      queries.size(), num_threads,
      [&](std::size_t i) {
        const Photo& query = queries[i];
        if (query.file.empty())
          throw InvalidArgumentError("query '" + query.id + "' has no file; use a gallery that was read from pictures");
        const Image picture = read_for_describing(query.file, queries.image_options());
        records[i] = record_of(locator.locate(picture), query, locator.photos(), groups.empty() ? i : groups[i]);
      },
      "queries", progress);
  return records;
}

std::vector<EvaluationRecord> records_of(std::span<const Prediction> predictions, const Gallery& queries,
                                         std::span<const Photo> gallery, std::span<const std::size_t> groups) {
  check_groups(groups, queries);
  if (predictions.size() != queries.size())
    throw InvalidArgumentError("there must be a prediction for each of the " + std::to_string(queries.size()) +
                               " queries, got " + std::to_string(predictions.size()));
  std::vector<EvaluationRecord> records;
  for (std::size_t i = 0; i < predictions.size(); ++i)
    records.push_back(record_of(predictions[i], queries[i], gallery, groups.empty() ? i : groups[i]));
  return records;
}

std::vector<EvaluationRecord> constant_baseline(std::span<const Photo> gallery,
                                                std::span<const EvaluationRecord> queries) {
  require_gallery(gallery);
  const LocalFrame frame = frame_of(gallery);
  EastNorth sum;
  for (const Photo& photo : gallery) {
    const EastNorth place = frame.to_local(photo.location);
    sum = {sum.east + place.east, sum.north + place.north};
  }
  const auto count = static_cast<double>(gallery.size());
  return always(baseline_record(gallery, frame.to_lat_lng({sum.east / count, sum.north / count})), queries);
}

std::vector<EvaluationRecord> densest_place_baseline(std::span<const Photo> gallery,
                                                     std::span<const EvaluationRecord> queries) {
  require_gallery(gallery);
  constexpr double kNeighbourhoodM = 50.0;
  const LocalFrame frame = frame_of(gallery);
  std::vector<EastNorth> places;
  places.reserve(gallery.size());
  for (const Photo& photo : gallery) places.push_back(frame.to_local(photo.location));
  std::size_t densest = 0;
  std::ptrdiff_t most = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto near = std::count_if(places.begin(), places.end(),
                                    [&](EastNorth place) { return distance_m(place, places[i]) <= kNeighbourhoodM; });
    if (near > most) {
      most = near;
      densest = i;
    }
  }
  return always(baseline_record(gallery, gallery[densest].location), queries);
}

std::vector<EvaluationRecord> random_picture_baseline(std::span<const Photo> gallery,
                                                      std::span<const EvaluationRecord> queries, std::uint64_t seed) {
  require_gallery(gallery);
  Random random(seed);
  std::vector<EvaluationRecord> records;
  records.reserve(queries.size());
  for (const EvaluationRecord& query : queries) {
    const LatLng place = gallery[random.below(gallery.size())].location;
    EvaluationRecord record = with_query(baseline_record(gallery, place), query);
    record.candidate_errors_m = {record.error_m};
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace venloc
