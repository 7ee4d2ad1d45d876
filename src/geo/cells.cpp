// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/geo/cells.hpp"

#include <s2/s2cell.h>
#include <s2/s2cell_id.h>
#include <s2/s2latlng.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "venloc/core/error.hpp"

namespace venloc {
namespace {

static_assert(CellId::kMaxLevel == S2CellId::kMaxLevel);

std::string describe(LatLng place) { return "(" + std::to_string(place.lat) + ", " + std::to_string(place.lng) + ")"; }

void check(LatLng place, const std::string& what) {
  if (!is_valid(place))
    throw InvalidArgumentError(what + " " + describe(place) +
                               " is not a place: give latitude -90 to 90 and longitude -180 to 180");
}

void check_level(int level, int most, const std::string& what) {
  if (level < 0 || level > most)
    throw InvalidArgumentError(what + " must be 0 to " + std::to_string(most) + ", got " + std::to_string(level));
}

// S2 itself ends the program, or returns meaningless values, for a number that is that of no cell.
S2CellId to_s2(CellId cell) {
  const S2CellId s2(cell.id);
  if (!s2.is_valid())
    throw InvalidArgumentError("the number " + std::to_string(cell.id) +
                               " is not an S2 cell: take cells from cell_at, " + "CellId::from_token or a partition");
  return s2;
}

S2LatLng to_s2(LatLng place) { return S2LatLng::FromDegrees(place.lat, place.lng); }

LatLng to_lat_lng(const S2Point& point) {
  const S2LatLng place(point);
  return {place.lat().degrees(), place.lng().degrees()};
}

std::uint64_t leaf_of(LatLng place) { return S2CellId(to_s2(place)).id(); }

double metres(S1ChordAngle distance) { return distance.ToAngle().radians() * kEarthRadiusM; }

// Numbers of the smallest cells of photos, ascending; those in one cell follow each other.
using Leaves = std::span<const std::uint64_t>;

Leaves inside(Leaves leaves, S2CellId cell) {
  const auto begin = std::ranges::lower_bound(leaves, cell.range_min().id());
  return {begin, std::upper_bound(begin, leaves.end(), cell.range_max().id())};
}

// Cells of the partition below `cell`, before any is dropped.
void split(S2CellId cell, Leaves leaves, const CellPartitionOptions& options,
           std::vector<std::pair<S2CellId, std::size_t>>& out) {
  if (leaves.empty()) return;
  if (cell.level() == options.max_level || leaves.size() <= static_cast<std::size_t>(options.max_photos)) {
    out.emplace_back(cell, leaves.size());
    return;
  }
  for (int k = 0; k < 4; ++k) split(cell.child(k), inside(leaves, cell.child(k)), options, out);
}

}  // namespace

CellId CellId::from_token(std::string_view token) {
  const auto cell = S2CellId::FromToken({token.data(), token.size()});
  // S2 reads more spellings than it writes.
  if (!cell.is_valid() || cell.ToToken() != token)
    throw InvalidArgumentError(
        "'" + std::string(token) +
        "' is not the token of an S2 cell: give 1 to 16 lower-case hexadecimal digits such as 477eb1d4");
  return {cell.id()};
}

bool CellId::is_valid() const { return S2CellId(id).is_valid(); }
std::string CellId::token() const { return S2CellId(id).ToToken(); }
int CellId::level() const { return to_s2(*this).level(); }

CellId CellId::parent(int level) const {
  const auto cell = to_s2(*this);
  check_level(level, cell.level(), "the level of a parent of cell " + token());
  return {cell.parent(level).id()};
}

std::array<CellId, 4> CellId::children() const {
  const auto cell = to_s2(*this);
  if (cell.is_leaf()) throw InvalidArgumentError("cell " + token() + " is of level 30 and has no children");
  return {{{cell.child(0).id()}, {cell.child(1).id()}, {cell.child(2).id()}, {cell.child(3).id()}}};
}

std::array<CellId, 4> CellId::neighbours() const {
  S2CellId around[4];
  to_s2(*this).GetEdgeNeighbors(around);
  return {{{around[0].id()}, {around[1].id()}, {around[2].id()}, {around[3].id()}}};
}

LatLng CellId::center() const { return to_lat_lng(to_s2(*this).ToPoint()); }

std::array<LatLng, 4> CellId::vertices() const {
  const S2Cell cell(to_s2(*this));
  return {to_lat_lng(cell.GetVertex(0)), to_lat_lng(cell.GetVertex(1)), to_lat_lng(cell.GetVertex(2)),
          to_lat_lng(cell.GetVertex(3))};
}

bool CellId::contains(LatLng place) const {
  check(place, "the place");
  return to_s2(*this).contains(S2CellId(leaf_of(place)));
}

bool CellId::contains(CellId other) const { return to_s2(*this).contains(to_s2(other)); }

double CellId::distance_m(LatLng place) const {
  check(place, "the place");
  return metres(S2Cell(to_s2(*this)).GetDistance(to_s2(place).ToPoint()));
}

CellId cell_at(LatLng place, int level) {
  check(place, "the place");
  check_level(level, CellId::kMaxLevel, "the level of a cell");
  return {S2CellId(leaf_of(place)).parent(level).id()};
}

CellPartitionOptions CellPartitionOptions::fixed_level(int level) {
  CellPartitionOptions options;
  options.min_level = options.max_level = level;
  options.min_photos = 1;
  return options;
}

void CellPartitionOptions::validate() const {
  check_level(min_level, CellId::kMaxLevel, "partition.min_level");
  check_level(max_level, CellId::kMaxLevel, "partition.max_level");
  if (max_level < min_level) throw InvalidArgumentError("partition.max_level must be at least partition.min_level");
  if (max_photos < 1) throw InvalidArgumentError("partition.max_photos must be at least 1");
  if (min_photos < 1 || min_photos > max_photos / 4 + 1)
    throw InvalidArgumentError("partition.min_photos must be 1 to partition.max_photos / 4 + 1 = " +
                               std::to_string(max_photos / 4 + 1) + ", got " + std::to_string(min_photos));
}

struct CellPartition::Impl {
  std::vector<CellId> cells;
  std::vector<std::uint32_t> counts;
  std::vector<S2Cell> shapes;

  explicit Impl(std::vector<CellId> all) : cells(std::move(all)) {
    for (const auto cell : cells) shapes.emplace_back(to_s2(cell));
  }

  [[nodiscard]] std::size_t class_of(LatLng place) const {
    // A cell's number lies in the middle of those of its leaves: only the nearest ones in order can contain one.
    const S2CellId leaf(leaf_of(place));
    const auto after = static_cast<std::size_t>(std::ranges::upper_bound(cells, CellId{leaf.id()}) - cells.begin());
    for (const auto i : {after - 1, after})
      if (i < cells.size() && shapes[i].id().contains(leaf)) return i;
    const auto point = to_s2(place).ToPoint();
    std::size_t best = 0;
    auto nearest = S1ChordAngle::Infinity();
    for (std::size_t i = 0; i < shapes.size(); ++i)
      if (const auto distance = shapes[i].GetDistance(point); distance < nearest) {
        nearest = distance;
        best = i;
      }
    return best;
  }
};

CellPartition::CellPartition(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

CellPartition::CellPartition(std::span<const LatLng> photos, const CellPartitionOptions& options) {
  options.validate();
  if (photos.empty()) throw InvalidArgumentError("a partition needs at least one photo, got none");
  if (photos.size() > std::numeric_limits<std::uint32_t>::max())
    throw InvalidArgumentError("a partition has at most 4,294,967,295 photos");
  std::vector<std::uint64_t> leaves;
  for (std::size_t i = 0; i < photos.size(); ++i) {
    check(photos[i], "photo " + std::to_string(i));
    leaves.push_back(leaf_of(photos[i]));
  }
  std::ranges::sort(leaves);

  std::vector<std::pair<S2CellId, std::size_t>> found;
  for (Leaves rest(leaves); !rest.empty();) {
    const auto cell = S2CellId(rest.front()).parent(options.min_level);
    const auto own = inside(rest, cell);
    split(cell, own, options, found);
    rest = rest.subspan(own.size());
  }
  const auto most = std::ranges::max_element(found, {}, [](const auto& cell) { return cell.second; });
  const auto least = static_cast<std::size_t>(options.min_photos);
  std::vector<CellId> kept;
  for (const auto& [cell, count] : found)
    if (count >= least) kept.push_back({cell.id()});
  if (kept.empty()) kept.push_back({most->first.id()});

  auto impl = std::make_shared<Impl>(std::move(kept));
  impl->counts.assign(impl->cells.size(), 0);
  for (const auto photo : photos) ++impl->counts[impl->class_of(photo)];
  impl_ = std::move(impl);
}

CellPartition CellPartition::from_cells(std::vector<CellId> cells, std::vector<std::uint32_t> counts) {
  if (cells.empty()) throw InvalidArgumentError("a partition needs at least one cell, got none");
  if (counts.size() != cells.size())
    throw InvalidArgumentError("a partition of " + std::to_string(cells.size()) + " cells needs as many counts, got " +
                               std::to_string(counts.size()));
  auto impl = std::make_shared<Impl>(std::move(cells));
  for (std::size_t i = 1; i < impl->cells.size(); ++i)
    if (impl->shapes[i].id().range_min() <= impl->shapes[i - 1].id().range_max())
      throw InvalidArgumentError(
          "cell " + std::to_string(i) + " (" + impl->cells[i].token() +
          ") of a partition overlaps the one before it or is out of order: sort cells by their " +
          "number and leave out cells inside other cells");
  impl->counts = std::move(counts);
  return CellPartition(std::move(impl));
}

std::size_t CellPartition::size() const { return impl_ ? impl_->cells.size() : 0; }
std::span<const CellId> CellPartition::cells() const { return impl_ ? impl_->cells : std::span<const CellId>(); }
std::span<const std::uint32_t> CellPartition::counts() const {
  return impl_ ? impl_->counts : std::span<const std::uint32_t>();
}

std::vector<std::string> CellPartition::tokens() const {
  std::vector<std::string> out;
  for (const auto cell : cells()) out.push_back(cell.token());
  return out;
}

std::size_t CellPartition::class_of(LatLng place) const {
  check(place, "the place");
  if (!impl_) throw InvalidArgumentError("the partition has no class: build it from photos first");
  return impl_->class_of(place);
}

std::vector<std::uint32_t> CellPartition::classes_of(std::span<const LatLng> places) const {
  std::vector<std::uint32_t> out;
  for (std::size_t i = 0; i < places.size(); ++i) {
    check(places[i], "place " + std::to_string(i));
    out.push_back(static_cast<std::uint32_t>(class_of(places[i])));
  }
  return out;
}

std::vector<double> CellPartition::distances_m(LatLng place) const {
  check(place, "the place");
  std::vector<double> out;
  if (!impl_) return out;
  const auto point = to_s2(place).ToPoint();
  for (const auto& shape : impl_->shapes) out.push_back(metres(shape.GetDistance(point)));
  return out;
}

bool operator==(const CellPartition& a, const CellPartition& b) {
  return std::ranges::equal(a.cells(), b.cells()) && std::ranges::equal(a.counts(), b.counts());
}

std::vector<double> smoothed_labels(const CellPartition& partition, LatLng place, double tau_m) {
  if (!(tau_m > 0) || !std::isfinite(tau_m))
    throw InvalidArgumentError("tau_m of smoothed labels must be positive and finite, got " + std::to_string(tau_m));
  const auto own = partition.class_of(place);
  auto labels = partition.distances_m(place);
  // A place on a border may be nearer to the other cell by a rounding error.
  const double nearest = labels[own];
  for (auto& value : labels) value = std::exp(-std::max(0.0, value - nearest) / tau_m);
  const double sum = std::accumulate(labels.begin(), labels.end(), 0.0);
  for (auto& value : labels) value /= sum;
  return labels;
}

CombinedPartitions::CombinedPartitions(std::vector<CellPartition> partitions, std::span<const LatLng> photos)
    : partitions_(std::move(partitions)) {
  if (partitions_.empty()) throw InvalidArgumentError("no partition to combine");
  if (photos.empty()) throw InvalidArgumentError("partitions are combined by the places of photos, got none");
  std::vector<std::vector<std::uint32_t>> of_photo(photos.size());
  for (const auto& partition : partitions_) {
    const auto classes = partition.classes_of(photos);
    for (std::size_t i = 0; i < photos.size(); ++i) of_photo[i].push_back(classes[i]);
  }
  pieces_ = of_photo;
  std::ranges::sort(pieces_);
  const auto repeated = std::ranges::unique(pieces_);
  pieces_.erase(repeated.begin(), repeated.end());
  for (const auto& classes : of_photo)
    piece_of_photo_.push_back(static_cast<std::uint32_t>(std::ranges::lower_bound(pieces_, classes) - pieces_.begin()));
}

std::span<const std::uint32_t> CombinedPartitions::classes(std::size_t piece) const {
  if (piece >= size())
    throw InvalidArgumentError("there is no piece " + std::to_string(piece) + " of the partitions, there are " +
                               std::to_string(size()));
  return pieces_[piece];
}

std::vector<double> CombinedPartitions::combine(std::span<const std::vector<double>> probabilities) const {
  if (probabilities.size() != partitions_.size())
    throw InvalidArgumentError(std::to_string(partitions_.size()) +
                               " partitions need as many lists of probabilities, got " +
                               std::to_string(probabilities.size()));
  for (std::size_t p = 0; p < partitions_.size(); ++p) {
    const std::string which = "the list of probabilities of partition " + std::to_string(p);
    if (probabilities[p].size() != partitions_[p].size())
      throw InvalidArgumentError(which + " must have " + std::to_string(partitions_[p].size()) + " values, got " +
                                 std::to_string(probabilities[p].size()));
    if (!std::ranges::all_of(probabilities[p], [](double v) { return v >= 0 && std::isfinite(v); }))
      throw InvalidArgumentError(which + " holds a value that is negative or not finite");
  }
  // In logarithms: a product of many small values would be 0.
  std::vector<double> out;
  for (const auto& classes : pieces_) {
    double sum = 0;
    for (std::size_t p = 0; p < classes.size(); ++p) sum += std::log(probabilities[p][classes[p]]);
    out.push_back(sum);
  }
  const double most = std::ranges::max(out);
  if (std::isinf(most)) throw InvalidArgumentError("the probabilities of the partitions exclude every piece");
  double sum = 0;
  for (auto& value : out) sum += value = std::exp(value - most);
  for (auto& value : out) value /= sum;
  return out;
}

}  // namespace venloc
