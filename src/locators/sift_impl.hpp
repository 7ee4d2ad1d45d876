// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "features/colour_histogram.hpp"
#include "locators/candidate_model.hpp"
#include "locators/photo_places.hpp"
#include "retrieval/vlad.hpp"
#include "venloc/locators/sift_locator.hpp"
#include "venloc/retrieval/exhaustive.hpp"

// What SiftLocator is made of, shared by building (sift_build.cpp) and answering (sift_locator.cpp).
namespace venloc {

/// What a picture looks like as a whole.
struct Looks {
  ColourHistogram colours{};
  Vlad::Descriptor shapes{};
};

struct SiftLocator::Impl : PhotoPlaces {
  SiftLocatorOptions options;

  std::optional<VisualIndex> index;
  CandidateModel model;
  std::vector<Standing> standing;  // of each photo
  std::optional<Vlad> vlad;
  std::vector<Looks> looks;  // of each photo

  std::vector<std::vector<SiftDescriptor>> descriptors;  // exhaustive matching only
  std::optional<ExhaustiveMatcher> matcher;

  /// Puts pictures into the index and tells it their places. Returns the features' numbers, as
  /// VisualIndex::set_pictures.
  std::vector<std::vector<std::uint32_t>> fill_index(std::span<const EncodedPicture> pictures);
  /// Fills in what is known of a picture beforehand.
  static void add_standing(CandidateEvidence& evidence, const Standing& known, float density);
  /// Tells the index the pictures' places: the squares of kPlaceM they are in.
  void set_index_places();
};

/// Side of the squares that count as one place in a feature's background [m].
inline constexpr double kPlaceM = 120.0;

/// What is taken from a picture.
struct PictureFeatures {
  LocalFeatures local;
  ColourHistogram colours;
};
PictureFeatures describe(const Image& picture, const SiftOptions& options, int num_threads);

/// Short list and verification of one query, ordered by what verification found; the pictures that look most alike as a
/// whole are moved, or added, to where the candidate model still considers them. What is known of a picture
/// beforehand is left 0.
struct VerifiedPicture {
  CandidateEvidence evidence;
  std::vector<FeatureMatch> inliers;
};
std::vector<VerifiedPicture> collect_evidence(const VisualIndex& index, const LocalFeatures& query,
                                              const Looks& query_looks, const SiftLocatorOptions& options,
                                              std::span<const EastNorth> places, std::span<const Looks> looks,
                                              std::span<const std::uint8_t> excluded);

SiftLocatorOptions parse_sift_options(const SafetensorsFile& file);
std::unique_ptr<Locator> load_sift_locator(const SafetensorsFile& file);

/// Features of every picture of a gallery, with its cache. Throws ImageError that lists the pictures that can not be
/// read.
struct GalleryFeatures {
  std::vector<LocalFeatures> local;
  std::vector<ColourHistogram> colours;
};
GalleryFeatures extract_gallery(const Gallery& gallery, const SiftLocatorOptions& options,
                                const ProgressCallback& progress);

}  // namespace venloc
