// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/features/backbone.hpp"
#include "venloc/locators/locator.hpp"
#include "venloc/retrieval/whitening.hpp"

/// Locating paintings, drawings and old photographs.
namespace venloc {

/// How a PaintingLocator is built and queried.
struct VENLOC_API PaintingLocatorOptions {
  WhiteningOptions projection = {
      .dimension = 64,
      .exponent = 0.0};  ///< how a cell of the maps becomes the vector that is compared; PCA to 64 values by default
  int gallery_long_side_px = 448;                          ///< size at which gallery pictures are described [px]
  std::vector<int> query_long_sides_px = {320, 448, 640};  ///< sizes at which a query is described; all are used [px]
  int cells = 100;          ///< maximum number of cells of a gallery picture's map that are kept: the least common ones
  int max_candidates = 20;  ///< maximum number of gallery pictures reported as evidence, 0 or more
  std::string city;         ///< display name of the city; may be empty
  std::uint64_t seed = 0;   ///< random seed; the same seed gives the same bytes
  int num_threads = 0;      ///< threads; 0 = all cores. Does not change the result.

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
  /// The options as a model file stores them: a JSON object, without threads and folders.
  [[nodiscard]] std::string to_json() const;
};

/// Locates pictures that local features cannot match: paintings, drawings, engravings, old photographs. A network's
/// maps of the query (the stage averaged to the grid of the further stages, concatenated with them, reduced by PCA,
/// minus half of the picture's own mean) are compared cell by cell with those of every gallery picture. Cells that are
/// mutual nearest neighbours vote for a scale and a translation; the agreeing votes are the score of a gallery picture
/// (DenseIndex). The scores, in standard deviations from the mean of all pictures, weight the places of the gallery,
/// together with the density of known pictures. The weights were measured on 115 labelled artworks of Venice
/// (docs/results/experiments/paintings.md). Thread-safe for all const members.
class VENLOC_API PaintingLocator final : public GalleryLocator {
 public:
  static constexpr const char* kKind = "painting";  ///< kind of its model files

  /// Describes every picture of the gallery by the stage and the further stages of the network, with the weights
  /// rounded as in DescriptorLocator::build. Throws ImageError that lists the pictures that cannot be read, and
  /// InvalidArgumentError for fewer than two photos.
  static PaintingLocator build(const Gallery& gallery, const Backbone& backbone,
                               const PaintingLocatorOptions& options = {}, const ProgressCallback& progress = {});
  /// Opens a model of kind "painting"; see load_locator.
  static PaintingLocator load(const std::filesystem::path& file, const LoadOptions& load = {});
  /// Opens the model from a file that open_model or open_model_of_kind returned.
  static PaintingLocator load(const SafetensorsFile& file, const LoadOptions& load = {});

  PaintingLocator(PaintingLocator&&) noexcept;
  PaintingLocator& operator=(PaintingLocator&&) noexcept;
  ~PaintingLocator() override;

  [[nodiscard]] Evidence evidence(const Image& picture, const QueryOptions& query = {}) const override;
  [[nodiscard]] Prediction answer(const Evidence& evidence, const QueryOptions& query = {}) const override;
  /// The score of each gallery picture, in standard deviations from the mean of all; locate() uses these scores.
  [[nodiscard]] std::vector<float> scores(const Image& picture) const;
  /// The prediction from the scores() of a picture, one for each gallery picture. Throws InvalidArgumentError for a
  /// wrong number of scores or one that is not finite.
  [[nodiscard]] Prediction locate_scores(std::span<const float> scores) const;
  [[nodiscard]] LocatorInfo info() const override;
  [[nodiscard]] std::span<const Photo> photos() const override;
  void save(const std::filesystem::path& file) const override;

  [[nodiscard]] const PaintingLocatorOptions& options() const;  ///< the options in use
  [[nodiscard]] const Backbone& backbone() const;               ///< the network that describes pictures

 private:
  struct Impl;
  explicit PaintingLocator(std::unique_ptr<Impl> impl, const LoadOptions& load = {});
  std::unique_ptr<Impl> impl_;
};

}  // namespace venloc
