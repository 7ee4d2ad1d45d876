// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <vector>

#include "core/files.hpp"
#include "core/random.hpp"
#include "ranking/calibration.hpp"
#include "venloc/core/error.hpp"

using namespace venloc;

namespace {

Gallery photos(std::size_t n) {
  Random random(6);
  std::vector<Photo> out(n);
  for (std::size_t i = 0; i < n; ++i) {
    out[i].id = std::to_string(i);
    out[i].location = {45.43 + 0.01 * random.uniform(), 12.33 + 0.01 * random.uniform()};
  }
  return Gallery(out);
}

ModelGallery model_of(const Gallery& gallery) {
  ModelGallery out;
  out.set_photos(gallery);
  return out;
}

}  // namespace

TEST_CASE("calibration: few photos give no folds, others as many as there are groups") {
  CHECK(calibration_folds(photos(19), {20, 5, false, 1, 1}, {}).empty());
  CHECK(calibration_folds(photos(2), {2, 5, false, 1, 1}, {}).empty());  // fewer than three folds
  const auto folds = calibration_folds(photos(20), {20, 5, false, 1, 1}, {});
  REQUIRE(folds.size() == 5);
  std::set<std::size_t> seen;
  for (const auto& fold : folds) {
    CHECK(fold.train.size() + fold.test.size() == 20);
    seen.insert(fold.test.begin(), fold.test.end());
  }
  CHECK(seen.size() == 20);
}

TEST_CASE("calibration: every photo is a query once, without the photos of its fold") {
  const auto gallery = photos(40);
  const auto model = model_of(gallery);
  const auto folds = calibration_folds(gallery, {10, 4, false, 3, 1}, {});
  std::vector<int> queries(40, 0);
  const Split* current = nullptr;
  std::mutex mutex;
  const CalibrationSteps steps = {
      [&](const Split& fold) { current = &fold; },
      [&](std::size_t q, std::span<const std::uint8_t> held_out) {
        const std::lock_guard lock(mutex);
        ++queries[q];
        REQUIRE(held_out.size() == 40);
        for (std::size_t p = 0; p < 40; ++p)
          CHECK((held_out[p] != 0) == (std::ranges::find(current->test, p) != current->test.end()));
        CHECK(held_out[q] != 0);
        // All photos that are there are candidates, on the short list and with a weight that is significant.
        Evidence out;
        for (std::uint32_t p = 0; p < 40; ++p) {
          if (held_out[p] != 0) continue;
          auto& e = out.candidates.emplace_back();
          e.photo = p;
          e.place = model.places[p];
          e.retrievers = kByFeatures;
          e.votes = 1;
          e.inlier_weight = 2;
        }
        return out;
      }};
  std::size_t reports = 0, last = 0;
  const auto found = calibrate(model, folds, steps, 2, [&](const Progress& p) {
    CHECK(p.total == 40);
    CHECK(p.done > last);
    last = p.done;
    ++reports;
    return true;
  });
  CHECK(reports == 40);
  CHECK(std::ranges::all_of(queries, [](int n) { return n == 1; }));
  REQUIRE(found.queries.size() == 40);
  for (std::size_t q = 0; q < 40; ++q) {
    CHECK(found.queries[q].truth == model.places[q]);
    CHECK(found.queries[q].prior_density > 0);
  }
  // By brute force: how many queries farther than 500 m had the photo on their list.
  for (std::size_t f = 0; f < folds.size(); ++f)
    for (const auto q : folds[f].test)
      for (const auto& e : found.queries[q].evidence.candidates) {
        double far = 0, others = 0;
        for (std::size_t other_fold = 0; other_fold < folds.size(); ++other_fold) {
          if (other_fold == f) continue;  // the query's own fold contributes nothing
          const auto& test = folds[other_fold].test;
          if (std::ranges::find(test, e.photo) != test.end()) continue;  // the photo was held out itself
          for (const auto other : test) {
            others += 1;
            if (distance_m(model.places[other], model.places[e.photo]) > 500) far += 1;
          }
        }
        CHECK(e.feature_hubness.rate == doctest::Approx(far / others));
        if (far > 0) CHECK(e.feature_hubness.weight == doctest::Approx(2));
        CHECK(e.descriptor_hubness == Hubness{});
      }
}

TEST_CASE("calibration: density and prior are those of the other folds") {
  const auto gallery = photos(60);
  const auto model = model_of(gallery);
  const auto folds = calibration_folds(gallery, {10, 3, false, 3, 1}, {});
  const auto densities = held_out_prior(model, folds);
  for (const auto& fold : folds) {
    const HeldOutPlaces known(model, fold);
    for (std::size_t p = 0; p < 60; ++p) {
      double near = 0;
      for (const auto other : fold.train)
        if (other != p && distance_m(model.places[p], model.places[other]) < kSupportM) near += 1;
      CHECK(known.density[p] == doctest::Approx(near * 60 / static_cast<double>(fold.train.size())));
    }
    for (const auto p : fold.test) CHECK(densities[p] == known.prior.density(model.photos[p].location));
  }
}

TEST_CASE("calibration: can be cancelled, and what a query throws is passed on") {
  const auto gallery = photos(30);
  const auto model = model_of(gallery);
  const auto folds = calibration_folds(gallery, {10, 3, false, 3, 1}, {});
  const CalibrationSteps steps = {{}, [](std::size_t, std::span<const std::uint8_t>) { return Evidence(); }};
  CHECK_THROWS_AS((void)calibrate(model, folds, steps, 1, [](const Progress& p) { return p.done < 14; }),
                  CancelledError);
  const CalibrationSteps failing = {
      {}, [](std::size_t, std::span<const std::uint8_t>) -> Evidence { throw ImageError("cannot be read"); }};
  CHECK_THROWS_AS((void)calibrate(model, folds, failing, 2, {}), ImageError);
}
