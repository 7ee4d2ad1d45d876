// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/gallery_sift.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "core/sha256.hpp"
#include "features/gallery_extraction.hpp"
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

/// Nothing where to_bytes cannot have made them.
std::optional<PictureFeatures> from_bytes(std::string_view bytes) {
  PictureFeatures out;
  auto& f = out.local;
  Head head{};
  constexpr std::size_t kEach = sizeof(Keypoint) + sizeof(SiftDescriptor);
  const std::size_t fixed = sizeof(head) + sizeof(out.colours);
  if (bytes.size() < fixed) return {};
  std::memcpy(head.data(), bytes.data(), sizeof(head));
  const auto count = (bytes.size() - fixed) / kEach;
  if (head[0] < 1 || head[1] < 1 || head[2] < 0 || static_cast<std::size_t>(head[2]) != count ||
      bytes.size() != fixed + count * kEach)
    return {};
  bytes.remove_prefix(sizeof(head));
  const auto take = [&](auto& values) {
    const auto to = std::as_writable_bytes(std::span(values));
    std::ranges::copy(std::as_bytes(std::span(bytes)).first(to.size()), to.begin());
    bytes.remove_prefix(to.size());
  };
  f.width = head[0];
  f.height = head[1];
  f.keypoints.resize(count);
  f.descriptors.resize(count);
  take(f.keypoints);
  take(f.descriptors);
  take(out.colours);
  if (!is_valid(out.colours)) return {};
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
    if (!found) return false;
    features.local[photo] = std::move(found->local);
    features.colours[photo] = found->colours;
    return true;
  };
  extract(gallery, {make, {}, take}, {options.cache, "sift", fingerprint(options.sift)}, options.num_threads, progress);
  return features;
}

}  // namespace venloc
