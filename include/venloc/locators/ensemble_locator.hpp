// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/features/backbone.hpp"
#include "venloc/locators/locator.hpp"
#include "venloc/locators/painting_locator.hpp"
#include "venloc/locators/sift_locator.hpp"
#include "venloc/retrieval/descriptor_index.hpp"
#include "venloc/retrieval/whitening.hpp"

/// The most accurate locator: SIFT and a network together.
namespace venloc {

/// How an EnsembleLocator is built and queried.
struct VENLOC_API EnsembleLocatorOptions {
  /// How pictures are matched feature by feature. What both parts share (max_candidates, calibration_folds,
  /// calibration_grouped, city, cache, seed, num_threads) is that of the ensemble.
  SiftLocatorOptions sift;
  WhiteningOptions whitening;  ///< from the network's features of a whole picture to the vectors that are compared
  WhiteningOptions region_whitening = {.dimension =
                                           128};  ///< the same for regions of pictures, to 128 values by default
  DescriptorSearchOptions search = {
      .max_hits = 100};  ///< how the network's candidates are found: max_hits of them, at most 200
  /// Files of artworks (paintings, drawings, engravings and old photographs) of any city: a detector trained on them
  /// recognises such a query, which is then also located as PaintingLocator does. Without any, every query is taken for
  /// a photo. Not stored in the model.
  std::vector<std::filesystem::path> artworks;
  /// How artworks are located. What all parts share is that of the ensemble.
  PaintingLocatorOptions painting;
  /// Evidence that is left out, to measure what it adds: "sift" (what is matched feature by feature),
  /// "descriptors", "regions", "geometry" (scale, rotation and spread of a match), "appearance" (of whole pictures:
  /// colour histograms and VLAD descriptors), "hubness" (hubness statistics of a photo), "neighbours" (what lies near a
  /// candidate).
  std::vector<std::string> leave_out;
  int max_candidates = 20;     ///< most gallery pictures reported as evidence, 0 or more
  int calibration_folds = 10;  ///< folds of the gallery on which the candidates' probabilities are fitted, at least 3;
                               ///< none below 200 photos: the probabilities are then approximate
  bool calibration_grouped =
      true;          ///< hold out near-copies and bursts of the query too, as for a picture by another photographer
  std::string city;  ///< display name of the city; may be empty
  std::filesystem::path cache;  ///< folder that keeps the features of each picture, so that an interrupted build goes
                                ///< on where it stopped; empty = none. Not stored in the model.
  std::uint64_t seed = 0;       ///< seed of what is drawn at random; the same seed gives the same bytes
  int num_threads = 0;          ///< threads; 0 = all cores. Does not change the result.

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
  /// The options as a model file stores them: a JSON object, without threads and folders.
  [[nodiscard]] std::string to_json() const;
};

/// Locates by all available evidence. The gallery pictures that SIFT's votes and a network's descriptors find are one
/// list; each of them is verified geometrically and compared region by region, whichever search found it; and one small
/// network over the evidence of both kinds, fitted on photos held out from the gallery, gives each its probability and
/// its share of a few widths. The posterior is the mixture over their places.
///
/// Where the locator was built with artworks, it decides whether a query is one: of these only the SIFT part counts,
/// where it is nearly certain, as what is fitted on photos is overconfident on them; otherwise the result is
/// PaintingLocator's.
///
/// Whether a picture was made in the city at all follows from the probability that none of the candidates is right and
/// from its likeness to the gallery; the odds of both were measured on pictures of other cities
/// (docs/results/experiments/out-of-area.md). For artworks it is not estimated: their in_area is .85.
///
/// The model file holds the network and a whole SiftLocator, which SiftLocator::load opens by itself. Thread-safe for
/// all const members.
class VENLOC_API EnsembleLocator final : public GalleryLocator {
 public:
  static constexpr const char* kKind = "ensemble";  ///< kind of its model files

  /// Reads every picture of the gallery; the network's weights are rounded as in DescriptorLocator::build. Pictures
  /// that cannot be read, artworks too, are an ImageError that lists them. Throws InvalidArgumentError for fewer than
  /// two photos.
  static EnsembleLocator build(const Gallery& gallery, const Backbone& backbone,
                               const EnsembleLocatorOptions& options = {}, const ProgressCallback& progress = {});
  /// Opens a model of kind "ensemble"; see load_locator.
  static EnsembleLocator load(const std::filesystem::path& file, const LoadOptions& load = {});
  static EnsembleLocator load(const SafetensorsFile& file, const LoadOptions& load = {});

  EnsembleLocator(EnsembleLocator&&) noexcept;
  EnsembleLocator& operator=(EnsembleLocator&&) noexcept;
  ~EnsembleLocator() override;

  [[nodiscard]] Evidence evidence(const Image& picture, const QueryOptions& query = {}) const override;
  [[nodiscard]] Prediction answer(const Evidence& evidence, const QueryOptions& query = {}) const override;
  [[nodiscard]] LocatorInfo info() const override;
  [[nodiscard]] std::span<const Photo> photos() const override;
  void save(const std::filesystem::path& file) const override;

  [[nodiscard]] const EnsembleLocatorOptions& options() const;  ///< the options in use
  /// The whitened descriptor of a whole picture, of length 1. Throws ImageError for an empty picture.
  [[nodiscard]] std::vector<float> describe(const Image& picture) const;
  [[nodiscard]] const DescriptorIndex& descriptors() const;  ///< descriptors of the gallery's photos, in their order
  [[nodiscard]] const Backbone& backbone() const;            ///< the network that describes pictures
  /// Adds the pictures of a gallery without a rebuild (vocabulary, whitening and calibration stay). An id that is
  /// already in is an InvalidArgumentError. Not to be called while queries run.
  void add(const Gallery& gallery, const ProgressCallback& progress = {});
  /// Removes pictures by id. Throws InvalidArgumentError for an unknown id, changing nothing.
  void remove(std::span<const std::string> ids);

 private:
  struct Impl;
  explicit EnsembleLocator(std::unique_ptr<Impl> impl, const LoadOptions& load = {});
  std::unique_ptr<Impl> impl_;
};

}  // namespace venloc
