// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "features/inference/kernels.hpp"
#include "features/inference/maps.hpp"
#include "features/networks/network.hpp"

/// Weights in the order in which the kernels read them.
namespace venloc::inference {

/// A matrix as the second factor of products: its columns in panels of a few vectors, of each panel line after line.
struct PackedMatrix {
  struct Panel {
    Index first = 0;  ///< column
    Index vectors = 0;
    Index offset = 0;  ///< in `values`
  };
  Index depth = 0;
  Index columns = 0;  ///< filled up to whole vectors
  Index lanes = 0;
  std::vector<Panel> panels;
  Floats values;
  Floats bias;  ///< for each column

  [[nodiscard]] const float* panel(const Panel& panel) const { return values.data() + panel.offset; }
};

/// Of a matrix whose elements are at(k, column); what is filled up is 0.
PackedMatrix packed_matrix(const Kernels& kernels, Index depth, Index columns,
                           const std::function<float(Index, Index)>& at, const std::vector<float>& bias);

/// What an operation of a network needs beside the maps.
struct PackedWeights {
  PackedMatrix matrix;  ///< of a convolution
  Floats factors;       ///< of a depthwise convolution as DepthwiseLines::weights; of a BatchNorm for each channel
  Floats bias;          ///< beside `factors`
  bool depthwise = false;
};

/// `pitch`: that of the operation's input. Throws InvalidArgumentError for a convolution in groups of several channels.
PackedWeights packed_weights(const Kernels& kernels, const Network& network, const Operation& operation, Index pitch);

}  // namespace venloc::inference
