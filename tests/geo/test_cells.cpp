// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <s2/s2cell.h>
#include <s2/s2cell_id.h>
#include <s2/s2latlng.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <numeric>
#include <random>
#include <set>

#include "core/files.hpp"
#include "venloc/core/error.hpp"
#include "venloc/geo/cells.hpp"

using namespace venloc;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr LatLng kRialto{45.438, 12.3359};

S2CellId leaf(LatLng place) { return S2CellId(S2LatLng::FromDegrees(place.lat, place.lng)); }

LatLng place_of(S2Point point) {
  const S2LatLng place(point);
  return {place.lat().degrees(), place.lng().degrees()};
}

/// Places all over the Earth, its poles and seams among them.
std::vector<LatLng> everywhere(std::size_t count) {
  std::vector<LatLng> out = {{90, 0},    {-90, 0}, {0, 0},   {0, 180},     {0, -180},
                             {45, 45},   {0, 90},  {0, -90}, {35.26, -45}, {-35.264389682754654, 135},
                             {45, -180}, {90, 180}};
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> unit(-1.0, 1.0);
  while (out.size() < count) out.push_back({std::asin(unit(random)) * 180 / std::numbers::pi, 180 * unit(random)});
  return out;
}

/// A city as photos make it: crowds at a few spots, single photos anywhere, many at one coordinate.
std::vector<LatLng> city(std::size_t count, unsigned seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> unit(0.0, 1.0);
  const LatLng crowds[] = {{45.4341, 12.3388}, {45.438, 12.3359}, {45.4305, 12.3278}, {45.4583, 12.3525}};
  std::vector<LatLng> out;
  for (std::size_t i = 0; i < count; ++i) {
    const auto crowd = crowds[random() % 4];
    if (i % 10 == 0)
      out.push_back({45.36 + 0.15 * unit(random), 12.2 + 0.25 * unit(random)});
    else if (i % 10 == 1)
      out.push_back(kRialto);
    else
      out.push_back({crowd.lat + 0.002 * normal(random), crowd.lng + 0.003 * normal(random)});
  }
  return out;
}

std::size_t inside(CellId cell, std::span<const LatLng> places) {
  return static_cast<std::size_t>(std::ranges::count_if(places, [&](LatLng place) { return cell.contains(place); }));
}

}  // namespace

TEST_CASE("cells: tokens, centres, corners, parents, quarters and neighbours are those of S2 at every level") {
  for (const auto place : everywhere(150))
    for (int level = 0; level <= CellId::kMaxLevel; ++level) {
      const auto s2 = leaf(place).parent(level);
      const auto cell = cell_at(place, level);
      CHECK(cell.id == s2.id());
      CHECK(cell.is_valid());
      CHECK(cell.token() == s2.ToToken());
      CHECK(CellId::from_token(cell.token()) == cell);
      CHECK(cell.level() == level);
      CHECK(cell.center() == place_of(s2.ToPoint()));
      CHECK(cell.parent(level / 2).id == s2.parent(level / 2).id());
      CHECK(cell.parent(level) == cell);
      const auto vertices = cell.vertices();
      const auto neighbours = cell.neighbours();
      S2CellId around[4];
      s2.GetEdgeNeighbors(around);
      for (int k = 0; k < 4; ++k) {
        const auto at = static_cast<std::size_t>(k);
        CHECK(vertices[at] == place_of(S2Cell(s2).GetVertex(k)));
        CHECK(neighbours[at].id == around[k].id());
        if (level < CellId::kMaxLevel) {
          CHECK(cell.children()[at].id == s2.child(k).id());
          CHECK(cell.contains(cell.children()[at]));
          CHECK_FALSE(cell.children()[at].contains(cell));
        }
      }
    }
}

TEST_CASE("cells: a place is in one cell of a level, and in all cells around it") {
  for (const auto place : everywhere(60))
    for (const int level : {0, 3, 13, 18, 30}) {
      const auto cell = cell_at(place, level);
      CHECK(cell.contains(place));
      for (const auto other : cell.neighbours()) CHECK_FALSE(other.contains(place));
      for (int above = 0; above < level; ++above) CHECK(cell.parent(above).contains(place));
    }
}

TEST_CASE("cells: the distance is 0 inside, and outside that of the nearest point of the border") {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> unit(-1.0, 1.0);
  for (int i = 0; i < 40; ++i) {
    const auto cell = cell_at({45.43 + 0.01 * unit(random), 12.33 + 0.01 * unit(random)}, 13 + i % 6);
    CHECK(cell.distance_m(cell.center()) == 0.0);
    const LatLng place{45.43 + 0.05 * unit(random), 12.33 + 0.05 * unit(random)};
    if (cell.contains(place)) continue;
    double nearest = std::numeric_limits<double>::infinity();
    const auto v = cell.vertices();
    for (std::size_t k = 0; k < 4; ++k)
      for (int step = 0; step <= 2000; ++step) {
        const double t = step / 2000.0;
        const auto &a = v[k], &b = v[(k + 1) % 4];  // straight in degrees is straight enough over a kilometre
        nearest =
            std::min(nearest, distance_m(place, LatLng{a.lat + t * (b.lat - a.lat), a.lng + t * (b.lng - a.lng)}));
      }
    CHECK(cell.distance_m(place) == doctest::Approx(nearest).epsilon(1e-4));
  }
  // Across the globe.
  CHECK(cell_at({0, 0}, 30).distance_m({0, 180}) == doctest::Approx(std::numbers::pi * kEarthRadiusM).epsilon(1e-6));
}

TEST_CASE("cells: what is impossible is refused") {
  CHECK_THROWS_AS((void)cell_at({kNan, 12}, 13), InvalidArgumentError);
  CHECK_THROWS_AS((void)cell_at({45, 200}, 13), InvalidArgumentError);
  CHECK(message_of<InvalidArgumentError>([] { (void)cell_at(kRialto, 31); }) ==
        "the level of a cell must be 0 to 30, got 31");
  CHECK_THROWS_AS((void)cell_at(kRialto, -1), InvalidArgumentError);
  const auto cell = cell_at(kRialto, 13);
  CHECK_THROWS_AS((void)cell.parent(14), InvalidArgumentError);
  CHECK_THROWS_AS((void)cell.parent(-1), InvalidArgumentError);
  CHECK_THROWS_AS((void)cell.contains(LatLng{kNan, 0}), InvalidArgumentError);
  CHECK_THROWS_AS((void)cell_at(kRialto, 30).children(), InvalidArgumentError);
  for (const std::string token : {"", "X", "0", "banana", "477EB1D4", "477eb1d40", "477eb1d400000000", "477eb1d4 ",
                                  "477eb1d41234567890", "fffffffffffffffe"})
    CHECK_THROWS_AS((void)CellId::from_token(token), InvalidArgumentError);
  for (const auto id : {0ull, ~0ull, 2ull, 6ull << 61 | 1ull}) {
    const CellId nothing{id};
    CHECK_FALSE(nothing.is_valid());
    CHECK_THROWS_AS((void)nothing.level(), InvalidArgumentError);
    CHECK_THROWS_AS((void)nothing.center(), InvalidArgumentError);
    CHECK_THROWS_AS((void)nothing.vertices(), InvalidArgumentError);
    CHECK_THROWS_AS((void)nothing.neighbours(), InvalidArgumentError);
    CHECK_THROWS_AS((void)nothing.children(), InvalidArgumentError);
    CHECK_THROWS_AS((void)nothing.parent(0), InvalidArgumentError);
    CHECK_THROWS_AS((void)nothing.contains(kRialto), InvalidArgumentError);
    CHECK_THROWS_AS((void)cell.contains(nothing), InvalidArgumentError);
    CHECK_THROWS_AS((void)nothing.distance_m(kRialto), InvalidArgumentError);
  }
  CHECK(CellId{}.token() == "X");
}

TEST_CASE("cells: a partition of one level has the cells of that level that hold a photo") {
  const auto photos = city(500, 1);
  for (const int level : {0, 12, 15, 18, 30}) {
    const CellPartition partition(photos, CellPartitionOptions::fixed_level(level));
    std::map<std::uint64_t, std::uint32_t> expected;
    for (const auto photo : photos) ++expected[leaf(photo).parent(level).id()];
    REQUIRE(partition.size() == expected.size());
    std::size_t i = 0;
    for (const auto& [id, count] : expected) {
      CHECK(partition.cells()[i].id == id);
      CHECK(partition.tokens()[i] == S2CellId(id).ToToken());
      CHECK(partition.counts()[i++] == count);
    }
    for (const auto photo : photos) CHECK(partition.cells()[partition.class_of(photo)] == cell_at(photo, level));
  }
}

TEST_CASE("cells: an adaptive partition keeps its guarantees") {
  for (const unsigned seed : {1u, 2u, 3u}) {
    const auto photos = city(1500, seed);
    for (const CellPartitionOptions options :
         {CellPartitionOptions{}, CellPartitionOptions{10, 20, 50, 1}, CellPartitionOptions{13, 16, 7, 2},
          CellPartitionOptions{0, 30, 1, 1}, CellPartitionOptions{5, 30, 400, 101}}) {
      const CellPartition partition(photos, options);
      const auto cells = partition.cells();
      REQUIRE(!cells.empty());
      std::size_t in_cells = 0;
      for (std::size_t i = 0; i < cells.size(); ++i) {
        const auto count = inside(cells[i], photos);
        in_cells += count;
        CHECK(cells[i].level() >= options.min_level);
        CHECK(cells[i].level() <= options.max_level);
        CHECK(count >= static_cast<std::size_t>(options.min_photos));
        if (cells[i].level() < options.max_level) CHECK(count <= static_cast<std::size_t>(options.max_photos));
        // The cell that it is a quarter of had to be split.
        if (cells[i].level() > options.min_level)
          CHECK(inside(cells[i].parent(cells[i].level() - 1), photos) > static_cast<std::size_t>(options.max_photos));
        CHECK(partition.counts()[i] >= count);
        for (std::size_t j = 0; j < i; ++j) {
          CHECK_FALSE(cells[i].contains(cells[j]));
          CHECK_FALSE(cells[j].contains(cells[i]));
        }
      }
      CHECK(std::ranges::is_sorted(cells));
      CHECK(std::accumulate(partition.counts().begin(), partition.counts().end(), 0u) == photos.size());
      if (options.min_photos == 1) CHECK(in_cells == photos.size());

      // A photo's class is the cell that holds it, or else the nearest.
      std::vector<std::uint32_t> counts(cells.size(), 0);
      for (const auto photo : photos) {
        const auto own = partition.class_of(photo);
        ++counts[own];
        const auto held = std::ranges::find_if(cells, [&](CellId cell) { return cell.contains(photo); });
        if (held != cells.end()) {
          CHECK(static_cast<std::size_t>(held - cells.begin()) == own);
        } else {
          const auto distances = partition.distances_m(photo);
          CHECK(distances[own] == std::ranges::min(distances));
          CHECK(distances[own] > 0);
        }
      }
      CHECK(std::ranges::equal(counts, partition.counts()));
    }
  }
}

TEST_CASE("cells: every cell that had to be split keeps a part") {
  const auto photos = city(1500, 4);
  const CellPartition partition(photos);
  std::set<CellId> full;
  for (const auto photo : photos)
    for (int level = 13; level < 18; ++level)
      if (const auto cell = cell_at(photo, level); inside(cell, photos) > 30) full.insert(cell);
  CHECK(full.size() > 10);
  for (const auto cell : full)
    CHECK(std::ranges::any_of(partition.cells(), [&](CellId kept) { return cell.contains(kept); }));
}

TEST_CASE("cells: a partition does not depend on the order of the photos") {
  auto photos = city(800, 5);
  const CellPartition partition(photos);
  std::mt19937_64 random(1);
  for (int i = 0; i < 5; ++i) {
    std::ranges::shuffle(photos, random);
    CHECK(CellPartition(photos) == partition);
  }
  photos.pop_back();
  CHECK_FALSE(CellPartition(photos) == partition);
}

TEST_CASE("cells: few photos, and all at one place, make one class") {
  const std::vector<LatLng> same(100, kRialto);
  const CellPartition one(same);
  REQUIRE(one.size() == 1);
  CHECK(one.cells()[0] == cell_at(kRialto, 18));
  CHECK(one.counts()[0] == 100);
  CHECK(one.class_of({-30, 100}) == 0);
  CHECK(smoothed_labels(one, {45.5, 12.4}, 75) == std::vector{1.0});

  // Fewer photos than a cell must have: where most of them are stays.
  const std::vector<LatLng> few = {{45.5, 12.5}, kRialto, kRialto};
  const CellPartition kept(few);
  REQUIRE(kept.size() == 1);
  CHECK(kept.cells()[0] == cell_at(kRialto, 13));
  CHECK(kept.counts()[0] == 3);
  CHECK(CellPartition(std::vector{kRialto}).cells()[0] == cell_at(kRialto, 13));
}

TEST_CASE("cells: a partition from its cells is the same, and wrong ones are refused") {
  const auto photos = city(600, 6);
  const CellPartition partition(photos);
  const std::vector<CellId> cells(partition.cells().begin(), partition.cells().end());
  const std::vector<std::uint32_t> counts(partition.counts().begin(), partition.counts().end());
  const auto copy = CellPartition::from_cells(cells, counts);
  CHECK(copy == partition);
  CHECK(copy.classes_of(photos) == partition.classes_of(photos));

  const auto message = [](std::vector<CellId> wrong, std::vector<std::uint32_t> numbers) {
    return message_of<InvalidArgumentError>([&] { (void)CellPartition::from_cells(wrong, numbers); });
  };
  CHECK(message({}, {}) == "a partition needs at least one cell, got none");
  CHECK(message(cells, {1}).find("needs as many counts, got 1") != std::string::npos);
  CHECK(message({CellId{2}}, {1}).find("is not an S2 cell") != std::string::npos);
  CHECK(message({cells[1], cells[0]}, {1, 1}).find("out of order") != std::string::npos);
  CHECK(message({cells[0], cells[0]}, {1, 1}).find("overlaps") != std::string::npos);
  CHECK(message({cells[0].parent(5), cells[0]}, {1, 1}).find("overlaps") != std::string::npos);
}

TEST_CASE("cells: photos and options of a partition are checked") {
  const auto message = [](std::vector<LatLng> photos, CellPartitionOptions options) {
    return message_of<InvalidArgumentError>([&] { (void)CellPartition(photos, options); });
  };
  CHECK(message({}, {}) == "a partition needs at least one photo, got none");
  CHECK(message({kRialto, {kNan, 12}}, {}).find("photo 1 (nan, 12.0") == 0);
  CHECK(message({{91, 12}}, {}).find("photo 0 (91.0") == 0);
  CHECK(message({kRialto}, {-1, 18, 30, 8}) == "partition.min_level must be 0 to 30, got -1");
  CHECK(message({kRialto}, {13, 31, 30, 8}) == "partition.max_level must be 0 to 30, got 31");
  CHECK(message({kRialto}, {14, 13, 30, 8}).find("partition.max_level") == 0);
  CHECK(message({kRialto}, {13, 18, 0, 1}).find("partition.max_photos") == 0);
  CHECK(message({kRialto}, {13, 18, 30, 0}).find("partition.min_photos") == 0);
  CHECK(message({kRialto}, {13, 18, 30, 9}) ==
        "partition.min_photos must be 1 to partition.max_photos / 4 + 1 = 8, got 9");

  const CellPartition none;
  CHECK(none.size() == 0);
  CHECK(none.cells().empty());
  CHECK(none.distances_m(kRialto).empty());
  CHECK_THROWS_AS((void)none.class_of(kRialto), InvalidArgumentError);
  const CellPartition partition(std::vector{kRialto});
  CHECK_THROWS_AS((void)partition.class_of({kNan, 0}), InvalidArgumentError);
  CHECK_THROWS_AS((void)partition.distances_m({0, kNan}), InvalidArgumentError);
  CHECK(message_of<InvalidArgumentError>([&] {
          (void)partition.classes_of(std::vector{kRialto, {0, 999}});
        }).find("place 1 ") == 0);
}

TEST_CASE("cells: smoothed labels follow the distances to the cells") {
  // Three cells of one level in a row, and a fourth far away.
  const auto middle = cell_at(kRialto, 16);
  const auto below = middle.neighbours()[0], above = middle.neighbours()[2];
  const auto far = cell_at({45.48, 12.4}, 16);
  std::vector<CellId> cells = {middle, below, above, far};
  std::ranges::sort(cells);
  const auto partition = CellPartition::from_cells(cells, {1, 1, 1, 1});
  const auto at = [&](CellId cell) { return static_cast<std::size_t>(std::ranges::find(cells, cell) - cells.begin()); };

  const auto place = middle.center();
  const double tau = 50;
  const double down = std::exp(-below.distance_m(place) / tau), up = std::exp(-above.distance_m(place) / tau);
  const double sum = 1 + down + up;  // the far one's share is below 1e-30
  const auto labels = smoothed_labels(partition, place, tau);
  CHECK(labels[at(middle)] == doctest::Approx(1 / sum).epsilon(1e-12));
  CHECK(labels[at(below)] == doctest::Approx(down / sum).epsilon(1e-12));
  CHECK(labels[at(above)] == doctest::Approx(up / sum).epsilon(1e-12));
  CHECK(labels[at(far)] < 1e-30);
  // The way to the edge is half of that to the other side's centre.
  CHECK(below.distance_m(place) == doctest::Approx(distance_m(place, below.center()) / 2).epsilon(0.05));

  // Outside of all cells it is the difference to the nearest one that counts.
  const LatLng outside{45.46, 12.37};
  const auto own = partition.class_of(outside);
  const auto distances = partition.distances_m(outside);
  CHECK(distances[own] > 1000);
  const auto beyond = smoothed_labels(partition, outside, 100);
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(beyond[i] / beyond[own] == doctest::Approx(std::exp((distances[own] - distances[i]) / 100)).epsilon(1e-9));

  const auto photos = city(300, 7);
  const CellPartition adaptive(photos);
  for (const auto photo : photos)
    for (const double t : {1e-3, 75.0, 1e9}) {
      const auto all = smoothed_labels(adaptive, photo, t);
      CHECK(std::accumulate(all.begin(), all.end(), 0.0) == doctest::Approx(1.0).epsilon(1e-12));
      CHECK(all[adaptive.class_of(photo)] == std::ranges::max(all));
    }
  for (const double t : {0.0, -1.0, kNan, std::numeric_limits<double>::infinity()})
    CHECK_THROWS_AS((void)smoothed_labels(adaptive, kRialto, t), InvalidArgumentError);
  CHECK_THROWS_AS((void)smoothed_labels({}, kRialto, 1), InvalidArgumentError);
}

TEST_CASE("cells: combined partitions give each piece the product of its classes") {
  const auto photos = city(700, 8);
  const CellPartition coarse(photos, CellPartitionOptions::fixed_level(13)),
      fine(photos, CellPartitionOptions::fixed_level(15)), adaptive(photos);
  const CombinedPartitions nested({coarse, fine}, photos);
  CHECK(nested.size() == fine.size());  // every fine cell is in one coarse cell
  const CombinedPartitions all({coarse, adaptive, fine}, photos);
  CHECK(all.partitions().size() == 3);
  CHECK(all.piece_of_photo().size() == photos.size());
  std::set<std::vector<std::uint32_t>> tuples;
  for (std::size_t i = 0; i < photos.size(); ++i) {
    const std::vector<std::uint32_t> expected = {static_cast<std::uint32_t>(coarse.class_of(photos[i])),
                                                 static_cast<std::uint32_t>(adaptive.class_of(photos[i])),
                                                 static_cast<std::uint32_t>(fine.class_of(photos[i]))};
    CHECK(std::ranges::equal(all.classes(all.piece_of_photo()[i]), expected));
    tuples.insert(expected);
  }
  CHECK(all.size() == tuples.size());

  std::vector<std::vector<double>> given = {std::vector<double>(coarse.size()), std::vector<double>(adaptive.size()),
                                            std::vector<double>(fine.size())};
  std::mt19937_64 random(2);
  for (auto& list : given)
    for (auto& value : list) value = std::uniform_real_distribution<double>(0, 1)(random);
  given[1][0] = 0;
  std::vector<double> expected;
  for (std::size_t k = 0; k < all.size(); ++k) {
    const auto classes = all.classes(k);
    expected.push_back(given[0][classes[0]] * given[1][classes[1]] * given[2][classes[2]]);
  }
  const double sum = std::accumulate(expected.begin(), expected.end(), 0.0);
  const auto combined = all.combine(given);
  for (std::size_t k = 0; k < all.size(); ++k) CHECK(combined[k] == doctest::Approx(expected[k] / sum).epsilon(1e-9));

  for (auto& list : given)
    for (auto& value : list) value *= 1e-300;
  const auto tiny = all.combine(given);
  for (std::size_t k = 0; k < all.size(); ++k) CHECK(tiny[k] == doctest::Approx(combined[k]).epsilon(1e-9));

  CHECK(message_of<InvalidArgumentError>([&] { (void)nested.classes(nested.size()); }).find("there is no piece") == 0);
  CHECK_THROWS_AS((void)CombinedPartitions({}, photos), InvalidArgumentError);
  CHECK_THROWS_AS((void)CombinedPartitions({coarse}, {}), InvalidArgumentError);
  CHECK_THROWS_AS((void)CombinedPartitions({coarse, {}}, photos), InvalidArgumentError);
  CHECK_THROWS_AS((void)CombinedPartitions({coarse}, std::vector{LatLng{kNan, 0}}), InvalidArgumentError);
  CHECK_THROWS_AS((void)all.combine(std::span(given).first(2)), InvalidArgumentError);
  given[2].pop_back();
  CHECK(message_of<InvalidArgumentError>([&] { (void)all.combine(given); }).find("of partition 2 must have") !=
        std::string::npos);
  given[2].push_back(-1);
  CHECK_THROWS_AS((void)all.combine(given), InvalidArgumentError);
  for (auto& list : given) std::ranges::fill(list, 0.0);
  CHECK(message_of<InvalidArgumentError>([&] { (void)all.combine(given); }).find("exclude every piece") !=
        std::string::npos);
}
