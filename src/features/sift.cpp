// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <opencv2/features2d.hpp>
#include <opencv2/imgproc.hpp>
#include <tuple>

#include "venloc/core/error.hpp"
#include "venloc/features/local_features.hpp"
#include "venloc/image/opencv.hpp"

namespace venloc {
namespace {

// Order that does not depend on threads or on the order of detection; the last key tells apart keypoints that share a
// place but have several orientations.
bool stronger(const cv::KeyPoint& a, const cv::KeyPoint& b) {
  return std::tie(b.response, b.size, a.pt.x, a.pt.y, a.angle) < std::tie(a.response, a.size, b.pt.x, b.pt.y, b.angle);
}

// Keeps the `cap` best keypoints (given strongest first): cells take turns, so that each gives its strongest ones first
// and empty cells leave their share to the others.
std::vector<cv::KeyPoint> share_over_grid(const std::vector<cv::KeyPoint>& keypoints, std::size_t cap, int cells,
                                          cv::Size size) {
  if (cap == 0 || keypoints.size() <= cap) return keypoints;
  const auto width = static_cast<float>(size.width), height = static_cast<float>(size.height);
  std::vector<int> taken(static_cast<std::size_t>(cells) * cells, 0);
  std::vector<std::pair<int, std::size_t>> turns(keypoints.size());  // (turn in its cell, position)
  for (std::size_t i = 0; i < keypoints.size(); ++i) {
    const auto column =
        std::clamp(static_cast<int>(keypoints[i].pt.x / width * static_cast<float>(cells)), 0, cells - 1);
    const auto row = std::clamp(static_cast<int>(keypoints[i].pt.y / height * static_cast<float>(cells)), 0, cells - 1);
    turns[i] = {taken[static_cast<std::size_t>(row * cells + column)]++, i};
  }
  std::nth_element(turns.begin(), turns.begin() + static_cast<std::ptrdiff_t>(cap), turns.end());
  turns.resize(cap);
  std::ranges::sort(turns, {}, &std::pair<int, std::size_t>::second);
  std::vector<cv::KeyPoint> kept;
  kept.reserve(cap);
  for (const auto& turn : turns) kept.push_back(keypoints[turn.second]);
  return kept;
}

SiftDescriptor to_bytes(const float* values, bool root) {
  SiftDescriptor out;
  if (!root) {
    for (std::size_t i = 0; i < kSiftDimension; ++i) out[i] = cv::saturate_cast<std::uint8_t>(values[i]);
    return out;
  }
  const float sum = std::accumulate(values, values + kSiftDimension, 0.0f);
  const float scale = sum > 0 ? 1.0f / sum : 0.0f;
  for (std::size_t i = 0; i < kSiftDimension; ++i)
    out[i] = cv::saturate_cast<std::uint8_t>(512.0f * std::sqrt(values[i] * scale));
  return out;
}

}  // namespace

void SiftOptions::validate() const {
  if (long_side_px < 32) throw InvalidArgumentError("sift.long_side_px must be at least 32");
  if (max_features < 0) throw InvalidArgumentError("sift.max_features must be 0 (all) or more");
  if (grid_cells < 1 || grid_cells > 64) throw InvalidArgumentError("sift.grid_cells must be 1 to 64");
  if (!(contrast_threshold > 0)) throw InvalidArgumentError("sift.contrast_threshold must be positive");
  if (!(edge_threshold > 1)) throw InvalidArgumentError("sift.edge_threshold must be more than 1");
}

LocalFeatures extract_sift(const Image& image, const SiftOptions& options) {
  options.validate();
  if (image.empty()) throw ImageError("the picture is empty");
  const cv::Mat gray = to_mat(image.shrunk_to(options.long_side_px).to_gray());

  LocalFeatures out;
  out.width = gray.cols;
  out.height = gray.rows;
  // The difference-of-Gaussians pyramid needs a few pixels on each side.
  if (std::min(gray.cols, gray.rows) < 8) return out;

  const auto sift = cv::SIFT::create(0, 3, options.contrast_threshold, options.edge_threshold, 1.6);
  std::vector<cv::KeyPoint> keypoints;
  sift->detect(gray, keypoints);
  std::ranges::sort(keypoints, stronger);
  if (options.upright) {
    // What differs in direction only is one feature now.
    for (auto& k : keypoints) k.angle = 0.0f;
    const auto repeated = std::ranges::unique(
        keypoints, [](const cv::KeyPoint& a, const cv::KeyPoint& b) { return a.pt == b.pt && a.size == b.size; });
    keypoints.erase(repeated.begin(), repeated.end());
  }
  keypoints =
      share_over_grid(keypoints, static_cast<std::size_t>(options.max_features), options.grid_cells, gray.size());
  cv::Mat descriptors;
  sift->compute(gray, keypoints, descriptors);

  out.keypoints.reserve(keypoints.size());
  out.descriptors.reserve(keypoints.size());
  for (std::size_t i = 0; i < keypoints.size(); ++i) {
    const auto& k = keypoints[i];
    out.keypoints.push_back(
        {k.pt.x, k.pt.y, k.size, static_cast<float>(k.angle * std::numbers::pi / 180.0), k.response});
    out.descriptors.push_back(to_bytes(descriptors.ptr<float>(static_cast<int>(i)), options.root));
  }
  return out;
}

}  // namespace venloc
