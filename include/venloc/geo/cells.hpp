// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/geo/lat_lng.hpp"

namespace venloc {

/// A cell of the S2 library (https://s2geometry.io): the sphere is cut into six faces, each of them into quarters again
/// and again, 30 levels deep. In a city the cells of a level are about as large: some 1.1 km a side at level 13, half
/// of it at each next level, 35 m at 18. Every place is in exactly one cell of each level.
///
/// The number is the library's own. All functions but is_valid and token throw InvalidArgumentError when it is that of
/// no cell.
struct VENLOC_API CellId {
  static constexpr int kMaxLevel = 30;

  std::uint64_t id = 0;  ///< the cell's number in the S2 library; 0 is no cell

  /// The cell of a token; throws InvalidArgumentError when it is that of no cell.
  static CellId from_token(std::string_view token);

  [[nodiscard]] bool is_valid() const;  ///< whether the number is that of a cell
  /// The number in hexadecimal digits without the zeros at its end, as S2 writes it; "X" for the number 0.
  [[nodiscard]] std::string token() const;
  [[nodiscard]] int level() const;  ///< level of the cell, 0 (a face) to kMaxLevel
  /// The cell of `level` that this one is in, `level` 0 to its own.
  [[nodiscard]] CellId parent(int level) const;
  /// The four quarters in the order of their numbers; throws InvalidArgumentError at kMaxLevel.
  [[nodiscard]] std::array<CellId, 4> children() const;
  /// The four cells of the same level that share an edge with it: below, right, above, left as the face has it.
  [[nodiscard]] std::array<CellId, 4> neighbours() const;
  /// Where the cell is divided into its quarters.
  [[nodiscard]] LatLng center() const;
  /// The corners, counterclockwise. Edges are great circles.
  [[nodiscard]] std::array<LatLng, 4> vertices() const;
  /// Of the cells of one level exactly one contains a place; throws InvalidArgumentError for an impossible place.
  [[nodiscard]] bool contains(LatLng place) const;
  /// Whether `other` is this cell or a part of it.
  [[nodiscard]] bool contains(CellId other) const;
  /// Great-circle distance from its nearest point to a place [m], 0 inside. Throws InvalidArgumentError for an
  /// impossible place.
  [[nodiscard]] double distance_m(LatLng place) const;

  friend auto operator<=>(const CellId&, const CellId&) = default;
};

/// The cell of `level` (0 to 30) that holds the place. Throws InvalidArgumentError for an impossible place or level.
VENLOC_API CellId cell_at(LatLng place, int level);

/// How a city is cut into cells.
struct VENLOC_API CellPartitionOptions {
  int min_level = 13;  ///< S2 level of the largest cells, 0 to 30
  int max_level =
      18;  ///< S2 level of the smallest cells, min_level to 30; the same as min_level = all cells of one level
  int max_photos = 30;  ///< a cell with more photos than this is split, unless it is of max_level
  int min_photos = 8;   ///< a cell with fewer photos than this is dropped, 1 = none is; at most max_photos / 4 + 1, so
                        ///< that of a cell that is split something is kept

  /// All cells of one level that hold a photo.
  static CellPartitionOptions fixed_level(int level);

  /// Throws InvalidArgumentError that names the field.
  void validate() const;

  friend bool operator==(const CellPartitionOptions&, const CellPartitionOptions&) = default;
};

/// A city cut into classes by the places of its photos (PlaNet, Weyand et al. 2016): cells of min_level are split while
/// they hold more than max_photos, and cells with fewer than min_photos are dropped.
///
/// A class is a kept cell with its surroundings: a place in no kept cell belongs to the nearest one (of equals, to the
/// one with the lower number). So every place on Earth is in exactly one class, and photos of dropped cells count for
/// the class they lie nearest to. When every cell would be dropped, the one with the most photos is kept.
///
/// Immutable value, cheap to copy. The same for the same photos in any order.
class VENLOC_API CellPartition {
 public:
  /// No class: as a placeholder only.
  CellPartition() = default;
  /// Throws InvalidArgumentError when there is no photo, when one has an impossible place (its position in the list is
  /// named), or for wrong options.
  explicit CellPartition(std::span<const LatLng> photos, const CellPartitionOptions& options = {});
  /// A partition that was kept elsewhere: its cells in the order of their numbers, and of each class how many photos it
  /// has. Throws InvalidArgumentError when there is no cell, one is impossible, out of order or inside of another, or
  /// the sizes differ.
  static CellPartition from_cells(std::vector<CellId> cells, std::vector<std::uint32_t> counts);

  [[nodiscard]] std::size_t size() const;  ///< number of classes
  /// The cell of each class, in the order of their numbers; no two overlap.
  [[nodiscard]] std::span<const CellId> cells() const;
  /// Photos of each class, with those nearest to it that are in no kept cell.
  [[nodiscard]] std::span<const std::uint32_t> counts() const;
  [[nodiscard]] std::vector<std::string> tokens() const;  ///< the tokens of cells(), in their order

  /// The class that a place belongs to, below size(). Throws InvalidArgumentError for an impossible place or when there
  /// is no class.
  [[nodiscard]] std::size_t class_of(LatLng place) const;
  /// The class of each place, in their order. Throws as class_of.
  [[nodiscard]] std::vector<std::uint32_t> classes_of(std::span<const LatLng> places) const;
  /// Distance from the nearest point of each class's cell to the place [m]. Throws InvalidArgumentError for an
  /// impossible place.
  [[nodiscard]] std::vector<double> distances_m(LatLng place) const;

  VENLOC_API friend bool operator==(const CellPartition& a, const CellPartition& b);

 private:
  struct Impl;
  explicit CellPartition(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

/// The training target of a classifier for a photo at `place`: a probability for each class, proportional to
/// exp(-(d(cell, place) - d(true cell, place)) / tau_m), after PIGEON (Haas et al. 2023), with d the distance to the
/// nearest point of a cell [m]. Sums to 1; the true class, class_of(place), has the largest. Throws
/// InvalidArgumentError for an impossible place, a tau_m that is not positive and finite, or when there is no class.
VENLOC_API std::vector<double> smoothed_labels(const CellPartition& partition, LatLng place, double tau_m);

/// Several partitions of one city looked at together, coarse and fine or just different ones (CPlaNet, Seo et al. 2018;
/// Mueller-Budack et al. 2018): a piece is what is in the same class of each, of those pieces that hold a photo.
/// Immutable value.
class VENLOC_API CombinedPartitions {
 public:
  /// Throws InvalidArgumentError when there is no partition, one without a class, or no photo, or one has an impossible
  /// place.
  CombinedPartitions(std::vector<CellPartition> partitions, std::span<const LatLng> photos);

  /// The partitions, in the order they were given in.
  [[nodiscard]] std::span<const CellPartition> partitions() const { return partitions_; }
  [[nodiscard]] std::size_t size() const { return pieces_.size(); }  ///< number of pieces
  /// The classes of a piece, one for each partition; pieces are in ascending order of their classes. Throws
  /// InvalidArgumentError when there is no such piece.
  [[nodiscard]] std::span<const std::uint32_t> classes(std::size_t piece) const;
  /// The piece of each photo.
  [[nodiscard]] std::span<const std::uint32_t> piece_of_photo() const { return piece_of_photo_; }
  /// The probability of each piece from those of the classes of each partition: their product along the piece, brought
  /// to sum 1. Throws InvalidArgumentError when sizes do not match, a value is negative or not finite, or every piece
  /// comes out impossible.
  [[nodiscard]] std::vector<double> combine(std::span<const std::vector<double>> probabilities) const;

 private:
  std::vector<CellPartition> partitions_;
  std::vector<std::vector<std::uint32_t>> pieces_;
  std::vector<std::uint32_t> piece_of_photo_;
};

}  // namespace venloc
