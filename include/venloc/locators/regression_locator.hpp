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
#include "venloc/retrieval/whitening.hpp"
#include "venloc/training/training.hpp"

/// Locating by regression. Part of venloc::torch.
namespace venloc {

/// What the head of a RegressionLocator predicts.
enum class RegressionForm {
  kMixture,    ///< a mixture density network (Bishop 1994) in metres, trained by the likelihood of the places
  kPublished,  ///< the form of FDHProject, for comparison: two outputs, mean squared error on scaled degrees
};

/// How a RegressionLocator is built and queried.
struct VENLOC_TORCH_API RegressionLocatorOptions {
  RegressionForm form = RegressionForm::kMixture;  ///< what the head predicts
  int components = 400;  ///< Gaussians of the mixture, at most a quarter of the photos; means start at k-means centres
  /// Whether a component's share also grows with the similarity of the query to the photos nearest to the component:
  /// log of the sum of exp(memory_sharpness (similarity - 1)) is added to its score, with a weight that is trained.
  /// Needs 256 bytes per photo. If false, the shares depend only on the head.
  bool memory = true;
  double memory_sharpness = 25.0;  ///< sharpness of that sum over similarities, above 0
  WhiteningOptions whitening;      ///< how the network's features become the input of the head
  TrainingOptions training;        ///< training of the head; seed, threads and checkpoints are taken from the locator
  int calibration_folds = 5;  ///< folds of the gallery on which the posterior is calibrated and training is stopped, at
                              ///< least 3; not used below 60 photos, where the posterior is approximate
  bool calibration_grouped =
      true;          ///< also hold out near-copies and bursts of the query, as if it came from another photographer
  std::string city;  ///< display name of the city; may be empty
  std::filesystem::path cache;  ///< folder for features and the state of training, so that an interrupted build can be
                                ///< resumed; empty = none. Not stored in the model.
  std::uint64_t seed = 0;       ///< random seed; the same seed gives the same bytes
  int num_threads = 0;          ///< threads; 0 = all cores. Does not change the result.

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
  /// The options as a model file stores them: a JSON object, without threads and folders.
  [[nodiscard]] std::string to_json() const;
};

/// Predicts the place from the features of a picture. It cannot detect pictures from other places: in_area is the same
/// for all pictures. There are no candidates. Thread-safe for all const members.
class VENLOC_TORCH_API RegressionLocator final : public Locator {
 public:
  static constexpr const char* kKind = "regression";  ///< kind of its model files

  /// Describes every picture of the gallery and trains the head: once for each fold of the calibration, and on all
  /// photos for as many epochs as were best on the folds. Throws ImageError that lists the pictures that cannot be
  /// read, and InvalidArgumentError for fewer than two photos.
  static RegressionLocator build(const Gallery& gallery, const Backbone& backbone,
                                 const RegressionLocatorOptions& options = {}, const ProgressCallback& progress = {});
  /// Opens a model of kind "regression"; see load_locator.
  static RegressionLocator load(const std::filesystem::path& file, const LoadOptions& load = {});
  /// Opens the model from a file that open_model or open_model_of_kind returned.
  static RegressionLocator load(const SafetensorsFile& file, const LoadOptions& load = {});

  RegressionLocator(RegressionLocator&&) noexcept;
  RegressionLocator& operator=(RegressionLocator&&) noexcept;
  ~RegressionLocator() override;

  [[nodiscard]] Prediction locate(const Image& picture, const QueryOptions& query = {}) const override;
  /// The same from the features of a picture, as backbone().describe() returns them (or extract_features for a
  /// gallery), so that many pictures can be located again without running the network. Throws InvalidArgumentError for
  /// a wrong number of values or one that is not finite.
  [[nodiscard]] Prediction locate_features(std::span<const float> features) const;
  [[nodiscard]] LocatorInfo info() const override;
  [[nodiscard]] std::span<const Photo> photos() const override;
  void save(const std::filesystem::path& file) const override;

  [[nodiscard]] const RegressionLocatorOptions& options() const;  ///< the options in use
  [[nodiscard]] const Backbone& backbone() const;                 ///< the network that describes pictures
  [[nodiscard]] std::span<const LearningCurve> learning_curves()
      const;  ///< learning curves of the folds, then of the training on all photos

 private:
  struct Impl;
  explicit RegressionLocator(std::unique_ptr<Impl> impl, const LoadOptions& load = {});
  std::unique_ptr<Impl> impl_;
};

}  // namespace venloc
