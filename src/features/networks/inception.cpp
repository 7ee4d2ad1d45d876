// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/networks/network.hpp"

namespace venloc {

namespace {

/// A chain of operations beside others, whose results are put together channel after channel.
using Branch = std::vector<Operation>;

torch::Tensor run(const Branch& branch, torch::Tensor x) {
  for (const Operation& operation : branch) x = operation(x);
  return x;
}

Operation together(std::vector<Branch> branches) {
  return [branches = std::move(branches)](const torch::Tensor& x) {
    std::vector<torch::Tensor> parts;
    for (const Branch& branch : branches) parts.push_back(run(branch, x));
    return torch::cat(parts, 1);
  };
}

/// 3 x 3, same size; the border counts as zeros in the mean, or not at all.
Operation average_pool(bool count_border) {
  return [=](const torch::Tensor& x) {
    const Extent size = {3, 3}, stride = {1, 1}, padding = {1, 1};
    return torch::avg_pool2d(x, size, stride, padding, false, count_border);
  };
}

/// Convolutions named <path>.conv and <path>.bn, as all networks of this family have them.
struct Maker {
  Network& net;

  [[nodiscard]] Operation conv(const std::string& path, std::int64_t in, std::int64_t out, Extent kernel,
                               std::int64_t stride = 1, Extent padding = {0, 0}) const {
    ConvOptions options;
    options.kernel = kernel;
    options.stride = stride;
    options.padding = padding;
    options.norm_eps = 1e-3;
    return net.conv(path + ".conv", path + ".bn", in, out, options);
  }
  /// A square kernel that keeps the size.
  [[nodiscard]] Operation square(const std::string& path, std::int64_t in, std::int64_t out,
                                 std::int64_t kernel) const {
    return conv(path, in, out, {kernel, kernel}, 1, {kernel / 2, kernel / 2});
  }
  /// 1 x n and n x 1, which keep the size.
  [[nodiscard]] Operation row(const std::string& path, std::int64_t in, std::int64_t out, std::int64_t n) const {
    return conv(path, in, out, {1, n}, 1, {0, n / 2});
  }
  [[nodiscard]] Operation column(const std::string& path, std::int64_t in, std::int64_t out, std::int64_t n) const {
    return conv(path, in, out, {n, 1}, 1, {n / 2, 0});
  }
  /// A step that is one chain.
  void step(const std::string& stage, std::int64_t channels, int stride, Branch chain) const {
    net.step({stage, static_cast<int>(channels), stride},
             [chain = std::move(chain)](Flow& flow) { flow.x = run(chain, flow.x); });
  }
};

// --- GoogLeNet, with BatchNorm; the third branch has 3 x 3 where the paper has 5 x 5, as in torchvision
// -----------------

void build_googlenet(Network& net) {
  const Maker make{net};
  const auto pool = max_pool(3, 2, 0, true);
  make.step("conv1", 64, 2, {make.conv("conv1", 3, 64, {7, 7}, 2, {3, 3})});
  const auto conv2 = make.square("conv2", 64, 64, 1);
  make.step("conv3", 192, 4, {pool, conv2, make.square("conv3", 64, 192, 3)});
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
  std::int64_t in = 192;
  int stride = 4;
  for (const Row& row : kRows) {
    const std::string name = std::string("inception") + row.name, path = name + ".branch";
    Branch chain;
    if (row.name[1] == 'a') {
      stride *= 2;
      chain.push_back(row.name[0] == '5' ? max_pool(2, 2, 0, true) : pool);
    }
    const auto one = make.square(path + "1", in, row.one, 1);
    const auto reduce3 = make.square(path + "2.0", in, row.reduce3, 1);
    const auto three = make.square(path + "2.1", row.reduce3, row.three, 3);
    const auto reduce5 = make.square(path + "3.0", in, row.reduce5, 1);
    const auto five = make.square(path + "3.1", row.reduce5, row.five, 3);
    const auto project = make.square(path + "4.1", in, row.project, 1);
    chain.push_back(together({{one}, {reduce3, three}, {reduce5, five}, {max_pool(3, 1, 1, true), project}}));
    in = row.one + row.three + row.five + row.project;
    make.step(name, in, stride, std::move(chain));
  }
  net.default_stage = "inception4e";
  net.ignored = {"aux1.", "aux2.", "fc."};
  net.preprocessing = symmetric_preprocessing();
}

// --- Inception v3
// -----------------------------------------------------------------------------------------------------

Operation inception_a(const Maker& make, const std::string& name, std::int64_t in, std::int64_t pooled,
                      bool count_border) {
  const auto path = name + ".branch";
  return together({{make.square(path + "1x1", in, 64, 1)},
                   {make.square(path + "5x5_1", in, 48, 1), make.square(path + "5x5_2", 48, 64, 5)},
                   {make.square(path + "3x3dbl_1", in, 64, 1), make.square(path + "3x3dbl_2", 64, 96, 3),
                    make.square(path + "3x3dbl_3", 96, 96, 3)},
                   {average_pool(count_border), make.square(path + "_pool", in, pooled, 1)}});
}

Operation inception_b(const Maker& make, const std::string& name, std::int64_t in) {
  const auto path = name + ".branch";
  return together({{make.conv(path + "3x3", in, 384, {3, 3}, 2)},
                   {make.square(path + "3x3dbl_1", in, 64, 1), make.square(path + "3x3dbl_2", 64, 96, 3),
                    make.conv(path + "3x3dbl_3", 96, 96, {3, 3}, 2)},
                   {max_pool(3, 2)}});
}

Operation inception_c(const Maker& make, const std::string& name, std::int64_t in, std::int64_t narrow,
                      bool count_border) {
  const auto path = name + ".branch";
  return together({{make.square(path + "1x1", in, 192, 1)},
                   {make.square(path + "7x7_1", in, narrow, 1), make.row(path + "7x7_2", narrow, narrow, 7),
                    make.column(path + "7x7_3", narrow, 192, 7)},
                   {make.square(path + "7x7dbl_1", in, narrow, 1), make.column(path + "7x7dbl_2", narrow, narrow, 7),
                    make.row(path + "7x7dbl_3", narrow, narrow, 7), make.column(path + "7x7dbl_4", narrow, narrow, 7),
                    make.row(path + "7x7dbl_5", narrow, 192, 7)},
                   {average_pool(count_border), make.square(path + "_pool", in, 192, 1)}});
}

Operation inception_d(const Maker& make, const std::string& name, std::int64_t in) {
  const auto path = name + ".branch";
  return together({{make.square(path + "3x3_1", in, 192, 1), make.conv(path + "3x3_2", 192, 320, {3, 3}, 2)},
                   {make.square(path + "7x7x3_1", in, 192, 1), make.row(path + "7x7x3_2", 192, 192, 7),
                    make.column(path + "7x7x3_3", 192, 192, 7), make.conv(path + "7x7x3_4", 192, 192, {3, 3}, 2)},
                   {max_pool(3, 2)}});
}

Operation inception_e(const Maker& make, const std::string& name, std::int64_t in, bool count_border) {
  const auto path = name + ".branch";
  const auto split = [&](const std::string& part) {
    return together({{make.row(path + part + "a", 384, 384, 3)}, {make.column(path + part + "b", 384, 384, 3)}});
  };
  return together(
      {{make.square(path + "1x1", in, 320, 1)},
       {make.square(path + "3x3_1", in, 384, 1), split("3x3_2")},
       {make.square(path + "3x3dbl_1", in, 448, 1), make.square(path + "3x3dbl_2", 448, 384, 3), split("3x3dbl_3")},
       {average_pool(count_border), make.square(path + "_pool", in, 192, 1)}});
}

/// As torchvision has it; Keras, as TensorFlow, does not count the border in means.
void build_inception_v3(Network& net, bool count_border) {
  const Maker make{net};
  make.step("Conv2d_1a_3x3", 32, 2, {make.conv("Conv2d_1a_3x3", 3, 32, {3, 3}, 2)});
  make.step("Conv2d_2a_3x3", 32, 2, {make.conv("Conv2d_2a_3x3", 32, 32, {3, 3})});
  make.step("Conv2d_2b_3x3", 64, 2, {make.square("Conv2d_2b_3x3", 32, 64, 3)});
  make.step("Conv2d_3b_1x1", 80, 4, {max_pool(3, 2), make.square("Conv2d_3b_1x1", 64, 80, 1)});
  make.step("Conv2d_4a_3x3", 192, 4, {make.conv("Conv2d_4a_3x3", 80, 192, {3, 3})});
  make.step("Mixed_5b", 256, 8, {max_pool(3, 2), inception_a(make, "Mixed_5b", 192, 32, count_border)});
  make.step("Mixed_5c", 288, 8, {inception_a(make, "Mixed_5c", 256, 64, count_border)});
  make.step("Mixed_5d", 288, 8, {inception_a(make, "Mixed_5d", 288, 64, count_border)});
  make.step("Mixed_6a", 768, 16, {inception_b(make, "Mixed_6a", 288)});
  make.step("Mixed_6b", 768, 16, {inception_c(make, "Mixed_6b", 768, 128, count_border)});
  make.step("Mixed_6c", 768, 16, {inception_c(make, "Mixed_6c", 768, 160, count_border)});
  make.step("Mixed_6d", 768, 16, {inception_c(make, "Mixed_6d", 768, 160, count_border)});
  make.step("Mixed_6e", 768, 16, {inception_c(make, "Mixed_6e", 768, 192, count_border)});
  make.step("Mixed_7a", 1280, 32, {inception_d(make, "Mixed_7a", 768)});
  make.step("Mixed_7b", 2048, 32, {inception_e(make, "Mixed_7b", 1280, count_border)});
  make.step("Mixed_7c", 2048, 32, {inception_e(make, "Mixed_7c", 2048, count_border)});
  net.default_stage = "Mixed_6e";
  net.ignored = {"AuxLogits.", "fc."};
  net.preprocessing = symmetric_preprocessing();
  net.preprocessing.min_side_px = 75;
}

// --- Inception-ResNet v2
// ----------------------------------------------------------------------------------------------

/// Adds `scale` x (a convolution of what the branches see) to the input.
void residual(const Maker& make, const std::string& name, int stride, std::int64_t channels, std::int64_t branched,
              double scale, bool rectified, const Operation& branches) {
  ConvOptions options;
  options.bias = true;
  options.activation = Activation::kNone;
  const auto widen = make.net.conv(name + ".conv2d", "", branched, channels, options);
  make.net.step({name, static_cast<int>(channels), stride}, [=](Flow& flow) {
    flow.x = torch::add(flow.x, widen(branches(flow.x)), scale);
    if (rectified) flow.x.relu_();
  });
}

void build_inception_resnet_v2(Network& net) {
  const Maker make{net};
  make.step("conv2d_1a", 32, 2, {make.conv("conv2d_1a", 3, 32, {3, 3}, 2)});
  make.step("conv2d_2a", 32, 2, {make.conv("conv2d_2a", 32, 32, {3, 3})});
  make.step("conv2d_2b", 64, 2, {make.square("conv2d_2b", 32, 64, 3)});
  make.step("conv2d_3b", 80, 4, {max_pool(3, 2), make.square("conv2d_3b", 64, 80, 1)});
  make.step("conv2d_4a", 192, 4, {make.conv("conv2d_4a", 80, 192, {3, 3})});
  make.step("mixed_5b", 320, 8,
            {max_pool(3, 2),
             together({{make.square("mixed_5b.branch0", 192, 96, 1)},
                       {make.square("mixed_5b.branch1.0", 192, 48, 1), make.square("mixed_5b.branch1.1", 48, 64, 5)},
                       {make.square("mixed_5b.branch2.0", 192, 64, 1), make.square("mixed_5b.branch2.1", 64, 96, 3),
                        make.square("mixed_5b.branch2.2", 96, 96, 3)},
                       {average_pool(false), make.square("mixed_5b.branch3.1", 192, 64, 1)}})});
  for (int i = 0; i < 10; ++i) {
    const std::string name = "repeat." + std::to_string(i);
    residual(make, name, 8, 320, 128, 0.17, true,
             together({{make.square(name + ".branch0", 320, 32, 1)},
                       {make.square(name + ".branch1.0", 320, 32, 1), make.square(name + ".branch1.1", 32, 32, 3)},
                       {make.square(name + ".branch2.0", 320, 32, 1), make.square(name + ".branch2.1", 32, 48, 3),
                        make.square(name + ".branch2.2", 48, 64, 3)}}));
  }
  make.step("mixed_6a", 1088, 16,
            {together({{make.conv("mixed_6a.branch0", 320, 384, {3, 3}, 2)},
                       {make.square("mixed_6a.branch1.0", 320, 256, 1), make.square("mixed_6a.branch1.1", 256, 256, 3),
                        make.conv("mixed_6a.branch1.2", 256, 384, {3, 3}, 2)},
                       {max_pool(3, 2)}})});
  for (int i = 0; i < 20; ++i) {
    const std::string name = "repeat_1." + std::to_string(i);
    residual(make, name, 16, 1088, 384, 0.10, true,
             together({{make.square(name + ".branch0", 1088, 192, 1)},
                       {make.square(name + ".branch1.0", 1088, 128, 1), make.row(name + ".branch1.1", 128, 160, 7),
                        make.column(name + ".branch1.2", 160, 192, 7)}}));
  }
  make.step(
      "mixed_7a", 2080, 32,
      {together(
          {{make.square("mixed_7a.branch0.0", 1088, 256, 1), make.conv("mixed_7a.branch0.1", 256, 384, {3, 3}, 2)},
           {make.square("mixed_7a.branch1.0", 1088, 256, 1), make.conv("mixed_7a.branch1.1", 256, 288, {3, 3}, 2)},
           {make.square("mixed_7a.branch2.0", 1088, 256, 1), make.square("mixed_7a.branch2.1", 256, 288, 3),
            make.conv("mixed_7a.branch2.2", 288, 320, {3, 3}, 2)},
           {max_pool(3, 2)}})});
  const auto last_block = [&](const std::string& name, double scale, bool rectified) {
    residual(make, name, 32, 2080, 448, scale, rectified,
             together({{make.square(name + ".branch0", 2080, 192, 1)},
                       {make.square(name + ".branch1.0", 2080, 192, 1), make.row(name + ".branch1.1", 192, 224, 3),
                        make.column(name + ".branch1.2", 224, 256, 3)}}));
  };
  for (int i = 0; i < 9; ++i) last_block("repeat_2." + std::to_string(i), 0.20, true);
  last_block("block8", 1.0, false);
  make.step("conv2d_7b", 1536, 32, {make.square("conv2d_7b", 2080, 1536, 1)});
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
