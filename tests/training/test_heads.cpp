// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>
#undef CHECK  // LibTorch's

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "core/files.hpp"
#include "features/one_thread.hpp"
#include "training/heads.hpp"
#include "venloc/core/error.hpp"

using namespace venloc;

namespace {

TrainingOptions small() {
  TrainingOptions options;
  options.hidden = 5;
  options.device = Device::kCpu;
  return options;
}

}  // namespace

TEST_CASE("heads: before training a mixture returns the output of its memory, with the widths it starts from") {
  MixtureHead head(3, 2, small());
  head.set_means(std::vector<EastNorth>{{0, 0}, {300, 400}});
  const auto memory = torch::tensor({{std::log(0.25f), std::log(0.75f)}});
  const auto output = head.forward(torch::randn({1, 3}), memory, nullptr);
  const auto weights = values_of(output.log_weights.exp()), sigmas = values_of(output.log_sigmas.exp());
  CHECK(weights[0] == doctest::Approx(0.25));
  CHECK(weights[1] == doctest::Approx(0.75));
  CHECK(sigmas[0] == doctest::Approx(80));
  // The likelihood, written out, of a place 30 m east and 40 m north of the first.
  const auto density = [&](double squared) {
    return std::exp(-squared / (2 * 80.0 * 80.0)) / (2 * std::numbers::pi * 80.0 * 80.0);
  };
  const double expected = -std::log(0.25 * density(2500) + 0.75 * density(270 * 270 + 360 * 360));
  CHECK(head.loss(output, torch::tensor({{30.0f, 40.0f}})).item<double>() == doctest::Approx(expected).epsilon(1e-5));
}

TEST_CASE("heads: a point head starts from the place it is given, and leaves it in one step") {
  const OneThread one;
  PointHead head(3, small());
  head.start_from(torch::tensor({0.25f, 0.75f}));
  const auto x = torch::randn({4, 3});
  for (const double answer : values_of(head.forward(x, nullptr).select(1, 0))) CHECK(answer == doctest::Approx(0.25));
  for (const double answer : values_of(head.forward(x, nullptr).select(1, 1))) CHECK(answer == doctest::Approx(0.75));
  torch::mse_loss(head.forward(x, nullptr), torch::rand({4, 2})).backward();
  const torch::NoGradGuard none;
  for (auto& parameter : head.parameters()) parameter.sub_(parameter.grad());
  CHECK_FALSE(torch::allclose(head.forward(x, nullptr).select(1, 0), torch::full({4}, 0.25)));
}

TEST_CASE("heads: the mixture's gradient is that of finite differences") {
  const OneThread one;
  auto options = small();
  MixtureHead head(3, 4, options);
  head.set_means(std::vector<EastNorth>{{0, 0}, {100, 50}, {-80, 200}, {10, -120}});
  head.to(torch::kFloat64);
  torch::manual_seed(1);
  const auto x = torch::randn({6, 3}, torch::kFloat64), memory = torch::randn({6, 4}, torch::kFloat64),
             places = torch::randn({6, 2}, torch::kFloat64) * 100;
  const auto loss = [&] { return head.loss(head.forward(x, memory, nullptr), places); };
  head.zero_grad();
  loss().backward();
  const torch::NoGradGuard none;
  for (auto& item : head.named_parameters()) {
    auto flat = item.value().view(-1);
    const auto gradient = item.value().grad().view(-1);
    for (std::int64_t i = 0; i < std::min<std::int64_t>(flat.size(0), 5); ++i) {
      constexpr double kStep = 1e-5;
      const double before = flat[i].item<double>();
      flat[i] = before + kStep;
      const double above = loss().item<double>();
      flat[i] = before - kStep;
      const double below = loss().item<double>();
      flat[i] = before;
      CHECK_MESSAGE(
          gradient[i].item<double>() == doctest::Approx((above - below) / (2 * kStep)).epsilon(1e-4).scale(0.01),
          item.key());
    }
  }
}

TEST_CASE("heads: classes sum to 1 in each partition, logit adjustment is for training only") {
  CellHead head(4, std::vector<std::int64_t>{3, 5}, small());
  const auto x = torch::randn({7, 4});
  const auto plain = head.forward(x, nullptr);
  REQUIRE(plain.size() == 2);
  CHECK(plain[1].size(1) == 5);
  for (const auto& partition : plain) CHECK(torch::allclose(partition.exp().sum(1), torch::ones({7}), 1e-5));
  const std::vector<torch::Tensor> priors = {torch::tensor({{0.0f, 3.0f, 0.0f}}), torch::zeros({1, 5})};
  Dropout dropout(1);
  auto certain = small();
  certain.dropout = certain.input_dropout = 0;
  CellHead undropped(4, std::vector<std::int64_t>{3, 5}, certain);
  const auto adjusted = undropped.forward(x, &dropout, priors), plain_output = undropped.forward(x, nullptr);
  // log softmax(s + 3 e_1): the odds of class 1 grow by e^3.
  const auto odds = [](const torch::Tensor& t) { return (t.select(1, 1) - t.select(1, 0)); };
  CHECK(torch::allclose(odds(adjusted[0]), odds(plain_output[0]) + 3, 1e-4, 1e-4));
  CHECK(torch::allclose(adjusted[1], plain_output[1], 1e-5, 1e-5));
}

TEST_CASE("heads: dropout keeps the mean, by a seed of its own") {
  const auto ones = torch::ones({200, 200});
  Dropout first(4), second(4);
  const auto dropped = first(ones, 0.3);
  CHECK(torch::equal(dropped, second(ones, 0.3)));
  CHECK(dropped.mean().item<double>() == doctest::Approx(1.0).epsilon(0.02));
  CHECK((dropped == 0).to(torch::kFloat32).mean().item<double>() == doctest::Approx(0.3).epsilon(0.05));
  CHECK(torch::equal(first(ones, 0), ones));
}

TEST_CASE("heads: parameters come back from a file, others are refused by the array's name") {
  const TemporaryFolder folder;
  MixtureHead head(3, 4, small());
  SafetensorsWriter writer;
  save_parameters(writer, head, "head");
  writer.write(folder / "head");
  auto other = small();
  other.seed = 9;
  MixtureHead back(3, 4, other);
  const auto file = SafetensorsFile::open(folder / "head");
  load_parameters(file, back, "head");
  const auto x = torch::randn({2, 3});
  CHECK(torch::equal(back.forward(x, {}, nullptr).log_sigmas, head.forward(x, {}, nullptr).log_sigmas));
  MixtureHead larger(3, 5, small());
  CHECK(message_of<FormatError>([&] { load_parameters(file, larger, "head"); }).find("head.") != std::string::npos);
}
