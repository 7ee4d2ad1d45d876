// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0

// Inner loops: the form chosen for this processor against the portable one.
#include "retrieval/kernels.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <vector>

#include "retrieval/simd.hpp"

namespace {

using namespace venloc;

template <typename T>
std::vector<T> values(std::size_t count, int low, int high) {
  std::mt19937 random(1);
  std::vector<T> out(count);
  const auto range = static_cast<std::uint32_t>(high - low + 1);
  for (auto& value : out) value = static_cast<T>(low + static_cast<int>(random() % range));
  return out;
}

constexpr std::size_t kWords = 256;
constexpr std::size_t kBlocks = 64;
constexpr std::size_t kRows = 512;

template <auto kernel>
void centroid_scores(benchmark::State& state) {
  const auto query = values<std::int16_t>(kernels::kDimension, 0, 255);
  const auto centroids = values<std::int16_t>(kWords * kernels::kDimension, 0, 255);
  const auto norms = values<std::int32_t>(kWords, 0, 1 << 20);
  std::vector<std::int32_t> scores(kWords);
  for (auto _ : state) {
    kernel(query.data(), centroids.data(), norms.data(), kWords, scores.data());
    benchmark::DoNotOptimize(scores.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kWords));
}

template <auto kernel>
void distance_table(benchmark::State& state) {
  const auto residual = values<std::int16_t>(kernels::kDimension, -255, 255);
  const auto codebook = values<std::int16_t>(kernels::kDimension * kernels::kCentroids, -255, 255);
  std::vector<std::int32_t> table(kernels::kParts * kernels::kCentroids);
  for (auto _ : state) {
    kernel(residual.data(), codebook.data(), table.data());
    benchmark::DoNotOptimize(table.data());
  }
  state.SetItemsProcessed(state.iterations());
}

template <auto kernel>
void scan_block(benchmark::State& state) {
  const auto blocks = values<std::uint8_t>(kBlocks * kernels::kBlockBytes, 0, 255);
  const auto table = values<std::uint8_t>(kernels::kParts * kernels::kCentroids, 0, 20);
  std::vector<std::uint8_t> sums(kernels::kBlock);
  for (auto _ : state)
    for (std::size_t b = 0; b < kBlocks; ++b)
      benchmark::DoNotOptimize(kernel(blocks.data() + b * kernels::kBlockBytes, table.data(), 100, sums.data()));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBlocks * kernels::kBlock));
}

template <SimdLevel level>
void l2_squared(benchmark::State& state) {
  if (level > best_simd_level()) return state.SkipWithError("not on this processor");
  const auto query = values<std::uint8_t>(kSimdRowBytes, 0, 255);
  const auto rows = values<std::uint8_t>(kRows * kSimdRowBytes, 0, 255);
  std::vector<std::int32_t> distances(kRows);
  for (auto _ : state) {
    l2_squared_u8_128(query.data(), rows.data(), distances, level);
    benchmark::DoNotOptimize(distances.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kRows));
}

template <SimdLevel level>
void nearest_sad(benchmark::State& state) {
  if (level > best_simd_level()) return state.SkipWithError("not on this processor");
  const auto queries = values<std::uint8_t>(kRows * kSimdRowBytes, 0, 255);
  std::vector<std::uint8_t> groups(simd_groups(kRows) * kSimdGroupBytes);
  interleave_u8_128(queries.data(), kRows, groups.data());
  std::vector<std::uint32_t> query_keys(kRows), row_keys(kRows);
  for (auto _ : state) {
    nearest_sad_u8_128(queries.data(), groups.data(), query_keys, row_keys, level);
    benchmark::DoNotOptimize(query_keys.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kRows * kRows));
}

void repeated(benchmark::internal::Benchmark* b) { b->MinTime(0.05)->Repetitions(7)->ReportAggregatesOnly(); }

BENCHMARK_TEMPLATE(centroid_scores, kernels::centroid_scores)->Name("centroid_scores/dispatched")->Apply(repeated);
BENCHMARK_TEMPLATE(centroid_scores, kernels::portable::centroid_scores)
    ->Name("centroid_scores/portable")
    ->Apply(repeated);
BENCHMARK_TEMPLATE(distance_table, kernels::distance_table)->Name("distance_table/dispatched")->Apply(repeated);
BENCHMARK_TEMPLATE(distance_table, kernels::portable::distance_table)->Name("distance_table/portable")->Apply(repeated);
BENCHMARK_TEMPLATE(scan_block, kernels::scan_block)->Name("scan_block/dispatched")->Apply(repeated);
BENCHMARK_TEMPLATE(scan_block, kernels::portable::scan_block)->Name("scan_block/portable")->Apply(repeated);
BENCHMARK_TEMPLATE(l2_squared, SimdLevel::kAvx2)->Name("l2_squared/avx2")->Apply(repeated);
BENCHMARK_TEMPLATE(l2_squared, SimdLevel::kSse2)->Name("l2_squared/sse2")->Apply(repeated);
BENCHMARK_TEMPLATE(l2_squared, SimdLevel::kScalar)->Name("l2_squared/portable")->Apply(repeated);
BENCHMARK_TEMPLATE(nearest_sad, SimdLevel::kAvx2)->Name("nearest_sad/avx2")->Apply(repeated);
BENCHMARK_TEMPLATE(nearest_sad, SimdLevel::kSse2)->Name("nearest_sad/sse2")->Apply(repeated);
BENCHMARK_TEMPLATE(nearest_sad, SimdLevel::kScalar)->Name("nearest_sad/portable")->Apply(repeated);

}  // namespace

BENCHMARK_MAIN();
