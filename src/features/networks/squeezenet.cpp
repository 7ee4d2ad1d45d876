// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/networks/network.hpp"

namespace venloc {

namespace {

/// Stages: stem, fire2 … fire9 as the paper counts them, and classifier: the map of 1000 classes whose mean over all
/// cells are the logits.
void build_squeezenet(Network& net) {
  int number = 0;  // of the convolution in MXNet's names
  const auto conv = [&](Value x, const std::string& path, std::int64_t out, std::int64_t kernel, std::int64_t stride,
                        std::int64_t padding) {
    ConvOptions options;
    options.kernel = {kernel, kernel};
    options.stride = stride;
    options.padding = {padding, padding};
    options.bias = true;
    const std::string alias = "squeezenet0_conv" + std::to_string(number++);
    net.aliases[alias + "_weight"] = path + ".weight";
    net.aliases[alias + "_bias"] = path + ".bias";
    return net.conv(x, path, "", out, options);
  };
  Value x = conv(0, "features.0", 64, 3, 2, 0);
  net.step({"stem", 64, 2}, x);
  struct Fire {
    int index;  // in features
    std::int64_t squeeze, expand;
    bool pool;  // before it
  };
  constexpr std::array<Fire, 8> kFires = {{{3, 16, 64, true},
                                           {4, 16, 64, false},
                                           {6, 32, 128, true},
                                           {7, 32, 128, false},
                                           {9, 48, 192, true},
                                           {10, 48, 192, false},
                                           {11, 64, 256, false},
                                           {12, 64, 256, false}}};
  int stride = 2;
  for (std::size_t i = 0; i < kFires.size(); ++i) {
    const auto& [index, squeezed, expanded, pools] = kFires[i];
    const std::string path = "features." + std::to_string(index) + ".";
    if (pools) {
      x = net.max_pool(x, 3, 2, 0, true);
      stride *= 2;
    }
    const Value narrow = conv(x, path + "squeeze", squeezed, 1, 1, 0);
    const Value expand1 = conv(narrow, path + "expand1x1", expanded, 1, 1, 0);
    const Value expand3 = conv(narrow, path + "expand3x3", expanded, 3, 1, 1);
    x = net.concatenate({expand1, expand3});
    net.step({"fire" + std::to_string(i + 2), static_cast<int>(2 * expanded), stride}, x);
  }
  x = conv(x, "classifier.1", 1000, 1, 1, 0);
  net.step({"classifier", 1000, stride}, x);
  net.default_stage = "fire8";
  net.preprocessing = imagenet_preprocessing();
}

}  // namespace

void add_squeezenet(std::map<std::string, NetworkBuilder>& builders) { builders["squeezenet1_1"] = build_squeezenet; }

}  // namespace venloc
