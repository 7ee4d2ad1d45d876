// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "core/model_differences.hpp"
#include "locators/drawn_city.hpp"
#include "locators/sift_store.hpp"
#include "ranking/candidate_list.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"
#include "venloc/locators/descriptor_locator.hpp"
#include "venloc/locators/ensemble_locator.hpp"

using namespace venloc;
using namespace venloc::testing;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

EnsembleLocatorOptions small(int num_threads = 2) {
  EnsembleLocatorOptions options;
  options.sift.index.words = 32;
  options.whitening.dimension = 48;
  options.region_whitening.dimension = 24;
  options.search.max_hits = 20;
  options.calibration_folds = 4;
  options.calibration_grouped = false;
  options.city = "Drawn";
  options.seed = 3;
  options.num_threads = num_threads;
  return options;
}

/// A drawing of a place: its outlines, on paper.
Image drawn(int place, int number) {
  const Image photo = view(place, number);
  const int wide = photo.width(), high = photo.height();
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(wide * high), 240);
  const auto grey = [&](int x, int y) {
    const auto* p = photo.pixels().data() + 3 * (y * wide + x);
    return (p[0] + p[1] + p[2]) / 3;
  };
  for (int y = 0; y + 1 < high; ++y)
    for (int x = 0; x + 1 < wide; ++x)
      if (std::abs(grey(x, y) - grey(x + 1, y)) + std::abs(grey(x, y) - grey(x, y + 1)) > 40)
        pixels[static_cast<std::size_t>(y * wide + x)] = 20;
  return {wide, high, 1, std::move(pixels)};
}

}  // namespace

TEST_CASE("sift store: photos found by descriptors are verified at any rank, and change nothing of the short list") {
  const TemporaryFolder folder;
  const auto gallery = city(folder);
  SiftLocatorOptions options = small().sift;
  options.num_threads = 2;
  options.verify_candidates = 40;
  auto store = SiftBuilder(gallery, options, {}).finish();
  std::vector<std::uint32_t> all(gallery.size());
  std::iota(all.begin(), all.end(), 0u);
  const auto photo_of = [](const VerifiedCandidate& c) { return c.evidence.photo; };
  for (const int place : {0, 9, 30}) {
    const auto features = describe(view(place, 50), options.sift, 1);
    const auto appearance = store.appearance_of(features);
    store.options = options;
    const auto alone = plain_evidence(store.retrieve({features.local, appearance, {}, {}}, 1));
    const auto found = store.retrieve({features.local, appearance, {}, all}, 2);
    const auto with = plain_evidence(found);
    const auto before = rank_candidates(alone.candidates), after = rank_candidates(with.candidates);
    CHECK(before.further.empty());
    REQUIRE(before.ranked.size() == after.ranked.size());
    for (std::size_t i = 0; i < before.ranked.size(); ++i) {
      auto expected = before.ranked[i];
      expected.retrievers |= kByDescriptors;
      CHECK(after.ranked[i] == expected);
    }
    CHECK(alone.list == with.list);
    CHECK(with.candidates.size() == gallery.size());
    CHECK(after.pool().size() == gallery.size());
    // What is verified besides is what a longer short list would verify.
    store.options.verify_candidates = 1000;
    store.options.query.max_pictures = 1000;
    const auto deep = store.retrieve({features.local, appearance, {}, {}}, 1);
    for (const auto& [e, inliers] : found.candidates) {
      CHECK(inliers.size() == static_cast<std::size_t>(e.inliers));
      if ((e.retrievers & kByAppearance) != 0 && (e.retrievers & kByFeatures) == 0) {
        CHECK(e.matches == 0);  // by appearance alone: not verified
        continue;
      }
      const auto same = std::ranges::find(deep.candidates, e.photo, photo_of);
      CHECK(e.inliers == (same == deep.candidates.end() ? 0.0f : same->evidence.inliers));
    }
  }
}

TEST_CASE("ensemble locator: the answer is that of the evidence, also after JSON and in another order") {
  const TemporaryFolder folder;
  const auto locator = EnsembleLocator::build(city(folder), network(), small());
  for (const int place : {2, 17}) {
    const Image query = view(place, kViews);
    auto evidence = locator.evidence(query);
    const auto expected = locator.locate(query);
    check_same(locator.answer(evidence), expected);
    check_same(locator.answer(Evidence::from_json(evidence.to_json())), expected);
    std::ranges::reverse(evidence.candidates);
    check_same(locator.answer(evidence), expected);
  }
  Evidence foreign;
  foreign.candidates.resize(1);
  foreign.candidates[0].photo = 100000;
  CHECK(has(message_of<InvalidArgumentError>([&] { (void)locator.answer(foreign); }), "100000"));
  foreign.candidates.assign(2, {});
  CHECK(has(message_of<InvalidArgumentError>([&] { (void)locator.answer(foreign); }), "twice"));
}

TEST_CASE("ensemble locator: finds new views of a city, the same before and after it is saved") {
  const TemporaryFolder folder;
  const auto gallery = city(folder);
  auto options = small();
  options.cache = folder / "cache";
  const auto built = EnsembleLocator::build(gallery, network(), options);
  built.save(folder / "city.venloc");
  CHECK(model_kind(folder / "city.venloc") == "ensemble");
  CHECK_FALSE(needs_torch("ensemble"));
  const auto loaded = load_locator(folder / "city.venloc");
  CHECK(loaded->info().kind == "ensemble");
  CHECK(loaded->info().city == "Drawn");
  CHECK(loaded->info().photos == kPlaces * kViews);
  CHECK(loaded->info().features > 0);
  CHECK(loaded->photos()[7].id == "1-1");
  CHECK(loaded->info().options == built.info().options);
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
    for (const auto& c : answer.candidates) CHECK(c.matches.size() == static_cast<std::size_t>(c.inliers));
  }
  CHECK(10 * found >= 8 * queries);
  loaded->save(folder / "again.venloc");
  CHECK(model_differences(folder / "again.venloc", folder / "city.venloc") == "");
  CHECK(has(message_of<FormatError>([&] { (void)DescriptorLocator::load(folder / "city.venloc"); }), "'ensemble'"));

  // The SIFT locator inside is the one that is built without a network.
  auto alone = options.sift;
  alone.calibration_folds = options.calibration_folds;
  alone.calibration_grouped = options.calibration_grouped;
  alone.city = options.city;
  alone.seed = options.seed;
  alone.num_threads = 1;
  const auto inside = SiftLocator::load(folder / "city.venloc");
  const auto sift = SiftLocator::build(gallery, alone);
  CHECK(inside.options().to_json() == sift.options().to_json());
  for (const int place : {1, 20}) check_same(inside.locate(view(place, kViews)), sift.locate(view(place, kViews)));

  // Neither the threads nor the cache change a byte.
  options = small(1);
  EnsembleLocator::build(gallery, network(), options).save(folder / "one.venloc");
  CHECK(model_differences(folder / "one.venloc", folder / "city.venloc") == "");
}

TEST_CASE("ensemble locator: photos are added and removed") {
  const TemporaryFolder folder;
  const auto gallery = city(folder);
  std::vector<std::size_t> first, rest;
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < gallery.size(); ++i) (i % 10 == 3 ? rest : first).push_back(i);
  for (const auto i : rest) ids.push_back(gallery[i].id);
  auto locator = EnsembleLocator::build(gallery.subset(first), network(), small());
  const Image query = view(3, kViews);
  const auto before = locator.locate(query);
  CHECK_THROWS_AS(locator.add(gallery.subset(rest), [](const Progress& p) { return p.stage != "features"; }),
                  CancelledError);
  check_same(locator.locate(query), before);
  locator.add(gallery.subset(rest));
  CHECK(locator.photos().size() == gallery.size());
  CHECK(has(message_of<InvalidArgumentError>([&] { locator.add(gallery.subset(rest)); }), "already in the model"));
  const auto answer = locator.locate(read_image(gallery[rest[2]].file));
  CHECK(std::ranges::any_of(answer.candidates, [&](const auto& c) { return c.photo_id == ids[2]; }));
  const std::vector<std::string> unknown = {ids[0], "nobody"};
  CHECK(has(message_of<InvalidArgumentError>([&] { locator.remove(unknown); }), "'nobody'"));
  CHECK(locator.photos().size() == gallery.size());
  locator.remove(ids);
  check_same(locator.locate(query), before);
}

TEST_CASE("ensemble locator: artworks are recognised and located by their maps") {
  const TemporaryFolder folder;
  const auto gallery = city(folder);
  auto options = small();
  options.painting.gallery_long_side_px = 64;
  options.painting.query_long_sides_px = {64};
  options.painting.projection.dimension = 16;
  const auto of_photos = EnsembleLocator::build(gallery, network(), options);
  for (int place = 0; place < 20; ++place) {
    options.artworks.push_back(folder / ("artwork" + std::to_string(place) + ".pgm"));
    const auto picture = drawn(place, 50);
    write_bytes(options.artworks.back(),
                "P5\n64 48\n255\n" + std::string(picture.pixels().begin(), picture.pixels().end()));
  }
  const auto built = EnsembleLocator::build(gallery, network(), options);
  // An artwork that cannot be read ends the build before the long part of it.
  auto lacking = options;
  lacking.artworks.push_back(folder / "gone.pgm");
  std::vector<std::string> stages;
  const auto note = [&](const Progress& progress) {
    stages.emplace_back(progress.stage);
    return true;
  };
  CHECK(has(message_of<ImageError>([&] { (void)EnsembleLocator::build(gallery, network(), lacking, note); }),
            "gone.pgm"));
  CHECK(std::ranges::find(stages, "calibration") == stages.end());
  lacking.artworks.back().clear();
  CHECK(has(message_of<InvalidArgumentError>([&] { lacking.validate(); }), "artworks"));

  built.save(folder / "city.venloc");
  const auto loaded = load_locator(folder / "city.venloc");
  const auto by_maps = [](const Prediction& answer) {
    return std::ranges::any_of(answer.timings, [](const StageTime& time) { return time.stage == "maps"; });
  };
  int photos_as_artworks = 0, artworks_seen = 0;
  for (int place = 20; place < kPlaces; ++place) {
    const auto photo = built.locate(view(place, kViews));
    if (by_maps(photo)) {
      ++photos_as_artworks;
    } else {
      check_same(photo, of_photos.locate(view(place, kViews)));
    }
    const auto artwork = built.locate(drawn(place, kViews));
    check_same(artwork, loaded->locate(drawn(place, kViews)));
    artworks_seen += by_maps(artwork);
    if (by_maps(artwork)) CHECK(artwork.in_area == doctest::Approx(0.85));  // nothing is known
    double sum = 0;
    for (const auto& candidate : artwork.candidates) sum += candidate.probability;
    CHECK(sum <= 1 + 1e-9);
  }
  CHECK(photos_as_artworks <= 1);
  CHECK(artworks_seen >= 13);

  const auto before = built.locate(drawn(22, kViews));
  auto changed = EnsembleLocator::load(folder / "city.venloc");
  std::vector<std::string> ids = {"4-0", "9-3"};
  std::vector<std::size_t> back;
  for (std::size_t i = 0; i < gallery.size(); ++i)
    if (std::ranges::find(ids, gallery[i].id) != ids.end()) back.push_back(i);
  changed.remove(ids);
  changed.add(gallery.subset(back));
  CHECK(by_maps(changed.locate(drawn(22, kViews))));
  changed.save(folder / "changed.venloc");
  check_same(changed.locate(drawn(4, kViews)), load_locator(folder / "changed.venloc")->locate(drawn(4, kViews)));
  check_same(built.locate(drawn(22, kViews)), before);

  options.artworks.push_back(folder / "nowhere.png");
  CHECK(has(message_of<ImageError>([&] { (void)EnsembleLocator::build(gallery, network(), options); }), "nowhere.png"));
}

TEST_CASE("ensemble locator: small, strange and wrong input") {
  const TemporaryFolder folder;
  const auto gallery = city(folder, 3, 2);
  CHECK(has(message_of<InvalidArgumentError>(
                [&] { (void)EnsembleLocator::build(gallery.subset(std::vector<std::size_t>{0}), network(), small()); }),
            "at least two"));
  const auto locator = EnsembleLocator::build(gallery, network(), small());  // too small for a fit
  for (const Image& picture : {view(1, 1), Image(1, 1, 1, {7}), Image(8, 8, 3, std::vector<std::uint8_t>(192, 0))}) {
    const auto answer = locator.locate(picture);
    CHECK(answer.confidence >= 0);
    CHECK(answer.confidence <= 1);
    CHECK(answer.candidates.size() == 6);
  }
  CHECK(locator.locate(view(1, 1)).candidates.front().photo_id == "1-1");
  CHECK_THROWS_AS((void)locator.locate(Image()), ImageError);

  const auto message = [](auto change) {
    EnsembleLocatorOptions options;
    change(options);
    return message_of<InvalidArgumentError>([&] { options.validate(); });
  };
  CHECK(message([](auto&) {}).empty());
  CHECK(has(message([](auto& o) { o.sift.matching = Matching::kExhaustive; }), "sift.matching"));
  CHECK(has(message([](auto& o) { o.search.max_hits = 201; }), "max_hits"));
  CHECK(has(message([](auto& o) { o.whitening.dimension = 0; }), "whitening.dimension"));
  CHECK(has(message([](auto& o) { o.max_candidates = -1; }), "max_candidates"));
  CHECK(has(message([](auto& o) { o.calibration_folds = 2; }), "calibration_folds"));
  CHECK(has(message([](auto& o) { o.leave_out = {"all"}; }), "leave_out"));
  CHECK(has(message([](auto& o) { o.num_threads = -1; }), "num_threads"));
}

TEST_CASE("ensemble locator: a model whose parts do not fit is refused with its name") {
  const TemporaryFolder folder;
  EnsembleLocator::build(city(folder, 3, 2), network(), small()).save(folder / "whole.venloc");
  const auto file = SafetensorsFile::open(folder / "whole.venloc");
  const auto refusal = [&](const std::string& left_out, const std::string& options) {
    SafetensorsWriter writer;
    for (const auto& [name, view_] : file.tensors())
      if (name != left_out) writer.add(name, view_.type, view_.shape, view_.bytes);
    for (const auto& [key, value] : file.metadata())
      if (key.starts_with("backbone.")) writer.set_metadata(key, value);
    write_model(std::move(writer), "ensemble", options, folder / "changed.venloc");
    return message_of<FormatError>([&] { (void)load_locator(folder / "changed.venloc"); });
  };
  const auto& options = file.metadata().at("options");
  CHECK(refusal("", options).empty());
  for (const char* name :
       {"out_of_area", "descriptors.codes", "descriptors.hubness", "hubness", "ensemble.parameters", "ensemble.columns",
        "candidates.parameters", "index.codes", "whitening.projection", "area"}) {
    CAPTURE(name);
    CHECK(has(refusal(name, options), "changed.venloc"));
    CHECK(has(refusal(name, options), name));
  }
  CHECK(has(refusal("", "{}"), "options"));
  CHECK(has(refusal("", "{\"sift\": {}}"), "options"));
  auto exhaustive = nlohmann::json::parse(options);
  exhaustive["sift"]["matching"] = "exhaustive";
  CHECK(has(refusal("", exhaustive.dump()), "sift.matching"));
}
