// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/image/content.hpp"

#include <algorithm>

#include "image/content_weights.hpp"

namespace venloc {
namespace {

// Of 3 blank pictures in 1,000 the cells vary by more, and of no photo or artwork less: docs/results/non-pictures.md.
constexpr double kBlankUnevenness = 0.006;
constexpr double kBlankInk = 0.01;      // share; a few specks of dust
constexpr double kDarkFrame = 0.08;     // brightness; a lens cap with noise
constexpr double kLightPaper = 0.4;     // brightness; paper that is underexposed
constexpr double kPaperChroma = 0.25;   // chroma; old paper
constexpr double kPaperWarmth = -0.02;  // no paper is bluer; a clear sky is
constexpr double kStandardised = 4.0;   // standard deviations that a statistic may count at most, as when fitted
constexpr int kSmallestSide = 48;       // [px]; letters cannot be made out below

bool is_blank(const ContentStatistics& s) {
  if (s.unevenness >= kBlankUnevenness || s.ink_share >= kBlankInk) return false;
  if (s.brightness < kDarkFrame) return true;
  return s.brightness > kLightPaper && s.chroma < kPaperChroma && s.warmth > kPaperWarmth;
}

}  // namespace

PictureContent content_of(const Image& image) {
  const auto statistics = content_statistics(image);
  if (is_blank(statistics)) return PictureContent::kBlank;
  if (std::min(image.width(), image.height()) < kSmallestSide) return PictureContent::kPicture;
  double text = content_weights::kTextBias, screenshot = content_weights::kScreenshotBias;
  for (const auto& weight : content_weights::kWeights) {
    const double value = (statistics.*weight.statistic - weight.mean) / weight.sigma;
    const double standardised = std::clamp(value, -kStandardised, kStandardised);
    text += weight.text * standardised;
    screenshot += weight.screenshot * standardised;
  }
  if (std::max(text, screenshot) < content_weights::kThreshold) return PictureContent::kPicture;
  return text > screenshot ? PictureContent::kText : PictureContent::kScreenshot;
}

}  // namespace venloc
