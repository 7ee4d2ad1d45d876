// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/networks/network.hpp"
#undef CHECK  // LibTorch's

#include <doctest/doctest.h>

#include <cstring>

#include "core/files.hpp"
#include "shared_weights.hpp"
#include "venloc/core/error.hpp"
#include "venloc/features/torch.hpp"

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

torch::Tensor result_of(const Network& network, const torch::Tensor& input, const std::string& stage) {
  const torch::NoGradGuard no_gradients;
  const std::size_t step = network.find(stage).value();
  return network.forward(input, std::span(&step, 1)).front();
}

double relative_difference(const torch::Tensor& a, const torch::Tensor& b) {
  return ((a - b).abs().max() / b.abs().max()).item<double>();
}

torch::Tensor uniform(at::IntArrayRef shape, std::uint64_t seed) {
  return torch::rand(shape, torch::make_generator<torch::CPUGeneratorImpl>(seed));
}

/// Freezing changes speed only; every stage has the channels and the stride that it says, and is the same when it is
/// asked for alone.
void check_stages(const std::string& name) {
  const torch::NoGradGuard no_gradients;
  const auto network = make_network(name);
  randomize_weights(*network, 11);
  for (auto& [array, values] : network->arrays()) {  // BatchNorm that does something
    if (values.dim() != 1) continue;
    const bool positive = array.ends_with(".weight") || array.ends_with("_var");
    values.copy_(uniform(values.sizes(), 12) * 0.4 + (positive ? 0.8 : -0.2));
  }
  std::vector<std::size_t> wanted;
  for (std::size_t i = 0; i < network->steps().size(); ++i)
    if (!network->steps()[i].stage.name.empty()) wanted.push_back(i);
  const auto input = uniform({1, 3, 96, 96}, 13).contiguous(torch::MemoryFormat::ChannelsLast);
  const auto trainable = network->forward(input.clone(), wanted);
  network->freeze(torch::kCPU, torch::kFloat32);
  const auto frozen = network->forward(input, wanted);
  const auto larger = network->forward(uniform({1, 3, 96 + 32, 96 + 64}, 14), wanted);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const BackboneStage& stage = network->steps()[wanted[i]].stage;
    CAPTURE(stage.name);
    CHECK(relative_difference(frozen[i], trainable[i]) < 1e-4);
    CHECK(frozen[i].size(1) == stage.channels);
    CHECK(larger[i].size(2) - frozen[i].size(2) == 32 / stage.stride);
    CHECK(larger[i].size(3) - frozen[i].size(3) == 64 / stage.stride);
    if (stage.name == network->default_stage) {
      CHECK(torch::equal(result_of(*network, input, stage.name), frozen[i]));
    }
  }
  CHECK(network->find(network->default_stage).has_value());
}

/// A step against the gradient lowers the loss.
void check_training(const std::string& name) {
  const auto network = make_network(name);
  randomize_weights(*network, 21);
  const std::size_t step = network->find(network->default_stage).value();
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
  const auto network = make_network("squeezenet1_1");
  load_weights(*network, SafetensorsFile::open(weights));
  for (const bool frozen : {false, true}) {
    if (frozen) network->freeze(torch::kCPU, torch::kFloat32);
    const auto result = result_of(*network, input, "classifier").mean({2, 3});
    const double difference = relative_difference(result, logits);
    MESSAGE("largest relative difference of the logits: " << difference);
    CHECK(difference < 1e-4);
  }
}

// A case each, so that none takes long. The networks of 101 layers are those of 50 with longer rows; the comparison
// with Python's covers them.
#define VENLOC_CHECK_NETWORK(name)                                                    \
  TEST_CASE("networks: stages of " name " are what they say") { check_stages(name); } \
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
