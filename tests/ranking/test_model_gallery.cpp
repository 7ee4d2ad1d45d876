// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cstdint>

#include "core/random.hpp"
#include "ranking/model_gallery.hpp"

using namespace venloc;

TEST_CASE("model gallery: the density of photos is that of comparing all with all") {
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    Random random(seed);
    ModelGallery known;
    known.frame = LocalFrame({45.43, 12.33});
    for (int i = 0; i < 600; ++i) {
      Photo photo;
      // Some places are taken several times, some are exactly on the edges of strips.
      const double spread = i % 3 == 0 ? 80.0 : 900.0;
      EastNorth place{spread * (random.uniform() - 0.5), spread * (random.uniform() - 0.5)};
      if (i % 7 == 0) place = {kSupportM * static_cast<double>(i % 5), -kSupportM * static_cast<double>(i % 4)};
      photo.location = known.frame.to_lat_lng(place);
      known.photos.push_back(photo);
    }
    known.set_places();
    REQUIRE(known.density.size() == known.photos.size());
    for (std::size_t i = 0; i < known.places.size(); ++i) {
      int near = -1;  // itself
      for (const auto other : known.places) {
        const double east = known.places[i].east - other.east, north = known.places[i].north - other.north;
        if (east * east + north * north < kSupportM * kSupportM) ++near;
      }
      CHECK(known.density[i] == static_cast<float>(near));
    }
  }
}
