// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "features/cell_map.hpp"
#include "features/networks/network.hpp"
#include "venloc/features/backbone.hpp"

namespace venloc {

/// A convolution or BatchNorm of a network, or both; see torch_network.cpp.
class Unit;

/// The maps of a network that are there so far, by Value; undefined where they are not needed (any longer).
using Flow = std::vector<torch::Tensor>;

/// A Network for LibTorch: to be trained, with named parameters and buffers, or frozen for speed.
class TorchNetwork : public torch::nn::Module {
 public:
  explicit TorchNetwork(Network network);

  [[nodiscard]] const Network& network() const { return network_; }
  /// The network with the weights of the parameters and buffers.
  [[nodiscard]] Network trained() const;

  /// What forward() goes on from: N x 3 x H x W.
  [[nodiscard]] Flow start(torch::Tensor input) const;
  /// The results of the `wanted` ones among the steps from `begin` to before `end`, going on from what is in `flow`.
  [[nodiscard]] std::vector<torch::Tensor> forward(Flow& flow, std::size_t begin, std::size_t end,
                                                   std::span<const std::size_t> wanted) const;
  /// The same from the first step on, as far as needed.
  [[nodiscard]] std::vector<torch::Tensor> forward(torch::Tensor input, std::span<const std::size_t> wanted) const;

  /// Folds each BatchNorm after a convolution into the convolution, and fixes the type of all numbers and their order
  /// in memory: faster, and no longer to be trained. Starts from the weights that the network was made with.
  void freeze(torch::Device device, torch::ScalarType type);

 private:
  torch::nn::Module& nested(const std::string& path);
  [[nodiscard]] torch::Tensor result(const Operation& operation, const std::shared_ptr<Unit>& unit,
                                     const Flow& flow) const;

  Network network_;
  std::vector<std::shared_ptr<Unit>> units_;  ///< of each operation; null where it has no weights
  std::vector<std::size_t> last_use_;         ///< of each value, the number of an operation
};

/// 1 x 3 x H x W, in the order of memory that LibTorch is fast with.
torch::Tensor to_input_tensor(const CellMap& input, torch::Device device, torch::ScalarType type);

/// N x C x H x W to N x C; see BackboneOptions::pooling.
torch::Tensor pooled(const torch::Tensor& map, Pooling pooling, double gem_p);

}  // namespace venloc
