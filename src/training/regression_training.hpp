// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ranking/mixture_calibration.hpp"
#include "ranking/model_gallery.hpp"
#include "training/heads.hpp"
#include "training/k_fold_training.hpp"
#include "venloc/retrieval/descriptor_index.hpp"

// Training of the two heads of RegressionLocator.
namespace venloc {

struct MixtureOutputs {
  std::vector<PredictedMixture> mixtures;  ///< of each row
  std::vector<EastNorth> means;            ///< of the components
};
MixtureOutputs outputs_of(MixtureHead& head, const torch::Tensor& inputs, const torch::Tensor& memory);

/// The gallery's photos as a second input of a mixture head, see RegressionLocatorOptions::memory.
struct MixtureMemory {
  const DescriptorIndex* index;               ///< of the photos
  std::span<const std::uint32_t> components;  ///< the component nearest to each photo
  std::size_t count;                          ///< of components
  double sharpness;                           ///< of the similarities

  /// For each component, how similar the photos near it that are not excluded are to the query.
  [[nodiscard]] std::vector<float> of(std::span<const float> query, std::span<const std::uint8_t> excluded) const;
};

/// What both trainings are given.
struct RegressionTask {
  std::span<const float> vectors;  ///< of the photos
  const ModelGallery& gallery;
  std::span<const Split> folds;
  TrainingOptions options;
  std::string fingerprint;  ///< see fit()
};

struct TrainedMixture {
  std::shared_ptr<MixtureHead> head;
  std::vector<LearningCurve> curves;
  std::vector<PredictedMixture> mixtures;    ///< of each photo by the head of the other folds
  std::vector<std::vector<double>> squares;  ///< of the distances from its place to the means [m²]
};
/// `memory` may be null.
TrainedMixture train_mixture(const RegressionTask& task, const Clusters& clusters, const MixtureMemory* memory,
                             const ProgressCallback& progress);

/// How the published form scales degrees: the photos' extent is 0 to 1.
struct ScaledDegrees {
  BoundingBox extent;
  BoundingBox area;  ///< places outside of it are moved to its border

  explicit ScaledDegrees(const ModelGallery& gallery);
  [[nodiscard]] std::array<double, 2> scaled(LatLng place) const;
  [[nodiscard]] LatLng unscaled(double lat, double lng) const;
};

struct TrainedPoint {
  std::shared_ptr<PointHead> head;
  std::vector<LearningCurve> curves;
  double sigma_m = 0;  ///< of the errors on held-out photos
};
TrainedPoint train_point(const RegressionTask& task, const ProgressCallback& progress);

}  // namespace venloc
