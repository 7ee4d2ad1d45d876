// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <torch/torch.h>
#undef CHECK  // LibTorch's

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <limits>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "features/one_thread.hpp"
#include "training/fit.hpp"
#include "training/heads.hpp"
#include "training/k_fold_training.hpp"
#include "venloc/core/error.hpp"

using namespace venloc;

namespace {

TrainingOptions quick() {
  TrainingOptions options;
  options.hidden = 8;
  options.max_epochs = 12;
  options.warmup_steps = 5;
  options.learning_rate = 0.05;
  options.batch = 16;
  options.dropout = options.input_dropout = 0.1;
  options.device = Device::kCpu;
  return options;
}

/// y = x W for a fixed W; half of the rows are held out.
struct Toy {
  torch::Tensor x, y;

  Toy() {
    torch::manual_seed(3);
    x = torch::randn({128, 6});
    y = x.matmul(torch::randn({6, 2}));
  }
  Objective objective(PointHead& head) const {
    Objective out;
    out.rows = 64;
    out.loss = [this, &head](const torch::Tensor& batch, Dropout& dropout) {
      return torch::mse_loss(head.forward(x.index_select(0, batch), &dropout), y.index_select(0, batch));
    };
    out.validation = [this, &head] {
      const torch::NoGradGuard none;
      return torch::mse_loss(head.forward(x.slice(0, 64), nullptr), y.slice(0, 64)).item<double>();
    };
    return out;
  }
};

std::vector<float> weights_of(const torch::nn::Module& module) {
  std::vector<float> out;
  for (const auto& item : module.named_parameters()) {
    const auto values = values_of(item.value());
    out.insert(out.end(), values.begin(), values.end());
  }
  return out;
}

}  // namespace

TEST_CASE("fit: lowers the loss, keeps the best epoch, and the same seed gives the same weights") {
  const OneThread one;
  const Toy toy;
  PointHead head(6, quick()), again(6, quick());
  const double before = toy.objective(head).validation();
  const auto curve = fit(head, toy.objective(head), quick(), "toy", "data", {});
  CHECK(curve.name == "toy");
  REQUIRE(!curve.epochs.empty());
  const auto& best = curve.epochs[static_cast<std::size_t>(curve.best_epoch - 1)];
  CHECK(best.validation_loss < 0.6 * before);
  for (const auto& epoch : curve.epochs) CHECK(epoch.validation_loss >= best.validation_loss);
  CHECK(toy.objective(head).validation() == best.validation_loss);  // its weights are those that are left
  CHECK((fit(again, toy.objective(again), quick(), "toy", "data", {}).epochs == curve.epochs));
  CHECK(weights_of(head) == weights_of(again));
  auto other = quick();
  other.seed = 1;
  PointHead different(6, other);
  (void)fit(different, toy.objective(different), other, "toy", "data", {});
  CHECK(weights_of(different) != weights_of(head));
}

TEST_CASE("fit: ends early when the validation loss rises, and not without one") {
  const OneThread one;
  const Toy toy;
  auto options = quick();
  options.max_epochs = 40;
  options.patience = 2;
  PointHead head(6, options);
  auto objective = toy.objective(head);
  int calls = 0;
  objective.validation = [&] { return std::abs(++calls - 4.0); };  // best in epoch 4
  const auto curve = fit(head, objective, options, "toy", "data", {});
  CHECK(curve.best_epoch == 4);
  CHECK(curve.epochs.size() == 6);
  objective.validation = {};
  options.max_epochs = 7;
  const auto all = fit(head, objective, options, "toy", "data", {});
  CHECK(all.epochs.size() == 7);
  CHECK(all.best_epoch == 7);
  CHECK(std::isnan(all.epochs.back().validation_loss));
}

TEST_CASE("fit: killed in any epoch and run again, it gives the weights of an uninterrupted run") {
  const OneThread one;
  const Toy toy;
  PointHead whole(6, quick());
  const auto curve = fit(whole, toy.objective(whole), quick(), "toy", "data", {});
  for (const int killed_after : {1, 5, 11}) {
    const TemporaryFolder folder;
    auto options = quick();
    options.checkpoints = folder / "state";
    const pid_t child = ::fork();
    if (child == 0) {
      PointHead head(6, options);
      (void)fit(head, toy.objective(head), options, "toy", "data", [&](const Progress& progress) {
        if (static_cast<int>(progress.done) == killed_after) ::raise(SIGKILL);
        return true;
      });
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    PointHead head(6, options);
    std::size_t first = 0;
    const auto resumed = fit(head, toy.objective(head), options, "toy", "data", [&](const Progress& progress) {
      if (first == 0) first = progress.done;
      return true;
    });
    CHECK(first == static_cast<std::size_t>(killed_after) + 1);
    CHECK((resumed.epochs == curve.epochs));
    CHECK(weights_of(head) == weights_of(whole));
  }
}

TEST_CASE("fit: trainings with other data or options share a folder, a damaged checkpoint is refused with its name") {
  const OneThread one;
  const Toy toy;
  const TemporaryFolder folder;
  auto options = quick();
  options.max_epochs = 2;
  options.checkpoints = folder.path();
  auto slower = options;
  slower.learning_rate /= 2;
  const auto epochs_run = [&](const TrainingOptions& o, const std::string& data) {
    PointHead head(6, o);
    int count = 0;
    (void)fit(head, toy.objective(head), o, "fold 1", data, [&](const Progress&) { return ++count > 0; });
    return count;
  };
  CHECK(epochs_run(options, "data") == 2);
  CHECK(epochs_run(options, "data") == 0);  // it is done
  CHECK(epochs_run(options, "other data") == 2);
  CHECK(epochs_run(slower, "data") == 2);
  CHECK(folder.entries() == 3);
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    auto bytes = read_bytes(entry.path());
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    write_bytes(entry.path(), bytes);
  }
  CHECK(message_of<FormatError>([&] { (void)epochs_run(options, "data"); }).find("fold-1-") != std::string::npos);
}

TEST_CASE("fit: a loss that is not finite, a cancelled run and wrong options are errors with a reason") {
  const OneThread one;
  const Toy toy;
  PointHead head(6, quick());
  auto objective = toy.objective(head);
  CHECK_THROWS_AS((void)fit(head, objective, quick(), "toy", "data", [](const Progress&) { return false; }),
                  CancelledError);
  objective.loss = [&](const torch::Tensor&, Dropout&) {
    return head.parameters()[0].sum() * std::numeric_limits<double>::quiet_NaN();
  };
  CHECK(message_of<Error>([&] { (void)fit(head, objective, quick(), "toy", "data", {}); }).find("not finite") !=
        std::string::npos);
  auto wrong = quick();
  wrong.dropout = 1;
  CHECK(message_of<InvalidArgumentError>([&] { wrong.validate(); }).find("dropout is 1") == 0);
  wrong = quick();
  wrong.batch = 0;
  CHECK(message_of<InvalidArgumentError>([&] { wrong.validate(); }).find("batch is 0") == 0);
}

TEST_CASE("k-means: centres are the means of what is nearest to them, and far groups are found") {
  std::vector<EastNorth> places;
  Dropout noise(1);
  const auto spread = values_of(noise(torch::ones({90, 2}), 0.5));
  for (std::size_t i = 0; i < 90; ++i)
    places.push_back(
        {1000.0 * static_cast<double>(i % 3) + spread[2 * i], 500.0 * static_cast<double>(i % 3) + spread[2 * i + 1]});
  const auto found = k_means(places, 3, 7);
  REQUIRE(found.centres.size() == 3);
  for (std::size_t i = 0; i < places.size(); ++i) {
    CHECK(found.cluster_of[i] == found.cluster_of[i % 3]);
    for (const auto& centre : found.centres)
      CHECK(distance_m(places[i], found.centres[found.cluster_of[i]]) <= distance_m(places[i], centre));
  }
  for (std::uint32_t c = 0; c < 3; ++c) {
    double east = 0, count = 0;
    for (std::size_t i = 0; i < places.size(); ++i)
      if (found.cluster_of[i] == c) {
        east += places[i].east;
        count += 1;
      }
    CHECK(found.centres[c].east == doctest::Approx(east / count).epsilon(1e-12));
  }
  CHECK(k_means(places, 3, 7).cluster_of == found.cluster_of);
  // All at one place: one cluster, however many were requested.
  const std::vector<EastNorth> alike(20, {5, 6});
  const auto one = k_means(alike, 4, 0);
  REQUIRE(one.centres.size() == 1);
  CHECK((one.centres[0] == EastNorth{5, 6}));
}

TEST_CASE("learning curves: come back from JSON as they were") {
  LearningCurve curve{"fold 2", {{1, 2.5, 3.25}, {2, 1.0 / 3.0, std::numeric_limits<double>::quiet_NaN()}}, 1};
  const auto back = curves_from_json(to_json(std::span(&curve, 1)));
  REQUIRE(back.size() == 1);
  CHECK(back[0].name == curve.name);
  CHECK(back[0].best_epoch == 1);
  CHECK(back[0].epochs[0] == curve.epochs[0]);
  CHECK(back[0].epochs[1].training_loss == curve.epochs[1].training_loss);
  CHECK(std::isnan(back[0].epochs[1].validation_loss));
}
