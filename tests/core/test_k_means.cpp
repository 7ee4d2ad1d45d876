// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "core/k_means.hpp"
#include "core/random.hpp"

using namespace venloc;

namespace {

/// Points with whole numbers; centres are kept as sums and counts, so that nothing is rounded but distances.
struct Plane {
  using Point = std::array<std::int64_t, 2>;
  using Sum = Point;

  [[nodiscard]] double square_distance(std::size_t point, std::size_t centre) const {
    double out = 0;
    for (std::size_t d = 0; d < 2; ++d) {
      const double difference = static_cast<double>(points[point][d]) - centres[centre][d];
      out += difference * difference;
    }
    return out;
  }

  void begin_iteration() { ++iterations; }
  [[nodiscard]] std::size_t nearest(std::size_t point, std::size_t) const {
    std::size_t best = 0;
    for (std::size_t c = 1; c < centres.size(); ++c)
      if (square_distance(point, c) < square_distance(point, best)) best = c;
    return best;
  }
  void add(Sum& sum, std::size_t point) const { merge(sum, points[point]); }
  static void merge(Sum& sum, const Sum& other) {
    for (std::size_t d = 0; d < 2; ++d) sum[d] += other[d];
  }
  void move(std::size_t centre, const Sum& sum, std::size_t count) {
    for (std::size_t d = 0; d < 2; ++d) centres[centre][d] = static_cast<double>(sum[d]) / static_cast<double>(count);
  }
  void refill(std::size_t centre, const std::vector<std::size_t>& counts, const std::vector<std::uint32_t>& assigned) {
    refilled.push_back(centre);
    CHECK(counts[centre] == 0);
    CHECK(std::ranges::find(assigned, centre) == assigned.end());
  }

  std::vector<Point> points;
  std::vector<std::array<double, 2>> centres;
  int iterations = 0;
  std::vector<std::size_t> refilled;
};

Plane random_plane(std::size_t points, std::size_t centres, std::uint64_t seed) {
  Random random(seed);
  Plane plane;
  for (std::size_t i = 0; i < points; ++i)
    plane.points.push_back(
        {static_cast<std::int64_t>(random.below(1000)), static_cast<std::int64_t>(random.below(1000))});
  for (std::size_t c = 0; c < centres; ++c)
    plane.centres.push_back({static_cast<double>(random.below(1000)), static_cast<double>(random.below(1000))});
  return plane;
}

/// Sum of squared distances of the points to the centres that they are with.
double inertia(const Plane& plane, const std::vector<std::uint32_t>& assigned) {
  double sum = 0;
  for (std::size_t i = 0; i < assigned.size(); ++i) sum += plane.square_distance(i, assigned[i]);
  return sum;
}

}  // namespace

TEST_CASE("k_means never increases the sum of squared distances, and ends where both steps change nothing") {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    Plane plane = random_plane(300, 7, seed);
    double last = std::numeric_limits<double>::infinity();
    std::vector<std::uint32_t> assigned;
    for (int iteration = 0; iteration < 100; ++iteration) {
      assigned = k_means(plane, 300, 7, 1, 1, std::move(assigned));
      const double now = inertia(plane, assigned);
      CHECK(now <= last * (1 + 1e-12));
      last = now;
    }
    CHECK(plane.iterations == 100);
    for (std::size_t i = 0; i < 300; ++i) CHECK(plane.nearest(i, 0) == assigned[i]);
    for (std::size_t c = 0; c < 7; ++c) {
      double count = 0, sum = 0;
      for (std::size_t i = 0; i < 300; ++i)
        if (assigned[i] == c) {
          ++count;
          sum += static_cast<double>(plane.points[i][0]);
        }
      if (count > 0) CHECK(plane.centres[c][0] == doctest::Approx(sum / count).epsilon(1e-12));
    }
  }
}

TEST_CASE("k_means: many iterations at once are as many one by one, at any number of threads") {
  Plane one_by_one = random_plane(500, 9, 3);
  std::vector<std::uint32_t> expected;
  for (int iteration = 0; iteration < 6; ++iteration) expected = k_means(one_by_one, 500, 9, 1, 1, std::move(expected));
  for (const int threads : {1, 2, 3, 8, 0}) {
    Plane plane = random_plane(500, 9, 3);
    CHECK(k_means(plane, 500, 9, 6, threads) == expected);
    CHECK(plane.centres == one_by_one.centres);
  }
}

TEST_CASE("k_means finds groups that lie far apart, from a centre in each") {
  Plane plane = random_plane(0, 0, 0);
  for (std::int64_t i = 0; i < 30; ++i) plane.points.push_back({10'000 * (i % 3) + i, 5 * i});
  plane.centres = {{0, 0}, {10'001, 5}, {20'002, 10}};
  const auto assigned = k_means(plane, 30, 3, 5, 1);
  for (std::size_t i = 0; i < 30; ++i) CHECK(assigned[i] == i % 3);
  CHECK(plane.refilled.empty());
}

TEST_CASE("k_means leaves centres without points to the space, and points without iterations where they are") {
  Plane plane = random_plane(20, 2, 1);
  plane.centres.push_back({1e6, 1e6});
  k_means(plane, 20, 3, 2, 1);
  CHECK(plane.refilled == std::vector<std::size_t>{2, 2});
  CHECK(plane.centres[2] == std::array<double, 2>{1e6, 1e6});
  CHECK(k_means(plane, 3, 3, 0, 1, {2, 0, 1}) == std::vector<std::uint32_t>{2, 0, 1});
}
