// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "venloc/core/progress.hpp"
#include "venloc/gallery/splits.hpp"
#include "venloc/geo/lat_lng.hpp"
#include "venloc/training/training.hpp"

namespace venloc {

/// One training of a head. Positions of photos.
struct TrainingTask {
  std::string name;
  std::size_t fold;  ///< that is held out; the number of folds when none is
  std::span<const std::size_t> train, held_out;
  TrainingOptions options;
  ProgressCallback progress;
};

/// Trains once for each fold, side by side, and then on all photos for as many epochs as were best on the mean of the
/// folds. The curves are in that order.
std::vector<LearningCurve> k_fold_training(std::span<const Split> folds, std::size_t photos,
                                           const TrainingOptions& options, const ProgressCallback& progress,
                                           const std::function<LearningCurve(const TrainingTask&)>& train);

/// Identifies the data that heads are trained on.
std::string data_fingerprint(std::span<const float> vectors, std::span<const EastNorth> places,
                             const std::string& options);

/// Centres of k clusters (k-means from k-means++ starts, Arthur and Vassilvitskii 2007) and the cluster of
/// each place; fewer than k where there are fewer different places.
struct Clusters {
  std::vector<EastNorth> centres;
  std::vector<std::uint32_t> cluster_of;
};
Clusters k_means(std::span<const EastNorth> places, std::size_t k, std::uint64_t seed);

/// Learning curves as JSON, and back; throws nlohmann::json::exception.
std::string to_json(std::span<const LearningCurve> curves);
std::vector<LearningCurve> curves_from_json(const std::string& text);

}  // namespace venloc
