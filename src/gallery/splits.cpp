// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/gallery/splits.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <numbers>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/random.hpp"
#include "gallery/picture_hashes.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

/// Disjoint sets with path halving; the smaller number is the root, so the outcome does not depend on the order.
class DisjointSets {
 public:
  explicit DisjointSets(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }

  std::size_t root(std::size_t item) {
    while (parent_[item] != item) item = parent_[item] = parent_[parent_[item]];
    return item;
  }
  void join(std::size_t a, std::size_t b) {
    const auto [low, high] = std::minmax({root(a), root(b)});
    parent_[high] = low;
  }

 private:
  std::vector<std::size_t> parent_;
};

std::optional<std::int64_t> flickr_number(const std::string& id) {
  constexpr std::string_view kPrefix = "flickr:";
  if (!id.starts_with(kPrefix)) return std::nullopt;
  std::int64_t number = 0;
  const auto* end = id.data() + id.size();
  const auto [stop, error] = std::from_chars(id.data() + kPrefix.size(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

void join_same_places(const Gallery& gallery, double same_place_m, DisjointSets& sets) {
  std::vector<std::size_t> by_latitude(gallery.size());
  std::iota(by_latitude.begin(), by_latitude.end(), std::size_t{0});
  std::stable_sort(by_latitude.begin(), by_latitude.end(),
                   [&](auto a, auto b) { return gallery[a].location.lat < gallery[b].location.lat; });
  // Two places are at least as far apart as their parallels.
  const double reach_deg = same_place_m / kEarthRadiusM * 180.0 / std::numbers::pi * (1.0 + 1e-9);
  for (std::size_t i = 0; i < by_latitude.size(); ++i) {
    const auto& place = gallery[by_latitude[i]].location;
    for (std::size_t j = i + 1; j < by_latitude.size(); ++j) {
      const auto& other = gallery[by_latitude[j]].location;
      if (other.lat - place.lat > reach_deg) break;
      if (distance_m(place, other) < same_place_m) sets.join(by_latitude[i], by_latitude[j]);
    }
  }
}

void join_upload_bursts(const Gallery& gallery, std::int64_t gap, DisjointSets& sets) {
  std::vector<std::pair<std::int64_t, std::size_t>> numbers;
  for (std::size_t i = 0; i < gallery.size(); ++i)
    if (const auto number = flickr_number(gallery[i].id)) numbers.emplace_back(*number, i);
  std::sort(numbers.begin(), numbers.end());
  for (std::size_t i = 1; i < numbers.size(); ++i)
    if (numbers[i].first - numbers[i - 1].first <= gap) sets.join(numbers[i - 1].second, numbers[i].second);
}

}  // namespace

void GroupOptions::validate() const {
  if (!(same_place_m >= 0.0) || !std::isfinite(same_place_m))
    throw InvalidArgumentError("GroupOptions: same_place_m must be 0 or more, got " + std::to_string(same_place_m));
  if (flickr_id_gap < 0)
    throw InvalidArgumentError("GroupOptions: flickr_id_gap must be 0 or more, got " + std::to_string(flickr_id_gap));
  if (hash_bits < -1 || hash_bits > 64)
    throw InvalidArgumentError("GroupOptions: hash_bits must be -1 to 64, got " + std::to_string(hash_bits));
  if (num_threads < 0)
    throw InvalidArgumentError("GroupOptions: num_threads must be 0 or more, got " + std::to_string(num_threads));
}

Split random_split(std::size_t n, double share, std::uint64_t seed) {
  if (!(share >= 0.0 && share <= 1.0))
    throw InvalidArgumentError("random_split: share must be 0 to 1, got " + std::to_string(share));
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random(seed).shuffle(std::span(order));
  const auto tests = static_cast<std::ptrdiff_t>(std::llround(share * static_cast<double>(n)));
  Split split;
  split.test.assign(order.begin(), order.begin() + tests);
  split.train.assign(order.begin() + tests, order.end());
  std::sort(split.test.begin(), split.test.end());
  std::sort(split.train.begin(), split.train.end());
  return split;
}

std::vector<std::size_t> group_photos(const Gallery& gallery, const GroupOptions& options,
                                      const ProgressCallback& progress) {
  options.validate();
  DisjointSets sets(gallery.size());
  if (options.same_place_m > 0.0) join_same_places(gallery, options.same_place_m, sets);
  if (options.flickr_id_gap > 0) join_upload_bursts(gallery, options.flickr_id_gap, sets);
  if (options.hash_bits >= 0) {
    const auto hashes = picture_hashes(gallery, options.num_threads, progress);
    for (std::size_t i = 0; i < hashes.size(); ++i)
      for (std::size_t j = i + 1; j < hashes.size(); ++j)
        if (std::popcount(hashes[i] ^ hashes[j]) <= options.hash_bits) sets.join(i, j);
  }
  // A root is the first photo of its group, so numbers are given in the order of first appearance.
  std::vector<std::size_t> groups(gallery.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto root = sets.root(i);
    groups[i] = root == i ? count++ : groups[root];
  }
  return groups;
}

std::vector<Split> grouped_k_fold(const std::vector<std::size_t>& groups, int k, std::uint64_t seed) {
  if (k < 2) throw InvalidArgumentError("grouped_k_fold: k must be 2 or more, got " + std::to_string(k));
  std::vector<std::size_t> names = groups;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  if (names.size() < static_cast<std::size_t>(k))
    throw InvalidArgumentError("grouped_k_fold: " + std::to_string(k) + " folds need at least as many groups, got " +
                               std::to_string(names.size()));
  const auto index_of = [&](std::size_t group) {
    return static_cast<std::size_t>(std::lower_bound(names.begin(), names.end(), group) - names.begin());
  };
  std::vector<std::size_t> size(names.size(), 0);
  for (const auto group : groups) ++size[index_of(group)];

  // The largest groups first, each into the smallest fold: the small ones level out what is left.
  std::vector<std::size_t> order(names.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random(seed).shuffle(std::span(order));
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return size[a] > size[b]; });
  std::vector<std::size_t> fold_size(static_cast<std::size_t>(k), 0);
  std::vector<std::size_t> fold_of(names.size());
  for (const auto group : order) {
    const auto smallest = std::min_element(fold_size.begin(), fold_size.end());
    fold_of[group] = static_cast<std::size_t>(smallest - fold_size.begin());
    *smallest += size[group];
  }

  std::vector<Split> splits(static_cast<std::size_t>(k));
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const auto fold = fold_of[index_of(groups[i])];
    for (std::size_t s = 0; s < splits.size(); ++s) (s == fold ? splits[s].test : splits[s].train).push_back(i);
  }
  return splits;
}

}  // namespace venloc
