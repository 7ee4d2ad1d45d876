// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/features/backbone.hpp"
#include "venloc/gallery/gallery.hpp"
#include "venloc/image/image.hpp"
#include "venloc/locators/result.hpp"
#include "venloc/ranking/evidence.hpp"
#include "venloc/ranking/prediction.hpp"
#include "venloc/ranking/query_options.hpp"
#include "venloc/ranking/walk.hpp"

namespace venloc {

/// What a locator is and what it was built from.
struct LocatorInfo {
  std::string kind;             ///< kind of the model: "sift", "ensemble", …
  std::string city;             ///< name given when the model was built, may be empty
  std::size_t photos = 0;       ///< number of gallery pictures
  std::size_t features = 0;     ///< number of local features in the index; 0 for locators without
  std::string options;          ///< the options that the model was built with, as JSON
  std::string library_version;  ///< version of the library that wrote the model
  int format_version = 0;       ///< version of the model file's format
  BoundingBox area;             ///< the box around the gallery's places that positions are searched in [deg]
  bool calibrated = true;       ///< false: the model was built from too few photos to calibrate its probabilities
};

/// How a model is opened. These options are not stored when the model is saved again.
struct VENLOC_API LoadOptions {
  Device device = Device::kAuto;  ///< where the network is computed, for models with one
  int num_threads = 0;  ///< threads of one query; 0 = all cores. Does not change the result. Pictures of a list are
                        ///< located in parallel, with one thread each.
  std::optional<int> max_candidates;  ///< maximum number of gallery photos reported as evidence, 0 or more; if not set:
                                      ///< that of the model
  bool matches = true;  ///< whether candidates have the matching points, which are the largest part of an answer

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
};

/// Locates pictures: where was a picture made? All const members may be called from several threads at once.
class VENLOC_API Locator {
 public:
  virtual ~Locator() = default;

  /// Throws ImageError for an empty picture; for a picture without features it returns the prior (with low confidence),
  /// not an error.
  [[nodiscard]] virtual Prediction locate(const Image& picture, const QueryOptions& query = {}) const = 0;
  /// Results in the order of the pictures, which are located in parallel on up to `num_threads` threads (0 = all
  /// cores). A picture that cannot be located has a failure in its place. Progress in pictures, stage "locate". Throws
  /// InvalidArgumentError for wrong query options, and CancelledError.
  [[nodiscard]] std::vector<Result> locate_all(std::span<const Image> pictures, const QueryOptions& query = {},
                                               const ProgressCallback& progress = {}, int num_threads = 0) const;
  /// The same for files, each of which is read when its turn comes: at most `num_threads` pictures are in memory.
  [[nodiscard]] std::vector<Result> locate_files(std::span<const std::filesystem::path> files,
                                                 const QueryOptions& query = {}, const ProgressCallback& progress = {},
                                                 int num_threads = 0, const ImageOptions& reading = {}) const;
  /// Locates pictures of one walk, which inform each other: locate_all, then combine_walk of those that were located.
  /// `moments` has one entry for each picture, or is empty.
  [[nodiscard]] std::vector<Result> locate_together(std::span<const Image> pictures,
                                                    std::span<const WalkMoment> moments = {},
                                                    const WalkOptions& walk = {}, const QueryOptions& query = {},
                                                    const ProgressCallback& progress = {}, int num_threads = 0) const;
  /// The predictions of pictures of one walk, made by this locator with `query`, given one another:
  /// venloc::combine_walk with this locator's prior. What is reported of the place is read from the new posterior;
  /// candidates and their probabilities stay those of the picture, and a note states how many pictures were located
  /// together. Throws as venloc::combine_walk.
  [[nodiscard]] std::vector<Prediction> combine_walk(std::vector<Prediction> predictions,
                                                     std::span<const WalkMoment> moments = {},
                                                     const WalkOptions& walk = {}, const QueryOptions& query = {},
                                                     int num_threads = 0) const;
  /// Where a picture was made before it is looked at: where the gallery's pictures were made, and what `query` states.
  [[nodiscard]] Posterior prior(const QueryOptions& query = {}) const;
  [[nodiscard]] virtual LocatorInfo info() const = 0;  ///< what the locator is and what it was built from
  /// The gallery pictures of the locator; their `file` is empty after loading.
  [[nodiscard]] virtual std::span<const Photo> photos() const = 0;
  /// Writes the model. Atomic: temporary file, fsync, rename; a failure leaves an existing file as it was. Throws
  /// IoError.
  virtual void save(const std::filesystem::path& file) const = 0;

  /// How the model was opened; the defaults for one that was built.
  [[nodiscard]] const LoadOptions& load_options() const { return load_options_; }

 protected:
  explicit Locator(const LoadOptions& load_options = {}) : load_options_(load_options) {}
  Locator(const Locator&) = default;
  Locator& operator=(const Locator&) = default;

  /// Weight of the right district when the reported place is read from a posterior: `far_share` of
  /// Posterior::best_place.
  [[nodiscard]] virtual double district_share() const;

  LoadOptions load_options_;
};

/// A locator whose evidence consists of photos of its gallery.
class VENLOC_API GalleryLocator : public Locator {
 public:
  /// Describes the picture, retrieves candidates and verifies them. Throws ImageError for an empty picture, and
  /// CancelledError when the query is cancelled; the other query options are used by answer().
  [[nodiscard]] virtual Evidence evidence(const Image& picture, const QueryOptions& query = {}) const = 0;
  /// Scores the evidence. Throws InvalidArgumentError for evidence of a photo that is not in the model.
  [[nodiscard]] virtual Prediction answer(const Evidence& evidence, const QueryOptions& query = {}) const = 0;
  /// answer(evidence(picture)).
  [[nodiscard]] Prediction locate(const Image& picture, const QueryOptions& query = {}) const override;

 protected:
  using Locator::Locator;
};

/// Opens a model file of any kind; "s2" and "regression" need register_torch() (venloc/torch.hpp), your own kinds need
/// register_locator(). Throws FileNotFoundError, or FormatError that names the file, the array and the reason.
VENLOC_API std::unique_ptr<Locator> load_locator(const std::filesystem::path& file, const LoadOptions& options = {});

/// The kind of a model. Only the header of the file is read. Throws as load_locator.
VENLOC_API std::string model_kind(const std::filesystem::path& file);

/// Whether models of this kind need venloc::torch.
VENLOC_API bool needs_torch(const std::string& kind);

/// The model of the default city (Venice): $VENLOC_MODEL, or the file installed with the library.
/// Throws FileNotFoundError that lists the paths that were searched.
VENLOC_API std::filesystem::path default_model_path();

}  // namespace venloc
