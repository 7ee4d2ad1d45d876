// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "core/parallel.hpp"
#include "locators/head_locators_fields.hpp"
#include "locators/stored_options.hpp"
#include "training/k_fold_training.hpp"
#include "training/training_fields.hpp"
#include "venloc/training/training.hpp"

// What the files of locators with a trained head have in common.
namespace venloc {

inline void validate_head(const TrainingOptions& training, int calibration_folds, int num_threads) {
  training.validate();
  if (calibration_folds < 3) throw InvalidArgumentError("calibration_folds must be at least 3");
  resolve_threads(num_threads);
}

/// The training's options, with the values that the locator's options set for all of its parts.
template <typename Options>
TrainingOptions head_training(const Options& options) {
  auto out = options.training;
  out.seed = options.seed;
  out.num_threads = options.num_threads;
  if (out.checkpoints.empty() && !options.cache.empty()) out.checkpoints = options.cache / "training";
  return out;
}

/// Array "learning_curves", as JSON.
inline void save_curves(SafetensorsWriter& writer, std::span<const LearningCurve> curves) {
  const auto text = std::make_shared<std::string>(to_json(curves));
  writer.add("learning_curves", DType::kU8, {static_cast<std::int64_t>(text->size())}, std::as_bytes(std::span(*text)));
  writer.keep(text);
}

inline std::vector<LearningCurve> load_curves(const SafetensorsFile& file) {
  const auto bytes = file.get<std::uint8_t>("learning_curves", {-1});
  try {
    return curves_from_json({bytes.begin(), bytes.end()});
  } catch (const nlohmann::json::exception& error) {
    refuse_damaged(file.path(), std::string("array learning_curves cannot be read (") + error.what() + ")");
  }
}

}  // namespace venloc
