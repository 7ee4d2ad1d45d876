// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "venloc/core/safetensors.hpp"
#include "venloc/retrieval/whitening.hpp"

namespace venloc {

/// Where a vector stands in the map of features of its picture, 0 to 255 [cells].
struct DenseCell {
  float x = 0, y = 0;
};

/// The map of a picture: a vector of length 1 for each of its cells.
struct DenseMap {
  std::vector<float> vectors;  ///< size of cells x dimension
  std::vector<DenseCell> cells;
};

/// The map of a picture from the outputs of a network for its cells, row by row, `width` a row: projected, less half of
/// the picture's own mean, each of length 1. Positions are multiplied by `scale`.
DenseMap dense_map(std::span<const float> values, int width, const Whitening& projection, float scale);

/// Maps of features of gallery pictures, compared with a query's map cell by cell. A painting shares with a photo what
/// stands where, and nothing finer: so cells that are each other's most alike are matched, and a picture's score is the
/// weight of those matches that agree on one scale and shift.
///
/// Cells that are like cells of every picture (sky, water, plain walls) count less on both sides (the hubness
/// correction of Conneau et al. 2018, by means), and of each picture only the least common are kept, each value in 4
/// bits.
///
/// All const members may be called from several threads at once.
class DenseIndex {
 public:
  static constexpr std::size_t kHubPictures = 100;  ///< pictures, evenly spread, that determine how common a cell is
  static constexpr std::array<float, 5> kScales = {0.71f, 0.84f, 1.0f, 1.19f, 1.41f};
  static constexpr float kToleranceCells = 1.5f;  ///< matches that agree differ by less in their shift

  /// Empty.
  explicit DenseIndex(std::size_t dimension) : dimension_(dimension) {}
  /// Keeps of each picture at most so many cells. Throws InvalidArgumentError for a map whose vectors do not fit, that
  /// has no cell, one outside 0 to 255 or a value that is not finite.
  static DenseIndex build(std::span<const DenseMap> pictures, std::size_t dimension, std::size_t most_cells,
                          int num_threads);

  /// Appends pictures; how common their cells are is measured on those already in. Throws as build, changing nothing.
  void add(std::span<const DenseMap> pictures, std::size_t most_cells, int num_threads);
  /// Leaves only the pictures of these numbers, which ascend.
  void keep(std::span<const std::size_t> staying);

  [[nodiscard]] std::size_t size() const { return begin_.size() - 1; }  ///< number of pictures
  [[nodiscard]] std::size_t dimension() const { return dimension_; }
  [[nodiscard]] std::size_t cells() const { return begin_.back(); }  ///< of all pictures

  /// The score of each picture for the query, 0 or more; the number of threads does not change it.
  [[nodiscard]] std::vector<float> scores(const DenseMap& query, int num_threads) const;

  /// Arrays `<name>.codes` (cells x (dimension + 1) / 2 of uint8), .cells (x 2), .hubs, .counts and .step; the object
  /// must live until the writer is done.
  void save(SafetensorsWriter& writer, const std::string& name = "feature_maps") const;
  /// Throws FormatError that names the file, the array and the reason.
  static DenseIndex load(const SafetensorsFile& file, std::size_t dimension, const std::string& name = "feature_maps");

 private:
  void append(const DenseMap& picture, std::span<const float> common, std::size_t most_cells);
  void unpack(int num_threads);

  std::size_t dimension_;
  std::vector<std::uint32_t> begin_ = {0};  // first cell of each picture
  std::vector<std::uint8_t> codes_;         // two values a byte, the first in the low half
  std::vector<std::uint8_t> positions_;     // x and y of each cell
  std::vector<std::uint8_t> hubs_;          // how common each cell is: 255 = a cosine of 1
  std::vector<std::uint16_t> counts_;       // cells of each picture
  float step_ = 1;                          // of the codes

  // What the codes stand for, as bytes in tiles (kernels.hpp), and the first tile of each picture.
  std::vector<std::uint8_t> tiles_;
  std::vector<std::size_t> first_tile_ = {0};
};

}  // namespace venloc
