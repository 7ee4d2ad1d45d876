// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "retrieval/region_index.hpp"
#include "venloc/core/export.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/features/backbone.hpp"
#include "venloc/gallery/gallery.hpp"
#include "venloc/retrieval/whitening.hpp"

namespace venloc {

/// How the weights of a network are written into a model file.
inline constexpr DType kStoredWeights = DType::kF16;

/// Describes a picture by one short vector: each part of a network's output (see Backbone::parts) is normalised to
/// length 1, and all together are whitened. Where the network describes regions, each of them becomes a vector of its
/// own.
class VENLOC_API PictureVectors {
 public:
  struct Vectors {
    std::vector<float> whole;    ///< dimension() values for each picture, of length 1
    std::vector<float> regions;  ///< regions() x region_dimension() values for each picture, of length 1 each
  };
  /// Describes a gallery and fits the whitening to it. The network's weights are rounded to those of the model file, so
  /// that a model gives the same results before and after it is saved. The cache folder keeps the whitening too, for
  /// the next locator on the same photos.
  struct Built;
  static Built build(const Backbone& backbone, const Gallery& gallery, const WhiteningOptions& whitening,
                     const WhiteningOptions& region_whitening, const std::filesystem::path& cache, std::uint64_t seed,
                     int num_threads, const ProgressCallback& progress);

  [[nodiscard]] const Backbone& backbone() const { return backbone_; }
  [[nodiscard]] const Whitening& whitening() const { return whitening_; }
  [[nodiscard]] std::size_t dimension() const { return whitening_.dimension(); }
  [[nodiscard]] std::size_t regions() const { return backbone_.regions(); }
  /// Only with regions.
  [[nodiscard]] const Whitening& region_whitening() const { return *region_whitening_; }
  [[nodiscard]] std::size_t region_dimension() const { return region_whitening_ ? region_whitening_->dimension() : 1; }
  [[nodiscard]] Vectors describe_all(std::span<const Image> pictures) const;
  /// The same from the result of backbone().describe() for one picture. Throws InvalidArgumentError for a wrong
  /// number of values or one that is not finite.
  [[nodiscard]] Vectors vectors_of(std::span<const float> features) const;
  /// The same for a gallery's pictures.
  [[nodiscard]] Vectors describe(const Gallery& gallery, const std::filesystem::path& cache, int num_threads,
                                 const ProgressCallback& progress) const;

  /// Arrays backbone.*, whitening.* and, with regions, region_whitening.*; the object must live until the writer is
  /// done.
  void save(SafetensorsWriter& writer) const;
  /// Throws FormatError that names the file, the array and the reason.
  static PictureVectors load(const SafetensorsFile& file, Device device, int num_threads);

 private:
  PictureVectors(Backbone backbone, Whitening whitening, std::optional<Whitening> region_whitening);
  [[nodiscard]] Vectors whitened(const Vectors& features, int num_threads) const;
  Backbone backbone_;
  Whitening whitening_;
  std::optional<Whitening> region_whitening_;  // where there are regions
};

struct VENLOC_API PictureVectors::Built {
  PictureVectors describer;
  Vectors vectors;  ///< of the gallery's pictures
};

/// Normalises the parts of each vector to length 1.
void normalise_parts(std::span<float> vectors, std::span<const std::size_t> parts);

/// The regions of the photos of a model whose pictures are described so. Throws FormatError where they do not belong
/// together.
VENLOC_API RegionIndex load_regions(const SafetensorsFile& file, const PictureVectors& describer, std::size_t photos);

}  // namespace venloc
