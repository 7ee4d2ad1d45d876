// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "image/pictures.hpp"
#include "venloc/core/error.hpp"
#include "venloc/gallery/splits.hpp"

using namespace venloc;
using namespace venloc::testing;

namespace {

/// Connected components by plain flooding over all pairs, numbered by first appearance.
template <typename Linked>
std::vector<std::size_t> brute_force_groups(std::size_t count, const Linked& linked) {
  constexpr auto kNone = static_cast<std::size_t>(-1);
  std::vector<std::size_t> groups(count, kNone);
  std::size_t next = 0;
  for (std::size_t start = 0; start < count; ++start) {
    if (groups[start] != kNone) continue;
    std::vector<std::size_t> open{start};
    groups[start] = next;
    while (!open.empty()) {
      const auto item = open.back();
      open.pop_back();
      for (std::size_t other = 0; other < count; ++other)
        if (groups[other] == kNone && linked(item, other)) {
          groups[other] = next;
          open.push_back(other);
        }
    }
    ++next;
  }
  return groups;
}

void check_partition(const std::vector<Split>& splits, std::size_t count) {
  std::vector<int> tested(count, 0);
  for (const auto& split : splits) {
    CHECK(std::is_sorted(split.train.begin(), split.train.end()));
    CHECK(std::is_sorted(split.test.begin(), split.test.end()));
    CHECK(split.train.size() + split.test.size() == count);
    std::set<std::size_t> all(split.train.begin(), split.train.end());
    all.insert(split.test.begin(), split.test.end());
    CHECK(all.size() == count);
    for (const auto item : split.test) ++tested[item];
  }
  CHECK(std::all_of(tested.begin(), tested.end(), [](int times) { return times == 1; }));
}

}  // namespace

TEST_CASE("Random gives the published SplitMix64 numbers") {
  Random random(1234567);
  for (const std::uint64_t expected :
       {6457827717110365317u, 3203168211198807973u, 9817491932198370423u, 4593380528125082431u, 16408922859458223821u})
    CHECK(random.next() == expected);
}

TEST_CASE("Random::below is uniform and shuffle reaches every order") {
  Random random(7);
  std::array<int, 6> counts{};
  for (int i = 0; i < 60'000; ++i) ++counts[random.below(6)];
  for (const int count : counts) CHECK(std::abs(count - 10'000) < 500);  // five standard deviations
  std::map<std::vector<int>, int> orders;
  for (int i = 0; i < 24'000; ++i) {
    std::vector<int> items{0, 1, 2, 3};
    random.shuffle(std::span(items));
    ++orders[items];
  }
  CHECK(orders.size() == 24);
  for (const auto& [order, count] : orders) CHECK(std::abs(count - 1'000) < 160);
}

TEST_CASE("random_split is a partition of the wanted sizes and the same everywhere") {
  for (const std::size_t n : {0u, 1u, 2u, 10u, 2148u})
    for (const double share : {0.0, 0.1, 0.5, 1.0}) {
      const auto split = random_split(n, share, 3);
      CHECK(split.test.size() == static_cast<std::size_t>(std::llround(share * static_cast<double>(n))));
      CHECK(split.train.size() + split.test.size() == n);
      std::set<std::size_t> all(split.train.begin(), split.train.end());
      all.insert(split.test.begin(), split.test.end());
      CHECK(all.size() == n);
      CHECK(std::is_sorted(split.test.begin(), split.test.end()));
      CHECK(std::is_sorted(split.train.begin(), split.train.end()));
    }
  CHECK(random_split(100, 0.1, 0).test == random_split(100, 0.1, 0).test);
  CHECK(random_split(100, 0.1, 0).test != random_split(100, 0.1, 1).test);
  CHECK_THROWS_WITH_AS(random_split(10, 1.1, 0), doctest::Contains("share"), InvalidArgumentError);
  CHECK_THROWS_AS(random_split(10, -0.1, 0), InvalidArgumentError);
}

TEST_CASE("each item is drawn for testing equally often") {
  std::vector<int> times(20, 0);
  for (std::uint64_t seed = 0; seed < 4000; ++seed)
    for (const auto item : random_split(20, 0.25, seed).test) ++times[item];
  for (const int count : times) CHECK(std::abs(count - 1000) < 150);  // more than five standard deviations
}

TEST_CASE("groups are the connected components of place and upload burst") {
  Random random(11);
  for (int round = 0; round < 20; ++round) {
    CAPTURE(round);
    std::vector<Photo> photos(120);
    std::vector<std::int64_t> numbers(photos.size(), -1);
    std::set<std::int64_t> used;
    for (std::size_t i = 0; i < photos.size(); ++i) {
      photos[i].location = {45.0 + static_cast<double>(random.below(400)) * 3e-6,
                            12.0 + static_cast<double>(random.below(400)) * 3e-6};
      numbers[i] = static_cast<std::int64_t>(random.below(200'000));
      if (random.below(3) == 0 || !used.insert(numbers[i]).second) numbers[i] = -1;
      photos[i].id = numbers[i] >= 0 ? "flickr:" + std::to_string(numbers[i]) : "own:" + std::to_string(i);
    }
    const Gallery gallery(photos);
    GroupOptions options;
    options.same_place_m = 8.0;
    options.flickr_id_gap = 300;
    options.hash_bits = -1;
    const auto near = [&](auto a, auto b) { return distance_m(photos[a].location, photos[b].location) < 8.0; };
    const auto burst = [&](auto a, auto b) {
      return numbers[a] >= 0 && numbers[b] >= 0 && std::abs(numbers[a] - numbers[b]) <= 300;
    };
    CHECK(group_photos(gallery, options) ==
          brute_force_groups(photos.size(), [&](auto a, auto b) { return near(a, b) || burst(a, b); }));
    options.flickr_id_gap = 0;
    CHECK(group_photos(gallery, options) == brute_force_groups(photos.size(), near));
    options.flickr_id_gap = 300;
    options.same_place_m = 0.0;
    CHECK(group_photos(gallery, options) == brute_force_groups(photos.size(), burst));
  }
}

TEST_CASE("near-duplicate content makes a group, whatever the place") {
  const TemporaryFolder folder;
  std::vector<Photo> photos(6);
  for (std::size_t i = 0; i < photos.size(); ++i) {
    photos[i].id = std::to_string(i);
    photos[i].location = {45.0 + static_cast<double>(i), 12.0};
    photos[i].file = folder.write(photos[i].id + ".jpg",
                                  encoded(".jpg", scene(300, 200, i % 3), {cv::IMWRITE_JPEG_QUALITY, i < 3 ? 95 : 60}));
  }
  GroupOptions options;
  CHECK(group_photos(Gallery(photos), options) == std::vector<std::size_t>{0, 1, 2, 0, 1, 2});
  options.num_threads = 3;
  CHECK(group_photos(Gallery(photos), options) == std::vector<std::size_t>{0, 1, 2, 0, 1, 2});
  options.hash_bits = -1;
  CHECK(group_photos(Gallery(photos), options) == std::vector<std::size_t>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("group options are checked by name") {
  GroupOptions options;
  options.same_place_m = -1.0;
  CHECK_THROWS_WITH_AS(options.validate(), doctest::Contains("same_place_m"), InvalidArgumentError);
  options = {};
  options.flickr_id_gap = -1;
  CHECK_THROWS_WITH_AS(options.validate(), doctest::Contains("flickr_id_gap"), InvalidArgumentError);
  options = {};
  options.hash_bits = 65;
  CHECK_THROWS_WITH_AS(group_photos(Gallery(), options), doctest::Contains("hash_bits"), InvalidArgumentError);
  options = {};
  options.num_threads = -1;
  CHECK_THROWS_WITH_AS(options.validate(), doctest::Contains("num_threads"), InvalidArgumentError);
  CHECK(group_photos(Gallery()).empty());
}

TEST_CASE("grouped_k_fold: a partition, no group on both sides, balanced, the same each time") {
  Random random(5);
  for (int round = 0; round < 30; ++round) {
    CAPTURE(round);
    const auto names = 10 + random.below(60);
    std::vector<std::size_t> groups(names + random.below(400));
    for (std::size_t i = 0; i < groups.size(); ++i)
      groups[i] = 3 * (i < names ? i : std::min(random.below(names), random.below(names)));
    const int k = 2 + static_cast<int>(random.below(7));
    const auto splits = grouped_k_fold(groups, k, static_cast<std::uint64_t>(round));
    REQUIRE(splits.size() == static_cast<std::size_t>(k));
    check_partition(splits, groups.size());
    std::map<std::size_t, std::size_t> sizes;
    for (const auto group : groups) ++sizes[group];
    std::size_t largest_group = 0;
    for (const auto& [group, size] : sizes) largest_group = std::max(largest_group, size);
    std::size_t smallest = groups.size();
    std::size_t largest = 0;
    for (const auto& split : splits) {
      std::set<std::size_t> train;
      for (const auto item : split.train) train.insert(groups[item]);
      for (const auto item : split.test) CHECK(!train.contains(groups[item]));
      smallest = std::min(smallest, split.test.size());
      largest = std::max(largest, split.test.size());
    }
    CHECK(largest - smallest <= largest_group);
    const auto again = grouped_k_fold(groups, k, static_cast<std::uint64_t>(round));
    for (std::size_t s = 0; s < splits.size(); ++s) CHECK(again[s].test == splits[s].test);
  }
}

TEST_CASE("grouped_k_fold of single items is as equal as can be") {
  std::vector<std::size_t> groups(23);
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i] = i;
  for (const auto& split : grouped_k_fold(groups, 5, 1)) CHECK((split.test.size() == 4 || split.test.size() == 5));
  CHECK(grouped_k_fold(groups, 5, 1)[0].test != grouped_k_fold(groups, 5, 2)[0].test);
  // One large group is a fold of its own, the others share the rest.
  std::fill(groups.begin(), groups.begin() + 11, std::size_t{0});
  std::multiset<std::size_t> sizes;
  for (const auto& split : grouped_k_fold(groups, 3, 1)) sizes.insert(split.test.size());
  CHECK(sizes == std::multiset<std::size_t>{6, 6, 11});
}

TEST_CASE("grouped_k_fold refuses impossible splits") {
  CHECK_THROWS_WITH_AS(grouped_k_fold({0, 1, 2}, 1, 0), doctest::Contains("k must be 2"), InvalidArgumentError);
  CHECK_THROWS_WITH_AS(grouped_k_fold({0, 0, 1, 1}, 3, 0), doctest::Contains("3 folds"), InvalidArgumentError);
}
