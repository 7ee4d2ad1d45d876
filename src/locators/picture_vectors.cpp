// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "locators/picture_vectors.hpp"

#include <utility>

#include "core/damaged.hpp"
#include "locators/descriptor_evidence.hpp"
#include "venloc/features/feature_cache.hpp"

namespace venloc {

namespace {

constexpr DType kWeights = DType::kF16;  // of the network in the file

std::vector<float> features_of(const Backbone& backbone, const Gallery& gallery, const std::filesystem::path& cache,
                               int num_threads, const ProgressCallback& progress) {
  FeatureOptions how;
  how.cache = cache;
  how.num_threads = num_threads;
  auto features = extract_features(backbone, gallery, how, progress);
  normalise_parts(features, backbone.parts());
  return features;
}

}  // namespace

PictureVectors::PictureVectors(Backbone backbone, Whitening whitening)
    : backbone_(std::move(backbone)), whitening_(std::move(whitening)) {}

PictureVectors::Built PictureVectors::build(const Backbone& backbone, const Gallery& gallery,
                                            const WhiteningOptions& whitening, const std::filesystem::path& cache,
                                            std::uint64_t seed, int num_threads, const ProgressCallback& progress) {
  auto rounded = backbone.rounded(kWeights);
  const auto features = features_of(rounded, gallery, cache, num_threads, progress);
  auto training = whitening;
  training.seed ^= seed;
  training.num_threads = num_threads;
  PictureVectors describer(rounded, Whitening::train(features, rounded.dimension(), training));
  auto vectors = describer.whitening_.apply(features, num_threads);
  return {std::move(describer), std::move(vectors)};
}

std::vector<float> PictureVectors::describe_all(std::span<const Image> pictures) const {
  auto features = backbone_.describe_all(pictures);
  normalise_parts(features, backbone_.parts());
  return whitening_.apply(features);
}

std::vector<float> PictureVectors::describe(const Gallery& gallery, const std::filesystem::path& cache, int num_threads,
                                            const ProgressCallback& progress) const {
  return whitening_.apply(features_of(backbone_, gallery, cache, num_threads, progress), num_threads);
}

void PictureVectors::save(SafetensorsWriter& writer) const {
  backbone_.save(writer, "backbone.", kWeights);
  whitening_.save(writer);
}

PictureVectors PictureVectors::load(const SafetensorsFile& file) {
  PictureVectors out(Backbone::load(file), Whitening::load(file));
  if (out.whitening_.length() != out.backbone_.dimension())
    refuse_damaged(file.path(), "array whitening.mean is not as long as what the network says");
  return out;
}

}  // namespace venloc
