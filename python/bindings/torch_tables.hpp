// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

#include <array>
#include <tuple>
#include <utility>

#include "fields.hpp"
#include "tables.hpp"
#include "venloc/locators/regression_locator.hpp"
#include "venloc/locators/s2_cell_classifier_locator.hpp"
#include "venloc/training/fine_tuning.hpp"
#include "venloc/training/training.hpp"

/// Every plain struct of the public headers of venloc::torch, as tables.hpp.
namespace venloc::python {

void bind_torch_training(py::module_& m);
void bind_torch_locators(py::module_& m);

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
