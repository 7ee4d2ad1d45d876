// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "core/random.hpp"
#include "ranking/candidate_list.hpp"
#include "ranking/some_evidence.hpp"

using namespace venloc;

namespace {

std::vector<std::uint32_t> photos(std::span<const CandidateEvidence> list) {
  std::vector<std::uint32_t> out;
  for (const auto& e : list) out.push_back(e.photo);
  return out;
}

float utility(const CandidateEvidence& e) { return e.inlier_weight + 0.5f * e.votes; }

// A short list of `features` photos, `alike` others, and `found` others by descriptors.
std::vector<CandidateEvidence> lists(std::uint32_t features, std::uint32_t alike, std::uint32_t found) {
  auto out = some_evidence(features + alike + found).candidates;
  for (auto& e : out) {
    e.retrievers = e.photo < features ? kByFeatures : e.photo < features + alike ? kByAppearance : kByDescriptors;
    if (e.retrievers != kByFeatures) e.votes = e.inlier_weight = 0;
  }
  return out;
}

}  // namespace

TEST_CASE("candidate list: the short list is by utility, the photos alike as a whole take the last places") {
  const auto candidates = lists(200, 30, 5);
  const auto list = rank_candidates(candidates);
  REQUIRE(list.considered().size() == kMaxCandidates);
  CHECK(list.ranked.size() == 230);
  const auto best = list.considered().first(kMaxCandidates - kAppearanceCandidates);
  for (std::size_t i = 0; i < best.size(); ++i) {
    CHECK(best[i].retrievers == kByFeatures);
    if (i > 0) CHECK(utility(best[i - 1]) >= utility(best[i]));
  }
  for (const auto& e : candidates)
    if (e.retrievers == kByFeatures && utility(e) > utility(best.back()))
      CHECK(std::ranges::find(best, e.photo, &CandidateEvidence::photo) != best.end());
  const auto alike = list.considered().subspan(kMaxCandidates - kAppearanceCandidates);
  for (std::size_t i = 0; i < alike.size(); ++i) {
    CHECK(alike[i].retrievers == kByAppearance);
    if (i > 0) CHECK(alike[i - 1].colour + alike[i - 1].vlad >= alike[i].colour + alike[i].vlad);
  }
  CHECK(list.further.size() == 5);
  CHECK(list.pool().size() == kMaxCandidates + 5);
}

TEST_CASE("candidate list: a photo on several lists is there once") {
  auto candidates = lists(100, 0, 0);
  for (auto& e : candidates) e.retrievers = kByFeatures | kByDescriptors | (e.photo < 30 ? kByAppearance : 0);
  const auto list = rank_candidates(candidates);
  const auto pool = photos(list.pool());
  CHECK(pool.size() == 100);
  CHECK(std::set(pool.begin(), pool.end()).size() == 100);
  CHECK(list.ranked.size() == 100);
  // All that are alike are considered.
  for (std::uint32_t p = 0; p < 30; ++p)
    CHECK(std::ranges::find(list.considered(), p, &CandidateEvidence::photo) != list.considered().end());
}

TEST_CASE("candidate list: the order of the candidates has no meaning") {
  auto candidates = lists(120, 30, 40);
  for (auto& e : candidates) e.inlier_weight = std::floor(e.inlier_weight);  // some are equal
  for (auto& e : candidates) e.votes = std::floor(2 * e.votes) / 2;
  for (auto& e : candidates) e.similarity = std::floor(4 * e.similarity) / 4;
  const auto expected = rank_candidates(candidates);
  const auto similar = photos(by_similarity(candidates, kByDescriptors));
  CHECK(similar.size() == 40);
  Random random(4);
  for (int repetition = 0; repetition < 5; ++repetition) {
    for (std::size_t i = candidates.size(); i > 1; --i) std::swap(candidates[i - 1], candidates[random.below(i)]);
    const auto list = rank_candidates(candidates);
    CHECK(photos(list.ranked) == photos(expected.ranked));
    CHECK(photos(list.further) == photos(expected.further));
    CHECK(photos(by_similarity(candidates, kByDescriptors)) == similar);
  }
}

TEST_CASE("candidate list: most probable first, equal ones in order") {
  const std::vector<double> probabilities = {0.1, 0.4, 0.1, 0.3, 0.1};
  CHECK(most_probable(probabilities, 4, 10) == std::vector<std::size_t>{1, 3, 0, 2});
  CHECK(most_probable(probabilities, 4, 2) == std::vector<std::size_t>{1, 3});
  CHECK(most_probable(std::vector<double>{1.0}, 0, 5).empty());
}
