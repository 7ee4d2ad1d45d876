// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "geo/antimeridian.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

namespace venloc {
namespace {

bool crosses(const LatLngPolygon& polygon) {
  for (const auto& ring : polygon)
    for (std::size_t i = 0; i < ring.size(); ++i)
      if (std::abs(ring[i].lng - ring[(i + 1) % ring.size()].lng) > 180.0) return true;
  return false;
}

double signed_area(const LatLngRing& ring) {
  double area = 0.0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const auto& a = ring[i];
    const auto& b = ring[(i + 1) % ring.size()];
    area += (a.lng * b.lat - b.lng * a.lat) / 2;
  }
  return area;
}

bool encloses(const LatLngRing& ring, LatLng place) {
  bool inside = false;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const auto& a = ring[i];
    const auto& b = ring[(i + 1) % ring.size()];
    if ((a.lat > place.lat) != (b.lat > place.lat) &&
        place.lng < a.lng + (place.lat - a.lat) / (b.lat - a.lat) * (b.lng - a.lng))
      inside = !inside;
  }
  return inside;
}

/// A part of a ring on one side of the meridian: from where it comes in to where it leaves.
struct Chain {
  LatLngRing places;
  bool used = false;
};

/// The chains of a ring on one side, or the whole ring. `is_here` is the side of a place.
template <typename Side>
void split(const LatLngRing& ring, const Side& is_here, std::vector<Chain>& chains, std::vector<LatLngRing>& whole) {
  const auto count = ring.size();
  std::size_t start = count;
  for (std::size_t i = 0; i < count && start == count; ++i)
    if (!is_here(ring[i]) && is_here(ring[(i + 1) % count])) start = i;
  if (start == count) {
    if (is_here(ring.front())) whole.push_back(ring);
    return;
  }
  const auto crossing = [](LatLng a, LatLng b) {
    return LatLng{a.lat + (180.0 - a.lng) / (b.lng - a.lng) * (b.lat - a.lat), 180.0};
  };
  for (std::size_t k = 0; k < count; ++k) {
    const auto a = ring[(start + k) % count], b = ring[(start + k + 1) % count];
    if (!is_here(a) && is_here(b)) chains.push_back({{crossing(a, b)}});
    if (is_here(b)) chains.back().places.push_back(b);
    if (is_here(a) && !is_here(b)) chains.back().places.push_back(crossing(a, b));
  }
}

/// Joins the chains along the meridian: behind each end follows the next beginning, northwards on the western side,
/// southwards on the eastern one, so that the area stays at the left.
std::vector<LatLngRing> joined(std::vector<Chain>& chains, bool northwards) {
  std::vector<LatLngRing> rings;
  for (auto& first : chains) {
    if (first.used) continue;
    LatLngRing ring;
    for (auto* chain = &first; chain != nullptr && !chain->used;) {
      chain->used = true;
      ring.insert(ring.end(), chain->places.begin(), chain->places.end());
      const double end = ring.back().lat;
      Chain* next = nullptr;
      for (auto& other : chains) {
        const double begin = other.places.front().lat;
        if (northwards ? begin < end : begin > end) continue;
        if (next == nullptr || std::abs(begin - end) < std::abs(next->places.front().lat - end)) next = &other;
      }
      chain = next;
    }
    rings.push_back(std::move(ring));
  }
  return rings;
}

/// Outer rings with the holes inside them.
std::vector<LatLngPolygon> assembled(std::vector<LatLngRing> rings) {
  std::vector<LatLngPolygon> polygons;
  std::vector<LatLngRing> holes;
  for (auto& ring : rings) {
    if (signed_area(ring) > 0.0)
      polygons.push_back({std::move(ring)});
    else
      holes.push_back(std::move(ring));
  }
  for (auto& hole : holes) {
    const auto owner = std::find_if(polygons.begin(), polygons.end(),
                                    [&](const auto& polygon) { return encloses(polygon.front(), hole.front()); });
    if (owner != polygons.end()) owner->push_back(std::move(hole));
  }
  return polygons;
}

}  // namespace

std::vector<LatLngPolygon> cut_at_antimeridian(LatLngPolygon polygon) {
  if (!crosses(polygon)) return {std::move(polygon)};
  for (auto& ring : polygon)
    for (auto& place : ring) place.lng = unrolled(place.lng, 0.0);
  std::vector<LatLngPolygon> result;
  for (const bool western : {true, false}) {
    std::vector<Chain> chains;
    std::vector<LatLngRing> rings;
    for (const auto& ring : polygon)
      split(
          ring, [&](LatLng place) { return (place.lng <= 180.0) == western; }, chains, rings);
    for (auto& ring : joined(chains, western)) rings.push_back(std::move(ring));
    for (auto& part : assembled(std::move(rings))) {
      if (!western)
        for (auto& ring : part)
          for (auto& place : ring) place.lng -= 360.0;
      result.push_back(std::move(part));
    }
  }
  return result;
}

}  // namespace venloc
