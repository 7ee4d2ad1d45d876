// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <opencv2/features2d.hpp>
#include <opencv2/imgproc.hpp>
#include <tuple>

#include "core/parallel.hpp"
#include "features/upright_sift.hpp"
#include "venloc/core/error.hpp"
#include "venloc/features/local_features.hpp"
#include "venloc/image/opencv.hpp"

namespace venloc {
namespace {

// Order that does not depend on threads or on the order of detection; the last key separates keypoints that share a
// place but have several orientations.
bool stronger(const cv::KeyPoint& a, const cv::KeyPoint& b) {
  return std::tie(b.response, b.size, a.pt.x, a.pt.y, a.angle) < std::tie(a.response, a.size, b.pt.x, b.pt.y, b.angle);
}

// Keeps the `cap` best (given strongest first): cells take turns, so that each gives its strongest ones first and empty
// cells leave their share to the others.
template <typename T>
void share_over_grid(std::vector<T>& items, std::size_t cap, int cells, cv::Size size,
                     const cv::KeyPoint& (*keypoint)(const T&)) {
  if (cap == 0 || items.size() <= cap) return;
  const auto width = static_cast<float>(size.width), height = static_cast<float>(size.height);
  std::vector<int> taken(static_cast<std::size_t>(cells) * cells, 0);
  std::vector<std::pair<int, std::size_t>> turns(items.size());  // (turn in its cell, position)
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto& at = keypoint(items[i]).pt;
    const auto column = std::clamp(static_cast<int>(at.x / width * static_cast<float>(cells)), 0, cells - 1);
    const auto row = std::clamp(static_cast<int>(at.y / height * static_cast<float>(cells)), 0, cells - 1);
    turns[i] = {taken[static_cast<std::size_t>(row * cells + column)]++, i};
  }
  std::nth_element(turns.begin(), turns.begin() + static_cast<std::ptrdiff_t>(cap), turns.end());
  turns.resize(cap);
  std::ranges::sort(turns, {}, &std::pair<int, std::size_t>::second);
  std::vector<T> kept;
  kept.reserve(cap);
  for (const auto& turn : turns) kept.push_back(items[turn.second]);
  items = std::move(kept);
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

LocalFeatures extract_sift(const Image& image, const SiftOptions& options, int num_threads) {
  options.validate();
  resolve_threads(num_threads);
  if (image.empty()) throw ImageError("the picture is empty: give one with pixels");
  const cv::Mat gray = to_mat(image.shrunk_to(options.long_side_px).to_gray());

  LocalFeatures out;
  out.width = gray.cols;
  out.height = gray.rows;
  // The difference-of-Gaussians pyramid needs a few pixels on each side.
  if (std::min(gray.cols, gray.rows) < 8) return out;

  const auto cap = static_cast<std::size_t>(options.max_features);
  const auto add = [&](std::size_t i, const cv::KeyPoint& k, const float* descriptor) {
    out.keypoints[i] = {k.pt.x, k.pt.y, k.size, static_cast<float>(k.angle * std::numbers::pi / 180.0), k.response};
    out.descriptors[i] = to_bytes(descriptor, options.root);
  };
  if (options.upright) {
    using Extremum = UprightSift::Extremum;
    const auto keypoint = [](const Extremum& e) -> const cv::KeyPoint& { return e.keypoint; };
    const UprightSift sift(gray, num_threads);
    auto extrema = sift.detect(options.contrast_threshold, options.edge_threshold);
    std::ranges::sort(extrema, stronger, keypoint);
    // Neighbouring samples may be refined to the same extremum.
    const auto repeated = std::ranges::unique(
        extrema, [](const auto& a, const auto& b) { return a.pt == b.pt && a.size == b.size; }, keypoint);
    extrema.erase(repeated.begin(), repeated.end());
    share_over_grid<Extremum>(extrema, cap, options.grid_cells, gray.size(), keypoint);
    out.keypoints.resize(extrema.size());
    out.descriptors.resize(extrema.size());
    constexpr std::size_t kChunk = 64;
    parallel_for((extrema.size() + kChunk - 1) / kChunk, num_threads, [&](std::size_t chunk) {
      for (std::size_t i = chunk * kChunk; i < std::min(extrema.size(), (chunk + 1) * kChunk); ++i)
        add(i, extrema[i].keypoint, sift.describe(extrema[i]).data());
    });
    return out;
  }

  const auto sift = cv::SIFT::create(0, 3, options.contrast_threshold, options.edge_threshold, 1.6);
  std::vector<cv::KeyPoint> keypoints;
  sift->detect(gray, keypoints);
  std::ranges::sort(keypoints, stronger);
  share_over_grid<cv::KeyPoint>(keypoints, cap, options.grid_cells, gray.size(),
                                [](const cv::KeyPoint& k) -> const cv::KeyPoint& { return k; });
  cv::Mat descriptors;
  sift->compute(gray, keypoints, descriptors);
  out.keypoints.resize(keypoints.size());
  out.descriptors.resize(keypoints.size());
  for (std::size_t i = 0; i < keypoints.size(); ++i) add(i, keypoints[i], descriptors.ptr<float>(static_cast<int>(i)));
  return out;
}

}  // namespace venloc
