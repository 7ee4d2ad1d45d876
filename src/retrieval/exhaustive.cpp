// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/retrieval/exhaustive.hpp"

#include <algorithm>
#include <memory>
#include <numeric>
#include <string>
#include <tuple>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "retrieval/simd.hpp"
#include "retrieval/stored_descriptors.hpp"
#include "venloc/core/error.hpp"

namespace venloc {

static_assert(kSiftDimension == kSimdRowBytes && sizeof(SiftDescriptor) == kSimdRowBytes);

namespace {

/// The nearest feature of the other side, for each feature of one side.
struct Nearest {
  explicit Nearest(std::size_t count) : distance(count, ~std::uint32_t{0}), position(count) {}

  /// Takes in the keys of the features from `first`, compared with those of the other side from `first_other`.
  void lower(std::size_t first, std::size_t first_other, std::span<const std::uint32_t> keys) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (keys[i] >> 16 >= distance[first + i]) continue;
      distance[first + i] = keys[i] >> 16;
      position[first + i] = static_cast<std::uint32_t>(first_other + (keys[i] & 0xffff));
    }
  }

  std::vector<std::uint32_t> distance, position;
};

}  // namespace

ExhaustiveMatcher::ExhaustiveMatcher(std::vector<std::vector<SiftDescriptor>> pictures) {
  pictures_.reserve(pictures.size());
  for (auto& descriptors : pictures) {
    Picture& picture = pictures_.emplace_back();
    picture.features = descriptors.size();
    picture.groups.resize(simd_groups(picture.features) * kSimdGroupBytes);
    if (!descriptors.empty()) interleave_u8_128(descriptors.front().data(), descriptors.size(), picture.groups.data());
    descriptors = {};  // a whole city need not be in memory twice
  }
}

std::vector<DescriptorMatch> ExhaustiveMatcher::match(std::span<const SiftDescriptor> query, std::size_t index) const {
  if (index >= pictures_.size())
    throw InvalidArgumentError("picture " + std::to_string(index) + " is not in the gallery of " +
                               std::to_string(pictures_.size()));
  const Picture& picture = pictures_[index];

  // More features than a key can number are compared in parts.
  Nearest of_queries(query.size()), of_rows(picture.features);
  std::vector<std::uint32_t> query_keys, row_keys;
  for (std::size_t row = 0; row < picture.features; row += kMaxSadRows) {
    row_keys.resize(std::min(kMaxSadRows, picture.features - row));
    const std::uint8_t* groups = picture.groups.data() + row / kSimdGroupRows * kSimdGroupBytes;
    for (std::size_t first = 0; first < query.size(); first += kMaxSadRows) {
      query_keys.resize(std::min(kMaxSadRows, query.size() - first));
      nearest_sad_u8_128(query[first].data(), groups, query_keys, row_keys);
      of_queries.lower(first, row, query_keys);
      of_rows.lower(row, first, row_keys);
    }
  }

  std::vector<DescriptorMatch> matches;
  for (std::size_t q = 0; q < query.size() && picture.features > 0; ++q) {
    const std::uint32_t row = of_queries.position[q];
    if (of_rows.position[row] == q) matches.push_back({static_cast<std::uint32_t>(q), row, of_queries.distance[q]});
  }
  return matches;
}

std::vector<PictureDistance> ExhaustiveMatcher::rank(std::span<const SiftDescriptor> query, int num_threads) const {
  std::vector<PictureDistance> ranking(pictures_.size());
  parallel_for(pictures_.size(), num_threads, [&](std::size_t i) {
    const std::vector<DescriptorMatch> matches = match(query, i);
    std::vector<std::uint32_t> distances(matches.size());
    std::ranges::transform(matches, distances.begin(), &DescriptorMatch::distance);
    const auto end = distances.begin() + static_cast<std::ptrdiff_t>(std::min(kDistances, distances.size()));
    std::ranges::nth_element(distances, end);
    ranking[i] = {static_cast<std::uint32_t>(i), std::accumulate(distances.begin(), end, std::uint32_t{0}),
                  static_cast<std::uint32_t>(matches.size())};
  });
  std::ranges::sort(ranking, {}, [](const PictureDistance& picture) {
    return std::tuple(picture.matches == 0, picture.sum, picture.picture);
  });
  return ranking;
}

namespace {

std::int64_t extent(std::size_t n) { return static_cast<std::int64_t>(n); }

}  // namespace

void save_descriptors(SafetensorsWriter& writer, std::span<const std::vector<SiftDescriptor>> descriptors) {
  const auto all = std::make_shared<std::vector<SiftDescriptor>>();
  const auto counts = std::make_shared<std::vector<std::uint32_t>>();
  for (const auto& of_picture : descriptors) {
    all->insert(all->end(), of_picture.begin(), of_picture.end());
    counts->push_back(static_cast<std::uint32_t>(of_picture.size()));
  }
  writer.add<std::uint8_t>("exhaustive.descriptors", {extent(all->size()), extent(kSiftDimension)},
                           std::span(all->empty() ? nullptr : all->front().data(), all->size() * kSiftDimension));
  writer.add<std::uint32_t>("exhaustive.counts", {extent(counts->size())}, *counts);
  writer.keep(all);
  writer.keep(counts);
}

std::vector<std::vector<SiftDescriptor>> load_descriptors(const SafetensorsFile& file, std::size_t photos) {
  const auto counts = file.get<std::uint32_t>("exhaustive.counts", {extent(photos)});
  const auto bytes = file.get<std::uint8_t>("exhaustive.descriptors", {-1, kSiftDimension});
  std::vector<std::vector<SiftDescriptor>> out;
  std::size_t at = 0;
  for (const auto n : counts) {
    if ((at + n) * kSiftDimension > bytes.size())
      refuse_damaged(file.path(), "array exhaustive.counts does not fit the descriptors");
    for (auto& d : out.emplace_back(n)) std::copy_n(bytes.data() + kSiftDimension * at++, kSiftDimension, d.begin());
  }
  return out;
}

}  // namespace venloc
