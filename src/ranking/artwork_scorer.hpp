// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "ranking/candidate_scorer.hpp"
#include "ranking/map_scorer.hpp"
#include "ranking/model_gallery.hpp"
#include "ranking/query_prior.hpp"
#include "venloc/core/export.hpp"
#include "venloc/ranking/evidence.hpp"

// The scorer of artworks, from local features and feature maps.
namespace venloc {

/// A photo with its probability, from either source.
struct WeightedCandidate {
  std::uint32_t photo = 0;
  double probability = 0;
  int inliers = 0;
};

/// Feature maps and local features weighed against each other: where local features are nearly certain, they alone
/// count, because a print or painting may show what a feature matches, while a network's features are of its style as
/// well.
struct ArtworkAnswer {
  CandidateMixture mixture;
  std::size_t map_components = 0;             ///< the first so many components of the mixture are of maps
  std::vector<WeightedCandidate> candidates;  ///< by photo number
};
/// The candidates' probabilities are those given the query's prior; the mixture is of the picture alone.
VENLOC_API ArtworkAnswer answer_artwork(const Evidence& evidence, const CandidateScorer& sift, const QueryPrior& prior);

/// The same mixture with the maps' part sharpened, for all that is reported besides the location.
CandidateMixture sharpened_maps(const ArtworkAnswer& answer, const ModelGallery& gallery);

}  // namespace venloc
