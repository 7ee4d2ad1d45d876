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
#include "locators/familiarity.hpp"
#include "venloc/core/error.hpp"

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
  const auto learnt = vectors(300, 1), asked = vectors(10, 2);
  WhiteningOptions whole, half;
  whole.dimension = half.dimension = static_cast<int>(kLength);
  half.damping = 0.5;
  const auto whitening = Whitening::train(learnt, kLength, whole);
  const StrongComponents strong(whitening);
  REQUIRE(strong.size() == kLength);
  const auto whitened = whitening.apply(asked), expected = Whitening::train(learnt, kLength, half).apply(asked);
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

TEST_CASE("likeness is the mean cosine of the nearest photos that are not left out") {
  const auto learnt = vectors(60, 3);
  const auto whitening = Whitening::train(learnt, kLength, {.dimension = 8});
  const StrongComponents strong(whitening);
  DescriptorIndex index(8);
  index.add(whitening.apply(learnt));
  const Likeness likeness(strong, index);
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
    for (std::size_t i = 0; i < Likeness::kNearest; ++i) mean += cosines[i] / static_cast<double>(Likeness::kNearest);
    CHECK(likeness.of(query, leave_out ? std::span<const std::uint8_t>(excluded) : std::span<const std::uint8_t>{}) ==
          doctest::Approx(mean));
  }
  std::ranges::fill(excluded, std::uint8_t{1});
  CHECK(likeness.of(query, excluded) == 0.0);
}

TEST_CASE("familiarity: less likely here the more none and the less like the gallery") {
  std::vector<double> none, likeness;
  for (int i = 0; i < 100; ++i) {
    none.push_back(0.001 + 0.002 * i);
    likeness.push_back(0.3 + 0.005 * ((i * 37) % 100));
  }
  CHECK_FALSE(Familiarity().fitted());
  const auto familiarity = Familiarity::fit(none, likeness);
  CHECK(familiarity.fitted());
  double before = 0;
  for (const double p : {0.0, 0.001, 0.01, 0.1, 0.5, 1.0}) {
    const double now = familiarity.not_here(p, 0.5);
    CHECK(now >= before);
    before = now;
  }
  CHECK(familiarity.not_here(0.1, 0.2) > familiarity.not_here(0.1, 0.5));
  // At the gallery's means only the odds beforehand and the constant speak.
  double odds = 0, mean = 0;
  for (std::size_t i = 0; i < none.size(); ++i) {
    odds += std::log(none[i] / (1 - none[i])) / 100;
    mean += likeness[i] / 100;
  }
  CHECK(familiarity.not_here(1 / (1 + std::exp(-odds)), mean) == doctest::Approx(1 / (1 + 17.0 / 3.0 * std::exp(3.0))));

  const TemporaryFolder folder;
  const auto again = through_a_file(familiarity, folder, Familiarity::load);
  CHECK(again.not_here(0.07, 0.4) == familiarity.not_here(0.07, 0.4));
  CHECK_FALSE(through_a_file(Familiarity(), folder, Familiarity::load).fitted());
}

TEST_CASE("works are told from photos at the optimum of the penalised likelihood") {
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  std::vector<float> works, photos;
  for (int i = 0; i < 40; ++i)
    for (int d = 0; d < 3; ++d) works.push_back(normal(random) + (d == 0 ? 1.0f : 0.0f));
  for (int i = 0; i < 400; ++i)
    for (int d = 0; d < 3; ++d) photos.push_back(normal(random) - (d == 0 ? 1.0f : 0.0f));
  const auto detector = WorkDetector::fit(works, photos, 3);
  // Gaussians of unit deviation at 1 and -1 have log odds of 2 x when there are as many of either.
  for (const float x : {-1.5f, 0.0f, 1.5f}) {
    const double p = detector.probability(std::vector<float>{x, 0.0f, 0.0f});
    CHECK(std::log(p / (1 - p)) == doctest::Approx(2.0 * static_cast<double>(x)).epsilon(0.3).scale(2.0));
  }
  // The mean residual of either kind balances, as the intercept is all but free.
  double residual = 0;
  for (std::size_t i = 0; i < 40; ++i) residual += (1 - detector.probability(std::span(works).subspan(3 * i, 3))) / 40;
  for (std::size_t i = 0; i < 400; ++i) residual -= detector.probability(std::span(photos).subspan(3 * i, 3)) / 400;
  CHECK(std::abs(residual) < 1e-4);

  const TemporaryFolder folder;
  const auto again =
      through_a_file(detector, folder, [](const SafetensorsFile& file) { return WorkDetector::load(file, 3); });
  CHECK(again.probability(std::span(works).first(3)) == detector.probability(std::span(works).first(3)));
  CHECK_THROWS_AS((void)WorkDetector::load(SafetensorsFile::open(folder / "part.safetensors"), 4), FormatError);
  CHECK_THROWS_AS((void)WorkDetector::fit({}, photos, 3), InvalidArgumentError);
}
