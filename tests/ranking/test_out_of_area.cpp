// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "ranking/out_of_area.hpp"

using namespace venloc;

namespace {

constexpr std::size_t kLength = 20;

/// Vectors whose components are of very different strength.
std::vector<float> vectors(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> out;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t d = 0; d < kLength; ++d)
      out.push_back(normal(random) * std::pow(0.7f, static_cast<float>(d)) + 0.1f * static_cast<float>(d));
  return out;
}

double cosine(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t d = 0; d < a.size(); ++d) sum += static_cast<double>(a[d]) * static_cast<double>(b[d]);
  return sum;
}

template <typename Saved, typename Load>
auto through_a_file(const Saved& saved, const TemporaryFolder& folder, Load load) {
  SafetensorsWriter writer;
  saved.save(writer);
  writer.write(folder / "part.safetensors");
  return load(SafetensorsFile::open(folder / "part.safetensors"));
}

}  // namespace

TEST_CASE("strong components of a whitened vector are those of half a whitening") {
  const auto fitted_to = vectors(300, 1), queries = vectors(10, 2);
  WhiteningOptions whole, half;
  whole.dimension = half.dimension = static_cast<int>(kLength);
  half.exponent = 0.5;
  const auto whitening = Whitening::train(fitted_to, kLength, whole);
  const StrongComponents strong(whitening);
  REQUIRE(strong.size() == kLength);
  const auto whitened = whitening.apply(queries), expected = Whitening::train(fitted_to, kLength, half).apply(queries);
  DescriptorIndex index(kLength);
  index.add(whitened);
  for (std::size_t i = 0; i < 10; ++i) {
    const auto wanted = std::span(expected).subspan(i * kLength, kLength);
    CHECK(cosine(strong.of(std::span<const float>(whitened).subspan(i * kLength, kLength)), wanted) ==
          doctest::Approx(1.0).epsilon(1e-4));
    // Bytes are a little less exact.
    CHECK(cosine(strong.of(index.descriptor(i)), wanted) > 0.995);
  }
}

TEST_CASE("gallery similarity is the mean cosine of the nearest photos that are not left out") {
  const auto fitted_to = vectors(60, 3);
  const auto whitening = Whitening::train(fitted_to, kLength, {.dimension = 8});
  const StrongComponents strong(whitening);
  DescriptorIndex index(8);
  index.add(whitening.apply(fitted_to));
  const GallerySimilarity similarity(strong, index);
  const auto query = strong.of(std::span<const float>(whitening.apply(vectors(1, 4))));
  std::vector<std::uint8_t> excluded(60, 0);
  for (const bool leave_out : {false, true}) {
    std::vector<double> cosines;
    for (std::size_t p = 0; p < 60; ++p) {
      excluded[p] = leave_out && p % 3 != 0;
      if (excluded[p] == 0) cosines.push_back(cosine(query, strong.of(index.descriptor(p))));
    }
    std::ranges::sort(cosines, std::greater{});
    double mean = 0;
    for (std::size_t i = 0; i < GallerySimilarity::kNearest; ++i)
      mean += cosines[i] / static_cast<double>(GallerySimilarity::kNearest);
    CHECK(similarity.of(query, leave_out ? std::span<const std::uint8_t>(excluded) : std::span<const std::uint8_t>{}) ==
          doctest::Approx(mean));
  }
  std::ranges::fill(excluded, std::uint8_t{1});
  CHECK(similarity.of(query, excluded) == 0.0);
}

TEST_CASE("out of area: more probable the more probable no match is and the less similar the gallery is") {
  std::vector<double> no_match, similarity;
  for (int i = 0; i < 100; ++i) {
    no_match.push_back(0.001 + 0.002 * i);
    similarity.push_back(0.3 + 0.005 * ((i * 37) % 100));
  }
  CHECK_FALSE(OutOfAreaTest().fitted());
  const auto out_of_area = OutOfAreaTest::fit(no_match, similarity);
  CHECK(out_of_area.fitted());
  double before = 0;
  for (const double p : {0.0, 0.001, 0.01, 0.1, 0.5, 1.0}) {
    const double now = out_of_area.probability(p, 0.5);
    CHECK(now >= before);
    before = now;
  }
  CHECK(out_of_area.probability(0.1, 0.2) > out_of_area.probability(0.1, 0.5));
  // At the gallery's means only the prior odds and the constant count.
  double odds = 0, mean = 0;
  for (std::size_t i = 0; i < no_match.size(); ++i) {
    odds += std::log(no_match[i] / (1 - no_match[i])) / 100;
    mean += similarity[i] / 100;
  }
  CHECK(out_of_area.probability(1 / (1 + std::exp(-odds)), mean) ==
        doctest::Approx(1 / (1 + 17.0 / 3.0 * std::exp(3.0))));

  const TemporaryFolder folder;
  const auto again = through_a_file(out_of_area, folder, OutOfAreaTest::load);
  CHECK(again.probability(0.07, 0.4) == out_of_area.probability(0.07, 0.4));
  CHECK_FALSE(through_a_file(OutOfAreaTest(), folder, OutOfAreaTest::load).fitted());
}
