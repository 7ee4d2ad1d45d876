// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/gallery_sift.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "core/sha256.hpp"
#include "features/gallery_extraction.hpp"
#include "venloc/core/error.hpp"
#include "venloc/image/image.hpp"

namespace venloc {
namespace {

// Another number where the same options give other features.
constexpr int kSiftVersion = 3;

std::string fingerprint(const SiftOptions& o) {
  Sha256 hash;
  const auto add = [&](const auto& value) { hash.update(std::as_bytes(std::span(&value, 1))); };
  add(kSiftVersion);
  add(o.long_side_px);
  add(o.max_features);
  add(o.grid_cells);
  add(o.contrast_threshold);
  add(o.edge_threshold);
  add(o.upright);
  add(o.root);
  return hash.finish();
}

// Width, height and number of features, then keypoints, descriptors and colours.
using Head = std::array<std::int32_t, 3>;
static_assert(sizeof(Keypoint) == 5 * sizeof(float) && sizeof(SiftDescriptor) == kSiftDimension);

std::string to_bytes(const PictureFeatures& features) {
  const auto& f = features.local;
  const Head head = {f.width, f.height, static_cast<std::int32_t>(f.size())};
  std::string out;
  const auto add = [&](const auto& values) {
    const auto bytes = std::as_bytes(std::span(values));
    out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
  add(head);
  add(f.keypoints);
  add(f.descriptors);
  add(features.colours);
  return out;
}

PictureFeatures from_bytes(std::string_view bytes) {
  PictureFeatures out;
  auto& f = out.local;
  const auto take = [&](auto&& values) {
    const auto to = std::as_writable_bytes(std::span(values));
    if (bytes.size() < to.size()) throw FormatError("cached SIFT features are cut short; remove the cache folder");
    std::memcpy(to.data(), bytes.data(), to.size());
    bytes.remove_prefix(to.size());
  };
  Head head{};
  take(head);
  f.width = head[0];
  f.height = head[1];
  f.keypoints.resize(static_cast<std::size_t>(head[2]));
  f.descriptors.resize(f.keypoints.size());
  take(f.keypoints);
  take(f.descriptors);
  take(out.colours);
  return out;
}

}  // namespace

PictureFeatures describe(const Image& picture, const SiftOptions& options, int num_threads) {
  return {extract_sift(picture, options, num_threads), colour_histogram(picture)};
}

GalleryFeatures extract_gallery(const Gallery& gallery, const GallerySiftOptions& options,
                                const ProgressCallback& progress) {
  GalleryFeatures features{std::vector<LocalFeatures>(gallery.size()), std::vector<ColourHistogram>(gallery.size())};
  // One picture a thread is faster than several threads a picture.
  const auto make = [&](const Image& picture) { return to_bytes(describe(picture, options.sift, 1)); };
  const auto take = [&](std::size_t photo, std::string_view bytes) {
    auto found = from_bytes(bytes);
    features.local[photo] = std::move(found.local);
    features.colours[photo] = found.colours;
  };
  extract(gallery, {make, {}, take}, {options.cache, "sift", fingerprint(options.sift)}, options.num_threads, progress);
  return features;
}

}  // namespace venloc
