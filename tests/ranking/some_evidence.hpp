// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/random.hpp"
#include "venloc/ranking/evidence.hpp"

namespace venloc {

/// Evidence in which every measurement has a value of its own; photos are 40 m apart.
inline Evidence some_evidence(std::size_t n, std::uint64_t seed = 1) {
  Random random(seed);
  const auto number = [&](double scale) { return static_cast<float>(scale * random.uniform()); };
  Evidence out;
  for (std::uint32_t i = 0; i < n; ++i) {
    auto& e = out.candidates.emplace_back();
    e.photo = i;
    e.place = {40.0 * i, 3.0 * i};
    e.retrievers = static_cast<std::uint8_t>(1 + random.below(31));
    e.votes = number(2);
    e.matches = static_cast<float>(random.below(50));
    e.match_weight = number(20);
    e.inliers = static_cast<float>(random.below(20));
    e.effective_inliers = static_cast<float>(random.below(10));
    e.inlier_weight = number(12);
    e.scale = 0.5f + number(2);
    e.rotation = number(1);
    e.spread = number(1);
    e.colour = number(1);
    e.vlad = number(1);
    e.similarity = number(1);
    e.regional = number(1);
    e.map_score = number(4);
    e.cells = -static_cast<double>(number(5));
    e.cell_score = static_cast<double>(number(9));
    e.density = static_cast<float>(random.below(9));
    e.feature_hubness = {number(1), number(3), number(9), number(9)};
    e.descriptor_hubness = {number(1), number(1), number(4), number(4)};
  }
  out.list.features = 800;
  out.list.colour = {100, 40, 20, 0.99};
  out.list.vlad = {100, 20, 8, 0.95};
  out.list.cell_certainty = -0.7;
  out.list.gallery_similarity = 0.4;
  out.list.artwork_probability = 0.1;
  return out;
}

}  // namespace venloc
