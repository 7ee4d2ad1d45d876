// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "core/random.hpp"
#include "features/inference/engine.hpp"
#include "features/networks/network.hpp"
#include "venloc/core/error.hpp"

using namespace venloc;

namespace {

// --- An oracle: every operation as its definition has it, one value after another, in float64
// ---------------------------

struct Reference {
  std::int64_t height = 0, width = 0, channels = 0;
  std::vector<double> values;

  Reference(std::int64_t h, std::int64_t w, std::int64_t c)
      : height(h), width(w), channels(c), values(static_cast<std::size_t>(h * w * c)) {}
  double& at(std::int64_t y, std::int64_t x, std::int64_t c) {
    return values[static_cast<std::size_t>((y * width + x) * channels + c)];
  }
  [[nodiscard]] double at(std::int64_t y, std::int64_t x, std::int64_t c) const {
    return values[static_cast<std::size_t>((y * width + x) * channels + c)];
  }
  [[nodiscard]] bool holds(std::int64_t y, std::int64_t x) const { return y >= 0 && y < height && x >= 0 && x < width; }
};

double activated(double x, Activation activation) {
  if (activation == Activation::kNone) return x;
  return activation == Activation::kRelu ? std::max(x, 0.0) : std::clamp(x, 0.0, 6.0);
}

/// Of the array's values, each for a channel; `otherwise` where there is no such array.
double parameter(const Network& net, const std::string& name, std::int64_t channel, double otherwise) {
  const auto found = net.arrays().find(name);
  return found == net.arrays().end() ? otherwise : static_cast<double>(found->second.values.at(channel));
}

double normalised(const Network& net, const Operation& op, double x, std::int64_t c) {
  if (op.norm.empty()) return x;
  const double deviation = std::sqrt(parameter(net, op.norm + ".running_var", c, 1) + op.window.norm_eps);
  return (x - parameter(net, op.norm + ".running_mean", c, 0)) / deviation * parameter(net, op.norm + ".weight", c, 1) +
         parameter(net, op.norm + ".bias", c, 0);
}

struct Border {
  std::int64_t top, bottom, left, right;
};

Border border_of(const Operation& op, const Reference& in) {
  if (!op.window.same) return {op.window.padding[0], op.window.padding[0], op.window.padding[1], op.window.padding[1]};
  const auto [top, bottom] = same_padding(in.height, op.window.kernel[0], op.window.stride);
  const auto [left, right] = same_padding(in.width, op.window.kernel[1], op.window.stride);
  return {top, bottom, left, right};
}

std::int64_t results(std::int64_t size, std::int64_t before, std::int64_t after, std::int64_t kernel,
                     std::int64_t stride, bool ceil) {
  std::int64_t count = 0;
  const std::int64_t end = size + after + (ceil ? stride - 1 : 0);
  for (std::int64_t begin = -before; begin + kernel <= end && (!ceil || begin < size); begin += stride) ++count;
  return count;
}

Reference convolution(const Network& net, const Operation& op, const Reference& in) {
  const auto& [kernel, stride, padding, same, groups, bias, eps, activation] = op.window;
  const Border border = border_of(op, in);
  Reference out(results(in.height, border.top, border.bottom, kernel[0], stride, false),
                results(in.width, border.left, border.right, kernel[1], stride, false), op.channels);
  const auto& weight = net.arrays().at(op.weights + ".weight").values;
  const std::int64_t each = in.channels / groups, outs = op.channels / groups;
  for (std::int64_t y = 0; y < out.height; ++y)
    for (std::int64_t x = 0; x < out.width; ++x)
      for (std::int64_t c = 0; c < out.channels; ++c) {
        double sum = bias ? parameter(net, op.weights + ".bias", c, 0) : 0.0;
        for (std::int64_t v = 0; v < kernel[0]; ++v)
          for (std::int64_t u = 0; u < kernel[1]; ++u) {
            const std::int64_t row = y * stride - border.top + v, column = x * stride - border.left + u;
            if (!in.holds(row, column)) continue;
            for (std::int64_t i = 0; i < each; ++i)
              sum += in.at(row, column, c / outs * each + i) *
                     static_cast<double>(weight.at(((c * each + i) * kernel[0] + v) * kernel[1] + u));
          }
        out.at(y, x, c) = activated(normalised(net, op, sum, c), activation);
      }
  return out;
}

Reference pooling(const Operation& op, const Reference& in) {
  const auto& window = op.window;
  const bool most = op.kind == Operation::Kind::kMaxPool;
  Reference out(results(in.height, window.padding[0], window.padding[0], window.kernel[0], window.stride, op.ceil),
                results(in.width, window.padding[1], window.padding[1], window.kernel[1], window.stride, op.ceil),
                op.channels);
  for (std::int64_t y = 0; y < out.height; ++y)
    for (std::int64_t x = 0; x < out.width; ++x)
      for (std::int64_t c = 0; c < out.channels; ++c) {
        std::vector<double> cells;
        for (std::int64_t v = 0; v < window.kernel[0]; ++v)
          for (std::int64_t u = 0; u < window.kernel[1]; ++u) {
            const std::int64_t row = y * window.stride - window.padding[0] + v;
            const std::int64_t column = x * window.stride - window.padding[1] + u;
            if (in.holds(row, column)) cells.push_back(in.at(row, column, c));
          }
        const double count = op.count_border ? 9.0 : static_cast<double>(cells.size());
        out.at(y, x, c) = most ? *std::max_element(cells.begin(), cells.end())
                               : std::accumulate(cells.begin(), cells.end(), 0.0) / count;
      }
  return out;
}

Reference concatenated(const std::vector<const Reference*>& in, std::int64_t channels) {
  Reference out(in[0]->height, in[0]->width, channels);
  for (std::int64_t y = 0; y < out.height; ++y)
    for (std::int64_t x = 0; x < out.width; ++x) {
      std::int64_t to = 0;
      for (const Reference* part : in)
        for (std::int64_t c = 0; c < part->channels; ++c) out.at(y, x, to++) = part->at(y, x, c);
    }
  return out;
}

Reference padded(const Operation& op, const Reference& in) {
  const auto [vertical, horizontal] = op.window.padding;
  Reference out(in.height + 2 * vertical, in.width + 2 * horizontal, in.channels);
  for (std::int64_t y = 0; y < in.height; ++y)
    for (std::int64_t x = 0; x < in.width; ++x)
      for (std::int64_t c = 0; c < in.channels; ++c) out.at(y + vertical, x + horizontal, c) = in.at(y, x, c);
  return out;
}

Reference computed(const Network& net, const Operation& op, const std::vector<const Reference*>& in) {
  Reference out = *in[0];
  switch (op.kind) {
    case Operation::Kind::kConvolution:
      return convolution(net, op, *in[0]);
    case Operation::Kind::kNorm:
      for (std::size_t i = 0; i < out.values.size(); ++i)
        out.values[i] = activated(normalised(net, op, out.values[i], static_cast<std::int64_t>(i) % out.channels),
                                  op.window.activation);
      return out;
    case Operation::Kind::kMaxPool:
    case Operation::Kind::kAveragePool:
      return pooling(op, *in[0]);
    case Operation::Kind::kSum:
      for (std::size_t i = 0; i < out.values.size(); ++i)
        out.values[i] = activated(out.values[i] + op.scale * in[1]->values[i], op.window.activation);
      return out;
    case Operation::Kind::kConcatenate:
      return concatenated(in, op.channels);
    case Operation::Kind::kPad:
      return padded(op, *in[0]);
  }
  return out;
}

/// The results of all steps.
std::vector<Reference> oracle(const Network& net, const CellMap& input) {
  Reference first(input.height, input.width, input.channels);
  first.values.assign(input.values.begin(), input.values.end());
  std::vector<Reference> values = {first};
  for (const Operation& op : net.operations()) {
    std::vector<const Reference*> in;
    for (const Value value : op.inputs) in.push_back(&values[value]);
    values.push_back(computed(net, op, in));
  }
  std::vector<Reference> out;
  for (const auto& step : net.steps()) out.push_back(values[step.result]);
  return out;
}

// --- Networks and inputs
// ------------------------------------------------------------------------------------------------

/// Every array drawn anew: weights so that values neither vanish nor explode, BatchNorm that changes all it can.
void draw(Network& net, std::uint64_t seed) {
  Random random(seed);
  const auto between = [&](double low, double high) {
    return static_cast<float>(low + (high - low) * random.uniform());
  };
  for (const auto& [name, array] : net.arrays()) {
    const bool one_axis = array.shape.size() == 1;
    const auto fan_in = static_cast<double>(array.values.size()) / static_cast<double>(array.shape[0]);
    const double bound = one_axis ? 0.3 : std::sqrt(5.0 / fan_in);
    const bool positive = name.ends_with("running_var") || (one_axis && name.ends_with("weight"));
    for (float& value : net.values(name)) value = positive ? between(0.7, 1.3) : between(-bound, bound);
  }
}

CellMap drawn_input(int height, int width, std::uint64_t seed) {
  Random random(seed);
  CellMap out{height, width, 3, std::vector<float>(static_cast<std::size_t>(height) * width * 3)};
  for (float& value : out.values) value = static_cast<float>(2 * random.uniform() - 1);
  return out;
}

std::vector<InferenceSimd> levels() {
  std::vector<InferenceSimd> out;
  for (const auto level : {InferenceSimd::kPortable, InferenceSimd::kAvx2, InferenceSimd::kAvx512})
    if (level <= best_inference_simd()) out.push_back(level);
  return out;
}

std::vector<std::size_t> all_steps(const Network& net) {
  std::vector<std::size_t> out(net.steps().size());
  std::iota(out.begin(), out.end(), std::size_t{0});
  return out;
}

/// The largest difference, as a share of the largest value.
double difference(const CellMap& map, const Reference& reference) {
  REQUIRE(map.height == reference.height);
  REQUIRE(map.width == reference.width);
  REQUIRE(map.channels == reference.channels);
  REQUIRE(map.values.size() == reference.values.size());
  double largest = 0, apart = 0;
  for (std::size_t i = 0; i < map.values.size(); ++i) {
    largest = std::max(largest, std::abs(reference.values[i]));
    apart = std::max(apart, std::abs(reference.values[i] - static_cast<double>(map.values[i])));
    if (std::isnan(map.values[i])) return 1;
  }
  return apart / std::max(largest, 1e-3);
}

void check_against_oracle(const Network& net, const CellMap& input) {
  const auto expected = oracle(net, input);
  for (const auto level : levels()) {
    const InferenceEngine engine(net, net.steps().size(), level);
    const auto steps = all_steps(net);
    const auto maps = engine.forward(input, steps, input.height > 30 ? 2 : 1);
    REQUIRE(maps.size() == expected.size());
    for (std::size_t i = 0; i < maps.size(); ++i) {
      INFO(net.name(), ", step ", i, ", ", input.width, " x ", input.height, ", level ", static_cast<int>(level));
      CHECK(difference(maps[i], expected[i]) < 1e-5);
    }
    // Computed for itself, a step's operations may be joined in other ways.
    for (const std::size_t step : steps) {
      const auto alone = engine.forward(input, std::vector{step}, 1);
      INFO(net.name(), ", step ", step, " alone, ", input.width, " x ", input.height, ", level ",
           static_cast<int>(level));
      CHECK(alone.at(0).values == maps[step].values);
    }
  }
}

ConvOptions window(Extent kernel, std::int64_t stride, Extent padding, Activation activation = Activation::kRelu) {
  ConvOptions out;
  out.kernel = kernel;
  out.stride = stride;
  out.padding = padding;
  out.activation = activation;
  return out;
}

ConvOptions same_window(std::int64_t kernel, std::int64_t stride, std::int64_t groups,
                        Activation activation = Activation::kRelu6) {
  ConvOptions out = window({kernel, kernel}, stride, {0, 0}, activation);
  out.same = true;
  out.groups = groups;
  return out;
}

void end_step(Network& net, Value x) { net.step({"s" + std::to_string(net.steps().size()), 1, 1}, x); }

const std::vector<std::pair<int, int>> kSizes = {{1, 1}, {1, 9}, {7, 1}, {5, 4}, {13, 18}, {21, 35}};

}  // namespace

TEST_CASE("convolutions with windows, strides and borders of all kinds") {
  Network net("convolutions");
  auto conv = [&, number = 0](Value x, std::int64_t out, const ConvOptions& options) mutable {
    const std::string name = "c" + std::to_string(number++);
    const Value y = net.conv(x, name, number % 2 == 0 ? "" : name + "n", out, options);
    end_step(net, y);
    return y;
  };
  ConvOptions biased = window({3, 3}, 2, {1, 1});
  biased.bias = true;
  conv(0, 5, window({1, 1}, 1, {0, 0}, Activation::kNone));
  conv(0, 64, window({7, 7}, 2, {3, 3}));
  conv(0, 33, same_window(3, 2, 1));
  const Value x = conv(0, 19, biased);
  conv(x, 48, window({1, 1}, 1, {0, 0}, Activation::kRelu6));
  conv(x, 130, window({1, 1}, 2, {0, 0}));
  conv(x, 16, window({1, 7}, 1, {0, 3}));
  conv(x, 17, window({7, 1}, 1, {3, 0}, Activation::kNone));
  conv(x, 40, same_window(5, 1, 1));
  conv(conv(x, 80, window({3, 3}, 1, {1, 1})), 15, same_window(3, 2, 1));
  draw(net, 1);
  for (const auto& [height, width] : kSizes) check_against_oracle(net, drawn_input(height, width, 2));
}

TEST_CASE("convolutions without a border need a map that is large enough") {
  Network net("valid");
  const Value x = net.conv(0, "a", "an", 20, window({3, 3}, 2, {0, 0}));
  end_step(net, x);
  end_step(net, net.conv(x, "b", "bn", 20, window({3, 2}, 1, {0, 0})));
  draw(net, 3);
  check_against_oracle(net, drawn_input(12, 17, 4));
  const InferenceEngine engine(net, 2);
  const std::vector<std::size_t> wanted = {1};
  CHECK_THROWS_AS(engine.forward(drawn_input(4, 17, 4), wanted, 1), InvalidArgumentError);
  CHECK_THROWS_AS(engine.forward(drawn_input(12, 17, 4), std::vector<std::size_t>{2}, 1), InvalidArgumentError);
  CHECK_THROWS_AS(engine.forward(CellMap{3, 3, 3, {1, 2}}, wanted, 1), InvalidArgumentError);
  CHECK_THROWS_AS(engine.forward(drawn_input(12, 17, 4), wanted, -1), InvalidArgumentError);
  CHECK_THROWS_AS(InferenceEngine(net, 3), InvalidArgumentError);
}

TEST_CASE("depthwise convolutions") {
  for (const std::int64_t channels : {3, 16, 50, 100})
    for (const std::int64_t kernel : {3, 5, 7}) {
      Network net("depthwise");
      const Value x = net.conv(0, "first", "firstn", channels, window({1, 1}, 1, {0, 0}));
      end_step(net, x);
      for (const std::int64_t stride : {1, 2, 3}) {
        const std::string name = "d" + std::to_string(stride);
        end_step(net, net.conv(x, name, name + "n", channels, same_window(kernel, stride, channels)));
        ConvOptions bordered = window({kernel, kernel}, stride, {kernel / 2, kernel / 2}, Activation::kNone);
        bordered.groups = channels;
        bordered.bias = true;
        end_step(net, net.conv(x, name + "b", "", channels, bordered));
      }
      draw(net, 5);
      for (const auto& [height, width] : kSizes) check_against_oracle(net, drawn_input(height, width, 6));
    }
}

TEST_CASE("operations beside convolutions") {
  Network net("others");
  end_step(net, net.norm(0, "input", 1e-5, Activation::kNone));
  const Value x = net.conv(net.steps().back().result, "first", "firstn", 21, window({3, 3}, 1, {1, 1}));
  const Value y = net.conv(x, "second", "secondn", 21, window({1, 1}, 1, {0, 0}, Activation::kNone));
  end_step(net, net.norm(x, "norm", 2e-5, Activation::kRelu));
  end_step(net, net.sum(x, y));
  end_step(net, net.sum(y, x, Activation::kRelu));
  end_step(net, net.sum(x, y, Activation::kRelu6, 0.17));
  end_step(net, net.sum(y, y, Activation::kNone, 0.5));
  for (const bool ceil : {false, true}) {
    end_step(net, net.max_pool(x, 3, 2, 1, ceil));
    end_step(net, net.max_pool(x, 1, 2, 0, ceil));
    end_step(net, net.max_pool(x, 3, 1, 1, ceil));
  }
  end_step(net, net.max_pool(x, 2, 2, 0, true));
  end_step(net, net.average_pool(x, true));
  end_step(net, net.average_pool(x, false));
  end_step(net, net.concatenate({x, 0, y}));
  end_step(net, net.pad(x, 2));
  end_step(net, net.conv(net.pad(y, 1), "third", "thirdn", 8, window({3, 3}, 2, {0, 0})));
  draw(net, 7);
  for (const auto& [height, width] : kSizes) check_against_oracle(net, drawn_input(height, width, 8));
}

TEST_CASE("a sum of two convolutions, and what is summed used again") {
  Network net("sums");
  const auto plain = window({1, 1}, 1, {0, 0}, Activation::kNone);
  const Value x = net.conv(0, "stem", "stemn", 12, window({3, 3}, 1, {1, 1}));
  const Value wide = net.conv(net.conv(x, "a1", "a1n", 7, window({3, 3}, 1, {1, 1})), "a2", "a2n", 40, plain);
  const Value shortcut = net.conv(x, "b", "bn", 40, plain);
  Value y = net.sum(wide, shortcut, Activation::kRelu);
  end_step(net, y);
  y = net.sum(net.conv(y, "c", "cn", 40, plain), y);
  end_step(net, y);
  end_step(net, net.sum(net.conv(y, "d", "", 12, plain), net.conv(y, "e", "", 12, plain)));
  draw(net, 12);
  for (const auto& [height, width] : kSizes) check_against_oracle(net, drawn_input(height, width, 13));
}

TEST_CASE("inverted bottlenecks") {
  struct Form {
    std::int64_t in, middle, kernel, stride, out;
  };
  for (const auto& [in, middle, kernel, stride, out] :
       {Form{16, 96, 3, 2, 24}, Form{24, 144, 3, 1, 24}, Form{40, 200, 5, 1, 40}, Form{30, 61, 5, 2, 40}}) {
    Network net("bottleneck");
    const Value x = net.conv(0, "first", "firstn", in, same_window(3, 1, 1, Activation::kNone));
    end_step(net, x);
    Value y = net.conv(x, "a", "an", middle, same_window(1, 1, 1));
    end_step(net, y);
    y = net.conv(y, "b", "bn", middle, same_window(kernel, stride, middle));
    y = net.conv(y, "c", "cn", out, same_window(1, 1, 1, Activation::kNone));
    if (stride == 1 && in == out) y = net.sum(y, x);
    end_step(net, y);
    y = net.conv(y, "d", "dn", out, same_window(kernel, stride, out));
    end_step(net, net.conv(y, "e", "en", in, same_window(1, 1, 1)));
    draw(net, 9);
    for (const auto& [height, width] : kSizes) check_against_oracle(net, drawn_input(height, width, 10));
    check_against_oracle(net, drawn_input(90, 7, 11));
  }
}

TEST_CASE("EfficientNet-Lite at every stage") {
  for (const std::string name : {"efficientnet_lite0", "efficientnet_lite2"}) {
    Network net = make_network(name);
    draw(net, 12);
    check_against_oracle(net, drawn_input(64, 64, 13));
    check_against_oracle(net, drawn_input(33, 47, 14));
  }
}

TEST_CASE("the bits are the same at any number of threads and with several callers") {
  Network net = make_network("efficientnet_lite2");
  draw(net, 15);
  const CellMap input = drawn_input(200, 131, 16);
  const std::vector<std::size_t> wanted = {*net.find("e15"), *net.find("e17")};
  for (const auto level : levels()) {
    const InferenceEngine engine(net, wanted.back() + 1, level);
    const auto expected = engine.forward(input, wanted, 1);
    const auto same = [&](const std::vector<CellMap>& maps) {
      return maps.size() == 2 && maps[0].values == expected[0].values && maps[1].values == expected[1].values;
    };
    for (const int threads : {2, 3, 7}) CHECK(same(engine.forward(input, wanted, threads)));
    std::vector<int> right(4, 0);
    std::vector<std::thread> callers;
    for (std::size_t i = 0; i < right.size(); ++i)
      callers.emplace_back([&, i] { right[i] = same(engine.forward(input, wanted, i % 2 == 0 ? 1 : 2)) ? 1 : 0; });
    for (auto& caller : callers) caller.join();
    CHECK(right == std::vector<int>(4, 1));
  }
}
