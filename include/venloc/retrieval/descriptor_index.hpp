// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/core/safetensors.hpp"

namespace venloc {

/// A picture of the index that is similar to the query.
struct DescriptorHit {
  std::uint32_t index = 0;  ///< position of the picture in the index
  float similarity = 0.0f;  ///< cosine of the angle to the query, mean over its descriptors, -1 to 1

  friend bool operator==(const DescriptorHit&, const DescriptorHit&) = default;
};

/// How global descriptors are searched.
struct VENLOC_API DescriptorSearchOptions {
  int max_hits = 100;  ///< maximum number of pictures that are found
  int expansion = 0;   ///< number of nearest pictures that are added to the query, which is then searched again (query
                       ///< expansion); 0 = none
  double expansion_alpha = 3.0;  ///< exponent of the similarity in the weights of the added pictures, 0 or more
  int num_threads = 1;           ///< threads of one search; 0 = all cores. Does not change the result.

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
};

/// Interface of an index with one short vector for each picture. Code that only searches accepts any such index.
class VENLOC_API VectorIndex {
 public:
  virtual ~VectorIndex() = default;

  [[nodiscard]] virtual std::size_t size() const = 0;       ///< number of pictures
  [[nodiscard]] virtual std::size_t dimension() const = 0;  ///< number of values of each vector
  /// The pictures most similar to the query, best first. A query has one vector or several (of crops or sizes of one
  /// picture), dimension() values each, normalised to unit length; the mean of their similarities counts. Pictures
  /// whose `excluded` byte is not 0 are treated as absent (empty = none are); used for leave-one-out evaluation.
  [[nodiscard]] virtual std::vector<DescriptorHit> search(std::span<const float> query,
                                                          const DescriptorSearchOptions& options = {},
                                                          std::span<const std::uint8_t> excluded = {}) const = 0;
  /// The similarity of each of these pictures to the query, as search computes it without expansion.
  [[nodiscard]] virtual std::vector<float> similarities(std::span<const float> query,
                                                        std::span<const std::uint32_t> pictures) const = 0;
};

/// Exact nearest-neighbour search over one short vector for each picture (global descriptors, as Whitening gives them).
///
/// A descriptor is stored as bytes: each value v of the unit vector as 127 v, rounded. All descriptors are compared
/// with the query in exact integer arithmetic by the widest SIMD instructions of the processor (AVX-512, AVX2, NEON or
/// none), so the answer is the same on every machine and at every number of threads; of equally similar pictures the
/// one with the lower position comes first.
///
/// All const members may be called from several threads at once.
class VENLOC_API DescriptorIndex final : public VectorIndex {
 public:
  static constexpr std::size_t kDefaultDimension = 256;  ///< dimension of an index for which none is given

  /// An empty index. Throws InvalidArgumentError for a dimension of 0 or above 65536.
  explicit DescriptorIndex(std::size_t dimension = kDefaultDimension);

  [[nodiscard]] std::size_t size() const override { return codes_.size() / dimension_; }  ///< number of pictures
  [[nodiscard]] std::size_t dimension() const override { return dimension_; }
  /// The dimension() bytes of a picture's descriptor. Throws InvalidArgumentError when there is no such picture.
  [[nodiscard]] std::span<const std::int8_t> descriptor(std::size_t index) const;

  /// Appends pictures: n x dimension() values, each vector is normalised to unit length. The similarity of a vector of
  /// zeros is always 0. Throws InvalidArgumentError for a wrong number of values or one that is not finite (vector and
  /// position are named); the index is then unchanged.
  void add(std::span<const float> vectors);
  /// Removes a picture; the positions of later pictures decrease by one. Throws InvalidArgumentError when there is no
  /// such picture.
  void remove(std::size_t index);

  /// The pictures most similar to the query, best first. A query has one descriptor or several (of crops or sizes of
  /// one picture), dimension() values each, normalised to unit length; the mean of their similarities counts.
  ///
  /// With `options.expansion`, each of the query's descriptors is replaced by the weighted mean of itself (weight 1)
  /// and of the descriptors of the pictures found (weight similarity^alpha; those of 0 or below do not count),
  /// normalised to unit length (alpha query expansion, Radenovic, Tolias and Chum 2018).
  ///
  /// Pictures whose `excluded` byte is not 0 are treated as absent (empty = none are); used for leave-one-out
  /// evaluation. Throws InvalidArgumentError for wrong options, a query without descriptor, with more than 1024, of a
  /// wrong number of values or with one that is not finite, or for a wrong number of `excluded`.
  [[nodiscard]] std::vector<DescriptorHit> search(std::span<const float> query,
                                                  const DescriptorSearchOptions& options = {},
                                                  std::span<const std::uint8_t> excluded = {}) const override;

  /// The similarity of each of these pictures to the query, as search computes it without expansion. Throws
  /// InvalidArgumentError like search, and for a picture that does not exist.
  [[nodiscard]] std::vector<float> similarities(std::span<const float> query,
                                                std::span<const std::uint32_t> pictures) const override;

  /// An index with each descriptor replaced by the weighted mean of itself and its `neighbours` nearest others, weights
  /// as for the expansion of a query (database-side augmentation, Arandjelovic and Zisserman 2012). Compares all
  /// pictures with all others. Throws InvalidArgumentError for `neighbours` or `alpha` below 0.
  [[nodiscard]] DescriptorIndex augmented(int neighbours, double alpha = 3.0, int num_threads = 0) const;

  /// Adds the array `<name>.codes`, size() x dimension() of int8; the index must exist until the writer is done.
  void save(SafetensorsWriter& writer, const std::string& name = "descriptors") const;
  /// Throws FormatError that names the file, the array and the reason.
  static DescriptorIndex load(const SafetensorsFile& file, const std::string& name = "descriptors");

  friend bool operator==(const DescriptorIndex& a, const DescriptorIndex& b) {
    return a.dimension_ == b.dimension_ && a.codes_ == b.codes_;
  }

 private:
  [[nodiscard]] std::vector<DescriptorHit> nearest(std::span<const std::int8_t> query, std::size_t count,
                                                   int num_threads, std::span<const std::uint8_t> excluded) const;
  void check_query(std::span<const float> query) const;
  [[nodiscard]] float similarity_of(std::int32_t sum, std::size_t descriptors) const;
  void expand(std::span<float> vector, std::span<const DescriptorHit> hits, double alpha) const;

  std::size_t dimension_;
  std::vector<std::int8_t> codes_;  // size() x dimension_
};

}  // namespace venloc
