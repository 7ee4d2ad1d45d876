// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/features/backbone.hpp"
#include "venloc/image/image.hpp"

namespace venloc {

/// A map of features of one picture: height x width x channels, so that the channels of a cell are next to each other.
struct CellMap {
  int height = 0;
  int width = 0;
  int channels = 0;
  std::vector<float> values;
};

/// The same in the order of FeatureMap.
VENLOC_API FeatureMap to_feature_map(const CellMap& map);

/// The picture with the size that the network gets for this longer side. Throws InvalidArgumentError for an empty one.
VENLOC_API Image sized_for(const Preprocessing& preprocessing, const Image& picture, int long_side_px);

/// A picture of that size as the network's input: height x width x 3.
VENLOC_API CellMap network_input(const Preprocessing& preprocessing, const Image& sized);

/// Part of a map, in cells.
struct Window {
  int top = 0;
  int left = 0;
  int height = 0;
  int width = 0;
};

/// Pools windows of one map, which is prepared once for all of them.
class Pooler {
 public:
  Pooler(CellMap map, Pooling pooling, double gem_p);
  /// A value for each channel.
  void pool(const Window& window, float* out) const;
  [[nodiscard]] Window whole() const { return {0, 0, map_.height, map_.width}; }

 private:
  CellMap map_;  ///< for kGem: already raised to the power
  Pooling pooling_;
  double gem_p_;
};

/// The windows of a grid over a map, row by row (BackboneOptions::region_grids).
std::vector<Window> grid_windows(int height, int width, int grid);

}  // namespace venloc
