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
#include "venloc/geo/cells.hpp"
#include "venloc/locators/locator.hpp"
#include "venloc/retrieval/whitening.hpp"
#include "venloc/training/training.hpp"

/// Locating by classification into cells. Part of venloc::torch.
namespace venloc {

/// How rare cells are treated in training.
enum class CellLoss {
  kPlain,          ///< no correction: cells count as often as they occur
  kBalanced,       ///< each photo weighs by the inverse of its cell's count
  kLogitAdjusted,  ///< log counts of the cells are added to the scores in training only (logit adjustment, Menon et al.
                   ///< 2021)
};

/// How an S2CellClassifierLocator is built and queried.
struct VENLOC_TORCH_API S2CellClassifierLocatorOptions {
  /// Each partition divides the city differently and has its own outputs on a common hidden layer; their probabilities
  /// are multiplied (Seo et al. 2018). Default: levels 13 to 18 by the number of photos, level 14, level 16.
  std::vector<CellPartitionOptions> partitions = default_partitions();
  double smoothing_m = 100.0;  ///< label smoothing: a cell that is this much farther from the photo than the true cell
                               ///< has 1/e of its weight in training, above 0 [m]; see smoothed_labels
  CellLoss loss = CellLoss::kPlain;  ///< how rare cells are treated in training
  WhiteningOptions whitening;        ///< how the network's features become the input of the head
  TrainingOptions training;          ///< training of the head; seed, threads and checkpoints are taken from the locator
  int max_candidates = 20;           ///< maximum number of gallery pictures reported as evidence, 0 or more
  int calibration_folds = 5;  ///< folds of the gallery on which the posterior is calibrated and training is stopped, at
                              ///< least 3; not used below 200 photos, where the probabilities are approximate
  bool calibration_grouped =
      true;          ///< also hold out near-copies and bursts of the query, as if it came from another photographer
  std::string city;  ///< display name of the city; may be empty
  std::filesystem::path cache;  ///< folder for features and the state of training, so that an interrupted build can be
                                ///< resumed; empty = none. Not stored in the model.
  std::uint64_t seed = 0;       ///< random seed; the same seed gives the same bytes
  int num_threads = 0;          ///< threads; 0 = all cores. Does not change the result.

  /// The default of `partitions`: levels 13 to 18 by the number of photos, level 14, level 16.
  static std::vector<CellPartitionOptions> default_partitions();
  /// Throws InvalidArgumentError that names the field.
  void validate() const;
  /// The options as a model file stores them: a JSON object, without threads and folders.
  [[nodiscard]] std::string to_json() const;
};

/// Classifies a picture into cells of the S2 library (PlaNet, Weyand et al. 2016) and locates it by the photos in the
/// probable cells: the score of a photo grows with the probability of its cells and with its similarity to the query.
/// The posterior is a calibrated mixture over the places of the best photos. Thread-safe for all const members.
class VENLOC_TORCH_API S2CellClassifierLocator final : public GalleryLocator {
 public:
  static constexpr const char* kKind = "s2";  ///< kind of its model files

  /// Describes every picture of the gallery and trains the head: once for each fold of the calibration, and on all
  /// photos for as many epochs as were best on the folds. Throws ImageError that lists the pictures that cannot be
  /// read, and InvalidArgumentError for fewer than two photos.
  static S2CellClassifierLocator build(const Gallery& gallery, const Backbone& backbone,
                                       const S2CellClassifierLocatorOptions& options = {},
                                       const ProgressCallback& progress = {});
  /// Opens a model of kind "s2"; see load_locator.
  static S2CellClassifierLocator load(const std::filesystem::path& file, const LoadOptions& load = {});
  /// Opens the model from a file that open_model or open_model_of_kind returned.
  static S2CellClassifierLocator load(const SafetensorsFile& file, const LoadOptions& load = {});

  S2CellClassifierLocator(S2CellClassifierLocator&&) noexcept;
  S2CellClassifierLocator& operator=(S2CellClassifierLocator&&) noexcept;
  ~S2CellClassifierLocator() override;

  [[nodiscard]] Evidence evidence(const Image& picture, const QueryOptions& query = {}) const override;
  [[nodiscard]] Prediction answer(const Evidence& evidence, const QueryOptions& query = {}) const override;
  /// The same from the features of a picture, as backbone().describe() returns them (or extract_features for a
  /// gallery), so that many pictures can be located again without running the network. Throws InvalidArgumentError for
  /// a wrong number of values or one that is not finite.
  [[nodiscard]] Prediction locate_features(std::span<const float> features) const;
  [[nodiscard]] LocatorInfo info() const override;
  [[nodiscard]] std::span<const Photo> photos() const override;
  void save(const std::filesystem::path& file) const override;

  [[nodiscard]] const S2CellClassifierLocatorOptions& options() const;  ///< the options in use
  [[nodiscard]] const Backbone& backbone() const;                       ///< the network that describes pictures
  [[nodiscard]] std::span<const LearningCurve> learning_curves()
      const;  ///< learning curves of the folds, then of the training on all photos
  [[nodiscard]] std::span<const CellPartition> partitions() const;  ///< how the city is divided into cells
  /// The probabilities of the head for the cells of each partition; they sum to 1.
  [[nodiscard]] std::vector<std::vector<double>> cell_probabilities(const Image& picture) const;

 private:
  struct Impl;
  explicit S2CellClassifierLocator(std::unique_ptr<Impl> impl, const LoadOptions& load = {});
  std::unique_ptr<Impl> impl_;
};

}  // namespace venloc
