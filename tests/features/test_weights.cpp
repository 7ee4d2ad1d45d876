// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "core/random.hpp"
#include "core/small_floats.hpp"
#include "features/networks/network.hpp"
#include "venloc/core/error.hpp"

using namespace venloc;

namespace {

/// The definition of binary16 (IEEE 754), in double precision.
double half_by_definition(std::uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const double magnitude = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return bits >> 15 != 0 ? -magnitude : magnitude;
}

}  // namespace

TEST_CASE("small floats: every half is what the standard defines, and comes back") {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    if ((half >> 10 & 31) == 31) continue;
    REQUIRE(static_cast<double>(from_half(half)) == half_by_definition(half));
    REQUIRE(to_half(from_half(half)) == half);
  }
  CHECK(std::isinf(from_half(0x7c00)));
  CHECK(std::isnan(from_half(to_half(std::numeric_limits<float>::quiet_NaN()))));
}

TEST_CASE("small floats: rounding is to the nearest, ties to even") {
  // Between neighbours the middle goes to the one with an even fraction, anything else to the nearer one.
  for (std::uint16_t low = 0; low < 0x7bff; ++low) {
    const double a = half_by_definition(low), b = half_by_definition(static_cast<std::uint16_t>(low + 1));
    const auto middle = static_cast<float>((a + b) / 2);  // exact in float
    const auto even = static_cast<std::uint16_t>(low + (low & 1));
    REQUIRE(to_half(middle) == even);
    REQUIRE(to_half(std::nextafter(middle, 0.0f)) == low);
    REQUIRE(to_half(-std::nextafter(middle, 1e9f)) == (low + 1 | 0x8000));
  }
  CHECK(to_half(65519.996f) == 0x7bff);
  CHECK(to_half(65520.0f) == 0x7c00);
  CHECK(to_bfloat16(std::bit_cast<float>(0x3f808000u)) == 0x3f80);
  CHECK(to_bfloat16(std::bit_cast<float>(0x3f818000u)) == 0x3f82);
  CHECK(to_bfloat16(std::bit_cast<float>(0x3f808001u)) == 0x3f81);
  CHECK(from_bfloat16(0xbf80) == -1.0f);
  CHECK(std::isnan(from_bfloat16(to_bfloat16(std::numeric_limits<float>::quiet_NaN()))));
}

TEST_CASE("weights: random ones have the spread of He et al. and depend on nothing but the seed") {
  Network network = make_network("squeezenet1_1");
  randomize_weights(network, 5);
  double squares = 0, sum = 0;
  const auto& array = network.arrays().at("features.12.expand3x3.weight");
  for (const float value : array.values) {
    sum += value;
    squares += static_cast<double>(value) * value;
  }
  const auto count = static_cast<double>(array.values.size());
  CHECK(squares / count == doctest::Approx(2.0 / (64 * 9)).epsilon(0.02));
  CHECK(std::abs(sum / count) < 4 * std::sqrt(2.0 / (64 * 9) / count));
  Network again = make_network("squeezenet1_1"), other = again;
  randomize_weights(again, 5);
  randomize_weights(other, 6);
  CHECK(again.arrays().at("features.0.weight").values == network.arrays().at("features.0.weight").values);
  CHECK(other.arrays().at("features.0.weight").values != network.arrays().at("features.0.weight").values);
}

TEST_CASE("networks: folding a BatchNorm changes nothing but the number of operations") {
  Network network("test");
  ConvOptions options;
  options.bias = true;
  const Value x = network.conv(0, "c", "n", 2, options);
  network.step({"end", 2, 1}, x);
  const auto set = [&](const char* name, std::vector<float> values) {
    std::ranges::copy(values, network.values(name).begin());
  };
  set("c.weight", {1, 2, 3, 4, 5, 6});
  set("c.bias", {0.5f, -1});
  set("n.weight", {2, 3});
  set("n.bias", {1, -2});
  set("n.running_mean", {0.25f, 4});
  set("n.running_var", {4, 0.25f});
  const auto result = folded(network, network.operations().front());
  // (w x + b - mean) / sqrt(variance + eps) * weight + bias
  for (std::size_t c = 0; c < 2; ++c) {
    const double scale = (c == 0 ? 2 : 3) / std::sqrt((c == 0 ? 4 : 0.25) + 1e-5);
    for (std::size_t i = 0; i < 3; ++i)
      CHECK(static_cast<double>(result.weight[3 * c + i]) ==
            doctest::Approx(static_cast<double>(3 * c + i + 1) * scale));
    const double shift = c == 0 ? (0.5 - 0.25) * scale + 1 : (-1.0 - 4) * scale - 2;
    CHECK(static_cast<double>(result.bias[c]) == doctest::Approx(shift));
  }
}

TEST_CASE("networks: truncated ones keep no operation or array of later steps") {
  Network network = make_network("efficientnet_lite0");
  const auto stage = network.find("e3").value();
  network.truncate(stage + 1);
  CHECK(network.steps().back().stage.name == "e3");
  CHECK(network.operations().size() == network.steps().back().result);
  std::size_t arrays = 0;
  for (const auto& step : network.steps()) arrays += step.arrays.size();
  CHECK(network.arrays().size() == arrays);
  CHECK_FALSE(network.find("b3").has_value());
  CHECK_THROWS_AS((void)make_network("vgg"), InvalidArgumentError);
}
