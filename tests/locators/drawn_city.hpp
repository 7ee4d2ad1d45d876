// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "core/random.hpp"
#include "venloc/core/error.hpp"
#include "venloc/features/backbone.hpp"
#include "venloc/gallery/gallery.hpp"
#include "venloc/image/image.hpp"
#include "venloc/locators/locator.hpp"

/// A city drawn by program, for locators with networks.
namespace venloc::testing {

/// A view of a place: rectangles that are the place's own, a little moved and noisy from view to view.
inline Image view(int place, int number) {
  constexpr int kWidth = 64, kHeight = 48;
  Random shapes(static_cast<std::uint64_t>(place)), noise(static_cast<std::uint64_t>(1000 + 97 * place + number));
  std::vector<std::uint8_t> pixels(3 * kWidth * kHeight, 120);
  const int dx = static_cast<int>(noise.below(3)), dy = static_cast<int>(noise.below(3));
  for (int r = 0; r < 12; ++r) {
    const int left = static_cast<int>(shapes.below(50)) + dx, top = static_cast<int>(shapes.below(36)) + dy;
    const int wide = 4 + static_cast<int>(shapes.below(20)), high = 4 + static_cast<int>(shapes.below(16));
    const std::array<std::uint64_t, 3> colour = {shapes.below(230), shapes.below(230), shapes.below(230)};
    for (int y = top; y < std::min(top + high, kHeight); ++y)
      for (int x = left; x < std::min(left + wide, kWidth); ++x)
        for (std::size_t c = 0; c < 3; ++c)
          pixels[3 * static_cast<std::size_t>(y * kWidth + x) + c] = static_cast<std::uint8_t>(colour[c]);
  }
  for (auto& value : pixels) value = static_cast<std::uint8_t>(value + noise.below(16));
  return {kWidth, kHeight, 3, std::move(pixels)};
}

inline constexpr int kPlaces = 35, kViews = 6;

inline LatLng where(int place) { return {45.43 + 0.002 * (place / 7), 12.33 + 0.003 * (place % 7)}; }

/// `views` pictures of each place.
inline Gallery city(const TemporaryFolder& folder, int places = kPlaces, int views = kViews) {
  std::vector<Photo> photos;
  for (int place = 0; place < places; ++place)
    for (int number = 0; number < views; ++number) {
      Photo photo;
      photo.id = std::to_string(place) + "-" + std::to_string(number);
      photo.file = folder / (photo.id + ".ppm");
      photo.location = where(place);
      photo.location.lat += 2e-5 * number;
      const Image picture = view(place, number);
      write_bytes(photo.file, "P6\n64 48\n255\n" + std::string(picture.pixels().begin(), picture.pixels().end()));
      photos.push_back(photo);
    }
  return Gallery(photos);
}

/// A small network of random weights.
inline Backbone network() {
  BackboneOptions options;
  options.stage = "fire3";
  options.further_stages = {"fire4"};
  options.long_sides_px = {64, 48};
  options.region_grids = {2};
  options.region_long_side_px = 48;
  options.device = Device::kCpu;
  return Backbone::random("squeezenet1_1", 1, options);
}

inline void check_same(const Prediction& a, const Prediction& b) {
  CHECK(a.location == b.location);
  CHECK(a.confidence == b.confidence);
  CHECK(a.in_area == b.in_area);
  CHECK(a.radius_50_m == b.radius_50_m);
  CHECK(a.radius_90_m == b.radius_90_m);
  REQUIRE(a.candidates.size() == b.candidates.size());
  for (std::size_t i = 0; i < a.candidates.size(); ++i) {
    CHECK(a.candidates[i].photo_id == b.candidates[i].photo_id);
    CHECK(a.candidates[i].probability == b.candidates[i].probability);
  }
}

/// A picture that was described before is located as the picture itself.
template <typename L>
void check_features(const L& locator) {
  for (const int place : {2, 21}) {
    const Image picture = view(place, 80);
    check_same(locator.locate_features(locator.backbone().describe(picture)), locator.locate(picture));
  }
  auto features = locator.backbone().describe(view(2, 80));
  features.back() = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS((void)locator.locate_features(features), InvalidArgumentError);
  features.pop_back();
  const auto message = message_of<InvalidArgumentError>([&] { (void)locator.locate_features(features); });
  CHECK(message.find(std::to_string(features.size() + 1) + " values") != std::string::npos);
}

}  // namespace venloc::testing
