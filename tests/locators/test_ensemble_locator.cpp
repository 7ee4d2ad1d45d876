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
#include "locators/drawn_city.hpp"
#include "locators/ensemble_evidence.hpp"
#include "locators/sift_impl.hpp"
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

CandidatePool some_pool(std::size_t n) {
  Random random(n);
  CandidatePool pool;
  for (std::size_t i = 0; i < n; ++i) {
    auto& e = pool.sift.emplace_back();
    e.picture = static_cast<std::uint32_t>((i * 7 + 3) % n);
    e.place = {40.0 * static_cast<double>(e.picture), 0};
    e.inlier_weight = static_cast<float>(n - i);
    e.scale = 1.5f;
    e.hub_rate = 0.25f;
    pool.similarities.push_back(static_cast<float>(random.uniform()));
    pool.regional.push_back(static_cast<float>(random.uniform()));
  }
  pool.features = 100;
  return pool;
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

struct Photos {
  explicit Photos(std::size_t n) : standing(n), density(n, 2.0f) {
    for (std::size_t p = 0; p < n; ++p) {
      places.push_back({40.0 * static_cast<double>(p), 0});
      standing[p].hub_rate = 0.01f * static_cast<float>(p);
    }
  }
  std::vector<EastNorth> places;
  std::vector<Standing> standing;
  std::vector<float> density;
};

}  // namespace

TEST_CASE("ensemble evidence: each row is what either kind says of that candidate") {
  constexpr std::size_t kN = 11;
  const auto pool = some_pool(kN);
  const Photos photos(kN);
  const auto rows = ensemble_features(pool, photos.places, photos.standing, photos.density, {});
  CHECK(rows.candidates.size() == kN * kEnsembleFeatures);
  CHECK(rows.list.size() == kEnsembleListFeatures);
  const auto of_sift = sift_features(pool.sift, pool.features);
  // The descriptors' list, most alike first.
  std::vector<std::size_t> order(kN);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](auto a, auto b) { return pool.similarities[a] > pool.similarities[b]; });
  std::vector<DescriptorHit> hits;
  std::vector<float> regional;
  for (const auto i : order) {
    hits.push_back({pool.sift[i].picture, pool.similarities[i]});
    regional.push_back(pool.regional[i]);
  }
  const auto of_descriptors = descriptor_features(hits, regional, photos.places, photos.standing, photos.density);
  for (std::size_t r = 0; r < kN; ++r) {
    const auto row = std::span(rows.candidates).subspan(order[r] * kEnsembleFeatures, kEnsembleFeatures);
    CHECK(std::ranges::equal(row.first(kSiftFeatures),
                             std::span(of_sift.candidates).subspan(order[r] * kSiftFeatures, kSiftFeatures)));
    CHECK(
        std::ranges::equal(row.subspan(kSiftFeatures),
                           std::span(of_descriptors.candidates).subspan(r * kDescriptorFeatures, kDescriptorFeatures)));
  }
  CHECK(std::ranges::equal(std::span(rows.list).first(kSiftListFeatures), of_sift.list));
  CHECK(std::ranges::equal(std::span(rows.list).subspan(kSiftListFeatures), of_descriptors.list));
}

TEST_CASE("ensemble evidence: what is left out does not change a row") {
  constexpr std::size_t kN = 9;
  const Photos photos(kN);
  const auto rows = [&](const CandidatePool& pool, const std::string& name, const Photos& known) {
    const std::vector<std::string> left_out = {name};
    return ensemble_features(pool, known.places, known.standing, known.density, left_out).candidates;
  };
  const auto pool = some_pool(kN);
  auto other = pool;
  for (auto& e : other.sift) e.scale = e.scale * 2;
  CHECK(rows(pool, "geometry", photos) == rows(other, "geometry", photos));
  CHECK(rows(pool, "regions", photos) != rows(other, "regions", photos));
  other = pool;
  for (auto& value : other.regional) value = -value;
  CHECK(rows(pool, "regions", photos) == rows(other, "regions", photos));
  CHECK(rows(pool, "geometry", photos) != rows(other, "geometry", photos));
  const auto all_zero = [&](const std::string& name, std::size_t column) {
    const auto found = rows(pool, name, photos);
    for (std::size_t i = 0; i < kN; ++i)
      if (found[i * kEnsembleFeatures + column] != 0) return false;
    return true;
  };
  CHECK(all_zero("descriptors", kSiftFeatures + kSimilarityGap));
  CHECK_FALSE(all_zero("sift", kSiftFeatures + kSimilarityGap));
  CHECK(all_zero("sift", kSiftWeight));
  other = pool;
  for (auto& e : other.sift) {
    e.hub_rate = 0.5f;
    e.hub_weight = 3;
    e.agreeing = 7;
    e.disagreeing = 1;
    e.density = 9;
  }
  Photos stranger(kN);
  for (auto& s : stranger.standing) s = {0.5f, 1.0f, 2.0f, 3.0f};
  CHECK(rows(pool, "standing", photos) == rows(other, "standing", stranger));
  CHECK(rows(pool, "looks", photos) != rows(other, "looks", stranger));
  CHECK(has(message_of<InvalidArgumentError>([] { check_evidence_names(std::vector<std::string>{"magic"}); }),
            "'magic', it can name descriptors, geometry"));
}

TEST_CASE("ensemble evidence: is finite for any pool") {
  const auto network = unfitted_ensemble_network();
  for (const std::size_t n : {0, 1, 2, 5}) {
    const Photos photos(n);
    auto pool = some_pool(n);
    for (auto& value : pool.similarities) value = 0.5f;  // all alike
    const auto rows = ensemble_features(pool, photos.places, photos.standing, photos.density, {});
    CHECK(std::ranges::all_of(rows.candidates, [](double v) { return std::isfinite(v); }));
    CHECK(std::ranges::all_of(rows.list, [](double v) { return std::isfinite(v); }));
    const auto answer = network.answer(rows);
    CHECK(std::accumulate(answer.probabilities.begin(), answer.probabilities.end(), 0.0) == doctest::Approx(1));
  }
}

TEST_CASE("ensemble evidence: pictures are pooled wherever they stand, and change nothing of what SIFT finds") {
  const TemporaryFolder folder;
  const auto gallery = city(folder);
  SiftLocatorOptions options = small().sift;
  options.num_threads = 2;
  options.verify_candidates = 40;
  const auto s = build_sift(gallery, options, {}, {}, {}).parts;
  for (const int place : {0, 9, 30}) {
    const auto features = describe(view(place, 50), options.sift, 1);
    const Looks looks{features.colours, s.vlad->describe(features.local)};
    std::vector<std::uint32_t> all(gallery.size()), none;
    std::iota(all.begin(), all.end(), 0u);
    const auto alone = collect_evidence(*s.index, features.local, looks, options, s.places, s.looks, {}, none);
    const auto with = collect_evidence(*s.index, features.local, looks, options, s.places, s.looks, {}, all);
    CHECK(alone.further.empty());
    REQUIRE(alone.ranked.size() == with.ranked.size());
    for (std::size_t i = 0; i < alone.ranked.size(); ++i) {
      CHECK(alone.ranked[i].evidence.picture == with.ranked[i].evidence.picture);
      CHECK(alone.ranked[i].evidence.inlier_weight == with.ranked[i].evidence.inlier_weight);
      CHECK(alone.ranked[i].evidence.shape_gap == with.ranked[i].evidence.shape_gap);
    }
    const auto pictures = pictures_of(pooled(evidence_in(with.ranked), evidence_in(with.further)));
    CHECK(pictures.size() == gallery.size());
    CHECK(std::set<std::uint32_t>(pictures.begin(), pictures.end()).size() == gallery.size());
    // What is verified because it is asked for is what a longer short list would verify.
    auto longer = options;
    longer.verify_candidates = 1000;
    longer.query.max_pictures = 1000;
    const auto deep = collect_evidence(*s.index, features.local, looks, longer, s.places, s.looks, {}, none);
    for (const auto& [e, inliers] : with.further) {
      CHECK(inliers.size() == static_cast<std::size_t>(e.inliers));
      const auto found =
          std::ranges::find(deep.ranked, e.picture, [](const VerifiedPicture& v) { return v.evidence.picture; });
      CHECK(e.inliers == (found == deep.ranked.end() ? 0.0f : found->evidence.inliers));
    }
  }
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
  int found = 0, asked = 0;
  for (int place = 0; place < kPlaces; place += 4) {
    const Image query = view(place, kViews);
    const auto answer = built.locate(query);
    check_same(answer, loaded->locate(query));
    ++asked;
    if (distance_m(answer.location, where(place)) < 50) ++found;
    CHECK(answer.candidates.size() == 20);
    CHECK(answer.radius_50_m <= answer.radius_90_m);
    CHECK(std::ranges::is_sorted(answer.candidates, std::greater{}, &Candidate::probability));
    for (const auto& c : answer.candidates) CHECK(c.matches.size() == static_cast<std::size_t>(c.inliers));
  }
  CHECK(10 * found >= 8 * asked);
  loaded->save(folder / "again.venloc");
  CHECK(read_bytes(folder / "again.venloc") == read_bytes(folder / "city.venloc"));
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
  CHECK(read_bytes(folder / "one.venloc") == read_bytes(folder / "city.venloc"));
}

TEST_CASE("ensemble locator: pictures come and go") {
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

TEST_CASE("ensemble locator: works are told from photos and located by their maps") {
  const TemporaryFolder folder;
  const auto gallery = city(folder);
  auto options = small();
  options.painting.gallery_long_side_px = 64;
  options.painting.query_long_sides_px = {64};
  options.painting.projection.dimension = 16;
  const auto of_photos = EnsembleLocator::build(gallery, network(), options);
  for (int place = 0; place < 20; ++place) {
    options.works.push_back(folder / ("work" + std::to_string(place) + ".pgm"));
    const auto picture = drawn(place, 50);
    write_bytes(options.works.back(),
                "P5\n64 48\n255\n" + std::string(picture.pixels().begin(), picture.pixels().end()));
  }
  const auto built = EnsembleLocator::build(gallery, network(), options);
  // A work that can not be read ends the build before the long part of it.
  auto lacking = options;
  lacking.works.push_back(folder / "gone.pgm");
  std::vector<std::string> stages;
  const auto note = [&](const Progress& progress) {
    stages.emplace_back(progress.stage);
    return true;
  };
  CHECK(has(message_of<ImageError>([&] { (void)EnsembleLocator::build(gallery, network(), lacking, note); }),
            "gone.pgm"));
  CHECK(std::ranges::find(stages, "calibration") == stages.end());
  lacking.works.back().clear();
  CHECK(has(message_of<InvalidArgumentError>([&] { lacking.validate(); }), "works"));

  built.save(folder / "city.venloc");
  const auto loaded = load_locator(folder / "city.venloc");
  const auto maps_asked = [](const Prediction& answer) {
    return std::ranges::any_of(answer.timings, [](const StageTime& time) { return time.stage == "maps"; });
  };
  int photos_taken_for_works = 0, works_seen = 0;
  for (int place = 20; place < kPlaces; ++place) {
    const auto photo = built.locate(view(place, kViews));
    if (maps_asked(photo)) {
      ++photos_taken_for_works;
    } else {
      check_same(photo, of_photos.locate(view(place, kViews)));
    }
    const auto work = built.locate(drawn(place, kViews));
    check_same(work, loaded->locate(drawn(place, kViews)));
    works_seen += maps_asked(work);
    if (maps_asked(work)) CHECK(work.in_area == doctest::Approx(0.85));  // nothing is known
    double sum = 0;
    for (const auto& candidate : work.candidates) sum += candidate.probability;
    CHECK(sum <= 1 + 1e-9);
  }
  CHECK(photos_taken_for_works <= 1);
  CHECK(works_seen >= 13);

  const auto before = built.locate(drawn(22, kViews));
  auto changed = EnsembleLocator::load(folder / "city.venloc");
  std::vector<std::string> ids = {"4-0", "9-3"};
  std::vector<std::size_t> back;
  for (std::size_t i = 0; i < gallery.size(); ++i)
    if (std::ranges::find(ids, gallery[i].id) != ids.end()) back.push_back(i);
  changed.remove(ids);
  changed.add(gallery.subset(back));
  CHECK(maps_asked(changed.locate(drawn(22, kViews))));
  changed.save(folder / "changed.venloc");
  check_same(changed.locate(drawn(4, kViews)), load_locator(folder / "changed.venloc")->locate(drawn(4, kViews)));
  check_same(built.locate(drawn(22, kViews)), before);

  options.works.push_back(folder / "nowhere.png");
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
       {"familiarity", "descriptors.codes", "descriptors.standing", "standing", "ensemble.parameters",
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
