// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "features/gallery_sift.hpp"
#include "ranking/calibration.hpp"
#include "ranking/candidate_scorer.hpp"
#include "ranking/model_gallery.hpp"
#include "ranking/sift_evidence.hpp"
#include "retrieval/appearance_store.hpp"
#include "retrieval/feature_selection.hpp"
#include "venloc/locators/sift_locator.hpp"
#include "venloc/ranking/evidence.hpp"
#include "venloc/retrieval/exhaustive.hpp"

// The part of SiftLocator and EnsembleLocator that uses local features.
namespace venloc {

/// The photos of a model by their local features.
struct SiftStore {
  ModelGallery gallery;
  SiftLocatorOptions options;
  std::optional<VisualIndex> index;
  CandidateScorer scorer = unfitted_scorer();
  std::vector<Hubness> hubness;  // of each photo
  AppearanceStore appearance;

  std::vector<std::vector<SiftDescriptor>> descriptors;  // exhaustive matching only
  std::optional<ExhaustiveMatcher> matcher;

  static CandidateScorer unfitted_scorer();

  /// Short list, verification, and the photos that are most alike as a whole. Statistics of photos are left 0.
  [[nodiscard]] SiftCandidates retrieve(const SiftQuery& query, int num_threads) const;
  /// The evidence of a query, with matches for display.
  [[nodiscard]] Evidence evidence(const SiftCandidates& found, const LocalFeatures& query) const;
  [[nodiscard]] Appearance appearance_of(const PictureFeatures& features) const;

  /// Puts photos into the index, and the squares of kPlaceM that they are in. Returns the features' numbers, as
  /// VisualIndex::set_pictures.
  std::vector<std::vector<std::uint32_t>> fill_index(std::span<const EncodedPicture> pictures);
  void set_index_places();

  /// Adds photos that are not in yet.
  void add(const Gallery& added, const ProgressCallback& progress);
  /// Leaves only the photos of these numbers, in order.
  void keep(std::span<const std::size_t> staying);
  /// The candidate as it is reported, with its matches where they are wanted.
  [[nodiscard]] Candidate report(const Evidence& evidence, std::uint32_t photo, double probability, double score,
                                 int inliers, bool matches) const;

  void save(SafetensorsWriter& writer) const;
  /// Throws FormatError that names the file, the array and the reason.
  static SiftStore load(const SafetensorsFile& file, SiftLocatorOptions options);
};

/// Side of the squares that count as one place for the ratio-test distance of a feature [m].
inline constexpr double kPlaceM = 120.0;

GallerySiftOptions gallery_sift_options(const SiftLocatorOptions& options);

/// The options in a model of kind "sift" or "ensemble".
SiftLocatorOptions parse_sift_options(const SafetensorsFile& file, const LoadOptions& load);

/// Builds a SiftStore in steps, so that a calibration can run with other evidence beside.
class SiftBuilder {
 public:
  /// Features, vocabulary and, where features are to be left out, which are useful. Throws ImageError that lists the
  /// photos that cannot be read.
  SiftBuilder(const Gallery& gallery, const SiftLocatorOptions& options, const ProgressCallback& progress);

  [[nodiscard]] const SiftStore& store() const { return store_; }
  /// Fills the index without the photos of the fold.
  void hold_out(const Split& fold);
  /// A photo of the gallery as a query.
  [[nodiscard]] SiftCandidates query(std::size_t photo, std::span<const std::uint8_t> held_out,
                                     std::span<const std::uint32_t> by_descriptors) const;
  /// Fits the scorer and takes the hubness statistics.
  void fit(const Calibration& calibration, const ProgressCallback& progress);
  /// The store with all photos in its index.
  SiftStore finish();

 private:
  void train(const ProgressCallback& progress);
  void find_useful(const ProgressCallback& progress);
  void fill(std::span<const std::uint8_t> left_out, std::size_t cap);

  SiftStore store_;
  std::vector<LocalFeatures> features_;
  std::vector<ColourHistogram> colours_;
  std::vector<EncodedPicture> encoded_;
  std::vector<UsefulFeature> useful_;
};

}  // namespace venloc
