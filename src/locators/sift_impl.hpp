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
#include "venloc/gallery/splits.hpp"
#include "venloc/locators/sift_locator.hpp"
#include "venloc/retrieval/exhaustive.hpp"

// What SiftLocator is made of, shared by building (sift_build.cpp), answering (sift_locator.cpp) and EnsembleLocator.
namespace venloc {

/// What a picture looks like as a whole.
struct Looks {
  ColourHistogram colours{};
  Vlad::Descriptor shapes{};
};

struct VerifiedPicture {
  CandidateEvidence evidence;
  std::vector<FeatureMatch> inliers;
};

/// The photos of a model and what SIFT knows of them.
struct SiftParts : PhotoPlaces {
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
  /// Tells a candidate where its matches are.
  void show_matches(Candidate& candidate, const VerifiedPicture& verified, const LocalFeatures& query) const;
  /// Tells the index the pictures' places: the squares of kPlaceM they are in.
  void set_index_places();

  /// Adds pictures that are not in yet.
  void add(const Gallery& gallery, const ProgressCallback& progress);
  /// Leaves only the photos of these numbers, in order.
  void keep(std::span<const std::size_t> staying);

  void save(SafetensorsWriter& writer) const;
  /// Throws FormatError that names the file, the array and the reason.
  static SiftParts load(const SafetensorsFile& file, SiftLocatorOptions options);
};

struct SiftLocator::Impl : SiftParts {};

/// Side of the squares that count as one place in a feature's background [m].
inline constexpr double kPlaceM = 120.0;

/// What is taken from a picture.
struct PictureFeatures {
  LocalFeatures local;
  ColourHistogram colours;
};
PictureFeatures describe(const Image& picture, const SiftOptions& options, int num_threads);

/// Short list and verification of one query. What is known of a picture beforehand is left 0.
struct VerifiedPictures {
  /// Ordered by what verification found; the pictures that look most alike as a whole are moved, or added, to where the
  /// candidate model still considers them.
  std::vector<VerifiedPicture> ranked;
  /// Those of `pooled` that the candidate model does not consider, ordered as they would be ranked.
  std::vector<VerifiedPicture> further;
};
std::vector<CandidateEvidence> evidence_in(std::span<const VerifiedPicture> verified);

/// `pooled` are pictures that are verified wherever they stand, as something else speaks for them.
VerifiedPictures collect_evidence(const VisualIndex& index, const LocalFeatures& query, const Looks& query_looks,
                                  const SiftLocatorOptions& options, std::span<const EastNorth> places,
                                  std::span<const Looks> looks, std::span<const std::uint8_t> excluded,
                                  std::span<const std::uint32_t> pooled = {});

/// The options in a model of kind "sift" or "ensemble".
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

/// What is built, and what it was calibrated with: the gallery's own pictures as queries, each asked without those of
/// its fold. Empty without folds.
struct BuiltSift {
  SiftParts parts;
  std::vector<DevelopmentQuery> queries;
  std::vector<std::vector<CandidateEvidence>> further;  ///< of each query, of VerifiedPictures::further
};
/// `folds` are those of calibration_splits(); `pooled` are each query's, none when empty.
BuiltSift build_sift(const Gallery& gallery, const SiftLocatorOptions& options, std::span<const Split> folds,
                     std::span<const std::vector<std::uint32_t>> pooled, const ProgressCallback& progress);

}  // namespace venloc
