// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "geo/antimeridian.hpp"
#include "geo/density_region.hpp"
#include "venloc/geo/posterior.hpp"

namespace venloc {
namespace {

using Json = nlohmann::ordered_json;

/// Longitude first, as RFC 7946 wants it; 1e-9° is a tenth of a millimetre.
Json position(LatLng place) {
  const auto rounded = [](double degrees) { return std::round(degrees * 1e9) / 1e9; };
  return Json::array({rounded(place.lng), rounded(place.lat)});
}

Json coordinates(const LatLngPolygon& polygon) {
  Json rings = Json::array();
  for (const auto& ring : polygon) {
    Json positions = Json::array();
    for (const auto place : ring) positions.push_back(position(place));
    positions.push_back(positions.front());
    rings.push_back(std::move(positions));
  }
  return rings;
}

}  // namespace

std::string Posterior::to_geojson(std::span<const double> levels) const {
  Json features = Json::array();
  features.push_back({{"type", "Feature"},
                      {"properties", {{"kind", "mode"}}},
                      {"geometry", {{"type", "Point"}, {"coordinates", position(mode())}}}});
  const auto regions = highest_density_regions(*this, levels);
  for (std::size_t i = 0; i < levels.size(); ++i) {
    Json polygons = Json::array();
    for (const RegionPolygon& region : regions[i]) {
      LatLngPolygon polygon;
      for (const Ring& ring : region) {
        auto& places = polygon.emplace_back();
        for (const EastNorth place : ring) places.push_back(frame_.to_lat_lng(place));
      }
      for (const auto& part : cut_at_antimeridian(std::move(polygon))) polygons.push_back(coordinates(part));
    }
    features.push_back({{"type", "Feature"},
                        {"properties", {{"kind", "region"}, {"level", levels[i]}}},
                        {"geometry", {{"type", "MultiPolygon"}, {"coordinates", std::move(polygons)}}}});
  }
  return Json{{"type", "FeatureCollection"}, {"features", std::move(features)}}.dump();
}

std::string Posterior::to_geojson() const {
  constexpr std::array<double, 2> kLevels = {0.5, 0.9};
  return to_geojson(kLevels);
}

}  // namespace venloc
