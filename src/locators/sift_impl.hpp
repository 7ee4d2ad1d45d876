// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "locators/candidate_model.hpp"
#include "venloc/locators/sift_locator.hpp"
#include "venloc/retrieval/exhaustive.hpp"

// What SiftLocator is made of, shared by building (sift_build.cpp) and answering (sift_locator.cpp).
namespace venloc {

struct SiftLocator::Impl {
  SiftLocatorOptions options;
  std::vector<Photo> photos;
  LocalFrame frame;
  BoundingBox area;
  std::vector<EastNorth> places;          // of the photos, in the frame
  std::vector<PosteriorComponent> prior;  // where the gallery's pictures are; sums to 1 - kPriorBackground

  std::optional<VisualIndex> index;
  CandidateModel model;
  std::vector<float> hub_rate, hub_weight;  // of each photo, see CandidateEvidence
  std::vector<float> density;

  std::vector<std::vector<SiftDescriptor>> descriptors;  // exhaustive matching only
  std::optional<ExhaustiveMatcher> matcher;

  /// Fills what follows from the photos' places (in the frame, which must be set): places, density and prior.
  void set_places();
  /// Puts pictures into the index and tells it their places. Returns the features' numbers, as
  /// VisualIndex::set_pictures.
  std::vector<std::vector<std::uint32_t>> fill_index(std::span<const EncodedPicture> pictures);
  /// Tells the index the pictures' places: the squares of kPlaceM they are in.
  void set_index_places();
  [[nodiscard]] Posterior posterior(std::span<const CandidateEvidence> evidence,
                                    std::span<const double> probabilities) const;
};

/// Side of the squares that count as one place in a feature's background [m].
inline constexpr double kPlaceM = 120.0;

/// Share of the prior that is spread evenly over the area.
inline constexpr double kPriorBackground = 0.05;

/// Short list and verification of one query, ordered by what verification found. Hub and density fields stay 0.
struct VerifiedPicture {
  CandidateEvidence evidence;
  std::vector<FeatureMatch> inliers;
};
std::vector<VerifiedPicture> collect_evidence(const VisualIndex& index, const LocalFeatures& query,
                                              const SiftLocatorOptions& options, std::span<const EastNorth> places,
                                              std::span<const std::uint8_t> excluded);

SiftLocatorOptions parse_sift_options(const SafetensorsFile& file);
std::unique_ptr<Locator> load_sift_locator(const SafetensorsFile& file);

/// Features of every picture of a gallery, with its cache. Throws ImageError that lists the pictures that can not be
/// read.
std::vector<LocalFeatures> extract_gallery(const Gallery& gallery, const SiftLocatorOptions& options,
                                           const ProgressCallback& progress);

}  // namespace venloc
