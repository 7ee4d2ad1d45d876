// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

#include <array>
#include <tuple>
#include <utility>

#include "fields.hpp"
#include "tables.hpp"
#include "venloc/features/backbone.hpp"
#include "venloc/features/feature_cache.hpp"
#include "venloc/locators/descriptor_locator.hpp"
#include "venloc/locators/ensemble_locator.hpp"
#include "venloc/locators/painting_locator.hpp"
#include "venloc/locators/regression_locator.hpp"
#include "venloc/locators/s2_cell_classifier_locator.hpp"
#include "venloc/training/fine_tuning.hpp"
#include "venloc/training/training.hpp"

/// Every plain struct of the public headers of venloc::torch, as tables.hpp.
namespace venloc::python {

void bind_torch_training(py::module_& m);
void bind_torch_locators(py::module_& m);

template <>
struct Names<Pooling> {
  static constexpr std::array<std::pair<const char*, Pooling>, 3> names = {
      {{"gem", Pooling::kGem}, {"average", Pooling::kAverage}, {"max", Pooling::kMax}}};
};
template <>
struct Names<Device> {
  static constexpr std::array<std::pair<const char*, Device>, 3> names = {
      {{"auto", Device::kAuto}, {"cpu", Device::kCpu}, {"cuda", Device::kCuda}}};
};
template <>
struct Names<Precision> {
  static constexpr std::array<std::pair<const char*, Precision>, 2> names = {
      {{"float32", Precision::kFloat32}, {"bfloat16", Precision::kBFloat16}}};
};
template <>
struct Table<BackboneStage> {
  static constexpr const char* name = "BackboneStage";
  static constexpr auto fields =
      std::make_tuple(field("name", &BackboneStage::name), field("channels", &BackboneStage::channels),
                      field("stride", &BackboneStage::stride));
};
template <>
struct Table<BackboneOptions> {
  using Type = BackboneOptions;
  static constexpr const char* name = "BackboneOptions";
  static constexpr auto fields = std::make_tuple(
      field("stage", &Type::stage), field("further_stages", &Type::further_stages), field("pooling", &Type::pooling),
      field("gem_p", &Type::gem_p), field("long_sides_px", &Type::long_sides_px),
      field("region_grids", &Type::region_grids), field("region_long_side_px", &Type::region_long_side_px),
      field("num_threads", &Type::num_threads), field("device", &Type::device), field("precision", &Type::precision));
};

template <>
struct Table<FeatureOptions> {
  using Type = FeatureOptions;
  static constexpr const char* name = "FeatureOptions";
  static constexpr auto fields =
      std::make_tuple(field("cache", &Type::cache), field("num_threads", &Type::num_threads));
};
template <>
struct Table<DescriptorLocatorOptions> {
  using Type = DescriptorLocatorOptions;
  static constexpr const char* name = "DescriptorLocatorOptions";
  static constexpr auto fields = std::make_tuple(
      field("whitening", &Type::whitening), field("search", &Type::search), field("crops", &Type::crops),
      field("max_candidates", &Type::max_candidates), field("calibration_folds", &Type::calibration_folds),
      field("calibration_grouped", &Type::calibration_grouped), field("city", &Type::city),
      field("cache", &Type::cache), field("seed", &Type::seed), field("num_threads", &Type::num_threads));
};
template <>
inline constexpr const char* kModule<PaintingLocatorOptions> = "venloc._torch.";
template <>
struct Table<PaintingLocatorOptions> {
  using Type = PaintingLocatorOptions;
  static constexpr const char* name = "PaintingLocatorOptions";
  static constexpr auto fields = std::make_tuple(
      field("projection", &Type::projection), field("gallery_long_side_px", &Type::gallery_long_side_px),
      field("query_long_sides_px", &Type::query_long_sides_px), field("cells", &Type::cells),
      field("max_candidates", &Type::max_candidates), field("city", &Type::city), field("seed", &Type::seed),
      field("num_threads", &Type::num_threads));
};
template <>
struct Table<EnsembleLocatorOptions> {
  using Type = EnsembleLocatorOptions;
  static constexpr const char* name = "EnsembleLocatorOptions";
  static constexpr auto fields = std::make_tuple(
      field("sift", &Type::sift), field("whitening", &Type::whitening),
      field("region_whitening", &Type::region_whitening), field("search", &Type::search), field("works", &Type::works),
      field("painting", &Type::painting), field("leave_out", &Type::leave_out),
      field("max_candidates", &Type::max_candidates), field("calibration_folds", &Type::calibration_folds),
      field("calibration_grouped", &Type::calibration_grouped), field("city", &Type::city),
      field("cache", &Type::cache), field("seed", &Type::seed), field("num_threads", &Type::num_threads));
};
template <>
struct Names<RegressionForm> {
  static constexpr std::array<std::pair<const char*, RegressionForm>, 2> names = {
      {{"mixture", RegressionForm::kMixture}, {"published", RegressionForm::kPublished}}};
};
template <>
struct Names<CellLoss> {
  static constexpr std::array<std::pair<const char*, CellLoss>, 3> names = {
      {{"plain", CellLoss::kPlain}, {"balanced", CellLoss::kBalanced}, {"logit_adjusted", CellLoss::kLogitAdjusted}}};
};
template <>
inline constexpr const char* kModule<TrainingOptions> = "venloc._torch.";
template <>
struct Table<TrainingOptions> {
  using Type = TrainingOptions;
  static constexpr const char* name = "TrainingOptions";
  static constexpr auto fields = std::make_tuple(
      field("hidden", &Type::hidden), field("dropout", &Type::dropout), field("input_dropout", &Type::input_dropout),
      field("learning_rate", &Type::learning_rate), field("weight_decay", &Type::weight_decay),
      field("warmup_steps", &Type::warmup_steps), field("max_epochs", &Type::max_epochs),
      field("patience", &Type::patience), field("batch", &Type::batch), field("checkpoints", &Type::checkpoints),
      field("seed", &Type::seed), field("num_threads", &Type::num_threads), field("device", &Type::device));
};
template <>
inline constexpr const char* kModule<EpochRecord> = "venloc._torch.";
template <>
struct Table<EpochRecord> {
  static constexpr const char* name = "EpochRecord";
  static constexpr auto fields =
      std::make_tuple(field("epoch", &EpochRecord::epoch), field("training_loss", &EpochRecord::training_loss),
                      field("validation_loss", &EpochRecord::validation_loss));
};
template <>
struct Table<LearningCurve> {
  static constexpr const char* name = "LearningCurve";
  static constexpr auto fields =
      std::make_tuple(field("name", &LearningCurve::name), field("epochs", &LearningCurve::epochs),
                      field("best_epoch", &LearningCurve::best_epoch));
};
template <>
struct Table<FineTuningOptions> {
  using Type = FineTuningOptions;
  static constexpr const char* name = "FineTuningOptions";
  static constexpr auto fields = std::make_tuple(
      field("unfreeze_from", &Type::unfreeze_from), field("learning_rate", &Type::learning_rate),
      field("head_learning_rate", &Type::head_learning_rate), field("weight_decay", &Type::weight_decay),
      field("warmup_steps", &Type::warmup_steps), field("max_epochs", &Type::max_epochs),
      field("patience", &Type::patience), field("batch", &Type::batch), field("hidden", &Type::hidden),
      field("dropout", &Type::dropout), field("head_epochs", &Type::head_epochs),
      field("augmentation", &Type::augmentation), field("cells", &Type::cells),
      field("smoothing_m", &Type::smoothing_m), field("held_out_share", &Type::held_out_share),
      field("mixed_precision", &Type::mixed_precision), field("checkpoints", &Type::checkpoints),
      field("seed", &Type::seed), field("num_threads", &Type::num_threads), field("device", &Type::device));
};
template <>
struct Table<RegressionLocatorOptions> {
  using Type = RegressionLocatorOptions;
  static constexpr const char* name = "RegressionLocatorOptions";
  static constexpr auto fields = std::make_tuple(
      field("form", &Type::form), field("components", &Type::components), field("memory", &Type::memory),
      field("memory_sharpness", &Type::memory_sharpness), field("whitening", &Type::whitening),
      field("training", &Type::training), field("calibration_folds", &Type::calibration_folds),
      field("calibration_grouped", &Type::calibration_grouped), field("city", &Type::city),
      field("cache", &Type::cache), field("seed", &Type::seed), field("num_threads", &Type::num_threads));
};
template <>
struct Table<S2CellClassifierLocatorOptions> {
  using Type = S2CellClassifierLocatorOptions;
  static constexpr const char* name = "S2CellClassifierLocatorOptions";
  static constexpr auto fields = std::make_tuple(
      field("partitions", &Type::partitions), field("smoothing_m", &Type::smoothing_m), field("loss", &Type::loss),
      field("whitening", &Type::whitening), field("training", &Type::training),
      field("max_candidates", &Type::max_candidates), field("calibration_folds", &Type::calibration_folds),
      field("calibration_grouped", &Type::calibration_grouped), field("city", &Type::city),
      field("cache", &Type::cache), field("seed", &Type::seed), field("num_threads", &Type::num_threads));
};

}  // namespace venloc::python
