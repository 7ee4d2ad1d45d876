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
#include "venloc/retrieval/whitening.hpp"
#include "venloc/training/training.hpp"

/// Locating by regression. Part of venloc::torch.
namespace venloc {

enum class RegressionForm {
  kMixture,    ///< a mixture density network (Bishop 1994) in metres, trained by the likelihood of the places
  kPublished,  ///< the form of FDHProject, for comparison: two outputs, mean squared error on scaled degrees
};

struct RegressionLocatorOptions {
  RegressionForm form = RegressionForm::kMixture;
  int components = 400;  ///< Gaussians of the mixture, at most a quarter of the photos; means start at k-means centres
  /// Whether a component's share also grows with how alike the query and the photos nearest to the component are:
  /// log of the sum of exp(memory_sharpness (similarity - 1)) is added to its score, with a weight that is learnt.
  /// Needs 256 bytes a photo. Without, all is left to the head.
  bool memory = true;
  double memory_sharpness = 25.0;  ///< of the similarities, above 0
  WhiteningOptions whitening;      ///< from the network's features to the head's input
  TrainingOptions training;        ///< of the head; its seed, threads and checkpoints are those below
  int calibration_folds = 5;  ///< folds of the gallery on which the posterior is calibrated, and training is stopped;
                              ///< none below 60 photos, whose posterior is rough
  bool calibration_grouped =
      true;          ///< fit as for a stranger's picture: near-copies and bursts of the query are held out too
  std::string city;  ///< name of the city, for people
  std::filesystem::path cache;  ///< folder that keeps features and the state of training, so that an interrupted build
                                ///< goes on where it stopped; empty = none. Not stored in the model.
  std::uint64_t seed = 0;
  int num_threads = 0;  ///< 0 = all cores. Does not change the result.

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
  [[nodiscard]] std::string to_json() const;
};

/// Predicts the place from the features of a picture. It hardly knows pictures from elsewhere: in_area is the same for
/// all of them, and there are no candidates. Thread-safe for all const members.
class RegressionLocator final : public Locator {
 public:
  /// Describes every picture of the gallery and trains the head: once for each fold of the calibration, and on all
  /// photos for as many epochs as were best on the folds. Pictures that can not be read are an ImageError that lists
  /// them. Throws InvalidArgumentError for fewer than two photos.
  static RegressionLocator build(const Gallery& gallery, const Backbone& backbone,
                                 const RegressionLocatorOptions& options = {}, const ProgressCallback& progress = {});
  /// Opens a model of kind "regression"; see load_locator.
  static RegressionLocator load(const std::filesystem::path& file);
  static RegressionLocator load(const SafetensorsFile& file);

  RegressionLocator(RegressionLocator&&) noexcept;
  RegressionLocator& operator=(RegressionLocator&&) noexcept;
  ~RegressionLocator() override;

  [[nodiscard]] Prediction locate(const Image& picture) const override;
  /// The same for what backbone().describe() said of a picture before (extract_features does for a gallery): asking
  /// for many pictures again takes no time. Throws InvalidArgumentError for a wrong number of values or one that is not
  /// finite.
  [[nodiscard]] Prediction locate_features(std::span<const float> features) const;
  [[nodiscard]] LocatorInfo info() const override;
  [[nodiscard]] std::span<const Photo> photos() const override;
  void save(const std::filesystem::path& file) const override;

  [[nodiscard]] const RegressionLocatorOptions& options() const;
  [[nodiscard]] const Backbone& backbone() const;
  [[nodiscard]] std::span<const LearningCurve> learning_curves() const;  ///< of the folds and, last, of all photos

 private:
  struct Impl;
  explicit RegressionLocator(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace venloc
