// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <stdexcept>
#include <string>

#include "venloc/gallery/gallery.hpp"
#include "venloc/locators/sift_locator.hpp"

// The shared Venice photos and what the benchmarks keep of them.
namespace venloc::bench {

/// $VENLOC_BENCH_CACHE, or build/bench-cache below the current folder.
inline std::filesystem::path cache_folder() {
  const char* set = std::getenv("VENLOC_BENCH_CACHE");
  const std::filesystem::path folder = set != nullptr ? set : "build/bench-cache";
  std::filesystem::create_directories(folder);
  return folder;
}

/// The photos, or the first $VENLOC_BENCH_PHOTOS of them (for trying out).
inline Gallery gallery() {
  const char* shared = std::getenv("VENLOC_SHARED");
  const auto folder = std::filesystem::path(shared != nullptr ? shared : "../shared") / "data" / "venice";
  if (!std::filesystem::exists(folder))
    throw std::runtime_error("the shared photos are not there; set VENLOC_SHARED to the folder with the shared data");
  auto all = Gallery::from_folder(folder);
  const char* limit = std::getenv("VENLOC_BENCH_PHOTOS");
  if (limit == nullptr || std::stoul(limit) >= all.size()) return all;
  std::vector<std::size_t> first(std::stoul(limit));
  std::iota(first.begin(), first.end(), std::size_t{0});
  return all.subset(first);
}

/// Queries are photos of the gallery at equal steps.
inline constexpr std::size_t kQueries = 50;
inline std::size_t query_position(std::size_t query, std::size_t photos) {
  return query % kQueries * photos / kQueries;
}

inline SiftLocatorOptions options(Matching matching) {
  SiftLocatorOptions out;
  out.matching = matching;
  out.cache = cache_folder() / "features";
  if (matching == Matching::kIndexed)
    if (const char* cap = std::getenv("VENLOC_BENCH_FEATURES"); cap != nullptr) out.max_features_total = std::stoi(cap);
  return out;
}

/// A model of the gallery, built once for each set of options; delete the cache folder after a change of how models are
/// built.
inline std::filesystem::path model(const Gallery& gallery, Matching matching) {
  const auto wanted = options(matching);
  const auto key = std::hash<std::string>{}(wanted.to_json() + std::to_string(gallery.size()));
  const auto file = cache_folder() / ((matching == Matching::kIndexed ? "indexed-" : "exhaustive-") +
                                      std::to_string(gallery.size()) + "-" + std::to_string(key) + ".venloc");
  if (!std::filesystem::exists(file)) SiftLocator::build(gallery, wanted).save(file);
  return file;
}

}  // namespace venloc::bench
