// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/networks/network.hpp"

namespace venloc {

namespace {

/// A row of table 2 of the paper.
struct Row {
  std::int64_t expansion, channels;
  int repeats;
  std::int64_t stride;
};
constexpr std::array<Row, 7> kRows = {
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
void build(Network& net, bool always_expands, Activation activation) {
  const auto stage = [](const std::string& name, std::int64_t channels, std::int64_t stride) {
    return BackboneStage{name, static_cast<int>(channels), static_cast<int>(stride)};
  };
  // MXNet's names are those of the form that always expands.
  const auto conv = [&](const std::string& path, const std::string& norm, const std::string& theirs, int part,
                        std::int64_t in, std::int64_t out, const ConvOptions& options) {
    if (always_expands) {
      net.aliases[theirs + "conv" + std::to_string(part) + "_weight"] = path + ".weight";
      alias_norm(net, theirs + "batchnorm" + std::to_string(part), norm);
    }
    return net.conv(path, norm, in, out, options);
  };
  std::int64_t in = 32, stride = 2;
  net.step(stage("stem", in, stride),
           [stem = conv("features.0.0", "features.0.1", "features_", 0, 3, in, conv_options(3, 2, 1, activation))](
               Flow& flow) { flow.x = stem(flow.x); });
  int number = 0;
  for (const auto& [expansion, out, repeats, row_stride] : kRows) {
    for (int block = 0; block < repeats; ++block, ++number) {
      const std::string path = "features." + std::to_string(number + 1) + ".conv.";
      const std::string theirs = "features_linearbottleneck" + std::to_string(number) + "_";
      const std::int64_t block_stride = block == 0 ? row_stride : 1;
      const std::int64_t middle = in * expansion;
      const bool shortcut = block_stride == 1 && in == out;
      int part = 0;
      if (always_expands || expansion > 1) {
        net.step(stage("e" + std::to_string(number), middle, stride),
                 [expand = conv(path + "0.0", path + "0.1", theirs, 0, in, middle, conv_options(1, 1, 1, activation))](
                     Flow& flow) {
                   flow.kept = flow.x;
                   flow.x = expand(flow.x);
                 });
        part = 1;
      }
      stride *= block_stride;
      const std::string at = std::to_string(part);
      const auto filter = conv(path + at + ".0", path + at + ".1", theirs, 1, middle, middle,
                               conv_options(3, block_stride, middle, activation));
      const auto project = conv(path + std::to_string(part + 1), path + std::to_string(part + 2), theirs, 2, middle,
                                out, conv_options(1, 1, 1, Activation::kNone));
      net.step(stage("b" + std::to_string(number), out, stride), [=](Flow& flow) {
        flow.x = project(filter(flow.x));
        if (shortcut) flow.x.add_(flow.kept);
      });
      in = out;
    }
  }
  constexpr std::int64_t kHead = 1280;
  net.step(stage("head", kHead, stride),
           [head = conv("features.18.0", "features.18.1", "features_", 1, in, kHead,
                        conv_options(1, 1, 1, activation))](Flow& flow) { flow.x = head(flow.x); });
  net.default_stage = "e13";
  net.ignored = {"classifier."};
  net.preprocessing = imagenet_preprocessing();
}

}  // namespace

void add_mobilenet_v2(std::map<std::string, NetworkBuilder>& builders) {
  builders["mobilenet_v2"] = [](Network& net) { build(net, false, Activation::kRelu6); };
  // Its BatchNorm statistics are those of maps that are not capped at 6.
  builders["mobilenet_v2_gluon"] = [](Network& net) { build(net, true, Activation::kRelu); };
}

}  // namespace venloc
