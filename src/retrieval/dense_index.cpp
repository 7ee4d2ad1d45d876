// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "retrieval/dense_index.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "retrieval/kernels.hpp"
#include "retrieval/unit_descriptor.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Index = Eigen::Index;

constexpr float kOwnMean = 0.5f;   // share of a picture's own mean that is taken off its cells
constexpr float kHubShare = 0.5f;  // of a cell's commonness that is taken off a match, for either side
constexpr double kClipped = 1e-3;  // share of values beyond the range of the codes
constexpr float kHalfCodes = 8;
constexpr float kHubCodes = 255;
constexpr std::size_t kMostCells = std::numeric_limits<std::uint16_t>::max();

void check_map(const DenseMap& map, std::size_t dimension) {
  if (map.cells.empty() || map.cells.size() > kMostCells || map.vectors.size() != map.cells.size() * dimension)
    throw InvalidArgumentError("a map needs " + std::to_string(dimension) + " values for each of its 1 to 65535 cells");
  check_vectors(map.vectors, dimension, "a map");
  for (const auto& cell : map.cells)
    if (!(cell.x >= 0 && cell.x <= 255 && cell.y >= 0 && cell.y <= 255))
      throw InvalidArgumentError("the cells of a map are 0 to 255");
}

Eigen::Map<const Matrix> matrix(const DenseMap& map, std::size_t dimension) {
  return {map.vectors.data(), static_cast<Index>(map.cells.size()), static_cast<Index>(dimension)};
}

// Of each cell of each picture the mean, over some pictures other than its own, of the largest cosine to their cells.
std::vector<std::vector<float>> commonness(std::span<const DenseMap> pictures, std::size_t dimension, int num_threads) {
  std::vector<std::size_t> samples;
  const std::size_t n = pictures.size(), count = std::min(n, DenseIndex::kHubPictures);
  for (std::size_t i = 0; i < count; ++i) samples.push_back(i * n / count);
  std::vector<std::vector<float>> out(n);
  parallel_for(n, num_threads, [&](std::size_t p) {
    const auto own = matrix(pictures[p], dimension);
    Eigen::VectorXf sum = Eigen::VectorXf::Zero(own.rows());
    float others = 0;
    for (const auto q : samples) {
      if (q == p) continue;
      sum += (own * matrix(pictures[q], dimension).transpose()).rowwise().maxCoeff();
      others += 1;
    }
    sum /= std::max(others, 1.0f);
    out[p].assign(sum.data(), sum.data() + sum.size());
  });
  return out;
}

// The vectors as bytes, each followed by zeros up to the length of a row of a tile.
std::vector<std::int8_t> unit_bytes(const DenseMap& map, std::size_t dimension) {
  const std::size_t padded = 4 * kernels::tile_steps(dimension);
  std::vector<std::int8_t> out(map.cells.size() * padded, 0);
  std::vector<float> unit(dimension);
  for (std::size_t i = 0; i < map.cells.size(); ++i) {
    std::ranges::copy(std::span(map.vectors).subspan(i * dimension, dimension), unit.begin());
    to_unit_length(unit);
    to_unit_bytes(unit, std::span(out).subspan(i * padded, dimension));
  }
  return out;
}

// A product and where it was found in one number, so that the largest is a plain maximum; of equal products the first
// is the largest. Products of unit vectors are about 127 squared at most.
std::int32_t ranked(std::int32_t product, std::size_t position) {
  return product * static_cast<std::int32_t>(kMostCells + 1) + static_cast<std::int32_t>(kMostCells - position);
}
std::int32_t product_of(std::int32_t rank) { return rank >> 16; }
std::uint32_t position_of(std::int32_t rank) {
  return static_cast<std::uint32_t>(kMostCells) - (static_cast<std::uint32_t>(rank) & 0xFFFFu);
}

// The cells that are kept of a picture, in order.
std::vector<std::size_t> least_common(std::span<const float> common, std::size_t most_cells) {
  std::vector<std::size_t> order(common.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return common[i]; });
  order.resize(std::min(order.size(), most_cells));
  std::ranges::sort(order);
  return order;
}

/// The largest sum of weights that agree in scale and shift between the cells of a query and those of a picture;
/// `shifts` is used inside.
float most_agreeing(std::span<const float> weights, std::span<const DenseCell> here, std::span<const DenseCell> there,
                    std::vector<DenseCell>& shifts) {
  float most = 0;
  shifts.resize(weights.size());
  for (const float scale : DenseIndex::kScales) {
    for (std::size_t i = 0; i < shifts.size(); ++i)
      shifts[i] = {there[i].x - scale * here[i].x, there[i].y - scale * here[i].y};
    for (const auto& one : shifts) {
      float sum = 0;
      for (std::size_t j = 0; j < shifts.size(); ++j) {
        const float x = shifts[j].x - one.x, y = shifts[j].y - one.y;
        sum += weights[j] *
               std::max(0.0f, 1 - (x * x + y * y) / (DenseIndex::kToleranceCells * DenseIndex::kToleranceCells));
      }
      most = std::max(most, sum);
    }
  }
  return most;
}

}  // namespace

DenseMap dense_map(std::span<const float> values, int width, const Whitening& projection, float scale) {
  check_vectors(values, projection.length(), "the cells of a map");
  const auto length = static_cast<Index>(projection.length()), wide = static_cast<Index>(projection.dimension());
  const auto n = static_cast<Index>(values.size()) / length;
  const Eigen::Map<const Matrix> rows(values.data(), n, length), matrix(projection.projection().data(), length, wide);
  const Eigen::Map<const Eigen::RowVectorXf> mean(projection.mean().data(), length);
  Matrix found = (rows.rowwise() - mean) * matrix;
  const Eigen::RowVectorXf own = found.colwise().mean();
  found.rowwise() -= kOwnMean * own;
  DenseMap out;
  for (Index i = 0; i < n; ++i) {
    const float norm = found.row(i).norm();
    if (norm > 0) found.row(i) /= norm;
    const auto x = static_cast<float>(i % width), y = static_cast<float>(i / width);
    out.cells.push_back({std::min(x * scale, 255.0f), std::min(y * scale, 255.0f)});
  }
  out.vectors.assign(found.data(), found.data() + found.size());
  return out;
}

DenseIndex DenseIndex::build(std::span<const DenseMap> pictures, std::size_t dimension, std::size_t most_cells,
                             int num_threads) {
  DenseIndex out(dimension);
  if (dimension < 1 || most_cells < 1)
    throw InvalidArgumentError("the dimension and the number of cells of a dense index must be at least 1");
  for (const auto& picture : pictures) check_map(picture, dimension);
  const auto common = commonness(pictures, dimension, num_threads);
  std::vector<float> sizes;
  for (std::size_t p = 0; p < pictures.size(); ++p)
    for (const auto i : least_common(common[p], most_cells))
      for (std::size_t d = 0; d < dimension; ++d) sizes.push_back(std::abs(pictures[p].vectors[i * dimension + d]));
  if (!sizes.empty()) {
    const auto at = static_cast<std::size_t>((1 - kClipped) * static_cast<double>(sizes.size() - 1));
    std::ranges::nth_element(sizes, sizes.begin() + static_cast<std::ptrdiff_t>(at));
    out.step_ = std::max(sizes[at], 1e-6f) / (kHalfCodes - 0.5f);
  }
  for (std::size_t p = 0; p < pictures.size(); ++p) out.append(pictures[p], common[p], most_cells);
  out.unpack(num_threads);
  return out;
}

void DenseIndex::append(const DenseMap& picture, std::span<const float> common, std::size_t most_cells) {
  const auto kept = least_common(common, most_cells);
  counts_.push_back(static_cast<std::uint16_t>(kept.size()));
  for (const auto i : kept) {
    const auto from = codes_.size();
    codes_.resize(from + (dimension_ + 1) / 2, 0);
    for (std::size_t d = 0; d < dimension_; ++d) {
      const float level = std::floor(picture.vectors[i * dimension_ + d] / step_);
      const auto code = static_cast<unsigned>(std::clamp(level, -kHalfCodes, kHalfCodes - 1) + kHalfCodes);
      codes_[from + d / 2] = static_cast<std::uint8_t>(codes_[from + d / 2] | code << (d % 2 * 4));
    }
    positions_.push_back(static_cast<std::uint8_t>(std::lround(picture.cells[i].x)));
    positions_.push_back(static_cast<std::uint8_t>(std::lround(picture.cells[i].y)));
    hubs_.push_back(static_cast<std::uint8_t>(std::lround(std::clamp(common[i], 0.0f, 1.0f) * kHubCodes)));
  }
}

void DenseIndex::add(std::span<const DenseMap> pictures, std::size_t most_cells, int num_threads) {
  if (most_cells < 1) throw InvalidArgumentError("the number of cells of a dense index must be at least 1");
  for (const auto& picture : pictures) check_map(picture, dimension_);
  std::vector<std::uint32_t> samples;
  const std::size_t count = std::min(size(), kHubPictures);
  for (std::size_t i = 0; i < count; ++i) samples.push_back(static_cast<std::uint32_t>(i * size() / count));
  std::vector<std::vector<float>> common(pictures.size());
  parallel_for(pictures.size(), num_threads, [&](std::size_t p) {
    const std::size_t padded = 4 * kernels::tile_steps(dimension_);
    const auto own = unit_bytes(pictures[p], dimension_);
    std::vector<std::int32_t> products;
    for (std::size_t i = 0; i < pictures[p].cells.size(); ++i) {
      std::int64_t sum = 0;
      for (const auto q : samples) {
        const std::size_t tiles = kernels::tiles_of(counts_[q]);
        products.resize(tiles * kernels::kTileRows);
        kernels::tile_products(own.data() + i * padded,
                               tiles_.data() + first_tile_[q] * kernels::tile_bytes(dimension_), dimension_, tiles,
                               products.data());
        sum += *std::max_element(products.begin(), products.begin() + counts_[q]);
      }
      common[p].push_back(static_cast<float>(sum) /
                          (kUnit * kUnit * static_cast<float>(std::max<std::size_t>(count, 1))));
    }
  });
  for (std::size_t p = 0; p < pictures.size(); ++p) append(pictures[p], common[p], most_cells);
  unpack(num_threads);
}

void DenseIndex::keep(std::span<const std::size_t> staying) {
  DenseIndex out(dimension_);
  out.step_ = step_;
  const std::size_t bytes = (dimension_ + 1) / 2;
  const auto copy = [&](auto& to, const auto& from, std::size_t p, std::size_t each) {
    to.insert(to.end(), from.begin() + static_cast<std::ptrdiff_t>(begin_[p] * each),
              from.begin() + static_cast<std::ptrdiff_t>(begin_[p + 1] * each));
  };
  for (const auto p : staying) {
    out.counts_.push_back(counts_.at(p));
    copy(out.codes_, codes_, p, bytes);
    copy(out.positions_, positions_, p, 2);
    copy(out.hubs_, hubs_, p, 1);
  }
  out.unpack(0);
  *this = std::move(out);
}

// Everything that follows from the codes.
void DenseIndex::unpack(int num_threads) {
  begin_ = {0};
  first_tile_ = {0};
  for (const auto count : counts_) {
    begin_.push_back(begin_.back() + count);
    first_tile_.push_back(first_tile_.back() + kernels::tiles_of(count));
  }
  const std::size_t bytes = (dimension_ + 1) / 2, tile_bytes = kernels::tile_bytes(dimension_);
  tiles_.resize(first_tile_.back() * tile_bytes);
  parallel_for(size(), num_threads, [&](std::size_t p) {
    std::vector<float> unit(dimension_);
    std::vector<std::int8_t> rows(counts_[p] * dimension_);
    for (std::size_t i = begin_[p]; i < begin_[p + 1]; ++i) {
      for (std::size_t d = 0; d < dimension_; ++d) {
        const unsigned code = codes_[i * bytes + d / 2] >> (d % 2 * 4) & 15u;
        unit[d] = (static_cast<float>(code) - kHalfCodes + 0.5f) * step_;
      }
      to_unit_length(unit);
      to_unit_bytes(unit, std::span(rows).subspan((i - begin_[p]) * dimension_, dimension_));
    }
    kernels::write_tiles(rows, dimension_, tiles_.data() + first_tile_[p] * tile_bytes);
  });
}

std::vector<float> DenseIndex::scores(const DenseMap& query, int num_threads) const {
  check_map(query, dimension_);
  const std::size_t n = query.cells.size(), pictures = size();
  const std::size_t padded = 4 * kernels::tile_steps(dimension_);
  const auto query_bytes = unit_bytes(query, dimension_);

  struct Match {
    std::uint32_t query, cell;
    std::int32_t product;
  };
  std::vector<std::vector<Match>> matches(pictures);
  // Sums of whole numbers, so that the order of the threads does not matter.
  const auto parts =
      std::max<std::size_t>(1, std::min(pictures, static_cast<std::size_t>(resolve_threads(num_threads))));
  std::vector<std::vector<std::int64_t>> best_sums(parts, std::vector<std::int64_t>(n, 0));
  parallel_for(parts, num_threads, [&](std::size_t part) {
    std::vector<std::int32_t> products, best_of_cell, best_of_query(n);
    for (std::size_t p = part * pictures / parts; p < (part + 1) * pictures / parts; ++p) {
      const std::size_t count = counts_[p], tiles = kernels::tiles_of(count);
      const std::uint8_t* picture = tiles_.data() + first_tile_[p] * kernels::tile_bytes(dimension_);
      products.resize(tiles * kernels::kTileRows);
      best_of_cell.assign(count, std::numeric_limits<std::int32_t>::min());
      for (std::size_t q = 0; q < n; ++q) {
        kernels::tile_products(query_bytes.data() + q * padded, picture, dimension_, tiles, products.data());
        std::int32_t best = std::numeric_limits<std::int32_t>::min();
        for (std::size_t c = 0; c < count; ++c) {
          best_of_cell[c] = std::max(best_of_cell[c], ranked(products[c], q));
          best = std::max(best, ranked(products[c], c));
        }
        best_of_query[q] = best;
        best_sums[part][q] += product_of(best);
      }
      for (std::size_t q = 0; q < n; ++q) {
        const auto c = position_of(best_of_query[q]);
        if (position_of(best_of_cell[c]) == q)
          matches[p].push_back({static_cast<std::uint32_t>(q), begin_[p] + c, product_of(best_of_query[q])});
      }
    }
  });
  constexpr float kOne = kUnit * kUnit;
  std::vector<float> query_hubs(n);
  for (std::size_t q = 0; q < n; ++q) {
    std::int64_t sum = 0;
    for (const auto& of_part : best_sums) sum += of_part[q];
    query_hubs[q] =
        static_cast<float>(static_cast<double>(sum) / static_cast<double>(std::max<std::size_t>(pictures, 1))) / kOne;
  }

  std::vector<float> out(pictures, 0.0f);
  parallel_for(parts, num_threads, [&](std::size_t part) {
    std::vector<float> weights;
    std::vector<DenseCell> there, here, shifts;
    for (std::size_t p = part * pictures / parts; p < (part + 1) * pictures / parts; ++p) {
      weights.clear();
      there.clear();
      here.clear();
      for (const auto& match : matches[p]) {
        const float weight = static_cast<float>(match.product) / kOne - kHubShare * query_hubs[match.query] -
                             kHubShare * static_cast<float>(hubs_[match.cell]) / kHubCodes;
        if (weight <= 0) continue;
        weights.push_back(weight);
        there.push_back(
            {static_cast<float>(positions_[2 * match.cell]), static_cast<float>(positions_[2 * match.cell + 1])});
        here.push_back(query.cells[match.query]);
      }
      out[p] = most_agreeing(weights, here, there, shifts);
    }
  });
  return out;
}

void DenseIndex::save(SafetensorsWriter& writer, const std::string& name) const {
  const auto n = static_cast<std::int64_t>(cells());
  writer.add<std::uint8_t>(name + ".codes", {n, static_cast<std::int64_t>((dimension_ + 1) / 2)}, codes_);
  writer.add<std::uint8_t>(name + ".cells", {n, 2}, positions_);
  writer.add<std::uint8_t>(name + ".hubs", {n}, hubs_);
  writer.add<std::uint16_t>(name + ".counts", {static_cast<std::int64_t>(counts_.size())}, counts_);
  writer.add<float>(name + ".step", {1}, std::span(&step_, 1));
}

DenseIndex DenseIndex::load(const SafetensorsFile& file, std::size_t dimension, const std::string& name) {
  DenseIndex out(dimension);
  const auto n = [&] {
    const auto counts = file.get<std::uint16_t>(name + ".counts", {-1});
    out.counts_.assign(counts.begin(), counts.end());
    return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  }();
  const auto codes = file.get<std::uint8_t>(name + ".codes", {n, static_cast<std::int64_t>((dimension + 1) / 2)});
  const auto cells = file.get<std::uint8_t>(name + ".cells", {n, 2});
  const auto hubs = file.get<std::uint8_t>(name + ".hubs", {n});
  out.step_ = file.get<float>(name + ".step", {1})[0];
  if (!(out.step_ > 0 && out.step_ <= 1))
    refuse_damaged(file.path(), "array " + name + ".step is not above 0 and at most 1");
  if (std::ranges::find(out.counts_, 0) != out.counts_.end())
    refuse_damaged(file.path(), "array " + name + ".counts holds a picture without cells");
  out.codes_.assign(codes.begin(), codes.end());
  out.positions_.assign(cells.begin(), cells.end());
  out.hubs_.assign(hubs.begin(), hubs.end());
  out.unpack(0);
  return out;
}

}  // namespace venloc
