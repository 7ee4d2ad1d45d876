// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <limits>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "image/pictures.hpp"
#include "venloc/core/error.hpp"
#include "venloc/gallery/gallery.hpp"

using namespace venloc;
using namespace venloc::testing;

namespace {

Photo photo(const std::string& id, double lat, double lng, const std::filesystem::path& file = {}) {
  Photo result;
  result.id = id;
  result.location = {lat, lng};
  result.file = file;
  return result;
}

std::vector<std::string> ids(const Gallery& gallery) {
  std::vector<std::string> result;
  for (const auto& one : gallery.photos()) result.push_back(one.id);
  return result;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("a gallery checks ids and places") {
  CHECK(Gallery().size() == 0);
  CHECK_THROWS_WITH_AS(Gallery({photo("a", 1, 1), photo("b", 1, 1), photo("a", 2, 2)}),
                       doctest::Contains("photos 0 and 2 have the same id 'a'"), InvalidArgumentError);
  CHECK_THROWS_WITH_AS(Gallery({photo("", 1, 1)}), doctest::Contains("no id"), InvalidArgumentError);
  CHECK_THROWS_WITH_AS(Gallery({photo("x", 95, 1)}), doctest::Contains("'x'"), InvalidArgumentError);
  CHECK_THROWS_AS(Gallery({photo("x", 1, std::numeric_limits<double>::quiet_NaN())}), InvalidArgumentError);
}

TEST_CASE("bounding box of a gallery") {
  const Gallery gallery({photo("a", 45, 12), photo("b", 46, 11)});
  CHECK(gallery.bounding_box() == BoundingBox{45, 11, 46, 12});
  CHECK(gallery.bounding_box(100.0).contains({45.9999, 12.0001}));
  CHECK_THROWS_WITH_AS(static_cast<void>(Gallery().bounding_box()), doctest::Contains("empty gallery"),
                       InvalidArgumentError);
}

TEST_CASE("filtered, subset and merged") {
  const Gallery gallery({photo("a", 1, 1), photo("b", 2, 2), photo("c", 3, 3)});
  CHECK(ids(gallery.filtered([](const Photo& one) { return one.location.lat != 2; })) == Ids{"a", "c"});
  const std::vector<std::size_t> order{2, 0};
  CHECK(ids(gallery.subset(order)) == Ids{"c", "a"});
  const std::vector<std::size_t> outside{3};
  CHECK_THROWS_WITH_AS(static_cast<void>(gallery.subset(outside)), doctest::Contains("position 3 is out of range"),
                       InvalidArgumentError);
  const std::vector<std::size_t> twice{1, 1};
  CHECK_THROWS_WITH_AS(static_cast<void>(gallery.subset(twice)), doctest::Contains("position 1 is named twice"),
                       InvalidArgumentError);
  CHECK(ids(gallery.merged(Gallery({photo("d", 4, 4)}))) == Ids{"a", "b", "c", "d"});
  CHECK_THROWS_WITH_AS(
      static_cast<void>(gallery.merged(Gallery({photo("x", 1, 1), photo("b", 4, 4), photo("a", 1, 1)}))),
      doctest::Contains("'b'"), InvalidArgumentError);
}

TEST_CASE("deduplicated leaves out near-duplicates of the same place only") {
  const TemporaryFolder folder;
  const auto view = scene(480, 360, 1);
  cv::Mat smaller;
  cv::resize(view, smaller, {320, 240}, 0, 0, cv::INTER_AREA);
  const auto first = folder.write("first.png", encoded(".png", view));
  const auto copy = folder.write("copy.jpg", encoded(".jpg", smaller, {cv::IMWRITE_JPEG_QUALITY, 70}));
  const auto different = folder.write("different.png", encoded(".png", scene(480, 360, 2)));
  const Gallery gallery({photo("first", 45.0, 12.0, first), photo("copy near", 45.0001, 12.0, copy),
                         photo("copy far", 45.01, 12.0, copy), photo("different", 45.0, 12.0, different)});
  CHECK(ids(gallery.deduplicated()) == Ids{"first", "copy far", "different"});
  CHECK(ids(gallery.deduplicated(6, 5.0)) == ids(gallery));
  CHECK(ids(gallery.deduplicated(6, 5000.0)) == Ids{"first", "different"});
  CHECK(ids(gallery.deduplicated(64, 5000.0, 2)) == Ids{"first"});
  CHECK_THROWS_AS(static_cast<void>(gallery.deduplicated(65)), InvalidArgumentError);
  CHECK_THROWS_AS(static_cast<void>(gallery.deduplicated(6, -1.0)), InvalidArgumentError);
  CHECK_THROWS_WITH_AS(static_cast<void>(Gallery({photo("bare", 1, 1)}).deduplicated()), doctest::Contains("'bare'"),
                       InvalidArgumentError);
  CHECK_THROWS_AS(static_cast<void>(gallery.deduplicated(6, 50.0, 0, [](const Progress&) { return false; })),
                  CancelledError);
}
