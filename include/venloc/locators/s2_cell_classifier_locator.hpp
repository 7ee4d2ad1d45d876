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
#include "venloc/geo/cells.hpp"
#include "venloc/locators/locator.hpp"
#include "venloc/retrieval/whitening.hpp"
#include "venloc/training/training.hpp"

/// Locating by classification into cells. Part of venloc::torch.
namespace venloc {

/// How rare cells are treated in training.
enum class CellLoss {
  kPlain,          ///< as often as they occur
  kBalanced,       ///< each photo weighs by the inverse of its cell's count
  kLogitAdjusted,  ///< scores are told the counts in training, and not when asked (Menon et al. 2021)
};

struct S2CellClassifierLocatorOptions {
  /// Each cuts the city in its own way and has its own outputs on a common hidden layer; what they say is multiplied
  /// (Seo et al. 2018). Default: levels 13 to 18 by the number of photos, level 14, level 16.
  std::vector<CellPartitionOptions> partitions = default_partitions();
  double smoothing_m = 100.0;  ///< a cell that is this much farther from the photo counts 1/e, see smoothed_labels [m]
  CellLoss loss = CellLoss::kPlain;
  WhiteningOptions whitening;  ///< from the network's features to the head's input
  TrainingOptions training;    ///< of the head; its seed, threads and checkpoints are those below
  int max_candidates = 20;     ///< pictures reported as evidence
  int calibration_folds = 5;   ///< folds of the gallery on which the posterior is calibrated, and training is stopped;
                               ///< none below 200 photos, whose probabilities are rough
  bool calibration_grouped =
      true;          ///< fit as for a stranger's picture: near-copies and bursts of the query are held out too
  std::string city;  ///< name of the city, for people
  std::filesystem::path cache;  ///< folder that keeps features and the state of training, so that an interrupted build
                                ///< goes on where it stopped; empty = none. Not stored in the model.
  std::uint64_t seed = 0;
  int num_threads = 0;  ///< 0 = all cores. Does not change the result.

  static std::vector<CellPartitionOptions> default_partitions();
  /// Throws InvalidArgumentError that names the field.
  void validate() const;
  [[nodiscard]] std::string to_json() const;
};

/// Classifies a picture into cells of the S2 library (PlaNet, Weyand et al. 2016) and places it by the photos in the
/// likely ones: a photo's score grows with the probability of its cells and with its similarity to the query, and a
/// calibrated mixture over the places of the best is the posterior. Thread-safe for all const members.
class S2CellClassifierLocator final : public GalleryLocator {
 public:
  /// Describes every picture of the gallery and trains the head: once for each fold of the calibration, and on all
  /// photos for as many epochs as were best on the folds. Pictures that can not be read are an ImageError that lists
  /// them. Throws InvalidArgumentError for fewer than two photos.
  static S2CellClassifierLocator build(const Gallery& gallery, const Backbone& backbone,
                                       const S2CellClassifierLocatorOptions& options = {},
                                       const ProgressCallback& progress = {});
  /// Opens a model of kind "s2"; see load_locator.
  static S2CellClassifierLocator load(const std::filesystem::path& file);
  static S2CellClassifierLocator load(const SafetensorsFile& file);

  S2CellClassifierLocator(S2CellClassifierLocator&&) noexcept;
  S2CellClassifierLocator& operator=(S2CellClassifierLocator&&) noexcept;
  ~S2CellClassifierLocator() override;

  [[nodiscard]] Evidence evidence(const Image& picture) const override;
  [[nodiscard]] Prediction answer(const Evidence& evidence) const override;
  /// The same for what backbone().describe() said of a picture before (extract_features does for a gallery): asking
  /// for many pictures again takes no time. Throws InvalidArgumentError for a wrong number of values or one that is not
  /// finite.
  [[nodiscard]] Prediction locate_features(std::span<const float> features) const;
  [[nodiscard]] LocatorInfo info() const override;
  [[nodiscard]] std::span<const Photo> photos() const override;
  void save(const std::filesystem::path& file) const override;

  [[nodiscard]] const S2CellClassifierLocatorOptions& options() const;
  [[nodiscard]] const Backbone& backbone() const;
  [[nodiscard]] std::span<const LearningCurve> learning_curves() const;  ///< of the folds and, last, of all photos
  [[nodiscard]] std::span<const CellPartition> partitions() const;
  /// What the head alone says of the cells of each partition: probabilities that sum to 1.
  [[nodiscard]] std::vector<std::vector<double>> cell_probabilities(const Image& picture) const;

 private:
  struct Impl;
  explicit S2CellClassifierLocator(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace venloc
