// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/gallery_sift.hpp"

#include <array>
#include <cstring>
#include <string>
#include <utility>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "core/sha256.hpp"
#include "gallery/unreadable.hpp"
#include "image/file.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/image/image.hpp"

namespace venloc {
namespace {

// Part of the name of what is cached; another one where the same options give other features.
constexpr int kCacheVersion = 3;

std::string cache_key(const Photo& photo, const SiftOptions& o) {
  Sha256 hash;
  const auto add = [&](const auto& value) { hash.update(std::as_bytes(std::span(&value, 1))); };
  hash.update(read_file_bytes(photo.file, ImageOptions().max_bytes));
  add(kCacheVersion);
  add(o.long_side_px);
  add(o.max_features);
  add(o.grid_cells);
  add(o.contrast_threshold);
  add(o.edge_threshold);
  add(o.upright);
  add(o.root);
  return hash.finish();
}

void write_features(const PictureFeatures& features, const std::filesystem::path& file) {
  const auto& f = features.local;
  static_assert(sizeof(Keypoint) == 5 * sizeof(float));
  const std::array<std::int32_t, 2> size = {f.width, f.height};
  const auto count = static_cast<std::int64_t>(f.size());
  SafetensorsWriter writer;
  writer.add<std::int32_t>("size", {2}, size);
  writer.add<float>("keypoints", {count, 5},
                    std::span(reinterpret_cast<const float*>(f.keypoints.data()), f.size() * 5));
  writer.add<std::uint8_t>(
      "descriptors", {count, static_cast<std::int64_t>(kSiftDimension)},
      std::span(reinterpret_cast<const std::uint8_t*>(f.descriptors.data()), f.size() * kSiftDimension));
  writer.add<std::uint8_t>("colours", {kColours}, features.colours);
  writer.write(file);
}

PictureFeatures read_features(const std::filesystem::path& path) {
  const auto file = SafetensorsFile::open(path);
  PictureFeatures out;
  auto& f = out.local;
  const auto size = file.get<std::int32_t>("size", {2});
  f.width = size[0];
  f.height = size[1];
  const auto keypoints = file.get<float>("keypoints", {-1, 5});
  const auto count = static_cast<std::int64_t>(keypoints.size() / 5);
  const auto descriptors = file.get<std::uint8_t>("descriptors", {count, static_cast<std::int64_t>(kSiftDimension)});
  f.keypoints.resize(static_cast<std::size_t>(count));
  f.descriptors.resize(static_cast<std::size_t>(count));
  std::memcpy(static_cast<void*>(f.keypoints.data()), keypoints.data(), keypoints.size_bytes());
  std::memcpy(f.descriptors.data(), descriptors.data(), descriptors.size_bytes());
  std::ranges::copy(file.get<std::uint8_t>("colours", {kColours}), out.colours.begin());
  if (!is_valid(out.colours)) refuse_damaged(path, "array colours is not of unit length");
  return out;
}

PictureFeatures features_of(const Photo& photo, const GallerySiftOptions& options) {
  // One picture a thread is faster than several threads a picture.
  const auto make = [&] { return describe(read_image(photo.file), options.sift, 1); };
  if (options.cache.empty()) return make();
  const auto file = options.cache / (cache_key(photo, options.sift) + ".features");
  if (std::filesystem::exists(file)) {
    try {
      return read_features(file);
    } catch (const FormatError&) {
      // A damaged entry of a cache is made again.
    }
  }
  auto features = make();
  write_features(features, file);
  return features;
}

}  // namespace

PictureFeatures describe(const Image& picture, const SiftOptions& options, int num_threads) {
  return {extract_sift(picture, options, num_threads), colour_histogram(picture)};
}

GalleryFeatures extract_gallery(const Gallery& gallery, const GallerySiftOptions& options,
                                const ProgressCallback& progress) {
  if (!options.cache.empty()) {
    std::error_code error;
    std::filesystem::create_directories(options.cache, error);
    if (error) throw IoError("the cache folder '" + options.cache.string() + "' cannot be made: " + error.message());
  }
  GalleryFeatures features{std::vector<LocalFeatures>(gallery.size()), std::vector<ColourHistogram>(gallery.size())};
  std::vector<std::string> problems(gallery.size());
  parallel_for(
      gallery.size(), options.num_threads,
      [&](std::size_t i) {
        problems[i] = problem_of([&] {
          auto found = features_of(gallery[i], options);
          features.local[i] = std::move(found.local);
          features.colours[i] = found.colours;
        });
      },
      "features", progress);
  refuse_unreadable(problems);
  return features;
}

}  // namespace venloc
