// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "core/files.hpp"
#include "ranking/artwork_detector.hpp"
#include "venloc/core/error.hpp"

using namespace venloc;

TEST_CASE("artwork detector: is at the optimum of the penalised likelihood") {
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  std::vector<float> artworks, photos;
  for (int i = 0; i < 40; ++i)
    for (int d = 0; d < 3; ++d) artworks.push_back(normal(random) + (d == 0 ? 1.0f : 0.0f));
  for (int i = 0; i < 400; ++i)
    for (int d = 0; d < 3; ++d) photos.push_back(normal(random) - (d == 0 ? 1.0f : 0.0f));
  const auto detector = ArtworkDetector::fit(artworks, photos, 3);
  // Gaussians of unit standard deviation at 1 and -1 have log odds of 2 x when there are as many of either.
  for (const float x : {-1.5f, 0.0f, 1.5f}) {
    const double p = detector.probability(std::vector<float>{x, 0.0f, 0.0f});
    CHECK(std::log(p / (1 - p)) == doctest::Approx(2.0 * static_cast<double>(x)).epsilon(0.3).scale(2.0));
  }
  // The mean residual of either kind balances, as the intercept is all but free.
  double residual = 0;
  for (std::size_t i = 0; i < 40; ++i)
    residual += (1 - detector.probability(std::span(artworks).subspan(3 * i, 3))) / 40;
  for (std::size_t i = 0; i < 400; ++i) residual -= detector.probability(std::span(photos).subspan(3 * i, 3)) / 400;
  CHECK(std::abs(residual) < 1e-4);

  const TemporaryFolder folder;
  SafetensorsWriter writer;
  detector.save(writer);
  writer.write(folder / "part.safetensors");
  const auto again = ArtworkDetector::load(SafetensorsFile::open(folder / "part.safetensors"), 3);
  CHECK(again.probability(std::span(artworks).first(3)) == detector.probability(std::span(artworks).first(3)));
  CHECK_THROWS_AS((void)ArtworkDetector::load(SafetensorsFile::open(folder / "part.safetensors"), 4), FormatError);
  CHECK_THROWS_AS((void)ArtworkDetector::fit({}, photos, 3), InvalidArgumentError);
}
