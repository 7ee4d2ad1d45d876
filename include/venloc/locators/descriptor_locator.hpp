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

/// Locating by a network's description of a whole picture.
namespace venloc {

/// How a DescriptorLocator is built and queried.
struct VENLOC_API DescriptorLocatorOptions {
  WhiteningOptions whitening;  ///< from the network's features to the vectors that are compared
  /// Expansion of the query; max_hits pictures are found and weighed, at most 200.
  DescriptorSearchOptions search = {.max_hits = 100};
  int crops = 1;               ///< parts of a query that are described: 1 = the whole picture, 5 = its corners too,
                               ///< whose similarities are averaged; the posterior is calibrated for whole pictures
  int max_candidates = 20;     ///< most gallery pictures reported as evidence, 0 or more
  int calibration_folds = 10;  ///< folds of the gallery on which the candidates' probabilities are fitted, at least 3;
                               ///< none below 200 photos: the probabilities are then approximate
  bool calibration_grouped =
      true;          ///< hold out near-copies and bursts of the query too, as for a picture by another photographer
  std::string city;  ///< display name of the city; may be empty
  std::filesystem::path cache;  ///< folder that keeps the features of each picture, so that an interrupted build goes
                                ///< on where it stopped; empty = none. Not stored in the model.
  std::uint64_t seed = 0;       ///< seed of what is drawn at random; the same seed gives the same bytes
  int num_threads = 0;          ///< threads; 0 = all cores. Does not change the result.

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
  /// The options as a model file stores them: a JSON object, without threads and folders.
  [[nodiscard]] std::string to_json() const;
};

/// Locates by whitened global descriptors: each part of the network's description (a size or stage, see
/// Backbone::parts) is brought to length 1, all together are whitened to one short vector, the gallery's vectors most
/// like it are found by exact search, and a calibrated mixture over their places is the posterior. The model file holds
/// the network. Thread-safe for all const members.
class VENLOC_API DescriptorLocator final : public GalleryLocator {
 public:
  static constexpr const char* kKind = "descriptor";  ///< kind of its model files

  /// Describes every picture of the gallery, with the weights rounded to float16 as the model file keeps them, so that
  /// the model returns the same results before and after it is saved. Pictures that cannot be read are an ImageError
  /// that lists them. Throws InvalidArgumentError for fewer than two photos.
  static DescriptorLocator build(const Gallery& gallery, const Backbone& backbone,
                                 const DescriptorLocatorOptions& options = {}, const ProgressCallback& progress = {});
  /// Opens a model of kind "descriptor"; see load_locator.
  static DescriptorLocator load(const std::filesystem::path& file, const LoadOptions& load = {});
  static DescriptorLocator load(const SafetensorsFile& file, const LoadOptions& load = {});

  DescriptorLocator(DescriptorLocator&&) noexcept;
  DescriptorLocator& operator=(DescriptorLocator&&) noexcept;
  ~DescriptorLocator() override;

  [[nodiscard]] Evidence evidence(const Image& picture, const QueryOptions& query = {}) const override;
  [[nodiscard]] Prediction answer(const Evidence& evidence, const QueryOptions& query = {}) const override;
  /// The same from the features of a whole picture, whatever the number of crops, as backbone().describe() gives them
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
  /// Adds the pictures of a gallery without a rebuild (whitening and calibration stay). An id that is already in is an
  /// InvalidArgumentError. Not to be called while queries run.
  void add(const Gallery& gallery, const ProgressCallback& progress = {});
  /// Removes pictures by id. Throws InvalidArgumentError for an unknown id, changing nothing.
  void remove(std::span<const std::string> ids);

 private:
  struct Impl;
  explicit DescriptorLocator(std::unique_ptr<Impl> impl, const LoadOptions& load = {});
  std::unique_ptr<Impl> impl_;
};

}  // namespace venloc
