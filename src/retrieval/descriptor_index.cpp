// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/retrieval/descriptor_index.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "retrieval/kernels.hpp"
#include "retrieval/unit_descriptor.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

constexpr std::size_t kMostQueries = 1024;  // so that a sum of their products fits into 32 bits
// Of rows that stay in the cache while all descriptors of a query pass.
constexpr std::size_t kQueryBlockBytes = 256 * 1024;

// A larger key is a better picture: more alike, then earlier.
std::uint64_t key_of(std::int32_t sum, std::size_t index) {
  return std::uint64_t{static_cast<std::uint32_t>(sum) ^ 0x80000000u} << 32 | (0xffffffffu - index);
}
std::int32_t sum_of(std::uint64_t key) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(key >> 32) ^ 0x80000000u);
}
std::uint32_t index_of(std::uint64_t key) { return 0xffffffffu - static_cast<std::uint32_t>(key); }

}  // namespace

void DescriptorSearchOptions::validate() const {
  if (max_hits < 1) throw InvalidArgumentError("search.max_hits must be at least 1");
  if (expansion < 0) throw InvalidArgumentError("search.expansion must be 0 or more");
  if (!(expansion_alpha >= 0.0) || !std::isfinite(expansion_alpha))
    throw InvalidArgumentError("search.expansion_alpha must be 0 or more and finite");
  resolve_threads(num_threads);
}

DescriptorIndex::DescriptorIndex(std::size_t dimension) : dimension_(dimension) {
  if (dimension < 1 || dimension > kMostDimensions)
    throw InvalidArgumentError("the dimension of a descriptor index must be 1 to 65536, got " +
                               std::to_string(dimension));
}

std::span<const std::int8_t> DescriptorIndex::descriptor(std::size_t index) const {
  if (index >= size())
    throw InvalidArgumentError("the descriptor index has no picture " + std::to_string(index) + ", it has " +
                               std::to_string(size()));
  return std::span(codes_).subspan(index * dimension_, dimension_);
}

void DescriptorIndex::add(std::span<const float> vectors) {
  check_vectors(vectors, dimension_, "the descriptors to add");
  std::vector<std::int8_t> fresh(vectors.size());
  std::vector<float> unit(dimension_);
  for (std::size_t from = 0; from < vectors.size(); from += dimension_) {
    std::ranges::copy(vectors.subspan(from, dimension_), unit.begin());
    to_unit_length(unit);
    to_unit_bytes(unit, std::span(fresh).subspan(from, dimension_));
  }
  codes_.insert(codes_.end(), fresh.begin(), fresh.end());
}

void DescriptorIndex::remove(std::size_t index) {
  const auto first = codes_.begin() + (descriptor(index).data() - codes_.data());
  codes_.erase(first, first + static_cast<std::ptrdiff_t>(dimension_));
}

std::vector<DescriptorHit> DescriptorIndex::nearest(std::span<const std::int8_t> query, std::size_t count,
                                                    int num_threads, std::span<const std::uint8_t> excluded) const {
  const std::size_t n = size();
  const std::size_t rows = std::max<std::size_t>(1, kQueryBlockBytes / dimension_);
  const auto parts =
      std::clamp<std::size_t>((n + rows - 1) / rows, 1, static_cast<std::size_t>(resolve_threads(num_threads)));
  std::vector<std::vector<std::uint64_t>> best(parts);  // heaps, the worst of the best first
  parallel_for(parts, num_threads, [&](std::size_t part) {
    auto& heap = best[part];
    std::vector<std::int32_t> sums(rows);
    const std::size_t end = (part + 1) * n / parts;
    for (std::size_t from = part * n / parts; from < end; from += rows) {
      const std::size_t block = std::min(rows, end - from);
      std::fill_n(sums.begin(), block, 0);
      for (std::size_t q = 0; q < query.size(); q += dimension_)
        kernels::add_products(query.data() + q, codes_.data() + from * dimension_, dimension_, block, sums.data());
      for (std::size_t i = 0; i < block; ++i) {
        const auto key = key_of(sums[i], from + i);
        const bool full = heap.size() == count;
        if (full && key < heap.front()) continue;
        if (!excluded.empty() && excluded[from + i] != 0) continue;
        if (full) {
          std::ranges::pop_heap(heap, std::greater<>());
          heap.back() = key;
        } else {
          heap.push_back(key);
        }
        std::ranges::push_heap(heap, std::greater<>());
      }
    }
  });
  std::vector<std::uint64_t> all;
  for (const auto& heap : best) all.insert(all.end(), heap.begin(), heap.end());
  std::ranges::sort(all, std::greater<>());
  all.resize(std::min(all.size(), count));
  std::vector<DescriptorHit> hits;
  for (const auto key : all) hits.push_back({index_of(key), similarity_of(sum_of(key), query.size() / dimension_)});
  return hits;
}

float DescriptorIndex::similarity_of(std::int32_t sum, std::size_t descriptors) const {
  const double scale = 1.0 / (double(kUnit) * kUnit * static_cast<double>(descriptors));
  return static_cast<float>(std::clamp(sum * scale, -1.0, 1.0));
}

void DescriptorIndex::check_query(std::span<const float> query) const {
  if (query.empty()) throw InvalidArgumentError("the query has no descriptor");
  check_vectors(query, dimension_, "the query's descriptors");
  if (query.size() / dimension_ > kMostQueries)
    throw InvalidArgumentError("a query has at most 1024 descriptors, got " +
                               std::to_string(query.size() / dimension_));
}

std::vector<float> DescriptorIndex::similarities(std::span<const float> query,
                                                 std::span<const std::uint32_t> pictures) const {
  check_query(query);
  std::vector<std::int32_t> sums(pictures.size(), 0);
  std::vector<float> unit(dimension_);
  std::vector<std::int8_t> bytes(dimension_);
  for (std::size_t from = 0; from < query.size(); from += dimension_) {
    std::ranges::copy(query.subspan(from, dimension_), unit.begin());
    to_unit_length(unit);
    to_unit_bytes(unit, bytes);
    for (std::size_t i = 0; i < pictures.size(); ++i)
      kernels::add_products(bytes.data(), descriptor(pictures[i]).data(), dimension_, 1, &sums[i]);
  }
  std::vector<float> out;
  for (const auto sum : sums) out.push_back(similarity_of(sum, query.size() / dimension_));
  return out;
}

void DescriptorIndex::expand(std::span<float> vector, std::span<const DescriptorHit> hits, double alpha) const {
  std::vector<double> sums(vector.begin(), vector.end());
  for (const auto& hit : hits) {
    if (!(hit.similarity > 0)) continue;
    const double weight = std::pow(double(hit.similarity), alpha) / double(kUnit);
    const auto* row = codes_.data() + hit.index * dimension_;
    for (std::size_t d = 0; d < dimension_; ++d) sums[d] += weight * row[d];
  }
  for (std::size_t d = 0; d < dimension_; ++d) vector[d] = static_cast<float>(sums[d]);
}

std::vector<DescriptorHit> DescriptorIndex::search(std::span<const float> query, const DescriptorSearchOptions& options,
                                                   std::span<const std::uint8_t> excluded) const {
  options.validate();
  check_query(query);
  if (!excluded.empty() && excluded.size() != size())
    throw InvalidArgumentError("excluded must have a byte for each of the " + std::to_string(size()) +
                               " pictures or none, got " + std::to_string(excluded.size()));
  std::vector<float> units(query.begin(), query.end());
  std::vector<std::int8_t> bytes(query.size());
  const auto each = [&](auto&& change) {
    for (std::size_t from = 0; from < units.size(); from += dimension_) {
      const auto unit = std::span(units).subspan(from, dimension_);
      change(unit);
      to_unit_bytes(unit, std::span(bytes).subspan(from, dimension_));
    }
  };
  each(to_unit_length);
  if (options.expansion > 0) {
    const auto hits = nearest(bytes, static_cast<std::size_t>(options.expansion), options.num_threads, excluded);
    each([&](std::span<float> unit) { expand(unit, hits, options.expansion_alpha); });
  }
  return nearest(bytes, static_cast<std::size_t>(options.max_hits), options.num_threads, excluded);
}

DescriptorIndex DescriptorIndex::augmented(int neighbours, double alpha, int num_threads) const {
  if (neighbours < 0) throw InvalidArgumentError("neighbours of an augmented index must be 0 or more");
  if (!(alpha >= 0.0) || !std::isfinite(alpha))
    throw InvalidArgumentError("alpha of an augmented index must be 0 or more and finite");
  DescriptorIndex out(*this);
  const auto count = static_cast<std::size_t>(neighbours);
  parallel_for(size(), num_threads, [&](std::size_t i) {
    const auto own = descriptor(i);
    // Itself is among one more, unless it has as many twins before it.
    auto hits = nearest(own, count + 1, 1, {});
    std::erase_if(hits, [&](const DescriptorHit& hit) { return hit.index == i; });
    hits.resize(std::min(hits.size(), count));
    std::vector<float> unit(own.begin(), own.end());
    for (auto& value : unit) value /= kUnit;
    expand(unit, hits, alpha);
    to_unit_bytes(unit, std::span(out.codes_).subspan(i * dimension_, dimension_));
  });
  return out;
}

void DescriptorIndex::save(SafetensorsWriter& writer, const std::string& name) const {
  writer.add<std::int8_t>(name + ".codes", {static_cast<std::int64_t>(size()), static_cast<std::int64_t>(dimension_)},
                          codes_);
}

DescriptorIndex DescriptorIndex::load(const SafetensorsFile& file, const std::string& name) {
  const auto array = name + ".codes";
  const auto codes = file.get<std::int8_t>(array, {-1, -1});
  const auto dimension = file.tensors().at(array).shape[1];
  if (dimension < 1 || dimension > static_cast<std::int64_t>(kMostDimensions))
    refuse_damaged(file.path(), "array " + array + " holds descriptors of " + std::to_string(dimension) + " values");
  DescriptorIndex out(static_cast<std::size_t>(dimension));
  out.codes_.assign(codes.begin(), codes.end());
  for (std::size_t i = 0; i < out.size(); ++i)
    if (!is_unit_bytes(out.descriptor(i)))
      refuse_damaged(file.path(), "descriptor " + std::to_string(i) + " of array " + array + " is not of unit length");
  return out;
}

}  // namespace venloc
