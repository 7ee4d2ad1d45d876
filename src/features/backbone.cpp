// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/features/backbone.hpp"

#include <c10/core/InferenceMode.h>
#include <omp.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/parallel.hpp"
#include "features/networks/network.hpp"
#include "venloc/core/error.hpp"
#include "venloc/features/torch.hpp"

namespace venloc {

namespace {

constexpr int kMinSide = 32, kMaxSide = 4096;  // [px] of a network's input

/// One thread of torch for the calling thread, put back at the end; other threads keep theirs. How the work on a
/// picture is shared out changes the last digits of its features, so each picture has one thread.
class OneThread {
 public:
  OneThread() : before_(at::get_num_threads()) { omp_set_num_threads(1); }  // the former sets up the thread for torch
  ~OneThread() { omp_set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

/// Torch's exceptions as venloc's, without the stack that they carry in what().
template <typename Work>
auto translated(const std::string& doing, Work&& work) {
  try {
    return work();
  } catch (const c10::OutOfMemoryError& error) {
    throw Error(doing + ": out of memory on the device (" + error.what_without_backtrace() +
                "); use smaller long_sides_px, or Device::kCpu");
  } catch (const c10::Error& error) {
    throw Error(doing + ": " + error.what_without_backtrace());
  }
}

torch::Device resolve(Device device) {
  const bool cuda = device != Device::kCpu && torch::cuda::is_available();
  if (device == Device::kCuda && !cuda)
    throw InvalidArgumentError(
        "device: there is no CUDA device that this build of LibTorch can use; choose kAuto or kCpu");
  return cuda ? torch::Device(torch::kCUDA) : torch::Device(torch::kCPU);
}

torch::Tensor pooled(const torch::Tensor& map, Pooling pooling, double gem_p) {
  constexpr double kGemFloor = 1e-6;
  const Extent space = {2, 3};
  switch (pooling) {
    case Pooling::kAverage:
      return map.mean(space);
    case Pooling::kMax:
      return map.amax(space);
    case Pooling::kGem:
      break;
  }
  return map.clamp_min(kGemFloor).pow(gem_p).mean(space).pow(1 / gem_p);
}

}  // namespace

void BackboneOptions::validate() const {
  if (!(gem_p >= 1 && gem_p <= 20))
    throw InvalidArgumentError("gem_p is " + std::to_string(gem_p) + ", it must be from 1 to 20");
  for (const int side : long_sides_px)
    if (side < kMinSide || side > kMaxSide)
      throw InvalidArgumentError("long_sides_px has " + std::to_string(side) + ", sizes must be from " +
                                 std::to_string(kMinSide) + " to " + std::to_string(kMaxSide));
  if (num_threads < 0)
    throw InvalidArgumentError("num_threads is " + std::to_string(num_threads) + ", it must be 0 or more");
}

struct Backbone::State {
  State(std::shared_ptr<Network> made, const BackboneOptions& wanted, const std::string& origin)
      : network(std::move(made)), options(wanted), device(resolve(wanted.device)) {
    for (const Network::Step& step : network->steps())
      if (!step.stage.name.empty()) stages.push_back(step.stage);
    if (stages.empty())
      throw FormatError(origin + " ends before the first stage of " + network->network() + "; fetch it again");
    if (options.stage.empty())
      options.stage = network->find(network->default_stage) ? network->default_stage : stages.back().name;
    (void)step_of(options.stage);
    if (options.long_sides_px.empty()) options.long_sides_px = {network->preprocessing.long_side_px};
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
    if (picture.empty()) throw InvalidArgumentError("the picture is empty: give one with pixels");
    const Preprocessing& p = network->preprocessing;
    Image sized = picture.shrunk_to(long_side_px);
    if (std::min(sized.width(), sized.height()) < p.min_side_px)
      sized = sized.resized(std::max(sized.width(), p.min_side_px), std::max(sized.height(), p.min_side_px));
    // The pixels are only read: from_blob has no form for constant memory.
    auto pixels = torch::from_blob(const_cast<std::uint8_t*>(sized.pixels().data()),
                                   {1, sized.height(), sized.width(), sized.channels()}, torch::kUInt8);
    const auto row = [&](const std::array<double, 3>& values) {
      return torch::tensor({values[0], values[1], values[2]}, torch::kFloat32).view({1, 3, 1, 1}).to(device);
    };
    const auto centred = pixels.to(device).permute({0, 3, 1, 2}).to(torch::kFloat32) - row(p.mean);
    return (centred / row(p.deviation)).to(type).contiguous(torch::MemoryFormat::ChannelsLast);
  }

  /// 1 x C x H x W, float32, on the device
  [[nodiscard]] torch::Tensor map(const Image& picture, std::size_t step, int long_side_px) const {
    return network->forward(input(picture, long_side_px), std::span(&step, 1)).front().to(torch::kFloat32);
  }

  void describe(const Image& picture, std::size_t step, int long_side_px, std::span<float> out) const {
    const c10::InferenceMode inference;
    const OneThread one;
    const auto vector =
        pooled(map(picture, step, long_side_px), options.pooling, options.gem_p).to(torch::kCPU).contiguous();
    std::ranges::copy(std::span(vector.const_data_ptr<float>(), out.size()), out.begin());
  }

  std::shared_ptr<Network> network;
  BackboneOptions options;
  torch::Device device;
  torch::ScalarType type = torch::kFloat32;
  std::vector<BackboneStage> stages;
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

const std::vector<BackboneStage>& Backbone::stages() const { return state_->stages; }

std::size_t Backbone::dimension() const {
  const auto& options = state_->options;
  const auto stage = std::ranges::find(state_->stages, options.stage, &BackboneStage::name);
  return static_cast<std::size_t>(stage->channels) * options.long_sides_px.size();
}

bool Backbone::on_gpu() const { return state_->device.is_cuda(); }

FeatureMap Backbone::map(const Image& picture, const std::string& stage) const {
  const std::size_t step = state_->step_of(stage.empty() ? state_->options.stage : stage);
  return translated("computing " + network(), [&] {
    const c10::InferenceMode inference;
    const OneThread one;
    return to_feature_map(state_->map(picture, step, state_->options.long_sides_px.front())[0]);
  });
}

std::vector<float> Backbone::describe(const Image& picture) const { return describe_all(std::span(&picture, 1)); }

std::vector<float> Backbone::describe_all(std::span<const Image> pictures) const {
  const auto& options = state_->options;
  const std::size_t step = state_->step_of(options.stage);
  const std::size_t sizes = options.long_sides_px.size(), each = dimension() / sizes;
  std::vector<float> result(pictures.size() * sizes * each);
  translated("computing " + network(), [&] {
    // Work for a GPU is given to it one after the other.
    parallel_for(pictures.size() * sizes, on_gpu() ? 1 : options.num_threads, [&](std::size_t i) {
      state_->describe(pictures[i / sizes], step, options.long_sides_px[i % sizes],
                       std::span(result).subspan(i * each, each));
    });
  });
  return result;
}

void Backbone::save(const std::filesystem::path& weights, DType type) const {
  translated("writing '" + weights.string() + "'", [&] { save_weights(*state_->network, weights, type); });
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
