// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "core/model_differences.hpp"
#include "locators/drawn_city.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"
#include "venloc/torch.hpp"

using namespace venloc;
using namespace venloc::testing;

namespace {

template <typename Options>
Options quick(int num_threads = 2) {
  Options options;
  options.whitening.dimension = 32;
  options.training.hidden = 32;
  options.training.max_epochs = 15;
  options.training.warmup_steps = 10;
  options.training.batch = 32;
  options.training.device = Device::kCpu;
  options.calibration_folds = 3;
  options.calibration_grouped = false;
  options.city = "Drawn";
  options.num_threads = num_threads;
  return options;
}

double median_error_m(const Locator& locator) {
  std::vector<double> errors;
  for (int place = 0; place < kPlaces; ++place)
    errors.push_back(distance_m(locator.locate(view(place, 77)).location, where(place)));
  std::ranges::nth_element(errors, errors.begin() + kPlaces / 2);
  return errors[kPlaces / 2];
}

template <typename L, typename Options>
void check_a_locator(const Options& options, double largest_median_m) {
  const TemporaryFolder folder;
  const auto gallery = city(folder);
  const auto built = L::build(gallery, network(), options);
  CHECK(median_error_m(built) < largest_median_m);
  REQUIRE(built.learning_curves().size() == 4);
  CHECK(built.learning_curves().back().name == "all photos");
  for (const auto& curve : built.learning_curves())
    CHECK(curve.epochs.back().training_loss < curve.epochs.front().training_loss);

  built.save(folder / "city.venloc");
  register_torch();
  const auto loaded = load_locator(folder / "city.venloc");
  CHECK(loaded->info().kind == built.info().kind);
  CHECK(loaded->info().options == built.info().options);
  for (const int place : {0, 17, 34}) check_same(built.locate(view(place, 80)), loaded->locate(view(place, 80)));

  check_features(built);

  // The same bytes at any number of threads, and after an interruption.
  auto single = options;
  single.num_threads = 1;
  L::build(gallery, network(), single).save(folder / "single.venloc");
  CHECK(model_differences(folder / "single.venloc", folder / "city.venloc") == "");
  auto resumed = options;
  resumed.cache = folder / "cache";
  CHECK_THROWS_AS(L::build(gallery, network(), resumed,
                           [](const Progress& p) { return !(p.stage == "training of fold 2" && p.done == 4); }),
                  CancelledError);
  L::build(gallery, network(), resumed).save(folder / "resumed.venloc");
  CHECK(model_differences(folder / "resumed.venloc", folder / "city.venloc") == "");
}

}  // namespace

TEST_CASE("regression locator: a mixture finds new views, alike after saving, at any threads and after a stop") {
  auto options = quick<RegressionLocatorOptions>();
  options.components = 40;
  check_a_locator<RegressionLocator>(options, 60);
}

TEST_CASE("regression locator: the memory is trained too where there are too few photos for a calibration") {
  const TemporaryFolder folder;
  const auto gallery = city(folder, 14, 4);
  auto options = quick<RegressionLocatorOptions>();
  const auto loss = [&](bool memory) {
    options.memory = memory;
    const auto few = RegressionLocator::build(gallery, network(), options);
    REQUIRE(few.learning_curves().size() == 1);
    return few.learning_curves().front().epochs.back().training_loss;
  };
  CHECK(loss(true) < loss(false) - 0.1);
}

TEST_CASE("regression locator: the published form finds new views less exactly") {
  auto options = quick<RegressionLocatorOptions>();
  options.form = RegressionForm::kPublished;
  check_a_locator<RegressionLocator>(options, 400);
}

TEST_CASE("s2 locator: finds new views by cells, alike after saving, at any threads and after a stop") {
  auto options = quick<S2CellClassifierLocatorOptions>();
  options.partitions = {CellPartitionOptions::fixed_level(15), CellPartitionOptions::fixed_level(17)};
  check_a_locator<S2CellClassifierLocator>(options, 60);
}

TEST_CASE("s2 locator: reports its cells and their probabilities with every loss") {
  const TemporaryFolder folder;
  const auto gallery = city(folder);
  for (const auto loss : {CellLoss::kPlain, CellLoss::kBalanced, CellLoss::kLogitAdjusted}) {
    auto options = quick<S2CellClassifierLocatorOptions>();
    options.partitions = {CellPartitionOptions::fixed_level(16)};
    options.loss = loss;
    const auto locator = S2CellClassifierLocator::build(gallery, network(), options);
    REQUIRE(locator.partitions().size() == 1);
    const auto& partition = locator.partitions()[0];
    CHECK(std::accumulate(partition.counts().begin(), partition.counts().end(), 0u) == gallery.size());
    int right = 0;
    for (int place = 0; place < kPlaces; ++place) {
      const auto probabilities = locator.cell_probabilities(view(place, 78)).at(0);
      REQUIRE(probabilities.size() == partition.size());
      CHECK(std::accumulate(probabilities.begin(), probabilities.end(), 0.0) == doctest::Approx(1).epsilon(1e-5));
      right += std::ranges::max_element(probabilities) - probabilities.begin() ==
               static_cast<std::ptrdiff_t>(partition.class_of(where(place)));
    }
    CHECK(right > kPlaces / 2);
  }
}

TEST_CASE("head locators: small, strange and wrong galleries") {
  const TemporaryFolder folder;
  const auto gallery = city(folder, 3, 2);  // too few for a calibration
  const auto few = RegressionLocator::build(gallery, network(), quick<RegressionLocatorOptions>());
  CHECK(few.learning_curves().size() == 1);
  CHECK(std::isfinite(few.locate(view(1, 5)).radius_90_m));
  const auto cells = S2CellClassifierLocator::build(gallery, network(), quick<S2CellClassifierLocatorOptions>());
  CHECK(std::isfinite(cells.locate(view(1, 5)).radius_90_m));

  // All at one place.
  std::vector<Photo> alike(gallery.photos().begin(), gallery.photos().end());
  for (auto& photo : alike) photo.location = where(0);
  for (const auto form : {RegressionForm::kMixture, RegressionForm::kPublished}) {
    auto options = quick<RegressionLocatorOptions>();
    options.form = form;
    const auto one = RegressionLocator::build(Gallery(alike), network(), options);
    CHECK(distance_m(one.locate(view(2, 9)).location, where(0)) < 100);
  }
  const auto one = S2CellClassifierLocator::build(Gallery(alike), network(), quick<S2CellClassifierLocatorOptions>());
  CHECK(distance_m(one.locate(view(2, 9)).location, where(0)) < 100);

  const auto message = message_of<InvalidArgumentError>(
      [&] { (void)RegressionLocator::build(city(folder, 1, 1), network(), quick<RegressionLocatorOptions>()); });
  CHECK(message.find("at least two photos") != std::string::npos);
  CHECK_THROWS_AS(few.locate(Image()), ImageError);
  auto wrong = quick<S2CellClassifierLocatorOptions>();
  wrong.partitions.clear();
  CHECK(message_of<InvalidArgumentError>([&] { wrong.validate(); }) ==
        "partitions must contain at least one partition");
}

TEST_CASE("head locators: a model whose parts do not fit is refused with its name") {
  register_torch();
  const TemporaryFolder folder;
  const auto gallery = city(folder, 3, 2);
  const auto file = folder / "city.venloc";
  RegressionLocator::build(gallery, network(), quick<RegressionLocatorOptions>()).save(file);
  CHECK(message_of<FormatError>([&] { (void)S2CellClassifierLocator::load(file); }).find("of kind 'regression'") !=
        std::string::npos);
  const auto rewritten = [&](const std::string& array) {
    const auto model = open_model(file);
    SafetensorsWriter writer;
    for (const auto& [name, view] : model.tensors())
      if (name != array) writer.add(name, view.type, view.shape, view.bytes);
    for (const auto& [key, value] : model.metadata())
      if (key.starts_with("backbone.")) writer.set_metadata(key, value);
    write_model(writer, "regression", model.metadata().at("options"), folder / "bad.venloc");
    return message_of<FormatError>([&] { (void)load_locator(folder / "bad.venloc"); });
  };
  CHECK(rewritten("").empty());
  for (const std::string array : {"head.gain", "calibration", "components", "learning_curves", "descriptors.codes"}) {
    const auto message = rewritten(array);
    CHECK(message.find("bad.venloc") != std::string::npos);
    CHECK(message.find(array) != std::string::npos);
  }
}
