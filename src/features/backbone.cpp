// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/features/backbone.hpp"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "core/damaged.hpp"
#include "core/field_json.hpp"
#include "core/parallel.hpp"
#include "core/sha256.hpp"
#include "features/backbone_inside.hpp"
#include "features/cell_map.hpp"
#include "features/features_fields.hpp"
#include "features/network_engine.hpp"
#include "features/networks/network.hpp"
#include "venloc/core/error.hpp"

namespace venloc {

namespace {

constexpr const char* kInModel = "backbone.";  // how the names of a network in a model file begin
constexpr int kMinSide = 32, kMaxSide = 4096;  // [px] of a network's input
constexpr int kMostWindows = 8;                // of a region grid along a side

/// Numbers of steps in ascending order, each once.
std::vector<std::size_t> ascending(std::span<const std::size_t> steps) {
  std::vector<std::size_t> out(steps.begin(), steps.end());
  std::ranges::sort(out);
  const auto repeated = std::ranges::unique(out);
  out.erase(repeated.begin(), repeated.end());
  return out;
}

std::size_t position(std::span<const std::size_t> steps, std::size_t step) {
  return static_cast<std::size_t>(std::ranges::find(steps, step) - steps.begin());
}

}  // namespace

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
  State(Network made, const BackboneOptions& wanted, const std::string& origin)
      : network(std::make_shared<const Network>(std::move(made))), options(wanted) {
    for (const Network::Step& step : network->steps())
      if (!step.stage.name.empty()) stages.push_back(step.stage);
    if (stages.empty())
      throw FormatError(origin + " ends before the first stage of " + network->name() + "; fetch it again");
    if (options.stage.empty())
      options.stage = network->find(network->default_stage) ? network->default_stage : stages.back().name;
    steps_described = {step_of(options.stage)};
    for (const std::string& stage : options.further_stages) steps_described.push_back(step_of(stage));
    if (options.long_sides_px.empty()) options.long_sides_px = {network->preprocessing.long_side_px};
    set_parts();
    engine = make_engine(*network, options.device, options.precision);
  }

  void set_parts() {
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
  }

  /// Throws InvalidArgumentError that names the stages there are.
  [[nodiscard]] std::size_t step_of(const std::string& stage) const {
    const auto found = network->find(stage);
    if (found) return *found;
    std::string known;
    for (const BackboneStage& one : stages) known += (known.empty() ? "" : ", ") + one.name;
    throw InvalidArgumentError("stage: the weights of " + network->name() + " have no '" + stage + "'; choose one of " +
                               known);
  }

  [[nodiscard]] CellMap input(const Image& picture, int long_side_px) const {
    const Preprocessing& p = network->preprocessing;
    return network_input(p, sized_for(p, picture, long_side_px));
  }

  /// The maps of these steps, in their order, for one picture.
  [[nodiscard]] std::vector<CellMap> maps(const Image& picture, int long_side_px,
                                          std::span<const std::size_t> wanted) const {
    const CellMap one = input(picture, long_side_px);
    const auto steps = ascending(wanted);
    const auto found = engine->forward(std::span(&one, 1), steps, options.num_threads);
    std::vector<CellMap> out;
    for (const auto step : wanted) out.push_back(found.front()[position(steps, step)]);
    return out;
  }

  /// The part of one size for pictures of equal width and height, each written to its vector of `out`; for the first
  /// size the parts of the further stages too, and the regions for theirs.
  void describe(std::span<const Image* const> pictures, std::size_t size, std::span<float* const> out) const {
    const auto wanted = std::span(steps_described).first(size == 0 ? steps_described.size() : 1);
    const auto steps = ascending(wanted);
    std::vector<CellMap> inputs;
    for (const Image* picture : pictures) inputs.push_back(input(*picture, options.long_sides_px[size]));
    auto found = engine->forward(inputs, steps, options.num_threads);
    for (std::size_t p = 0; p < pictures.size(); ++p)
      for (std::size_t i = 0; i < wanted.size(); ++i)
        pool(std::move(found[p][position(steps, wanted[i])]), size, i, out[p]);
  }

  /// Writes what the map of the i-th of the described steps at this size gives.
  void pool(CellMap map, std::size_t size, std::size_t i, float* out) const {
    const auto begin_of = [&](std::size_t part) {
      return out + std::accumulate(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(part), std::size_t{0});
    };
    const int height = map.height, width = map.width;
    const Pooler pooler(std::move(map), options.pooling, options.gem_p);
    pooler.pool(pooler.whole(), begin_of(i == 0 ? size : options.long_sides_px.size() + i - 1));
    if (i > 0 || size != region_size) return;
    std::size_t part = whole_parts;
    for (const int grid : options.region_grids)
      for (const Window& window : grid_windows(height, width, grid)) pooler.pool(window, begin_of(part++));
  }

  /// Number of steps that describe() needs.
  [[nodiscard]] std::size_t depth() const { return *std::ranges::max_element(steps_described) + 1; }

  /// All that the answers of describe() come from.
  void save_described(SafetensorsWriter& writer, const std::string& prefix, DType stored) const {
    save_weights(*network, depth(), writer, prefix, stored);
    writer.set_metadata(prefix + "options", nlohmann::json(options).dump());
  }

  void save_origin(SafetensorsWriter& writer, const std::string& prefix) const {
    if (!network->origin.empty()) writer.set_metadata(prefix + "origin", network->origin);
    if (!network->licence.empty()) writer.set_metadata(prefix + "licence", network->licence);
  }

  std::shared_ptr<const Network> network;
  std::shared_ptr<const NetworkEngine> engine;
  BackboneOptions options;
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
  const auto file = SafetensorsFile::open(weights);
  const std::string prefix = file.metadata().contains(std::string(kInModel) + "network") ? kInModel : "";
  auto made = make_network(network.empty() ? network_of(file, prefix) : network);
  load_weights(made, file, prefix);
  return Backbone(std::make_shared<const State>(std::move(made), options, "'" + weights.string() + "'"));
}

Backbone Backbone::random(const std::string& network, std::uint64_t seed, const BackboneOptions& options) {
  options.validate();
  auto made = make_network(network);
  randomize_weights(made, seed);
  return Backbone(std::make_shared<const State>(std::move(made), options, "the network"));
}

const std::string& Backbone::network() const { return state_->network->name(); }

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

bool Backbone::on_gpu() const { return state_->engine->on_gpu(); }

FeatureMap Backbone::map(const Image& picture, const std::string& stage) const {
  const std::size_t step = state_->step_of(stage.empty() ? state_->options.stage : stage);
  return to_feature_map(state_->maps(picture, state_->options.long_sides_px.front(), std::span(&step, 1)).front());
}

std::vector<FeatureMap> Backbone::maps(const Image& picture, int long_side_px) const {
  std::vector<FeatureMap> out;
  for (const CellMap& map : BackboneInside::maps(*this, picture, long_side_px)) out.push_back(to_feature_map(map));
  return out;
}

std::vector<float> Backbone::describe(const Image& picture) const { return describe_all(std::span(&picture, 1)); }

std::vector<float> Backbone::describe_all(std::span<const Image> pictures) const {
  const std::size_t sizes = state_->options.long_sides_px.size(), each = dimension();
  std::vector<float> result(pictures.size() * each);
  const auto describe = [&](std::span<const Image* const> some, std::size_t size) {
    std::vector<float*> out;
    for (const Image* picture : some)
      out.push_back(result.data() + static_cast<std::size_t>(picture - pictures.data()) * each);
    state_->describe(some, size, out);
  };
  std::vector<const Image*> ordered;
  for (const Image& picture : pictures) ordered.push_back(&picture);
  if (on_gpu()) {  // computes pictures of equal size together
    const auto extent = [](const Image* picture) { return std::pair(picture->width(), picture->height()); };
    std::ranges::stable_sort(ordered, {}, extent);
    for (std::size_t begin = 0; begin < ordered.size();) {
      const auto alike =
          std::ranges::equal_range(std::span(ordered).subspan(begin), extent(ordered[begin]), {}, extent);
      for (std::size_t size = 0; size < sizes; ++size) describe(alike, size);
      begin += alike.size();
    }
    return result;
  }
  // Pictures side by side where there is one for each thread, else the threads share each picture.
  const int threads = available_threads(state_->options.num_threads);
  const bool side_by_side = pictures.size() >= static_cast<std::size_t>(threads);
  parallel_for(pictures.size(), side_by_side ? threads : 1, [&](std::size_t p) {
    for (std::size_t size = 0; size < sizes; ++size) describe(std::span(ordered).subspan(p, 1), size);
  });
  return result;
}

void Backbone::save(const std::filesystem::path& weights, DType type) const {
  SafetensorsWriter writer;
  save_weights(*state_->network, state_->network->steps().size(), writer, {}, type);
  state_->save_origin(writer, {});
  writer.write(weights);
}

void Backbone::save(SafetensorsWriter& writer, const std::string& prefix, DType type) const {
  state_->save_described(writer, prefix, type);
  state_->save_origin(writer, prefix);
}

Backbone Backbone::load(const SafetensorsFile& file, const std::string& prefix, Device device, int num_threads) {
  auto made = make_network(network_of(file, prefix));
  load_weights(made, file, prefix);
  BackboneOptions options;
  try {
    nlohmann::json::parse(file.metadata().at(prefix + "options")).get_to(options);
    options.validate();
  } catch (const std::exception& error) {
    refuse_damaged(file.path(), "metadata '" + prefix + "options' cannot be read (" + error.what() + ")");
  }
  options.device = device;
  options.num_threads = num_threads;
  options.validate();
  return Backbone(std::make_shared<const State>(std::move(made), options, "'" + file.path().string() + "'"));
}

Backbone Backbone::rounded(DType type) const {
  Network made = *state_->network;
  round_weights(made, made.steps().size(), type);
  return Backbone(std::make_shared<const State>(std::move(made), options(), network()));
}

std::string Backbone::fingerprint() const {
  SafetensorsWriter writer;
  state_->save_described(writer, "", DType::kF32);
  Sha256 hash;
  writer.stream([&](std::span<const std::byte> bytes) { hash.update(bytes); });
  return hash.finish();
}

const Network& BackboneInside::network(const Backbone& backbone) { return *backbone.state_->network; }

const std::vector<std::size_t>& BackboneInside::steps(const Backbone& backbone) {
  return backbone.state_->steps_described;
}

std::vector<CellMap> BackboneInside::maps(const Backbone& backbone, const Image& picture, int long_side_px) {
  if (long_side_px < 1) throw InvalidArgumentError("the longer side of a picture must be at least 1 px");
  return backbone.state_->maps(picture, long_side_px, backbone.state_->steps_described);
}

Backbone BackboneInside::backbone(Network network, const BackboneOptions& options) {
  return Backbone(std::make_shared<const Backbone::State>(std::move(network), options, "the network"));
}

}  // namespace venloc
