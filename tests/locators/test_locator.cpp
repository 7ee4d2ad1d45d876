// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "ranking/query_prior.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"
#include "venloc/locators/locator.hpp"

using namespace venloc;

namespace {

/// Reports the picture's width as confidence.
class WidthLocator : public Locator {
 public:
  Prediction locate(const Image& picture, const QueryOptions& query) const override {
    check_cancelled(query);
    if (picture.empty()) throw ImageError("empty picture");
    Prediction prediction;
    prediction.confidence = picture.width();
    return prediction;
  }
  LocatorInfo info() const override { return {}; }
  std::span<const Photo> photos() const override { return {}; }
  void save(const std::filesystem::path&) const override {}
};

Image picture(int width) { return {width, 1, 1, std::vector<std::uint8_t>(static_cast<std::size_t>(width))}; }

}  // namespace

TEST_CASE("locate_all answers in the order of the pictures") {
  std::vector<Image> pictures;
  for (int i = 1; i <= 50; ++i) pictures.push_back(picture(i));
  for (const int threads : {0, 1, 3}) {
    const std::vector<Result> results = WidthLocator().locate_all(pictures, {}, {}, threads);
    REQUIRE(results.size() == 50);
    for (int i = 0; i < 50; ++i) CHECK(results[static_cast<std::size_t>(i)]->confidence == i + 1);
  }
  CHECK(WidthLocator().locate_all({}).empty());
}

TEST_CASE("a picture that cannot be located does not lose the others") {
  const std::vector<Image> pictures{picture(1), Image(), picture(3), Image()};
  for (const int threads : {1, 3}) {
    const auto results = WidthLocator().locate_all(pictures, {}, {}, threads);
    REQUIRE(results.size() == 4);
    CHECK(results[0]);
    CHECK(results[0].error().empty());
    CHECK(results[2].value().confidence == 3);
    for (const std::size_t bad : {1u, 3u}) {
      CHECK_FALSE(results[bad]);
      CHECK(results[bad].error() == "empty picture");
      CHECK_THROWS_WITH_AS((void)results[bad].value(), "empty picture", ImageError);
    }
  }
}

TEST_CASE("files are located as their pictures are, and unreadable ones are failures") {
  const TemporaryFolder folder;
  const std::vector<std::filesystem::path> files{folder.write("a.pgm", "P5 2 1 255\n##"), folder / "missing.pgm",
                                                 folder.write("text.pgm", "no picture"),
                                                 folder.write("b.pgm", "P5 4 1 255\n####")};
  std::vector<std::size_t> done;
  const auto report = [&](const Progress& p) {
    done.push_back(p.done);
    return true;
  };
  const auto results = WidthLocator().locate_files(files, {}, report, 2);
  REQUIRE(results.size() == 4);
  CHECK(results[0]->confidence == 2);
  CHECK(results[3]->confidence == 4);
  CHECK_THROWS_AS((void)results[1].value(), FileNotFoundError);
  CHECK(results[1].error().find("missing.pgm") != std::string::npos);
  CHECK_THROWS_AS((void)results[2].value(), ImageError);
  CHECK(done.size() == 4);
  ImageOptions reading;
  reading.max_pixels = 3;
  CHECK(WidthLocator().locate_files(files, {}, {}, 1, reading)[3].error().find("b.pgm") != std::string::npos);
  reading.max_pixels = 0;
  CHECK_THROWS_AS((void)WidthLocator().locate_files(files, {}, {}, 1, reading), InvalidArgumentError);
}

TEST_CASE("wrong query options are no failure of the pictures") {
  QueryOptions query;
  query.max_candidates = -1;
  CHECK_THROWS_AS((void)WidthLocator().locate_all(std::vector<Image>{picture(1)}, query), InvalidArgumentError);
}

TEST_CASE("locate_all reports its progress, and a callback or the query's options end it") {
  const std::vector<Image> pictures(20, picture(3));
  std::vector<std::size_t> done;
  const auto report = [&](const Progress& p) {
    CHECK(p.stage == "locate");
    CHECK(p.total == 20);
    done.push_back(p.done);
    return true;
  };
  CHECK(WidthLocator().locate_all(pictures, {}, report, 3).size() == 20);
  REQUIRE(done.size() == 20);
  for (std::size_t i = 0; i < done.size(); ++i) CHECK(done[i] == i + 1);
  const auto stop = [](const Progress& p) { return p.done < 5; };
  CHECK_THROWS_AS((void)WidthLocator().locate_all(pictures, {}, stop, 3), CancelledError);
  QueryOptions query;
  std::atomic<int> calls = 0;
  query.cancelled = [&] { return ++calls > 7; };
  CHECK_THROWS_AS((void)WidthLocator().locate_all(pictures, query, {}, 1), CancelledError);
  CHECK(calls == 8);
}

TEST_CASE("load options are validated before the file is opened") {
  LoadOptions options;
  options.num_threads = -1;
  CHECK_THROWS_AS((void)load_locator("missing.venloc", options), InvalidArgumentError);
  options = {};
  options.max_candidates = -1;
  CHECK_THROWS_AS((void)load_locator("missing.venloc", options), InvalidArgumentError);
  CHECK_THROWS_AS((void)load_locator("missing.venloc"), FileNotFoundError);
}

TEST_CASE("GeoJSON of a prediction has the location, the regions and the evidence") {
  const LocalFrame frame(LatLng{45.4342, 12.3388});
  Prediction prediction;
  prediction.location = {45.4350, 12.3390};
  prediction.confidence = 0.7;
  prediction.posterior = Posterior(frame, {45.42, 12.31, 45.45, 12.37}, {{{0, 0}, 30, 1}}, 0.05, 0.05);
  prediction.candidates = {{"flickr:1", {45.4341, 12.3387}, 0.6, 20, 1.5, "https://example.org/1", "", {}},
                           {"b \"quoted\"", {45.43, 12.33}, 0.1, 3, 0.2, "", "", {}}};
  const auto json = nlohmann::json::parse(prediction.to_geojson());
  CHECK(json.at("type") == "FeatureCollection");
  const auto& features = json.at("features");
  REQUIRE(features.size() == 5);
  CHECK(features[0]["geometry"]["coordinates"] == nlohmann::json::array({12.3390, 45.4350}));
  CHECK(features[0]["properties"]["confidence"] == 0.7);
  CHECK(features[1]["properties"]["level"] == 0.5);
  CHECK(features[2]["properties"]["level"] == 0.9);
  CHECK(features[2]["geometry"]["type"] == "MultiPolygon");
  CHECK(features[3]["properties"]["url"] == "https://example.org/1");
  CHECK(features[4]["properties"]["photo_id"] == "b \"quoted\"");
  CHECK_FALSE(features[4]["properties"].contains("url"));
}

TEST_CASE("locator: a model that needs LibTorch is refused with a remedy where it is not linked") {
  const TemporaryFolder folder;
  write_model({}, "regression", "{}", folder / "city.venloc");
  CHECK(model_kind(folder / "city.venloc") == "regression");
  const auto message = message_of<FormatError>([&] { (void)load_locator(folder / "city.venloc"); });
  CHECK(message.find("'regression'") != std::string::npos);
  CHECK(message.find("venloc::torch") != std::string::npos);
  SafetensorsWriter().write(folder / "other.safetensors");
  CHECK(message_of<FormatError>([&] { (void)model_kind(folder / "other.safetensors"); }).find("not a venloc model") !=
        std::string::npos);
}
