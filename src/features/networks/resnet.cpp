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
void build(Network& net, const Depths& depths, Release release) {
  const bool keras = release == Release::kKeras;
  const auto conv = [&](const std::string& name, const std::string& norm, std::int64_t in, std::int64_t out,
                        std::int64_t kernel, std::int64_t stride, Activation activation = Activation::kRelu) {
    ConvOptions options = conv_options(kernel, stride, activation);
    options.bias = keras;
    if (keras) options.norm_eps = kKerasEps;
    return net.conv(name, norm, in, out, options);
  };
  net.step({"stem", 64, 4}, [stem = conv("conv1", "bn1", 3, 64, 7, 2), pool = max_pool(3, 2, 1)](Flow& flow) {
    flow.x = pool(stem(flow.x));
  });
  std::int64_t in = 64;
  int stride = 4;
  for (std::size_t i = 0; i < depths.size(); ++i) {
    const std::int64_t narrow = 64 << i, out = 4 * narrow;
    for (int block = 0; block < depths[i]; ++block) {
      const std::string layer = "layer" + std::to_string(i + 1);
      const std::string path = layer + "." + std::to_string(block) + ".";
      const std::int64_t block_stride = i > 0 && block == 0 ? 2 : 1;
      stride *= static_cast<int>(block_stride);
      const auto reduce = conv(path + "conv1", path + "bn1", in, narrow, 1, keras ? block_stride : 1);
      const auto filter = conv(path + "conv2", path + "bn2", narrow, narrow, 3, keras ? 1 : block_stride);
      const auto expand = conv(path + "conv3", path + "bn3", narrow, out, 1, 1, Activation::kNone);
      const auto shortcut =
          block == 0 ? conv(path + "downsample.0", path + "downsample.1", in, out, 1, block_stride, Activation::kNone)
                     : Operation();
      net.step(block_stage(layer, block, depths[i], out, stride), [=](Flow& flow) {
        flow.x = expand(filter(reduce(flow.x))).add_(shortcut ? shortcut(flow.x) : flow.x).relu_();
      });
      in = out;
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

/// Stages: stem (after the pooling), stages.<i>.<block> from 0, the last of a layer stages.<i>; and stages.<i>.act, the
/// same after the BatchNorm and ReLU that follow it, which is what the next layer sees.
void build_v2(Network& net, const Depths& depths) {
  constexpr double kEps = 1e-5;
  const auto norm = [&](const std::string& name, const std::string& theirs, std::int64_t channels,
                        Activation activation = Activation::kRelu) {
    alias_norm(net, theirs, name);
    return net.norm(name, channels, kEps, activation);
  };
  /// With the BatchNorm that begins the next part of the block, when there is one.
  const auto conv = [&](const std::string& name, const std::string& theirs, const std::string& norm_name,
                        const std::string& norm_theirs, std::int64_t in, std::int64_t out, std::int64_t kernel,
                        std::int64_t stride) {
    net.aliases[theirs + "_weight"] = name + ".weight";
    if (!norm_name.empty()) alias_norm(net, norm_theirs, norm_name);
    return net.conv(name, norm_name, in, out,
                    conv_options(kernel, stride, norm_name.empty() ? Activation::kNone : Activation::kRelu));
  };
  const auto norm_input = norm("stem.norm0", "batchnorm0", 3, Activation::kNone);
  const auto first = conv("stem.conv", "conv0", "stem.norm", "batchnorm1", 3, 64, 7, 2);
  net.step({"stem", 64, 4}, [=, pool = max_pool(3, 2, 1)](Flow& flow) { flow.x = pool(first(norm_input(flow.x))); });
  std::int64_t in = 64;
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
      const auto act = [norm1 = norm(path + "norm1", next_norm(), in)](Flow& flow) {
        flow.kept = flow.x;
        flow.x = norm1(flow.x);
      };
      if (i > 0 && block == 0)
        net.step({"stages." + std::to_string(i - 1) + ".act", static_cast<int>(in), stride}, act);
      else
        net.step(act);
      stride *= static_cast<int>(block_stride);
      const auto reduce = conv(path + "conv1", next_conv(), path + "norm2", next_norm(), in, narrow, 1, 1);
      const auto filter =
          conv(path + "conv2", next_conv(), path + "norm3", next_norm(), narrow, narrow, 3, block_stride);
      const auto expand = conv(path + "conv3", next_conv(), "", "", narrow, out, 1, 1);
      const auto shortcut =
          block == 0 ? conv(path + "downsample.conv", next_conv(), "", "", in, out, 1, block_stride) : Operation();
      net.step(block_stage(layer, block, depths[i], out, stride), [=](Flow& flow) {
        flow.x = expand(filter(reduce(flow.x))).add_(shortcut ? shortcut(flow.x) : flow.kept);
      });
      in = out;
    }
  }
  net.step({"stages.3.act", static_cast<int>(in), stride},
           [last = norm("norm", "batchnorm2", in)](Flow& flow) { flow.x = last(flow.x); });
  net.default_stage = "stages.2.act";
  net.ignored = {"head.", "dense0_"};
  net.preprocessing = imagenet_preprocessing();
}

/// Stages as above. The stride is in the last block of a layer, whose shortcut leaves out every other cell; the stem
/// has no BatchNorm, and its pooling sees zeros around the map.
void build_v2_keras(Network& net, const Depths& depths) {
  const auto conv = [&](const std::string& name, const std::string& norm, std::int64_t in, std::int64_t out,
                        std::int64_t kernel, std::int64_t stride) {
    ConvOptions options = conv_options(kernel, stride, norm.empty() ? Activation::kNone : Activation::kRelu);
    options.bias = norm.empty();
    options.norm_eps = kKerasEps;
    return net.conv(name, norm, in, out, options);
  };
  net.step({"stem", 64, 4}, [first = conv("stem.conv", "", 3, 64, 7, 2), pool = max_pool(3, 2)](Flow& flow) {
    flow.x = pool(torch::constant_pad_nd(first(flow.x), {1, 1, 1, 1}));
  });
  std::int64_t in = 64;
  int stride = 4;
  for (std::size_t i = 0; i < depths.size(); ++i) {
    const std::int64_t narrow = 64 << i, out = 4 * narrow;
    const std::string layer = "stages." + std::to_string(i);
    for (int block = 0; block < depths[i]; ++block) {
      const std::string path = layer + ".blocks." + std::to_string(block) + ".";
      const std::int64_t block_stride = i < 3 && block + 1 == depths[i] ? 2 : 1;
      const auto act = [norm1 = net.norm(path + "norm1", in, kKerasEps, Activation::kRelu)](Flow& flow) {
        flow.kept = flow.x;
        flow.x = norm1(flow.x);
      };
      if (i > 0 && block == 0)
        net.step({"stages." + std::to_string(i - 1) + ".act", static_cast<int>(in), stride}, act);
      else
        net.step(act);
      stride *= static_cast<int>(block_stride);
      const auto reduce = conv(path + "conv1", path + "norm2", in, narrow, 1, 1);
      const auto filter = conv(path + "conv2", path + "norm3", narrow, narrow, 3, block_stride);
      const auto expand = conv(path + "conv3", "", narrow, out, 1, 1);
      const auto shortcut = block == 0 ? conv(path + "downsample.conv", "", in, out, 1, 1) : Operation();
      const auto thinned = max_pool(1, block_stride);
      net.step(block_stage(layer, block, depths[i], out, stride), [=](Flow& flow) {
        flow.x = expand(filter(reduce(flow.x))).add_(shortcut ? shortcut(flow.x) : thinned(flow.kept));
      });
      in = out;
    }
  }
  net.step({"stages.3.act", static_cast<int>(in), stride},
           [last = net.norm("norm", in, kKerasEps, Activation::kRelu)](Flow& flow) { flow.x = last(flow.x); });
  net.default_stage = "stages.2.act";
  net.preprocessing = symmetric_preprocessing();
}

}  // namespace

void add_resnet(std::map<std::string, NetworkBuilder>& builders) {
  builders["resnet50"] = [](Network& net) { build(net, kDepths50, Release::kTorchvision); };
  builders["resnet101"] = [](Network& net) { build(net, kDepths101, Release::kTorchvision); };
  builders["resnet50_keras"] = [](Network& net) { build(net, kDepths50, Release::kKeras); };
  builders["resnet101_keras"] = [](Network& net) { build(net, kDepths101, Release::kKeras); };
  builders["resnet50v2_keras"] = [](Network& net) { build_v2_keras(net, kDepths50); };
  builders["resnet101v2_keras"] = [](Network& net) { build_v2_keras(net, kDepths101); };
  builders["resnet50v2"] = [](Network& net) { build_v2(net, kDepths50); };
  builders["resnet101v2"] = [](Network& net) { build_v2(net, kDepths101); };
}

}  // namespace venloc
