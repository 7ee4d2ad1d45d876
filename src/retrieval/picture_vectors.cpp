// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "retrieval/picture_vectors.hpp"

#include <cmath>
#include <functional>
#include <numeric>
#include <string>
#include <utility>

#include "core/damaged.hpp"
#include "core/sha256.hpp"
#include "retrieval/unit_descriptor.hpp"
#include "venloc/core/error.hpp"
#include "venloc/features/feature_cache.hpp"

namespace venloc {

namespace {

constexpr const char* kWhitening = "whitening";
constexpr const char* kRegionWhitening = "region_whitening";
constexpr const char* kKept = "whitening";  // folder in the cache

std::string key_of(std::span<const float> values, std::size_t length, const WhiteningOptions& options) {
  Sha256 hash;
  hash.update(std::as_bytes(values));
  const std::string text = std::to_string(length) + " " + std::to_string(options.dimension) + " " +
                           std::to_string(options.exponent) + " " + std::to_string(options.max_samples) + " " +
                           std::to_string(options.seed);
  hash.update(std::as_bytes(std::span(text)));
  return hash.finish();
}

/// The network's output, each part normalised to length 1: of whole pictures and of their regions.
PictureVectors::Vectors parted(std::vector<float> features, const Backbone& backbone) {
  const auto parts = backbone.parts();
  normalise_parts(features, parts);
  if (backbone.regions() == 0) return {std::move(features), {}};
  const auto each = static_cast<std::ptrdiff_t>(backbone.dimension());
  const auto whole = std::accumulate(parts.begin(), parts.end() - static_cast<std::ptrdiff_t>(backbone.regions()),
                                     std::ptrdiff_t{0}, std::plus<>());
  PictureVectors::Vectors out;
  for (auto row = features.begin(); row != features.end(); row += each) {
    out.whole.insert(out.whole.end(), row, row + whole);
    out.regions.insert(out.regions.end(), row + whole, row + each);
  }
  return out;
}

PictureVectors::Vectors features_of(const Backbone& backbone, const Gallery& gallery,
                                    const std::filesystem::path& cache, int num_threads,
                                    const ProgressCallback& progress) {
  FeatureOptions how;
  how.cache = cache;
  how.num_threads = num_threads;
  return parted(extract_features(backbone, gallery, how, progress), backbone);
}

}  // namespace

void normalise_parts(std::span<float> vectors, std::span<const std::size_t> parts) {
  for (std::size_t at = 0, part = 0; at < vectors.size(); at += parts[part], part = (part + 1) % parts.size()) {
    const auto values = vectors.subspan(at, parts[part]);
    double square = 0;
    for (const float v : values) square += static_cast<double>(v) * v;
    if (square == 0) continue;
    for (float& v : values) v = static_cast<float>(v / std::sqrt(square));
  }
}

PictureVectors::PictureVectors(Backbone backbone, Whitening whitening, std::optional<Whitening> region_whitening)
    : backbone_(std::move(backbone)),
      whitening_(std::move(whitening)),
      region_whitening_(std::move(region_whitening)) {}

PictureVectors::Built PictureVectors::build(const Backbone& backbone, const Gallery& gallery,
                                            const WhiteningOptions& whitening, const WhiteningOptions& region_whitening,
                                            const std::filesystem::path& cache, std::uint64_t seed, int num_threads,
                                            const ProgressCallback& progress) {
  auto rounded = backbone.rounded(kStoredWeights);
  const auto features = features_of(rounded, gallery, cache, num_threads, progress);
  const auto fitted = [&](std::span<const float> values, std::size_t length, WhiteningOptions training,
                          const char* name) {
    training.seed ^= seed;
    training.num_threads = num_threads;
    if (cache.empty()) return Whitening::train(values, length, training);
    const auto file = cache / kKept / (key_of(values, length, training) + ".safetensors");
    if (std::filesystem::exists(file)) return Whitening::load(SafetensorsFile::open(file), name);
    auto fresh = Whitening::train(values, length, training);
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    if (error)
      throw IoError("the cache folder '" + file.parent_path().string() + "' cannot be created: " + error.message());
    SafetensorsWriter writer;
    fresh.save(writer, name);
    writer.write(file);
    return fresh;
  };
  std::optional<Whitening> of_regions;
  if (rounded.regions() > 0)
    of_regions = fitted(features.regions, rounded.parts().back(), region_whitening, kRegionWhitening);
  PictureVectors describer(rounded,
                           fitted(features.whole, features.whole.size() / gallery.size(), whitening, kWhitening),
                           std::move(of_regions));
  auto vectors = describer.whitened(features, num_threads);
  return {std::move(describer), std::move(vectors)};
}

PictureVectors::Vectors PictureVectors::whitened(const Vectors& features, int num_threads) const {
  Vectors out{whitening_.apply(features.whole, num_threads), {}};
  if (region_whitening_) out.regions = region_whitening_->apply(features.regions, num_threads);
  return out;
}

PictureVectors::Vectors PictureVectors::vectors_of(std::span<const float> features) const {
  if (features.size() != backbone_.dimension())
    throw InvalidArgumentError("the features of a picture must be " + std::to_string(backbone_.dimension()) +
                               " values, as its backbone gives them, got " + std::to_string(features.size()));
  check_vectors(features, features.size(), "the features");
  return whitened(parted({features.begin(), features.end()}, backbone_), 1);
}

PictureVectors::Vectors PictureVectors::describe_all(std::span<const Image> pictures) const {
  return whitened(parted(backbone_.describe_all(pictures), backbone_), 1);
}

PictureVectors::Vectors PictureVectors::describe(const Gallery& gallery, const std::filesystem::path& cache,
                                                 int num_threads, const ProgressCallback& progress) const {
  return whitened(features_of(backbone_, gallery, cache, num_threads, progress), num_threads);
}

void PictureVectors::save(SafetensorsWriter& writer) const {
  backbone_.save(writer, "backbone.", kStoredWeights);
  whitening_.save(writer, kWhitening);
  if (region_whitening_) region_whitening_->save(writer, kRegionWhitening);
}

PictureVectors PictureVectors::load(const SafetensorsFile& file, Device device, int num_threads) {
  auto backbone = Backbone::load(file, "backbone.", device, num_threads);
  auto whitening = Whitening::load(file, kWhitening);
  std::optional<Whitening> of_regions;
  std::size_t whole = backbone.dimension();
  if (backbone.regions() > 0) {
    const auto each = backbone.parts().back();
    whole -= backbone.regions() * each;
    of_regions = Whitening::load(file, kRegionWhitening);
    if (of_regions->length() != each)
      refuse_damaged(file.path(), "array region_whitening.mean is not as long as the network's output for a region");
  }
  if (whitening.length() != whole)
    refuse_damaged(file.path(), "array whitening.mean is not as long as the network's output");
  return {std::move(backbone), std::move(whitening), std::move(of_regions)};
}

RegionIndex load_regions(const SafetensorsFile& file, const PictureVectors& describer, std::size_t photos) {
  auto out = RegionIndex::load(file);
  if (out.regions() != describer.regions() ||
      (out.regions() > 0 && (out.dimension() != describer.region_dimension() || out.size() != photos)))
    refuse_damaged(file.path(), "array regions.codes does not hold the regions of each photo");
  return out;
}

}  // namespace venloc
