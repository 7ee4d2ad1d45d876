// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "venloc/core/export.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/features/backbone.hpp"
#include "venloc/locators/locator.hpp"
#include "venloc/retrieval/descriptor_index.hpp"
#include "venloc/retrieval/whitening.hpp"

/// Locating by a network's descriptor of the whole picture.
namespace venloc {

/// How a DescriptorLocator is built and queried.
struct VENLOC_API DescriptorLocatorOptions {
  WhiteningOptions whitening;  ///< how the network's features become the vectors that are compared
  /// Search and query expansion; max_hits, at most 200, is the number of pictures that are found and weighted.
  DescriptorSearchOptions search = {.max_hits = 100};
  int crops = 1;  ///< crops of a query that are described: 1 = the whole picture, 5 = the whole picture and its
                  ///< corners, whose similarities are averaged; the posterior is calibrated for whole pictures
  int max_candidates = 20;     ///< maximum number of gallery pictures reported as evidence, 0 or more
  int calibration_folds = 10;  ///< folds of the gallery on which the candidates' probabilities are fitted, at least 3;
                               ///< not used below 200 photos, where the probabilities are approximate
  bool calibration_grouped =
      true;          ///< also hold out near-copies and bursts of the query, as if it came from another photographer
  std::string city;  ///< display name of the city; may be empty
  std::filesystem::path cache;  ///< folder for the features of each picture, so that an interrupted build can be
                                ///< resumed; empty = none. Not stored in the model.
  std::uint64_t seed = 0;       ///< random seed; the same seed gives the same bytes
  int num_threads = 0;          ///< threads; 0 = all cores. Does not change the result.

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
  /// The options as a model file stores them: a JSON object, without threads and folders.
  [[nodiscard]] std::string to_json() const;
};

/// Locates by whitened global descriptors: each part of the network's description (a size or stage, see
/// Backbone::parts) is normalised to unit length, all parts together are whitened to one short vector, the most similar
/// vectors of the gallery are found by exact search, and a calibrated mixture over their places is the posterior. The
/// model file holds the network. Thread-safe for all const members.
class VENLOC_API DescriptorLocator final : public GalleryLocator {
 public:
  static constexpr const char* kKind = "descriptor";  ///< kind of its model files

  /// Describes every picture of the gallery, with the weights rounded to float16 as in the model file, so that
  /// the model returns the same results before and after it is saved. Throws ImageError that lists the pictures that
  /// cannot be read, and InvalidArgumentError for fewer than two photos.
  static DescriptorLocator build(const Gallery& gallery, const Backbone& backbone,
                                 const DescriptorLocatorOptions& options = {}, const ProgressCallback& progress = {});
  /// Opens a model of kind "descriptor"; see load_locator.
  static DescriptorLocator load(const std::filesystem::path& file, const LoadOptions& load = {});
  /// Opens the model from a file that open_model or open_model_of_kind returned.
  static DescriptorLocator load(const SafetensorsFile& file, const LoadOptions& load = {});

  DescriptorLocator(DescriptorLocator&&) noexcept;
  DescriptorLocator& operator=(DescriptorLocator&&) noexcept;
  ~DescriptorLocator() override;

  [[nodiscard]] Evidence evidence(const Image& picture, const QueryOptions& query = {}) const override;
  [[nodiscard]] Prediction answer(const Evidence& evidence, const QueryOptions& query = {}) const override;
  /// The same from the features of a whole picture (for any number of crops), as backbone().describe() returns them
  /// (or extract_features for a gallery), so that many pictures can be located again without running the network.
  /// Throws InvalidArgumentError for a wrong number of values or one that is not finite.
  [[nodiscard]] Prediction locate_features(std::span<const float> features) const;
  [[nodiscard]] LocatorInfo info() const override;
  [[nodiscard]] std::span<const Photo> photos() const override;
  void save(const std::filesystem::path& file) const override;

  [[nodiscard]] const DescriptorLocatorOptions& options() const;  ///< the options in use
  /// The whitened descriptor of a whole picture, of length 1. Throws ImageError for an empty picture.
  [[nodiscard]] std::vector<float> describe(const Image& picture) const;
  [[nodiscard]] const DescriptorIndex& descriptors() const;  ///< descriptors of the gallery's photos, in their order
  [[nodiscard]] const Backbone& backbone() const;            ///< the network that describes pictures
  /// Adds the pictures of a gallery without rebuilding the model; whitening and calibration are unchanged. Throws
  /// InvalidArgumentError for an id that is already in the model. Must not be called while queries run.
  void add(const Gallery& gallery, const ProgressCallback& progress = {});
  /// Removes pictures by id. Throws InvalidArgumentError for an unknown id; the model is then unchanged.
  void remove(std::span<const std::string> ids);

 private:
  struct Impl;
  explicit DescriptorLocator(std::unique_ptr<Impl> impl, const LoadOptions& load = {});
  std::unique_ptr<Impl> impl_;
};

}  // namespace venloc
