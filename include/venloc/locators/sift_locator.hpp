// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/features/local_features.hpp"
#include "venloc/locators/locator.hpp"
#include "venloc/retrieval/verification.hpp"
#include "venloc/retrieval/visual_index.hpp"

namespace venloc {

/// How a query is compared with the gallery.
enum class Matching {
  kIndexed,     ///< visual index, geometric verification, calibrated posterior
  kExhaustive,  ///< the method of FDHProject, for comparison: every gallery picture, cross-checked L1 matches, sum of
                ///< the 50 smallest distances
};

/// How a SiftLocator is built and queried.
struct VENLOC_API SiftLocatorOptions {
  Matching matching = Matching::kIndexed;  ///< how a query is compared with the gallery
  SiftOptions sift;                        ///< how features are extracted, of the gallery and of queries
  VisualIndexOptions index;                ///< how the visual index is built
  VisualIndexQueryOptions query;           ///< how the visual index is searched
  VerificationOptions verification;        ///< how candidates are verified geometrically
  int max_features_total = 0;              ///< most features kept in the index, useful ones first; 0 = all
  bool keep_descriptors = false;  ///< keep the descriptors beside their codes, 128 bytes more a feature, which lets
                                  ///< query.rerank_places compare by them
  int verify_candidates = 200;    ///< pictures of the short list that are verified geometrically, at least 1
  int max_candidates = 20;        ///< most gallery pictures reported as evidence, 0 or more
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

/// Locates by SIFT features: shortlist from a visual index, geometric verification, and a calibrated mixture over the
/// places of the verified pictures. Thread-safe for all const members.
class VENLOC_API SiftLocator final : public GalleryLocator {
 public:
  static constexpr const char* kKind = "sift";  ///< kind of its model files

  /// Reads every picture of the gallery. Pictures that cannot be read are an ImageError naming the first, all of them
  /// being listed. Throws InvalidArgumentError for fewer than two photos.
  static SiftLocator build(const Gallery& gallery, const SiftLocatorOptions& options = {},
                           const ProgressCallback& progress = {});
  /// Opens a model of kind "sift"; see load_locator.
  static SiftLocator load(const std::filesystem::path& file, const LoadOptions& load = {});
  static SiftLocator load(const SafetensorsFile& file, const LoadOptions& load = {});

  SiftLocator(SiftLocator&&) noexcept;
  SiftLocator& operator=(SiftLocator&&) noexcept;
  ~SiftLocator() override;

  /// Exhaustive matching has no evidence: evidence() then throws InvalidArgumentError.
  [[nodiscard]] Prediction locate(const Image& picture, const QueryOptions& query = {}) const override;
  [[nodiscard]] Evidence evidence(const Image& picture, const QueryOptions& query = {}) const override;
  [[nodiscard]] Prediction answer(const Evidence& evidence, const QueryOptions& query = {}) const override;
  [[nodiscard]] LocatorInfo info() const override;
  [[nodiscard]] std::span<const Photo> photos() const override;
  void save(const std::filesystem::path& file) const override;

  [[nodiscard]] const SiftLocatorOptions& options() const;  ///< the options in use
  /// Changes settings of queries (verify_candidates, max_candidates, query, verification, sift, num_threads); settings
  /// that the index was built with cannot be changed: InvalidArgumentError that names the field. What the model was
  /// opened with (LoadOptions::max_candidates) no longer counts.
  void set_options(const SiftLocatorOptions& options);
  /// Adds the pictures of a gallery without a rebuild (vocabulary and calibration stay; all features of the new ones
  /// are kept, whatever max_features_total is). An id that is already in is an
  /// InvalidArgumentError. Not to be called while queries run.
  void add(const Gallery& gallery, const ProgressCallback& progress = {});
  /// Removes pictures by id. Throws InvalidArgumentError for an unknown id, changing nothing.
  void remove(std::span<const std::string> ids);

 private:
  struct Impl;
  explicit SiftLocator(std::unique_ptr<Impl> impl, const LoadOptions& load = {});
  std::unique_ptr<Impl> impl_;
};

}  // namespace venloc
