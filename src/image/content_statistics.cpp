// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <numbers>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "venloc/core/error.hpp"
#include "venloc/image/content.hpp"
#include "venloc/image/opencv.hpp"

namespace venloc {
namespace {

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0.0; }

/// How much of the picture has the most common grey, and which that is.
int measure_grey(const cv::Mat& grey, ContentStatistics& out) {
  constexpr int kLevels = 256, kReach = 6;
  std::array<int, kLevels> counts{};
  double sum = 0;
  for (int y = 0; y < grey.rows; ++y) {
    const auto* row = grey.ptr<std::uint8_t>(y);
    for (int x = 0; x < grey.cols; ++x) ++counts[row[x]];
  }
  int mode = 0, most = 0;
  for (int level = 0; level < kLevels; ++level) {
    const int first = std::max(0, level - kReach), last = std::min(kLevels - 1, level + kReach);
    int near = 0;
    for (int k = first; k <= last; ++k) near += counts[static_cast<std::size_t>(k)];
    if (near > most) most = near, mode = level;
    sum += static_cast<double>(level) * counts[static_cast<std::size_t>(level)];
  }
  const auto pixels = static_cast<double>(grey.total());
  out.mode_share = most / pixels;
  out.brightness = sum / pixels / 255.0;
  return mode;
}

void measure_colours(const cv::Mat& picture, ContentStatistics& out) {
  constexpr int kVivid = 60, kCommon = 8;
  std::vector<int> counts(1u << 15);
  double chroma = 0, vivid = 0, warmth = 0;
  for (int y = 0; y < picture.rows; ++y) {
    const auto* p = picture.ptr<std::uint8_t>(y);
    for (int x = 0; x < picture.cols; ++x, p += 3) {
      const int range = std::max({p[0], p[1], p[2]}) - std::min({p[0], p[1], p[2]});
      chroma += range;
      vivid += range > kVivid ? 1 : 0;
      warmth += p[2] - p[0];
      ++counts[static_cast<std::size_t>((p[0] >> 3) << 10 | (p[1] >> 3) << 5 | p[2] >> 3)];
    }
  }
  std::ranges::nth_element(counts, counts.begin() + kCommon, std::greater<>());
  double common = 0;
  for (int i = 0; i < kCommon; ++i) common += counts[static_cast<std::size_t>(i)];
  const auto pixels = static_cast<double>(picture.total());
  out.chroma = chroma / pixels / 255.0;
  out.vivid_share = vivid / pixels;
  out.warmth = warmth / pixels / 255.0;
  out.common_colours = common / pixels;
}

void measure_flatness(const cv::Mat& picture, ContentStatistics& out) {
  constexpr int kBlack = 2, kWhite = 253;
  double flat = 0, toned = 0;
  for (int y = 0; y + 1 < picture.rows; ++y) {
    const auto* p = picture.ptr<std::uint8_t>(y);
    const auto* below = picture.ptr<std::uint8_t>(y + 1);
    for (int x = 0; x + 1 < picture.cols; ++x, p += 3, below += 3) {
      const bool same =
          p[0] == p[3] && p[1] == p[4] && p[2] == p[5] && p[0] == below[0] && p[1] == below[1] && p[2] == below[2];
      if (!same) continue;
      const int low = std::min({p[0], p[1], p[2]}), high = std::max({p[0], p[1], p[2]});
      ++flat;
      toned += high > kBlack && low < kWhite ? 1 : 0;
    }
  }
  const auto pixels = static_cast<double>(picture.total());
  out.flat_share = flat / pixels;
  out.toned_flat_share = toned / pixels;
}

/// How far 32 x 32 cells are from the quadratic surface that fits them best: paper with vignetting is such a surface.
void measure_unevenness(const cv::Mat& grey, ContentStatistics& out) {
  constexpr int kCells = 32, kTerms = 6;
  cv::Mat cells;
  cv::resize(grey, cells, cv::Size(kCells, kCells), 0, 0, cv::INTER_AREA);
  cv::Mat terms(kCells * kCells, kTerms, CV_64F), values(kCells * kCells, 1, CV_64F), fitted;
  for (int i = 0; i < kCells * kCells; ++i) {
    const double x = 2.0 * (i % kCells) / (kCells - 1) - 1, y = 2.0 * (i / kCells) / (kCells - 1) - 1;
    const std::array<double, kTerms> row = {1, x, y, x * x, x * y, y * y};
    std::ranges::copy(row, terms.ptr<double>(i));
    values.at<double>(i) = cells.at<std::uint8_t>(i / kCells, i % kCells) / 255.0;
  }
  cv::solve(terms, values, fitted, cv::DECOMP_NORMAL | cv::DECOMP_CHOLESKY);
  out.unevenness = cv::norm(terms * fitted - values) / kCells;
}

/// Total length of the runs of at least kShortestRun in rows (or columns) of marked pixels, away from the border.
double long_runs(const cv::Mat& marked) {
  constexpr int kShortestRun = 24;
  const int margin = std::max(2, marked.rows / 40);
  double total = 0;
  for (int y = margin; y < marked.rows - margin; ++y) {
    const auto* row = marked.ptr<std::uint8_t>(y);
    int length = 0;
    for (int x = 0; x <= marked.cols; ++x) {
      if (x < marked.cols && row[x] != 0) {
        ++length;
        continue;
      }
      if (length >= kShortestRun) total += length;
      length = 0;
    }
  }
  return total;
}

void measure_edges(const cv::Mat& grey, ContentStatistics& out) {
  constexpr int kEdge = 60, kFewestEdges = 50;  // of a Sobel filter: a step of 15 levels
  constexpr int kStraight = 12;                 // how much steeper across than along: within 5 degrees
  cv::Mat across, down;
  cv::Sobel(grey, across, CV_16S, 1, 0);
  cv::Sobel(grey, down, CV_16S, 0, 1);
  cv::Mat rows = cv::Mat::zeros(grey.size(), CV_8U), columns = cv::Mat::zeros(grey.size(), CV_8U);
  double edges = 0;
  for (int y = 1; y + 1 < grey.rows; ++y) {
    const auto* a = across.ptr<std::int16_t>(y);
    const auto* b = down.ptr<std::int16_t>(y);
    for (int x = 1; x + 1 < grey.cols; ++x) {
      const int horizontal = std::abs(a[x]), vertical = std::abs(b[x]);
      const int larger = std::max(horizontal, vertical), smaller = std::min(horizontal, vertical);
      if (larger <= kEdge) continue;
      ++edges;
      if (smaller * kStraight <= larger) (horizontal > vertical ? columns : rows).at<std::uint8_t>(y, x) = 1;
    }
  }
  if (edges <= kFewestEdges) return;
  cv::Mat turned;
  cv::transpose(columns, turned);
  out.straight_edge_share = std::min(1.0, (long_runs(rows) + long_runs(turned)) / edges);
}

/// Where the picture is much darker than its surroundings: 255, elsewhere 0. `dark` pictures are inverted first.
cv::Mat measure_ink(const cv::Mat& grey, bool dark, ContentStatistics& out) {
  constexpr int kReduced = 4, kSurroundings = 9;       // cells of 4 px: letters are smaller
  constexpr int kPaperPercent = 94, kInkPercent = 78;  // of the surroundings' level
  constexpr double kEven = 0.12, kEvenLevels = 2.0;    // of the median, and [levels]
  const cv::Mat page = dark ? cv::Mat(255 - grey) : grey;
  cv::Mat cells, paper;
  cv::resize(page, cells, cv::Size(std::max(1, page.cols / kReduced), std::max(1, page.rows / kReduced)), 0, 0,
             cv::INTER_AREA);
  const auto square = cv::getStructuringElement(cv::MORPH_RECT, {kSurroundings, kSurroundings});
  cv::morphologyEx(cells, cells, cv::MORPH_CLOSE, square);
  cv::blur(cells, cells, {kSurroundings, kSurroundings});
  cv::resize(cells, paper, page.size(), 0, 0, cv::INTER_LINEAR);
  cv::Mat ink(page.size(), CV_8U);
  double light = 0, inked = 0;
  for (int y = 0; y < page.rows; ++y) {
    const auto* p = page.ptr<std::uint8_t>(y);
    const auto* around = paper.ptr<std::uint8_t>(y);
    auto* to = ink.ptr<std::uint8_t>(y);
    for (int x = 0; x < page.cols; ++x) {
      const int level = 100 * p[x], surroundings = std::max<int>(around[x], 1);
      light += level > kPaperPercent * surroundings ? 1 : 0;
      to[x] = level < kInkPercent * surroundings ? 255 : 0;
      inked += to[x] != 0 ? 1 : 0;
    }
  }
  const auto pixels = static_cast<double>(grey.total());
  out.paper_share = light / pixels;
  out.ink_share = inked / pixels;
  std::vector<std::uint8_t> levels(cells.begin<std::uint8_t>(), cells.end<std::uint8_t>());
  const auto middle = levels.begin() + static_cast<std::ptrdiff_t>(levels.size() / 2);
  std::ranges::nth_element(levels, middle);
  const double median = *middle;
  const auto even = std::ranges::count_if(
      levels, [&](std::uint8_t level) { return std::abs(level - median) <= kEven * median + kEvenLevels; });
  out.even_paper_share = ratio(static_cast<double>(even), static_cast<double>(levels.size()));
  out.paper_level = median / 255.0;
  return ink;
}

struct Mark {
  float x, y;           // centre [px]
  float width, height;  // [px]
};

/// The nearest mark within reach, by the distance between boxes; marks are sorted by x. Null without one.
const Mark* nearest_mark(const std::vector<Mark>& marks, std::size_t own) {
  constexpr float kReach = 2.5f, kReachPx = 8.0f;  // of the mark's size, and [px]
  constexpr float kWidestHalfPx = 32.0f;           // how far a neighbour's centre may be from its edge, about
  const Mark& mark = marks[own];
  const float reach = kReach * std::max(mark.width, mark.height) + kReachPx;
  float best = reach * reach;
  const Mark* found = nullptr;
  const auto consider = [&](const Mark& other) {
    const float dx = std::max(0.f, std::abs(other.x - mark.x) - (other.width + mark.width) / 2);
    const float dy = std::max(0.f, std::abs(other.y - mark.y) - (other.height + mark.height) / 2);
    if (dx * dx + dy * dy < best) best = dx * dx + dy * dy, found = &other;
  };
  for (std::size_t i = own; i-- > 0 && mark.x - marks[i].x < reach + kWidestHalfPx;) consider(marks[i]);
  for (std::size_t i = own + 1; i < marks.size() && marks[i].x - mark.x < reach + kWidestHalfPx; ++i)
    consider(marks[i]);
  return found;
}

/// How the nearest neighbours of marks lie: letters have theirs along the line, whatever its direction.
void measure_alignment(std::vector<Mark> marks, ContentStatistics& out) {
  constexpr int kDirections = 36, kSpread = 2;                         // 5 degrees each; two on both sides
  constexpr double kAnyDirection = (2 * kSpread + 1.0) / kDirections;  // share where there is no direction
  constexpr double kPriorMarks = 60;                                   // a few marks are aligned by chance
  constexpr float kSimilarHeight = 0.7f;
  std::ranges::sort(marks, {}, &Mark::x);
  std::array<double, kDirections> directions{};
  double count = 0, similar = 0;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const Mark* other = nearest_mark(marks, i);
    if (other == nullptr) continue;
    ++count;
    const auto [lower, higher] = std::minmax(marks[i].height, other->height);
    similar += lower > kSimilarHeight * higher ? 1 : 0;
    const double angle = std::atan2(other->y - marks[i].y, other->x - marks[i].x) / std::numbers::pi + 1.0;
    directions[static_cast<std::size_t>(angle * kDirections) % kDirections] += 1;
  }
  double most = 0;
  for (int direction = 0; direction < kDirections; ++direction) {
    double near = 0;
    for (int k = -kSpread; k <= kSpread; ++k)
      near += directions[static_cast<std::size_t>((direction + k + kDirections) % kDirections)];
    most = std::max(most, near);
  }
  out.aligned_share = (most + kPriorMarks * kAnyDirection) / (count + kPriorMarks);
  out.similar_share = similar / (count + kPriorMarks);
}

void measure_marks(const cv::Mat& ink, ContentStatistics& out) {
  constexpr int kSmallestArea = 5, kThinnest = 2, kThickest = 24, kLongest = 120;  // of a letter or a word [px]
  constexpr std::size_t kMostMarks = 1500;
  cv::Mat labels, boxes, centres;
  const int regions = cv::connectedComponentsWithStats(ink, labels, boxes, centres, 8, CV_32S);
  std::vector<Mark> marks;
  double specks = 0, ink_of_marks = 0, all_ink = 0;
  for (int i = 1; i < regions; ++i) {
    const auto* box = boxes.ptr<int>(i);
    const int width = box[cv::CC_STAT_WIDTH], height = box[cv::CC_STAT_HEIGHT], area = box[cv::CC_STAT_AREA];
    all_ink += area;
    if (area < kSmallestArea) ++specks;
    const auto [thin, long_side] = std::minmax(width, height);
    if (area < kSmallestArea || thin < kThinnest || thin > kThickest || long_side > kLongest) continue;
    ink_of_marks += area;
    const auto* centre = centres.ptr<double>(i);
    marks.push_back({static_cast<float>(centre[0]), static_cast<float>(centre[1]), static_cast<float>(width),
                     static_cast<float>(height)});
  }
  constexpr double kPixels = 1e5;
  out.marks = std::log1p(static_cast<double>(marks.size()) * kPixels / static_cast<double>(ink.total()));
  out.speck_share = ratio(specks, regions);
  out.mark_ink_share = ratio(ink_of_marks, all_ink);
  if (marks.size() > kMostMarks) marks.resize(kMostMarks);
  measure_alignment(std::move(marks), out);
}

/// Strongest autocorrelation of the ink of rows, after its first minimum, in [0, 1.3]; 0 where there is hardly any ink.
double period_of(const std::vector<float>& profile) {
  constexpr int kSmoothing = 20, kLongestPeriod = 40;           // [px]
  constexpr double kLeastPower = 25.0;                          // of 255 squared
  constexpr double kDeepestMinimum = -0.3, kHighestPeak = 1.3;  // bounds of what one strip contributes
  const int rows = static_cast<int>(profile.size());
  std::vector<double> sums(profile.size() + 1), values(profile.size());
  for (std::size_t i = 0; i < profile.size(); ++i) sums[i + 1] = sums[i] + profile[i];
  double power = 0;
  for (int i = 0; i < rows; ++i) {
    const int from = std::max(0, i - kSmoothing), to = std::min(rows, i + kSmoothing + 1);
    const double mean = (sums[static_cast<std::size_t>(to)] - sums[static_cast<std::size_t>(from)]) / (to - from);
    const auto index = static_cast<std::size_t>(i);
    values[index] = profile[index] - mean;
    power += values[index] * values[index] / rows;
  }
  if (power < kLeastPower) return 0;
  double lowest = 1, best = 0;
  for (int lag = 2; lag < std::min(kLongestPeriod + 1, rows / 2); ++lag) {
    double sum = 0;
    for (int i = 0; i + lag < rows; ++i)
      sum += values[static_cast<std::size_t>(i)] * values[static_cast<std::size_t>(i + lag)];
    const double correlation = sum / ((rows - lag) * power);
    lowest = std::min(lowest, correlation);
    best = std::max(best, std::min(correlation - std::max(lowest, kDeepestMinimum), kHighestPeak));
  }
  return best;
}

/// The mean period of strips of the picture, which are so narrow that skewed lines stay apart.
double mean_period(const cv::Mat& ink) {
  constexpr int kStripPx = 80, kFewestRows = 60;
  if (ink.rows < kFewestRows) return 0;
  const int strips = std::max(1, ink.cols / kStripPx);
  double sum = 0;
  for (int strip = 0; strip < strips; ++strip) {
    cv::Mat profile;
    cv::reduce(ink.colRange(strip * ink.cols / strips, (strip + 1) * ink.cols / strips), profile, 1, cv::REDUCE_AVG,
               CV_32F);
    sum += period_of(std::vector<float>(profile.begin<float>(), profile.end<float>()));
  }
  return sum / strips;
}

}  // namespace

ContentStatistics content_statistics(const Image& image) {
  if (image.empty()) throw InvalidArgumentError("content_statistics: the picture is empty: give one with pixels");
  constexpr int kDark = 110;  // of 255: below, the most common grey is a background with light marks
  const Image small = image.shrunk_to(kContentSidePx);
  const cv::Mat grey = to_mat(small.to_gray());
  cv::Mat picture = to_mat(small);
  if (picture.channels() == 1) cv::cvtColor(grey, picture, cv::COLOR_GRAY2BGR);
  ContentStatistics out;
  const int mode = measure_grey(grey, out);
  measure_colours(picture, out);
  measure_flatness(picture, out);
  measure_unevenness(grey, out);
  measure_edges(grey, out);
  const cv::Mat ink = measure_ink(grey, mode < kDark, out);
  measure_marks(ink, out);
  cv::Mat turned;
  cv::transpose(ink, turned);
  out.line_period = std::max(mean_period(ink), mean_period(turned));
  return out;
}

}  // namespace venloc
