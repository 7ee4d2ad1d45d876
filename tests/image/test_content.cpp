// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "image/image_fields.hpp"
#include "image/pictures.hpp"
#include "venloc/core/error.hpp"
#include "venloc/image/content.hpp"
#include "venloc/image/opencv.hpp"

using namespace venloc;
using namespace venloc::testing;

namespace {

/// Lines of words without meaning, from the top to the bottom.
void write_lines(cv::Mat& page, cv::Rect box, std::uint64_t seed, const cv::Scalar& ink) {
  Random random(seed);
  constexpr int kPitch = 22;
  for (int y = box.y + kPitch; y < box.y + box.height; y += kPitch) {
    std::string line;
    for (int width = 0; width < box.width - 40;) {
      line.push_back(random.below(6) == 0 ? ' ' : static_cast<char>('a' + random.below(26)));
      width = cv::getTextSize(line, cv::FONT_HERSHEY_SIMPLEX, 0.45, 1, nullptr).width;
    }
    cv::putText(page, line, {box.x, y}, cv::FONT_HERSHEY_SIMPLEX, 0.45, ink, 1, cv::LINE_AA);
  }
}

cv::Mat page_of_text(std::uint64_t seed, const cv::Scalar& paper = cv::Scalar::all(250)) {
  cv::Mat page(900, 640, CV_8UC3, paper);
  write_lines(page, {60, 60, 520, 780}, seed, cv::Scalar::all(20));
  return page;
}

/// A bar, a list of names at the side and lines of text.
cv::Mat screen(std::uint64_t seed) {
  cv::Mat window(480, 640, CV_8UC3, cv::Scalar::all(255));
  cv::rectangle(window, cv::Rect(0, 0, 640, 30), cv::Scalar(160, 90, 30), cv::FILLED);
  cv::rectangle(window, cv::Rect(0, 30, 150, 450), cv::Scalar::all(230), cv::FILLED);
  write_lines(window, {8, 34, 130, 420}, seed, cv::Scalar(60, 40, 40));
  write_lines(window, {170, 34, 440, 200}, seed + 1, cv::Scalar::all(30));
  cv::rectangle(window, cv::Rect(170, 260, 440, 90), cv::Scalar::all(240), cv::FILLED);
  write_lines(window, {180, 262, 420, 80}, seed + 2, cv::Scalar(120, 30, 30));
  return window;
}

/// A draw of about a normal distribution.
double normal(Random& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += static_cast<double>(random.below(1000)) / 1000;
  return sum;
}

/// Seen by a scanner: vignetting, and noise of a standard deviation [levels].
cv::Mat scanned(const cv::Mat& page, double noise, std::uint64_t seed) {
  Random random(seed);
  cv::Mat result(page.size(), CV_8UC3);
  for (int y = 0; y < page.rows; ++y)
    for (int x = 0; x < page.cols; ++x) {
      const double u = 2.0 * x / page.cols - 1, v = 2.0 * y / page.rows - 1;
      const double light = 1 - 0.08 * (u * u + v * v), grain = noise * normal(random);
      for (int c = 0; c < 3; ++c)
        result.at<cv::Vec3b>(y, x)[c] = cv::saturate_cast<std::uint8_t>(page.at<cv::Vec3b>(y, x)[c] * light + grain);
    }
  return result;
}

cv::Mat paper(int level, double noise, std::uint64_t seed) {
  return scanned(cv::Mat(500, 360, CV_8UC3, cv::Scalar::all(level)), noise, seed);
}

PictureContent content_as_jpeg(const cv::Mat& picture, int quality) {
  return content_of(decode_image(bytes_of(encoded(".jpg", picture, {cv::IMWRITE_JPEG_QUALITY, quality})), "drawn"));
}

}  // namespace

TEST_CASE("pages of text are recognised, whatever their turn, paper and compression") {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    CAPTURE(seed);
    const auto page = scanned(page_of_text(seed), 3, seed);
    CHECK(content_of(from_mat(page)) == PictureContent::kText);
    CHECK(content_of(from_mat(page).to_gray()) == PictureContent::kText);
    CHECK(content_as_jpeg(page_of_text(seed, cv::Scalar(190, 225, 235)), 70) == PictureContent::kText);
    cv::Mat turned, skewed;
    cv::rotate(page, turned, cv::ROTATE_90_CLOCKWISE);
    CHECK(content_of(from_mat(turned)) == PictureContent::kText);
    const auto rotation = cv::getRotationMatrix2D({320, 450}, 3.0, 1.0);
    cv::warpAffine(page, skewed, rotation, page.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    CHECK(content_as_jpeg(skewed, 85) == PictureContent::kText);
    // Without any noise it may as well be a screen.
    CHECK(content_of(from_mat(page_of_text(seed))) != PictureContent::kPicture);
  }
}

TEST_CASE("screens are recognised") {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    CAPTURE(seed);
    CHECK(content_of(from_mat(screen(seed))) != PictureContent::kPicture);
    CHECK(content_as_jpeg(screen(seed), 90) != PictureContent::kPicture);
  }
}

TEST_CASE("blank pages and dark frames are recognised") {
  for (const int level : {0, 255}) CHECK(content_of(from_mat(paper(level, 0, 1))) == PictureContent::kBlank);
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    CAPTURE(seed);
    CHECK(content_of(from_mat(paper(245, 3, seed))) == PictureContent::kBlank);
    CHECK(content_of(from_mat(paper(170, 6, seed))) == PictureContent::kBlank);
    CHECK(content_of(from_mat(paper(4, 4, seed))) == PictureContent::kBlank);
    cv::Mat dusty = paper(240, 2, seed);
    for (int speck = 0; speck < 10; ++speck) cv::circle(dusty, {30 * speck + 20, 40 * speck + 30}, 1, {90, 90, 90}, -1);
    CHECK(content_of(from_mat(dusty)) == PictureContent::kBlank);
  }
  CHECK(content_of(Image(1, 1, 1, {0})) == PictureContent::kBlank);
}

TEST_CASE("pictures stay pictures: shapes, a clear sky, a lamp at night, fog, thumbnails") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    const auto picture = scene(400, 300, seed);
    CHECK(content_of(from_mat(picture)) == PictureContent::kPicture);
    CHECK(content_as_jpeg(picture, 80) == PictureContent::kPicture);
    CHECK(content_of(from_mat(scene(40, 30, seed))) == PictureContent::kPicture);
    cv::Mat fog;
    picture.convertTo(fog, CV_8U, 0.15, 185);
    CHECK(content_as_jpeg(fog, 90) == PictureContent::kPicture);
  }
  cv::Mat sky(300, 400, CV_8UC3);
  for (int y = 0; y < sky.rows; ++y) sky.row(y).setTo(cv::Scalar(230 - y / 10, 160 + y / 5, 90 + y / 4));
  CHECK(content_of(from_mat(sky)) == PictureContent::kPicture);
  cv::Mat night(300, 400, CV_8UC3, cv::Scalar(8, 6, 5));
  cv::circle(night, {120, 90}, 9, {180, 230, 255}, -1);
  CHECK(content_of(from_mat(night)) == PictureContent::kPicture);
}

TEST_CASE("statistics of pictures that are known") {
  cv::Mat halves(200, 400, CV_8UC3, cv::Scalar::all(0));
  halves.colRange(200, 400).setTo(cv::Scalar(20, 100, 220));
  const auto s = content_statistics(from_mat(halves));
  CHECK(s.mode_share == doctest::Approx(0.5));
  CHECK(s.common_colours == doctest::Approx(1.0));
  CHECK(s.vivid_share == doctest::Approx(0.5));
  CHECK(s.chroma == doctest::Approx(0.5 * 200 / 255));
  CHECK(s.warmth == doctest::Approx(0.5 * 200 / 255));
  CHECK(s.flat_share == doctest::Approx(199.0 * 398 / (200 * 400)));
  CHECK(s.toned_flat_share == doctest::Approx(199.0 * 199 / (200 * 400)));
  // The one edge is two columns of the Sobel filter; five rows at either end are margin or border.
  CHECK(s.straight_edge_share == doctest::Approx(1.0).epsilon(0.02));

  cv::Mat surface(320, 320, CV_8UC1);
  for (int y = 0; y < 320; ++y)
    for (int x = 0; x < 320; ++x)
      surface.at<std::uint8_t>(y, x) = static_cast<std::uint8_t>(60 + x / 4 + (y - 160) * (y - 160) / 400);
  CHECK(content_statistics(from_mat(surface)).unevenness < 0.002);
  surface(cv::Rect(100, 100, 80, 80)).setTo(20);
  CHECK(content_statistics(from_mat(surface)).unevenness > 0.05);

  cv::Mat bars(400, 400, CV_8UC1, cv::Scalar(255)), dashes(400, 400, CV_8UC1, cv::Scalar(255));
  for (int y = 20; y < 380; y += 20) {
    cv::rectangle(bars, cv::Rect(0, y, 400, 6), 0, cv::FILLED);
    for (int x = 20; x < 380; x += 15) cv::rectangle(dashes, cv::Rect(x, y, 10, 6), 0, cv::FILLED);
  }
  const auto lines = content_statistics(from_mat(bars)), marks = content_statistics(from_mat(dashes));
  CHECK(lines.line_period > 1.0);
  CHECK(lines.ink_share == doctest::Approx(18 * 6 / 400.0));
  CHECK(lines.mark_ink_share == 0);  // too long for words
  CHECK(marks.mark_ink_share == doctest::Approx(1.0));
  CHECK(marks.aligned_share > 0.85);
  cv::Mat scattered(400, 400, CV_8UC1, cv::Scalar(255));
  Random random(1);
  for (int i = 0; i < 300; ++i) {
    const auto place = [&] { return 10 + static_cast<int>(random.below(380)); };
    const int x = place(), y = place();
    cv::rectangle(scattered, cv::Rect(x, y, 4, 4), 0, cv::FILLED);
  }
  CHECK(content_statistics(from_mat(scattered)).aligned_share < 0.4);
  CHECK(marks.marks == doctest::Approx(std::log1p(18 * 24 * 1e5 / (400 * 400))));
}

TEST_CASE("every content but a picture has words, and empty pictures are refused") {
  CHECK(content_text(PictureContent::kPicture).empty());
  CHECK(content_text(PictureContent::kText) == "seems to be a page of text, not a picture of a place");
  for (const auto& [name, content] : EnumNames<PictureContent>::names)
    CHECK(content_text(content).empty() == (content == PictureContent::kPicture));
  CHECK_THROWS_AS(content_of(Image()), InvalidArgumentError);
  CHECK_THROWS_AS(content_statistics(Image()), InvalidArgumentError);
}
