// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/image/content.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "image/content_weights.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

// Few blank pictures have more, and no photo or artwork less, not even in fog: docs/results/non-pictures.md.
constexpr double kBlankUnevenness = 0.006;
constexpr double kBlankInk = 0.01;      // share; a few specks of dust
constexpr double kDarkFrame = 0.08;     // brightness; a lens cap with noise
constexpr double kLightPaper = 0.4;     // brightness; paper that is underexposed
constexpr double kPaperChroma = 0.25;   // chroma; old paper
constexpr double kPaperWarmth = -0.02;  // no paper is bluer; a clear sky is
constexpr double kLeastMarks = 1.8;     // about 5 in 100,000 pixels; without letters nothing is a page or a screen
constexpr int kSmallestSide = 160;      // [px]; the letters of a page cannot be made out below

bool is_blank(const ContentStatistics& s) {
  if (s.unevenness >= kBlankUnevenness || s.ink_share >= kBlankInk) return false;
  if (s.brightness < kDarkFrame) return true;
  return s.brightness > kLightPaper && s.chroma < kPaperChroma && s.warmth > kPaperWarmth;
}

/// The logits of text and of a screenshot against a picture.
content_weights::Weight logits(const ContentStatistics& s) {
  namespace fitted = content_weights;
  constexpr std::size_t kMany = fitted::kStatistics.size();
  static_assert(fitted::kWeights.size() == 1 + kMany + kMany * (kMany + 1) / 2);
  std::array<double, kMany> values{};
  for (std::size_t i = 0; i < kMany; ++i) {
    const auto& of = fitted::kStatistics[i];
    values[i] = std::clamp((s.*of.member - of.mean) / of.sigma, -fitted::kStandardised, fitted::kStandardised);
  }
  auto sum = fitted::kWeights.front();
  auto weight = fitted::kWeights.begin();
  const auto add = [&](double value) {
    ++weight;
    sum.text += weight->text * value;
    sum.screenshot += weight->screenshot * value;
  };
  for (const double value : values) add(value);
  for (std::size_t i = 0; i < kMany; ++i)
    for (std::size_t j = i; j < kMany; ++j) add(values[i] * values[j] / fitted::kProductScale);
  return sum;
}

}  // namespace

PictureContent content_of(const Image& image) {
  if (image.empty()) throw InvalidArgumentError("content_of: the picture is empty: give one with pixels");
  const Image small = image.shrunk_to(kContentSidePx);
  const auto statistics = content_statistics(small);
  if (is_blank(statistics)) return PictureContent::kBlank;
  if (statistics.marks < kLeastMarks) return PictureContent::kPicture;
  if (std::min(small.width(), small.height()) < kSmallestSide) return PictureContent::kPicture;
  const auto [text, screenshot] = logits(statistics);
  if (std::max(text, screenshot) < content_weights::kThreshold) return PictureContent::kPicture;
  return text > screenshot ? PictureContent::kText : PictureContent::kScreenshot;
}

std::string content_text(PictureContent content) {
  const auto text = [](const std::string& what) { return "seems to be " + what + ", not a picture of a place"; };
  switch (content) {
    case PictureContent::kBlank:
      return text("blank");
    case PictureContent::kText:
      return text("a page of text");
    case PictureContent::kScreenshot:
      return text("a screenshot or a chart");
    case PictureContent::kPicture:
      break;
  }
  return {};
}

}  // namespace venloc
