// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "venloc/core/error.hpp"
#include "venloc/evaluation/evaluation.hpp"

using namespace venloc;

namespace {

const LocalFrame kFrame(LatLng{45.4342, 12.3388});

Photo photo(const std::string& id, double east, double north) {
  Photo result;
  result.id = id;
  result.location = kFrame.to_lat_lng({east, north});
  return result;
}

std::vector<Photo> small_gallery() {
  return {photo("a", 0, 0), photo("b", 30, 0), photo("c", 1000, 0), photo("d", 1000, 300)};
}

/// Answers with the gallery picture whose number is the query's grey value.
class GreyLocator : public Locator {
 public:
  Prediction locate(const Image& picture, const QueryOptions& = {}) const override {
    Prediction prediction;
    prediction.location = photos_[picture.pixels()[0]].location;
    prediction.confidence = 0.5;
    prediction.in_area = 0.8;
    prediction.radius_50_m = 10;
    prediction.radius_90_m = 20;
    for (const Photo& known : photos_) {
      Candidate candidate;
      candidate.photo_id = known.id;
      candidate.location = known.location;
      prediction.candidates.push_back(candidate);
    }
    return prediction;
  }
  LocatorInfo info() const override { return {}; }
  std::span<const Photo> photos() const override { return photos_; }
  void save(const std::filesystem::path&) const override {}

 private:
  std::vector<Photo> photos_ = small_gallery();
};

std::filesystem::path write_picture(const std::string& name, unsigned char grey) {
  const auto file = std::filesystem::temp_directory_path() / ("venloc_evaluation_" + name + ".pgm");
  std::ofstream stream(file, std::ios::binary);
  stream << "P5\n2 2\n255\n" << std::string(4, static_cast<char>(grey));
  return file;
}

EvaluationRecord query(double east, double north) {
  EvaluationRecord record;
  record.photo_id = "q";
  record.truth = kFrame.to_lat_lng({east, north});
  record.group = 3;
  record.nearest_gallery_m = 12;
  return record;
}

}  // namespace

TEST_CASE("run_queries locates each picture and measures") {
  std::vector<Photo> photos;
  for (int i = 0; i < 8; ++i) {
    Photo next = photo("q" + std::to_string(i), 10, 100.0 * i);
    next.file = write_picture(std::to_string(i), static_cast<unsigned char>(i % 4));
    photos.push_back(next);
  }
  const Gallery queries(photos);
  const std::vector<std::size_t> groups = {0, 0, 1, 1, 2, 2, 3, 3};
  for (const int threads : {1, 4}) {
    std::size_t reports = 0;
    const auto records = run_queries(GreyLocator(), queries, groups, threads, [&](const Progress& progress) {
      ++reports;
      CHECK(progress.total == 8);
      return true;
    });
    CHECK(reports == 8);
    REQUIRE(records.size() == 8);
    for (std::size_t i = 0; i < 8; ++i) {
      CHECK(records[i].photo_id == photos[i].id);
      CHECK(records[i].truth == photos[i].location);
      CHECK(records[i].group == groups[i]);
      CHECK(records[i].predicted == small_gallery()[i % 4].location);
      CHECK(records[i].error_m == doctest::Approx(distance_m(records[i].predicted, photos[i].location)));
      CHECK(records[i].in_area == 0.8);
      CHECK(records[i].confidence == 0.5);
      CHECK(records[i].radius_90_m == 20);
      REQUIRE(records[i].candidate_errors_m.size() == 4);
      CHECK(records[i].candidate_errors_m[1] ==
            doctest::Approx(std::hypot(20.0, 100.0 * static_cast<double>(i))).epsilon(1e-5));
    }
    CHECK(records[0].nearest_gallery_m == doctest::Approx(10.0).epsilon(1e-5));
  }
  CHECK(run_queries(GreyLocator(), queries)[5].group == 5);
  CHECK_THROWS_AS(run_queries(GreyLocator(), queries, std::vector<std::size_t>{1, 2}), InvalidArgumentError);
  CHECK_THROWS_AS(run_queries(GreyLocator(), queries, {}, 2, [](const Progress&) { return false; }), CancelledError);

  std::vector<Photo> absent = photos;
  absent[2].file = "absent_picture.jpg";
  CHECK_THROWS_WITH_AS(run_queries(GreyLocator(), Gallery(absent)), doctest::Contains("absent_picture.jpg"),
                       FileNotFoundError);
  absent[2].file.clear();
  CHECK_THROWS_WITH_AS(run_queries(GreyLocator(), Gallery(absent)), doctest::Contains("q2"), InvalidArgumentError);
  for (const Photo& done : photos) std::filesystem::remove(done.file);
}

TEST_CASE("records of predictions made before are those of run_queries") {
  std::vector<Photo> photos;
  std::vector<Prediction> predictions;
  const GreyLocator locator;
  for (int i = 0; i < 4; ++i) {
    Photo next = photo("q" + std::to_string(i), 10, 100.0 * i);
    next.file = write_picture("before" + std::to_string(i), static_cast<unsigned char>(3 - i));
    predictions.push_back(locator.locate(read_image(next.file)));
    photos.push_back(next);
  }
  const Gallery queries(photos);
  const std::vector<std::size_t> groups = {4, 4, 1, 0};
  CHECK((records_of(predictions, queries, locator.photos(), groups) == run_queries(locator, queries, groups)));
  CHECK(records_of(predictions, queries, locator.photos())[2].group == 2);
  CHECK_THROWS_AS(records_of(predictions, queries, locator.photos(), std::vector<std::size_t>{1}),
                  InvalidArgumentError);
  predictions.pop_back();
  CHECK_THROWS_WITH_AS(records_of(predictions, queries, locator.photos()), doctest::Contains("4 queries, got 3"),
                       InvalidArgumentError);
  for (const Photo& done : photos) std::filesystem::remove(done.file);
}

TEST_CASE("constant baseline is the mean place") {
  const std::vector<Photo> gallery = small_gallery();
  const std::vector<EvaluationRecord> queries = {query(0, 0), query(507.5, 75)};
  const auto records = constant_baseline(gallery, queries);
  REQUIRE(records.size() == 2);
  CHECK(distance_m(kFrame.to_local(records[0].predicted), EastNorth{507.5, 75}) < 0.01);
  CHECK(records[0].error_m == doctest::Approx(std::hypot(507.5, 75)).epsilon(1e-5));
  CHECK(records[1].error_m < 0.01);
  CHECK(records[0].confidence == 0.0);
  CHECK(records[0].group == 3);
  CHECK(records[0].nearest_gallery_m == 12);
  // Distances of the four: 513.0, 483.4, 498.2, 541.5
  CHECK(records[0].radius_50_m == doctest::Approx((498.19 + 513.01) / 2).epsilon(1e-4));
}

TEST_CASE("densest place baseline is the picture with the most others near") {
  const std::vector<EvaluationRecord> queries = {query(0, 100)};
  const auto records = densest_place_baseline(small_gallery(), queries);
  CHECK(records[0].predicted == small_gallery()[0].location);
  CHECK(records[0].error_m == doctest::Approx(100).epsilon(1e-6));
  CHECK(records[0].confidence == 0.5);
}

TEST_CASE("random picture baseline draws gallery pictures by its seed") {
  const std::vector<EvaluationRecord> queries(40, query(0, 0));
  const std::vector<Photo> gallery = small_gallery();
  const auto a = random_picture_baseline(gallery, queries, 1);
  const auto b = random_picture_baseline(gallery, queries, 1);
  const auto c = random_picture_baseline(gallery, queries, 2);
  std::set<double> places;
  bool differ = false;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    CHECK(a[i].predicted == b[i].predicted);
    differ = differ || a[i].predicted != c[i].predicted;
    places.insert(a[i].error_m);
    CHECK(a[i].candidate_errors_m == std::vector<double>{a[i].error_m});
  }
  CHECK(differ);
  CHECK(places.size() == 4);
  CHECK_THROWS_AS(random_picture_baseline({}, queries, 1), InvalidArgumentError);
  CHECK_THROWS_AS(constant_baseline({}, queries), InvalidArgumentError);
  CHECK_THROWS_AS(densest_place_baseline({}, queries), InvalidArgumentError);
}
