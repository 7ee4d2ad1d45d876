// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/random.hpp"
#include "locators/descriptor_evidence.hpp"

using namespace venloc;

namespace {

std::vector<float> random_vector(Random& random, std::size_t length) {
  std::vector<float> out;
  for (std::size_t i = 0; i < length; ++i) {
    const double angle = 2 * 3.14159265358979 * random.uniform();
    out.push_back(static_cast<float>(std::sqrt(-2 * std::log(1 - random.uniform())) * std::cos(angle)));
  }
  return out;
}

constexpr int kHits = 12;

/// A city of places 150 m apart, with several photos of each that are alike; some photos are like nothing.
struct City {
  explicit City(std::uint64_t seed) {
    Random random(seed);
    for (int place = 0; place < kPlaces; ++place) {
      const auto look = random_vector(random, kWide);
      for (int i = 0; i < 8; ++i) {
        auto vector = random_vector(random, kWide);
        if (i < 6)
          for (std::size_t k = 0; k < kWide; ++k) vector[k] = look[k] + 0.5f * vector[k];
        vectors.insert(vectors.end(), vector.begin(), vector.end());
        Photo photo;
        photo.id = std::to_string(place) + "/" + std::to_string(i);
        photo.location = {45.43 + 0.00135 * (place / 8) + 1e-4 * random.uniform(),
                          12.33 + 0.0019 * (place % 8) + 1e-4 * random.uniform()};
        photos.push_back(photo);
      }
    }
    known.set_photos(Gallery(photos));
    index.add(vectors);
  }
  static constexpr std::size_t kWide = 32;
  static constexpr int kPlaces = 26;
  std::vector<Photo> photos;
  std::vector<float> vectors;
  PhotoPlaces known;
  DescriptorIndex index{kWide};
};

DescriptorCalibration calibrated(const City& city, int threads) {
  DescriptorSearchOptions search;
  search.max_hits = kHits;
  const auto folds = calibration_splits(Gallery(city.photos), kFewestForCandidates, 5, false, 1, threads, {});
  REQUIRE(folds.size() == 5);
  return calibrate_descriptors(city.index, RegionIndex(0, 1), city.vectors, {}, city.known, folds, search, 1, threads,
                               {});
}

}  // namespace

TEST_CASE("descriptor evidence: parts are brought to length 1, each for itself") {
  std::vector<float> vectors = {3, 4, 0.5f, 0, 0, -2, 6, 8, 0, 0, 0, 0};
  normalise_parts(vectors, std::vector<std::size_t>{2, 1, 3});
  const std::vector<float> expected = {0.6f, 0.8f, 1, 0, 0, -1, 0.6f, 0.8f, 0, 0, 0, 0};
  CHECK(std::ranges::equal(vectors, expected, [](float a, float b) { return std::abs(a - b) < 1e-6f; }));
}

TEST_CASE("descriptor evidence: is finite for any list") {
  const std::vector<EastNorth> places = {{0, 0}, {10, 0}, {500, 0}};
  const std::vector<Standing> standing(3);
  const std::vector<float> density(3, 0.0f);
  const auto network = unfitted_descriptor_network();
  for (const auto& hits : std::vector<std::vector<DescriptorHit>>{
           {}, {{0, 1}}, {{0, 0}, {1, 0}, {2, 0}}, {{2, -0.5f}, {0, -1}}, {{1, 1}, {0, 1}, {2, 1}}}) {
    const auto features = descriptor_features(hits, std::vector<float>(hits.size()), places, standing, density);
    CHECK(features.candidates.size() == hits.size() * kDescriptorFeatures);
    CHECK(features.list.size() == kDescriptorListFeatures);
    CHECK(std::ranges::all_of(features.candidates, [](double v) { return std::isfinite(v); }));
    CHECK(std::ranges::all_of(features.list, [](double v) { return std::isfinite(v); }));
    const auto answer = network.answer(features);
    CHECK(std::accumulate(answer.probabilities.begin(), answer.probabilities.end(), 0.0) == doctest::Approx(1));
  }
}

TEST_CASE("descriptor evidence: a fit tells the queries that are like something from those that are not") {
  const City city(1);
  const auto fitted = calibrated(city, 2);
  double alike = 0, unlike = 0;
  for (std::size_t q = 0; q < city.photos.size(); ++q) {
    std::vector<std::uint8_t> excluded(city.photos.size(), 0);
    excluded[q] = 1;
    DescriptorSearchOptions search;
    search.max_hits = kHits;
    const auto query = std::span(city.vectors).subspan(q * City::kWide, City::kWide);
    const auto hits = city.index.search(query, search, excluded);
    const auto answer = fitted.network.answer(descriptor_features(
        hits, std::vector<float>(hits.size()), city.known.places, fitted.standing, city.known.density));
    std::vector<EastNorth> places;
    for (const auto& hit : hits) places.push_back(city.known.places[hit.index]);
    const auto posterior = city.known.posterior(places, answer, fitted.network.sigmas_m());
    (q % 8 < 6 ? alike : unlike) += posterior.mass_within(city.photos[q].location, 60);
  }
  CHECK(alike / (6 * City::kPlaces) > 0.8);
  CHECK(unlike / (2 * City::kPlaces) < 0.3);
  // Photos that agree with their neighbours stand better than those that are alike to what is far away by chance.
  double agreeing = 0, disagreeing = 0;
  for (std::size_t p = 0; p < city.photos.size(); ++p) {
    const auto& s = fitted.standing[p];
    (p % 8 < 6 ? agreeing : disagreeing) += static_cast<double>(s.agreeing / (s.agreeing + s.disagreeing + 1e-6f));
  }
  CHECK(agreeing / (6 * City::kPlaces) > 2 * disagreeing / (2 * City::kPlaces));
}

TEST_CASE("descriptor evidence: the number of threads does not change a fit") {
  const City city(2);
  const auto bytes = [&](int threads) {
    const auto fitted = calibrated(city, threads);
    SafetensorsWriter writer;
    fitted.network.save(writer, "network");
    save_standing(writer, fitted.standing);
    std::string out;
    writer.stream(
        [&](std::span<const std::byte> part) { out.append(reinterpret_cast<const char*>(part.data()), part.size()); });
    return out;
  };
  CHECK(bytes(1) == bytes(4));
}
