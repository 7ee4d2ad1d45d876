// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0

// Time of each stage of a query of one photo against the whole city, and of exhaustive matching in the same run. Each
// repetition queries with another photo, so medians are over photos. These photos are in the gallery: it takes as long.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "core/parallel.hpp"
#include "locators/sift_store.hpp"
#include "shared_city.hpp"
#include "venloc/image/image.hpp"
#include "venloc/retrieval/verification.hpp"

namespace {

using namespace venloc;

struct City {
  Gallery gallery = bench::gallery();
  std::filesystem::path file = bench::model(gallery, Matching::kIndexed);
  SiftLocator locator = SiftLocator::load(file);
  // The locator's own index is private.
  VisualIndex index = VisualIndex::load(SafetensorsFile::open(file));

  City() {
    const LocalFrame frame(gallery.bounding_box().center());
    std::map<std::pair<long, long>, std::uint32_t> squares;
    std::vector<std::uint32_t> places;
    for (const auto& photo : gallery.photos()) {
      const auto place = frame.to_local(photo.location);
      const std::pair square(std::lround(place.east / kPlaceM), std::lround(place.north / kPlaceM));
      places.push_back(squares.emplace(square, static_cast<std::uint32_t>(squares.size())).first->second);
    }
    index.set_places(places);
  }
};

City& city() {
  static City instance;
  return instance;
}

SiftLocator& exhaustive() {
  static SiftLocator instance = SiftLocator::load(bench::model(city().gallery, Matching::kExhaustive));
  return instance;
}

const Photo& next_photo() {
  static std::size_t queries = 0;
  const auto& gallery = city().gallery;
  return gallery[bench::query_position(queries++, gallery.size())];
}

// The file is in the system's cache: a benchmark of the program, not of the disk.
Image warm(const Photo& photo) { return read_image(photo.file); }

void set_threads(SiftLocator& locator, const benchmark::State& state) {
  auto options = locator.options();
  options.num_threads = static_cast<int>(state.range(0));
  locator.set_options(options);
}

void decode(benchmark::State& state) {
  const auto& photo = next_photo();
  warm(photo);
  for (auto _ : state) benchmark::DoNotOptimize(read_image(photo.file));
}

void features(benchmark::State& state) {
  const auto image = warm(next_photo());
  const auto options = city().locator.options().sift;
  for (auto _ : state) benchmark::DoNotOptimize(extract_sift(image, options));
}

void search(benchmark::State& state) {
  const auto query = extract_sift(warm(next_photo()), city().locator.options().sift);
  auto options = city().locator.options().query;
  options.num_threads = static_cast<int>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(city().index.search(query, options));
}

void verification(benchmark::State& state) {
  const auto options = city().locator.options();
  const auto query = extract_sift(warm(next_photo()), options.sift);
  auto ranked = city().index.search(query, options.query);
  ranked.resize(std::min(ranked.size(), static_cast<std::size_t>(options.verify_candidates)));
  std::vector<Verification> found(ranked.size());
  for (auto _ : state)
    parallel_for(ranked.size(), static_cast<int>(state.range(0)),
                 [&](std::size_t i) { found[i] = verify(query, ranked[i].matches, options.verification); });
  benchmark::DoNotOptimize(found);
}

void posterior(benchmark::State& state) {
  set_threads(city().locator, state);
  const auto image = warm(next_photo());
  for (auto _ : state) {
    const auto times = city().locator.locate(image).timings;
    const auto stage = std::ranges::find(times, "posterior", &StageTime::stage);
    state.SetIterationTime(stage == times.end() ? 0.0 : stage->seconds);
  }
}

void whole(benchmark::State& state) {
  set_threads(city().locator, state);
  const auto& photo = next_photo();
  warm(photo);
  for (auto _ : state) benchmark::DoNotOptimize(city().locator.locate(read_image(photo.file)));
}

void whole_exhaustive(benchmark::State& state) {
  set_threads(exhaustive(), state);
  const auto& photo = next_photo();
  warm(photo);
  for (auto _ : state) benchmark::DoNotOptimize(exhaustive().locate(read_image(photo.file)));
}

void open_model(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(SiftLocator::load(city().file));
}

double percentile_90(const std::vector<double>& times) {
  auto sorted = times;
  std::ranges::sort(sorted);
  return sorted[(sorted.size() - 1) * 9 / 10];
}

void over_photos(benchmark::internal::Benchmark* b) {
  b->Unit(benchmark::kMillisecond)
      ->Iterations(1)
      ->Repetitions(bench::kQueries)
      ->ReportAggregatesOnly()
      ->ComputeStatistics("p90", percentile_90);
}
void with_threads(benchmark::internal::Benchmark* b) {
  over_photos(b);
  b->ArgName("threads")->Arg(1)->Arg(2);
}

BENCHMARK(decode)->Apply(over_photos)->UseRealTime();
BENCHMARK(features)->Apply(over_photos)->UseRealTime();
BENCHMARK(search)->Apply(with_threads)->UseRealTime();
BENCHMARK(verification)->Apply(with_threads)->UseRealTime();
BENCHMARK(posterior)->Apply(with_threads)->UseManualTime();
BENCHMARK(whole)->Apply(with_threads)->UseRealTime();
BENCHMARK(whole_exhaustive)->Apply(with_threads)->UseRealTime()->Repetitions(5);
BENCHMARK(open_model)->Apply(over_photos)->UseRealTime()->Repetitions(11);

}  // namespace

BENCHMARK_MAIN();
