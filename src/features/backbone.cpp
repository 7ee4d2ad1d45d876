// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/features/backbone.hpp"

#include <c10/core/InferenceMode.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "core/sha256.hpp"
#include "features/backbone_inside.hpp"
#include "features/device.hpp"
#include "features/in_batches.hpp"
#include "features/networks/network.hpp"
#include "features/one_thread.hpp"
#include "venloc/core/error.hpp"
#include "venloc/features/torch.hpp"

namespace venloc {

NLOHMANN_JSON_SERIALIZE_ENUM(Pooling, {{Pooling::kGem, "gem"}, {Pooling::kAverage, "average"}, {Pooling::kMax, "max"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Precision, {{Precision::kFloat32, "float32"}, {Precision::kBFloat16, "bfloat16"}})

namespace {

constexpr int kMinSide = 32, kMaxSide = 4096;  // [px] of a network's input
constexpr int kMostWindows = 8;                // of a region grid along a side
constexpr double kWindowOverlap = 0.4;         // of neighbouring windows, as a share of their side

/// Begin and length of each of the grid's windows along a side of so many cells.
std::vector<std::pair<std::int64_t, std::int64_t>> windows(std::int64_t cells, int grid) {
  const double share = 1.0 / (grid - (grid - 1) * kWindowOverlap);
  const auto length = std::max<std::int64_t>(1, std::llround(share * static_cast<double>(cells)));
  std::vector<std::pair<std::int64_t, std::int64_t>> out;
  for (int i = 0; i < grid; ++i)
    out.emplace_back(grid == 1 ? 0 : std::llround(static_cast<double>(i * (cells - length)) / (grid - 1)), length);
  return out;
}

}  // namespace

namespace {

/// What a map's mean or largest value is taken of; `gathered` then gives N x C for it or for a window of it.
torch::Tensor raised(const torch::Tensor& map, Pooling pooling, double gem_p) {
  constexpr double kGemFloor = 1e-6;
  return pooling == Pooling::kGem ? map.clamp_min(kGemFloor).pow(gem_p) : map;
}

torch::Tensor gathered(const torch::Tensor& raised_map, Pooling pooling, double gem_p) {
  const Extent space = {2, 3};
  if (pooling == Pooling::kMax) return raised_map.amax(space);
  const auto mean = raised_map.mean(space);
  return pooling == Pooling::kGem ? mean.pow(1 / gem_p) : mean;
}

}  // namespace

torch::Tensor pooled(const torch::Tensor& map, Pooling pooling, double gem_p) {
  return gathered(raised(map, pooling, gem_p), pooling, gem_p);
}

Image sized_for(const Preprocessing& preprocessing, const Image& picture, int long_side_px) {
  if (picture.empty()) throw InvalidArgumentError("the picture is empty: give one with pixels");
  const int smallest = preprocessing.min_side_px;
  Image sized = picture.shrunk_to(long_side_px);
  if (std::min(sized.width(), sized.height()) >= smallest) return sized;
  return sized.resized(std::max(sized.width(), smallest), std::max(sized.height(), smallest));
}

torch::Tensor network_input(const Preprocessing& preprocessing, const Image& sized, torch::Device device,
                            torch::ScalarType type) {
  // The pixels are only read: from_blob has no form for constant memory.
  auto pixels = torch::from_blob(const_cast<std::uint8_t*>(sized.pixels().data()),
                                 {1, sized.height(), sized.width(), sized.channels()}, torch::kUInt8);
  const auto row = [&](const std::array<double, 3>& values) {
    return torch::tensor({values[0], values[1], values[2]}, torch::kFloat32).view({1, 3, 1, 1}).to(device);
  };
  const auto centred = pixels.to(device).permute({0, 3, 1, 2}).to(torch::kFloat32) - row(preprocessing.mean);
  return (centred / row(preprocessing.deviation)).to(type).contiguous(torch::MemoryFormat::ChannelsLast);
}

void BackboneOptions::validate() const {
  if (!(gem_p >= 1 && gem_p <= 20))
    throw InvalidArgumentError("gem_p is " + std::to_string(gem_p) + ", it must be from 1 to 20");
  auto stages = further_stages;
  if (!stage.empty()) stages.push_back(stage);
  std::ranges::sort(stages);
  if (const auto twice = std::ranges::adjacent_find(stages); twice != stages.end())
    throw InvalidArgumentError("stage and further_stages name " + *twice + " twice");
  for (const int side : long_sides_px)
    if (side < kMinSide || side > kMaxSide)
      throw InvalidArgumentError("long_sides_px has " + std::to_string(side) + ", sizes must be from " +
                                 std::to_string(kMinSide) + " to " + std::to_string(kMaxSide));
  if (num_threads < 0)
    throw InvalidArgumentError("num_threads is " + std::to_string(num_threads) + ", it must be 0 or more");
  for (const int grid : region_grids)
    if (grid < 1 || grid > kMostWindows)
      throw InvalidArgumentError("region_grids has " + std::to_string(grid) + ", grids must be from 1 to " +
                                 std::to_string(kMostWindows));
}

struct Backbone::State {
  State(std::shared_ptr<Network> made, const BackboneOptions& wanted, const std::string& origin)
      : network(std::move(made)), options(wanted), device(resolve_device(wanted.device)) {
    for (const Network::Step& step : network->steps())
      if (!step.stage.name.empty()) stages.push_back(step.stage);
    if (stages.empty())
      throw FormatError(origin + " ends before the first stage of " + network->network() + "; fetch it again");
    if (options.stage.empty())
      options.stage = network->find(network->default_stage) ? network->default_stage : stages.back().name;
    steps_described = {step_of(options.stage)};
    for (const std::string& stage : options.further_stages) steps_described.push_back(step_of(stage));
    if (options.long_sides_px.empty()) options.long_sides_px = {network->preprocessing.long_side_px};
    const auto channels = [&](const std::string& stage) {
      return static_cast<std::size_t>(std::ranges::find(stages, stage, &BackboneStage::name)->channels);
    };
    parts.assign(options.long_sides_px.size(), channels(options.stage));
    for (const std::string& stage : options.further_stages) parts.push_back(channels(stage));
    if (options.region_long_side_px == 0) options.region_long_side_px = options.long_sides_px.front();
    const auto at = std::ranges::find(options.long_sides_px, options.region_long_side_px);
    if (at == options.long_sides_px.end())
      throw InvalidArgumentError("region_long_side_px is " + std::to_string(options.region_long_side_px) +
                                 ", it must be one of long_sides_px or 0");
    region_size = static_cast<std::size_t>(at - options.long_sides_px.begin());
    whole_parts = parts.size();
    for (const int grid : options.region_grids)
      parts.insert(parts.end(), static_cast<std::size_t>(grid) * static_cast<std::size_t>(grid), parts.front());
    type = options.precision == Precision::kBFloat16 ? torch::kBFloat16 : torch::kFloat32;
    network->freeze(device, type);
  }

  /// Throws InvalidArgumentError that names the stages there are.
  [[nodiscard]] std::size_t step_of(const std::string& stage) const {
    const auto found = network->find(stage);
    if (found) return *found;
    std::string known;
    for (const BackboneStage& one : stages) known += (known.empty() ? "" : ", ") + one.name;
    throw InvalidArgumentError("stage: the weights of " + network->network() + " have no '" + stage +
                               "'; choose one of " + known);
  }

  /// 1 x 3 x H x W
  [[nodiscard]] torch::Tensor input(const Image& picture, int long_side_px) const {
    const Preprocessing& p = network->preprocessing;
    return network_input(p, sized_for(p, picture, long_side_px), device, type);
  }

  /// 1 x C x H x W, float32, on the device
  [[nodiscard]] torch::Tensor map(const Image& picture, std::size_t step, int long_side_px) const {
    return network->forward(input(picture, long_side_px), std::span(&step, 1)).front().to(torch::kFloat32);
  }

  /// The part of one size for pictures of equal width and height, each written to its vector of `out`; for the first
  /// size the parts of the further stages too, and the regions for theirs.
  void describe(std::span<const Image* const> pictures, std::size_t size, std::span<float* const> out) const {
    const c10::InferenceMode inference;
    const OneThread one;
    const auto wanted = std::span(steps_described).first(size == 0 ? steps_described.size() : 1);
    std::vector<std::size_t> steps(wanted.begin(), wanted.end());
    std::ranges::sort(steps);
    const auto repeated = std::ranges::unique(steps);
    steps.erase(repeated.begin(), repeated.end());
    std::vector<torch::Tensor> inputs;
    for (const Image* picture : pictures) inputs.push_back(input(*picture, options.long_sides_px[size]));
    const auto maps = network->forward(inputs.size() == 1 ? inputs.front() : torch::cat(inputs), steps);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const auto at = std::ranges::find(steps, wanted[i]) - steps.begin();
      const auto map = raised(maps[static_cast<std::size_t>(at)].to(torch::kFloat32), options.pooling, options.gem_p);
      const auto write = [&](const torch::Tensor& window, std::size_t part) {
        const auto vectors = gathered(window, options.pooling, options.gem_p).to(torch::kCPU).contiguous();
        const std::size_t begin =
            std::accumulate(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(part), std::size_t{0});
        for (std::size_t p = 0; p < out.size(); ++p)
          std::copy_n(vectors.const_data_ptr<float>() + p * parts[part], parts[part], out[p] + begin);
      };
      write(map, i == 0 ? size : options.long_sides_px.size() + i - 1);
      if (i > 0 || size != region_size) continue;
      std::size_t part = whole_parts;
      for (const int grid : options.region_grids)
        for (const auto& [top, high] : windows(map.size(2), grid))
          for (const auto& [left, wide] : windows(map.size(3), grid))
            write(map.narrow(2, top, high).narrow(3, left, wide), part++);
    }
  }

  /// Number of steps that describe() needs.
  [[nodiscard]] std::size_t depth() const { return *std::ranges::max_element(steps_described) + 1; }

  /// What options other than those of the machine say.
  [[nodiscard]] std::string options_json() const {
    return nlohmann::json{{"stage", options.stage},
                          {"further_stages", options.further_stages},
                          {"long_sides_px", options.long_sides_px},
                          {"pooling", options.pooling},
                          {"gem_p", options.gem_p},
                          {"region_grids", options.region_grids},
                          {"region_long_side_px", options.region_long_side_px},
                          {"precision", options.precision}}
        .dump();
  }

  /// All that the answers of describe() come from.
  void save_described(SafetensorsWriter& writer, const std::string& prefix, DType stored) const {
    save_weights(*network, depth(), writer, prefix, stored);
    writer.set_metadata(prefix + "options", options_json());
  }

  void save_origin(SafetensorsWriter& writer, const std::string& prefix) const {
    if (!network->origin.empty()) writer.set_metadata(prefix + "origin", network->origin);
    if (!network->licence.empty()) writer.set_metadata(prefix + "licence", network->licence);
  }

  std::shared_ptr<Network> network;
  BackboneOptions options;
  torch::Device device;
  torch::ScalarType type = torch::kFloat32;
  std::vector<BackboneStage> stages;
  std::vector<std::size_t> steps_described;  ///< of the stage and the further ones
  std::vector<std::size_t> parts;            ///< as Backbone::parts
  std::size_t whole_parts = 0;               ///< those before the regions
  std::size_t region_size = 0;               ///< which of the sizes the regions are taken at
};

Backbone::Backbone(std::shared_ptr<const State> state) : state_(std::move(state)) {}

std::vector<std::string> Backbone::networks() {
  std::vector<std::string> names;
  for (const auto& [name, builder] : network_builders()) names.push_back(name);
  return names;
}

Backbone Backbone::load(const std::filesystem::path& weights, const std::string& network,
                        const BackboneOptions& options) {
  options.validate();
  const std::string origin = "'" + weights.string() + "'";
  return translated("reading " + origin, [&] {
    const auto file = SafetensorsFile::open(weights);
    auto made = make_network(network.empty() ? network_of(file) : network);
    load_weights(*made, file);
    return Backbone(std::make_shared<const State>(std::move(made), options, origin));
  });
}

Backbone Backbone::random(const std::string& network, std::uint64_t seed, const BackboneOptions& options) {
  options.validate();
  return translated("making " + network, [&] {
    auto made = make_network(network);
    randomize_weights(*made, seed);
    return Backbone(std::make_shared<const State>(std::move(made), options, "the network"));
  });
}

const std::string& Backbone::network() const { return state_->network->network(); }

const BackboneOptions& Backbone::options() const { return state_->options; }

const Preprocessing& Backbone::preprocessing() const { return state_->network->preprocessing; }

const std::string& Backbone::origin() const { return state_->network->origin; }

const std::string& Backbone::licence() const { return state_->network->licence; }

const std::vector<BackboneStage>& Backbone::stages() const { return state_->stages; }

std::size_t Backbone::dimension() const {
  return std::accumulate(state_->parts.begin(), state_->parts.end(), std::size_t{0});
}

std::vector<std::size_t> Backbone::parts() const { return state_->parts; }

std::size_t Backbone::regions() const { return state_->parts.size() - state_->whole_parts; }

bool Backbone::on_gpu() const { return state_->device.is_cuda(); }

FeatureMap Backbone::map(const Image& picture, const std::string& stage) const {
  const std::size_t step = state_->step_of(stage.empty() ? state_->options.stage : stage);
  return translated("computing " + network(), [&] {
    const c10::InferenceMode inference;
    const OneThread one;
    return to_feature_map(state_->map(picture, step, state_->options.long_sides_px.front())[0]);
  });
}

std::vector<FeatureMap> Backbone::maps(const Image& picture, int long_side_px) const {
  if (long_side_px < 1) throw InvalidArgumentError("the longer side of a picture must be at least 1 px");
  return translated("computing " + network(), [&] {
    const c10::InferenceMode inference;
    const OneThread one;
    auto steps = state_->steps_described;
    std::ranges::sort(steps);
    const auto repeated = std::ranges::unique(steps);
    steps.erase(repeated.begin(), repeated.end());
    const auto found = state_->network->forward(state_->input(picture, long_side_px), steps);
    std::vector<FeatureMap> out;
    for (const auto step : state_->steps_described)
      out.push_back(to_feature_map(found[static_cast<std::size_t>(std::ranges::find(steps, step) - steps.begin())][0]));
    return out;
  });
}

std::vector<float> Backbone::describe(const Image& picture) const { return describe_all(std::span(&picture, 1)); }

std::vector<float> Backbone::describe_all(std::span<const Image> pictures) const {
  const auto& options = state_->options;
  const std::size_t sizes = options.long_sides_px.size(), each = dimension();
  std::vector<float> result(pictures.size() * each);
  std::vector<const Image*> ordered;
  for (const Image& picture : pictures) ordered.push_back(&picture);
  // A GPU computes pictures of equal size together.
  const auto extent = [](const Image* picture) { return std::pair(picture->width(), picture->height()); };
  if (on_gpu()) std::ranges::stable_sort(ordered, {}, extent);
  std::vector<float*> out;
  for (const Image* picture : ordered) out.push_back(result.data() + (picture - pictures.data()) * each);
  translated("computing " + network(), [&] {
    if (!on_gpu()) {
      // The largest size first, so that the threads that share a picture end at about the same time.
      std::vector<std::size_t> turns(sizes);
      std::iota(turns.begin(), turns.end(), std::size_t{0});
      std::ranges::stable_sort(turns, std::greater{}, [&](std::size_t size) { return options.long_sides_px[size]; });
      parallel_for(pictures.size() * sizes, options.num_threads, [&](std::size_t i) {
        const std::size_t picture = i / sizes;
        state_->describe(std::span(ordered).subspan(picture, 1), turns[i % sizes], std::span(out).subspan(picture, 1));
      });
      return;
    }
    constexpr std::size_t kBatch = 32;
    for (std::size_t begin = 0; begin < ordered.size();) {
      const auto alike =
          std::ranges::equal_range(std::span(ordered).subspan(begin), extent(ordered[begin]), {}, extent);
      for (std::size_t size = 0; size < sizes; ++size)
        in_batches<c10::OutOfMemoryError>(alike.size(), kBatch, [&](std::size_t first, std::size_t count) {
          state_->describe(std::span(ordered).subspan(begin + first, count), size,
                           std::span(out).subspan(begin + first, count));
        });
      begin += alike.size();
    }
  });
  return result;
}

void Backbone::save(const std::filesystem::path& weights, DType type) const {
  translated("writing '" + weights.string() + "'", [&] {
    SafetensorsWriter writer;
    save_weights(*state_->network, state_->network->steps().size(), writer, {}, type);
    state_->save_origin(writer, {});
    writer.write(weights);
  });
}

void Backbone::save(SafetensorsWriter& writer, const std::string& prefix, DType type) const {
  translated("writing " + network(), [&] {
    state_->save_described(writer, prefix, type);
    state_->save_origin(writer, prefix);
  });
}

Backbone Backbone::load(const SafetensorsFile& file, const std::string& prefix, Device device, int num_threads) {
  const std::string origin = "'" + file.path().string() + "'";
  return translated("reading " + origin, [&] {
    auto made = make_network(network_of(file, prefix));
    load_weights(*made, file, prefix);
    BackboneOptions options;
    try {
      const auto stored = nlohmann::json::parse(file.metadata().at(prefix + "options"));
      stored.at("stage").get_to(options.stage);
      stored.at("further_stages").get_to(options.further_stages);
      stored.at("long_sides_px").get_to(options.long_sides_px);
      stored.at("pooling").get_to(options.pooling);
      stored.at("gem_p").get_to(options.gem_p);
      stored.at("region_grids").get_to(options.region_grids);
      stored.at("region_long_side_px").get_to(options.region_long_side_px);
      stored.at("precision").get_to(options.precision);
      options.validate();
    } catch (const std::exception& error) {
      refuse_damaged(file.path(), "metadata '" + prefix + "options' can not be read (" + error.what() + ")");
    }
    options.device = device;
    options.num_threads = num_threads;
    options.validate();
    return Backbone(std::make_shared<const State>(std::move(made), options, origin));
  });
}

Backbone Backbone::rounded(DType type) const {
  return translated("rounding " + network(), [&] {
    auto made = copy_of(*state_->network);
    round_weights(*made, made->steps().size(), type);
    return Backbone(std::make_shared<const State>(std::move(made), options(), network()));
  });
}

std::string Backbone::fingerprint() const {
  return translated("reading the weights of " + network(), [&] {
    SafetensorsWriter writer;
    state_->save_described(writer, "", DType::kF32);
    Sha256 hash;
    writer.stream([&](std::span<const std::byte> bytes) { hash.update(bytes); });
    return hash.finish();
  });
}

std::shared_ptr<const Network> BackboneInside::network(const Backbone& backbone) { return backbone.state_->network; }

const std::vector<std::size_t>& BackboneInside::steps(const Backbone& backbone) {
  return backbone.state_->steps_described;
}

Backbone BackboneInside::backbone(std::shared_ptr<Network> network, const BackboneOptions& options) {
  return Backbone(std::make_shared<const Backbone::State>(std::move(network), options, "the network"));
}

torch::Tensor to_tensor(const FeatureMap& map) {
  return torch::tensor(map.values, torch::kFloat32).view({map.channels, map.height, map.width});
}

torch::Tensor to_tensor(const Image& picture) {
  if (picture.empty()) throw InvalidArgumentError("the picture is empty: give one with pixels");
  // The pixels are only read: from_blob has no form for constant memory.
  return torch::from_blob(const_cast<std::uint8_t*>(picture.pixels().data()),
                          {picture.height(), picture.width(), picture.channels()}, torch::kUInt8)
      .permute({2, 0, 1})
      .expand({3, picture.height(), picture.width()})
      .clone(torch::MemoryFormat::Contiguous);
}

FeatureMap to_feature_map(const torch::Tensor& tensor) {
  if (tensor.dim() != 3 || !tensor.is_floating_point())
    throw InvalidArgumentError("a map of features is a floating-point tensor of channels x height x width, not " +
                               std::string(torch::toString(tensor.scalar_type())) + " with " +
                               std::to_string(tensor.dim()) + " dimensions");
  const auto values = tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
  FeatureMap map;
  map.channels = static_cast<int>(values.size(0));
  map.height = static_cast<int>(values.size(1));
  map.width = static_cast<int>(values.size(2));
  map.values.assign(values.const_data_ptr<float>(), values.const_data_ptr<float>() + values.numel());
  return map;
}

}  // namespace venloc
