// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/networks/network.hpp"

namespace venloc {

namespace {

/// Operations one after the other, with the input of the first to come.
using Chain = std::function<Value(Value)>;

Chain operator>>(Chain first, Chain second) {
  return [first = std::move(first), second = std::move(second)](Value x) { return second(first(x)); };
}

/// Parts of networks of this family. Convolutions are named <path>.conv and <path>.bn.
struct Maker {
  Network& net;

  [[nodiscard]] Chain conv(const std::string& path, std::int64_t out, Extent kernel, std::int64_t stride = 1,
                           Extent padding = {0, 0}) const {
    ConvOptions options;
    options.kernel = kernel;
    options.stride = stride;
    options.padding = padding;
    options.norm_eps = 1e-3;
    return [=, this](Value x) { return net.conv(x, path + ".conv", path + ".bn", out, options); };
  }
  /// A square kernel that keeps the size.
  [[nodiscard]] Chain square(const std::string& path, std::int64_t out, std::int64_t kernel) const {
    return conv(path, out, {kernel, kernel}, 1, {kernel / 2, kernel / 2});
  }
  /// 1 x n and n x 1, which keep the size.
  [[nodiscard]] Chain row(const std::string& path, std::int64_t out, std::int64_t n) const {
    return conv(path, out, {1, n}, 1, {0, n / 2});
  }
  [[nodiscard]] Chain column(const std::string& path, std::int64_t out, std::int64_t n) const {
    return conv(path, out, {n, 1}, 1, {n / 2, 0});
  }
  [[nodiscard]] Chain max_pool(std::int64_t kernel, std::int64_t stride, std::int64_t padding = 0,
                               bool ceil = false) const {
    return [=, this](Value x) { return net.max_pool(x, kernel, stride, padding, ceil); };
  }
  [[nodiscard]] Chain average_pool(bool count_border) const {
    return [=, this](Value x) { return net.average_pool(x, count_border); };
  }
  /// Chains beside each other, whose results are put together channel after channel.
  [[nodiscard]] Chain together(std::vector<Chain> branches) const {
    return [this, branches = std::move(branches)](Value x) {
      std::vector<Value> parts;
      for (const Chain& branch : branches) parts.push_back(branch(x));
      return net.concatenate(std::move(parts));
    };
  }
  /// A step that is one chain; returns its result.
  [[nodiscard]] Value step(Value x, const std::string& stage, int stride, const Chain& chain) const {
    x = chain(x);
    net.step({stage, static_cast<int>(net.channels(x)), stride}, x);
    return x;
  }
};

// --- GoogLeNet, with BatchNorm; the third branch has 3 x 3 where the paper has 5 x 5, as in torchvision ---------------

void build_googlenet(Network& net) {
  const Maker make{net};
  const auto pool = make.max_pool(3, 2, 0, true);
  Value x = make.step(0, "conv1", 2, make.conv("conv1", 64, {7, 7}, 2, {3, 3}));
  x = make.step(x, "conv3", 4, pool >> make.square("conv2", 64, 1) >> make.square("conv3", 192, 3));
  struct Row {  // of table 1 of the paper
    const char* name;
    std::int64_t one, reduce3, three, reduce5, five, project;
  };
  constexpr std::array<Row, 9> kRows = {{{"3a", 64, 96, 128, 16, 32, 32},
                                         {"3b", 128, 128, 192, 32, 96, 64},
                                         {"4a", 192, 96, 208, 16, 48, 64},
                                         {"4b", 160, 112, 224, 24, 64, 64},
                                         {"4c", 128, 128, 256, 24, 64, 64},
                                         {"4d", 112, 144, 288, 32, 64, 64},
                                         {"4e", 256, 160, 320, 32, 128, 128},
                                         {"5a", 256, 160, 320, 32, 128, 128},
                                         {"5b", 384, 192, 384, 48, 128, 128}}};
  int stride = 4;
  for (const Row& row : kRows) {
    const std::string name = std::string("inception") + row.name, path = name + ".branch";
    auto block = make.together({make.square(path + "1", row.one, 1),
                                make.square(path + "2.0", row.reduce3, 1) >> make.square(path + "2.1", row.three, 3),
                                make.square(path + "3.0", row.reduce5, 1) >> make.square(path + "3.1", row.five, 3),
                                make.max_pool(3, 1, 1, true) >> make.square(path + "4.1", row.project, 1)});
    if (row.name[1] == 'a') {
      stride *= 2;
      block = (row.name[0] == '5' ? make.max_pool(2, 2, 0, true) : pool) >> block;
    }
    x = make.step(x, name, stride, block);
  }
  net.default_stage = "inception4e";
  net.ignored = {"aux1.", "aux2.", "fc."};
  net.preprocessing = symmetric_preprocessing();
}

// --- Inception v3 -----------------------------------------------------------------------------------------------------

Chain inception_a(const Maker& make, const std::string& name, std::int64_t pooled, bool count_border) {
  const auto path = name + ".branch";
  return make.together({make.square(path + "1x1", 64, 1),
                        make.square(path + "5x5_1", 48, 1) >> make.square(path + "5x5_2", 64, 5),
                        make.square(path + "3x3dbl_1", 64, 1) >> make.square(path + "3x3dbl_2", 96, 3) >>
                            make.square(path + "3x3dbl_3", 96, 3),
                        make.average_pool(count_border) >> make.square(path + "_pool", pooled, 1)});
}

Chain inception_b(const Maker& make, const std::string& name) {
  const auto path = name + ".branch";
  return make.together({make.conv(path + "3x3", 384, {3, 3}, 2),
                        make.square(path + "3x3dbl_1", 64, 1) >> make.square(path + "3x3dbl_2", 96, 3) >>
                            make.conv(path + "3x3dbl_3", 96, {3, 3}, 2),
                        make.max_pool(3, 2)});
}

Chain inception_c(const Maker& make, const std::string& name, std::int64_t narrow, bool count_border) {
  const auto path = name + ".branch";
  return make.together(
      {make.square(path + "1x1", 192, 1),
       make.square(path + "7x7_1", narrow, 1) >> make.row(path + "7x7_2", narrow, 7) >>
           make.column(path + "7x7_3", 192, 7),
       make.square(path + "7x7dbl_1", narrow, 1) >> make.column(path + "7x7dbl_2", narrow, 7) >>
           make.row(path + "7x7dbl_3", narrow, 7) >> make.column(path + "7x7dbl_4", narrow, 7) >>
           make.row(path + "7x7dbl_5", 192, 7),
       make.average_pool(count_border) >> make.square(path + "_pool", 192, 1)});
}

Chain inception_d(const Maker& make, const std::string& name) {
  const auto path = name + ".branch";
  return make.together({make.square(path + "3x3_1", 192, 1) >> make.conv(path + "3x3_2", 320, {3, 3}, 2),
                        make.square(path + "7x7x3_1", 192, 1) >> make.row(path + "7x7x3_2", 192, 7) >>
                            make.column(path + "7x7x3_3", 192, 7) >> make.conv(path + "7x7x3_4", 192, {3, 3}, 2),
                        make.max_pool(3, 2)});
}

Chain inception_e(const Maker& make, const std::string& name, bool count_border) {
  const auto path = name + ".branch";
  const auto split = [&](const std::string& part) {
    return make.together({make.row(path + part + "a", 384, 3), make.column(path + part + "b", 384, 3)});
  };
  return make.together(
      {make.square(path + "1x1", 320, 1), make.square(path + "3x3_1", 384, 1) >> split("3x3_2"),
       make.square(path + "3x3dbl_1", 448, 1) >> make.square(path + "3x3dbl_2", 384, 3) >> split("3x3dbl_3"),
       make.average_pool(count_border) >> make.square(path + "_pool", 192, 1)});
}

/// As torchvision has it; Keras, as TensorFlow, does not count the border in means.
void build_inception_v3(Network& net, bool count_border) {
  const Maker make{net};
  Value x = make.step(0, "Conv2d_1a_3x3", 2, make.conv("Conv2d_1a_3x3", 32, {3, 3}, 2));
  x = make.step(x, "Conv2d_2a_3x3", 2, make.conv("Conv2d_2a_3x3", 32, {3, 3}));
  x = make.step(x, "Conv2d_2b_3x3", 2, make.square("Conv2d_2b_3x3", 64, 3));
  x = make.step(x, "Conv2d_3b_1x1", 4, make.max_pool(3, 2) >> make.square("Conv2d_3b_1x1", 80, 1));
  x = make.step(x, "Conv2d_4a_3x3", 4, make.conv("Conv2d_4a_3x3", 192, {3, 3}));
  x = make.step(x, "Mixed_5b", 8, make.max_pool(3, 2) >> inception_a(make, "Mixed_5b", 32, count_border));
  x = make.step(x, "Mixed_5c", 8, inception_a(make, "Mixed_5c", 64, count_border));
  x = make.step(x, "Mixed_5d", 8, inception_a(make, "Mixed_5d", 64, count_border));
  x = make.step(x, "Mixed_6a", 16, inception_b(make, "Mixed_6a"));
  x = make.step(x, "Mixed_6b", 16, inception_c(make, "Mixed_6b", 128, count_border));
  x = make.step(x, "Mixed_6c", 16, inception_c(make, "Mixed_6c", 160, count_border));
  x = make.step(x, "Mixed_6d", 16, inception_c(make, "Mixed_6d", 160, count_border));
  x = make.step(x, "Mixed_6e", 16, inception_c(make, "Mixed_6e", 192, count_border));
  x = make.step(x, "Mixed_7a", 32, inception_d(make, "Mixed_7a"));
  x = make.step(x, "Mixed_7b", 32, inception_e(make, "Mixed_7b", count_border));
  (void)make.step(x, "Mixed_7c", 32, inception_e(make, "Mixed_7c", count_border));
  net.default_stage = "Mixed_6e";
  net.ignored = {"AuxLogits.", "fc."};
  net.preprocessing = symmetric_preprocessing();
  net.preprocessing.min_side_px = 75;
}

// --- Inception-ResNet v2 ----------------------------------------------------------------------------------------------

/// Adds `scale` x (a convolution of what the branches see) to the input.
Value residual(const Maker& make, Value x, const std::string& name, int stride, double scale, bool rectified,
               std::vector<Chain> branches) {
  ConvOptions options;
  options.bias = true;
  options.activation = Activation::kNone;
  return make.step(x, name, stride, [&](Value before) {
    const Value seen = make.together(std::move(branches))(before);
    const Value widened = make.net.conv(seen, name + ".conv2d", "", make.net.channels(before), options);
    return make.net.sum(before, widened, rectified ? Activation::kRelu : Activation::kNone, scale);
  });
}

void build_inception_resnet_v2(Network& net) {
  const Maker make{net};
  Value x = make.step(0, "conv2d_1a", 2, make.conv("conv2d_1a", 32, {3, 3}, 2));
  x = make.step(x, "conv2d_2a", 2, make.conv("conv2d_2a", 32, {3, 3}));
  x = make.step(x, "conv2d_2b", 2, make.square("conv2d_2b", 64, 3));
  x = make.step(x, "conv2d_3b", 4, make.max_pool(3, 2) >> make.square("conv2d_3b", 80, 1));
  x = make.step(x, "conv2d_4a", 4, make.conv("conv2d_4a", 192, {3, 3}));
  x = make.step(
      x, "mixed_5b", 8,
      make.max_pool(3, 2) >>
          make.together({make.square("mixed_5b.branch0", 96, 1),
                         make.square("mixed_5b.branch1.0", 48, 1) >> make.square("mixed_5b.branch1.1", 64, 5),
                         make.square("mixed_5b.branch2.0", 64, 1) >> make.square("mixed_5b.branch2.1", 96, 3) >>
                             make.square("mixed_5b.branch2.2", 96, 3),
                         make.average_pool(false) >> make.square("mixed_5b.branch3.1", 64, 1)}));
  for (int i = 0; i < 10; ++i) {
    const std::string name = "repeat." + std::to_string(i);
    x = residual(make, x, name, 8, 0.17, true,
                 {make.square(name + ".branch0", 32, 1),
                  make.square(name + ".branch1.0", 32, 1) >> make.square(name + ".branch1.1", 32, 3),
                  make.square(name + ".branch2.0", 32, 1) >> make.square(name + ".branch2.1", 48, 3) >>
                      make.square(name + ".branch2.2", 64, 3)});
  }
  x = make.step(x, "mixed_6a", 16,
                make.together({make.conv("mixed_6a.branch0", 384, {3, 3}, 2),
                               make.square("mixed_6a.branch1.0", 256, 1) >> make.square("mixed_6a.branch1.1", 256, 3) >>
                                   make.conv("mixed_6a.branch1.2", 384, {3, 3}, 2),
                               make.max_pool(3, 2)}));
  for (int i = 0; i < 20; ++i) {
    const std::string name = "repeat_1." + std::to_string(i);
    x = residual(make, x, name, 16, 0.10, true,
                 {make.square(name + ".branch0", 192, 1),
                  make.square(name + ".branch1.0", 128, 1) >> make.row(name + ".branch1.1", 160, 7) >>
                      make.column(name + ".branch1.2", 192, 7)});
  }
  x = make.step(
      x, "mixed_7a", 32,
      make.together({make.square("mixed_7a.branch0.0", 256, 1) >> make.conv("mixed_7a.branch0.1", 384, {3, 3}, 2),
                     make.square("mixed_7a.branch1.0", 256, 1) >> make.conv("mixed_7a.branch1.1", 288, {3, 3}, 2),
                     make.square("mixed_7a.branch2.0", 256, 1) >> make.square("mixed_7a.branch2.1", 288, 3) >>
                         make.conv("mixed_7a.branch2.2", 320, {3, 3}, 2),
                     make.max_pool(3, 2)}));
  const auto last_block = [&](const std::string& name, double scale, bool rectified) {
    x = residual(make, x, name, 32, scale, rectified,
                 {make.square(name + ".branch0", 192, 1),
                  make.square(name + ".branch1.0", 192, 1) >> make.row(name + ".branch1.1", 224, 3) >>
                      make.column(name + ".branch1.2", 256, 3)});
  };
  for (int i = 0; i < 9; ++i) last_block("repeat_2." + std::to_string(i), 0.20, true);
  last_block("block8", 1.0, false);
  (void)make.step(x, "conv2d_7b", 32, make.square("conv2d_7b", 1536, 1));
  net.default_stage = "repeat_1.19";
  net.ignored = {"classif."};
  net.preprocessing = symmetric_preprocessing();
  net.preprocessing.min_side_px = 75;
}

}  // namespace

void add_inception(std::map<std::string, NetworkBuilder>& builders) {
  builders["googlenet"] = build_googlenet;
  builders["inception_v3"] = [](Network& net) { build_inception_v3(net, true); };
  builders["inception_v3_keras"] = [](Network& net) { build_inception_v3(net, false); };
  builders["inception_resnet_v2"] = build_inception_resnet_v2;
}

}  // namespace venloc
