// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <random>

#include "core/files.hpp"
#include "venloc/core/error.hpp"
#include "venloc/retrieval/descriptor_index.hpp"

using namespace venloc;

namespace {

/// Descriptors that come in bunches, as photos of the same places do.
std::vector<float> bunches(std::size_t count, std::size_t dimension, unsigned seed, float spread = 0.5f) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> out, centre(dimension);
  for (std::size_t i = 0; i < count; ++i) {
    if (i % 8 == 0)
      for (auto& value : centre) value = normal(random);
    for (const float value : centre) out.push_back(value + spread * normal(random));
  }
  return out;
}

DescriptorIndex index_of(const std::vector<float>& vectors, std::size_t dimension) {
  DescriptorIndex index(dimension);
  index.add(vectors);
  return index;
}

std::vector<double> unit(std::span<const float> vector) {
  std::vector<double> out(vector.begin(), vector.end());
  const double length = std::sqrt(std::inner_product(out.begin(), out.end(), out.begin(), 0.0));
  for (auto& value : out) value /= length > 0 ? length : 1;
  return out;
}

/// 127 times a unit vector, rounded: the definition of the bytes.
std::vector<double> rounded(std::span<const float> vector) {
  auto out = unit(vector);
  for (auto& value : out) value = std::round(127 * value);
  return out;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// Positions by the mean of exact products of `of(query)` and `of(row)`, equals by position.
template <typename F>
std::vector<DescriptorHit> brute_force(const std::vector<float>& query, const std::vector<float>& rows,
                                       std::size_t dimension, double scale, F&& of) {
  std::vector<std::pair<double, std::uint32_t>> all;
  for (std::size_t i = 0; i < rows.size() / dimension; ++i) {
    const auto row = of(std::span(rows).subspan(i * dimension, dimension));
    double sum = 0;
    for (std::size_t q = 0; q < query.size(); q += dimension)
      sum += dot(of(std::span(query).subspan(q, dimension)), row);
    all.emplace_back(-sum * scale * static_cast<double>(dimension) / static_cast<double>(query.size()),
                     static_cast<std::uint32_t>(i));
  }
  std::ranges::sort(all);
  std::vector<DescriptorHit> out;
  for (const auto& [similarity, i] : all) out.push_back({i, static_cast<float>(-similarity)});
  return out;
}

/// The same lists from the definition, by exact products of the bytes; without expansion of the query.
class ExhaustiveVectors final : public VectorIndex {
 public:
  explicit ExhaustiveVectors(const DescriptorIndex& index) : dimension_(index.dimension()) {
    for (std::size_t i = 0; i < index.size(); ++i)
      rows_.emplace_back(index.descriptor(i).begin(), index.descriptor(i).end());
  }

  [[nodiscard]] std::size_t size() const override { return rows_.size(); }
  [[nodiscard]] std::size_t dimension() const override { return dimension_; }

  [[nodiscard]] std::vector<DescriptorHit> search(std::span<const float> query, const DescriptorSearchOptions& options,
                                                  std::span<const std::uint8_t> excluded) const override {
    std::vector<std::uint32_t> present;
    for (std::uint32_t i = 0; i < rows_.size(); ++i)
      if (excluded.empty() || excluded[i] == 0) present.push_back(i);
    const auto alike = similarities(query, present);
    std::vector<DescriptorHit> hits;
    for (std::size_t i = 0; i < present.size(); ++i) hits.push_back({present[i], alike[i]});
    std::ranges::stable_sort(hits, std::greater{}, &DescriptorHit::similarity);
    hits.resize(std::min(hits.size(), static_cast<std::size_t>(options.max_hits)));
    return hits;
  }

  [[nodiscard]] std::vector<float> similarities(std::span<const float> query,
                                                std::span<const std::uint32_t> pictures) const override {
    std::vector<float> out;
    for (const auto picture : pictures) {
      double sum = 0;
      for (std::size_t from = 0; from < query.size(); from += dimension_)
        sum += dot(rounded(query.subspan(from, dimension_)), rows_[picture]);
      const double scale = 1.0 / (127.0 * 127.0 * static_cast<double>(query.size() / dimension_));
      out.push_back(static_cast<float>(std::clamp(sum * scale, -1.0, 1.0)));
    }
    return out;
  }

 private:
  std::size_t dimension_;
  std::vector<std::vector<double>> rows_;
};

DescriptorSearchOptions search_options(int hits, int expansion = 0, double alpha = 3.0, int threads = 1) {
  return {hits, expansion, alpha, threads};
}

}  // namespace

TEST_CASE("descriptor index: similarities of some pictures are those that a search finds") {
  constexpr std::size_t kWide = 24;
  const auto rows = bunches(60, kWide, 5), query = bunches(2, kWide, 6);
  const auto index = index_of(rows, kWide);
  const auto hits = index.search(query, search_options(60));
  std::vector<std::uint32_t> pictures;
  for (const auto& hit : hits) pictures.push_back(hit.index);
  pictures.push_back(hits[7].index);
  const auto similarities = index.similarities(query, pictures);
  REQUIRE(similarities.size() == 61);
  for (std::size_t i = 0; i < hits.size(); ++i) CHECK(similarities[i] == hits[i].similarity);
  CHECK(similarities[60] == hits[7].similarity);
  CHECK(index.similarities(query, {}).empty());
  CHECK_THROWS_AS((void)index.similarities(query, std::vector<std::uint32_t>{60}), InvalidArgumentError);
  CHECK_THROWS_AS((void)index.similarities({}, pictures), InvalidArgumentError);
}

TEST_CASE("descriptor index: the answer is that of brute force in double precision") {
  for (const std::size_t dimension : {1u, 3u, 16u, 31u, 100u, 256u, 300u})
    for (const std::size_t count : {1u, 2u, 5u, 200u}) {
      CAPTURE(dimension);
      CAPTURE(count);
      const auto rows = bunches(count, dimension, 1);
      const auto index = index_of(rows, dimension);
      CHECK(index.size() == count);
      for (const std::size_t several : {1u, 3u}) {
        const auto query = bunches(several, dimension, 2);
        const auto expected = brute_force(query, rows, dimension, 1 / (127.0 * 127.0), rounded);
        const auto found = index.search(query, search_options(1000));
        REQUIRE(found.size() == count);
        for (std::size_t i = 0; i < count; ++i) {
          CHECK(found[i].index == expected[i].index);
          CHECK(found[i].similarity == doctest::Approx(std::clamp(expected[i].similarity, -1.0f, 1.0f)).epsilon(1e-5));
        }
        const auto few = index.search(query, search_options(3));
        CHECK(few.size() == std::min<std::size_t>(3, count));
        CHECK(std::equal(few.begin(), few.end(), found.begin()));
      }
    }
}

TEST_CASE("descriptor index: an exhaustive index in its place finds the same lists") {
  constexpr std::size_t kWide = 40;
  const auto index = index_of(bunches(150, kWide, 3), kWide);
  const ExhaustiveVectors exhaustive(index);
  const std::array<const VectorIndex*, 2> indexes{&index, &exhaustive};
  CHECK(indexes[0]->size() == indexes[1]->size());
  CHECK(indexes[0]->dimension() == indexes[1]->dimension());
  std::vector<std::uint8_t> excluded(150, 0);
  for (std::size_t i = 0; i < excluded.size(); i += 3) excluded[i] = 1;
  const std::vector<std::uint32_t> some{149, 0, 7, 7, 80};
  for (unsigned seed = 0; seed < 4; ++seed)
    for (const std::size_t several : {1u, 3u}) {
      const auto query = bunches(several, kWide, 100 + seed);
      CHECK(indexes[0]->similarities(query, some) == indexes[1]->similarities(query, some));
      for (const int hits : {1, 20, 1000})
        for (const auto& absent : {std::vector<std::uint8_t>{}, excluded})
          CHECK(indexes[0]->search(query, search_options(hits), absent) ==
                indexes[1]->search(query, search_options(hits), absent));
    }
}

TEST_CASE("descriptor index: bytes find nearly what floats find") {
  const std::size_t dimension = 256, count = 1000, best = 10;
  const auto rows = bunches(count, dimension, 3, 1.0f);
  const auto index = index_of(rows, dimension);
  const auto queries = bunches(100, dimension, 3, 1.5f);
  std::size_t same = 0, first = 0;
  for (std::size_t q = 0; q < 100; ++q) {
    const std::vector<float> query(queries.begin() + static_cast<std::ptrdiff_t>(q * dimension),
                                   queries.begin() + static_cast<std::ptrdiff_t>((q + 1) * dimension));
    const auto expected = brute_force(query, rows, dimension, 1.0, unit);
    const auto found = index.search(query, search_options(static_cast<int>(best)));
    first += found[0].index == expected[0].index;
    for (const auto& hit : found) {
      same += std::any_of(expected.begin(), expected.begin() + best,
                          [&](const DescriptorHit& other) { return other.index == hit.index; });
      const auto exact = std::ranges::find(expected, hit.index, &DescriptorHit::index);
      CHECK(std::abs(exact->similarity - hit.similarity) < 0.02);
    }
  }
  MESSAGE("of the 10 nearest by floats found by bytes: ", same, " of 1000; the nearest: ", first, " of 100");
  CHECK(same >= 950);
  CHECK(first >= 95);
}

TEST_CASE("descriptor index: of equals the first comes first") {
  std::vector<float> rows;
  for (int i = 0; i < 3000; ++i) rows.insert(rows.end(), {1.0f, i % 3 == 0 ? 1.0f : 0.0f});
  const auto index = index_of(rows, 2);
  const auto found = index.search(std::vector{1.0f, 1.0f}, search_options(1500, 0, 3, 4));
  REQUIRE(found.size() == 1500);
  for (std::uint32_t i = 0; i < 1000; ++i) CHECK(found[i].index == 3 * i);
  for (std::uint32_t i = 0; i < 500; ++i) CHECK(found[1000 + i].index == 3 * (i / 2) + 1 + i % 2);
}

TEST_CASE("descriptor index: the number of threads does not change the answer") {
  const auto rows = bunches(9000, 64, 4);
  const auto index = index_of(rows, 64);
  const auto query = bunches(2, 64, 5);
  for (const int expansion : {0, 5}) {
    const auto one = index.search(query, search_options(300, expansion, 3, 1));
    for (const int threads : {2, 3, 4, 16})
      CHECK(index.search(query, search_options(300, expansion, 3, threads)) == one);
  }
  const auto small = index_of(bunches(300, 64, 6), 64);
  CHECK(small.augmented(5, 3, 4) == small.augmented(5, 3, 1));
}

TEST_CASE("descriptor index: an expanded query is the weighted mean of it and of what it found") {
  const std::size_t dimension = 48;
  const auto rows = bunches(120, dimension, 7, 1.0f);
  const auto index = index_of(rows, dimension);
  for (const double alpha : {0.0, 1.0, 3.0})
    for (const std::size_t several : {1u, 2u}) {
      const auto query = bunches(several, dimension, 7, 1.0f);
      const auto hits = index.search(query, search_options(6));
      std::vector<float> expanded;
      for (std::size_t q = 0; q < several; ++q) {
        auto mean = unit(std::span(query).subspan(q * dimension, dimension));
        for (const auto& hit : hits) {
          if (hit.similarity <= 0) continue;
          const auto bytes = index.descriptor(hit.index);
          for (std::size_t d = 0; d < dimension; ++d) mean[d] += std::pow(hit.similarity, alpha) * bytes[d] / 127.0;
        }
        for (const double value : mean) expanded.push_back(static_cast<float>(value));
      }
      CHECK(index.search(query, search_options(50, 6, alpha)) == index.search(expanded, search_options(50)));
      CHECK(index.search(query, search_options(50, 6, alpha)) != index.search(query, search_options(50)));
    }
  // By hand: the query (1, 0) finds (0.8, 0.6), and the mean of both with weight 0.8^2 is between them.
  const auto two = index_of({0.8f, 0.6f, 0.0f, 1.0f, -1.0f, 0.0f}, 2);
  const auto before = two.search(std::vector{1.0f, 0.0f}, search_options(3));
  CHECK(before[1].similarity == 0.0f);
  const auto after = two.search(std::vector{1.0f, 0.0f}, search_options(3, 1, 2.0));
  const double x = 1 + 0.64 * 0.8, y = 0.64 * 0.6;
  CHECK(after[1].index == 1);
  CHECK(after[1].similarity == doctest::Approx(y / std::hypot(x, y)).epsilon(0.02));
}

TEST_CASE("descriptor index: an augmented descriptor is the weighted mean of it and of its nearest others") {
  const std::size_t dimension = 32;
  const auto index = index_of(bunches(60, dimension, 8), dimension);
  CHECK(index.augmented(0) == index);
  for (const double alpha : {0.0, 3.0}) {
    const auto changed = index.augmented(4, alpha);
    REQUIRE(changed.size() == index.size());
    for (std::size_t i = 0; i < index.size(); ++i) {
      std::vector<std::uint8_t> others(index.size(), 0);
      others[i] = 1;
      const auto own = index.descriptor(i);
      const std::vector<float> query(own.begin(), own.end());
      std::vector<float> mean;
      for (const auto value : own) mean.push_back(value / 127.0f);
      // The bytes, not the query normalised again, are what similarities are counted from.
      for (const auto& hit : index.search(query, search_options(4), others)) {
        const auto row = index.descriptor(hit.index);
        const double similarity = std::inner_product(own.begin(), own.end(), row.begin(), 0.0) / (127.0 * 127.0);
        if (similarity <= 0) continue;
        for (std::size_t d = 0; d < dimension; ++d)
          mean[d] += static_cast<float>(std::pow(similarity, alpha) * row[d] / 127.0);
      }
      const auto expected = rounded(mean);
      for (std::size_t d = 0; d < dimension; ++d) CHECK(std::abs(changed.descriptor(i)[d] - expected[d]) <= 1);
    }
  }
  // Twins before it do not push a picture out of its own neighbours, nor is it its own neighbour.
  const auto twins = index_of({1, 0, 1, 0, 1, 0, 0, 1}, 2);
  CHECK(twins.augmented(1) == twins);
}

TEST_CASE("descriptor index: excluded pictures are absent, also from the expansion") {
  const std::size_t dimension = 40;
  auto rows = bunches(100, dimension, 9);
  const auto query = bunches(1, dimension, 9);
  const auto all = index_of(rows, dimension);
  std::vector<std::uint8_t> excluded(100, 0);
  for (std::size_t i = 0; i < 100; i += 3) excluded[i] = 1;
  auto without = all;
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t i = 0; i < 100; ++i)
    if (excluded[i] == 0) numbers.push_back(i);
  for (std::size_t i = 100; i-- > 0;)
    if (excluded[i] != 0) without.remove(i);
  CHECK(without.size() == numbers.size());
  for (const int expansion : {0, 4}) {
    const auto found = all.search(query, search_options(200, expansion), excluded);
    auto expected = without.search(query, search_options(200, expansion));
    for (auto& hit : expected) hit.index = numbers[hit.index];
    CHECK(found == expected);
  }
  CHECK(all.search(query, search_options(5, 3), std::vector<std::uint8_t>(100, 1)).empty());
}

TEST_CASE("descriptor index: pictures come and go") {
  const std::size_t dimension = 12;
  const auto rows = bunches(30, dimension, 10);
  DescriptorIndex index(dimension);
  for (std::size_t i = 0; i < 30; ++i) index.add(std::span(rows).subspan(i * dimension, dimension));
  CHECK(index == index_of(rows, dimension));
  index.add({});
  CHECK(index.size() == 30);
  for (std::size_t i = 0; i < 30; ++i) {
    const auto expected = rounded(std::span(rows).subspan(i * dimension, dimension));
    CHECK(std::ranges::equal(index.descriptor(i), expected));
  }
  const auto last = std::vector<std::int8_t>(index.descriptor(29).begin(), index.descriptor(29).end());
  index.remove(4);
  CHECK(index.size() == 29);
  CHECK(std::ranges::equal(index.descriptor(28), last));
  CHECK_THROWS_AS(index.remove(29), InvalidArgumentError);
  CHECK(message_of<InvalidArgumentError>([&] { (void)index.descriptor(29); }) ==
        "the descriptor index has no picture 29, it has 29");
}

TEST_CASE("descriptor index: nothing in it, one picture, all equal, without direction, of any size") {
  DescriptorIndex index;
  CHECK(index.dimension() == 256);
  CHECK(index.search(std::vector<float>(256, 1.0f), search_options(5, 3)).empty());
  CHECK(index.augmented(3).size() == 0);

  const auto one = index_of({3, 4}, 2);
  const auto found = one.search(std::vector{6.0f, 8.0f}, search_options(5, 3));
  REQUIRE(found.size() == 1);
  CHECK(found[0].similarity == doctest::Approx(1.0).epsilon(0.01));
  CHECK(one.augmented(3) == one);

  const auto equal = index_of(std::vector<float>(200, 1.0f), 4);
  const auto hits = equal.search(std::vector{1.0f, 1.0f, 1.0f, 1.0f}, search_options(7, 2));
  for (std::uint32_t i = 0; i < 7; ++i) CHECK(hits[i].index == i);
  CHECK(equal.augmented(9) == equal);

  const auto zero = index_of({0, 0, 1, 0}, 2);
  const auto nothing = zero.search(std::vector{1.0f, 0.0f}, search_options(2));
  CHECK(nothing[1] == DescriptorHit{0, 0.0f});
  CHECK(zero.search(std::vector{0.0f, 0.0f}, search_options(2, 1))[0] == DescriptorHit{0, 0.0f});

  // Squares of these do not fit into a float.
  const auto huge = index_of({3e38f, 4e37f, 1e-30f, 1e-30f}, 2);
  CHECK(std::ranges::equal(huge.descriptor(0), std::vector{126, 17}));
  CHECK(std::ranges::equal(huge.descriptor(1), std::vector{90, 90}));
}

TEST_CASE("descriptor index: bad input is refused and changes nothing") {
  CHECK_THROWS_AS(DescriptorIndex(0), InvalidArgumentError);
  CHECK_THROWS_AS(DescriptorIndex(65537), InvalidArgumentError);
  auto index = index_of({1, 0, 0, 1}, 2);
  const auto before = index;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(message_of<InvalidArgumentError>([&] {
          index.add(std::vector{1.0f, 2.0f, 3.0f});
        }) == "the descriptors to add must have 2 values a vector, got 3 values");
  CHECK(message_of<InvalidArgumentError>([&] {
          index.add(std::vector{1.0f, 2.0f, 3.0f, nan});
        }) == "the descriptors to add: value 1 of vector 1 is not finite");
  CHECK_THROWS_AS(index.add(std::vector{HUGE_VALF, 0.0f}), InvalidArgumentError);
  CHECK(index == before);

  const std::vector<float> query = {1, 1};
  const auto message = [&](const std::vector<float>& descriptors, DescriptorSearchOptions options,
                           const std::vector<std::uint8_t>& excluded) {
    return message_of<InvalidArgumentError>([&] { (void)index.search(descriptors, options, excluded); });
  };
  CHECK(message({}, {}, {}) == "the query has no descriptor");
  CHECK(message({1}, {}, {}).find("must have 2 values") != std::string::npos);
  CHECK(message({nan, 1}, {}, {}).find("value 0 of vector 0") != std::string::npos);
  CHECK(message(std::vector<float>(2 * 1025, 1), {}, {}).find("at most 1024") != std::string::npos);
  CHECK(message(query, {}, {1}).find("each of the 2 pictures") != std::string::npos);
  CHECK(message(query, search_options(0), {}).find("search.max_hits") == 0);
  CHECK(message(query, search_options(1, -1), {}).find("search.expansion ") == 0);
  CHECK(message(query, search_options(1, 1, -1), {}).find("search.expansion_alpha") == 0);
  CHECK(message(query, search_options(1, 1, nan), {}).find("search.expansion_alpha") == 0);
  CHECK(message(query, search_options(1, 1, 1, -1), {}).find("num_threads") == 0);
  CHECK_THROWS_AS((void)index.augmented(-1), InvalidArgumentError);
  CHECK_THROWS_AS((void)index.augmented(1, -1), InvalidArgumentError);
}

TEST_CASE("descriptor index: what is loaded is the same, and damage is refused by the array's name") {
  const TemporaryFolder folder;
  const auto index = index_of(bunches(20, 32, 11), 32);
  const DescriptorIndex empty(16);
  SafetensorsWriter writer;
  index.save(writer);
  empty.save(writer, "none");
  writer.write(folder / "good");
  const auto good = SafetensorsFile::open(folder / "good");
  CHECK(DescriptorIndex::load(good) == index);
  CHECK(DescriptorIndex::load(good, "none") == empty);
  CHECK(DescriptorIndex::load(good, "none").dimension() == 16);

  const auto refused = [&](std::vector<std::int64_t> shape, std::span<const std::int8_t> codes) {
    SafetensorsWriter damaged;
    damaged.add<std::int8_t>("descriptors.codes", std::move(shape), codes);
    damaged.write(folder / "damaged");
    const auto message =
        message_of<FormatError>([&] { (void)DescriptorIndex::load(SafetensorsFile::open(folder / "damaged")); });
    CHECK(message.find((folder / "damaged").string()) != std::string::npos);
    return message;
  };
  std::vector<std::int8_t> codes(20 * 32);
  std::ranges::copy(good.get<std::int8_t>("descriptors.codes", {20, 32}), codes.begin());
  CHECK(refused({20 * 32}, codes).find("descriptors.codes") != std::string::npos);
  CHECK(refused({20, 0}, {}).find("array descriptors.codes holds descriptors of 0 values") != std::string::npos);
  codes[3 * 32] = -128;
  CHECK(refused({20, 32}, codes).find("descriptor 3 of array descriptors.codes is not of unit length") !=
        std::string::npos);
  SafetensorsWriter other;
  const std::vector<float> floats(64, 0.125f);
  other.add<float>("descriptors.codes", {2, 32}, floats);
  other.write(folder / "floats");
  CHECK_THROWS_AS((void)DescriptorIndex::load(SafetensorsFile::open(folder / "floats")), FormatError);
  CHECK(message_of<FormatError>([&] { (void)DescriptorIndex::load(good, "lost"); }).find("lost.codes") !=
        std::string::npos);
}
