// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <set>
#include <vector>

#include "core/files.hpp"
#include "core/random.hpp"
#include "venloc/core/error.hpp"
#include "venloc/retrieval/verification.hpp"

using namespace venloc;

namespace {

using Transform = std::array<double, 9>;

double uniform(Random& random, double low, double high) { return low + (high - low) * random.uniform(); }

std::array<double, 2> apply(const Transform& t, double x, double y) {
  const double w = t[6] * x + t[7] * y + t[8];
  return {(t[0] * x + t[1] * y + t[2]) / w, (t[3] * x + t[4] * y + t[5]) / w};
}

struct Problem {
  LocalFeatures query;
  std::vector<FeatureMatch> matches;
  std::set<std::uint32_t> planted;  // positions of the true matches
};

/// `inliers` matches that follow the transform within `noise_px`, and `outliers` wrong ones, in mixed order.
Problem planted(const Transform& t, double scale, double rotation, std::size_t inliers, std::size_t outliers,
                double noise_px, std::uint64_t seed) {
  Random random(seed);
  Problem problem;
  problem.query.width = 640;
  problem.query.height = 480;
  std::vector<int> kinds(inliers, 1);
  kinds.resize(inliers + outliers, 0);
  random.shuffle(std::span(kinds));
  for (std::uint32_t i = 0; i < kinds.size(); ++i) {
    Keypoint q;
    q.x = static_cast<float>(uniform(random, 5, 635));
    q.y = static_cast<float>(uniform(random, 5, 475));
    q.scale = static_cast<float>(uniform(random, 3, 30));
    q.angle = static_cast<float>(uniform(random, 0, 2 * std::numbers::pi));
    FeatureMatch match;
    match.query = i;
    match.feature = 1000 + i;
    match.weight = 0.5f;
    if (kinds[i] == 1) {
      const auto p = apply(t, q.x, q.y);
      match.keypoint.x = static_cast<float>(p[0] + uniform(random, -noise_px, noise_px));
      match.keypoint.y = static_cast<float>(p[1] + uniform(random, -noise_px, noise_px));
      match.keypoint.scale = static_cast<float>(q.scale * scale * uniform(random, 0.95, 1.05));
      match.keypoint.angle = static_cast<float>(q.angle + rotation + uniform(random, -0.05, 0.05));
      problem.planted.insert(i);
    } else {
      match.keypoint.x = static_cast<float>(uniform(random, 0, 640));
      match.keypoint.y = static_cast<float>(uniform(random, 0, 640));
      match.keypoint.scale = static_cast<float>(uniform(random, 3, 30));
      match.keypoint.angle = static_cast<float>(uniform(random, 0, 2 * std::numbers::pi));
    }
    problem.query.keypoints.push_back(q);
    problem.matches.push_back(match);
  }
  problem.query.descriptors.resize(problem.query.keypoints.size());
  return problem;
}

Transform similarity(double scale, double rotation, double x, double y) {
  const double c = scale * std::cos(rotation), s = scale * std::sin(rotation);
  return {c, -s, x, s, c, y, 0, 0, 1};
}

/// Largest distance between what two transforms make of points of the query.
double largest_difference_px(const Transform& a, const Transform& b) {
  double largest = 0;
  for (const double x : {50.0, 320.0, 590.0})
    for (const double y : {50.0, 240.0, 430.0}) {
      const auto p = apply(a, x, y), q = apply(b, x, y);
      largest = std::max(largest, std::hypot(p[0] - q[0], p[1] - q[1]));
    }
  return largest;
}

VerificationOptions with(VerificationModel model) {
  VerificationOptions options;
  options.model = model;
  return options;
}

/// What holds whatever the input is.
void check_sane(const Verification& v, const Problem& problem) {
  CHECK(v.inliers == static_cast<int>(v.inlier_matches.size()));
  CHECK(v.effective_inliers <= v.inliers);
  CHECK((v.inliers == 0) == (v.effective_inliers == 0));
  std::set<std::uint32_t> positions, queries, features;
  double weight = 0;
  for (const auto i : v.inlier_matches) {
    REQUIRE(i < problem.matches.size());
    CHECK(positions.insert(i).second);
    CHECK(queries.insert(problem.matches[i].query).second);
    CHECK(features.insert(problem.matches[i].feature).second);
    weight += problem.matches[i].weight;
  }
  CHECK(v.weight == doctest::Approx(weight));
  CHECK((v.spread >= 0 && v.spread <= 1));
  CHECK((std::isfinite(v.scale) && v.scale >= 0));
  CHECK(std::abs(v.rotation) <= std::numbers::pi + 1e-9);
  for (const double t : v.transform) CHECK(std::isfinite(t));
}

void check_found(const Verification& v, const Problem& problem, std::size_t missed, std::size_t chance) {
  check_sane(v, problem);
  std::size_t right = 0;
  for (const auto i : v.inlier_matches) right += problem.planted.count(i);
  CHECK(right + missed >= problem.planted.size());
  CHECK(v.inlier_matches.size() - right <= chance);
}

}  // namespace

TEST_CASE("verification: matches of another query are refused") {
  LocalFeatures query;
  query.keypoints.resize(3);
  query.descriptors.resize(3);
  query.width = query.height = 100;
  std::vector<FeatureMatch> matches(1);
  matches[0].query = 2;
  CHECK(verify(query, matches).inliers <= 1);
  matches[0].query = 3;
  CHECK(message_of<InvalidArgumentError>([&] {
          (void)verify(query, matches);
        }).find("feature 3 of the query, which has 3") != std::string::npos);
}

TEST_CASE("verification: options name the field that is wrong") {
  VerificationOptions options;
  options.validate();
  options.max_error_px = 0;
  CHECK(message_of<InvalidArgumentError>([&] { options.validate(); }).find("max_error_px") != std::string::npos);
  options.max_error_px = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS((void)verify({}, {}, options), InvalidArgumentError);
  options = {};
  options.grid_cells = 0;
  CHECK(message_of<InvalidArgumentError>([&] { options.validate(); }).find("grid_cells") != std::string::npos);
}

TEST_CASE("verification: a planted similarity is found with its scale and rotation, by every model") {
  std::uint64_t seed = 0;
  for (const auto model : {VerificationModel::kSimilarity, VerificationModel::kAffine, VerificationModel::kHomography})
    for (const double scale : {0.5, 1.0, 1.8})
      for (const double rotation : {-2.5, 0.0, 0.4, 3.1}) {
        const auto truth = similarity(scale, rotation, 120, 60);
        const auto problem = planted(truth, scale, rotation, 40, 80, 1.0, ++seed);
        const auto v = verify(problem.query, problem.matches, with(model));
        CAPTURE(scale);
        CAPTURE(rotation);
        check_found(v, problem, 0, 5);
        CHECK(v.scale == doctest::Approx(scale).epsilon(0.03));
        CHECK(std::abs(std::remainder(v.rotation - rotation, 2 * std::numbers::pi)) < 0.03);
        CHECK(largest_difference_px(v.transform, truth) < 6.0);
        CHECK(v.spread > 0.5);
      }
}

TEST_CASE("verification: a planted affine map is found") {
  std::uint64_t seed = 100;
  for (const double shear : {-0.3, 0.25})
    for (const double stretch : {0.7, 1.3}) {
      const Transform truth = {stretch, shear, 40, 0.1, 1.0, -20, 0, 0, 1};
      const auto problem = planted(truth, std::sqrt(stretch), 0, 40, 60, 1.0, ++seed);
      const auto v = verify(problem.query, problem.matches, with(VerificationModel::kAffine));
      CAPTURE(shear);
      CAPTURE(stretch);
      check_found(v, problem, 0, 5);
      CHECK(largest_difference_px(v.transform, truth) < 4.0);
      CHECK(v.scale == doctest::Approx(std::sqrt(stretch - 0.1 * shear)).epsilon(0.03));
      // The similarity explains less of it.
      const auto simple = verify(problem.query, problem.matches, with(VerificationModel::kSimilarity));
      check_sane(simple, problem);
      CHECK(simple.inliers < v.inliers);
    }
}

TEST_CASE("verification: a planted homography is found") {
  const Transform truth = {1.0, 0.05, 10, -0.03, 0.95, 20, 2.5e-4, -1e-4, 1};
  const auto problem = planted(truth, 0.95, 0, 60, 60, 0.7, 200);
  const auto v = verify(problem.query, problem.matches, with(VerificationModel::kHomography));
  check_found(v, problem, 2, 5);
  CHECK(largest_difference_px(v.transform, truth) < 5.0);
  const auto affine = verify(problem.query, problem.matches, with(VerificationModel::kAffine));
  CHECK(affine.weight <= v.weight);
}

TEST_CASE("verification: matches without a common geometry give few inliers") {
  for (std::uint64_t seed = 300; seed < 306; ++seed) {
    const auto problem = planted(similarity(1, 0, 0, 0), 1, 0, 0, 60, 0, seed);
    for (const auto model :
         {VerificationModel::kSimilarity, VerificationModel::kAffine, VerificationModel::kHomography}) {
      const auto v = verify(problem.query, problem.matches, with(model));
      check_sane(v, problem);
      CHECK(v.inliers <= 8);
    }
  }
}

TEST_CASE("verification: a query feature and a gallery feature count once, the heavier match stays") {
  auto problem = planted(similarity(1.1, 0.2, 30, 10), 1.1, 0.2, 20, 0, 0.2, 400);
  const auto originals = problem.matches;
  for (std::size_t i = 0; i < originals.size(); ++i) {
    auto again = originals[i];  // the same pair of features in another match
    again.weight = i % 2 == 0 ? 0.9f : 0.1f;
    if (i % 3 == 0) again.feature += 5000;  // another gallery feature at the same spot
    problem.matches.push_back(again);
  }
  const auto v = verify(problem.query, problem.matches, with(VerificationModel::kAffine));
  check_sane(v, problem);
  CHECK(v.inliers == 20);
  for (const auto i : v.inlier_matches) {
    const auto original = i % originals.size();
    CHECK((i >= originals.size()) == (original % 2 == 0));
  }
  // Many query features on one gallery feature are one inlier.
  auto onto_one = planted(similarity(1, 0, 0, 0), 1, 0, 20, 0, 0.0, 401);
  for (std::uint32_t i = 0; i < 20; ++i) {
    onto_one.matches[i].feature = 7;
    onto_one.query.keypoints[i] = {300.0f + 0.1f * static_cast<float>(i), 200, 8, 1, 0};
    onto_one.matches[i].keypoint = {301, 201, 8, 1, 0};
  }
  const auto one = verify(onto_one.query, onto_one.matches);
  check_sane(one, onto_one);
  CHECK(one.inliers == 1);
}

TEST_CASE("verification: a clump of repeated texture counts little") {
  auto problem = planted(similarity(1, 0, 20, 30), 1, 0, 60, 0, 0.5, 500);
  for (std::uint32_t i = 0; i < 60; ++i) {
    auto& q = problem.query.keypoints[i];
    q.x = 300 + q.x / 50;  // all within 13 x 10 px
    q.y = 200 + q.y / 50;
    problem.matches[i].keypoint.x = q.x + 20;
    problem.matches[i].keypoint.y = q.y + 30;
  }
  const auto v = verify(problem.query, problem.matches);
  check_sane(v, problem);
  CHECK(v.inliers == 60);
  CHECK(v.effective_inliers <= 4);
  CHECK(v.spread < 0.001);
  auto finer = VerificationOptions{};
  finer.grid_cells = 640;
  CHECK(verify(problem.query, problem.matches, finer).effective_inliers > 20);
}

TEST_CASE("verification: degenerate matches do no harm") {
  for (const auto model :
       {VerificationModel::kSimilarity, VerificationModel::kAffine, VerificationModel::kHomography}) {
    const auto run = [&](const Problem& problem) {
      const auto v = verify(problem.query, problem.matches, with(model));
      check_sane(v, problem);
      return v;
    };
    CHECK(run({}).inliers == 0);
    for (const std::size_t n : {1u, 2u})
      CHECK(run(planted(similarity(1, 0, 0, 0), 1, 0, n, 0, 0, 600 + n)).inliers == 0);
    for (const std::size_t n : {3u, 4u, 5u})
      CHECK(run(planted(similarity(1, 0, 0, 0), 1, 0, n, 0, 0, 600 + n)).inliers == int(n));

    auto one_point = planted(similarity(1, 0, 0, 0), 1, 0, 30, 0, 0, 610);
    for (auto& k : one_point.query.keypoints) k.x = k.y = 100;
    for (auto& m : one_point.matches) m.keypoint.x = m.keypoint.y = 100;
    run(one_point);
    auto to_one_point = planted(similarity(1, 0, 0, 0), 1, 0, 30, 0, 0, 611);
    for (auto& m : to_one_point.matches) m.keypoint.x = m.keypoint.y = 100;
    CHECK(run(to_one_point).inliers < 8);
    auto from_one_point = planted(similarity(1, 0, 0, 0), 1, 0, 30, 0, 0, 612);
    for (auto& k : from_one_point.query.keypoints) k.x = k.y = 100;
    CHECK(run(from_one_point).inliers < 8);
    auto line = planted(similarity(1.2, 0.3, 10, 5), 1.2, 0.3, 30, 0, 0, 613);
    for (std::size_t i = 0; i < 30; ++i) {
      line.query.keypoints[i].y = line.query.keypoints[i].x / 2 + 20;
      const auto p = apply(similarity(1.2, 0.3, 10, 5), line.query.keypoints[i].x, line.query.keypoints[i].y);
      line.matches[i].keypoint.x = static_cast<float>(p[0]);
      line.matches[i].keypoint.y = static_cast<float>(p[1]);
    }
    CHECK(run(line).inliers >= 15);
    auto huge = planted(similarity(1, 0, 0, 0), 1, 0, 20, 20, 0, 614);
    for (auto& m : huge.matches) m.keypoint.scale *= 1e6f;
    run(huge);
    auto no_scale = planted(similarity(1, 0, 0, 0), 1, 0, 20, 20, 0, 615);
    for (auto& k : no_scale.query.keypoints) k.scale = 0;
    run(no_scale);
    for (auto& m : no_scale.matches) m.keypoint.scale = 0;
    run(no_scale);
    auto weightless = planted(similarity(1, 0, 0, 0), 1, 0, 20, 5, 0, 616);
    for (auto& m : weightless.matches) m.weight = 0;
    run(weightless);
  }
}

TEST_CASE("verification: the same input gives the same answer") {
  for (const auto model :
       {VerificationModel::kSimilarity, VerificationModel::kAffine, VerificationModel::kHomography}) {
    const auto problem = planted({1.0, 0.05, 10, -0.03, 0.95, 20, 2.5e-4, -1e-4, 1}, 0.95, 0, 30, 60, 2.0, 700);
    const auto first = verify(problem.query, problem.matches, with(model));
    for (int i = 0; i < 3; ++i) {
      const auto again = verify(problem.query, problem.matches, with(model));
      CHECK(again.transform == first.transform);
      CHECK(again.inlier_matches == first.inlier_matches);
      CHECK(again.weight == first.weight);
    }
  }
}
