// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/networks/network.hpp"

namespace venloc {

namespace {

/// Stages: stem, fire2 … fire9 as the paper counts them, and classifier: the map of 1000 classes whose mean over all
/// cells are the logits.
void build(Network& net) {
  int number = 0;  // of the convolution in MXNet's names
  const auto conv = [&](const std::string& path, std::int64_t in, std::int64_t out, std::int64_t kernel,
                        std::int64_t stride, std::int64_t padding) {
    ConvOptions options;
    options.kernel = {kernel, kernel};
    options.stride = stride;
    options.padding = {padding, padding};
    options.bias = true;
    const std::string alias = "squeezenet0_conv" + std::to_string(number++);
    net.aliases[alias + "_weight"] = path + ".weight";
    net.aliases[alias + "_bias"] = path + ".bias";
    return net.conv(path, "", in, out, options);
  };
  net.step({"stem", 64, 2}, [stem = conv("features.0", 3, 64, 3, 2, 0)](Flow& flow) { flow.x = stem(flow.x); });
  struct Fire {
    int index;  // in features
    std::int64_t in, squeeze, expand;
    bool pool;  // before it
  };
  constexpr std::array<Fire, 8> kFires = {{{3, 64, 16, 64, true},
                                           {4, 128, 16, 64, false},
                                           {6, 128, 32, 128, true},
                                           {7, 256, 32, 128, false},
                                           {9, 256, 48, 192, true},
                                           {10, 384, 48, 192, false},
                                           {11, 384, 64, 256, false},
                                           {12, 512, 64, 256, false}}};
  int stride = 2;
  for (std::size_t i = 0; i < kFires.size(); ++i) {
    const auto& [index, in, squeezed, expanded, pools] = kFires[i];
    const std::string path = "features." + std::to_string(index) + ".";
    const auto squeeze = conv(path + "squeeze", in, squeezed, 1, 1, 0);
    const auto expand1 = conv(path + "expand1x1", squeezed, expanded, 1, 1, 0);
    const auto expand3 = conv(path + "expand3x3", squeezed, expanded, 3, 1, 1);
    const auto pool = pools ? max_pool(3, 2, 0, true) : Operation();
    if (pools) stride *= 2;
    net.step({"fire" + std::to_string(i + 2), static_cast<int>(2 * expanded), stride}, [=](Flow& flow) {
      const auto narrow = squeeze(pool ? pool(flow.x) : flow.x);
      flow.x = torch::cat({expand1(narrow), expand3(narrow)}, 1);
    });
  }
  net.step({"classifier", 1000, stride},
           [last = conv("classifier.1", 512, 1000, 1, 1, 0)](Flow& flow) { flow.x = last(flow.x); });
  net.default_stage = "fire8";
  net.preprocessing = imagenet_preprocessing();
}

}  // namespace

void add_squeezenet(std::map<std::string, NetworkBuilder>& builders) { builders["squeezenet1_1"] = build; }

}  // namespace venloc
