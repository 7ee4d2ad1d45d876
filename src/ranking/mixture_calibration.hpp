// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "venloc/core/export.hpp"

namespace venloc {

/// A mixture density network's output for one picture.
struct VENLOC_API PredictedMixture {
  std::vector<float> log_weights, sigmas_m;  ///< of the components

  /// The weights raised to the exponent; they sum to 1.
  [[nodiscard]] std::vector<double> weights(double exponent) const;
};

/// Calibrates predicted mixtures by the likelihood of places that the network was not trained on.
struct VENLOC_API MixtureCalibration {
  double exponent = 1.0;   ///< of the components' weights
  double widening = 1.0;   ///< factor of their widths
  double no_match = 0.02;  ///< share that is left to the prior

  /// `squares` are the squares of the distances from the truth to the components' means [m²], `prior_density` that at
  /// the truth [1/m²], of each picture.
  static MixtureCalibration fit(std::span<const PredictedMixture> mixtures,
                                std::span<const std::vector<double>> squares, std::span<const double> prior_density,
                                int num_threads);
};

}  // namespace venloc
