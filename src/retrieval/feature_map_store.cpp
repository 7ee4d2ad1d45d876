// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "retrieval/feature_map_store.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <string>
#include <utility>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "features/backbone_inside.hpp"
#include "gallery/unreadable.hpp"
#include "venloc/core/error.hpp"
#include "venloc/image/image.hpp"

namespace venloc {
namespace {

constexpr const char* kProjection = "feature_maps.projection";
constexpr const char* kScales = "feature_maps.scales";

constexpr float kMinDeviation = 0.01f;    // added to a channel's standard deviation, which is 0 for many
constexpr std::size_t kSampled = 20000;   // cells that the projection is fitted to
constexpr std::size_t kSampledEach = 40;  // of a picture

/// The cells of the coarsest of the maps: of each map the mean of its cells there, joined.
struct JoinedMap {
  std::vector<float> values;  // a row for each cell
  int width = 0, height = 0;
};
/// Each channel is multiplied by its scale, where there are any.
JoinedMap joined(const std::vector<CellMap>& maps, std::span<const float> scales) {
  const auto& coarsest = *std::ranges::min_element(maps, {}, [](const CellMap& m) { return m.width * m.height; });
  std::size_t channels = 0;
  for (const auto& map : maps) channels += static_cast<std::size_t>(map.channels);
  JoinedMap out{{}, coarsest.width, coarsest.height};
  out.values.assign(channels * static_cast<std::size_t>(out.width * out.height), 0.0f);
  std::size_t first = 0;
  for (const auto& map : maps) {
    // Strides are powers of two: this many cells in a row make one of the coarsest, fewer at the border.
    const int across = (map.width + out.width - 1) / out.width, down = (map.height + out.height - 1) / out.height;
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x) {
        const int right = std::min((x + 1) * across, map.width), bottom = std::min((y + 1) * down, map.height);
        const int left = std::min(x * across, right - 1), top = std::min(y * down, bottom - 1);
        float* row = out.values.data() + static_cast<std::size_t>(y * out.width + x) * channels + first;
        for (int v = top; v < bottom; ++v)
          for (int u = left; u < right; ++u) {
            const float* cell = map.values.data() + static_cast<std::size_t>((v * map.width + u) * map.channels);
            for (int c = 0; c < map.channels; ++c) row[c] += cell[c];
          }
        const auto count = static_cast<float>((right - left) * (bottom - top));
        for (int c = 0; c < map.channels; ++c) row[c] /= count;
      }
    first += static_cast<std::size_t>(map.channels);
  }
  if (!scales.empty())
    for (std::size_t begin = 0; begin < out.values.size(); begin += channels)
      for (std::size_t c = 0; c < channels; ++c) out.values[begin + c] *= scales[c];
  return out;
}

/// Channels of all maps that the network gives.
std::size_t channels_of(const Backbone& backbone) {
  std::size_t out = 0;
  for (const auto& map : backbone.maps(Image(64, 64, 1, std::vector<std::uint8_t>(64 * 64, 0)), 64))
    out += static_cast<std::size_t>(map.channels);
  return out;
}

/// One over the standard deviation of each channel, so that all have the same influence.
std::vector<float> scales_of(std::span<const float> rows, std::size_t length) {
  std::vector<double> sum(length), square(length);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    sum[i % length] += rows[i];
    square[i % length] += static_cast<double>(rows[i]) * rows[i];
  }
  const auto n = static_cast<double>(rows.size() / length);
  std::vector<float> out;
  for (std::size_t k = 0; k < length; ++k)
    out.push_back(
        1 / (static_cast<float>(std::sqrt(std::max(square[k] / n - sum[k] / n * sum[k] / n, 0.0))) + kMinDeviation));
  return out;
}

// Passes on the map of each picture, by its number among the chosen. Throws ImageError that lists those that cannot be
// read.
template <typename Use>
void each_map(const Gallery& gallery, std::span<const std::size_t> chosen, const Backbone& backbone,
              std::span<const float> scales, const FeatureMapOptions& options, const char* stage,
              const ProgressCallback& progress, Use&& use) {
  std::vector<std::string> problems(gallery.size());
  parallel_for(
      chosen.size(), options.num_threads,
      [&](std::size_t k) {
        problems[chosen[k]] = problem_of([&] {
          const auto picture = read_for_describing(gallery[chosen[k]].file, gallery.image_options());
          use(k, joined(BackboneInside::maps(backbone, picture, options.gallery_long_side_px), scales));
        });
      },
      stage, progress);
  refuse_unreadable(problems);
}

}  // namespace

FeatureMapStore FeatureMapStore::build(const Gallery& gallery, const Backbone& backbone,
                                       const FeatureMapOptions& options, const ProgressCallback& progress) {
  // The projection is fitted to some cells of some pictures.
  const auto some = sample_positions(gallery.size(), kSampled / kSampledEach, options.seed);
  std::vector<std::vector<float>> sampled(some.size());
  each_map(gallery, some, backbone, {}, options, "projection", progress, [&](std::size_t k, const JoinedMap& map) {
    const std::size_t cells = static_cast<std::size_t>(map.width * map.height), length = map.values.size() / cells;
    for (const auto cell : sample_positions(cells, kSampledEach, options.seed + some[k]))
      sampled[k].insert(sampled[k].end(), map.values.begin() + static_cast<std::ptrdiff_t>(cell * length),
                        map.values.begin() + static_cast<std::ptrdiff_t>((cell + 1) * length));
  });
  std::vector<float> rows;
  for (const auto& part : sampled) rows.insert(rows.end(), part.begin(), part.end());
  const auto length = channels_of(backbone);
  auto scales = scales_of(rows, length);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] *= scales[i % length];
  auto training = options.projection;
  training.seed ^= options.seed;
  training.num_threads = options.num_threads;
  FeatureMapStore out{std::move(scales), Whitening::train(rows, length, training),
                      DenseIndex(options.projection.dimension)};
  out.index = DenseIndex::build(out.maps(gallery, backbone, options, progress), out.projection.dimension(),
                                static_cast<std::size_t>(options.cells), options.num_threads);
  return out;
}

std::vector<DenseMap> FeatureMapStore::maps(const Gallery& gallery, const Backbone& backbone,
                                            const FeatureMapOptions& options, const ProgressCallback& progress) const {
  std::vector<std::size_t> all(gallery.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  std::vector<DenseMap> out(gallery.size());
  each_map(gallery, all, backbone, scales, options, "maps", progress,
           [&](std::size_t k, const JoinedMap& map) { out[k] = dense_map(map.values, map.width, projection, 1.0f); });
  return out;
}

std::vector<float> FeatureMapStore::scores(const Image& picture, const Backbone& backbone,
                                           const FeatureMapOptions& options) const {
  // A picture is never enlarged, and the same map need not be compared twice.
  const int longest = std::max(picture.width(), picture.height());
  std::vector<int> sides;
  for (const int side : options.query_long_sides_px)
    if (std::ranges::find(sides, std::min(side, longest)) == sides.end()) sides.push_back(std::min(side, longest));
  std::ranges::sort(sides, std::greater{});  // the longest computation begins first
  std::vector<DenseMap> maps(sides.size());
  parallel_for(sides.size(), options.num_threads, [&](std::size_t i) {
    const auto map = joined(BackboneInside::maps(backbone, picture, sides[i]), scales);
    maps[i] = dense_map(map.values, map.width, projection,
                        static_cast<float>(options.gallery_long_side_px) / static_cast<float>(sides[i]));
  });
  std::vector<double> sum(index.size(), 0.0);
  for (const auto& map : maps) {
    const auto found = index.scores(map, options.num_threads);
    double mean = 0, square = 0;
    for (const float score : found) {
      mean += score;
      square += static_cast<double>(score) * score;
    }
    const auto n = static_cast<double>(found.size());
    mean /= n;
    const double deviation = std::sqrt(std::max(square / n - mean * mean, 0.0)) + 1e-6;
    for (std::size_t p = 0; p < sum.size(); ++p)
      sum[p] += (found[p] - mean) / deviation / static_cast<double>(sides.size());
  }
  return {sum.begin(), sum.end()};
}

void FeatureMapStore::save(SafetensorsWriter& writer) const {
  writer.add<float>(kScales, {static_cast<std::int64_t>(scales.size())}, scales);
  projection.save(writer, kProjection);
  index.save(writer);
}

FeatureMapStore FeatureMapStore::load(const SafetensorsFile& file, const Backbone& backbone, std::size_t photos) {
  auto projection = Whitening::load(file, kProjection);
  auto index = DenseIndex::load(file, projection.dimension());
  if (index.size() != photos)
    refuse_damaged(file.path(), "array feature_maps.counts does not hold a number for each photo");
  const auto length = channels_of(backbone);
  if (projection.length() != length)
    refuse_damaged(file.path(), "array feature_maps.projection.mean is not as long as the network's output for a cell");
  const auto stored = file.get<float>(kScales, {static_cast<std::int64_t>(length)});
  if (!std::ranges::all_of(stored, [](float v) { return std::isfinite(v) && v > 0; }))
    refuse_damaged(file.path(), std::string("array ") + kScales + " holds impossible values");
  return {std::vector<float>(stored.begin(), stored.end()), std::move(projection), std::move(index)};
}

}  // namespace venloc
