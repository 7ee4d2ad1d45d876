// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/features/feature_cache.hpp"

#include <algorithm>
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
struct Item {
  std::string digest;  ///< of the file; only with a cache
  Image picture;       ///< empty where the cache has its features, or it cannot be read
  std::string problem;
  bool described = false;
};

Item read(const Photo& photo, const FeatureFile* cache) {
  Item item;
  try {
    item.problem = problem_of([&] {
      const auto bytes = read_file_bytes(photo.file, ImageOptions().max_bytes);
      if (cache != nullptr) {
        Sha256 hash;
        hash.update(bytes);
        item.digest = hash.finish();
        if (cache->contains(item.digest)) return;
      }
      item.picture = decode_image(bytes, photo.file.string());
    });
  } catch (const IoError& error) {
    item.problem = error.what();
  }
  return item;
}

/// The vectors of a gallery's pictures, batch by batch.
class Extraction {
 public:
  Extraction(const Backbone& backbone, const Gallery& gallery, const FeatureOptions& options,
             const ProgressCallback& progress)
      : backbone_(backbone),
        gallery_(gallery),
        progress_(progress),
        threads_(resolve_threads(options.num_threads)),
        batch_(kBatchPerThread * static_cast<std::size_t>(threads_)),
        each_(backbone.dimension()),
        features_(gallery.size() * each_),
        problems_(gallery.size()) {
    if (options.cache.empty()) return;
    std::error_code error;
    std::filesystem::create_directories(options.cache, error);
    if (error) throw IoError("the cache folder '" + options.cache.string() + "' cannot be made: " + error.message());
    const std::string fingerprint = backbone.fingerprint();
    const std::string name = backbone.network() + "-" + fingerprint.substr(0, 16) + ".features";
    cache_.emplace(options.cache / name, fingerprint, each_, [&] { report(0); });
  }

  std::vector<float> run() {
    if (backbone_.on_gpu()) {
      run_on_gpu();
    } else {
      run_on_cpu();
    }
    refuse_unreadable(problems_);
    return std::move(features_);
  }

 private:
  /// On the CPU each thread reads a picture and computes it, so that all cores are busy at all times.
  void run_on_cpu() {
    for (std::size_t begin = 0; begin < gallery_.size(); begin += batch_) {
      std::vector<Item> items(size_from(begin));
      const auto counted = [&](const Progress& p) { return going_on(begin + p.done); };
      try {
        parallel_for(
            items.size(), threads_,
            [&](std::size_t i) {
              items[i] = read(gallery_[begin + i], known());
              if (items[i].picture.empty()) return;
              std::ranges::copy(backbone_.describe(items[i].picture), row(begin + i).begin());
              items[i].described = true;
            },
            kStage, counted);
      } catch (...) {
        keep(items, begin);
        throw;
      }
      keep(items, begin);
      take(items, begin);
    }
  }

  /// A GPU is given whole batches while threads read the next one.
  void run_on_gpu() {
    std::vector<Item> items(size_from(0));
    parallel_for(items.size(), threads_, [&](std::size_t i) { items[i] = read(gallery_[i], known()); });
    for (std::size_t begin = 0; begin < gallery_.size(); begin += batch_) {
      std::vector<Item> next(size_from(begin + batch_));
      parallel_for(next.size() + 1, threads_ + 1, [&](std::size_t i) {
        if (i == 0) {
          describe_all(items, begin);
        } else {
          next[i - 1] = read(gallery_[begin + batch_ + i - 1], known());
        }
      });
      keep(items, begin);
      report(begin + items.size());
      take(items, begin);
      items = std::move(next);
    }
  }

  void describe_all(std::span<Item> items, std::size_t begin) {
    std::vector<Image> pictures;
    for (const Item& item : items)
      if (!item.picture.empty()) pictures.push_back(item.picture);
    const auto described = backbone_.describe_all(pictures);
    auto from = described.begin();
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (items[i].picture.empty()) continue;
      std::copy_n(from, each_, row(begin + i).begin());
      from += static_cast<std::ptrdiff_t>(each_);
      items[i].described = true;
    }
  }

  /// What a stop leaves of a batch is kept too. Records stand in the order of the gallery, whatever the number of
  /// threads.
  void keep(std::span<const Item> items, std::size_t begin) {
    for (std::size_t i = 0; i < items.size(); ++i)
      if (cache_ && items[i].described && !cache_->contains(items[i].digest))
        cache_->add(items[i].digest, row(begin + i));
  }

  /// What was not computed: problems, and what the cache has.
  void take(std::span<Item> items, std::size_t begin) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (!items[i].problem.empty()) {
        problems_[begin + i] = std::move(items[i].problem);
      } else if (!items[i].described) {
        cache_->read(items[i].digest, row(begin + i));
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
  std::span<float> row(std::size_t i) { return std::span(features_).subspan(i * each_, each_); }

  const Backbone& backbone_;
  const Gallery& gallery_;
  const ProgressCallback& progress_;
  int threads_;
  std::size_t batch_;
  std::size_t each_;  // numbers of a picture
  std::optional<FeatureFile> cache_;
  std::vector<float> features_;
  std::vector<std::string> problems_;
};

}  // namespace

void FeatureOptions::validate() const { resolve_threads(num_threads); }

std::vector<float> extract_features(const Backbone& backbone, const Gallery& gallery, const FeatureOptions& options,
                                    const ProgressCallback& progress) {
  options.validate();
  return Extraction(backbone, gallery, options, progress).run();
}

}  // namespace venloc
