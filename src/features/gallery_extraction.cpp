// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/gallery_extraction.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/parallel.hpp"
#include "core/sha256.hpp"
#include "features/feature_file.hpp"
#include "gallery/unreadable.hpp"
#include "image/file.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

constexpr const char* kStage = "features";
constexpr std::size_t kBatchPerThread = 8;  // pictures in memory at once, and lost by a kill

/// A picture of the gallery on its way.
struct Item {
  std::string digest;  ///< of the file; only with a cache
  Image picture;       ///< empty where the cache has its features, or it cannot be read
  std::string problem;
  std::optional<std::string> features;  ///< once they are computed
};

Item read(const Gallery& gallery, std::size_t number, const FeatureFile* cache) {
  const Photo& photo = gallery[number];
  Item item;
  try {
    item.problem = problem_of([&] {
      const FileBytes file(photo.file, gallery.image_options().max_bytes);
      if (cache != nullptr) {
        Sha256 hash;
        hash.update(file.bytes());
        item.digest = hash.finish();
        if (cache->contains(item.digest)) return;
      }
      item.picture = decode_for_describing(file, photo.file.string(), gallery.image_options());
    });
  } catch (const IoError& error) {
    item.problem = error.what();
  }
  return item;
}

class Extraction {
 public:
  Extraction(const Gallery& gallery, const ExtractionSteps& steps, const ExtractionCache& cache, int num_threads,
             const ProgressCallback& progress)
      : gallery_(gallery),
        steps_(steps),
        progress_(progress),
        threads_(resolve_threads(num_threads)),
        batch_(kBatchPerThread * static_cast<std::size_t>(threads_)),
        problems_(gallery.size()) {
    if (cache.folder.empty()) return;
    std::error_code error;
    std::filesystem::create_directories(cache.folder, error);
    if (error) throw IoError("the cache folder '" + cache.folder.string() + "' cannot be created: " + error.message());
    const std::string name = cache.name + "-" + cache.fingerprint.substr(0, 16) + ".features";
    cache_.emplace(cache.folder / name, cache.fingerprint, [&] { report(0); });
  }

  void run() {
    if (steps_.make_all) {
      run_by_batches();
    } else {
      run_by_pictures();
    }
    refuse_unreadable(problems_);
  }

 private:
  /// On the CPU each thread reads a picture and computes it, so that all cores are busy at all times.
  void run_by_pictures() {
    for (std::size_t begin = 0; begin < gallery_.size(); begin += batch_) {
      std::vector<Item> items(size_from(begin));
      const auto counted = [&](const Progress& p) { return going_on(begin + p.done); };
      try {
        parallel_for(
            items.size(), threads_,
            [&](std::size_t i) {
              items[i] = read(gallery_, begin + i, known());
              if (items[i].picture.empty()) return;
              items[i].features = steps_.make(items[i].picture);
              items[i].picture = {};
            },
            kStage, counted);
      } catch (...) {
        keep(items);
        throw;
      }
      keep(items);
      take(items, begin);
    }
  }

  /// A GPU is given whole batches while threads read the next one.
  void run_by_batches() {
    std::vector<Item> items(size_from(0));
    parallel_for(items.size(), threads_, [&](std::size_t i) { items[i] = read(gallery_, i, known()); });
    for (std::size_t begin = 0; begin < gallery_.size(); begin += batch_) {
      std::vector<Item> next(size_from(begin + batch_));
      parallel_for(next.size() + 1, threads_ + 1, [&](std::size_t i) {
        if (i == 0) {
          make_all(items);
        } else {
          next[i - 1] = read(gallery_, begin + batch_ + i - 1, known());
        }
      });
      keep(items);
      report(begin + items.size());
      take(items, begin);
      items = std::move(next);
    }
  }

  void make_all(std::span<Item> items) {
    std::vector<Image> pictures;
    for (const Item& item : items)
      if (!item.picture.empty()) pictures.push_back(item.picture);
    auto made = steps_.make_all(pictures);
    auto from = made.begin();
    for (Item& item : items)
      if (!item.picture.empty()) item.features = std::move(*from++);
  }

  /// What a stop leaves of a batch is kept too. Records stand in the order of the gallery, whatever the number of
  /// threads.
  void keep(std::span<const Item> items) {
    for (const Item& item : items)
      if (cache_ && item.features && !cache_->contains(item.digest)) cache_->add(item.digest, *item.features);
  }

  void take(std::span<Item> items, std::size_t begin) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (!items[i].problem.empty()) {
        problems_[begin + i] = std::move(items[i].problem);
      } else if (items[i].features) {
        steps_.take(begin + i, *items[i].features);
      } else if (!steps_.take(begin + i, cache_->read(items[i].digest))) {
        cache_->refuse("contains invalid features of '" + gallery_[begin + i].file.string() + "'");
      }
    }
  }

  [[nodiscard]] bool going_on(std::size_t done) const {
    return !progress_ || progress_({kStage, done, gallery_.size()});
  }
  void report(std::size_t done) const {
    if (!going_on(done)) throw CancelledError(std::string("cancelled during '") + kStage + "'");
  }
  [[nodiscard]] std::size_t size_from(std::size_t begin) const {
    return std::min(batch_, gallery_.size() - std::min(begin, gallery_.size()));
  }
  [[nodiscard]] const FeatureFile* known() const { return cache_ ? &*cache_ : nullptr; }

  const Gallery& gallery_;
  const ExtractionSteps& steps_;
  const ProgressCallback& progress_;
  int threads_;
  std::size_t batch_;
  std::optional<FeatureFile> cache_;
  std::vector<std::string> problems_;
};

}  // namespace

void extract(const Gallery& gallery, const ExtractionSteps& steps, const ExtractionCache& cache, int num_threads,
             const ProgressCallback& progress) {
  Extraction(gallery, steps, cache, num_threads, progress).run();
}

}  // namespace venloc
