// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "core/random.hpp"
#include "venloc/core/error.hpp"
#include "venloc/evaluation/geotag_audit.hpp"

using namespace venloc;

namespace {

constexpr std::size_t kScenes = 12, kPhotos = 5;  // photos of each scene

LatLng scene_at(std::size_t scene) {
  return {45.43 + 0.004 * static_cast<double>(scene / 4), 12.32 + 0.006 * static_cast<double>(scene % 4)};
}

/// Photos of a scene stand some 20 m apart; number 5 s + i is photo i of scene s.
std::vector<Photo> photos() {
  std::vector<Photo> out;
  for (std::size_t scene = 0; scene < kScenes; ++scene)
    for (std::size_t i = 0; i < kPhotos; ++i) {
      Photo photo;
      photo.id = std::to_string(scene) + "-" + std::to_string(i);
      photo.location = scene_at(scene);
      photo.location.lat += 2e-4 * static_cast<double>(i);
      out.push_back(photo);
    }
  return out;
}

/// All photos of a scene match.
std::vector<PhotoMatch> matches(double weight = 12) {
  std::vector<PhotoMatch> out;
  for (std::size_t scene = 0; scene < kScenes; ++scene)
    for (std::size_t i = 0; i < kPhotos; ++i)
      for (std::size_t j = i + 1; j < kPhotos; ++j)
        out.push_back({scene * kPhotos + i, scene * kPhotos + j, 30, weight});
  return out;
}

std::set<std::string> ids(const std::vector<GeotagFinding>& findings) {
  std::set<std::string> out;
  for (const auto& finding : findings) out.insert(finding.photo_id);
  return out;
}

}  // namespace

TEST_CASE("geotag audit: what agrees is left alone, what is moved is found and put back") {
  CHECK(audit_geotags(Gallery(photos()), matches()).empty());
  auto moved = photos();
  const std::vector<std::size_t> wrong = {1, 22, 43};
  for (const std::size_t photo : wrong) moved[photo].location = scene_at((photo / kPhotos + 5) % kScenes);
  const auto findings = audit_geotags(Gallery(moved), matches());
  CHECK(ids(findings) == std::set<std::string>{"0-1", "4-2", "8-3"});
  for (const auto& finding : findings) {
    CHECK(finding.location == moved[finding.photo].location);
    CHECK(distance_m(finding.suggested, photos()[finding.photo].location) < 60);
    CHECK(finding.distance_m == doctest::Approx(distance_m(finding.location, finding.suggested)));
    CHECK(finding.spread_m < 60);
    CHECK(finding.doubt > 0.9);
    CHECK(finding.claims == kPhotos - 1);
    CHECK(finding.certain);
    REQUIRE(finding.evidence.size() == kPhotos - 1);
    for (const auto& match : finding.evidence) CHECK((match.first == finding.photo || match.second == finding.photo));
  }
}

TEST_CASE("geotag audit: two photos that contradict each other leave both undecided, a third decides") {
  auto three = photos();
  three.resize(3);
  three[0].location = scene_at(7);
  const std::vector<PhotoMatch> one = {{0, 1, 200, 100}};
  CHECK(audit_geotags(Gallery(three), one).empty());
  const std::vector<PhotoMatch> all = {{0, 1, 200, 100}, {0, 2, 200, 100}, {1, 2, 200, 100}};
  CHECK(ids(audit_geotags(Gallery(three), all)) == std::set<std::string>{"0-0"});
}

TEST_CASE("geotag audit: many weak matches by chance do not outweigh a few strong ones") {
  // Repetitive facades: every photo also matches photos of six other scenes, each time the same two of them.
  auto moved = photos();
  auto all = matches(300);
  for (std::size_t photo = 0; photo < moved.size(); ++photo)
    for (std::size_t other = 1; other <= 6; ++other)
      for (std::size_t i = 0; i < 2; ++i) {
        const std::size_t match = (photo / kPhotos + other) % kScenes * kPhotos + i;
        all.push_back({std::min(photo, match), std::max(photo, match), 22, 20});
      }
  CHECK(audit_geotags(Gallery(moved), all).empty());
  moved[kPhotos * 3 + 2].location = scene_at(8);
  CHECK(ids(audit_geotags(Gallery(moved), all)) == std::set<std::string>{"3-2"});
}

TEST_CASE("geotag audit: photos of one place or one upload are one claim") {
  // Scene 0 is claimed for a photo of scene 5 by four photos.
  const auto findings_with = [](const auto& change) {
    auto claimed = photos();
    for (std::size_t i = 0; i < 4; ++i) change(claimed[i], i);
    std::vector<PhotoMatch> all;
    for (const auto& match : matches(60))
      if (match.first != 5 * kPhotos && match.second != 5 * kPhotos) all.push_back(match);
    for (std::size_t i = 0; i < 4; ++i) all.push_back({i, 5 * kPhotos, 90, 60});
    return audit_geotags(Gallery(claimed), all);
  };
  const auto independent = findings_with([](Photo&, std::size_t) {});
  REQUIRE(independent.size() == 1);
  CHECK(independent.front().photo_id == "5-0");
  CHECK(independent.front().claims == 4);
  CHECK(independent.front().certain);
  CHECK(findings_with([](Photo& photo, std::size_t) { photo.location = scene_at(0); }).empty());
  CHECK(findings_with([](Photo& photo, std::size_t i) {
          photo.id = "flickr:" + std::to_string(5'000'000 + 9'000 * i);
        }).empty());
  const auto pairs = findings_with([](Photo& photo, std::size_t i) {
    photo.id = "flickr:" + std::to_string(5'000'000 + 100 * i + (i < 2 ? 0 : 90'000));
  });
  REQUIRE(pairs.size() == 1);
  CHECK(pairs.front().claims == 2);
  CHECK_FALSE(pairs.front().certain);
}

TEST_CASE("geotag audit: what a match supports is not certain to be wrong") {
  auto moved = photos();
  moved[0].location = scene_at(7);
  auto all = matches(60);
  CHECK(audit_geotags(Gallery(moved), all).front().certain);
  all.push_back({0, 7 * kPhotos + 3, 90, 60});
  for (const auto& finding : audit_geotags(Gallery(moved), all)) CHECK_FALSE(finding.certain);
}

TEST_CASE("geotag audit: the order of the photos does not matter") {
  auto moved = photos();
  for (const std::size_t photo : {3, 17, 18, 40}) moved[photo].location = scene_at(11 - photo / kPhotos);
  const auto expected = audit_geotags(Gallery(moved), matches());
  std::vector<std::size_t> order(moved.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  Random random(3);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  std::vector<Photo> shuffled(moved.size());
  for (std::size_t i = 0; i < order.size(); ++i) shuffled[order[i]] = moved[i];
  std::vector<PhotoMatch> renamed;
  for (const auto& match : matches())
    renamed.push_back({std::min(order[match.first], order[match.second]),
                       std::max(order[match.first], order[match.second]), match.inliers, match.weight});
  const auto found = audit_geotags(Gallery(shuffled), renamed);
  CHECK(ids(found) == ids(expected));
  REQUIRE(found.size() == expected.size());
  for (const auto& finding : found) {
    const auto same = std::ranges::find(expected, finding.photo_id, &GeotagFinding::photo_id);
    CHECK(finding.doubt == doctest::Approx(same->doubt));
    CHECK(distance_m(finding.suggested, same->suggested) < 0.01);
  }
}

TEST_CASE("geotag audit: weak matches have no effect, and wrong use is refused") {
  auto moved = photos();
  moved[1].location = scene_at(9);
  CHECK(audit_geotags(Gallery(moved), matches(3.9)).empty());
  GeotagAuditOptions options;
  options.min_inliers = 31;
  CHECK(audit_geotags(Gallery(moved), matches(), options).empty());
  CHECK(audit_geotags(Gallery(std::vector<Photo>()), {}).empty());

  const std::vector<PhotoMatch> beyond = {{0, moved.size(), 30, 12}};
  CHECK(message_of<InvalidArgumentError>([&] { (void)audit_geotags(Gallery(moved), beyond); }).find("60") !=
        std::string::npos);
  const auto refused = [](auto change, const char* field) {
    GeotagAuditOptions wrong;
    change(wrong);
    CHECK(message_of<InvalidArgumentError>([&] { wrong.validate(); }).starts_with(field));
  };
  refused([](auto& o) { o.min_inliers = 0; }, "min_inliers");
  refused([](auto& o) { o.min_weight = -1; }, "min_weight");
  refused([](auto& o) { o.reach_m = 0; }, "reach_m");
  refused([](auto& o) { o.wrong_share = 1; }, "wrong_share");
  refused([](auto& o) { o.num_threads = -1; }, "num_threads");
}
