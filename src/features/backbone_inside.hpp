// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "features/cell_map.hpp"
#include "features/networks/network.hpp"
#include "venloc/core/export.hpp"
#include "venloc/features/backbone.hpp"

namespace venloc {

/// What a Backbone is made of, for code that trains a network or needs its maps in the order of the engine.
class VENLOC_API BackboneInside {
 public:
  static const Network& network(const Backbone& backbone);
  /// The numbers of the steps that end with the stage of the options and with the further ones.
  static const std::vector<std::size_t>& steps(const Backbone& backbone);
  /// As Backbone::maps.
  static std::vector<CellMap> maps(const Backbone& backbone, const Image& picture, int long_side_px);
  static Backbone backbone(Network network, const BackboneOptions& options);
};

}  // namespace venloc
