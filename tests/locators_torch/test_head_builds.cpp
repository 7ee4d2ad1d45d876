// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "locators/drawn_city.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"
#include "venloc/torch.hpp"

// What goes wrong around the training of heads: folders used twice, seeds, files that require too much memory.
using namespace venloc;
using namespace venloc::testing;

namespace {

template <typename Options>
Options quick() {
  Options options;
  options.whitening.dimension = 8;
  options.training.hidden = 8;
  options.training.max_epochs = 2;
  options.training.device = Device::kCpu;
  options.calibration_folds = 3;
  options.calibration_grouped = false;
  options.num_threads = 2;
  return options;
}

std::vector<float> array_of(const std::filesystem::path& file, const std::string& name) {
  const auto model = open_model(file);
  const auto values = model.get<float>(name, {-1, -1});
  return {values.begin(), values.end()};
}

}  // namespace

TEST_CASE("head builds: one cache serves different locators and options") {
  const TemporaryFolder folder;
  const auto gallery = city(folder, 4, 3);
  auto regression = quick<RegressionLocatorOptions>();
  regression.cache = folder / "cache";
  CHECK_NOTHROW(RegressionLocator::build(gallery, network(), regression));
  auto cells = quick<S2CellClassifierLocatorOptions>();
  cells.cache = regression.cache;
  CHECK_NOTHROW(S2CellClassifierLocator::build(gallery, network(), cells));
  regression.training.learning_rate /= 2;
  CHECK_NOTHROW(RegressionLocator::build(gallery, network(), regression));
  regression.city = "Renamed";
  CHECK_NOTHROW(RegressionLocator::build(gallery, network(), regression));
  CHECK_NOTHROW(RegressionLocator::build(city(folder, 3, 3), network(), regression));
}

TEST_CASE("head builds: the locator's seed is that of the head's first weights, the training's own is not used") {
  const TemporaryFolder folder;
  const auto gallery = city(folder, 4, 3);
  const auto hidden = [&](std::uint64_t seed, std::uint64_t training_seed) {
    auto options = quick<S2CellClassifierLocatorOptions>();
    options.seed = seed;
    options.training.seed = training_seed;
    options.training.learning_rate = 1e-12;  // the first weights are the last
    S2CellClassifierLocator::build(gallery, network(), options).save(folder / "model");
    return array_of(folder / "model", "head.trunk.hidden.weight");
  };
  const auto first = hidden(0, 0);
  CHECK(hidden(0, 7) == first);
  CHECK(std::abs(hidden(1, 0)[0] - first[0]) > 1e-6);
}

TEST_CASE("head builds: many photos at one place leave a posterior of some width") {
  const TemporaryFolder folder;
  const auto drawn = city(folder);
  std::vector<Photo> alike(drawn.photos().begin(), drawn.photos().end());
  for (auto& photo : alike) photo.location = where(0);
  const Gallery gallery(alike);
  for (const bool memory : {true, false}) {
    auto options = quick<RegressionLocatorOptions>();
    options.memory = memory;
    const auto answer = RegressionLocator::build(gallery, network(), options).locate(view(3, 90));
    CHECK(distance_m(answer.location, where(0)) < 1);
    CHECK(answer.radius_50_m > 1);
    CHECK(answer.confidence <= 1);
  }
  const auto cells = S2CellClassifierLocator::build(gallery, network(), quick<S2CellClassifierLocatorOptions>());
  const auto answer = cells.locate(view(3, 90));
  CHECK(answer.radius_50_m > 1);
  // The published form, with nothing to scale by.
  auto published = quick<RegressionLocatorOptions>();
  published.form = RegressionForm::kPublished;
  const auto point = RegressionLocator::build(gallery, network(), published).locate(view(3, 90));
  CHECK(point.radius_50_m > 1);
}

TEST_CASE("head builds: options that require more than the arrays hold are refused before memory is taken") {
  register_torch();
  const TemporaryFolder folder;
  const auto gallery = city(folder, 4, 3);
  const auto refused = [&](const auto& built, const std::string& kind) {
    built.save(folder / "good");
    const auto model = open_model(folder / "good");
    SafetensorsWriter writer;
    for (const auto& [name, view] : model.tensors()) writer.add(name, view.type, view.shape, view.bytes);
    for (const auto& [key, value] : model.metadata())
      if (key.starts_with("backbone.")) writer.set_metadata(key, value);
    auto options = model.metadata().at("options");
    const auto at = options.find("\"hidden\":8");
    REQUIRE(at != std::string::npos);
    options.replace(at, 10, "\"hidden\":2000000000");
    write_model(std::move(writer), kind, options, folder / "bad");
    const auto message = message_of<FormatError>([&] { (void)load_locator(folder / "bad"); });
    CHECK(message.find("bad") != std::string::npos);
    CHECK(message.find("head.trunk.hidden.weight") != std::string::npos);
  };
  refused(RegressionLocator::build(gallery, network(), quick<RegressionLocatorOptions>()), "regression");
  auto published = quick<RegressionLocatorOptions>();
  published.form = RegressionForm::kPublished;
  refused(RegressionLocator::build(gallery, network(), published), "regression");
  refused(S2CellClassifierLocator::build(gallery, network(), quick<S2CellClassifierLocatorOptions>()), "s2");
}
