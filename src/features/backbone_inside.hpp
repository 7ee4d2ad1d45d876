// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "features/networks/network.hpp"
#include "venloc/features/backbone.hpp"
#include "venloc/image/image.hpp"

// What Backbone::describe is made of, for who trains a network.
namespace venloc {

/// The picture with the size that the network gets for this longer side.
Image sized_for(const Preprocessing& preprocessing, const Image& picture, int long_side_px);
/// 1 x 3 x H x W
torch::Tensor network_input(const Preprocessing& preprocessing, const Image& sized, torch::Device device,
                            torch::ScalarType type);
/// N x C x H x W to N x C
torch::Tensor pooled(const torch::Tensor& map, Pooling pooling, double gem_p);

class BackboneInside {
 public:
  /// As it is computed with: frozen, on its device.
  static std::shared_ptr<const Network> network(const Backbone& backbone);
  /// The numbers of the steps that end with the stage of the options and with the further ones.
  static const std::vector<std::size_t>& steps(const Backbone& backbone);
  /// Freezes the network.
  static Backbone backbone(std::shared_ptr<Network> network, const BackboneOptions& options);
};

}  // namespace venloc
