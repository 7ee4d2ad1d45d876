// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/image/augmentation.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <string>

#include "core/random.hpp"
#include "venloc/core/error.hpp"
#include "venloc/image/opencv.hpp"

namespace venloc {

namespace {

cv::Mat cropped(const cv::Mat& picture, double smallest, Random& random) {
  const double side = std::sqrt(smallest + (1.0 - smallest) * random.uniform());
  const cv::Size size(std::max(1, static_cast<int>(std::lround(picture.cols * side))),
                      std::max(1, static_cast<int>(std::lround(picture.rows * side))));
  const auto offset = [&](int room) { return static_cast<int>(random.below(static_cast<std::uint64_t>(room) + 1)); };
  const int x = offset(picture.cols - size.width);
  return picture(cv::Rect(cv::Point(x, offset(picture.rows - size.height)), size)).clone();
}

cv::Mat grey(const cv::Mat& picture) {
  cv::Mat one, three;
  cv::cvtColor(picture, one, cv::COLOR_BGR2GRAY);
  cv::cvtColor(one, three, cv::COLOR_GRAY2BGR);
  return three;
}

cv::Mat smoothed(const cv::Mat& picture) {
  constexpr int kDiameter = 9;  // [px]
  constexpr double kColours = 60, kSpace = 9;
  cv::Mat result;
  cv::bilateralFilter(picture, result, kDiameter, kColours, kSpace);
  return result;
}

/// Grey divided by its surroundings: even areas turn white whatever their brightness, edges stay dark.
cv::Mat sketched(const cv::Mat& picture) {
  const cv::Mat own = grey(picture);
  const double sigma = std::max(1.0, 0.01 * std::max(picture.cols, picture.rows));  // [px]
  cv::Mat around, result;
  cv::GaussianBlur(own, around, cv::Size(), sigma);
  cv::divide(own, around, result, 255.0);
  return result;
}

}  // namespace

void AugmentationOptions::validate() const {
  const auto check = [](double value, bool good, const char* field, const char* range) {
    if (!good)
      throw InvalidArgumentError(std::string(field) + " is " + std::to_string(value) + ", it must be " + range);
  };
  check(min_crop, min_crop > 0 && min_crop <= 1, "min_crop", "above 0 and at most 1");
  const auto share = [&](double value, const char* field) {
    check(value, value >= 0 && value <= 1, field, "from 0 to 1");
  };
  const auto factor = [&](double value, const char* field) {
    check(value, value >= 0 && value < 1, field, "0 or more and below 1");
  };
  share(flip, "flip");
  factor(brightness, "brightness");
  factor(contrast, "contrast");
  factor(saturation, "saturation");
  share(grey_share, "grey_share");
  share(smooth_share, "smooth_share");
  share(sketch_share, "sketch_share");
  const double styles = grey_share + smooth_share + sketch_share;
  check(styles, styles <= 1, "the sum of grey_share, smooth_share and sketch_share", "at most 1");
}

Image augmented(const Image& picture, const AugmentationOptions& options, std::uint64_t seed) {
  options.validate();
  if (picture.empty()) throw InvalidArgumentError("the picture is empty: give one with pixels");
  Random random(seed);
  // Each choice draws its number whether it is used or not, so that one option does not change what another does.
  const auto factor = [&](double range) { return 1.0 + range * (2.0 * random.uniform() - 1.0); };

  cv::Mat bgr = to_mat(picture);
  if (bgr.channels() == 1) cv::cvtColor(bgr.clone(), bgr, cv::COLOR_GRAY2BGR);
  bgr = cropped(bgr, options.min_crop, random);
  if (random.uniform() < options.flip) cv::flip(bgr.clone(), bgr, 1);

  const double brightness = factor(options.brightness), contrast = factor(options.contrast),
               saturation = factor(options.saturation), style = random.uniform();
  if (options.brightness > 0 || options.contrast > 0 || options.saturation > 0) {
    const cv::Mat plain = grey(bgr);
    const double mean = cv::mean(plain)[0];
    // ((grey + saturation (x - grey)) - mean) contrast brightness + mean brightness, rounded once.
    cv::addWeighted(bgr.clone(), saturation * contrast * brightness, plain, (1.0 - saturation) * contrast * brightness,
                    mean * (1.0 - contrast) * brightness, bgr);
  }
  if (style < options.grey_share)
    bgr = grey(bgr);
  else if (style < options.grey_share + options.smooth_share)
    bgr = smoothed(bgr);
  else if (style < options.grey_share + options.smooth_share + options.sketch_share)
    bgr = sketched(bgr);
  return from_mat(bgr);
}

}  // namespace venloc
