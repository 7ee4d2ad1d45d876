// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "retrieval/dense_index.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/features/backbone.hpp"
#include "venloc/gallery/gallery.hpp"
#include "venloc/image/image.hpp"
#include "venloc/retrieval/whitening.hpp"

namespace venloc {

/// How feature maps are made and compared; see PaintingLocatorOptions.
struct FeatureMapOptions {
  WhiteningOptions projection;
  int gallery_long_side_px = 0;
  std::vector<int> query_long_sides_px;
  int cells = 0;  ///< kept of each photo
  std::uint64_t seed = 0;
  int num_threads = 0;
};

/// The photos of a gallery as maps of a network's features.
struct FeatureMapStore {
  std::vector<float> scales;  ///< of the channels of a cell
  Whitening projection;
  DenseIndex index;

  /// Describes every picture; `backbone` has the weights of the model file. Throws ImageError that lists the pictures
  /// that cannot be read.
  static FeatureMapStore build(const Gallery& gallery, const Backbone& backbone, const FeatureMapOptions& options,
                               const ProgressCallback& progress);

  /// The maps of further pictures, for DenseIndex::add. Throws as build.
  [[nodiscard]] std::vector<DenseMap> maps(const Gallery& gallery, const Backbone& backbone,
                                           const FeatureMapOptions& options, const ProgressCallback& progress) const;

  /// The score of each photo, in standard deviations from the mean of all.
  [[nodiscard]] std::vector<float> scores(const Image& picture, const Backbone& backbone,
                                          const FeatureMapOptions& options) const;

  /// Arrays feature_maps.*; the object must live until the writer is done.
  void save(SafetensorsWriter& writer) const;
  /// Throws FormatError that names the file, the array and the reason.
  static FeatureMapStore load(const SafetensorsFile& file, const Backbone& backbone, std::size_t photos);
};

}  // namespace venloc
