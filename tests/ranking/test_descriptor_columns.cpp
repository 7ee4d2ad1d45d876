// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "core/random.hpp"
#include "ranking/calibration.hpp"
#include "ranking/candidate_list.hpp"
#include "ranking/hubness.hpp"
#include "ranking/posterior_builder.hpp"
#include "retrieval/picture_vectors.hpp"
#include "venloc/retrieval/descriptor_index.hpp"

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

/// A city of places 150 m apart, with several photos of each that are alike; some photos are similar to no other.
struct City {
  explicit City(std::uint64_t seed) {
    Random random(seed);
    for (int place = 0; place < kPlaces; ++place) {
      const auto appearance = random_vector(random, kWide);
      for (int i = 0; i < 8; ++i) {
        auto vector = random_vector(random, kWide);
        if (i < 6)
          for (std::size_t k = 0; k < kWide; ++k) vector[k] = appearance[k] + 0.5f * vector[k];
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
  ModelGallery known;
  DescriptorIndex index{kWide};
};

std::vector<CandidateEvidence> found(const City& city, std::size_t q, std::span<const std::uint8_t> excluded) {
  DescriptorSearchOptions search;
  search.max_hits = kHits;
  std::vector<CandidateEvidence> out;
  for (const auto& hit :
       city.index.search(std::span(city.vectors).subspan(q * City::kWide, City::kWide), search, excluded)) {
    auto& e = out.emplace_back();
    e.photo = hit.index;
    e.place = city.known.places[hit.index];
    e.retrievers = kByDescriptors;
    e.similarity = hit.similarity;
  }
  return out;
}

struct Fitted {
  CandidateScorer scorer;
  std::vector<Hubness> hubness;
};

Fitted fitted_to(const City& city, int threads) {
  const auto folds = calibration_folds(Gallery(city.photos), {kMinPhotosForScorer, 5, false, 1, threads}, {});
  REQUIRE(folds.size() == 5);
  const CalibrationSteps steps = {{}, [&](std::size_t q, std::span<const std::uint8_t> held_out) {
                                    Evidence out;
                                    out.candidates = found(city, q, held_out);
                                    return out;
                                  }};
  auto calibration = calibrate(city.known, folds, steps, threads, {});
  const auto& schema = EvidenceSchema::descriptors();
  const auto examples = scorer_examples(
      schema, calibration.queries, [](const Evidence& e) { return by_similarity(e.candidates, kByDescriptors); }, 0,
      threads);
  return {CandidateScorer::fit(schema, examples, kFitParts, 1, threads, {}), std::move(calibration.descriptor_hubness)};
}

}  // namespace

TEST_CASE("picture vectors: parts are normalised to length 1, each for itself") {
  std::vector<float> vectors = {3, 4, 0.5f, 0, 0, -2, 6, 8, 0, 0, 0, 0};
  normalise_parts(vectors, std::vector<std::size_t>{2, 1, 3});
  const std::vector<float> expected = {0.6f, 0.8f, 1, 0, 0, -1, 0.6f, 0.8f, 0, 0, 0, 0};
  CHECK(std::ranges::equal(vectors, expected, [](float a, float b) { return std::abs(a - b) < 1e-6f; }));
}

TEST_CASE("descriptor columns: a fit separates the queries that are like something from those that are not") {
  const City city(1);
  const auto fitted = fitted_to(city, 2);
  double alike = 0, unlike = 0;
  for (std::size_t q = 0; q < city.photos.size(); ++q) {
    std::vector<std::uint8_t> excluded(city.photos.size(), 0);
    excluded[q] = 1;
    auto list = found(city, q, excluded);
    set_statistics(list, city.known.density, {}, fitted.hubness);
    CandidateMixture mixture;
    mixture.add(places_of(list), fitted.scorer.score(EvidenceSchema::descriptors().rows(list, {})),
                fitted.scorer.sigmas_m());
    const auto posterior = build_posterior(city.known, std::move(mixture));
    (q % 8 < 6 ? alike : unlike) += posterior.mass_within(city.photos[q].location, 60);
  }
  CHECK(alike / (6 * City::kPlaces) > 0.8);
  CHECK(unlike / (2 * City::kPlaces) < 0.3);
  // Photos that agree with their neighbours have better statistics than those that are similar to far away ones.
  double agreeing = 0, disagreeing = 0;
  for (std::size_t p = 0; p < city.photos.size(); ++p) {
    const auto& h = fitted.hubness[p];
    (p % 8 < 6 ? agreeing : disagreeing) += static_cast<double>(h.agreeing / (h.agreeing + h.disagreeing + 1e-6f));
  }
  CHECK(agreeing / (6 * City::kPlaces) > 2 * disagreeing / (2 * City::kPlaces));
}

TEST_CASE("descriptor columns: the number of threads does not change a fit") {
  const City city(2);
  const auto bytes = [&](int threads) {
    const auto fitted = fitted_to(city, threads);
    SafetensorsWriter writer;
    fitted.scorer.save(writer, "scorer");
    save_hubness(writer, fitted.hubness, "hubness");
    std::string out;
    writer.stream(
        [&](std::span<const std::byte> part) { out.append(reinterpret_cast<const char*>(part.data()), part.size()); });
    return out;
  };
  CHECK(bytes(1) == bytes(4));
}

TEST_CASE("descriptor columns: values of a small list by hand") {
  // Three candidates, two of them at one place; the order given is not that of similarity.
  std::vector<CandidateEvidence> list(3);
  const float similarity[] = {0.5f, 0.9f, 0.7f}, regional[] = {0.1f, 0.2f, 0.6f};
  const double east[] = {0, 1000, 30};
  for (std::uint32_t i = 0; i < 3; ++i) {
    list[i].photo = i;
    list[i].similarity = similarity[i];
    list[i].regional = regional[i];
    list[i].place = {east[i], 0};
    list[i].density = 4;
    list[i].descriptor_hubness = {0.25f, 0.3f, 2, 1};
  }
  const auto& schema = EvidenceSchema::descriptors();
  const auto rows = schema.rows(list, {});
  const auto value = [&](std::size_t i, const char* name) {
    return rows.candidates[i * schema.candidate_columns().size() + schema.candidate_column(name)];
  };
  CHECK(value(0, "descriptor.similarity") == doctest::Approx(0.5));
  CHECK(value(1, "descriptor.similarity_gap") == doctest::Approx(0.2));   // against the second
  CHECK(value(2, "descriptor.similarity_gap") == doctest::Approx(-0.2));  // against the best
  CHECK(value(0, "descriptor.rank") == doctest::Approx(std::log(3.0)));
  // The second half of the list is 0.7 and 0.5.
  CHECK(value(1, "descriptor.similarity_z") == doctest::Approx(0.3 / 0.105).epsilon(1e-4));
  const double weights[] = {std::exp(12 * -0.4), 1.0, std::exp(12 * -0.2)}, all = weights[0] + weights[1] + weights[2];
  CHECK(value(0, "descriptor.share_near") == doctest::Approx(std::log((weights[0] + weights[2]) / all + 1e-3)));
  CHECK(value(1, "descriptor.share_near") == doctest::Approx(std::log(weights[1] / all + 1e-3)));
  CHECK(value(0, "descriptor.count_near") == doctest::Approx(std::log(2.0)));
  CHECK(value(0, "descriptor.strongest_near") == doctest::Approx(0.7));
  CHECK(value(1, "descriptor.strongest_near") == doctest::Approx(-1));
  CHECK(value(0, "descriptor.first_near") == doctest::Approx(std::log(2.0)));  // rank 1
  CHECK(value(0, "descriptor.share_of_density") == doctest::Approx(1.0 / 6));
  CHECK(value(2, "descriptor.agreement") == doctest::Approx(2.2 / 3.4));
  CHECK(value(2, "region.similarity_gap") == doctest::Approx(0.4));
  CHECK(value(1, "region.rank") == doctest::Approx(std::log(2.0)));
  CHECK(rows.list[0] == doctest::Approx(0.9));
  CHECK(rows.list[1] == doctest::Approx(0.2));
  CHECK(rows.list[2] == doctest::Approx(0.9));  // there is no fifth
  CHECK(rows.list[6] == doctest::Approx(0.6));
}

TEST_CASE("descriptor columns: near is within 60 m, wide within 200 m") {
  std::vector<CandidateEvidence> list(4);
  const double east[] = {0, 59, 150, 210};
  for (std::uint32_t i = 0; i < 4; ++i) {
    list[i].photo = i;
    list[i].similarity = 0.9f - 0.1f * static_cast<float>(i);
    list[i].place = {east[i], 0};
  }
  const auto& schema = EvidenceSchema::descriptors();
  const auto rows = schema.rows(list, {});
  const auto value = [&](std::size_t i, const char* name) {
    return rows.candidates[i * schema.candidate_columns().size() + schema.candidate_column(name)];
  };
  const double near[] = {1, 1, 1, 1}, wide[] = {3, 4, 4, 3};  // others, and all
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(value(i, "descriptor.count_near") == doctest::Approx(std::log(1 + near[i])));
    CHECK(value(i, "descriptor.count_wide") == doctest::Approx(std::log(1 + wide[i])));
  }
  CHECK(value(2, "descriptor.strongest_near") == doctest::Approx(0.6));
  CHECK(value(2, "region.share_near") == doctest::Approx(std::log(0.5 + 1e-3)));
}
