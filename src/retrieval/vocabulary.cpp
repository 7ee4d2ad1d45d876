// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "retrieval/vocabulary.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/k_means.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "retrieval/kernels.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

constexpr std::size_t kDim = kSiftDimension;
constexpr std::size_t kSearchedGroups = 8;  // enough: a feature whose word is missed this way lies between words

std::vector<std::int32_t> half_norms(std::span<const std::int16_t> rows) {
  std::vector<std::int32_t> out(rows.size() / kDim);
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::int32_t sum = 0;
    for (std::size_t d = 0; d < kDim; ++d) sum += rows[i * kDim + d] * rows[i * kDim + d];
    out[i] = sum / 2;
  }
  return out;
}

std::vector<std::int16_t> widen_all(std::span<const std::uint8_t> rows) { return {rows.begin(), rows.end()}; }

// Samples at `members` and centres as k_means requires them. An empty cluster gets a sample of the largest one.
class SampleSpace {
 public:
  using Sum = std::array<std::int64_t, kDim>;

  SampleSpace(std::span<const SiftDescriptor> samples, std::span<const std::uint32_t> members, std::size_t k,
              std::uint64_t seed)
      : samples_(samples), members_(members), random_(seed), centroids_(k * kDim) {
    // Distinct random samples as a start (partial Fisher-Yates).
    std::vector<std::uint32_t> order(members.begin(), members.end());
    for (std::size_t i = 0; i < k; ++i) {
      if (i < order.size()) std::swap(order[i], order[i + random_.below(order.size() - i)]);
      set(i, samples[order[i % order.size()]]);
    }
  }

  void begin_iteration() {
    wide_ = widen_all(centroids_);
    norms_ = half_norms(wide_);
  }
  [[nodiscard]] std::size_t nearest(std::size_t i, std::size_t) const {
    thread_local std::vector<std::int32_t> scores;
    scores.resize(norms_.size());
    const WideRow row = widen(samples_[members_[i]]);
    kernels::centroid_scores(row.data(), wide_.data(), norms_.data(), norms_.size(), scores.data());
    return static_cast<std::size_t>(std::ranges::min_element(scores) - scores.begin());
  }
  void add(Sum& sum, std::size_t i) const {
    const SiftDescriptor& sample = samples_[members_[i]];
    for (std::size_t d = 0; d < kDim; ++d) sum[d] += sample[d];
  }
  static void merge(Sum& sum, const Sum& other) {
    for (std::size_t d = 0; d < kDim; ++d) sum[d] += other[d];
  }
  void move(std::size_t centre, const Sum& sum, std::size_t count) {
    const auto n = static_cast<std::int64_t>(count);
    for (std::size_t d = 0; d < kDim; ++d)
      centroids_[centre * kDim + d] = static_cast<std::uint8_t>((sum[d] + n / 2) / n);
  }
  void refill(std::size_t centre, const std::vector<std::size_t>& counts, const std::vector<std::uint32_t>& assigned) {
    const auto largest = static_cast<std::uint32_t>(std::ranges::max_element(counts) - counts.begin());
    const auto position = static_cast<std::size_t>(random_.below(counts[largest]));
    std::size_t seen = 0;
    for (std::size_t j = 0; j < members_.size(); ++j)
      if (assigned[j] == largest && seen++ == position) set(centre, samples_[members_[j]]);
  }

  [[nodiscard]] std::vector<std::uint8_t> take() { return std::move(centroids_); }

 private:
  void set(std::size_t centre, const SiftDescriptor& sample) {
    std::ranges::copy(sample, centroids_.begin() + static_cast<std::ptrdiff_t>(centre * kDim));
  }

  std::span<const SiftDescriptor> samples_;
  std::span<const std::uint32_t> members_;
  Random random_;
  std::vector<std::uint8_t> centroids_;
  std::vector<std::int16_t> wide_;  // the centroids as the kernel requires them
  std::vector<std::int32_t> norms_;
};

std::vector<std::uint8_t> centres_of(std::span<const SiftDescriptor> samples, std::span<const std::uint32_t> members,
                                     std::size_t k, int iterations, std::uint64_t seed, int num_threads) {
  SampleSpace space(samples, members, k, seed);
  k_means(space, members.size(), k, iterations, num_threads);
  return space.take();
}

using Scored = std::pair<std::int32_t, std::size_t>;

// Merges rows into a short ascending list of the `count` smallest scores, ties by number.
template <typename Number>
void keep_nearest(std::vector<Scored>& list, std::size_t count, const std::int32_t* scores, std::size_t rows,
                  Number number) {
  for (std::size_t i = 0; i < rows; ++i) {
    if (list.size() == count) {
      if (scores[i] > list.back().first) continue;
      const Scored item{scores[i], number(i)};
      if (!(item < list.back())) continue;
      list.pop_back();
      list.insert(std::ranges::upper_bound(list, item), item);
    } else {
      const Scored item{scores[i], number(i)};
      list.insert(std::ranges::upper_bound(list, item), item);
    }
  }
}

// Kept from one search to the next, one for each thread.
struct NearestWorkspace {
  std::vector<std::int32_t> scores;
  std::vector<Scored> near_groups, best;
};

}  // namespace

WideRow widen(const SiftDescriptor& descriptor) {
  WideRow row;
  std::ranges::copy(descriptor, row.begin());
  return row;
}

Vocabulary::Vocabulary(std::vector<std::uint8_t> centroids) : centroids_(std::move(centroids)) {
  wide_ = widen_all(centroids_);
  const auto words = size();

  // Groups of the centroids themselves, about sqrt(words) of them; they follow from the centroids alone.
  const auto groups = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(std::sqrt(double(words)))));
  std::vector<SiftDescriptor> rows(words);
  for (std::size_t i = 0; i < words; ++i)
    std::copy_n(centroids_.begin() + static_cast<std::ptrdiff_t>(i * kDim), kDim, rows[i].begin());
  std::vector<std::uint32_t> all(words);
  std::iota(all.begin(), all.end(), 0u);
  groups_ = widen_all(centres_of(rows, all, groups, 5, 0, 1));
  group_half_norms_ = half_norms(groups_);

  std::vector<std::vector<std::uint16_t>> of_group(groups);
  std::vector<std::int32_t> scores(groups);
  for (std::size_t i = 0; i < words; ++i) {
    kernels::centroid_scores(wide(i), groups_.data(), group_half_norms_.data(), groups, scores.data());
    of_group[static_cast<std::size_t>(std::ranges::min_element(scores) - scores.begin())].push_back(
        static_cast<std::uint16_t>(i));
  }
  group_begin_.push_back(0);
  for (const auto& members : of_group) {
    for (const auto word : members) {
      grouped_word_.push_back(word);
      grouped_.insert(grouped_.end(), wide(word), wide(word) + kDim);
    }
    group_begin_.push_back(grouped_word_.size());
  }
  half_norms_ = half_norms(grouped_);
}

void Vocabulary::nearest(const WideRow& descriptor, std::size_t count, std::vector<std::uint16_t>& words) const {
  const auto groups = group_half_norms_.size();
  thread_local NearestWorkspace workspace;
  auto& [scores, near_groups, best] = workspace;
  scores.resize(std::max(scores.size(), groups));
  kernels::centroid_scores(descriptor.data(), groups_.data(), group_half_norms_.data(), groups, scores.data());
  near_groups.clear();
  keep_nearest(near_groups, kSearchedGroups, scores.data(), groups, [](std::size_t g) { return g; });
  best.clear();
  for (const auto& group : near_groups) {
    const auto begin = group_begin_[group.second];
    const auto rows = group_begin_[group.second + 1] - begin;
    scores.resize(std::max(scores.size(), rows));
    kernels::centroid_scores(descriptor.data(), grouped_.data() + begin * kDim, half_norms_.data() + begin, rows,
                             scores.data());
    keep_nearest(best, count, scores.data(), rows, [&](std::size_t i) { return grouped_word_[begin + i]; });
  }
  words.clear();
  for (const auto& word : best) words.push_back(static_cast<std::uint16_t>(word.second));
}

Vocabulary Vocabulary::train(std::span<const SiftDescriptor> samples, std::size_t words, int iterations,
                             std::uint64_t seed, int num_threads, const ProgressCallback& progress) {
  // Two levels: coarse cells first, then each is divided in proportion to its samples.
  const auto coarse = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(std::sqrt(double(words)))));
  std::vector<std::uint32_t> all(samples.size());
  std::iota(all.begin(), all.end(), 0u);
  const Vocabulary cells(centres_of(samples, all, coarse, iterations, seed, num_threads));

  std::vector<std::uint32_t> cell(samples.size());
  const auto norms = half_norms(widen_all(cells.centroids()));
  parallel_for(samples.size(), num_threads, [&](std::size_t i) {
    std::vector<std::int32_t> scores(coarse);
    kernels::centroid_scores(widen(samples[i]).data(), cells.wide(0), norms.data(), coarse, scores.data());
    cell[i] = static_cast<std::uint32_t>(std::ranges::min_element(scores) - scores.begin());
  });
  std::vector<std::vector<std::uint32_t>> members(coarse);
  for (std::size_t i = 0; i < samples.size(); ++i) members[cell[i]].push_back(static_cast<std::uint32_t>(i));

  // Shares by cumulative rounding: they sum to `words` exactly.
  std::vector<std::size_t> share(coarse);
  std::size_t seen = 0, given = 0;
  for (std::size_t c = 0; c < coarse; ++c) {
    seen += members[c].size();
    const auto target = words * seen / samples.size();
    share[c] = target - given;
    given = target;
  }
  std::vector<std::vector<std::uint8_t>> parts(coarse);
  parallel_for(
      coarse, num_threads,
      [&](std::size_t c) {
        if (share[c] > 0 && !members[c].empty())
          parts[c] = centres_of(samples, members[c], share[c], iterations, seed + c + 1, 1);
      },
      "vocabulary", progress);
  std::vector<std::uint8_t> centroids;
  for (const auto& part : parts) centroids.insert(centroids.end(), part.begin(), part.end());
  return Vocabulary(std::move(centroids));
}

}  // namespace venloc
