// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ranking/cell_candidates.hpp"
#include "ranking/model_gallery.hpp"
#include "training/heads.hpp"
#include "training/k_fold_training.hpp"
#include "venloc/geo/cells.hpp"

// Training of the head of S2CellClassifierLocator.
namespace venloc {

/// The head's output for vectors of length 1.
std::vector<CellLogProbabilities> classify(CellHead& head, std::span<const float> vectors, std::int64_t inputs);

struct CellTask {
  std::span<const float> vectors;  ///< of the photos
  const ModelGallery& gallery;
  std::span<const CellPartition> partitions;
  std::span<const std::vector<std::uint32_t>> classes;  ///< of the photos, for each partition
  double smoothing_m;                                   ///< see smoothed_labels
  bool balanced;                                        ///< each photo weighs by the inverse of its cell's count
  bool logit_adjusted;  ///< the log-priors of the cells are added to the scores in training (Menon et al. 2021)
  std::span<const Split> folds;
  TrainingOptions options;
  std::string fingerprint;  ///< see fit()
};

/// A head for these partitions, before it is trained.
std::shared_ptr<CellHead> make_cell_head(std::int64_t inputs, std::span<const CellPartition> partitions,
                                         const TrainingOptions& options);

struct TrainedCells {
  std::shared_ptr<CellHead> head;
  std::vector<LearningCurve> curves;
  std::vector<CellLogProbabilities> cells;  ///< of each photo by the head of the other folds
};
TrainedCells train_cells(const CellTask& task, const ProgressCallback& progress);

}  // namespace venloc
