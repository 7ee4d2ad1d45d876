// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <numeric>
#include <opencv2/features2d.hpp>
#include <opencv2/imgcodecs.hpp>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "venloc/core/error.hpp"
#include "venloc/retrieval/exhaustive.hpp"

using namespace venloc;

namespace {

using Descriptors = std::vector<SiftDescriptor>;

Descriptors random_descriptors(std::size_t count, unsigned largest, unsigned seed) {
  std::mt19937 random(seed);
  Descriptors result(count);
  for (auto& descriptor : result)
    for (auto& value : descriptor) value = static_cast<std::uint8_t>(random() % (largest + 1));
  return result;
}

/// Sparse, normalised to length 512 and cut at 255 as SIFT is.
Descriptors sift_like_descriptors(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  Descriptors result(count);
  for (auto& descriptor : result) {
    std::array<double, kSiftDimension> values;
    for (double& value : values) value = std::max(0.0, static_cast<double>(random() % 1000) - 600);
    const double length = std::sqrt(std::inner_product(values.begin(), values.end(), values.begin(), 1.0));
    std::ranges::transform(values, descriptor.begin(), [&](double value) {
      return static_cast<std::uint8_t>(std::min(255.0, 512 * value / length));
    });
  }
  return result;
}

std::vector<DescriptorMatch> opencv_matches(const Descriptors& query, const Descriptors& gallery) {
  const auto matrix = [](const Descriptors& descriptors) {
    cv::Mat bytes(static_cast<int>(descriptors.size()), 128, CV_8U), floats;
    std::memcpy(bytes.data, descriptors.data(), descriptors.size() * 128);
    bytes.convertTo(floats, CV_32F);  // as cv::SIFT gives them
    return floats;
  };
  std::vector<cv::DMatch> found;
  cv::BFMatcher(cv::NORM_L1, true).match(matrix(query), matrix(gallery), found);
  std::vector<DescriptorMatch> result;
  for (const cv::DMatch& match : found)
    result.push_back({static_cast<std::uint32_t>(match.queryIdx), static_cast<std::uint32_t>(match.trainIdx),
                      static_cast<std::uint32_t>(match.distance)});
  return result;
}

std::uint32_t published_sum(std::vector<DescriptorMatch> matches) {
  std::ranges::sort(matches, {}, &DescriptorMatch::distance);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(50, matches.size()); ++i) sum += matches[i].distance;
  return sum;
}

/// A picture of the same place: some features changed a little, the rest other ones.
Descriptors changed(const Descriptors& original, std::size_t kept, unsigned seed) {
  std::mt19937 random(seed);
  Descriptors result = sift_like_descriptors(original.size(), seed);
  for (std::size_t i = 0; i < kept; ++i) {
    result[i] = original[(i * 7) % original.size()];
    for (auto& value : result[i])
      value = static_cast<std::uint8_t>(std::min(255, value + static_cast<int>(random() % 8)));
  }
  return result;
}

}  // namespace

TEST_CASE("exhaustive: matches are those of OpenCV's cross-checked BFMatcher, with and without ties") {
  unsigned seed = 0;
  for (const unsigned largest : {1U, 3U, 255U}) {
    for (const auto& [queries, features] : std::vector<std::pair<std::size_t, std::size_t>>{
             {1, 1}, {1, 50}, {50, 1}, {2, 3}, {60, 61}, {130, 40}, {40, 130}, {300, 301}}) {
      const Descriptors query = random_descriptors(queries, largest, ++seed);
      Descriptors gallery = random_descriptors(features, largest, ++seed);
      for (std::size_t i = 0; i + 1 < features; i += 5) gallery[i] = gallery[i + 1];  // equal features
      if (features > 3) gallery[2] = query.front();
      CAPTURE(largest);
      CAPTURE(queries);
      CAPTURE(features);
      CHECK(ExhaustiveMatcher({gallery}).match(query, 0) == opencv_matches(query, gallery));
    }
  }
  const Descriptors query = sift_like_descriptors(400, 1);
  const Descriptors gallery = changed(query, 100, 2);
  CHECK(ExhaustiveMatcher({gallery}).match(query, 0) == opencv_matches(query, gallery));
}

TEST_CASE("exhaustive: the ranking is that of the published method over OpenCV's matches") {
  const Descriptors query = sift_like_descriptors(200, 1);
  std::vector<Descriptors> pictures;
  for (unsigned i = 0; i < 12; ++i) pictures.push_back(changed(query, i == 7 ? 80 : i, 100 + i));
  pictures[3].resize(20);     // fewer than 50 matches
  pictures[9] = pictures[7];  // a tie: the earlier picture wins
  pictures[11].resize(60);
  std::vector<PictureDistance> expected;
  for (std::uint32_t i = 0; i < pictures.size(); ++i) {
    const auto matches = opencv_matches(query, pictures[i]);
    expected.push_back({i, published_sum(matches), static_cast<std::uint32_t>(matches.size())});
  }
  std::ranges::stable_sort(expected, {}, &PictureDistance::sum);
  const ExhaustiveMatcher matcher(pictures);
  CHECK(matcher.size() == pictures.size());
  CHECK(matcher.rank(query) == expected);
  CHECK(expected[0].picture == 7);
  CHECK(expected[1] == PictureDistance{9, expected[0].sum, expected[0].matches});
  CHECK(expected[2].picture == 3);  // few features, few distances to sum: as published
  CHECK(expected[2].matches <= 20);
}

TEST_CASE("exhaustive: the same ranking at any number of threads, also from several threads at once") {
  const Descriptors query = sift_like_descriptors(150, 5);
  std::vector<Descriptors> pictures;
  for (unsigned i = 0; i < 40; ++i) pictures.push_back(sift_like_descriptors(100 + i, 200 + i));
  const ExhaustiveMatcher matcher(pictures);
  const auto expected = matcher.rank(query, 1);
  for (const int threads : {0, 2, 4, 9}) CHECK(matcher.rank(query, threads) == expected);
  std::vector<std::vector<PictureDistance>> rankings(4);
  {
    std::vector<std::jthread> users;
    for (auto& ranking : rankings) users.emplace_back([&] { ranking = matcher.rank(query, 2); });
  }
  for (const auto& ranking : rankings) CHECK(ranking == expected);
}

TEST_CASE("exhaustive: more than 65,536 features are compared whole, on either side") {
  Descriptors many(70'000, SiftDescriptor{});
  const Descriptors few = random_descriptors(6, 255, 1);
  many[10] = many[66'000] = few[0];  // the first of equals
  many[69'999] = few[4];
  many[65'536] = few[2];
  const auto found = [](const std::vector<DescriptorMatch>& matches, const DescriptorMatch& match) {
    return std::ranges::find(matches, match) != matches.end();
  };
  const auto as_query = ExhaustiveMatcher({few}).match(many, 0);
  CHECK(found(as_query, {10, 0, 0}));
  CHECK(found(as_query, {65'536, 2, 0}));
  CHECK(found(as_query, {69'999, 4, 0}));
  const auto as_gallery = ExhaustiveMatcher({many}).match(few, 0);
  CHECK(found(as_gallery, {0, 10, 0}));
  CHECK(found(as_gallery, {2, 65'536, 0}));
  CHECK(found(as_gallery, {4, 69'999, 0}));
}

TEST_CASE("exhaustive: empty gallery, empty picture, empty query") {
  const Descriptors some = random_descriptors(5, 255, 1);
  CHECK(ExhaustiveMatcher({}).rank(some).empty());
  const ExhaustiveMatcher matcher({Descriptors{}, some, Descriptors{}});
  const auto ranking = matcher.rank(some);
  REQUIRE(ranking.size() == 3);
  CHECK(ranking[0] == PictureDistance{1, 0, 5});
  CHECK(ranking[1] == PictureDistance{0, 0, 0});  // a picture without matches is last, whatever its sum
  CHECK(ranking[2] == PictureDistance{2, 0, 0});
  CHECK(matcher.rank({}).front() == PictureDistance{0, 0, 0});
  CHECK_THROWS_AS((void)matcher.match(some, 3), InvalidArgumentError);
  CHECK_THROWS_AS((void)matcher.rank(some, -1), InvalidArgumentError);
}

TEST_CASE("exhaustive: published matches come out of the published photos") {
  const char* variable = std::getenv("VENLOC_SHARED");
  const auto images =
      std::filesystem::path(variable != nullptr ? variable : VENLOC_SHARED_DEFAULT) / "data" / "venice" / "images";
  if (!std::filesystem::exists(images)) {
    MESSAGE("skipped: no photos in '" << images.string() << "'; set VENLOC_SHARED");
    return;
  }
  const auto sift = [&](const std::string& name) {
    cv::Mat floats, bytes;
    std::vector<cv::KeyPoint> keypoints;
    cv::SIFT::create()->detectAndCompute(cv::imread((images / name).string(), cv::IMREAD_GRAYSCALE), cv::noArray(),
                                         keypoints, floats);
    floats.convertTo(bytes, CV_8U);
    Descriptors descriptors(static_cast<std::size_t>(bytes.rows));
    std::memcpy(descriptors.data(), bytes.data, descriptors.size() * kSiftDimension);
    return descriptors;
  };
  // Each published match is among them. With a cross check that is not mutual 1368 and 1417 change places.
  const std::vector<std::string> names{"1182.jpg", "1368.jpg", "1417.jpg"};
  const std::map<std::string, std::string> published{{"706.jpg", "1368.jpg"}, {"1918.jpg", "1417.jpg"}};
  std::vector<Descriptors> pictures;
  for (const std::string& name : names) pictures.push_back(sift(name));
  const ExhaustiveMatcher matcher(pictures);
  for (const auto& [name, match] : published) {
    CAPTURE(name);
    const Descriptors query = sift(name);
    const auto ranking = matcher.rank(query);
    CHECK(names[ranking[0].picture] == match);
    const auto matches = opencv_matches(query, pictures[ranking[0].picture]);
    CHECK(ranking[0].sum == published_sum(matches));
    CHECK(ranking[0].matches == matches.size());
  }
}
