// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/torch_network.hpp"
#undef CHECK  // LibTorch's

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <new>

#include "core/files.hpp"
#include "core/random.hpp"
#include "features/device.hpp"
#include "features/inference/engine.hpp"
#include "features/shared_weights.hpp"
#include "image/drawn.hpp"
#include "venloc/core/error.hpp"
#include "venloc/features/torch.hpp"
#include "venloc/torch.hpp"

using namespace venloc;

namespace {

/// The float32 array of a .npy file (format version 1).
torch::Tensor read_npy(const std::filesystem::path& file, const std::vector<std::int64_t>& shape) {
  const std::string bytes = read_bytes(file);
  std::uint16_t header = 0;
  std::memcpy(&header, bytes.data() + 8, sizeof header);
  const std::size_t begin = 10 + static_cast<std::size_t>(header);
  auto values = torch::empty(shape, torch::kFloat32);
  REQUIRE(bytes.size() - begin == values.nbytes());
  std::memcpy(values.mutable_data_ptr(), bytes.data() + begin, values.nbytes());
  return values;
}

torch::Tensor result_of(const TorchNetwork& network, const torch::Tensor& input, const std::string& stage) {
  const torch::NoGradGuard no_gradients;
  const std::size_t step = network.network().find(stage).value();
  return network.forward(input, std::span(&step, 1)).front();
}

double relative_difference(const torch::Tensor& a, const torch::Tensor& b) {
  return ((a - b).abs().max() / b.abs().max()).item<double>();
}

torch::Tensor uniform(at::IntArrayRef shape, std::uint64_t seed) {
  return torch::rand(shape, torch::make_generator<torch::CPUGeneratorImpl>(seed));
}

/// With weights and BatchNorms that do something.
Network random_network(const std::string& name) {
  Network network = make_network(name);
  randomize_weights(network, 11);
  Random random(12);
  for (const auto& [array, content] : network.arrays()) {
    if (content.shape.size() != 1) continue;
    const bool positive = array.ends_with(".weight") || array.ends_with("_var");
    for (float& value : network.values(array))
      value = static_cast<float>(random.uniform() * 0.4 + (positive ? 0.8 : -0.2));
  }
  return network;
}

std::vector<std::size_t> all_stages(const Network& network) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < network.steps().size(); ++i)
    if (!network.steps()[i].stage.name.empty()) out.push_back(i);
  return out;
}

/// 1 x C x H x W
torch::Tensor as_tensor(const CellMap& map) { return to_tensor(to_feature_map(map)).unsqueeze(0); }

/// Freezing changes speed only, venloc's own engine computes the same as LibTorch, and every stage has the channels and
/// the stride that it states.
void check_stages(const std::string& name) {
  const torch::NoGradGuard no_gradients;
  const Network network = random_network(name);
  const auto wanted = all_stages(network);
  const auto input = uniform({1, 3, 96, 96}, 13).contiguous(torch::MemoryFormat::ChannelsLast);
  const auto trainable = TorchNetwork(network).forward(input.clone(), wanted);
  TorchNetwork fixed(network);
  fixed.freeze(torch::kCPU, torch::kFloat32);
  const auto frozen = fixed.forward(input, wanted);
  const auto larger = fixed.forward(uniform({1, 3, 96 + 32, 96 + 64}, 14), wanted);
  const auto cells = input.permute({0, 2, 3, 1}).contiguous();
  const CellMap picture{96, 96, 3, {cells.const_data_ptr<float>(), cells.const_data_ptr<float>() + cells.numel()}};
  const auto own = InferenceEngine(network, network.steps().size()).forward(picture, wanted, 2);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const BackboneStage& stage = network.steps()[wanted[i]].stage;
    CAPTURE(stage.name);
    CHECK(relative_difference(frozen[i], trainable[i]) < 1e-4);
    CHECK(relative_difference(as_tensor(own[i]), trainable[i]) < 1e-4);
    CHECK(frozen[i].size(1) == stage.channels);
    CHECK(larger[i].size(2) - frozen[i].size(2) == 32 / stage.stride);
    CHECK(larger[i].size(3) - frozen[i].size(3) == 64 / stage.stride);
    if (stage.name == network.default_stage) {
      CHECK(torch::equal(result_of(fixed, input, stage.name), frozen[i]));
    }
  }
  CHECK(network.find(network.default_stage).has_value());
}

/// A step against the gradient lowers the loss.
void check_training(const std::string& name) {
  Network described = make_network(name);
  randomize_weights(described, 21);
  const std::size_t step = described.find(described.default_stage).value();
  const auto network = std::make_shared<TorchNetwork>(described);
  const auto input = uniform({1, 3, 80, 80}, 22);
  const auto loss_of = [&] {
    const auto map = network->forward(input.clone(), std::span(&step, 1)).front();
    return (map.mean({2, 3}) - 1).square().mean();
  };
  const auto loss = loss_of();
  loss.backward();
  double squares = 0;
  for (const auto& parameter : network->parameters())
    if (parameter.grad().defined()) squares += parameter.grad().square().sum().item<double>();
  REQUIRE(squares > 0);
  const torch::NoGradGuard no_gradients;
  const double rate = 1e-2 * loss.item<double>() / squares;  // a hundredth of the loss, were it linear
  for (auto& parameter : network->parameters())
    if (parameter.grad().defined()) parameter.sub_(parameter.grad(), rate);
  CHECK(loss_of().item<double>() < loss.item<double>());
}

}  // namespace

TEST_CASE("networks: SqueezeNet gives the stored logits") {
  const auto weights = shared_weights("squeezenet1_1.safetensors");
  if (weights.empty()) {
    MESSAGE("skipped: the shared weights are not there; set VENLOC_SHARED");
    return;
  }
  const auto input = read_npy(shared_weights("squeezenet1_1_test/0/input_0.npy"), {1, 3, 224, 224});
  const auto logits = read_npy(shared_weights("squeezenet1_1_test/0/output_0.npy"), {1, 1000});
  Network described = make_network("squeezenet1_1");
  load_weights(described, SafetensorsFile::open(weights));
  TorchNetwork network(described);
  for (const bool frozen : {false, true}) {
    if (frozen) network.freeze(torch::kCPU, torch::kFloat32);
    const auto result = result_of(network, input, "classifier").mean({2, 3});
    const double difference = relative_difference(result, logits);
    MESSAGE("largest relative difference of the logits: " << difference);
    CHECK(difference < 1e-4);
  }
}

// A case each, so that none takes long. The networks of 101 layers are those of 50 with longer rows; the comparison
// with Python's covers them.
#define VENLOC_CHECK_NETWORK(name)                                                \
  TEST_CASE("networks: stages of " name " are as listed") { check_stages(name); } \
  TEST_CASE("networks: " name " can be trained") { check_training(name); }
VENLOC_CHECK_NETWORK("efficientnet_lite0")
VENLOC_CHECK_NETWORK("efficientnet_lite2")
VENLOC_CHECK_NETWORK("squeezenet1_1")
VENLOC_CHECK_NETWORK("mobilenet_v2")
VENLOC_CHECK_NETWORK("mobilenet_v2_gluon")
VENLOC_CHECK_NETWORK("resnet50")
VENLOC_CHECK_NETWORK("resnet50v2")
VENLOC_CHECK_NETWORK("resnet50_keras")
VENLOC_CHECK_NETWORK("resnet50v2_keras")
VENLOC_CHECK_NETWORK("googlenet")
VENLOC_CHECK_NETWORK("inception_v3")
VENLOC_CHECK_NETWORK("inception_v3_keras")
VENLOC_CHECK_NETWORK("inception_resnet_v2")
#undef VENLOC_CHECK_NETWORK

TEST_CASE("networks: maps and pictures become tensors and back") {
  FeatureMap map;
  map.channels = 2;
  map.height = 1;
  map.width = 3;
  map.values = {1, 2, 3, 4, 5, 6};
  const auto tensor = to_tensor(map);
  CHECK(tensor.sizes() == torch::IntArrayRef({2, 1, 3}));
  CHECK(tensor[1][0][2].item<float>() == 6);
  CHECK(to_feature_map(tensor.to(torch::kFloat64)).values == map.values);
  CHECK_THROWS_AS((void)to_feature_map(tensor[0]), InvalidArgumentError);
  CHECK_THROWS_AS((void)to_feature_map(tensor.to(torch::kInt32)), InvalidArgumentError);
  const auto picture = to_tensor(Image(2, 1, 3, {1, 2, 3, 4, 5, 6}));
  CHECK(picture.sizes() == torch::IntArrayRef({3, 1, 2}));
  CHECK(picture[2][0][1].item<int>() == 6);
  CHECK(to_tensor(Image(2, 1, 1, {7, 8}))[2][0][1].item<int>() == 8);
  CHECK_THROWS_AS((void)to_tensor(Image()), InvalidArgumentError);
}

TEST_CASE("networks: what was trained goes back to weights") {
  const Network network = random_network("squeezenet1_1");
  TorchNetwork trained(network);
  {
    const torch::NoGradGuard no_gradients;
    for (auto& values : trained.parameters()) values.mul_(2);
  }
  const Network back = trained.trained();
  for (const auto& [name, array] : network.arrays())
    for (std::size_t i = 0; i < array.values.size(); ++i)
      REQUIRE(back.arrays().at(name).values[i] == 2 * array.values[i]);
}

TEST_CASE("networks: bfloat16 computes nearly the same") {
  register_torch();
  const Image picture = drawn(96, 64);
  const auto exact = Backbone::random("resnet50", 8).describe(picture);
  BackboneOptions options;
  options.precision = Precision::kBFloat16;
  const auto coarse = Backbone::random("resnet50", 8, options).describe(picture);
  REQUIRE(exact.size() == coarse.size());
  const double largest = static_cast<double>(*std::ranges::max_element(exact));
  for (std::size_t i = 0; i < exact.size(); ++i)
    CHECK(std::abs(static_cast<double>(exact[i] - coarse[i])) < 0.05 * largest);
  CHECK(exact != coarse);
}

TEST_CASE("networks: memory that runs out is an error with a remedy") {
  CHECK(message_of<Error>([] { translated("describing", [] { throw std::bad_alloc(); }); }) ==
        "describing: out of memory; use smaller pictures or fewer threads");
}
