// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "locators/s2_evidence.hpp"

using namespace venloc;

namespace {

/// Hits in order of similarity, and two partitions: photo i is of class i % 3 and of class i / 50.
struct Found {
  Found() {
    for (std::uint32_t i = 0; i < 150; ++i) {
      hits.push_back({i, 0.9f - 0.004f * static_cast<float>(i)});
      classes[0].push_back(i % 3);
      classes[1].push_back(i / 50);
      places.push_back({1000.0 * (i % 3), 500.0 * (i / 50)});
    }
  }
  std::vector<DescriptorHit> hits;
  std::vector<std::vector<std::uint32_t>> classes{2};
  std::vector<EastNorth> places;
  CellAnswer answer = {{std::log(0.98f), std::log(0.01f), std::log(0.01f)},
                       {std::log(0.2f), std::log(0.7f), std::log(0.1f)}};
};

}  // namespace

TEST_CASE("s2 evidence: candidates are the photos of likely cells and alike, the most similar first") {
  const Found f;
  const auto candidates = cell_candidates(f.answer, f.classes, f.hits);
  REQUIRE(candidates.size() == kCellCandidates);
  // By brute force: all photos by score.
  std::vector<std::pair<double, std::uint32_t>> all;
  for (const auto& hit : f.hits) {
    const double cells =
        (static_cast<double>(f.answer[0][hit.index % 3]) + static_cast<double>(f.answer[1][hit.index / 50])) / 2;
    all.emplace_back(-(1.2 * cells + 25.0 * static_cast<double>(hit.similarity)), hit.index);
  }
  std::ranges::sort(all);
  std::vector<std::uint32_t> expected, found;
  for (std::size_t i = 0; i < kCellCandidates; ++i) expected.push_back(all[i].second);
  for (const auto& candidate : candidates) found.push_back(candidate.hit.index);
  CHECK(std::ranges::is_sorted(found));  // similarity falls with the number
  std::ranges::sort(expected);
  CHECK(found == expected);
  CHECK(cell_candidates(f.answer, f.classes, std::span(f.hits).first(4)).size() == 4);
}

TEST_CASE("s2 evidence: the features of the cells follow from the scores") {
  const Found f;
  const auto candidates = cell_candidates(f.answer, f.classes, f.hits);
  const std::vector<Standing> standing(f.places.size());
  const std::vector<float> density(f.places.size(), 3.0f);
  const auto features =
      cell_features(candidates, std::vector<float>(candidates.size()), f.answer, f.places, standing, density);
  REQUIRE(features.candidates.size() == candidates.size() * kCellFeatures);
  REQUIRE(features.list.size() == kCellListFeatures);
  double sum = 0, near = 0;
  for (const auto& c : candidates) {
    sum += std::exp(c.score);
    if (f.places[c.hit.index] == f.places[candidates[0].hit.index]) near += std::exp(c.score);
  }
  const auto* first = features.candidates.data() + kDescriptorFeatures;
  CHECK(first[2] == doctest::Approx(std::log(std::exp(candidates[0].score) / sum + 1e-6)));
  CHECK(first[3] == doctest::Approx(std::log(near / sum + 1e-6)));
  CHECK(first[4] == doctest::Approx(candidates[0].cells));
  for (std::size_t i = 0; i < candidates.size(); ++i)
    for (std::size_t k = 0; k < 2; ++k) CHECK(features.candidates[i * kCellFeatures + kDescriptorFeatures + k] <= 0);
  CHECK(features.list.back() == doctest::Approx((std::log(0.98) + std::log(0.7)) / 2));

  // How a photo stands is among what is told of it, and of it alone.
  auto known = standing;
  known[candidates[1].hit.index].disagreeing = 5;
  const auto told =
      cell_features(candidates, std::vector<float>(candidates.size()), f.answer, f.places, known, density);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const auto row = [&](const CandidateFeatures& of) {
      return std::vector(of.candidates.begin() + static_cast<std::ptrdiff_t>(i * kCellFeatures),
                         of.candidates.begin() + static_cast<std::ptrdiff_t>((i + 1) * kCellFeatures));
    };
    CHECK((row(told) == row(features)) == (i != 1));
  }
}
