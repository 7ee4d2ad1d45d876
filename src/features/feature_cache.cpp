// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/features/feature_cache.hpp"

#include <algorithm>
#include <future>
#include <optional>
#include <string>
#include <utility>

#include "core/parallel.hpp"
#include "core/sha256.hpp"
#include "features/feature_file.hpp"
#include "gallery/unreadable.hpp"
#include "image/file.hpp"
#include "venloc/core/error.hpp"
#include "venloc/image/image.hpp"

namespace venloc {
namespace {

constexpr const char* kStage = "features";
constexpr std::size_t kBatchPerThread = 8;  // pictures in memory at once, and lost by a kill

/// A picture of the gallery on its way.
struct Work {
  std::string digest;  ///< of the file; only with a cache
  Image picture;       ///< empty where the cache has its features, or it can not be read
  std::string problem;
  bool described = false;
};

Work read(const Photo& photo, const FeatureFile* cache) {
  Work work;
  try {
    work.problem = problem_of([&] {
      const auto bytes = read_file_bytes(photo.file, ImageOptions().max_bytes);
      if (cache != nullptr) {
        Sha256 hash;
        hash.update(bytes);
        work.digest = hash.finish();
        if (cache->contains(work.digest)) return;
      }
      work.picture = decode_image(bytes, photo.file.string());
    });
  } catch (const IoError& error) {
    work.problem = error.what();
  }
  return work;
}

}  // namespace

void FeatureOptions::validate() const { resolve_threads(num_threads); }

std::vector<float> extract_features(const Backbone& backbone, const Gallery& gallery, const FeatureOptions& options,
                                    const ProgressCallback& progress) {
  options.validate();
  const std::size_t n = gallery.size(), each = backbone.dimension();
  std::size_t done = 0;
  const auto report = [&] {
    if (progress && !progress({kStage, done, n}))
      throw CancelledError(std::string("cancelled during '") + kStage + "'");
  };
  std::optional<FeatureFile> cache;
  if (!options.cache.empty()) {
    std::error_code error;
    std::filesystem::create_directories(options.cache, error);
    if (error) throw IoError("the cache folder '" + options.cache.string() + "' can not be made: " + error.message());
    const std::string fingerprint = backbone.fingerprint();
    const std::string name = backbone.network() + "-" + fingerprint.substr(0, 16) + ".features";
    cache.emplace(options.cache / name, fingerprint, each, report);
  }

  std::vector<float> features(n * each);
  std::vector<std::string> problems(n);
  const auto row = [&](std::size_t i) { return std::span(features).subspan(i * each, each); };
  const FeatureFile* known = cache ? &*cache : nullptr;
  const int threads = resolve_threads(options.num_threads);
  const std::size_t batch = kBatchPerThread * static_cast<std::size_t>(threads);
  const auto read_batch = [&](std::size_t begin) {
    std::vector<Work> work(std::min(batch, n - std::min(begin, n)));
    parallel_for(work.size(), threads, [&](std::size_t i) { work[i] = read(gallery[begin + i], known); });
    return work;
  };
  // What a stop leaves of a batch is kept too. Records stand in the order of the gallery, whatever the number of
  // threads.
  const auto keep = [&](std::span<const Work> work, std::size_t begin) {
    for (std::size_t i = 0; i < work.size(); ++i)
      if (cache && work[i].described && !cache->contains(work[i].digest)) cache->add(work[i].digest, row(begin + i));
  };
  // A GPU is given whole batches while threads read the next one. On the CPU each thread reads a picture and computes
  // it, so that all cores have work at all times.
  const bool ahead = backbone.on_gpu();
  std::future<std::vector<Work>> next;
  if (ahead) next = std::async(std::launch::async, read_batch, std::size_t{0});
  for (std::size_t begin = 0; begin < n; begin += batch) {
    std::vector<Work> work;
    if (ahead) {
      work = next.get();
      next = std::async(std::launch::async, read_batch, begin + batch);
      std::vector<Image> pictures;
      for (const Work& one : work)
        if (!one.picture.empty()) pictures.push_back(one.picture);
      const auto described = backbone.describe_all(pictures);
      auto from = described.begin();
      for (std::size_t i = 0; i < work.size(); ++i) {
        if (work[i].picture.empty()) continue;
        std::copy_n(from, each, row(begin + i).begin());
        from += static_cast<std::ptrdiff_t>(each);
        work[i].described = true;
      }
      done += work.size();
      keep(work, begin);
      report();
    } else {
      work.resize(std::min(batch, n - begin));
      const auto counted = [&](const Progress& p) { return !progress || progress({kStage, begin + p.done, n}); };
      try {
        parallel_for(
            work.size(), threads,
            [&](std::size_t i) {
              work[i] = read(gallery[begin + i], known);
              if (work[i].picture.empty()) return;
              std::ranges::copy(backbone.describe(work[i].picture), row(begin + i).begin());
              work[i].described = true;
            },
            kStage, counted);
      } catch (...) {
        keep(work, begin);
        throw;
      }
      keep(work, begin);
    }
    for (std::size_t i = 0; i < work.size(); ++i) {
      if (!work[i].problem.empty()) {
        problems[begin + i] = std::move(work[i].problem);
      } else if (!work[i].described) {
        cache->read(work[i].digest, row(begin + i));
      }
    }
  }
  refuse_unreadable(problems);
  return features;
}

}  // namespace venloc
