// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "venloc/features/local_features.hpp"
#include "venloc/retrieval/visual_index.hpp"

namespace venloc {

/// A feature of a gallery photo that is an inlier of a verified match between two gallery photos.
struct UsefulFeature {
  std::uint32_t query = 0;    ///< photo that was the query
  std::uint32_t picture = 0;  ///< photo that holds the feature
  std::uint32_t feature = 0;  ///< its position in that photo
};

/// Which features of each photo to keep so that at most `cap` stay (0 = all): first those useful in matches (Turcot and
/// Lowe 2009) between photos that are not left out, the most often useful first; what is left of the cap is divided so
/// that every photo holds equally many, strongest first. Photos without matches so keep the most. Photos whose
/// `left_out` byte is not 0 keep none.
std::vector<std::vector<std::uint32_t>> choose_features(std::span<const LocalFeatures> features,
                                                        std::span<const UsefulFeature> useful,
                                                        std::span<const std::uint8_t> left_out, std::size_t cap);

/// The photo with these features only.
EncodedPicture select_features(const EncodedPicture& picture, std::span<const std::uint32_t> keep);

}  // namespace venloc
