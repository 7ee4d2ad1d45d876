// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/out_of_area.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "core/damaged.hpp"
#include "ranking/logistic.hpp"
#include "retrieval/unit_descriptor.hpp"

namespace venloc {
namespace {

constexpr const char* kScale = "out_of_area";

// Log odds of inside against outside the area at the gallery's mean, and for each standard deviation. Logistic
// regression of the photos of development folds against pictures of other cities, with equal weight.
constexpr double kOdds = 3.0;
constexpr double kOddsSlope = 2.2;

double log_odds(double probability) {
  const double p = std::clamp(probability, 1e-4, 1.0 - 1e-4);
  return std::log(p / (1 - p));
}

struct Moments {
  double mean = 0, deviation = 0;
};
Moments moments(std::span<const double> values) {
  Moments out;
  double square = 0;
  for (const double v : values) {
    out.mean += v / static_cast<double>(values.size());
    square += v * v / static_cast<double>(values.size());
  }
  out.deviation = std::sqrt(std::max(square - out.mean * out.mean, 0.0)) + 1e-6;
  return out;
}

}  // namespace

StrongComponents::StrongComponents(const Whitening& whitening, std::size_t most) {
  const std::size_t wide = whitening.dimension(), count = std::min(wide, most);
  std::vector<double> squares(count, 0.0);
  for (std::size_t row = 0; row < whitening.length(); ++row)
    for (std::size_t d = 0; d < count; ++d) {
      const double v = whitening.projection()[row * wide + d];
      squares[d] += v * v;
    }
  // The length of a column is one over the standard deviation of its component.
  for (const double square : squares) scales_.push_back(square > 0 ? static_cast<float>(std::pow(square, -0.25)) : 0);
}

std::vector<float> StrongComponents::of(std::span<const float> whitened) const {
  std::vector<float> out;
  for (std::size_t d = 0; d < size(); ++d) out.push_back(whitened[d] * scales_[d]);
  to_unit_length(out);
  return out;
}

std::vector<float> StrongComponents::of(std::span<const std::int8_t> descriptor) const {
  std::vector<float> values;
  for (std::size_t d = 0; d < size(); ++d) values.push_back(static_cast<float>(descriptor[d]));
  return of(values);
}

GallerySimilarity::GallerySimilarity(const StrongComponents& components, const DescriptorIndex& photos)
    : size_(components.size()) {
  for (std::size_t p = 0; p < photos.size(); ++p) {
    const auto strong = components.of(photos.descriptor(p));
    photos_.insert(photos_.end(), strong.begin(), strong.end());
  }
}

double GallerySimilarity::of(std::span<const float> strong, std::span<const std::uint8_t> excluded) const {
  std::vector<double> cosines;
  for (std::size_t p = 0; p * size_ < photos_.size(); ++p) {
    if (!excluded.empty() && excluded[p] != 0) continue;
    double sum = 0;
    for (std::size_t d = 0; d < size_; ++d)
      sum += static_cast<double>(strong[d]) * static_cast<double>(photos_[p * size_ + d]);
    cosines.push_back(sum);
  }
  const auto nearest = std::min(kNearest, cosines.size());
  std::ranges::partial_sort(cosines, cosines.begin() + static_cast<std::ptrdiff_t>(nearest), std::greater{});
  double sum = 0;
  for (std::size_t i = 0; i < nearest; ++i) sum += cosines[i];
  return nearest == 0 ? 0.0 : sum / static_cast<double>(nearest);
}

OutOfAreaTest OutOfAreaTest::fit(std::span<const double> no_match, std::span<const double> similarity) {
  std::vector<double> odds;
  for (const double p : no_match) odds.push_back(log_odds(p));
  const auto of_no_match = moments(odds), of_similarity = moments(similarity);
  OutOfAreaTest out;
  out.scale_ = {of_no_match.mean, of_no_match.deviation, of_similarity.mean, of_similarity.deviation};
  return out;
}

double OutOfAreaTest::probability(double no_match, double similarity) const {
  const double inside = -(log_odds(no_match) - scale_[0]) / scale_[1] + (similarity - scale_[2]) / scale_[3];
  return logistic(std::log(kPrior / (1 - kPrior)) - kOdds - kOddsSlope * inside);
}

void OutOfAreaTest::save(SafetensorsWriter& writer) const { writer.add<double>(kScale, {4}, scale_); }

OutOfAreaTest OutOfAreaTest::load(const SafetensorsFile& file) {
  const auto stored = file.get<double>(kScale, {4});
  OutOfAreaTest out;
  std::ranges::copy(stored, out.scale_.begin());
  const bool possible = std::ranges::all_of(stored, [](double v) { return std::isfinite(v); }) &&
                        ((stored[1] > 0 && stored[3] > 0) || (stored[1] == 0 && stored[3] == 0));
  if (!possible) refuse_damaged(file.path(), std::string("array ") + kScale + " holds impossible values");
  return out;
}

}  // namespace venloc
