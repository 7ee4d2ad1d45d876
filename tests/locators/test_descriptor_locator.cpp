// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "core/model_differences.hpp"
#include "core/random.hpp"
#include "locators/drawn_city.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"
#include "venloc/geo/lat_lng.hpp"
#include "venloc/locators/descriptor_locator.hpp"
#include "venloc/locators/sift_locator.hpp"

using namespace venloc;
using namespace venloc::testing;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

DescriptorLocatorOptions small(int num_threads = 2) {
  DescriptorLocatorOptions options;
  options.whitening.dimension = 48;
  options.search.max_hits = 20;
  options.calibration_folds = 4;
  options.calibration_grouped = false;
  options.city = "Drawn";
  options.num_threads = num_threads;
  return options;
}

}  // namespace

TEST_CASE("descriptor locator: finds new views of a city, the same before and after it is saved") {
  const TemporaryFolder folder;
  const auto gallery = city(folder);
  auto options = small();
  options.cache = folder / "cache";
  const auto built = DescriptorLocator::build(gallery, network(), options);
  built.save(folder / "city.venloc");
  CHECK(model_kind(folder / "city.venloc") == "descriptor");
  CHECK_FALSE(needs_torch("descriptor"));
  CHECK_FALSE(needs_torch("sift"));
  const auto loaded = load_locator(folder / "city.venloc");
  CHECK(loaded->info().kind == "descriptor");
  CHECK(loaded->info().city == "Drawn");
  CHECK(loaded->info().photos == kPlaces * kViews);
  CHECK(loaded->photos()[7].id == "1-1");
  int found = 0, queries = 0;
  for (int place = 0; place < kPlaces; place += 4) {
    const Image query = view(place, kViews);
    const auto answer = built.locate(query);
    check_same(answer, loaded->locate(query));
    ++queries;
    if (distance_m(answer.location, where(place)) < 50) ++found;
    CHECK(answer.candidates.size() == 20);
    CHECK(answer.radius_50_m <= answer.radius_90_m);
    CHECK(std::ranges::is_sorted(answer.candidates, std::greater{}, &Candidate::probability));
  }
  CHECK(10 * found >= 8 * queries);
  check_features(built);
  loaded->save(folder / "again.venloc");
  CHECK(model_differences(folder / "again.venloc", folder / "city.venloc") == "");
  CHECK(has(message_of<FormatError>([&] { (void)SiftLocator::load(folder / "city.venloc"); }), "'descriptor'"));

  // Neither the threads nor the cache change a byte.
  options = small(1);
  DescriptorLocator::build(gallery, network(), options).save(folder / "one.venloc");
  CHECK(model_differences(folder / "one.venloc", folder / "city.venloc") == "");
}

TEST_CASE("descriptor locator: pictures come and go") {
  const TemporaryFolder folder;
  const auto gallery = city(folder);
  std::vector<std::size_t> first, rest;
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < gallery.size(); ++i) (i % 10 == 3 ? rest : first).push_back(i);
  for (const auto i : rest) ids.push_back(gallery[i].id);
  auto locator = DescriptorLocator::build(gallery.subset(first), network(), small());
  const Image query = view(3, kViews);
  const auto before = locator.locate(query);
  locator.add(gallery.subset(rest));
  CHECK(locator.photos().size() == gallery.size());
  CHECK(has(message_of<InvalidArgumentError>([&] { locator.add(gallery.subset(rest)); }), "already in the model"));
  const Image known = read_image(gallery[rest[2]].file);
  const auto answer = locator.locate(known);
  CHECK(std::ranges::any_of(answer.candidates, [&](const auto& c) { return c.photo_id == ids[2] && c.score > 0.99; }));
  const std::vector<std::string> unknown = {ids[0], "nobody"};
  CHECK(has(message_of<InvalidArgumentError>([&] { locator.remove(unknown); }), "'nobody'"));
  CHECK(locator.photos().size() == gallery.size());
  locator.remove(ids);
  check_same(locator.locate(query), before);
}

TEST_CASE("descriptor locator: a second build on the same photos takes the fitted whitening from the cache") {
  const TemporaryFolder folder;
  const auto gallery = city(folder);
  auto options = small();
  options.cache = folder / "cache";
  DescriptorLocator::build(gallery, network(), options).save(folder / "first.venloc");
  DescriptorLocator::build(gallery, network(), options).save(folder / "second.venloc");
  CHECK(model_differences(folder / "first.venloc", folder / "second.venloc") == "");
  // It is keyed by the photos and the options: others do not get it.
  options.whitening.dimension = 40;
  const auto fewer = DescriptorLocator::build(gallery, network(), options);
  fewer.save(folder / "fewer.venloc");
  options.cache.clear();
  DescriptorLocator::build(gallery, network(), options).save(folder / "fresh.venloc");
  CHECK(model_differences(folder / "fewer.venloc", folder / "fresh.venloc") == "");
  // What was read is used, and damage is reported with the file's name.
  options = small();
  options.cache = folder / "cache";
  for (const auto& entry : std::filesystem::directory_iterator(options.cache / "whitening"))
    write_bytes(entry.path(), "my diary");
  const auto message = message_of<FormatError>([&] { (void)DescriptorLocator::build(gallery, network(), options); });
  CHECK(has(message, (options.cache / "whitening").string()));
}

TEST_CASE("descriptor locator: small, strange and wrong input") {
  const TemporaryFolder folder;
  const auto gallery = city(folder, 3, 2);
  CHECK(has(message_of<InvalidArgumentError>([&] {
              (void)DescriptorLocator::build(gallery.subset(std::vector<std::size_t>{0}), network(), small());
            }),
            "at least two"));
  for (const int crops : {1, 5}) {
    auto options = small();
    options.crops = crops;
    const auto locator = DescriptorLocator::build(gallery, network(), options);  // too small for a fit
    for (const Image& picture : {view(1, 1), Image(1, 1, 1, {7}), Image(8, 8, 3, std::vector<std::uint8_t>(192, 0))}) {
      const auto answer = locator.locate(picture);
      CHECK(answer.confidence >= 0);
      CHECK(answer.confidence <= 1);
      CHECK(answer.candidates.size() == 6);
    }
    CHECK(locator.locate(view(1, 1)).candidates.front().photo_id == "1-1");
    CHECK_THROWS_AS((void)locator.locate(Image()), ImageError);
  }
  // All pictures at one place.
  std::vector<Photo> photos(gallery.photos().begin(), gallery.photos().end());
  for (auto& photo : photos) photo.location = where(0);
  const auto answer = DescriptorLocator::build(Gallery(photos), network(), small()).locate(view(2, 5));
  CHECK(distance_m(answer.location, where(0)) < 5);

  const auto message = [](auto change) {
    DescriptorLocatorOptions options;
    change(options);
    return message_of<InvalidArgumentError>([&] { options.validate(); });
  };
  CHECK(message([](auto&) {}).empty());
  CHECK(has(message([](auto& o) { o.crops = 2; }), "crops"));
  CHECK(has(message([](auto& o) { o.search.max_hits = 201; }), "max_hits"));
  CHECK(has(message([](auto& o) { o.whitening.dimension = 0; }), "whitening.dimension"));
  CHECK(has(message([](auto& o) { o.max_candidates = -1; }), "max_candidates"));
  CHECK(has(message([](auto& o) { o.calibration_folds = 2; }), "calibration_folds"));
  CHECK(has(message([](auto& o) { o.num_threads = -1; }), "num_threads"));
}

TEST_CASE("descriptor locator: a model whose parts do not fit is refused with its name") {
  const TemporaryFolder folder;
  DescriptorLocator::build(city(folder, 3, 2), network(), small()).save(folder / "whole.venloc");
  const auto file = SafetensorsFile::open(folder / "whole.venloc");
  const auto refusal = [&](const std::string& left_out, const std::string& metadata = {}) {
    SafetensorsWriter writer;
    for (const auto& [name, view_] : file.tensors())
      if (name != left_out) writer.add(name, view_.type, view_.shape, view_.bytes);
    for (const auto& [key, value] : file.metadata())
      if (key.starts_with("backbone.") && key != metadata) writer.set_metadata(key, value);
    const std::string options = metadata == "options" ? "{\"crops\": 3}" : file.metadata().at("options");
    write_model(std::move(writer), "descriptor", options, folder / "changed.venloc");
    return message_of<FormatError>([&] { (void)load_locator(folder / "changed.venloc"); });
  };
  CHECK(refusal("").empty());
  for (const char* name : {"descriptors.codes", "whitening.projection", "regions.codes", "region_whitening.mean",
                           "candidates.parameters", "hubness", "area", "backbone.features.3.squeeze.weight"}) {
    CAPTURE(name);
    CHECK(has(refusal(name), "changed.venloc"));
    CHECK(has(refusal(name), std::string(name).substr(std::string(name).starts_with("backbone.") ? 9 : 0)));
  }
  CHECK(has(refusal("", "options"), "crops"));
  CHECK(has(refusal("", "backbone.options"), "backbone.options"));
  CHECK(has(refusal("", "backbone.network"), "does not state the network"));
}
