// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/painting_locator.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "gallery/unreadable.hpp"
#include "locators/head_options.hpp"
#include "locators/photo_places.hpp"
#include "locators/registry.hpp"
#include "retrieval/dense_index.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"

namespace venloc {

void to_json(nlohmann::json& json, const PaintingLocatorOptions& o) {
  json = {{"projection", o.projection},
          {"gallery_long_side_px", o.gallery_long_side_px},
          {"query_long_sides_px", o.query_long_sides_px},
          {"cells", o.cells},
          {"max_candidates", o.max_candidates},
          {"city", o.city},
          {"seed", o.seed}};
}
void from_json(const nlohmann::json& json, PaintingLocatorOptions& o) {
  json.at("projection").get_to(o.projection);
  json.at("gallery_long_side_px").get_to(o.gallery_long_side_px);
  json.at("query_long_sides_px").get_to(o.query_long_sides_px);
  json.at("cells").get_to(o.cells);
  json.at("max_candidates").get_to(o.max_candidates);
  json.at("city").get_to(o.city);
  json.at("seed").get_to(o.seed);
}

namespace {

constexpr const char* kKind = "painting";
constexpr const char* kProjection = "dense.projection";
constexpr const char* kScales = "dense.scales";
constexpr DType kWeights = DType::kF16;  // of the network in the file

constexpr float kSmallestDeviation = 0.01f;  // added to a channel's, most of which are 0 nearly everywhere
constexpr std::size_t kSampled = 20000;      // cells that the projection is learnt from
constexpr int kMostSidePx = 2000;            // a cell's position must fit into a byte

// How the evidence is weighed, measured on labelled works.
constexpr double kSharpness = 0.5;    // log odds for a deviation of the score
constexpr std::size_t kWeighed = 80;  // the best so many pictures
constexpr double kNone = 0.1;         // probability that none of them shows the scene
// A painting shows what its painter saw, from about there.
constexpr std::array<std::pair<double, double>, 2> kKernels = {{{0.65, 35.0}, {0.35, 140.0}}};  // share, sigma [m]

const bool registered = [] {
  register_locator(kKind, [](const SafetensorsFile& file) -> std::unique_ptr<Locator> {
    return std::make_unique<PaintingLocator>(PaintingLocator::load(file));
  });
  return true;
}();

/// The cells of the coarsest of the maps: of each map the mean of its cells there, joined.
struct JoinedMap {
  std::vector<float> values;  // a row for each cell
  int width = 0, height = 0;
};
/// Each channel is multiplied by its scale, where there are any.
JoinedMap joined(const std::vector<FeatureMap>& maps, std::span<const float> scales) {
  const auto& coarsest = *std::ranges::min_element(maps, {}, [](const FeatureMap& m) { return m.width * m.height; });
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
        for (int c = 0; c < map.channels; ++c) {
          float sum = 0;
          for (int v = top; v < bottom; ++v)
            for (int u = left; u < right; ++u)
              sum += map.values[static_cast<std::size_t>((c * map.height + v) * map.width + u)];
          row[c] = sum / static_cast<float>((right - left) * (bottom - top));
        }
      }
    first += static_cast<std::size_t>(map.channels);
  }
  if (!scales.empty())
    for (std::size_t i = 0; i < out.values.size(); ++i) out.values[i] *= scales[i % channels];
  return out;
}

/// One over the deviation of each channel, so that loud ones do not drown the others.
std::vector<float> scales_of(std::span<const float> rows, std::size_t length) {
  std::vector<double> sum(length), square(length);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    sum[i % length] += rows[i];
    square[i % length] += static_cast<double>(rows[i]) * rows[i];
  }
  const auto n = static_cast<double>(rows.size() / length);
  std::vector<float> out;
  for (std::size_t k = 0; k < length; ++k)
    out.push_back(1 / (static_cast<float>(std::sqrt(std::max(square[k] / n - sum[k] / n * sum[k] / n, 0.0))) +
                       kSmallestDeviation));
  return out;
}

}  // namespace

void PaintingLocatorOptions::validate() const {
  projection.validate();
  const auto check_side = [](const char* name, int side) {
    if (side < 32 || side > kMostSidePx)
      throw InvalidArgumentError(std::string(name) + " must be 32 to " + std::to_string(kMostSidePx) + " px, got " +
                                 std::to_string(side));
  };
  check_side("gallery_long_side_px", gallery_long_side_px);
  if (query_long_sides_px.empty()) throw InvalidArgumentError("query_long_sides_px names no size");
  for (const int side : query_long_sides_px) check_side("query_long_sides_px", side);
  if (cells < 1 || cells > 65535) throw InvalidArgumentError("cells must be 1 to 65535");
  if (max_candidates < 0) throw InvalidArgumentError("max_candidates must be 0 or more");
  resolve_threads(num_threads);
}

std::string PaintingLocatorOptions::to_json() const { return nlohmann::json(*this).dump(); }

struct PaintingLocator::Impl : PhotoPlaces {
  Impl(PaintingLocatorOptions wanted, Backbone described_by, std::vector<float> scaled_by, Whitening projected_by,
       DenseIndex maps)
      : options(std::move(wanted)),
        backbone(std::move(described_by)),
        scales(std::move(scaled_by)),
        projection(std::move(projected_by)),
        index(std::move(maps)) {}

  PaintingLocatorOptions options;
  Backbone backbone;
  std::vector<float> scales;  // of the channels of a cell
  Whitening projection;
  DenseIndex index;

  [[nodiscard]] std::vector<float> scores(const Image& picture) const {
    const auto& sides = options.query_long_sides_px;
    std::vector<DenseMap> maps(sides.size());
    parallel_for(sides.size(), options.num_threads, [&](std::size_t i) {
      const auto map = joined(backbone.maps(picture, sides[i]), scales);
      maps[i] = dense_map(map.values, map.width, projection,
                          static_cast<float>(options.gallery_long_side_px) / static_cast<float>(sides[i]));
    });
    std::vector<double> sum(photos.size(), 0.0);
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

  void answer(std::span<const float> scores, Prediction& out) const {
    const std::size_t n = photos.size();
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater{}, [&](std::size_t p) { return scores[p]; });
    order.resize(std::min(kWeighed, n));
    std::vector<double> weight;
    double all = 0;
    for (const auto p : order) {
      weight.push_back(std::exp(kSharpness * (static_cast<double>(scores[p]) - static_cast<double>(scores[order[0]]))));
      all += weight.back();
    }
    std::vector<PosteriorComponent> components;
    for (std::size_t i = 0; i < order.size(); ++i) {
      weight[i] *= (1 - kNone) / all;
      for (const auto& [share, sigma] : kKernels) components.push_back({places[order[i]], sigma, share * weight[i]});
    }
    out.posterior = posterior(std::move(components), kNone);
    finish(out, kFarShare);
    for (std::size_t i = 0; i < std::min(order.size(), static_cast<std::size_t>(options.max_candidates)); ++i)
      out.candidates.push_back(candidate(order[i], weight[i], static_cast<double>(scores[order[i]]), 0));
  }
};

PaintingLocator::PaintingLocator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PaintingLocator::PaintingLocator(PaintingLocator&&) noexcept = default;
PaintingLocator& PaintingLocator::operator=(PaintingLocator&&) noexcept = default;
PaintingLocator::~PaintingLocator() = default;

PaintingLocator PaintingLocator::build(const Gallery& gallery, const Backbone& backbone,
                                       const PaintingLocatorOptions& options, const ProgressCallback& progress) {
  options.validate();
  if (gallery.size() < 2) throw InvalidArgumentError("a gallery needs at least two photos to build a model from");
  const std::size_t n = gallery.size();
  const auto rounded = backbone.rounded(kWeights);
  std::vector<float> scales;
  const auto read_map = [&](std::size_t i) {
    return joined(rounded.maps(read_image(gallery[i].file), options.gallery_long_side_px), scales);
  };
  std::vector<std::string> problems(n);
  const auto each_readable = [&](std::span<const std::size_t> chosen, const char* stage, auto&& use) {
    parallel_for(
        chosen.size(), options.num_threads,
        [&](std::size_t k) {
          try {
            use(k, read_map(chosen[k]));
          } catch (const ImageError& error) {
            problems[chosen[k]] = error.what();
          } catch (const FileNotFoundError& error) {
            problems[chosen[k]] = error.what();
          }
        },
        stage, progress);
    refuse_unreadable(problems);
  };

  // The projection is learnt from some cells of some pictures.
  const std::size_t cells_each = 40;
  const auto some = sample_positions(n, kSampled / cells_each, options.seed);
  std::vector<std::vector<float>> sampled(some.size());
  each_readable(some, "projection", [&](std::size_t k, const JoinedMap& map) {
    const std::size_t cells = static_cast<std::size_t>(map.width * map.height), length = map.values.size() / cells;
    for (const auto cell : sample_positions(cells, cells_each, options.seed + some[k]))
      sampled[k].insert(sampled[k].end(), map.values.begin() + static_cast<std::ptrdiff_t>(cell * length),
                        map.values.begin() + static_cast<std::ptrdiff_t>((cell + 1) * length));
  });
  std::vector<float> rows;
  for (const auto& part : sampled) rows.insert(rows.end(), part.begin(), part.end());
  std::size_t length = 0;
  for (const auto& stage : rounded.stages())
    if (stage.name == rounded.options().stage ||
        std::ranges::find(rounded.options().further_stages, stage.name) != rounded.options().further_stages.end())
      length += static_cast<std::size_t>(stage.channels);
  scales = scales_of(rows, length);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] *= scales[i % length];
  auto training = options.projection;
  training.seed ^= options.seed;
  training.num_threads = options.num_threads;
  auto projection = Whitening::train(rows, length, training);

  std::vector<std::size_t> everything(n);
  std::iota(everything.begin(), everything.end(), std::size_t{0});
  std::vector<DenseMap> maps(n);
  each_readable(everything, "maps", [&](std::size_t i, const JoinedMap& map) {
    maps[i] = dense_map(map.values, map.width, projection, 1.0f);
  });
  auto index =
      DenseIndex::build(maps, projection.dimension(), static_cast<std::size_t>(options.cells), options.num_threads);
  auto impl = std::make_unique<Impl>(options, rounded, std::move(scales), std::move(projection), std::move(index));
  impl->set_photos(gallery);
  return PaintingLocator(std::move(impl));
}

Prediction PaintingLocator::locate(const Image& picture) const {
  Prediction out;
  Stopwatch watch(out.timings);
  if (picture.empty()) throw ImageError("the picture is empty: give one with pixels");
  const auto found = impl_->scores(picture);
  watch.lap("maps and scores");
  impl_->answer(found, out);
  watch.lap("posterior");
  return out;
}

std::vector<float> PaintingLocator::scores(const Image& picture) const {
  if (picture.empty()) throw ImageError("the picture is empty: give one with pixels");
  return impl_->scores(picture);
}

Prediction PaintingLocator::locate_scores(std::span<const float> scores) const {
  if (scores.size() != impl_->photos.size())
    throw InvalidArgumentError("there must be a score for each of the " + std::to_string(impl_->photos.size()) +
                               " photos, got " + std::to_string(scores.size()));
  if (!std::ranges::all_of(scores, [](float s) { return std::isfinite(s); }))
    throw InvalidArgumentError("the scores of the photos must be finite");
  Prediction out;
  impl_->answer(scores, out);
  return out;
}

LocatorInfo PaintingLocator::info() const {
  const auto& s = *impl_;
  return s.PhotoPlaces::info(kKind, s.options.city, s.options.to_json());
}

std::span<const Photo> PaintingLocator::photos() const { return impl_->photos; }
const PaintingLocatorOptions& PaintingLocator::options() const { return impl_->options; }
const Backbone& PaintingLocator::backbone() const { return impl_->backbone; }

void PaintingLocator::save(const std::filesystem::path& file) const {
  const auto& s = *impl_;
  SafetensorsWriter writer;
  s.PhotoPlaces::save(writer);
  s.backbone.save(writer, "backbone.", kWeights);
  writer.add<float>(kScales, {static_cast<std::int64_t>(s.scales.size())}, s.scales);
  s.projection.save(writer, kProjection);
  s.index.save(writer);
  write_model(std::move(writer), kKind, s.options.to_json(), file);
}

PaintingLocator PaintingLocator::load(const std::filesystem::path& path) {
  return load(open_model_of_kind(path, kKind));
}

PaintingLocator PaintingLocator::load(const SafetensorsFile& file) {
  auto options = parse_options<PaintingLocatorOptions>(file);
  auto photos = PhotoPlaces::load(file);
  auto projection = Whitening::load(file, kProjection);
  auto index = DenseIndex::load(file, projection.dimension());
  if (index.size() != photos.photos.size())
    refuse_damaged(file.path(), "array dense.counts does not hold a number for each photo");
  auto backbone = Backbone::load(file);
  std::size_t length = 0;
  for (const auto& map : backbone.maps(Image(64, 64, 1, std::vector<std::uint8_t>(64 * 64, 0)), 64))
    length += static_cast<std::size_t>(map.channels);
  if (projection.length() != length)
    refuse_damaged(file.path(), "array dense.projection.mean is not as long as what the network says of a cell");
  const auto stored = file.get<float>(kScales, {static_cast<std::int64_t>(length)});
  if (!std::ranges::all_of(stored, [](float v) { return std::isfinite(v) && v > 0; }))
    refuse_damaged(file.path(), std::string("array ") + kScales + " holds impossible values");
  auto impl =
      std::make_unique<Impl>(std::move(options), std::move(backbone), std::vector<float>(stored.begin(), stored.end()),
                             std::move(projection), std::move(index));
  static_cast<PhotoPlaces&>(*impl) = std::move(photos);
  return PaintingLocator(std::move(impl));
}

}  // namespace venloc
