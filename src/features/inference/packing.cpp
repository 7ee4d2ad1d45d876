// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/inference/packing.hpp"

#include <algorithm>

#include "venloc/core/error.hpp"

namespace venloc::inference {
namespace {

Floats filled_up(const std::vector<float>& values, Index count) {
  Floats out(count);
  std::fill(std::copy(values.begin(), values.end(), out.data()), out.data() + count, 0.0f);
  return out;
}

/// Vectors of the panels: the usual width, and at the end what is left. A single vector is joined to the panel before
/// it, since a panel of one reads as many values of A as it computes sums.
std::vector<Index> panel_widths(const Kernels& kernels, Index vectors) {
  std::vector<Index> out(static_cast<std::size_t>(vectors / kernels.panel_vectors), kernels.panel_vectors);
  const Index rest = vectors % kernels.panel_vectors;
  if (rest == 1 && !out.empty())
    ++out.back();
  else if (rest > 0)
    out.push_back(rest);
  return out;
}

/// The factors of each window cell for a vector of channels, vector after vector.
Floats packed_depthwise(const Kernels& kernels, const std::vector<float>& weight, Index channels, Index cells) {
  Floats out(kernels.padded(channels) * cells);
  for (Index c = 0; c < kernels.padded(channels); ++c)
    for (Index cell = 0; cell < cells; ++cell)
      out.data()[(c / kernels.lanes * cells + cell) * kernels.lanes + c % kernels.lanes] =
          c < channels ? weight[static_cast<std::size_t>(c * cells + cell)] : 0.0f;
  return out;
}

}  // namespace

PackedMatrix packed_matrix(const Kernels& kernels, Index depth, Index columns,
                           const std::function<float(Index, Index)>& at, const std::vector<float>& bias) {
  PackedMatrix out;
  out.depth = depth;
  out.columns = kernels.padded(columns);
  out.lanes = kernels.lanes;
  out.values = Floats(depth * out.columns);
  out.bias = filled_up(bias, out.columns);
  float* next = out.values.data();
  Index first = 0;
  for (const Index vectors : panel_widths(kernels, out.columns / kernels.lanes)) {
    out.panels.push_back({first, vectors, next - out.values.data()});
    const Index end = first + vectors * kernels.lanes;
    for (Index k = 0; k < depth; ++k)
      for (Index column = first; column < end; ++column) *next++ = column < columns ? at(k, column) : 0.0f;
    first = end;
  }
  return out;
}

PackedWeights packed_weights(const Kernels& kernels, const Network& network, const Operation& operation, Index pitch) {
  PackedWeights out;
  const FoldedWeights weights = folded(network, operation);
  const Index channels = operation.channels, in = network.channels(operation.inputs.front());
  if (operation.kind == Operation::Kind::kNorm) {
    out.factors = filled_up(weights.weight, kernels.padded(channels));
    out.bias = filled_up(weights.bias, kernels.padded(channels));
    return out;
  }
  const Index height = operation.window.kernel[0], width = operation.window.kernel[1];
  if (operation.window.groups == in && in == channels && in > 1) {
    out.depthwise = true;
    out.factors = packed_depthwise(kernels, weights.weight, channels, height * width);
    out.bias = filled_up(weights.bias, kernels.padded(channels));
    return out;
  }
  if (operation.window.groups != 1)
    throw InvalidArgumentError("'" + operation.weights +
                               "' has groups of several channels: use 1 group, or one group per channel");
  // A line of the window is read in one run, with the zeros between its cells.
  const Index run = (width - 1) * pitch + in;
  const auto at = [&](Index k, Index column) {
    const Index y = k / run, x = k % run / pitch, c = k % run % pitch;
    return c < in ? weights.weight[static_cast<std::size_t>(((column * in + c) * height + y) * width + x)] : 0.0f;
  };
  out.matrix = packed_matrix(kernels, height * run, channels, at, weights.bias);
  return out;
}

}  // namespace venloc::inference
