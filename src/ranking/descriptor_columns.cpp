// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "locators/descriptor_evidence.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <numeric>

#include "core/parallel.hpp"

namespace venloc {
namespace {

constexpr double kWideM = 200.0;  // a second scale of nearness: the square, not the house [m]
// How fast the weight of a candidate falls with its similarity where weights near a place are summed.
constexpr double kSoft = kSimilaritySlope, kSharp = 30.0;
constexpr std::size_t kListed = 10;  // the best so many of a list speak for hubs and for how pictures stand
constexpr double kRegionSoft = 1.2;  // as kSoft, of deviations of the regions' likeness
constexpr std::size_t kRegionalFeatures = 5, kRegionalListFeatures = 4;
constexpr std::size_t kWholeFeatures = kDescriptorFeatures - kRegionalFeatures;

/// What the likeness of the candidates' regions says: a row for each of them, and of the list.
CandidateFeatures regional_features(std::span<const DescriptorHit> hits, std::span<const float> regional,
                                    std::span<const EastNorth> places) {
  const std::size_t n = hits.size();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return regional[i]; });
  const auto at = [&](std::size_t rank) { return rank < n ? static_cast<double>(regional[order[rank]]) : 0.0; };
  const double best = at(0);
  double background = 0, square = 0, count = 0;
  for (std::size_t rank = n / 2; rank < n; ++rank) {
    background += at(rank);
    square += at(rank) * at(rank);
    count += 1;
  }
  background /= std::max(count, 1.0);
  const double deviation = std::sqrt(std::max(square / std::max(count, 1.0) - background * background, 0.0)) + 5e-3;
  std::vector<double> weights(n);
  double all = 0;
  for (std::size_t i = 0; i < n; ++i)
    all += weights[i] = std::exp(kRegionSoft * (static_cast<double>(regional[i]) - best) / deviation);
  CandidateFeatures out;
  out.candidates.resize(n * kRegionalFeatures);
  double largest_share = 0;
  for (std::size_t rank = 0; rank < n; ++rank) {
    const std::size_t i = order[rank];
    const double likeness = at(rank);
    double near = 0;
    for (std::size_t j = 0; j < n; ++j)
      if (distance_m(places[hits[i].index], places[hits[j].index]) <= kSupportM) near += weights[j];
    largest_share = std::max(largest_share, near / all);
    const double row[] = {likeness, likeness - (rank == 0 ? at(1) : best), (likeness - background) / deviation,
                          lift(static_cast<double>(rank)), std::log(near / all + 1e-3)};
    static_assert(std::size(row) == kRegionalFeatures);
    std::ranges::copy(row, out.candidates.begin() + static_cast<std::ptrdiff_t>(i * kRegionalFeatures));
  }
  out.list = {best, best - at(1), (best - background) / deviation, largest_share};
  return out;
}

}  // namespace

std::vector<std::uint32_t> pictures_of(std::span<const DescriptorHit> hits) {
  std::vector<std::uint32_t> out;
  for (const auto& hit : hits) out.push_back(hit.index);
  return out;
}

CandidateFeatures descriptor_features(std::span<const DescriptorHit> hits, std::span<const float> regional,
                                      std::span<const EastNorth> places, std::span<const Standing> standing,
                                      std::span<const float> density) {
  const std::size_t n = hits.size();
  CandidateFeatures out;
  const auto similarity = [&](std::size_t i) { return i < n ? static_cast<double>(hits[i].similarity) : 0.0; };
  const double best = similarity(0);
  // The end of the list is what is alike by chance.
  double background = 0, square = 0, count = 0;
  for (std::size_t i = n / 2; i < n; ++i) {
    background += similarity(i);
    square += similarity(i) * similarity(i);
    count += 1;
  }
  background /= std::max(count, 1.0);
  const double deviation = std::sqrt(std::max(square / std::max(count, 1.0) - background * background, 0.0)) + 5e-3;
  double all_soft = 0, all_sharp = 0;
  std::vector<double> soft, sharp;
  for (std::size_t i = 0; i < n; ++i) {
    soft.push_back(std::exp(kSoft * (similarity(i) - best)));
    sharp.push_back(std::exp(kSharp * (similarity(i) - best)));
    all_soft += soft.back();
    all_sharp += sharp.back();
  }
  const auto of_regions = regional_features(hits, regional, places);
  double largest_share = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto p = hits[i].index;
    double near_soft = 0, near_sharp = 0, wide_soft = 0, near_count = 0, strongest = -1, wide_count = 0;
    std::size_t first_near = i;
    for (std::size_t j = 0; j < n; ++j) {
      const double d = distance_m(places[p], places[hits[j].index]);
      if (d > kWideM) continue;
      wide_soft += soft[j];
      wide_count += 1;
      if (d > kSupportM) continue;
      near_soft += soft[j];
      near_sharp += sharp[j];
      first_near = std::min(first_near, j);
      if (j == i) continue;
      near_count += 1;
      strongest = std::max(strongest, similarity(j));
    }
    largest_share = std::max(largest_share, near_soft / all_soft);
    const auto& known = standing[p];
    const double other = i == 0 ? similarity(1) : best;
    const double row[] = {similarity(i),
                          similarity(i) - other,
                          (similarity(i) - background) / deviation,
                          std::log(std::max(similarity(i) - background, 0.0) / (best - background + 0.02) + 0.1),
                          lift(static_cast<double>(i)),
                          std::log(near_soft / all_soft + 1e-3),
                          std::log(near_sharp / all_sharp + 1e-3),
                          std::log(wide_soft / all_soft + 1e-3),
                          lift(near_count),
                          lift(wide_count),
                          strongest,
                          lift(static_cast<double>(first_near)),
                          known.hub_rate,
                          std::log(known.hub_rate + 1e-3),
                          known.hub_weight,
                          lift(density[p]),
                          near_count / (density[p] + 2.0),
                          lift(known.agreeing),
                          lift(known.disagreeing),
                          (known.agreeing + 0.2) / (known.agreeing + known.disagreeing + 0.4)};
    static_assert(std::size(row) == kWholeFeatures);
    out.candidates.insert(out.candidates.end(), std::begin(row), std::end(row));
    const auto regional_row = std::span(of_regions.candidates).subspan(i * kRegionalFeatures, kRegionalFeatures);
    out.candidates.insert(out.candidates.end(), regional_row.begin(), regional_row.end());
  }
  out.list = {best,       best - similarity(1), best - similarity(4), (best - background) / deviation,
              background, largest_share};
  static_assert(kDescriptorListFeatures == 6 + kRegionalListFeatures);
  out.list.insert(out.list.end(), of_regions.list.begin(), of_regions.list.end());
  return out;
}

Standings standings_of(std::span<const std::vector<DescriptorHit>> lists, std::span<const EastNorth> places,
                       std::span<const Split> folds) {
  Standings out(folds, lists.size());
  for (std::size_t q = 0; q < lists.size(); ++q)
    for (const auto& hit : std::span(lists[q]).first(std::min(kListed, lists[q].size())))
      out.add(q, hit.index, distance_m(places[hit.index], places[q]), true, std::max(hit.similarity, 0.0f), true);
  return out;
}

// Until it is fitted: odds fall with the gap to the best, and a clear lead is as good as none.
CandidateNetwork unfitted_descriptor_network() {
  return {kDescriptorFeatures, kDescriptorListFeatures, {{kSimilarityGap, kSimilaritySlope}}, 0.0};
}

void normalise_parts(std::span<float> vectors, std::span<const std::size_t> parts) {
  for (std::size_t at = 0, part = 0; at < vectors.size(); at += parts[part], part = (part + 1) % parts.size()) {
    const auto values = vectors.subspan(at, parts[part]);
    double square = 0;
    for (const float v : values) square += static_cast<double>(v) * v;
    if (square == 0) continue;
    for (float& v : values) v = static_cast<float>(v / std::sqrt(square));
  }
}

std::vector<std::vector<DescriptorHit>> search_out_of_fold(const DescriptorIndex& index, std::span<const float> vectors,
                                                           std::span<const Split> folds,
                                                           const DescriptorSearchOptions& search, int num_threads,
                                                           const ProgressCallback& progress) {
  const std::size_t n = index.size(), wide = index.dimension();
  std::vector<std::size_t> fold_of(n);
  for (std::size_t f = 0; f < folds.size(); ++f)
    for (const auto q : folds[f].test) fold_of[q] = f;
  // One query a thread is faster than several threads a query.
  auto single = search;
  single.num_threads = 1;
  std::vector<std::vector<DescriptorHit>> hits(n);
  parallel_for(
      n, num_threads,
      [&](std::size_t q) {
        std::vector<std::uint8_t> excluded(n, 0);
        for (const auto p : folds[fold_of[q]].test) excluded[p] = 1;
        hits[q] = index.search(vectors.subspan(q * wide, wide), single, excluded);
      },
      "calibration queries", progress);
  return hits;
}

DescriptorCalibration calibrate_descriptors(const DescriptorIndex& index, const RegionIndex& regions,
                                            std::span<const float> vectors, std::span<const float> region_vectors,
                                            const PhotoPlaces& photos, std::span<const Split> folds,
                                            const DescriptorSearchOptions& search, std::uint64_t seed, int num_threads,
                                            const ProgressCallback& progress) {
  const std::size_t n = index.size(), region_wide = region_vectors.size() / n;
  const auto hits = search_out_of_fold(index, vectors, folds, search, num_threads, progress);
  std::vector<std::vector<float>> regional(n);
  parallel_for(
      n, num_threads,
      [&](std::size_t q) {
        regional[q] = regions.similarities(region_vectors.subspan(q * region_wide, region_wide), pictures_of(hits[q]));
      },
      "regions", progress);

  const auto standings = standings_of(hits, photos.places, folds);
  std::vector<CandidateQuery> queries(n);
  for (std::size_t f = 0; f < folds.size(); ++f) {
    const PlacesWithout known(photos, folds[f]);
    std::vector<Standing> standing;
    for (std::size_t p = 0; p < n; ++p) standing.push_back(standings.without(f, p));
    parallel_for(folds[f].test.size(), num_threads, [&](std::size_t k) {
      const auto q = folds[f].test[k];
      queries[q].features = descriptor_features(hits[q], regional[q], photos.places, standing, known.density);
      for (const auto& hit : hits[q]) queries[q].places.push_back(photos.places[hit.index]);
      queries[q].truth = photos.places[q];
      queries[q].prior_density = known.prior.density(photos.photos[q].location);
    });
  }
  DescriptorCalibration out{CandidateNetwork::fit(queries, kDescriptorFeatures, kDescriptorListFeatures, kFitParts,
                                                  seed, num_threads, progress),
                            {}};
  for (std::size_t p = 0; p < n; ++p) out.standing.push_back(standings.without(folds.size(), p));
  return out;
}

}  // namespace venloc
