// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "retrieval/region_index.hpp"

#include <algorithm>
#include <limits>

#include "core/damaged.hpp"
#include "retrieval/kernels.hpp"
#include "retrieval/unit_descriptor.hpp"

namespace venloc {

namespace {

std::vector<std::int8_t> bytes_of(std::span<const float> vectors, std::size_t dimension, const char* what) {
  check_vectors(vectors, dimension, what);
  std::vector<std::int8_t> out(vectors.size());
  std::vector<float> unit(dimension);
  for (std::size_t from = 0; from < vectors.size(); from += dimension) {
    std::ranges::copy(vectors.subspan(from, dimension), unit.begin());
    to_unit_length(unit);
    to_unit_bytes(unit, std::span(out).subspan(from, dimension));
  }
  return out;
}

}  // namespace

void RegionIndex::add(std::span<const float> vectors) {
  const auto fresh = bytes_of(vectors, dimension_, "the regions to add");
  codes_.insert(codes_.end(), fresh.begin(), fresh.end());
}

void RegionIndex::remove(std::size_t picture) {
  if (regions_ == 0) return;
  const auto each = static_cast<std::ptrdiff_t>(regions_ * dimension_);
  const auto first = codes_.begin() + static_cast<std::ptrdiff_t>(picture) * each;
  codes_.erase(first, first + each);
}

std::vector<float> RegionIndex::similarities(std::span<const float> query,
                                             std::span<const std::uint32_t> pictures) const {
  std::vector<float> out(pictures.size(), 0.0f);
  if (regions_ == 0) return out;
  const auto bytes = bytes_of(query, dimension_, "the query's regions");
  constexpr auto kLeast = std::numeric_limits<std::int32_t>::min();
  std::vector<std::int32_t> products(regions_), best(regions_);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    std::int64_t sum = 0;
    std::ranges::fill(best, kLeast);
    for (std::size_t q = 0; q < regions_; ++q) {
      std::ranges::fill(products, 0);
      kernels::add_products(bytes.data() + q * dimension_, codes_.data() + pictures[i] * regions_ * dimension_,
                            dimension_, regions_, products.data());
      sum += std::ranges::max(products);
      for (std::size_t r = 0; r < regions_; ++r) best[r] = std::max(best[r], products[r]);
    }
    for (const auto value : best) sum += value;
    const double scale = 1.0 / (double(kUnit) * kUnit * 2.0 * static_cast<double>(regions_));
    out[i] = static_cast<float>(std::clamp(static_cast<double>(sum) * scale, -1.0, 1.0));
  }
  return out;
}

void RegionIndex::save(SafetensorsWriter& writer, const std::string& name) const {
  if (regions_ == 0) return;
  writer.add<std::int8_t>(
      name + ".codes",
      {static_cast<std::int64_t>(size()), static_cast<std::int64_t>(regions_), static_cast<std::int64_t>(dimension_)},
      codes_);
}

RegionIndex RegionIndex::load(const SafetensorsFile& file, const std::string& name) {
  const auto array = name + ".codes";
  if (!file.tensors().contains(array)) return {0, 1};
  const auto codes = file.get<std::int8_t>(array, {-1, -1, -1});
  const auto& shape = file.tensors().at(array).shape;
  if (shape[1] < 1 || shape[2] < 1) refuse_damaged(file.path(), "array " + array + " holds no regions");
  RegionIndex out(static_cast<std::size_t>(shape[1]), static_cast<std::size_t>(shape[2]));
  out.codes_.assign(codes.begin(), codes.end());
  for (std::size_t from = 0; from < out.codes_.size(); from += out.dimension_)
    if (!is_unit_bytes(std::span(out.codes_).subspan(from, out.dimension_)))
      refuse_damaged(file.path(), "a region of array " + array + " is not of unit length");
  return out;
}

}  // namespace venloc
