// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "locators/candidate_network.hpp"
#include "locators/photo_places.hpp"
#include "retrieval/region_index.hpp"
#include "venloc/gallery/splits.hpp"
#include "venloc/retrieval/descriptor_index.hpp"

// What DescriptorLocator knows of a candidate, without the network that describes pictures.
namespace venloc {

inline constexpr std::size_t kDescriptorFeatures = 25;      ///< of a candidate
inline constexpr std::size_t kDescriptorListFeatures = 10;  ///< of the list
inline constexpr std::size_t kSimilarityGap = 1;            ///< position among the features of the gap to the best
inline constexpr double kSimilaritySlope = 12.0;            ///< log odds for each unit of it, until something is fitted
inline constexpr int kMostDescriptorHits = 200;
inline constexpr std::size_t kFitParts = 8;  ///< of CandidateNetwork::fit

/// What the found pictures, best first, say as answers to one query; `regional` says how alike the regions of each are
/// to the query's (RegionIndex::similarities), `density` is that of each photo of the gallery.
CandidateFeatures descriptor_features(std::span<const DescriptorHit> hits, std::span<const float> regional,
                                      std::span<const EastNorth> places, std::span<const Standing> standing,
                                      std::span<const float> density);

/// The pictures of the hits.
std::vector<std::uint32_t> pictures_of(std::span<const DescriptorHit> hits);

/// How photos stand by the lists of pictures, best first, that were found for each photo without those of its fold.
Standings standings_of(std::span<const std::vector<DescriptorHit>> lists, std::span<const EastNorth> places,
                       std::span<const Split> folds);

/// The network for these features before it is fitted.
CandidateNetwork unfitted_descriptor_network();

/// Each vector's parts brought to length 1.
void normalise_parts(std::span<float> vectors, std::span<const std::size_t> parts);

/// What is found for each photo among those that are not of its fold. `vectors` are the photos' own.
std::vector<std::vector<DescriptorHit>> search_out_of_fold(const DescriptorIndex& index, std::span<const float> vectors,
                                                           std::span<const Split> folds,
                                                           const DescriptorSearchOptions& search, int num_threads,
                                                           const ProgressCallback& progress);

/// Fits the candidates' probabilities by asking for each photo with those of its fold left out, and tells how the
/// photos stand. `vectors` are the photos' own, as the indices hold them, `folds` those of calibration_splits().
struct DescriptorCalibration {
  CandidateNetwork network;
  std::vector<Standing> standing;
};
DescriptorCalibration calibrate_descriptors(const DescriptorIndex& index, const RegionIndex& regions,
                                            std::span<const float> vectors, std::span<const float> region_vectors,
                                            const PhotoPlaces& photos, std::span<const Split> folds,
                                            const DescriptorSearchOptions& search, std::uint64_t seed, int num_threads,
                                            const ProgressCallback& progress);

}  // namespace venloc
