// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/ranking/prediction.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace venloc {

std::string Prediction::to_geojson() const {
  using Json = nlohmann::ordered_json;
  const auto point = [](LatLng place, Json properties) {
    return Json{{"type", "Feature"},
                {"properties", std::move(properties)},
                {"geometry", {{"type", "Point"}, {"coordinates", {place.lng, place.lat}}}}};
  };
  Json features = Json::array();
  features.push_back(point(location, {{"kind", "location"},
                                      {"confidence", confidence},
                                      {"in_area", in_area},
                                      {"radius_50_m", radius_50_m},
                                      {"radius_90_m", radius_90_m}}));
  // The posterior's own point is its unsmoothed mode, which the reported location may differ from.
  Json regions = Json::parse(posterior.to_geojson());
  for (Json& feature : regions["features"])
    if (feature["properties"]["kind"] == "region") features.push_back(std::move(feature));
  for (const Candidate& candidate : candidates) {
    Json properties = {{"kind", "candidate"},
                       {"photo_id", candidate.photo_id},
                       {"probability", candidate.probability},
                       {"inliers", candidate.inliers}};
    if (!candidate.url.empty()) properties["url"] = candidate.url;
    features.push_back(point(candidate.location, std::move(properties)));
  }
  return Json{{"type", "FeatureCollection"}, {"features", std::move(features)}}.dump();
}

}  // namespace venloc
