// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/networks/network.hpp"

namespace venloc {

namespace {

/// A row of table 2 of the paper.
struct MobileNetRow {
  std::int64_t expansion, channels;
  int repeats;
  std::int64_t stride;
};
constexpr std::array<MobileNetRow, 7> kMobileNetRows = {
    {{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}}};

ConvOptions conv_options(std::int64_t kernel, std::int64_t stride, std::int64_t groups, Activation activation) {
  ConvOptions options;
  options.kernel = {kernel, kernel};
  options.padding = {kernel / 2, kernel / 2};
  options.stride = stride;
  options.groups = groups;
  options.activation = activation;
  return options;
}

/// Stages: stem; for bottleneck number i from 0, e<i> its expansion and b<i> its result; head. `always_expands`: the
/// first bottleneck, whose expansion changes nothing in the number of channels, has one all the same.
void build_mobilenet_v2(Network& net, bool always_expands, Activation activation) {
  const auto stage = [](const std::string& name, std::int64_t channels, std::int64_t stride) {
    return BackboneStage{name, static_cast<int>(channels), static_cast<int>(stride)};
  };
  // MXNet's names are those of the form that always expands.
  const auto conv = [&](Value x, const std::string& path, const std::string& norm, const std::string& theirs, int part,
                        std::int64_t out, const ConvOptions& options) {
    if (always_expands) {
      net.aliases[theirs + "conv" + std::to_string(part) + "_weight"] = path + ".weight";
      alias_norm(net, theirs + "batchnorm" + std::to_string(part), norm);
    }
    return net.conv(x, path, norm, out, options);
  };
  constexpr std::int64_t kStem = 32, kHead = 1280;
  std::int64_t stride = 2;
  Value x = conv(0, "features.0.0", "features.0.1", "features_", 0, kStem, conv_options(3, 2, 1, activation));
  net.step(stage("stem", kStem, stride), x);
  int number = 0;
  for (const auto& [expansion, out, repeats, row_stride] : kMobileNetRows) {
    for (int block = 0; block < repeats; ++block, ++number) {
      const std::string path = "features." + std::to_string(number + 1) + ".conv.";
      const std::string theirs = "features_linearbottleneck" + std::to_string(number) + "_";
      const std::int64_t block_stride = block == 0 ? row_stride : 1;
      const Value before = x;
      const std::int64_t middle = net.channels(x) * expansion;
      int part = 0;
      if (always_expands || expansion > 1) {
        x = conv(x, path + "0.0", path + "0.1", theirs, 0, middle, conv_options(1, 1, 1, activation));
        net.step(stage("e" + std::to_string(number), middle, stride), x);
        part = 1;
      }
      stride *= block_stride;
      const std::string at = std::to_string(part);
      x = conv(x, path + at + ".0", path + at + ".1", theirs, 1, middle,
               conv_options(3, block_stride, middle, activation));
      x = conv(x, path + std::to_string(part + 1), path + std::to_string(part + 2), theirs, 2, out,
               conv_options(1, 1, 1, Activation::kNone));
      if (block_stride == 1 && net.channels(before) == out) x = net.sum(x, before);
      net.step(stage("b" + std::to_string(number), out, stride), x);
    }
  }
  x = conv(x, "features.18.0", "features.18.1", "features_", 1, kHead, conv_options(1, 1, 1, activation));
  net.step(stage("head", kHead, stride), x);
  net.default_stage = "e13";
  net.ignored = {"classifier."};
  net.preprocessing = imagenet_preprocessing();
}

}  // namespace

void add_mobilenet_v2(std::map<std::string, NetworkBuilder>& builders) {
  builders["mobilenet_v2"] = [](Network& net) { build_mobilenet_v2(net, false, Activation::kRelu6); };
  // Its BatchNorm statistics are those of maps that are not capped at 6.
  builders["mobilenet_v2_gluon"] = [](Network& net) { build_mobilenet_v2(net, true, Activation::kRelu); };
}

}  // namespace venloc
