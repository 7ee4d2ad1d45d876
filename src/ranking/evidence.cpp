// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/ranking/evidence.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <variant>

#include "venloc/core/error.hpp"

namespace venloc {
namespace {

using nlohmann::json;

// A value inside a CandidateEvidence, whatever its type.
struct Access {
  double (*get)(const CandidateEvidence&);
  void (*set)(CandidateEvidence&, double);
};
template <auto Member>
constexpr Access value() {
  return {[](const CandidateEvidence& e) { return static_cast<double>(e.*Member); },
          [](CandidateEvidence& e, double v) {
            using Type = std::remove_cvref_t<decltype(e.*Member)>;
            e.*Member = static_cast<Type>(v);
          }};
}
template <auto Counts, auto Member>
constexpr Access value() {
  return {[](const CandidateEvidence& e) { return static_cast<double>(e.*Counts.*Member); },
          [](CandidateEvidence& e, double v) { e.*Counts.*Member = static_cast<float>(v); }};
}

struct Row {
  std::string_view name, unit, source, description;
  Access access;
};
using E = CandidateEvidence;
constexpr Row kMeasurements[] = {
    {"votes", "", "visual index", "votes of the query's features", value<&E::votes>()},
    {"matches", "", "visual index", "number of tentative matches", value<&E::matches>()},
    {"match_weight", "", "visual index", "sum of the weights of the tentative matches", value<&E::match_weight>()},
    {"inliers", "", "verification", "number of verified matches", value<&E::inliers>()},
    {"effective_inliers", "", "verification", "number of cells of the query that hold an inlier",
     value<&E::effective_inliers>()},
    {"inlier_weight", "", "verification", "sum of the weights of the inliers", value<&E::inlier_weight>()},
    {"scale", "", "verification", "size of the scene in the photo relative to the query", value<&E::scale>()},
    {"rotation", "rad", "verification", "rotation of the scene between query and photo", value<&E::rotation>()},
    {"spread", "", "verification", "share of the query inside the bounding box of the inliers", value<&E::spread>()},
    {"colour", "", "appearance", "cosine similarity of the colour histograms", value<&E::colour>()},
    {"vlad", "", "appearance", "cosine similarity of the VLAD descriptors", value<&E::vlad>()},
    {"similarity", "", "descriptor index", "cosine similarity of the network's descriptors", value<&E::similarity>()},
    {"regional", "", "region index", "similarity of the network's region descriptors", value<&E::regional>()},
    {"map_score", "standard deviations", "feature maps", "score of the feature maps above the gallery's mean",
     value<&E::map_score>()},
    {"cells", "nat", "cell classifier", "mean log-probability of the photo's cells", value<&E::cells>()},
    {"cell_score", "nat", "cell classifier", "score of cells and similarity together", value<&E::cell_score>()},
    {"density", "", "model gallery", "number of gallery photos within 60 m", value<&E::density>()},
    {"feature_hubness.rate", "", "hubness", "share of far away queries that list the photo",
     value<&E::feature_hubness, &Hubness::rate>()},
    {"feature_hubness.weight", "", "hubness", "mean inlier weight in these lists",
     value<&E::feature_hubness, &Hubness::weight>()},
    {"feature_hubness.agreeing", "", "hubness", "inlier weight between the photo and photos of its scene",
     value<&E::feature_hubness, &Hubness::agreeing>()},
    {"feature_hubness.disagreeing", "", "hubness", "inlier weight between the photo and photos farther away",
     value<&E::feature_hubness, &Hubness::disagreeing>()},
    {"descriptor_hubness.rate", "", "hubness", "share of far away queries that list the photo",
     value<&E::descriptor_hubness, &Hubness::rate>()},
    {"descriptor_hubness.weight", "", "hubness", "mean similarity in these lists",
     value<&E::descriptor_hubness, &Hubness::weight>()},
    {"descriptor_hubness.agreeing", "", "hubness", "similarity between the photo and photos of its scene",
     value<&E::descriptor_hubness, &Hubness::agreeing>()},
    {"descriptor_hubness.disagreeing", "", "hubness", "similarity between the photo and photos farther away",
     value<&E::descriptor_hubness, &Hubness::disagreeing>()},
};

json to_json_value(const SimilarityMoments& m) { return {m.count, m.sum, m.square, m.best}; }
SimilarityMoments moments_from(const json& j) {
  return {j.at(0).get<double>(), j.at(1).get<double>(), j.at(2).get<double>(), j.at(3).get<double>()};
}

Evidence parse(const json& j) {
  Evidence out;
  const auto& list = j.at("list");
  out.list = {list.at("features").get<float>(),
              moments_from(list.at("colour")),
              moments_from(list.at("vlad")),
              list.at("cell_certainty").get<double>(),
              list.at("gallery_similarity").get<double>(),
              list.at("artwork_probability").get<double>()};
  const auto& columns = j.at("candidates");
  const auto& photos = columns.at("photo");
  out.candidates.resize(photos.size());
  for (std::size_t i = 0; i < photos.size(); ++i) {
    auto& e = out.candidates[i];
    e.photo = photos[i].get<std::uint32_t>();
    e.place = {columns.at("east_m").at(i).get<double>(), columns.at("north_m").at(i).get<double>()};
    e.retrievers = columns.at("retrievers").at(i).get<std::uint8_t>();
    for (const auto& m : kMeasurements) m.access.set(e, columns.at(std::string(m.name)).at(i).get<double>());
  }
  for (const auto& entry : j.at("matches")) {
    auto& match = out.matches.emplace_back();
    match.photo = entry.at("photo").get<std::uint32_t>();
    match.aspect = entry.at("aspect").get<double>();
    for (const auto& p : entry.at("points"))
      match.points.push_back({p.at(0).get<float>(), p.at(1).get<float>(), p.at(2).get<float>(), p.at(3).get<float>()});
  }
  return out;
}

}  // namespace

std::vector<Measurement> measurements() {
  std::vector<Measurement> out;
  for (const auto& m : kMeasurements) out.push_back({m.name, m.unit, m.source, m.access.get({}), m.description});
  return out;
}

std::string Evidence::to_json() const {
  json columns = {
      {"photo", json::array()}, {"east_m", json::array()}, {"north_m", json::array()}, {"retrievers", json::array()}};
  for (const auto& m : kMeasurements) columns[std::string(m.name)] = json::array();
  for (const auto& e : candidates) {
    columns["photo"].push_back(e.photo);
    columns["east_m"].push_back(e.place.east);
    columns["north_m"].push_back(e.place.north);
    columns["retrievers"].push_back(e.retrievers);
    for (const auto& m : kMeasurements) columns[std::string(m.name)].push_back(m.access.get(e));
  }
  json pairs = json::array();
  for (const auto& match : matches) {
    json points = json::array();
    for (const auto& p : match.points) points.push_back({p.x, p.y, p.photo_x, p.photo_y});
    pairs.push_back({{"photo", match.photo}, {"aspect", match.aspect}, {"points", std::move(points)}});
  }
  return json{{"list",
               {{"features", list.features},
                {"colour", to_json_value(list.colour)},
                {"vlad", to_json_value(list.vlad)},
                {"cell_certainty", list.cell_certainty},
                {"gallery_similarity", list.gallery_similarity},
                {"artwork_probability", list.artwork_probability}}},
              {"candidates", std::move(columns)},
              {"matches", std::move(pairs)}}
      .dump();
}

Evidence Evidence::from_json(std::string_view text) {
  try {
    return parse(json::parse(text));
  } catch (const json::exception& error) {
    throw FormatError(std::string("the evidence cannot be read: ") + error.what());
  }
}

}  // namespace venloc
