// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/features/local_features.hpp"

namespace venloc {

/// How the visual index is built.
struct VENLOC_API VisualIndexOptions {
  int words = 4096;                 ///< size of the coarse vocabulary [words]
  int training_features = 300'000;  ///< maximum number of features for training the vocabulary and the codes
  int iterations = 6;               ///< iterations of k-means on each level
  std::uint64_t seed = 0;           ///< random seed; the same seed gives the same bytes
  int num_threads = 0;              ///< threads; 0 = all cores. Does not change the result.

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
};

/// How the visual index is searched.
struct VENLOC_API VisualIndexQueryOptions {
  int probes = 4;            ///< words looked up for each query feature (soft assignment)
  int ratio_test_rank = 20;  ///< a match must be nearer than the ratio-test distance: that of the nearest feature at
                             ///< the place after this many nearest places
  int rerank_places = 0;     ///< number of places that are selected by code and compared again by descriptor, which the
                             ///< index must hold; 0 = codes only
  int max_pictures = 200;    ///< length of the short list [pictures]
  int num_threads = 1;       ///< threads of one search; 0 = all cores. Does not change the result.

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
};

/// The features of one picture as the index stores them.
struct EncodedPicture {
  int width = 0;                                   ///< width of the picture as it was analysed [px]
  int height = 0;                                  ///< height of the picture as it was analysed [px]
  std::vector<std::uint16_t> words;                ///< word of each feature
  std::vector<std::array<std::uint8_t, 8>> codes;  ///< product quantisation of the residual, 16 parts of 4 bits
  std::vector<std::uint32_t> geometry;             ///< x, y (10 bits each), scale, angle (6 bits each)
  std::vector<SiftDescriptor> descriptors;         ///< the original descriptors, or empty; 128 bytes more per feature

  [[nodiscard]] std::size_t size() const { return words.size(); }  ///< number of features
};

/// A gallery feature near a query feature.
struct FeatureHit {
  std::uint32_t distance = 0;  ///< squared distance of descriptors in bytes; by codes a multiple of 1024
  std::uint32_t picture = 0;   ///< position of the picture in the index
  std::uint32_t feature = 0;   ///< number of the feature in the index
};

/// The nearest neighbours of a query feature.
struct FeatureNeighbours {
  std::vector<FeatureHit> hits;  ///< at most one for each picture, nearest first
  int ratio_test_distance =
      0;  ///< ratio-test distance: that of the nearest picture elsewhere, in the unit of FeatureHit::distance
};

/// A query feature and a feature of a gallery picture that may show the same spot.
struct FeatureMatch {
  std::uint32_t query = 0;    ///< position of the feature in the query
  std::uint32_t feature = 0;  ///< number of the feature in the index
  Keypoint keypoint;          ///< keypoint of the gallery feature [px], quantised, without response
  float weight = 0.0f;        ///< how much nearer it is than the query feature's ratio-test distance, 0 to 1
};

/// A picture of the short list.
struct RankedPicture {
  std::uint32_t picture = 0;          ///< position of the picture in the index
  float votes = 0.0f;                 ///< sum of the matches' votes, corrected for the picture's number of features
  std::vector<FeatureMatch> matches;  ///< ascending by query feature, at most one for each
};

/// Interface of an index of pictures by their local features. Code that only searches accepts any such index.
class VENLOC_API FeatureIndex {
 public:
  virtual ~FeatureIndex() = default;

  [[nodiscard]] virtual std::size_t num_pictures() const = 0;  ///< number of pictures in the index
  /// The pictures most similar to the query, best first. Pictures whose `excluded` byte is not 0 are treated as absent
  /// (empty = none are); used for leave-one-out evaluation.
  [[nodiscard]] virtual std::vector<RankedPicture> search(const LocalFeatures& query,
                                                          const VisualIndexQueryOptions& options = {},
                                                          std::span<const std::uint8_t> excluded = {}) const = 0;
};

/// Inverted index over quantised RootSIFT descriptors.
///
/// A coarse vocabulary (k-means) selects lists; inside a list a descriptor is its residual to the word,
/// product-quantised to 16 x 4 bits (Jegou, Douze, Schmid 2011) and scanned 32 at a time by byte shuffles (Andre,
/// Kermarrec, Le Scouarnec 2015). Distances count relative to the query feature's own ratio-test distance, the analogue
/// of Lowe's ratio test for a whole gallery, so features that are similar all over the city lose their vote. Search is
/// exact integer arithmetic: the same on every processor and at every number of threads.
///
/// All const members may be called from several threads at once; set_pictures must not run at the same time as another
/// member.
class VENLOC_API VisualIndex final : public FeatureIndex {
 public:
  /// Trains vocabulary and codes; the index holds no picture yet. Throws InvalidArgumentError when there are fewer
  /// features than words.
  static VisualIndex train(std::span<const LocalFeatures> pictures, const VisualIndexOptions& options = {},
                           const ProgressCallback& progress = {});

  /// `keep_descriptors`: for VisualIndexQueryOptions::rerank_places.
  [[nodiscard]] EncodedPicture encode(const LocalFeatures& features, bool keep_descriptors = false) const;
  /// Replaces the content; the position in the span is the number of the picture. Descriptors are stored only when all
  /// pictures have them. Returns the number in the index of each feature of each picture.
  std::vector<std::vector<std::uint32_t>> set_pictures(std::span<const EncodedPicture> pictures);
  /// Pictures with one place number count once for the ratio-test distance of a query feature: what is similar all over
  /// a square is informative, what is similar all over the city is not (the idea of DisLoc, Arandjelovic and Zisserman
  /// 2014). Numbers are below num_pictures(); until this is called, and after set_pictures and load, each picture has
  /// its own place.
  void set_places(std::span<const std::uint32_t> place_of_picture);
  /// The content that was set; the features of a picture are in the order of the lists.
  [[nodiscard]] std::vector<EncodedPicture> pictures() const;

  /// The nearest pictures of each query feature, from at most `options.ratio_test_rank` places. `excluded` as in
  /// search.
  [[nodiscard]] std::vector<FeatureNeighbours> nearest(const LocalFeatures& query,
                                                       const VisualIndexQueryOptions& options = {},
                                                       std::span<const std::uint8_t> excluded = {}) const;
  [[nodiscard]] std::vector<RankedPicture> search(const LocalFeatures& query,
                                                  const VisualIndexQueryOptions& options = {},
                                                  std::span<const std::uint8_t> excluded = {}) const override;

  [[nodiscard]] std::size_t num_pictures() const override;
  /// Width and height of a picture as it was analysed [px].
  [[nodiscard]] std::array<int, 2> picture_size(std::size_t picture) const;
  [[nodiscard]] std::size_t num_features() const;  ///< number of features of all pictures
  [[nodiscard]] std::size_t num_words() const;     ///< number of words of the coarse vocabulary
  [[nodiscard]] bool has_descriptors() const;      ///< whether the index also holds the descriptors
  /// Bytes of lists with all their overhead (codes, numbers, geometry, offsets, padding), without the vocabulary and
  /// without descriptors.
  [[nodiscard]] std::size_t list_bytes() const;
  [[nodiscard]] std::size_t vocabulary_bytes() const;  ///< bytes of the vocabulary and the tables of the codes

  /// Adds its arrays, named `index.…`. The index must exist until the writer is done.
  void save(SafetensorsWriter& writer) const;
  /// Uses the lists directly from the memory-mapped file. Throws FormatError that names the file, the array and the
  /// reason.
  static VisualIndex load(const SafetensorsFile& file);

  VisualIndex(VisualIndex&&) noexcept;
  VisualIndex& operator=(VisualIndex&&) noexcept;
  ~VisualIndex() override;

 private:
  struct Impl;
  explicit VisualIndex(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace venloc
