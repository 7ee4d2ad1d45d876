// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/geo/lat_lng.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "geo/antimeridian.hpp"
#include "geo/square.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

constexpr double kRadiansPerDegree = std::numbers::pi / 180.0;

double radians(double degrees) { return degrees * kRadiansPerDegree; }
double degrees(double radians) { return radians / kRadiansPerDegree; }

/// West and east of the shortest arc that has all these longitudes: what is left without the largest gap between
/// neighbours. Of equal arcs the one that does not cross the antimeridian.
std::pair<double, double> shortest_arc(std::vector<double>& lngs) {
  std::sort(lngs.begin(), lngs.end());
  double widest_gap = lngs.front() + 360.0 - lngs.back();  // across the antimeridian
  std::pair<double, double> arc{lngs.front(), lngs.back()};
  for (std::size_t i = 1; i < lngs.size(); ++i) {
    const double gap = lngs[i] - lngs[i - 1];
    if (gap <= widest_gap) continue;
    widest_gap = gap;
    arc = {lngs[i], lngs[i - 1]};
  }
  return arc;
}

std::string describe(LatLng place) { return "(" + std::to_string(place.lat) + ", " + std::to_string(place.lng) + ")"; }

}  // namespace

bool is_valid(LatLng place) {
  // Comparisons with NaN are false.
  return place.lat >= -90.0 && place.lat <= 90.0 && place.lng >= -180.0 && place.lng <= 180.0;
}

double distance_m(LatLng a, LatLng b) {
  const double half_chord_squared =
      square(std::sin(radians(b.lat - a.lat) / 2)) +
      std::cos(radians(a.lat)) * std::cos(radians(b.lat)) * square(std::sin(radians(b.lng - a.lng) / 2));
  return 2.0 * kEarthRadiusM * std::asin(std::sqrt(std::min(1.0, half_chord_squared)));
}

double distance_m(EastNorth a, EastNorth b) { return std::hypot(a.east - b.east, a.north - b.north); }

LocalFrame::LocalFrame(LatLng origin) : origin_(origin) {
  if (!is_valid(origin))
    throw InvalidArgumentError("the origin " + describe(origin) +
                               " of a local frame is not a place: give latitude -90 to 90 and longitude -180 to 180");
}

EastNorth LocalFrame::to_local(LatLng place) const {
  const double lat = radians(place.lat);
  const double lat_0 = radians(origin_.lat);
  const double d_lng = radians(place.lng - origin_.lng);
  // Components of the unit vector to the place along the origin's east, north and up; written without cancellation for
  // places that are near.
  const double bend = 2.0 * std::cos(lat) * square(std::sin(d_lng / 2));
  const double east = std::cos(lat) * std::sin(d_lng);
  const double north = std::sin(lat - lat_0) + std::sin(lat_0) * bend;
  const double up = std::cos(lat - lat_0) - std::cos(lat_0) * bend;
  const double sine = std::hypot(east, north);
  if (sine == 0.0) return {0.0, up > 0.0 ? 0.0 : std::numbers::pi * kEarthRadiusM};
  const double scale = kEarthRadiusM * std::atan2(sine, up) / sine;
  return {scale * east, scale * north};
}

LatLng LocalFrame::to_lat_lng(EastNorth position) const {
  const double distance = std::hypot(position.east, position.north);
  if (distance == 0.0) return origin_;
  const double angle = distance / kEarthRadiusM;
  const double east = std::sin(angle) * position.east / distance;
  const double north = std::sin(angle) * position.north / distance;
  const double up = std::cos(angle);
  const double sin_0 = std::sin(radians(origin_.lat));
  const double cos_0 = std::cos(radians(origin_.lat));
  const double outward = up * cos_0 - north * sin_0;  // from the Earth's axis, in the origin's meridian plane
  const double lat = degrees(std::atan2(up * sin_0 + north * cos_0, std::hypot(outward, east)));
  const double lng = origin_.lng + degrees(std::atan2(east, outward));
  return {lat, within_turn(lng)};
}

BoundingBox BoundingBox::around(std::span<const LatLng> places, double margin_m) {
  if (places.empty()) throw InvalidArgumentError("a bounding box needs at least one place, got none");
  if (!(margin_m >= 0.0) || !std::isfinite(margin_m))
    throw InvalidArgumentError("margin_m of a bounding box must be 0 or more and finite, got " +
                               std::to_string(margin_m));
  BoundingBox box{90.0, 0.0, -90.0, 0.0};
  std::vector<double> lngs;
  lngs.reserve(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const LatLng place = places[i];
    if (!is_valid(place))
      throw InvalidArgumentError("place " + std::to_string(i) + " " + describe(place) +
                                 " is not valid: latitude is -90 to 90 and longitude -180 to 180");
    box.south = std::min(box.south, place.lat);
    box.north = std::max(box.north, place.lat);
    lngs.push_back(place.lng);
  }
  std::tie(box.west, box.east) = shortest_arc(lngs);
  if (margin_m > 0.0) {
    // A disc reaches farthest east where its meridian touches it: sin(d_lng) = sin(angle) / cos(lat).
    const double angle = margin_m / kEarthRadiusM;
    const double steepest = std::max(std::abs(box.south), std::abs(box.north));
    const double ratio = angle < std::numbers::pi / 2 ? std::sin(angle) / std::cos(radians(steepest)) : 1.0;
    const double d_lng = ratio < 1.0 ? degrees(std::asin(ratio)) : 360.0;
    box.south = std::max(-90.0, box.south - degrees(angle));
    box.north = std::min(90.0, box.north + degrees(angle));
    const bool whole = box.width_deg() + 2 * d_lng >= 360.0;
    box.west = whole ? -180.0 : within_turn(box.west - d_lng);
    box.east = whole ? 180.0 : within_turn(box.east + d_lng);
  }
  return box;
}

bool BoundingBox::contains(LatLng place) const {
  const bool between = west <= east ? place.lng >= west && place.lng <= east : place.lng >= west || place.lng <= east;
  return place.lat >= south && place.lat <= north && between;
}

LatLng BoundingBox::center() const {
  const double lng = west <= east ? (west + east) / 2 : within_turn(west + width_deg() / 2);
  return {(south + north) / 2, lng};
}

double BoundingBox::width_deg() const { return unrolled_east(*this) - west; }

double BoundingBox::area_m2() const {
  // sin(north) - sin(south), without cancellation.
  const double height = 2.0 * std::cos(radians(north + south) / 2) * std::sin(radians(north - south) / 2);
  return square(kEarthRadiusM) * height * radians(width_deg());
}

}  // namespace venloc
