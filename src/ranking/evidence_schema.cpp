// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "locators/ensemble_evidence.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>

#include "venloc/core/error.hpp"

namespace venloc {
namespace {

// Positions among the features [first, last), of candidates and of the list.
struct Range {
  std::size_t first, last;
};
struct Group {
  std::vector<Range> candidates, list;
};
constexpr std::size_t kD = kSiftFeatures;      // the first of the descriptors' features
constexpr std::size_t kL = kSiftListFeatures;  // the same in the list

const std::map<std::string, Group>& groups() {
  static const std::map<std::string, Group> all = {
      {"sift", {{{0, 22}, {28, 31}}, {{0, kL}}}},
      {"geometry", {{{5, 9}}, {}}},
      {"looks", {{{22, 28}, {31, 35}}, {}}},
      {"descriptors", {{{kD, kD + 20}}, {{kL, kL + 6}}}},
      {"regions", {{{kD + 20, kD + 25}}, {{kL + 6, kL + 10}}}},
      {"standing", {{{16, 19}, {28, 31}, {kD + 12, kD + 20}}, {}}},
      {"neighbours",
       {{{13, 16}, {31, 35}, {kD + 5, kD + 12}, {kD + 16, kD + 17}, {kD + 24, kD + 25}},
        {{kL + 5, kL + 6}, {kL + 9, kL + 10}}}},
  };
  return all;
}

void clear(std::span<double> values, std::size_t wide, std::span<const Range> ranges) {
  for (std::size_t from = 0; from < values.size(); from += wide)
    for (const auto& range : ranges)
      std::ranges::fill(values.subspan(from + range.first, range.last - range.first), 0.0);
}

}  // namespace

std::vector<CandidateEvidence> pooled(std::span<const CandidateEvidence> ranked,
                                      std::span<const CandidateEvidence> further) {
  const auto first = considered(ranked);
  std::vector<CandidateEvidence> out(first.begin(), first.end());
  out.insert(out.end(), further.begin(), further.end());
  return out;
}

std::vector<std::uint32_t> pictures_of(std::span<const CandidateEvidence> evidence) {
  std::vector<std::uint32_t> out;
  for (const auto& e : evidence) out.push_back(e.picture);
  return out;
}

CandidateFeatures ensemble_features(const CandidatePool& pool, std::span<const EastNorth> places,
                                    std::span<const Standing> standing, std::span<const float> density,
                                    std::span<const std::string> left_out) {
  const std::size_t n = pool.sift.size();
  const auto of_sift = sift_features(pool.sift, pool.features);
  // The descriptors' evidence is of a list that has the most alike first.
  std::vector<std::size_t> order(n), rank(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return pool.similarities[i]; });
  std::vector<DescriptorHit> hits;
  std::vector<float> regional;
  for (std::size_t r = 0; r < n; ++r) {
    rank[order[r]] = r;
    hits.push_back({pool.sift[order[r]].picture, pool.similarities[order[r]]});
    regional.push_back(pool.regional[order[r]]);
  }
  const auto of_descriptors = descriptor_features(hits, regional, places, standing, density);

  CandidateFeatures out;
  const auto append = [](std::vector<double>& to, std::span<const double> values) {
    to.insert(to.end(), values.begin(), values.end());
  };
  for (std::size_t i = 0; i < n; ++i) {
    append(out.candidates, std::span(of_sift.candidates).subspan(i * kSiftFeatures, kSiftFeatures));
    append(out.candidates,
           std::span(of_descriptors.candidates).subspan(rank[i] * kDescriptorFeatures, kDescriptorFeatures));
  }
  append(out.list, of_sift.list);
  append(out.list, of_descriptors.list);
  for (const auto& name : left_out) {
    const auto& group = groups().at(name);
    clear(out.candidates, kEnsembleFeatures, group.candidates);
    clear(out.list, kEnsembleListFeatures, group.list);
  }
  return out;
}

void check_evidence_names(std::span<const std::string> names) {
  for (const auto& name : names) {
    if (groups().contains(name)) continue;
    std::string known;
    for (const auto& [one, group] : groups()) known += (known.empty() ? "" : ", ") + one;
    throw InvalidArgumentError("leave_out names '" + name + "', it can name " + known);
  }
}

// Until it is fitted: a clear match and a clear likeness speak as they do alone.
CandidateNetwork unfitted_ensemble_network() {
  return {kEnsembleFeatures,
          kEnsembleListFeatures,
          {{kSiftWeight, 3.0}, {kSiftFeatures + kSimilarityGap, kSimilaritySlope}},
          3.0 * lift(4.0)};
}

}  // namespace venloc
