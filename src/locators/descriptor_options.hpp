// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "venloc/core/error.hpp"
#include "venloc/retrieval/descriptor_index.hpp"

// What DescriptorLocator and EnsembleLocator have in common.
namespace venloc {

/// Log odds for each unit of the gap to the best similarity, before a scorer is fitted.
inline constexpr double kUnfittedSimilaritySlope = 12.0;
inline constexpr int kMaxDescriptorHits = 200;

inline void check_max_hits(const DescriptorSearchOptions& search) {
  if (search.max_hits > kMaxDescriptorHits)
    throw InvalidArgumentError("search.max_hits is " + std::to_string(search.max_hits) + ", it must be at most " +
                               std::to_string(kMaxDescriptorHits));
}

/// The numbers of the photos that were found.
inline std::vector<std::uint32_t> photos_of(std::span<const DescriptorHit> hits) {
  std::vector<std::uint32_t> out;
  for (const auto& hit : hits) out.push_back(hit.index);
  return out;
}

}  // namespace venloc
