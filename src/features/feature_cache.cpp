// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/features/feature_cache.hpp"

#include <cstring>
#include <string>

#include "core/parallel.hpp"
#include "features/gallery_extraction.hpp"

namespace venloc {
namespace {

std::string bytes_of(std::span<const float> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

}  // namespace

void FeatureOptions::validate() const { resolve_threads(num_threads); }

std::vector<float> extract_features(const Backbone& backbone, const Gallery& gallery, const FeatureOptions& options,
                                    const ProgressCallback& progress) {
  options.validate();
  const std::size_t each = backbone.dimension();
  std::vector<float> features(gallery.size() * each);
  ExtractionSteps steps;
  steps.make = [&](const Image& picture) { return bytes_of(backbone.describe(picture)); };
  if (backbone.on_gpu())
    steps.make_all = [&](std::span<const Image> pictures) {
      const auto described = backbone.describe_all(pictures);
      std::vector<std::string> out;
      for (std::size_t i = 0; i < pictures.size(); ++i)
        out.push_back(bytes_of(std::span(described).subspan(i * each, each)));
      return out;
    };
  steps.take = [&](std::size_t photo, std::string_view bytes) {
    if (bytes.size() != each * sizeof(float)) return false;
    std::memcpy(&features[photo * each], bytes.data(), bytes.size());
    return true;
  };
  extract(gallery, steps, {options.cache, backbone.network(), backbone.fingerprint()}, options.num_threads, progress);
  return features;
}

}  // namespace venloc
