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
  int max_features_total = 0;  ///< maximum number of features kept in the index, the most useful ones; 0 = all
  bool keep_descriptors =
      false;  ///< also keep the descriptors, which query.rerank_places needs; 128 bytes more per feature
  int verify_candidates = 200;  ///< pictures of the short list that are verified geometrically, at least 1
  int max_candidates = 20;      ///< maximum number of gallery pictures reported as evidence, 0 or more
  int calibration_folds = 10;   ///< folds of the gallery on which the candidates' probabilities are fitted, at least 3;
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

/// Locates by SIFT features: shortlist from a visual index, geometric verification, and a calibrated mixture over the
/// places of the verified pictures. Thread-safe for all const members.
class VENLOC_API SiftLocator final : public GalleryLocator {
 public:
  static constexpr const char* kKind = "sift";  ///< kind of its model files

  /// Reads every picture of the gallery. Throws ImageError that lists the pictures that cannot be read, and
  /// InvalidArgumentError for fewer than two photos.
  static SiftLocator build(const Gallery& gallery, const SiftLocatorOptions& options = {},
                           const ProgressCallback& progress = {});
  /// Opens a model of kind "sift"; see load_locator.
  static SiftLocator load(const std::filesystem::path& file, const LoadOptions& load = {});
  /// Opens the model from a file that open_model or open_model_of_kind returned.
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
  /// that the index was built with cannot be changed: InvalidArgumentError that names the field.
  /// LoadOptions::max_candidates of the model has no effect afterwards.
  void set_options(const SiftLocatorOptions& options);
  /// Adds the pictures of a gallery without rebuilding the model. Vocabulary and calibration are unchanged. All
  /// features of the new pictures are kept, even above max_features_total. Throws InvalidArgumentError for an id that
  /// is already in the model. Must not be called while queries run.
  void add(const Gallery& gallery, const ProgressCallback& progress = {});
  /// Removes pictures by id. Throws InvalidArgumentError for an unknown id; the model is then unchanged.
  void remove(std::span<const std::string> ids);

 protected:
  [[nodiscard]] double district_share() const override;

 private:
  struct Impl;
  explicit SiftLocator(std::unique_ptr<Impl> impl, const LoadOptions& load = {});
  std::unique_ptr<Impl> impl_;
};

}  // namespace venloc
