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

/// The most accurate locator, which combines SIFT features and a network.
namespace venloc {

/// How an EnsembleLocator is built and queried.
struct VENLOC_API EnsembleLocatorOptions {
  /// How pictures are matched feature by feature. The options that both parts have (max_candidates, calibration_folds,
  /// calibration_grouped, city, cache, seed, num_threads) are taken from the ensemble.
  SiftLocatorOptions sift;
  WhiteningOptions whitening;  ///< how the network's features of a whole picture become the vectors that are compared
  WhiteningOptions region_whitening = {.dimension =
                                           128};  ///< the same for regions of pictures, to 128 values by default
  DescriptorSearchOptions search = {
      .max_hits = 100};  ///< how the network's candidates are searched; max_hits, at most 200, is their number
  /// Files of artworks (paintings, drawings, engravings and old photographs) of any city: a detector that is trained on
  /// them recognises such queries, which are then also located like PaintingLocator does. Without artworks every query
  /// is treated as a photo. Not stored in the model.
  std::vector<std::filesystem::path> artworks;
  /// How artworks are located. The options that all parts have are taken from the ensemble.
  PaintingLocatorOptions painting;
  /// Evidence that is left out, to measure its contribution: "sift" (matches of local features),
  /// "descriptors", "regions", "geometry" (scale, rotation and spread of a match), "appearance" (of whole pictures:
  /// colour histograms and VLAD descriptors), "hubness" (hubness statistics of a photo), "neighbours" (photos near a
  /// candidate).
  std::vector<std::string> leave_out;
  int max_candidates = 20;     ///< maximum number of gallery pictures reported as evidence, 0 or more
  int calibration_folds = 10;  ///< folds of the gallery on which the candidates' probabilities are fitted, at least 3;
                               ///< not used below 200 photos, where the probabilities are approximate
  bool calibration_grouped =
      true;          ///< also hold out near-copies and bursts of the query, as if it came from another photographer
  std::string city;  ///< display name of the city; may be empty
  std::filesystem::path cache;  ///< folder for the features of each picture, so that an interrupted build can be
                                ///< resumed; empty = none. Not stored in the model.
  std::uint64_t seed = 0;       ///< random seed; the same seed gives the same bytes
  int num_threads = 0;          ///< threads; 0 = all cores. Does not change the result.

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
  /// The options as a model file stores them: a JSON object, without threads and folders.
  [[nodiscard]] std::string to_json() const;
};

/// Locates by all available evidence. The candidates that SIFT features and a network's descriptors retrieve are merged
/// into one list. Each candidate is verified geometrically and compared region by region, whichever search found it. A
/// small network over both kinds of evidence, fitted on photos held out from the gallery, computes the probability of
/// each candidate and the weights of a few kernel widths. The posterior is the mixture over the places of the
/// candidates.
///
/// A locator that was built with artworks detects whether a query is an artwork. The SIFT part locates an artwork only
/// when it is nearly certain, because scorers fitted on photos are overconfident on artworks; otherwise the result is
/// that of PaintingLocator.
///
/// The probability that a picture was made in the city follows from the probability of the no-match hypothesis and from
/// its similarity to the gallery; the odds of both were measured on pictures of other cities
/// (docs/results/experiments/out-of-area.md). For artworks it is not estimated: their in_area is .85.
///
/// The model file contains the network and a complete SiftLocator, which SiftLocator::load can open separately.
/// Thread-safe for all const members.
class VENLOC_API EnsembleLocator final : public GalleryLocator {
 public:
  static constexpr const char* kKind = "ensemble";  ///< kind of its model files

  /// Reads every picture of the gallery; the network's weights are rounded as in DescriptorLocator::build. Throws
  /// ImageError that lists the pictures and artworks that cannot be read, and InvalidArgumentError for fewer than two
  /// photos.
  static EnsembleLocator build(const Gallery& gallery, const Backbone& backbone,
                               const EnsembleLocatorOptions& options = {}, const ProgressCallback& progress = {});
  /// Opens a model of kind "ensemble"; see load_locator.
  static EnsembleLocator load(const std::filesystem::path& file, const LoadOptions& load = {});
  /// Opens the model from a file that open_model or open_model_of_kind returned.
  static EnsembleLocator load(const SafetensorsFile& file, const LoadOptions& load = {});

  EnsembleLocator(EnsembleLocator&&) noexcept;
  EnsembleLocator& operator=(EnsembleLocator&&) noexcept;
  ~EnsembleLocator() override;

  /// A picture that seems to lie on its side or upside down is turned before it is located, which
  /// Prediction::turned_degrees and a note report. evidence() takes the picture as it is.
  [[nodiscard]] Prediction locate(const Image& picture, const QueryOptions& query = {}) const override;
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
  /// Adds the pictures of a gallery without rebuilding the model; vocabulary, whitening and calibration are unchanged.
  /// Throws InvalidArgumentError for an id that is already in the model. Must not be called while queries run.
  void add(const Gallery& gallery, const ProgressCallback& progress = {});
  /// Removes pictures by id. Throws InvalidArgumentError for an unknown id; the model is then unchanged.
  void remove(std::span<const std::string> ids);

 private:
  struct Impl;
  explicit EnsembleLocator(std::unique_ptr<Impl> impl, const LoadOptions& load = {});
  std::unique_ptr<Impl> impl_;
};

}  // namespace venloc
