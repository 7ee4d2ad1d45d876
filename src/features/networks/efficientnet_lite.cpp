// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "features/networks/network.hpp"

namespace venloc {

namespace {

/// A row of table 1 of EfficientNet (Tan and Le 2019), without the squeeze-and-excitation that Lite leaves out.
struct EfficientNetRow {
  int repeats;
  std::int64_t kernel, stride, expansion, channels;
};
constexpr std::array<EfficientNetRow, 7> kEfficientNetRows = {{{1, 3, 1, 1, 16},
                                                               {2, 3, 2, 6, 24},
                                                               {2, 5, 2, 6, 40},
                                                               {3, 3, 2, 6, 80},
                                                               {3, 5, 1, 6, 112},
                                                               {4, 5, 2, 6, 192},
                                                               {1, 3, 1, 6, 320}}};
constexpr double kEfficientNetEps = 1e-3;

/// To the nearest multiple of 8 that is not more than a tenth below.
std::int64_t scaled(std::int64_t channels, double width) {
  const double exact = static_cast<double>(channels) * width;
  const auto rounded = std::max<std::int64_t>(8, static_cast<std::int64_t>(exact + 4) / 8 * 8);
  return static_cast<double>(rounded) < 0.9 * exact ? rounded + 8 : rounded;
}

ConvOptions same_conv(std::int64_t kernel, std::int64_t stride, std::int64_t groups, Activation activation) {
  ConvOptions options;
  options.kernel = {kernel, kernel};
  options.stride = stride;
  options.same = true;
  options.groups = groups;
  options.norm_eps = kEfficientNetEps;
  options.activation = activation;
  return options;
}

/// Stages: stem; for block number i from 0, e<i> its expansion and b<i> its result; head. Lite scales neither stem and
/// head nor the depth of the first and last row.
void build_efficientnet_lite(Network& net, double width, double depth, const std::string& default_stage) {
  constexpr std::int64_t kStem = 32, kHead = 1280;
  const auto stage = [](const std::string& name, std::int64_t channels, std::int64_t stride) {
    return BackboneStage{name, static_cast<int>(channels), static_cast<int>(stride)};
  };
  std::int64_t stride = 2;
  Value x = net.conv(0, "conv_stem", "bn1", kStem, same_conv(3, 2, 1, Activation::kRelu6));
  net.step(stage("stem", kStem, stride), x);
  int number = 0;
  for (std::size_t row = 0; row < kEfficientNetRows.size(); ++row) {
    const auto& [repeats, kernel, row_stride, expansion, row_channels] = kEfficientNetRows[row];
    const bool edge = row == 0 || row + 1 == kEfficientNetRows.size();
    const int blocks = edge ? repeats : static_cast<int>(std::ceil(repeats * depth));
    const std::int64_t out = scaled(row_channels, width);
    for (int block = 0; block < blocks; ++block, ++number) {
      const std::string path = "blocks." + std::to_string(row) + "." + std::to_string(block) + ".";
      const std::int64_t block_stride = block == 0 ? row_stride : 1;
      const Value before = x;
      const std::int64_t middle = net.channels(x) * expansion;
      const bool expands = expansion > 1;
      if (expands) {
        x = net.conv(x, path + "conv_pw", path + "bn1", middle, same_conv(1, 1, 1, Activation::kRelu6));
        net.step(stage("e" + std::to_string(number), middle, stride), x);
      }
      stride *= block_stride;
      x = net.conv(x, path + "conv_dw", path + (expands ? "bn2" : "bn1"), middle,
                   same_conv(kernel, block_stride, middle, Activation::kRelu6));
      x = net.conv(x, path + (expands ? "conv_pwl" : "conv_pw"), path + (expands ? "bn3" : "bn2"), out,
                   same_conv(1, 1, 1, Activation::kNone));
      if (block_stride == 1 && net.channels(before) == out) x = net.sum(x, before);
      net.step(stage("b" + std::to_string(number), out, stride), x);
    }
  }
  x = net.conv(x, "conv_head", "bn2", kHead, same_conv(1, 1, 1, Activation::kRelu6));
  net.step(stage("head", kHead, stride), x);
  net.default_stage = default_stage;
  net.ignored = {"classifier."};
  // As the weights were trained: not -1 … 1.
  net.preprocessing.mean = {127, 127, 127};
  net.preprocessing.deviation = {128, 128, 128};
}

}  // namespace

void add_efficientnet_lite(std::map<std::string, NetworkBuilder>& builders) {
  builders["efficientnet_lite0"] = [](Network& net) { build_efficientnet_lite(net, 1.0, 1.0, "e11"); };
  builders["efficientnet_lite2"] = [](Network& net) { build_efficientnet_lite(net, 1.1, 1.2, "e15"); };
}

}  // namespace venloc
