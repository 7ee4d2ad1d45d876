// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "core/model_differences.hpp"
#include "locators/drawn_city.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"
#include "venloc/locators/painting_locator.hpp"

using namespace venloc;
using namespace venloc::testing;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

PaintingLocatorOptions small(int num_threads = 2) {
  PaintingLocatorOptions options;
  options.projection.dimension = 24;
  options.gallery_long_side_px = 64;
  options.query_long_sides_px = {64, 48};
  options.cells = 40;
  options.city = "Drawn";
  options.num_threads = num_threads;
  return options;
}

/// Stages of different strides.
Backbone two_strides() {
  BackboneOptions options;
  options.stage = "fire3";
  options.further_stages = {"fire4"};
  options.device = Device::kCpu;
  return Backbone::random("squeezenet1_1", 1, options);
}

/// The view as it is painted: few tones, in yellowed light.
Image painted(int place, int number) {
  const Image picture = view(place, number);
  std::vector<std::uint8_t> pixels;
  for (std::size_t i = 0; i < picture.pixels().size(); ++i)
    pixels.push_back(static_cast<std::uint8_t>(picture.pixels()[i] / 32 * 32 * (16 - i % 3) / 16));
  return {picture.width(), picture.height(), 3, std::move(pixels)};
}

}  // namespace

TEST_CASE("backbone: maps of several stages in one pass are those of each") {
  const auto network = two_strides();
  const Image picture = view(3, 1);
  const auto maps = network.maps(picture, 352);
  REQUIRE(maps.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto alone = network.map(picture, i == 0 ? "fire3" : "fire4");
    CHECK(maps[i].channels == alone.channels);
    CHECK(maps[i].width == alone.width);
    CHECK(maps[i].values == alone.values);
  }
  CHECK(maps[1].width < maps[0].width);
  CHECK(network.maps(picture, 48)[0].width < maps[0].width);
  CHECK_THROWS_AS((void)network.maps(picture, 0), InvalidArgumentError);
  CHECK_THROWS_AS((void)network.maps(Image(), 64), InvalidArgumentError);
}

TEST_CASE("painting locator: finds paintings of a city, the same before and after it is saved") {
  const TemporaryFolder folder;
  const auto gallery = city(folder, kPlaces, 3);
  const auto built = PaintingLocator::build(gallery, two_strides(), small());
  built.save(folder / "city.venloc");
  CHECK(model_kind(folder / "city.venloc") == "painting");
  CHECK_FALSE(needs_torch("painting"));
  const auto loaded = load_locator(folder / "city.venloc");
  CHECK(loaded->info().kind == "painting");
  CHECK(loaded->info().city == "Drawn");
  CHECK(loaded->info().options == built.info().options);
  int found = 0, queries = 0;
  for (int place = 0; place < kPlaces; place += 3) {
    const Image query = painted(place, 9);
    const auto answer = built.locate(query);
    check_same(answer, loaded->locate(query));
    check_same(answer, built.locate_scores(built.scores(query)));
    ++queries;
    if (distance_m(answer.location, where(place)) < 50) ++found;
    CHECK(answer.candidates.size() == 20);
    CHECK(answer.radius_50_m <= answer.radius_90_m);
    CHECK(std::ranges::is_sorted(answer.candidates, std::greater{}, &Candidate::probability));
    CHECK(std::ranges::is_sorted(answer.candidates, std::greater{}, &Candidate::score));
  }
  CHECK(10 * found >= 7 * queries);
  loaded->save(folder / "again.venloc");
  CHECK(model_differences(folder / "again.venloc", folder / "city.venloc") == "");
  PaintingLocator::build(gallery, two_strides(), small(1)).save(folder / "one.venloc");
  CHECK(model_differences(folder / "one.venloc", folder / "city.venloc") == "");
}

TEST_CASE("painting locator: a picture smaller than the query sizes keeps its own size") {
  const TemporaryFolder folder;
  const auto gallery = city(folder, 6, 2);
  const auto scores = [&](std::vector<int> sides) {
    auto options = small();
    options.query_long_sides_px = std::move(sides);
    return PaintingLocator::build(gallery, two_strides(), options).scores(painted(2, 9));
  };
  const int longest = std::max(painted(2, 9).width(), painted(2, 9).height());
  CHECK(scores({4 * longest, 9 * longest}) == scores({longest}));
  CHECK(scores({48, 4 * longest}) == scores({48, longest}));
  CHECK(scores({48}) != scores({longest}));
}

TEST_CASE("painting locator: small, strange and wrong input") {
  const TemporaryFolder folder;
  const auto gallery = city(folder, 3, 2);
  CHECK(has(message_of<InvalidArgumentError>([&] {
              (void)PaintingLocator::build(gallery.subset(std::vector<std::size_t>{0}), two_strides(), small());
            }),
            "at least two"));
  const auto locator = PaintingLocator::build(gallery, two_strides(), small());
  for (const Image& picture : {view(1, 1), Image(1, 1, 1, {7}), Image(8, 8, 3, std::vector<std::uint8_t>(192, 0))}) {
    const auto answer = locator.locate(picture);
    CHECK(answer.confidence >= 0);
    CHECK(answer.confidence <= 1);
    CHECK(answer.candidates.size() == 6);
  }
  CHECK(locator.locate(view(1, 1)).candidates.front().photo_id.starts_with("1-"));
  CHECK_THROWS_AS((void)locator.locate(Image()), ImageError);
  CHECK_THROWS_AS((void)locator.scores(Image()), ImageError);
  CHECK(has(message_of<InvalidArgumentError>([&] { (void)locator.locate_scores(std::vector<float>(5)); }), "6 photos"));
  std::vector<float> scores(6, 0.0f);
  scores[2] = std::numeric_limits<float>::infinity();
  CHECK_THROWS_AS((void)locator.locate_scores(scores), InvalidArgumentError);
  write_bytes(gallery[4].file, "no picture");
  CHECK(has(message_of<ImageError>([&] { (void)PaintingLocator::build(gallery, two_strides(), small()); }),
            gallery[4].file.filename().string()));

  const auto message = [](auto change) {
    PaintingLocatorOptions options;
    change(options);
    return message_of<InvalidArgumentError>([&] { options.validate(); });
  };
  CHECK(message([](auto&) {}).empty());
  CHECK(has(message([](auto& o) { o.projection.dimension = 0; }), "dimension"));
  CHECK(has(message([](auto& o) { o.gallery_long_side_px = 8; }), "gallery_long_side_px"));
  CHECK(has(message([](auto& o) { o.query_long_sides_px = {}; }), "query_long_sides_px"));
  CHECK(has(message([](auto& o) { o.query_long_sides_px = {448, 9000}; }), "9000"));
  CHECK(has(message([](auto& o) { o.cells = 0; }), "cells"));
  CHECK(has(message([](auto& o) { o.max_candidates = -1; }), "max_candidates"));
  CHECK(has(message([](auto& o) { o.num_threads = -1; }), "num_threads"));
}

TEST_CASE("painting locator: a model whose parts do not fit is refused with its name") {
  const TemporaryFolder folder;
  PaintingLocator::build(city(folder, 3, 2), two_strides(), small()).save(folder / "whole.venloc");
  const auto file = SafetensorsFile::open(folder / "whole.venloc");
  const auto refusal = [&](const std::string& left_out, const std::string& options) {
    SafetensorsWriter writer;
    for (const auto& [name, view_] : file.tensors())
      if (name != left_out) writer.add(name, view_.type, view_.shape, view_.bytes);
    for (const auto& [key, value] : file.metadata())
      if (key.starts_with("backbone.")) writer.set_metadata(key, value);
    write_model(std::move(writer), "painting", options, folder / "changed.venloc");
    return message_of<FormatError>([&] { (void)load_locator(folder / "changed.venloc"); });
  };
  const auto& options = file.metadata().at("options");
  CHECK(refusal("", options).empty());
  for (const char* name : {"feature_maps.codes", "feature_maps.cells", "feature_maps.hubs", "feature_maps.counts",
                           "feature_maps.step", "feature_maps.projection.mean", "area"}) {
    CAPTURE(name);
    CHECK(has(refusal(name, options), "changed.venloc"));
    CHECK(has(refusal(name, options), name));
  }
  CHECK(has(refusal("", "{}"), "options"));
}
