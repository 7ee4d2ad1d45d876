// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/networks/network.hpp"

namespace venloc {

namespace {

using Depths = std::array<int, 4>;  ///< blocks of each of the four layers
constexpr Depths kDepths50 = {3, 4, 6, 3};
constexpr Depths kDepths101 = {3, 4, 23, 3};

constexpr double kKerasEps = 1.001e-5;

ConvOptions conv_options(std::int64_t kernel, std::int64_t stride, Activation activation) {
  ConvOptions options;
  options.kernel = {kernel, kernel};
  options.padding = {kernel / 2, kernel / 2};
  options.stride = stride;
  options.activation = activation;
  return options;
}

/// The name of a block's result: that of the layer for its last block.
BackboneStage block_stage(const std::string& layer, int block, int blocks, std::int64_t channels, int stride) {
  return {block + 1 == blocks ? layer : layer + "." + std::to_string(block), static_cast<int>(channels), stride};
}

/// Whose form of the network it is.
enum class Release {
  kTorchvision,  ///< the stride is in the 3 x 3 convolution of a bottleneck
  kKeras,        ///< the stride is in the 1 x 1 convolution before it, as in the paper
};

/// Stages: stem (after the pooling), and for each layer from 1 to 4 layer<i>.<block>, the last of them layer<i>.
void build_v1(Network& net, const Depths& depths, Release release) {
  const bool keras = release == Release::kKeras;
  const auto conv = [&](Value x, const std::string& name, const std::string& norm, std::int64_t out,
                        std::int64_t kernel, std::int64_t stride, Activation activation = Activation::kRelu) {
    ConvOptions options = conv_options(kernel, stride, activation);
    options.bias = keras;
    if (keras) options.norm_eps = kKerasEps;
    return net.conv(x, name, norm, out, options);
  };
  Value x = net.max_pool(conv(0, "conv1", "bn1", 64, 7, 2), 3, 2, 1);
  net.step({"stem", 64, 4}, x);
  int stride = 4;
  for (std::size_t i = 0; i < depths.size(); ++i) {
    const std::int64_t narrow = 64 << i, out = 4 * narrow;
    for (int block = 0; block < depths[i]; ++block) {
      const std::string layer = "layer" + std::to_string(i + 1);
      const std::string path = layer + "." + std::to_string(block) + ".";
      const std::int64_t block_stride = i > 0 && block == 0 ? 2 : 1;
      stride *= static_cast<int>(block_stride);
      const Value reduced = conv(x, path + "conv1", path + "bn1", narrow, 1, keras ? block_stride : 1);
      const Value filtered = conv(reduced, path + "conv2", path + "bn2", narrow, 3, keras ? 1 : block_stride);
      const Value expanded = conv(filtered, path + "conv3", path + "bn3", out, 1, 1, Activation::kNone);
      const Value shortcut =
          block == 0 ? conv(x, path + "downsample.0", path + "downsample.1", out, 1, block_stride, Activation::kNone)
                     : x;
      x = net.sum(expanded, shortcut, Activation::kRelu);
      net.step(block_stage(layer, block, depths[i], out, stride), x);
    }
  }
  net.default_stage = "layer3";
  net.ignored = {"fc."};
  net.preprocessing = imagenet_preprocessing();
  if (keras) {
    net.preprocessing.mean = {123.68, 116.779, 103.939};
    net.preprocessing.deviation = {1, 1, 1};
  }
}

/// The end of the layer before: the BatchNorm and ReLU that begin a block, a stage of its own where a layer begins.
void end_layer(Network& net, std::size_t layer, int block, int stride, Value x) {
  if (layer > 0 && block == 0)
    net.step({"stages." + std::to_string(layer - 1) + ".act", static_cast<int>(net.channels(x)), stride}, x);
  else
    net.step(x);
}

/// Stages: stem (after the pooling), stages.<i>.<block> from 0, the last of a layer stages.<i>; and stages.<i>.act, the
/// same after the BatchNorm and ReLU that follow it, which is what the next layer sees.
void build_v2(Network& net, const Depths& depths) {
  constexpr double kEps = 1e-5;
  const auto norm = [&](Value x, const std::string& name, const std::string& theirs,
                        Activation activation = Activation::kRelu) {
    alias_norm(net, theirs, name);
    return net.norm(x, name, kEps, activation);
  };
  // With the BatchNorm that begins the next part of the block, when there is one.
  const auto conv = [&](Value x, const std::string& name, const std::string& theirs, const std::string& norm_name,
                        const std::string& norm_theirs, std::int64_t out, std::int64_t kernel, std::int64_t stride) {
    net.aliases[theirs + "_weight"] = name + ".weight";
    if (!norm_name.empty()) alias_norm(net, norm_theirs, norm_name);
    return net.conv(x, name, norm_name, out,
                    conv_options(kernel, stride, norm_name.empty() ? Activation::kNone : Activation::kRelu));
  };
  Value x = norm(0, "stem.norm0", "batchnorm0", Activation::kNone);
  x = net.max_pool(conv(x, "stem.conv", "conv0", "stem.norm", "batchnorm1", 64, 7, 2), 3, 2, 1);
  net.step({"stem", 64, 4}, x);
  int stride = 4;
  for (std::size_t i = 0; i < depths.size(); ++i) {
    const std::int64_t narrow = 64 << i, out = 4 * narrow;
    const std::string layer = "stages." + std::to_string(i);
    const std::string theirs = "stage" + std::to_string(i + 1) + "_";
    int norms = 0, convs = 0;  // MXNet counts them within a layer
    const auto next_norm = [&] { return theirs + "batchnorm" + std::to_string(norms++); };
    const auto next_conv = [&] { return theirs + "conv" + std::to_string(convs++); };
    for (int block = 0; block < depths[i]; ++block) {
      const std::string path = layer + ".blocks." + std::to_string(block) + ".";
      const std::int64_t block_stride = i > 0 && block == 0 ? 2 : 1;
      const Value before = x;
      const Value active = norm(x, path + "norm1", next_norm());
      end_layer(net, i, block, stride, active);
      stride *= static_cast<int>(block_stride);
      const Value reduced = conv(active, path + "conv1", next_conv(), path + "norm2", next_norm(), narrow, 1, 1);
      const Value filtered =
          conv(reduced, path + "conv2", next_conv(), path + "norm3", next_norm(), narrow, 3, block_stride);
      const Value expanded = conv(filtered, path + "conv3", next_conv(), "", "", out, 1, 1);
      const Value shortcut =
          block == 0 ? conv(active, path + "downsample.conv", next_conv(), "", "", out, 1, block_stride) : before;
      x = net.sum(expanded, shortcut);
      net.step(block_stage(layer, block, depths[i], out, stride), x);
    }
  }
  x = norm(x, "norm", "batchnorm2");
  net.step({"stages.3.act", static_cast<int>(net.channels(x)), stride}, x);
  net.default_stage = "stages.2.act";
  net.ignored = {"head.", "dense0_"};
  net.preprocessing = imagenet_preprocessing();
}

/// Stages as above. The stride is in the last block of a layer, whose shortcut leaves out every other cell; the stem
/// has no BatchNorm, and its pooling sees zeros around the map.
void build_v2_keras(Network& net, const Depths& depths) {
  const auto conv = [&](Value x, const std::string& name, const std::string& norm, std::int64_t out,
                        std::int64_t kernel, std::int64_t stride) {
    ConvOptions options = conv_options(kernel, stride, norm.empty() ? Activation::kNone : Activation::kRelu);
    options.bias = norm.empty();
    options.norm_eps = kKerasEps;
    return net.conv(x, name, norm, out, options);
  };
  Value x = net.max_pool(net.pad(conv(0, "stem.conv", "", 64, 7, 2), 1), 3, 2);
  net.step({"stem", 64, 4}, x);
  int stride = 4;
  for (std::size_t i = 0; i < depths.size(); ++i) {
    const std::int64_t narrow = 64 << i, out = 4 * narrow;
    const std::string layer = "stages." + std::to_string(i);
    for (int block = 0; block < depths[i]; ++block) {
      const std::string path = layer + ".blocks." + std::to_string(block) + ".";
      const std::int64_t block_stride = i < 3 && block + 1 == depths[i] ? 2 : 1;
      const Value before = x;
      const Value active = net.norm(x, path + "norm1", kKerasEps, Activation::kRelu);
      end_layer(net, i, block, stride, active);
      stride *= static_cast<int>(block_stride);
      const Value reduced = conv(active, path + "conv1", path + "norm2", narrow, 1, 1);
      const Value filtered = conv(reduced, path + "conv2", path + "norm3", narrow, 3, block_stride);
      const Value expanded = conv(filtered, path + "conv3", "", out, 1, 1);
      const Value shortcut = block == 0          ? conv(active, path + "downsample.conv", "", out, 1, 1)
                             : block_stride == 1 ? before
                                                 : net.max_pool(before, 1, block_stride);
      x = net.sum(expanded, shortcut);
      net.step(block_stage(layer, block, depths[i], out, stride), x);
    }
  }
  x = net.norm(x, "norm", kKerasEps, Activation::kRelu);
  net.step({"stages.3.act", static_cast<int>(net.channels(x)), stride}, x);
  net.default_stage = "stages.2.act";
  net.preprocessing = symmetric_preprocessing();
}

}  // namespace

void add_resnet(std::map<std::string, NetworkBuilder>& builders) {
  builders["resnet50"] = [](Network& net) { build_v1(net, kDepths50, Release::kTorchvision); };
  builders["resnet101"] = [](Network& net) { build_v1(net, kDepths101, Release::kTorchvision); };
  builders["resnet50_keras"] = [](Network& net) { build_v1(net, kDepths50, Release::kKeras); };
  builders["resnet101_keras"] = [](Network& net) { build_v1(net, kDepths101, Release::kKeras); };
  builders["resnet50v2_keras"] = [](Network& net) { build_v2_keras(net, kDepths50); };
  builders["resnet101v2_keras"] = [](Network& net) { build_v2_keras(net, kDepths101); };
  builders["resnet50v2"] = [](Network& net) { build_v2(net, kDepths50); };
  builders["resnet101v2"] = [](Network& net) { build_v2(net, kDepths101); };
}

}  // namespace venloc
