// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "locators/drawn_city.hpp"
#include "ranking/turns.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/locators/ensemble_locator.hpp"
#include "venloc/locators/sift_locator.hpp"

using namespace venloc;
using namespace venloc::testing;

namespace {

/// A view below a bright sky.
Image lit_view(int place, int number) {
  const Image plain = view(place, number);
  std::vector<std::uint8_t> pixels(plain.pixels().begin(), plain.pixels().end());
  const int row = 3 * plain.width();
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const int y = static_cast<int>(i) / row;
    pixels[i] = static_cast<std::uint8_t>(y < plain.height() / 4 ? 235 : std::clamp(pixels[i] - 2 * y, 0, 255));
  }
  return {plain.width(), plain.height(), 3, std::move(pixels)};
}

Gallery lit_city(const TemporaryFolder& folder) {
  const auto plain = city(folder);
  for (const auto& photo : plain.photos()) {
    const auto dash = photo.id.find('-');
    const Image picture = lit_view(std::stoi(photo.id.substr(0, dash)), std::stoi(photo.id.substr(dash + 1)));
    write_bytes(photo.file, "P6\n64 48\n255\n" + std::string(picture.pixels().begin(), picture.pixels().end()));
  }
  return plain;
}

EnsembleLocator built(const Gallery& gallery, std::vector<int> region_grids) {
  BackboneOptions network;
  network.stage = "fire3";
  network.long_sides_px = {64};
  network.region_grids = std::move(region_grids);
  network.device = Device::kCpu;
  EnsembleLocatorOptions options;
  options.sift.index.words = 32;
  options.whitening.dimension = 48;
  options.region_whitening.dimension = 24;
  options.calibration_folds = 4;
  options.calibration_grouped = false;
  options.num_threads = 2;
  return EnsembleLocator::build(gallery, Backbone::random("squeezenet1_1", 1, network), options);
}

}  // namespace

TEST_CASE("turned pictures: a picture on its side or upside down is located as the upright one") {
  const TemporaryFolder folder;
  const auto gallery = lit_city(folder);
  const auto locator = built(gallery, {1, 2});
  locator.save(folder / "city.venloc");
  const auto again = EnsembleLocator::load(folder / "city.venloc");
  for (const int place : {1, 12, 30}) {
    const auto upright = lit_view(place, 50);
    const auto expected = locator.locate(upright);
    CHECK(expected.turned_degrees == 0);
    CHECK(expected.notes.empty());
    for (const int degrees : {90, 180, 270}) {
      CAPTURE(place);
      CAPTURE(degrees);
      const auto lying = upright.turned(360 - degrees).with_note("a preview");
      const auto found = locator.locate(lying);
      CHECK(found.turned_degrees == degrees);
      REQUIRE(found.notes.size() == 2);
      CHECK(found.notes[0] == "a preview");
      CHECK(found.notes[1].find(std::to_string(degrees)) != std::string::npos);
      check_same(found, expected);
      check_same(again.locate(lying), expected);
      CHECK(locator.evidence(lying).candidates != locator.evidence(upright).candidates);
    }
  }
}

TEST_CASE("turned pictures: without regions of the whole picture and its quarters nothing is turned") {
  const TemporaryFolder folder;
  const auto gallery = lit_city(folder);
  const auto locator = built(gallery, {2});
  const auto lying = lit_view(1, 50).turned(180);
  const auto found = locator.locate(lying);
  CHECK(found.turned_degrees == 0);
  check_same(found, locator.answer(locator.evidence(lying)));
}

TEST_CASE("turns: evidence and probability decide together, and times are of all turns") {
  const auto prediction = [](double confidence) {
    Prediction out;
    out.confidence = confidence;
    out.timings = {{"search", 1.0}};
    return out;
  };
  const std::vector<Turn> turns{{0, 0.0}, {180, -1.0}};
  const auto decided = [&](double as_it_is, double turned) {
    return best_of_turns(turns, [&](int degrees) {
      const double confidence = degrees == 0 ? as_it_is : turned;
      return TurnedPrediction{prediction(confidence), std::log(confidence)};
    });
  };
  // e^-1 = .37: the turned picture needs 2.7 times the confidence.
  CHECK(decided(0.2, 0.5).turned_degrees == 0);
  CHECK(decided(0.2, 0.6).turned_degrees == 180);
  CHECK(decided(0.2, 0.6).confidence == 0.6);
  CHECK(decided(0.2, 0.6).timings.size() == 2);
  CHECK(decided(0.0, 0.0).turned_degrees == 0);
}

TEST_CASE("turned pictures: a gallery too small for a classifier is searched in all turns where matches are few") {
  const TemporaryFolder folder;
  const auto large_view = [](int place, int number) { return view(place, number).resized(384, 288); };
  const auto gallery = city(folder, 6, 3);
  for (const auto& photo : gallery.photos()) {
    const Image picture = large_view(photo.id[0] - '0', photo.id[2] - '0');
    write_bytes(photo.file, "P6\n384 288\n255\n" + std::string(picture.pixels().begin(), picture.pixels().end()));
  }
  SiftLocatorOptions options;
  options.index.words = 16;
  options.num_threads = 1;
  const auto locator = SiftLocator::build(gallery, options);
  for (const int place : {0, 4}) {
    const auto upright = large_view(place, 50);
    const auto expected = locator.locate(upright);
    CHECK(expected.turned_degrees == 0);
    for (const int degrees : {90, 180, 270}) {
      const auto found = locator.locate(upright.turned(360 - degrees));
      CHECK(found.turned_degrees == degrees);
      check_same(found, expected);
    }
  }
  CHECK(locator.locate(large_view(77, 0)).turned_degrees == 0);
}
