// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "ranking/columns.hpp"
#include "ranking/model_gallery.hpp"

// Columns of the network's descriptors of whole pictures and of their regions.
namespace venloc {
namespace {

constexpr double kWideM = 200.0;  // a second scale of nearness: a square, not a building [m]
// How fast the weight of a candidate falls with its similarity where weights near a place are summed.
constexpr double kSoft = 12.0, kSharp = 30.0;
constexpr double kRegionSoft = 1.2;  // as kSoft, of z-values of the regions' similarity

/// The second half of a list, from the best to the worst value, is what is similar by chance.
struct Chance {
  double mean = 0, deviation = 0;

  template <typename At>
  Chance(std::size_t n, At at) {
    double square = 0, count = 0;
    for (std::size_t rank = n / 2; rank < n; ++rank) {
      mean += at(rank);
      square += at(rank) * at(rank);
      count += 1;
    }
    mean /= std::max(count, 1.0);
    deviation = std::sqrt(std::max(square / std::max(count, 1.0) - mean * mean, 0.0)) + 5e-3;
  }
};

/// Positions from the largest value to the smallest, equal ones in order.
template <typename Get>
std::vector<std::size_t> by_value(std::size_t n, Get get) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, get);
  return order;
}

// ---- whole pictures -------------------------------------------------------------------------------------------------

/// What a candidate's columns are computed from; the list is ordered by similarity.
struct Context {
  const CandidateEvidence& e;
  std::size_t rank;
  double similarity, other, best;  // its own, the best other one, the best of all
  Chance chance;
  double share_near = 0, sharp_share_near = 0, share_wide = 0;  // of all weights, near it
  double near = 0, wide = 0;                                    // numbers of candidates near it
  double strongest = -1;                                        // similarity of the others near it
  std::size_t first_near = 0;                                   // rank of the first near it
};

constexpr auto kWhole = kDescriptorsGroup;
constexpr auto kNear = kDescriptorsGroup | kNeighboursGroup;
constexpr auto kBefore = kDescriptorsGroup | kHubnessGroup;
using C = const Context&;
constexpr Column<Context> kColumns[] = {
    {{"descriptor.similarity", kWhole, "", "cosine similarity of the descriptors"}, [](C c) { return c.similarity; }},
    {{"descriptor.similarity_gap", kWhole, "gap", "the same against the best other candidate"},
     [](C c) { return c.similarity - c.other; }},
    {{"descriptor.similarity_z", kWhole, "z-value over the second half of the list", "the same relative to chance"},
     [](C c) { return (c.similarity - c.chance.mean) / c.chance.deviation; }},
    {{"descriptor.relative_similarity", kWhole, "log", "the same between chance and the best candidate"},
     [](C c) { return std::log(std::max(c.similarity - c.chance.mean, 0.0) / (c.best - c.chance.mean + 0.02) + 0.1); }},
    {{"descriptor.rank", kWhole, "log1p", "rank by similarity"}, [](C c) { return lift(static_cast<double>(c.rank)); }},
    {{"descriptor.share_near", kNear, "log", "share of the weights within 60 m"},
     [](C c) { return std::log(c.share_near + 1e-3); }},
    {{"descriptor.sharp_share_near", kNear, "log", "the same with sharper weights"},
     [](C c) { return std::log(c.sharp_share_near + 1e-3); }},
    {{"descriptor.share_wide", kNear, "log", "share of the weights within 200 m"},
     [](C c) { return std::log(c.share_wide + 1e-3); }},
    {{"descriptor.count_near", kNear, "log1p", "other candidates within 60 m"}, [](C c) { return lift(c.near); }},
    {{"descriptor.count_wide", kNear, "log1p", "candidates within 200 m"}, [](C c) { return lift(c.wide); }},
    {{"descriptor.strongest_near", kNear, "", "largest similarity of the others within 60 m"},
     [](C c) { return c.strongest; }},
    {{"descriptor.first_near", kNear, "log1p", "rank of the first candidate within 60 m"},
     [](C c) { return lift(static_cast<double>(c.first_near)); }},
    {{"descriptor.hub_rate", kBefore, "", "share of far away queries that list the photo"},
     [](C c) { return static_cast<double>(c.e.descriptor_hubness.rate); }},
    {{"descriptor.log_hub_rate", kBefore, "log", "the same"},
     [](C c) { return std::log(c.e.descriptor_hubness.rate + 1e-3); }},
    {{"descriptor.hub_weight", kBefore, "", "mean similarity in these lists"},
     [](C c) { return static_cast<double>(c.e.descriptor_hubness.weight); }},
    {{"descriptor.density", kBefore, "log1p", "gallery photos within 60 m"}, [](C c) { return lift(c.e.density); }},
    {{"descriptor.share_of_density", kBefore | kNeighboursGroup, "",
      "share of the photos within 60 m that are candidates"},
     [](C c) { return c.near / (c.e.density + 2.0); }},
    {{"descriptor.agreeing", kBefore, "log1p", "similarity between the photo and photos of its scene"},
     [](C c) { return lift(c.e.descriptor_hubness.agreeing); }},
    {{"descriptor.disagreeing", kBefore, "log1p", "similarity between the photo and photos farther away"},
     [](C c) { return lift(c.e.descriptor_hubness.disagreeing); }},
    {{"descriptor.agreement", kBefore, "", "share of that similarity that agrees"},
     [](C c) {
       const auto& h = c.e.descriptor_hubness;
       return (h.agreeing + 0.2) / (h.agreeing + h.disagreeing + 0.4);
     }},
};

struct ListContext {
  double best, second, fifth;  // similarities
  Chance chance;
  double largest_share = 0;
};
using L = const ListContext&;
constexpr Column<ListContext> kListColumns[] = {
    {{"descriptor.best_similarity", kWhole, "", "largest similarity"}, [](L l) { return l.best; }},
    {{"descriptor.lead", kWhole, "gap", "lead of the best over the second"}, [](L l) { return l.best - l.second; }},
    {{"descriptor.lead_over_fifth", kWhole, "gap", "lead of the best over the fifth"},
     [](L l) { return l.best - l.fifth; }},
    {{"descriptor.best_z", kWhole, "z-value over the second half of the list", "the best relative to chance"},
     [](L l) { return (l.best - l.chance.mean) / l.chance.deviation; }},
    {{"descriptor.chance", kWhole, "", "mean similarity of the second half of the list"},
     [](L l) { return l.chance.mean; }},
    {{"descriptor.largest_share", kNear, "", "largest share of the weights within 60 m of a candidate"},
     [](L l) { return l.largest_share; }},
};

// Weights and counts near each candidate; the list is ordered by similarity.
void add_neighbours(std::vector<Context>& list) {
  double all_soft = 0, all_sharp = 0;
  std::vector<double> soft, sharp;
  for (const auto& c : list) {
    soft.push_back(std::exp(kSoft * (c.similarity - c.best)));
    sharp.push_back(std::exp(kSharp * (c.similarity - c.best)));
    all_soft += soft.back();
    all_sharp += sharp.back();
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto& c = list[i];
    double near_soft = 0, near_sharp = 0, wide_soft = 0;
    c.first_near = i;
    for (std::size_t j = 0; j < list.size(); ++j) {
      const double d = distance_m(c.e.place, list[j].e.place);
      if (d > kWideM) continue;
      wide_soft += soft[j];
      c.wide += 1;
      if (d > kSupportM) continue;
      near_soft += soft[j];
      near_sharp += sharp[j];
      c.first_near = std::min(c.first_near, j);
      if (j == i) continue;
      c.near += 1;
      c.strongest = std::max(c.strongest, list[j].similarity);
    }
    c.share_near = near_soft / all_soft;
    c.sharp_share_near = near_sharp / all_sharp;
    c.share_wide = wide_soft / all_soft;
  }
}

// ---- regions --------------------------------------------------------------------------------------------------------

struct RegionContext {
  double similarity, other;
  Chance chance;
  std::size_t rank;
  double share_near = 0;
};
using R = const RegionContext&;
constexpr Column<RegionContext> kRegionColumns[] = {
    {{"region.similarity", kRegionsGroup, "", "similarity of the regions"}, [](R r) { return r.similarity; }},
    {{"region.similarity_gap", kRegionsGroup, "gap", "the same against the best other candidate"},
     [](R r) { return r.similarity - r.other; }},
    {{"region.similarity_z", kRegionsGroup, "z-value over the second half of the list", "the same relative to chance"},
     [](R r) { return (r.similarity - r.chance.mean) / r.chance.deviation; }},
    {{"region.rank", kRegionsGroup, "log1p", "rank by the regions' similarity"},
     [](R r) { return lift(static_cast<double>(r.rank)); }},
    {{"region.share_near", kRegionsGroup | kNeighboursGroup, "log", "share of the weights within 60 m"},
     [](R r) { return std::log(r.share_near + 1e-3); }},
};
constexpr Column<ListContext> kRegionListColumns[] = {
    {{"region.best_similarity", kRegionsGroup, "", "largest similarity of the regions"}, [](L l) { return l.best; }},
    {{"region.lead", kRegionsGroup, "gap", "lead of the best over the second"}, [](L l) { return l.best - l.second; }},
    {{"region.best_z", kRegionsGroup, "z-value over the second half of the list", "the best relative to chance"},
     [](L l) { return (l.best - l.chance.mean) / l.chance.deviation; }},
    {{"region.largest_share", kRegionsGroup | kNeighboursGroup, "", "largest share of the weights near a candidate"},
     [](L l) { return l.largest_share; }},
};

using Candidates = std::span<const CandidateEvidence* const>;

/// A row for each candidate, in their order.
EvidenceRows region_rows(Candidates list) {
  const std::size_t n = list.size();
  const auto order = by_value(n, [&](std::size_t i) { return list[i]->regional; });
  const auto at = [&](std::size_t rank) { return rank < n ? static_cast<double>(list[order[rank]]->regional) : 0.0; };
  const double best = at(0);
  const Chance chance(n, at);
  std::vector<double> weights(n);
  double all = 0;
  for (std::size_t i = 0; i < n; ++i)
    all += weights[i] = std::exp(kRegionSoft * (static_cast<double>(list[i]->regional) - best) / chance.deviation);
  std::vector<std::size_t> rank_of(n);
  for (std::size_t rank = 0; rank < n; ++rank) rank_of[order[rank]] = rank;
  EvidenceRows out;
  ListContext whole{best, at(1), 0, chance};
  for (std::size_t i = 0; i < n; ++i) {
    const auto rank = rank_of[i];
    double near = 0;
    for (std::size_t j = 0; j < n; ++j)
      if (distance_m(list[i]->place, list[j]->place) <= kSupportM) near += weights[j];
    whole.largest_share = std::max(whole.largest_share, near / all);
    append_row<RegionContext>(out.candidates, kRegionColumns,
                              {at(rank), rank == 0 ? at(1) : best, chance, rank, near / all});
  }
  append_row<ListContext>(out.list, kRegionListColumns, whole);
  return out;
}

/// A row for each candidate, in their order, which is by similarity.
EvidenceRows whole_rows(Candidates ordered) {
  const auto at = [&](std::size_t i) { return i < ordered.size() ? static_cast<double>(ordered[i]->similarity) : 0.0; };
  const Chance chance(ordered.size(), at);
  std::vector<Context> list;
  for (std::size_t i = 0; i < ordered.size(); ++i)
    list.push_back({*ordered[i], i, at(i), i == 0 ? at(1) : at(0), at(0), chance});
  add_neighbours(list);
  EvidenceRows out;
  ListContext whole{at(0), at(1), at(4), chance};
  for (const auto& context : list) {
    whole.largest_share = std::max(whole.largest_share, context.share_near);
    append_row<Context>(out.candidates, kColumns, context);
  }
  append_row<ListContext>(out.list, kListColumns, whole);
  return out;
}

EvidenceRows rows(std::span<const CandidateEvidence> candidates, const ListEvidence&) {
  const std::size_t n = candidates.size();
  const auto order = by_value(n, [&](std::size_t i) { return candidates[i].similarity; });
  std::vector<const CandidateEvidence*> ordered;
  for (const auto i : order) ordered.push_back(&candidates[i]);
  const auto whole = whole_rows(ordered), regions = region_rows(ordered);
  constexpr std::size_t kWide = std::size(kColumns), kRegionWide = std::size(kRegionColumns);
  EvidenceRows out;
  out.candidates.resize(n * (kWide + kRegionWide));
  for (std::size_t rank = 0; rank < n; ++rank) {
    const auto row = std::span(out.candidates).subspan(order[rank] * (kWide + kRegionWide), kWide + kRegionWide);
    std::ranges::copy(std::span(whole.candidates).subspan(rank * kWide, kWide), row.begin());
    std::ranges::copy(std::span(regions.candidates).subspan(rank * kRegionWide, kRegionWide), row.begin() + kWide);
  }
  out.list = whole.list;
  out.list.insert(out.list.end(), regions.list.begin(), regions.list.end());
  return out;
}

std::vector<EvidenceColumn> joined(std::vector<EvidenceColumn> first, const std::vector<EvidenceColumn>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

const ColumnBlock& descriptor_block() {
  static const ColumnBlock block = {joined(about<Context>(kColumns), about<RegionContext>(kRegionColumns)),
                                    joined(about<ListContext>(kListColumns), about<ListContext>(kRegionListColumns)),
                                    &rows};
  return block;
}

}  // namespace venloc
