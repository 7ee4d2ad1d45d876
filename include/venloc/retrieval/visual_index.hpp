// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "venloc/core/progress.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/features/local_features.hpp"
#include "venloc/geo/lat_lng.hpp"

namespace venloc {

struct VisualIndexOptions {
  int words = 8192;                    ///< size of the coarse vocabulary
  int training_features = 400'000;     ///< features the vocabulary and the codes are trained on
  int iterations = 8;                  ///< of k-means
  std::uint64_t seed = 0;
  int num_threads = 0;                 ///< 0 = all cores

  void validate() const;
};

struct VisualIndexQueryOptions {
  int probes = 3;                      ///< words looked up for each query feature (soft assignment)
  int max_pictures = 200;              ///< length of the short list

  void validate() const;
};

/// A query feature and a feature of a gallery picture that may show the same spot.
struct FeatureMatch {
  std::uint32_t query = 0;       ///< position of the feature in the query
  Keypoint keypoint;             ///< of the gallery feature, quantised; in [px] of the gallery picture
  float weight = 0.0f;           ///< similarity of the codes times the rarity of the word
};

/// A picture of the short list.
struct RankedPicture {
  std::uint32_t picture = 0;     ///< position of the picture in the index
  float votes = 0.0f;            ///< similarity corrected for hubs and picture size; larger is better
  std::vector<FeatureMatch> matches;
};

}  // namespace venloc
