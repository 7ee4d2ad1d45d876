// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "geo/square.hpp"
#include "venloc/geo/lat_lng.hpp"

namespace venloc {

/// Places and centres as k_means (core/k_means.hpp) requires them. A centre without places stays where it is.
struct PlaceSpace {
  using Sum = EastNorth;

  void begin_iteration() { before = centres; }
  [[nodiscard]] std::size_t nearest(std::size_t i, std::size_t now) const {
    for (std::size_t c = 0; c < centres.size(); ++c)
      if (square_distance(places[i], centres[c]) < square_distance(places[i], centres[now])) now = c;
    return now;
  }
  void add(Sum& sum, std::size_t i) const { merge(sum, places[i]); }
  static void merge(Sum& sum, const Sum& other) {
    sum.east += other.east;
    sum.north += other.north;
  }
  void move(std::size_t centre, const Sum& sum, std::size_t count) {
    centres[centre] = {sum.east / static_cast<double>(count), sum.north / static_cast<double>(count)};
  }
  void refill(std::size_t, const std::vector<std::size_t>&, const std::vector<std::uint32_t>&) {}

  std::span<const EastNorth> places;
  std::vector<EastNorth> centres;
  std::vector<EastNorth> before{};  // the centres that places were last assigned to
};

}  // namespace venloc
