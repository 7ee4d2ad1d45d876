// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "core/files.hpp"
#include "image/drawn.hpp"
#include "shared_weights.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/features/backbone.hpp"

using namespace venloc;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The arrays of a file, to be written again with changes.
struct Arrays {
  explicit Arrays(const std::filesystem::path& path) : file(SafetensorsFile::open(path)) {
    for (const auto& [name, view] : file.tensors()) views.emplace(name, view);
  }
  void write(const std::filesystem::path& path) const {
    SafetensorsWriter writer;
    for (const auto& [name, view] : views) writer.add(name, view.type, view.shape, view.bytes);
    for (const auto& [key, value] : metadata) writer.set_metadata(key, value);
    writer.write(path);
  }
  SafetensorsFile file;
  std::map<std::string, TensorView> views;
  std::map<std::string, std::string> metadata;
};

/// A small network to be taken apart.
constexpr const char* kSmall = "squeezenet1_1";

std::string refusal(const std::filesystem::path& file, const std::string& network = kSmall) {
  return message_of<FormatError>([&] { (void)Backbone::load(file, network); });
}

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  REQUIRE(a.size() == b.size());
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    largest = std::max(largest, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
  return largest;
}

}  // namespace

TEST_CASE("backbone: EfficientNet-Lite2 gives the stored maps and vectors") {
  const auto weights = shared_weights("efficientnet_lite2_s32_fp16.safetensors");
  if (weights.empty()) {
    MESSAGE("skipped: the shared weights are not there; set VENLOC_SHARED");
    return;
  }
  for (const auto& [stage, name] : {std::pair("e15", "s16"), std::pair("e17", "s32")}) {
    CAPTURE(stage);
    std::ifstream in(shared_weights("efficientnet_lite2_test/test_vector_lite2_" + std::string(name) + ".json"));
    const auto stored = nlohmann::json::parse(in);
    BackboneOptions options;
    options.stage = stage;
    const auto network = Backbone::load(weights, "efficientnet_lite2", options);
    const Image picture = drawn(130, 97);
    std::int64_t sum = 0;
    for (const std::uint8_t value : picture.pixels()) sum += value;
    REQUIRE(sum == stored["image_sum"].get<std::int64_t>());
    const FeatureMap map = network.map(picture);
    REQUIRE(std::vector<int>{1, map.channels, map.height, map.width} == stored["map_shape"].get<std::vector<int>>());
    double total = 0;
    for (const float value : map.values) total += value;
    CHECK(total == doctest::Approx(stored["map_sum"].get<double>()).epsilon(1e-4));
    const auto cell = stored["map_first8_at_3_4"].get<std::vector<double>>();
    for (std::size_t c = 0; c < cell.size(); ++c) {
      const auto at = (c * static_cast<std::size_t>(map.height) + 3) * static_cast<std::size_t>(map.width) + 4;
      CHECK(std::abs(static_cast<double>(map.values[at]) - cell[c]) < 2e-5);
    }
    const auto gem = stored["gem"].get<std::vector<float>>();
    CHECK(largest_difference(network.describe(picture), gem) < 2e-5);
  }
}

TEST_CASE("backbone: weights with MXNet's names load as far as they go") {
  const auto resnet = shared_weights("resnet50v2_gluon_stage3_fp16.safetensors");
  const auto mobilenet = shared_weights("mobilenetv2_gluon_trunk.safetensors");
  if (resnet.empty() || mobilenet.empty()) {
    MESSAGE("skipped: the shared weights are not there; set VENLOC_SHARED");
    return;
  }
  const auto v2 = Backbone::load(resnet, "resnet50v2");
  CHECK(v2.stages().back() == BackboneStage{"stages.2.act", 1024, 16});
  CHECK(v2.dimension() == 1024);
  const auto mobile = Backbone::load(mobilenet, "mobilenet_v2_gluon");
  CHECK(mobile.stages().back() == BackboneStage{"head", 1280, 32});
  const FeatureMap map = mobile.map(drawn(130, 97), "head");
  CHECK(map.height == 4);
  CHECK(map.width == 5);
}

TEST_CASE("backbone: a truncated file has the stages before its end only") {
  const TemporaryFolder folder;
  const Image picture = drawn(64, 48);
  const auto whole = Backbone::random(kSmall, 1);
  whole.save(folder / "whole.safetensors");
  Arrays arrays(folder / "whole.safetensors");
  std::erase_if(arrays.views, [](const auto& item) {
    return item.first.starts_with("features.12.") || item.first.starts_with("classifier.");
  });
  arrays.write(folder / "short.safetensors");
  const auto part = Backbone::load(folder / "short.safetensors", kSmall);
  CHECK(part.stages().back().name == "fire8");
  CHECK(part.map(picture, "fire8").values == whole.map(picture, "fire8").values);
  const auto message = message_of<InvalidArgumentError>([&] { (void)part.map(picture, "fire9"); });
  CHECK(has(message, "'fire9'"));
  CHECK(has(message, "fire7, fire8"));
  // The network's own choice is not there either: the last that is there replaces it.
  std::erase_if(arrays.views, [](const auto& item) { return item.first.starts_with("features.11."); });
  arrays.write(folder / "shorter.safetensors");
  CHECK(Backbone::load(folder / "shorter.safetensors", kSmall).options().stage == "fire7");
}

TEST_CASE("backbone: what is wrong with a weights file is named") {
  const TemporaryFolder folder;
  const auto file = folder / "changed.safetensors";
  Backbone::random(kSmall, 1).save(folder / "whole.safetensors");
  const Arrays whole(folder / "whole.safetensors");

  SUBCASE("an array in the middle is missing") {
    Arrays arrays = whole;
    arrays.views.erase("features.6.squeeze.bias");
    arrays.write(file);
    CHECK(has(refusal(file), "missing: features.6.squeeze.bias"));
    CHECK(has(refusal(file), file.string()));
  }
  SUBCASE("an array is unexpected") {
    Arrays arrays = whole;
    arrays.views.emplace("other.weight", whole.views.at("features.0.bias"));
    arrays.write(file);
    CHECK(has(refusal(file), "unexpected: other.weight"));
  }
  SUBCASE("an array has another shape") {
    Arrays arrays = whole;
    arrays.views.at("features.0.bias").shape = {2, 32};
    arrays.write(file);
    CHECK(has(refusal(file), "features.0.bias is F32 [2, 32] where floating-point numbers [64] are needed"));
  }
  SUBCASE("an array has whole numbers") {
    Arrays arrays = whole;
    arrays.views.at("features.0.bias").type = DType::kI32;
    arrays.write(file);
    CHECK(has(refusal(file), "features.0.bias is I32 [64]"));
  }
  SUBCASE("a value is not finite") {
    Arrays arrays = whole;
    std::vector<float> values(64, 0);
    values[7] = std::numeric_limits<float>::quiet_NaN();
    arrays.views.at("features.0.bias").bytes = std::as_bytes(std::span(values));
    arrays.write(file);
    CHECK(has(refusal(file), "array 'features.0.bias' has values that are not finite"));
  }
  SUBCASE("the weights are of another network") {
    CHECK(has(refusal(folder / "whole.safetensors", "resnet50"), "missing: conv1.weight, bn1.weight"));
    CHECK(has(refusal(folder / "whole.safetensors", "resnet50"), "unexpected: classifier.1.bias"));
  }
  SUBCASE("nothing names the network they are of") {
    whole.write(file);
    CHECK(has(refusal(file, ""), "does not state the network"));
  }
  SUBCASE("the preprocessing is no record") {
    for (const char* record : {"[", "{\"mean\": 3}", "{\"deviation\": [0, 1, 1]}", "{\"long_side_px\": 8}"}) {
      Arrays arrays = whole;
      arrays.metadata["preprocessing"] = record;
      arrays.write(file);
      CHECK(has(refusal(file), "metadata 'preprocessing'"));
    }
  }
  CHECK_THROWS_AS((void)Backbone::load(folder / "none.safetensors", kSmall), FileNotFoundError);
  const auto unknown = message_of<InvalidArgumentError>([] { (void)Backbone::random("vgg", 1); });
  CHECK(has(unknown, "'vgg'"));
  CHECK(has(unknown, "squeezenet1_1"));
}

TEST_CASE("backbone: options name the field that is wrong") {
  const auto message = [](auto change) {
    BackboneOptions options;
    change(options);
    return message_of<InvalidArgumentError>([&] { options.validate(); });
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(message([](auto&) {}).empty());
  CHECK(has(message([](auto& o) { o.gem_p = 0.5; }), "gem_p"));
  CHECK(has(message([&](auto& o) { o.gem_p = nan; }), "gem_p"));
  CHECK(has(message([](auto& o) { o.long_sides_px = {352, 16}; }), "long_sides_px"));
  CHECK(has(message([](auto& o) { o.num_threads = -1; }), "num_threads"));
  BackboneOptions options;
  options.stage = "layer9";
  CHECK(has(message_of<InvalidArgumentError>([&] { (void)Backbone::random(kSmall, 1, options); }), "'layer9'"));
}

TEST_CASE("backbone: saved weights give the same maps, in float32 to the bit") {
  const TemporaryFolder folder;
  const Image picture = drawn(80, 60);
  const auto network = Backbone::random("efficientnet_lite0", 5);
  const auto map = network.map(picture);
  CHECK(map.values == Backbone::random("efficientnet_lite0", 5).map(picture).values);
  CHECK(map.values != Backbone::random("efficientnet_lite0", 6).map(picture).values);
  network.save(folder / "f32.safetensors");
  const auto again = Backbone::load(folder / "f32.safetensors");
  CHECK(again.network() == "efficientnet_lite0");
  CHECK(again.preprocessing() == network.preprocessing());
  CHECK(again.map(picture).values == map.values);
  const float largest = *std::ranges::max_element(map.values);
  for (const auto& [type, tolerance] : {std::pair(DType::kF16, 0.01), std::pair(DType::kBF16, 0.08)}) {
    network.save(folder / "half.safetensors", type);
    const auto half = Backbone::load(folder / "half.safetensors").map(picture);
    CHECK(half.values != map.values);
    CHECK(largest_difference(half.values, map.values) < tolerance * static_cast<double>(largest));
  }
  CHECK_THROWS_AS(network.save(folder / "int.safetensors", DType::kI16), InvalidArgumentError);
}

TEST_CASE("backbone: int8 weights are whole multiples of a scale for each output channel, none off by more than half") {
  const TemporaryFolder folder;
  const Image picture = drawn(80, 60);
  const auto network = Backbone::random(kSmall, 5);
  network.save(folder / "f32.safetensors");
  network.save(folder / "i8.safetensors", DType::kI8);
  const auto exact = SafetensorsFile::open(folder / "f32.safetensors");
  const auto coarse = SafetensorsFile::open(folder / "i8.safetensors");
  CHECK(std::filesystem::file_size(folder / "i8.safetensors") * 3 <
        std::filesystem::file_size(folder / "f32.safetensors"));
  for (const auto& [name, view] : exact.tensors()) {
    CAPTURE(name);
    const auto values = exact.get<float>(name, view.shape);
    if (view.shape.size() == 1) {  // biases as they were
      CHECK(std::ranges::equal(values, coarse.get<float>(name, view.shape)));
      continue;
    }
    const auto codes = coarse.get<std::int8_t>(name, view.shape);
    const auto scales = coarse.get<float>(name + ".scale", {view.shape[0]});
    const std::size_t each = values.size() / scales.size();
    for (std::size_t i = 0; i < values.size(); ++i)
      if (!(std::abs(values[i] - static_cast<float>(codes[i]) * scales[i / each]) <= 0.505F * scales[i / each]))
        FAIL_CHECK("weight " << i << " is " << values[i] << ", kept as " << static_cast<int>(codes[i]) << " x "
                             << scales[i / each]);
    for (std::size_t channel = 0; channel < scales.size(); ++channel) {
      int largest = 0;
      for (std::size_t i = 0; i < each; ++i) largest = std::max(largest, std::abs(int{codes[channel * each + i]}));
      CHECK(largest == 127);
    }
  }
  const auto again = Backbone::load(folder / "i8.safetensors");
  CHECK(again.describe(picture) == network.rounded(DType::kI8).describe(picture));
  CHECK(again.rounded(DType::kI8).fingerprint() == again.fingerprint());
  again.save(folder / "again.safetensors", DType::kI8);
  CHECK(read_bytes(folder / "again.safetensors") == read_bytes(folder / "i8.safetensors"));
}

TEST_CASE("backbone: a channel of zeros stays zeros in int8, and one too large for a type is refused") {
  const TemporaryFolder folder;
  Backbone::random(kSmall, 5).save(folder / "f32.safetensors");
  Arrays arrays(folder / "f32.safetensors");
  auto& view = arrays.views.at("features.0.weight");
  std::vector<float> values(view.count());
  std::memcpy(values.data(), view.bytes.data(), view.bytes.size());
  std::fill_n(values.begin(), 27, 0.0F);
  view.bytes = std::as_bytes(std::span(values));
  arrays.write(folder / "zeros.safetensors");
  const auto network = Backbone::load(folder / "zeros.safetensors", kSmall);
  network.save(folder / "i8.safetensors", DType::kI8);
  const auto coarse = SafetensorsFile::open(folder / "i8.safetensors");
  const auto codes = coarse.get<std::int8_t>("features.0.weight", {64, 3, 3, 3});
  CHECK(std::all_of(codes.begin(), codes.begin() + 27, [](std::int8_t code) { return code == 0; }));
  CHECK(coarse.get<float>("features.0.weight.scale", {64})[0] == 1);
  values[5] = 1e5F;
  arrays.write(folder / "large.safetensors");
  const auto large = Backbone::load(folder / "large.safetensors", kSmall);
  for (const auto& narrow : std::vector<std::function<void()>>{
           [&] { large.save(folder / "f16.safetensors", DType::kF16); }, [&] { (void)large.rounded(DType::kF16); }}) {
    const auto message = message_of<InvalidArgumentError>(narrow);
    CHECK(has(message, "features.0.weight"));
    CHECK(has(message, "too large for F16"));
  }
  CHECK_FALSE(std::filesystem::exists(folder / "f16.safetensors"));
  large.save(folder / "i8.safetensors", DType::kI8);
}

TEST_CASE("backbone: what is wrong with int8 weights is named") {
  const TemporaryFolder folder;
  const auto file = folder / "changed.safetensors";
  Backbone::random(kSmall, 1).save(folder / "i8.safetensors", DType::kI8);
  Arrays arrays(folder / "i8.safetensors");
  const std::string name = "features.0.weight", scale = name + ".scale";
  std::vector<float> scales(64, 0.01F);
  const auto refused = [&] {
    arrays.write(file);
    return refusal(file);
  };
  SUBCASE("the scales are missing") {
    arrays.views.erase(scale);
    CHECK(has(refused(), name + " is I8 without " + scale + ", F32 [64]"));
  }
  SUBCASE("the scales have another shape") {
    arrays.views.at(scale).shape = {8, 8};
    CHECK(has(refused(), name + " is I8 without " + scale + ", F32 [64]"));
  }
  SUBCASE("scales stand beside weights that need none") {
    arrays.views.emplace("features.0.bias.scale", arrays.views.at(scale));
    CHECK(has(refused(), "unexpected: features.0.bias.scale"));
  }
  SUBCASE("a bias is int8") {
    const std::vector<std::int8_t> codes(64, 1);
    arrays.views.at("features.0.bias") = {DType::kI8, {64}, std::as_bytes(std::span(codes))};
    CHECK(has(refused(), "features.0.bias is I8 [64]"));
  }
  SUBCASE("a scale is not positive") {
    for (const float value : {0.0F, -1.0F, std::numeric_limits<float>::infinity()}) {
      scales[3] = value;
      arrays.views.at(scale).bytes = std::as_bytes(std::span(scales));
      CHECK(has(refused(), "array '" + scale + "' has values that are not positive numbers"));
    }
  }
}

TEST_CASE("backbone: origin and licence of weights go with them, and change no answer") {
  const TemporaryFolder folder;
  const auto plain = Backbone::random(kSmall, 1);
  CHECK(plain.origin().empty());
  CHECK(plain.licence().empty());
  plain.save(folder / "plain.safetensors");
  Arrays arrays(folder / "plain.safetensors");
  arrays.metadata = {{"network", kSmall}, {"origin", "drawn by lot"}, {"licence", "Apache-2.0"}};
  arrays.write(folder / "named.safetensors");
  const auto named = Backbone::load(folder / "named.safetensors");
  CHECK(named.fingerprint() == plain.fingerprint());
  named.rounded(DType::kF16).save(folder / "again.safetensors", DType::kF16);
  {
    SafetensorsWriter writer;
    named.save(writer, "net.");
    writer.write(folder / "model");
  }
  for (const auto& again : {Backbone::load(folder / "again.safetensors"),
                            Backbone::load(SafetensorsFile::open(folder / "model"), "net.")}) {
    CHECK(again.origin() == "drawn by lot");
    CHECK(again.licence() == "Apache-2.0");
  }
}

TEST_CASE("backbone: pooling agrees with the map") {
  const Image picture = drawn(96, 64);
  for (const Pooling pooling : {Pooling::kAverage, Pooling::kMax, Pooling::kGem}) {
    BackboneOptions options;
    options.stage = "b3";  // has negative values
    options.pooling = pooling;
    options.gem_p = 2.5;
    const auto network = Backbone::random("efficientnet_lite0", 3, options);
    const FeatureMap map = network.map(picture);
    const auto cells = static_cast<std::size_t>(map.height * map.width);
    std::vector<float> wanted;
    for (std::size_t c = 0; c < static_cast<std::size_t>(map.channels); ++c) {
      double sum = 0, powers = 0, largest = -std::numeric_limits<double>::infinity();
      for (std::size_t i = 0; i < cells; ++i) {
        const double value = map.values[c * cells + i];
        sum += value;
        powers += std::pow(std::max(value, 1e-6), 2.5);
        largest = std::max(largest, value);
      }
      const auto count = static_cast<double>(cells);
      wanted.push_back(static_cast<float>(pooling == Pooling::kAverage ? sum / count
                                          : pooling == Pooling::kMax   ? largest
                                                                       : std::pow(powers / count, 1 / 2.5)));
    }
    CHECK(largest_difference(network.describe(picture), wanted) < 1e-5);
  }
}

TEST_CASE("backbone: several sizes follow each other") {
  BackboneOptions options;
  options.long_sides_px = {96, 64};
  const auto both = Backbone::random(kSmall, 2, options);
  const Image picture = drawn(192, 120);
  const auto vector = both.describe(picture);
  CHECK(vector.size() == both.dimension());
  options.long_sides_px = {64};
  const auto small = Backbone::random(kSmall, 2, options).describe(picture);
  CHECK(std::equal(small.begin(), small.end(), vector.end() - static_cast<std::ptrdiff_t>(small.size())));
}

TEST_CASE("backbone: further stages follow, each as if it were described alone") {
  BackboneOptions options;
  options.stage = "fire5";
  options.further_stages = {"fire8", "fire3"};
  options.long_sides_px = {96, 64};
  const auto network = Backbone::random(kSmall, 2, options);
  const Image picture = drawn(192, 120);
  CHECK(network.parts() == std::vector<std::size_t>{256, 256, 512, 128});
  CHECK(network.dimension() == 1152);
  std::vector<float> expected;
  for (const auto& [stage, side] :
       {std::pair("fire5", 96), std::pair("fire5", 64), std::pair("fire8", 96), std::pair("fire3", 96)}) {
    BackboneOptions alone;
    alone.stage = stage;
    alone.long_sides_px = {side};
    const auto part = Backbone::random(kSmall, 2, alone).describe(picture);
    expected.insert(expected.end(), part.begin(), part.end());
  }
  CHECK(network.describe(picture) == expected);
  options.further_stages = {"fire77"};
  CHECK(has(message_of<InvalidArgumentError>([&] { (void)Backbone::random(kSmall, 2, options); }), "'fire77'"));
}

TEST_CASE("backbone: regions are the pooled windows of their size's map") {
  const Image picture = drawn(192, 120);
  for (const Pooling pooling : {Pooling::kGem, Pooling::kAverage, Pooling::kMax}) {
    BackboneOptions options;
    options.stage = "fire5";
    options.further_stages = {"fire3"};
    options.long_sides_px = {96, 160};
    options.pooling = pooling;
    const auto plain = Backbone::random(kSmall, 2, options);
    options.region_grids = {1, 3};
    options.region_long_side_px = 160;
    const auto network = Backbone::random(kSmall, 2, options);
    CHECK(network.regions() == 10);
    CHECK(plain.regions() == 0);
    REQUIRE(network.dimension() == plain.dimension() + 10 * 256);
    CHECK(network.parts() == std::vector<std::size_t>{256, 256, 128, 256, 256, 256, 256, 256, 256, 256, 256, 256, 256});
    const auto vector = network.describe(picture), whole = plain.describe(picture);
    CHECK(std::equal(whole.begin(), whole.end(), vector.begin()));

    // By hand, from the map of that size: three windows of five elevenths of a side, the first at its begin, the last
    // at its end.
    options.long_sides_px = {160};
    const auto map = Backbone::random(kSmall, 2, options).map(picture);
    const auto begins = [](int cells, int length) { return std::array{0, (cells - length + 1) / 2, cells - length}; };
    const int high = static_cast<int>(std::lround(map.height * 5.0 / 11)),
              wide = static_cast<int>(std::lround(map.width * 5.0 / 11));
    std::vector<std::array<int, 4>> windows = {{0, 0, map.height, map.width}};
    for (const int top : begins(map.height, high))
      for (const int left : begins(map.width, wide)) windows.push_back({top, left, high, wide});
    double largest = 0;
    for (std::size_t r = 0; r < windows.size(); ++r) {
      const auto [top, left, rows, columns] = windows[r];
      for (int c = 0; c < map.channels; ++c) {
        double sum = 0, most = 0;
        for (int y = top; y < top + rows; ++y)
          for (int x = left; x < left + columns; ++x) {
            const double value =
                static_cast<double>(map.values[static_cast<std::size_t>((c * map.height + y) * map.width + x)]);
            sum += pooling == Pooling::kGem ? std::pow(std::max(value, 1e-6), 3) : value;
            most = std::max(most, value);
          }
        const double mean = sum / (rows * columns);
        const double expected = pooling == Pooling::kGem ? std::cbrt(mean) : pooling == Pooling::kMax ? most : mean;
        largest = std::max(
            largest,
            std::abs(expected - static_cast<double>(vector[whole.size() + r * 256 + static_cast<std::size_t>(c)])));
      }
    }
    CHECK(largest < 1e-4);
  }
  const auto message = [](auto change) {
    BackboneOptions options;
    change(options);
    return message_of<InvalidArgumentError>([&] { (void)Backbone::random(kSmall, 2, options); });
  };
  CHECK(has(message([](auto& o) { o.region_grids = {2, 9}; }), "region_grids has 9"));
  CHECK(has(message([](auto& o) { o.region_long_side_px = 77; }), "region_long_side_px is 77"));
}

TEST_CASE("backbone: inside a model file it keeps what it needs to describe, to the bit when rounded before") {
  const TemporaryFolder folder;
  BackboneOptions options;
  options.stage = "b3";
  options.further_stages = {"b5"};
  options.long_sides_px = {96, 64};
  options.region_grids = {2};
  options.pooling = Pooling::kAverage;
  const Image picture = drawn(120, 80);
  const auto original = Backbone::random("efficientnet_lite0", 5, options);
  for (const DType type : {DType::kF16, DType::kBF16, DType::kI8, DType::kF32}) {
    const auto network = original.rounded(type);
    CHECK((network.describe(picture) == original.describe(picture)) == (type == DType::kF32));
    CHECK(network.rounded(type).fingerprint() == network.fingerprint());
    const std::vector<float> other = {1, 2};
    {
      SafetensorsWriter writer;
      writer.add<float>("other", {2}, other);
      network.save(writer, "net.", type);
      writer.write(folder / "model");
    }
    const auto file = SafetensorsFile::open(folder / "model");
    const auto again = Backbone::load(file, "net.", Device::kCpu, 2);
    CHECK(again.describe(picture) == network.describe(picture));
    CHECK(again.fingerprint() == network.fingerprint());
    CHECK(again.stages().back().name == "b5");
    CHECK(again.parts() == network.parts());
    CHECK(again.options().num_threads == 2);
    CHECK(has(message_of<FormatError>([&] { (void)Backbone::load(file, "backbone."); }), "does not state the network"));
  }
  CHECK_THROWS_AS((void)original.rounded(DType::kI16), InvalidArgumentError);

  // What describes differently has another fingerprint, and the machine has none.
  options.num_threads = 2;
  CHECK(Backbone::random("efficientnet_lite0", 5, options).fingerprint() == original.fingerprint());
  for (const auto& change : std::vector<std::function<void(BackboneOptions&)>>{
           [](auto& o) { o.stage = "b4"; }, [](auto& o) { o.further_stages = {"b4"}; },
           [](auto& o) { o.long_sides_px = {96}; }, [](auto& o) { o.pooling = Pooling::kMax; },
           [](auto& o) { o.gem_p = 2; }, [](auto& o) { o.region_grids = {3}; },
           [](auto& o) { o.region_long_side_px = 64; }}) {
    auto changed = options;
    change(changed);
    CHECK(Backbone::random("efficientnet_lite0", 5, changed).fingerprint() != original.fingerprint());
  }
  CHECK(Backbone::random("efficientnet_lite0", 6, options).fingerprint() != original.fingerprint());
}

TEST_CASE("backbone: tiny, thin and grey pictures are described, empty ones refused") {
  const auto network = Backbone::random("inception_v3", 4);
  for (const auto& [width, height] : {std::pair(8, 8), std::pair(400, 3), std::pair(1, 1)}) {
    const auto vector = network.describe(drawn(width, height));
    CHECK(std::ranges::all_of(vector, [](float value) { return std::isfinite(value); }));
  }
  const Image grey = drawn(60, 40, 1);
  std::vector<std::uint8_t> pixels;
  for (const std::uint8_t value : grey.pixels()) pixels.insert(pixels.end(), 3, value);
  const auto small = Backbone::random(kSmall, 4);
  CHECK(small.describe(grey) == small.describe(Image(60, 40, 3, pixels)));
  CHECK_THROWS_AS((void)network.describe(Image()), InvalidArgumentError);
}

TEST_CASE("backbone: the number of threads changes nothing, and several threads may share a network") {
  std::vector<Image> pictures;
  for (int i = 0; i < 5; ++i) pictures.push_back(drawn(90 + 7 * i, 64));
  BackboneOptions options;
  options.num_threads = 1;
  const auto one = Backbone::random("efficientnet_lite0", 7, options);
  const auto expected = one.describe_all(pictures);
  options.num_threads = 4;
  const auto four = Backbone::random("efficientnet_lite0", 7, options);
  CHECK(four.describe_all(pictures) == expected);
  std::vector<float> apart;
  for (const Image& picture : pictures) {
    const auto vector = four.describe(picture);
    apart.insert(apart.end(), vector.begin(), vector.end());
  }
  CHECK(apart == expected);
  std::vector<std::vector<float>> results(3);
  std::vector<std::thread> threads;
  for (auto& result : results) threads.emplace_back([&] { result = one.describe_all(pictures); });
  for (auto& thread : threads) thread.join();
  for (const auto& result : results) CHECK(result == expected);
}

TEST_CASE("backbone: what needs LibTorch is refused without it") {
  BackboneOptions options;
  options.precision = Precision::kBFloat16;
  CHECK(has(message_of<InvalidArgumentError>([&] { (void)Backbone::random(kSmall, 1, options); }),
            "precision: bfloat16 needs venloc::torch"));
  options.precision = Precision::kFloat32;
  options.device = Device::kCuda;
  CHECK(has(message_of<InvalidArgumentError>([&] { (void)Backbone::random(kSmall, 1, options); }),
            "device: kCuda needs venloc::torch"));
}

TEST_CASE("backbone: a model file gives its network's weights") {
  const TemporaryFolder folder;
  const auto network = Backbone::random(kSmall, 3).rounded(DType::kF16);
  SafetensorsWriter writer;
  network.save(writer);
  writer.write(folder / "model.venloc");
  BackboneOptions options;
  options.stage = network.options().stage;
  const auto again = Backbone::load(folder / "model.venloc", "", options);
  CHECK(again.network() == kSmall);
  CHECK(again.describe(drawn(90, 64)) == network.describe(drawn(90, 64)));
}
