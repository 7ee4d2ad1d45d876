// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "venloc/core/progress.hpp"
#include "venloc/features/backbone.hpp"
#include "venloc/locators/locator.hpp"
#include "venloc/locators/painting_locator.hpp"
#include "venloc/locators/sift_locator.hpp"
#include "venloc/retrieval/descriptor_index.hpp"
#include "venloc/retrieval/whitening.hpp"

/// The best answer: SIFT and a network together.
namespace venloc {

struct EnsembleLocatorOptions {
  /// How pictures are matched feature by feature. What both parts share (max_candidates, calibration_folds,
  /// calibration_grouped, city, cache, seed, num_threads) is that of the ensemble.
  SiftLocatorOptions sift;
  WhiteningOptions whitening;                              ///< of whole pictures, as in DescriptorLocatorOptions
  WhiteningOptions region_whitening = {.dimension = 128};  ///< of their regions
  DescriptorSearchOptions search = {.max_hits = 100};      ///< pictures that the network finds, at most 200
  /// Files of paintings, drawings, engravings and old photographs, of any city: from them is learnt to tell such a
  /// query from a photo, and it is then also located as PaintingLocator does. Without any, every query is taken for a
  /// photo. Not stored in the model.
  std::vector<std::filesystem::path> works;
  /// How works are located. What all parts share is that of the ensemble.
  PaintingLocatorOptions painting;
  /// Evidence that is not looked at, to measure what it adds: "sift" (what is matched feature by feature),
  /// "descriptors", "regions", "geometry" (scale, rotation and spread of a match), "looks" (colours and shapes of whole
  /// pictures), "standing" (what is known of a photo beforehand), "neighbours" (what lies near a candidate).
  std::vector<std::string> leave_out;
  int max_candidates = 20;     ///< pictures reported as evidence
  int calibration_folds = 10;  ///< folds of the gallery on which the candidates' probabilities are fitted; none below
                               ///< 200 photos, whose probabilities are rough
  bool calibration_grouped =
      true;          ///< fit as for a stranger's picture: near-copies and bursts of the query are held out too
  std::string city;  ///< name of the city, for people
  std::filesystem::path cache;  ///< folder that keeps the features of each picture, so that an interrupted build goes
                                ///< on where it stopped; empty = none. Not stored in the model.
  std::uint64_t seed = 0;
  int num_threads = 0;  ///< 0 = all cores. Does not change the result.

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
  [[nodiscard]] std::string to_json() const;
};

/// Locates by all that is known of a picture. The gallery pictures that SIFT's votes and a network's descriptors find
/// are one list; each of them is verified geometrically and compared region by region, whoever found it; and one small
/// network over the evidence of both kinds, fitted on photos held out from the gallery, gives each its probability and
/// its share of a few widths. The posterior is the mixture over their places.
///
/// Where the locator was built with works, it tells whether a query is one: of these only the SIFT part is heard,
/// where it is nearly certain, as what is fitted on photos believes too much on them; otherwise the answer is
/// PaintingLocator's.
///
/// Whether a picture was made in the city at all is told by the probability that none of the candidates is right and by
/// its likeness to the gallery; the odds of both were measured on pictures of other cities
/// (docs/results/experiments/out-of-area.md). Of works it tells nothing: their in_area is .85.
///
/// The model file holds the network and a whole SiftLocator, which SiftLocator::load opens by itself. Thread-safe for
/// all const members.
class EnsembleLocator final : public GalleryLocator {
 public:
  /// Reads every picture of the gallery; the network's weights are rounded as in DescriptorLocator::build. Pictures
  /// that can not be read, works too, are an ImageError that lists them. Throws InvalidArgumentError for fewer than two
  /// photos.
  static EnsembleLocator build(const Gallery& gallery, const Backbone& backbone,
                               const EnsembleLocatorOptions& options = {}, const ProgressCallback& progress = {});
  /// Opens a model of kind "ensemble"; see load_locator.
  static EnsembleLocator load(const std::filesystem::path& file);
  static EnsembleLocator load(const SafetensorsFile& file);

  EnsembleLocator(EnsembleLocator&&) noexcept;
  EnsembleLocator& operator=(EnsembleLocator&&) noexcept;
  ~EnsembleLocator() override;

  [[nodiscard]] Evidence evidence(const Image& picture) const override;
  [[nodiscard]] Prediction answer(const Evidence& evidence) const override;
  [[nodiscard]] LocatorInfo info() const override;
  [[nodiscard]] std::span<const Photo> photos() const override;
  void save(const std::filesystem::path& file) const override;

  [[nodiscard]] const EnsembleLocatorOptions& options() const;
  [[nodiscard]] const Backbone& backbone() const;
  /// Adds the pictures of a gallery without a rebuild (vocabulary, whitening and calibration stay). An id that is
  /// already in is an InvalidArgumentError. Not to be called while queries run.
  void add(const Gallery& gallery, const ProgressCallback& progress = {});
  /// Removes pictures by id. Throws InvalidArgumentError for an unknown id, changing nothing.
  void remove(std::span<const std::string> ids);

 private:
  struct Impl;
  explicit EnsembleLocator(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace venloc
