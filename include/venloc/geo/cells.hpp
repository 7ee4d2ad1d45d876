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

/// A cell of the S2 library (https://s2geometry.io): the sphere is divided into six faces, and each face recursively
/// into quarters, 30 levels deep. In a city the cells of one level have about the same size: a side of about 1.1 km at
/// level 13, half of that at each next level, 35 m at level 18. Every place is in exactly one cell of each level.
///
/// `id` is the number of the cell in the S2 library. All functions except is_valid and token throw InvalidArgumentError
/// when no cell has this number.
struct VENLOC_API CellId {
  static constexpr int kMaxLevel = 30;  ///< level of the smallest cells, about 1 cm a side

  std::uint64_t id = 0;  ///< the cell's number in the S2 library; 0 is no cell

  /// The cell with this token. Throws InvalidArgumentError when there is none.
  static CellId from_token(std::string_view token);

  [[nodiscard]] bool is_valid() const;  ///< whether the number is that of a cell
  /// The number in hexadecimal digits without trailing zeros, as S2 writes it; "X" for the number 0.
  [[nodiscard]] std::string token() const;
  [[nodiscard]] int level() const;  ///< level of the cell, 0 (a face) to kMaxLevel
  /// The cell of `level` that contains this cell; `level` is 0 to the level of this cell.
  [[nodiscard]] CellId parent(int level) const;
  /// The four quarters in the order of their numbers; throws InvalidArgumentError at kMaxLevel.
  [[nodiscard]] std::array<CellId, 4> children() const;
  /// The four cells of the same level that share an edge with this cell: below, right, above, left in the coordinates
  /// of the face.
  [[nodiscard]] std::array<CellId, 4> neighbours() const;
  /// The point at which the cell is divided into its quarters.
  [[nodiscard]] LatLng center() const;
  /// The corners, counterclockwise. Edges are great circles.
  [[nodiscard]] std::array<LatLng, 4> vertices() const;
  /// Whether the cell contains the place. Exactly one cell of each level contains a place. Throws InvalidArgumentError
  /// for an invalid place.
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

/// How a city is divided into cells.
struct VENLOC_API CellPartitionOptions {
  int min_level = 13;  ///< S2 level of the largest cells, 0 to 30
  int max_level =
      18;  ///< S2 level of the smallest cells, min_level to 30; the same as min_level = all cells of one level
  int max_photos = 30;  ///< a cell with more photos than this is split, unless it is of max_level
  int min_photos = 8;   ///< a cell with fewer photos than this is dropped; 1 = no cell is dropped. At most max_photos /
                        ///< 4 + 1, so that at least one part of a split cell is kept

  /// All cells of one level that hold a photo.
  static CellPartitionOptions fixed_level(int level);

  /// Throws InvalidArgumentError that names the field.
  void validate() const;

  friend bool operator==(const CellPartitionOptions&, const CellPartitionOptions&) = default;
};

/// A division of a city into classes by the places of its photos (PlaNet, Weyand et al. 2016): cells of min_level are
/// split while they hold more than max_photos, and cells with fewer than min_photos are dropped.
///
/// A class is a kept cell with its surroundings: a place outside all kept cells belongs to the nearest one (at equal
/// distance, to the one with the lower number). Therefore every place on Earth is in exactly one class, and photos of
/// dropped cells count for the nearest class. When every cell would be dropped, the one with the most photos is kept.
///
/// Immutable value, cheap to copy. The same for the same photos in any order.
class VENLOC_API CellPartition {
 public:
  /// A placeholder without classes.
  CellPartition() = default;
  /// Throws InvalidArgumentError when there is no photo, when one has an impossible place (its position in the list is
  /// named), or for wrong options.
  explicit CellPartition(std::span<const LatLng> photos, const CellPartitionOptions& options = {});
  /// Restores a partition from its cells, in the order of their numbers, and the number of photos of each class. Throws
  /// InvalidArgumentError when there is no cell, a cell is invalid, out of order or inside another one, or the sizes
  /// differ.
  static CellPartition from_cells(std::vector<CellId> cells, std::vector<std::uint32_t> counts);

  [[nodiscard]] std::size_t size() const;  ///< number of classes
  /// The cell of each class, in the order of their numbers; no two overlap.
  [[nodiscard]] std::span<const CellId> cells() const;
  /// The number of photos of each class, including photos outside all kept cells that are nearest to it.
  [[nodiscard]] std::span<const std::uint32_t> counts() const;
  [[nodiscard]] std::vector<std::string> tokens() const;  ///< the tokens of cells(), in their order

  /// The class of a place, below size(). Throws InvalidArgumentError for an impossible place or when there
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

/// The combination of several partitions of one city, coarse and fine or just different ones (CPlaNet, Seo et al. 2018;
/// Mueller-Budack et al. 2018): a piece is the intersection of one class of each partition. Only pieces that contain a
/// photo count. Immutable value.
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
  /// The probability of each piece from the class probabilities of each partition: the product over the classes of the
  /// piece, normalised to sum 1. Throws InvalidArgumentError when sizes do not match, a value is negative or not
  /// finite, or all pieces have probability 0.
  [[nodiscard]] std::vector<double> combine(std::span<const std::vector<double>> probabilities) const;

 private:
  std::vector<CellPartition> partitions_;
  std::vector<std::vector<std::uint32_t>> pieces_;
  std::vector<std::uint32_t> piece_of_photo_;
};

}  // namespace venloc
