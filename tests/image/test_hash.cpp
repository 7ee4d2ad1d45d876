// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <bit>
#include <cstdint>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "image/pictures.hpp"
#include "venloc/core/error.hpp"
#include "venloc/image/hash.hpp"
#include "venloc/image/opencv.hpp"

using namespace venloc;
using namespace venloc::testing;

TEST_CASE("the hash is the signs of OpenCV's DCT of the 32x32 grey picture") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto image = from_mat(scene(200, 150, seed));
    cv::Mat small;
    to_mat(image.to_gray().resized(32, 32)).convertTo(small, CV_64F);
    cv::Mat coefficients;
    cv::dct(small, coefficients);
    const auto hash = perceptual_hash(image);
    for (int v = 0; v < 8; ++v)
      for (int u = 0; u < 8; ++u)
        if (u + v > 0) CHECK(((hash >> (8 * v + u)) & 1u) == (coefficients.at<double>(v, u) > 1e-9 ? 1u : 0u));
  }
}

TEST_CASE("near-duplicates differ in few bits, different pictures in many") {
  std::vector<std::uint64_t> hashes;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    CAPTURE(seed);
    const auto view = scene(400, 300, seed);
    const auto hash = perceptual_hash(from_mat(view));
    hashes.push_back(hash);
    cv::Mat smaller;
    cv::resize(view, smaller, {240, 180}, 0, 0, cv::INTER_AREA);
    const auto recompressed =
        decode_image(bytes_of(encoded(".jpg", smaller, {cv::IMWRITE_JPEG_QUALITY, 60})), "recompressed");
    CHECK(std::popcount(hash ^ perceptual_hash(recompressed)) <= 6);
    cv::Mat toned;
    view.convertTo(toned, CV_8U, 0.9, 8.0);
    CHECK(std::popcount(hash ^ perceptual_hash(from_mat(toned))) <= 6);
  }
  for (std::size_t i = 0; i < hashes.size(); ++i)
    for (std::size_t j = i + 1; j < hashes.size(); ++j) CHECK(std::popcount(hashes[i] ^ hashes[j]) > 10);
}

TEST_CASE("plain and empty pictures") {
  CHECK(perceptual_hash(Image(7, 5, 1, std::vector<std::uint8_t>(35, 0))) == 0);
  CHECK(perceptual_hash(Image(7, 5, 1, std::vector<std::uint8_t>(35, 201))) == 0);
  CHECK(perceptual_hash(Image(1, 1, 3, {255, 3, 77})) == 0);
  CHECK_THROWS_AS(perceptual_hash(Image()), InvalidArgumentError);
}
