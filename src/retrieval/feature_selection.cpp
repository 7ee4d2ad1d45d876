// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "retrieval/feature_selection.hpp"

#include <algorithm>
#include <numeric>

namespace venloc {
namespace {

using Positions = std::vector<std::vector<std::uint32_t>>;

Positions all_features(std::span<const LocalFeatures> features, std::span<const std::uint8_t> left_out) {
  Positions keep(features.size());
  for (std::size_t p = 0; p < features.size(); ++p) {
    if (left_out[p]) continue;
    keep[p].resize(features[p].size());
    std::iota(keep[p].begin(), keep[p].end(), 0u);
  }
  return keep;
}

// How often each feature was useful.
Positions count_uses(std::span<const LocalFeatures> features, std::span<const UsefulFeature> useful,
                     std::span<const std::uint8_t> left_out) {
  Positions uses(features.size());
  for (std::size_t p = 0; p < features.size(); ++p) uses[p].assign(features[p].size(), 0);
  for (const auto& u : useful)
    if (!left_out[u.query] && !left_out[u.picture]) ++uses[u.picture][u.feature];
  return uses;
}

// The smallest number of uses such that all features with at least so many fit.
std::size_t needed_uses(const Positions& uses, std::span<const std::uint8_t> left_out, std::size_t cap) {
  std::vector<std::size_t> with_uses(1, 0);
  for (std::size_t p = 0; p < uses.size(); ++p)
    for (const auto n : uses[p]) {
      if (left_out[p] || n == 0) continue;
      if (n >= with_uses.size()) with_uses.resize(n + 1, 0);
      ++with_uses[n];
    }
  std::size_t kept = 0, needed = with_uses.size();
  while (needed > 1 && kept + with_uses[needed - 1] <= cap) kept += with_uses[--needed];
  return needed;
}

// The level to which every photo can be filled when it holds these already.
std::size_t fill_level(std::span<const LocalFeatures> features, std::span<const std::size_t> held,
                       std::span<const std::uint8_t> left_out, std::size_t cap) {
  const auto filled = [&](std::size_t level) {
    std::size_t sum = 0;
    for (std::size_t p = 0; p < features.size(); ++p)
      if (!left_out[p]) sum += std::max(held[p], std::min(level, features[p].size()));
    return sum;
  };
  std::size_t low = 0, high = 1;
  while (filled(high) <= cap) high *= 2;
  while (high - low > 1) {
    const auto middle = (low + high) / 2;
    (filled(middle) <= cap ? low : high) = middle;
  }
  return low;
}

}  // namespace

std::vector<std::vector<std::uint32_t>> choose_features(std::span<const LocalFeatures> features,
                                                        std::span<const UsefulFeature> useful,
                                                        std::span<const std::uint8_t> left_out, std::size_t cap) {
  std::size_t total = 0;
  for (std::size_t p = 0; p < features.size(); ++p)
    if (!left_out[p]) total += features[p].size();
  if (cap == 0 || total <= cap) return all_features(features, left_out);

  const auto uses = count_uses(features, useful, left_out);
  const auto needed = needed_uses(uses, left_out, cap);
  std::vector<std::size_t> held(features.size(), 0);
  for (std::size_t p = 0; p < features.size(); ++p)
    if (!left_out[p])
      held[p] = static_cast<std::size_t>(std::ranges::count_if(uses[p], [&](auto n) { return n >= needed; }));
  const auto level = fill_level(features, held, left_out, cap);
  Positions keep(features.size());
  for (std::size_t p = 0; p < features.size(); ++p) {
    if (left_out[p]) continue;
    auto room = std::max(held[p], std::min(level, features[p].size())) - held[p];
    for (std::uint32_t i = 0; i < features[p].size(); ++i) {
      if (uses[p][i] >= needed) {
        keep[p].push_back(i);
      } else if (room > 0) {
        keep[p].push_back(i);
        --room;
      }
    }
  }
  return keep;
}

EncodedPicture select_features(const EncodedPicture& picture, std::span<const std::uint32_t> keep) {
  EncodedPicture out{picture.width, picture.height, {}, {}, {}, {}};
  for (const auto i : keep) {
    out.words.push_back(picture.words[i]);
    out.codes.push_back(picture.codes[i]);
    out.geometry.push_back(picture.geometry[i]);
    if (!picture.descriptors.empty()) out.descriptors.push_back(picture.descriptors[i]);
  }
  return out;
}

}  // namespace venloc
