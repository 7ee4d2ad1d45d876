// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "venloc/core/progress.hpp"
#include "venloc/features/backbone.hpp"
#include "venloc/gallery/gallery.hpp"
#include "venloc/retrieval/whitening.hpp"

namespace venloc {

/// Describes a picture by one short vector: each part of what a network says (see Backbone::parts) is brought to length
/// 1, and all together are whitened.
class PictureVectors {
 public:
  /// Describes a gallery and learns the whitening from it. The network's weights are rounded to those of the model
  /// file, so that a model answers alike before and after it is saved.
  struct Built;
  static Built build(const Backbone& backbone, const Gallery& gallery, const WhiteningOptions& whitening,
                     const std::filesystem::path& cache, std::uint64_t seed, int num_threads,
                     const ProgressCallback& progress);

  [[nodiscard]] const Backbone& backbone() const { return backbone_; }
  [[nodiscard]] std::size_t dimension() const { return whitening_.dimension(); }
  /// dimension() values for each picture, of length 1.
  [[nodiscard]] std::vector<float> describe_all(std::span<const Image> pictures) const;
  /// The same for a gallery's pictures.
  [[nodiscard]] std::vector<float> describe(const Gallery& gallery, const std::filesystem::path& cache, int num_threads,
                                            const ProgressCallback& progress) const;

  /// Arrays backbone.* and whitening.*; the object must live until the writer is done.
  void save(SafetensorsWriter& writer) const;
  /// Throws FormatError that names the file, the array and the reason.
  static PictureVectors load(const SafetensorsFile& file);

 private:
  PictureVectors(Backbone backbone, Whitening whitening);
  Backbone backbone_;
  Whitening whitening_;
};

struct PictureVectors::Built {
  PictureVectors describer;
  std::vector<float> vectors;  ///< of the gallery's pictures
};

}  // namespace venloc
