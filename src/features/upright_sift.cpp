// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/upright_sift.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <opencv2/core/hal/hal.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "core/parallel.hpp"

namespace venloc {
namespace {

constexpr double kSigma = 1.6;
constexpr double kCameraSigma = 0.5;  // blur that a picture has of its own
constexpr int kBorder = 5;            // extrema nearer to the border are not sought [px]
constexpr int kMaxSteps = 5;          // of the refinement of an extremum
constexpr int kRowsAtOnce = 32;

constexpr int kCells = 4;       // of a descriptor, each way
constexpr int kDirections = 8;  // of a cell
constexpr float kCellWidth = 3.0f;
constexpr float kLargestShare = 0.2f;
constexpr float kLength = 512.0f;

/// Gradients by cell and direction, with a rim of cells around the grid.
constexpr std::size_t kGridSide = kCells + 2;
using Histogram = std::array<float, kGridSide * kGridSide * kDirections>;

/// The weight of a sample; distances are in cells.
float window(float from_centre) {
  return std::exp(-from_centre * from_centre / (0.5f * kCells * kCells));  // sigma: half of the grid
}

/// The cell before a sample, and what of the sample is the next cell's. A sample at the very rim belongs to the last
/// cell outside.
float share_of_next_cell(float from_centre, std::size_t& cell) {
  const float position = from_centre + 0.5f * (kCells + 1);
  cell = static_cast<std::size_t>(std::clamp(static_cast<int>(std::floor(position)), 0, kCells));
  return position - static_cast<float>(cell);
}

/// The cells of the grid, of length kLength, none above its share before the last scaling.
UprightSift::Descriptor normalised(const Histogram& histogram) {
  UprightSift::Descriptor out;
  for (std::size_t r = 0; r < kCells; ++r)
    std::copy_n(histogram.data() + ((r + 1) * kGridSide + 1) * kDirections, kCells * kDirections,
                out.data() + r * kCells * kDirections);
  Eigen::Map<Eigen::Matrix<float, kSiftDimension, 1>> values(out.data());
  values = values.cwiseMin(kLargestShare * values.norm()).eval();
  const float length = values.norm();
  if (length > 0) values *= kLength / length;
  return out;
}

// Rows are filtered on their own, so cutting the picture into strips does not change a bit of the result.
void blur(const cv::Mat& from, cv::Mat& to, double sigma, int num_threads) {
  to.create(from.size(), CV_32F);
  const int strips = std::clamp(std::min(resolve_threads(num_threads), from.rows / 64), 1, 64);
  parallel_for(static_cast<std::size_t>(strips), num_threads, [&](std::size_t s) {
    const auto at = [&](std::size_t i) { return static_cast<int>(i) * from.rows / strips; };
    const cv::Range rows(at(s), at(s + 1));
    cv::Mat part = to.rowRange(rows);
    cv::GaussianBlur(from.rowRange(rows), part, cv::Size(), sigma, sigma);
  });
}

// Position of an extremum between the samples of the differences of Gaussians, Lowe 2004, section 4.
class Refinement {
 public:
  Refinement(const std::vector<cv::Mat>& differences, int layers, double contrast_threshold, double edge_threshold)
      : differences_(differences), layers_(layers), contrast_(contrast_threshold), edge_(edge_threshold) {}

  [[nodiscard]] std::optional<UprightSift::Extremum> operator()(int octave, int layer, int row, int column) const {
    Eigen::Vector3f offset;
    for (int step = 0;; ++step) {
      if (step == kMaxSteps) return std::nullopt;
      const auto [gradient, hessian] = derivatives(layer, row, column);
      // As Eigen's inverse of a singular matrix is not finite, the comparison below refuses it.
      offset = -(hessian.inverse() * gradient);
      if (!(offset.cwiseAbs().maxCoeff() < 1e6f)) return std::nullopt;
      if (offset.cwiseAbs().maxCoeff() < 0.5f) break;
      column += static_cast<int>(std::lround(offset(0)));
      row += static_cast<int>(std::lround(offset(1)));
      layer += static_cast<int>(std::lround(offset(2)));
      const auto& size = differences_.front();
      if (layer < 1 || layer > layers_ || column < kBorder || column >= size.cols - kBorder || row < kBorder ||
          row >= size.rows - kBorder)
        return std::nullopt;
    }
    const auto [gradient, hessian] = derivatives(layer, row, column);
    const float contrast = at(layer, row, column) + 0.5f * gradient.dot(offset);
    if (std::abs(contrast) * static_cast<float>(layers_) < static_cast<float>(contrast_)) return std::nullopt;
    const float trace = hessian(0, 0) + hessian(1, 1);
    const float determinant = hessian(0, 0) * hessian(1, 1) - hessian(0, 1) * hessian(0, 1);
    const auto limit = static_cast<float>(edge_);
    if (determinant <= 0 || trace * trace * limit >= (limit + 1) * (limit + 1) * determinant) return std::nullopt;

    const auto pixel = static_cast<float>(std::ldexp(0.5, octave));  // of this octave in the picture's
    UprightSift::Extremum out;
    out.octave = octave;
    out.layer = layer;
    // The doubled picture's first sample lies a quarter of a pixel before the picture's.
    out.keypoint.pt.x = (static_cast<float>(column) + offset(0)) * pixel - 0.25f;
    out.keypoint.pt.y = (static_cast<float>(row) + offset(1)) * pixel - 0.25f;
    const float level = (static_cast<float>(layer) + offset(2)) / static_cast<float>(layers_);
    out.keypoint.size = 2.0f * static_cast<float>(kSigma) * std::exp2(level) * pixel;
    out.keypoint.response = std::abs(contrast);
    out.keypoint.angle = 0.0f;
    return out;
  }

 private:
  [[nodiscard]] float at(int layer, int row, int column) const {
    return differences_[static_cast<std::size_t>(layer)].at<float>(row, column) / 255.0f;
  }
  // First and second derivatives in column, row and layer.
  [[nodiscard]] std::pair<Eigen::Vector3f, Eigen::Matrix3f> derivatives(int layer, int row, int column) const {
    const auto v = [&](int dl, int dr, int dc) { return at(layer + dl, row + dr, column + dc); };
    const float twice = 2 * v(0, 0, 0);
    Eigen::Vector3f gradient(v(0, 0, 1) - v(0, 0, -1), v(0, 1, 0) - v(0, -1, 0), v(1, 0, 0) - v(-1, 0, 0));
    Eigen::Matrix3f hessian;
    const float xy = (v(0, 1, 1) - v(0, 1, -1) - v(0, -1, 1) + v(0, -1, -1)) / 4;
    const float xs = (v(1, 0, 1) - v(1, 0, -1) - v(-1, 0, 1) + v(-1, 0, -1)) / 4;
    const float ys = (v(1, 1, 0) - v(1, -1, 0) - v(-1, 1, 0) + v(-1, -1, 0)) / 4;
    hessian << v(0, 0, 1) + v(0, 0, -1) - twice, xy, xs,  //
        xy, v(0, 1, 0) + v(0, -1, 0) - twice, ys,         //
        xs, ys, v(1, 0, 0) + v(-1, 0, 0) - twice;
    return {gradient / 2, hessian};
  }

  const std::vector<cv::Mat>& differences_;
  int layers_;
  double contrast_, edge_;
};

// Marks samples of a row that are beyond the threshold and extreme among their four neighbours in the layer. Written so
// that a compiler can do many samples at once: few are marked, and only they are compared with all 26 neighbours.
void mark_peaks(const float* above, const float* here, const float* below, int begin, int end, float threshold,
                std::uint8_t* marks) {
  for (int c = begin; c < end; ++c) {
    const float v = here[c];
    const bool high = (v > threshold) & (v >= here[c - 1]) & (v >= here[c + 1]) & (v >= above[c]) & (v >= below[c]);
    const bool low = (v < -threshold) & (v <= here[c - 1]) & (v <= here[c + 1]) & (v <= above[c]) & (v <= below[c]);
    marks[c] = static_cast<std::uint8_t>(high | low);
  }
}

bool is_extremum(const std::array<const float*, 9>& rows, int column) {
  const float value = rows[4][column];
  if (value > 0) {
    for (const auto* row : rows)
      if (row[column - 1] > value || row[column] > value || row[column + 1] > value) return false;
  } else {
    for (const auto* row : rows)
      if (row[column - 1] < value || row[column] < value || row[column + 1] < value) return false;
  }
  return true;
}

}  // namespace

UprightSift::UprightSift(const cv::Mat& gray, int num_threads) : num_threads_(num_threads) {
  cv::Mat values, doubled, base;
  gray.convertTo(values, CV_32F);
  cv::resize(values, doubled, cv::Size(2 * gray.cols, 2 * gray.rows), 0, 0, cv::INTER_LINEAR);
  blur(doubled, base, std::sqrt(kSigma * kSigma - 4 * kCameraSigma * kCameraSigma), num_threads);

  const double octaves = std::log2(std::min(base.cols, base.rows)) - 1.0;
  const double step = std::exp2(1.0 / kLayers);
  for (int octave = 0; octave < std::max(1, static_cast<int>(std::lround(octaves))); ++octave) {
    if (octave > 0) {
      const cv::Mat& last = gaussian(octave - 1, kLayers);
      if (std::min(last.cols, last.rows) / 2 <= 2 * kBorder) break;
      cv::resize(last, base, cv::Size(last.cols / 2, last.rows / 2), 0, 0, cv::INTER_NEAREST);
    }
    gaussians_.push_back(base);
    for (int i = 1; i < kLayers + 3; ++i) {
      const double before = kSigma * std::pow(step, i - 1);
      cv::Mat next;
      blur(gaussians_.back(), next, before * std::sqrt(step * step - 1), num_threads);
      gaussians_.push_back(next);
    }
    base = cv::Mat();
  }
}

std::vector<UprightSift::Extremum> UprightSift::detect(double contrast_threshold, double edge_threshold) const {
  // Half of what is needed after the refinement, which may raise it; of differences of values 0 to 255.
  const auto threshold = static_cast<float>(0.5 * contrast_threshold / kLayers * 255);
  std::vector<Extremum> out;
  for (int octave = 0; octave < octaves(); ++octave) {
    std::vector<cv::Mat> differences(kLayers + 2);
    parallel_for(differences.size(), num_threads_, [&](std::size_t i) {
      cv::subtract(gaussian(octave, static_cast<int>(i) + 1), gaussian(octave, static_cast<int>(i)), differences[i]);
    });
    const Refinement refine(differences, kLayers, contrast_threshold, edge_threshold);
    const auto size = differences.front().size();
    const int chunks = std::max(0, size.height - 2 * kBorder + kRowsAtOnce - 1) / kRowsAtOnce;
    std::vector<std::vector<Extremum>> found(static_cast<std::size_t>(chunks * kLayers));
    parallel_for(found.size(), num_threads_, [&](std::size_t task) {
      const int layer = static_cast<int>(task) % kLayers + 1;
      const int first = kBorder + static_cast<int>(task) / kLayers * kRowsAtOnce;
      std::vector<std::uint8_t> marks(static_cast<std::size_t>(size.width));
      for (int row = first; row < std::min(first + kRowsAtOnce, size.height - kBorder); ++row) {
        std::array<const float*, 9> rows;
        for (int l = 0; l < 3; ++l)
          for (int r = 0; r < 3; ++r)
            rows[static_cast<std::size_t>(3 * l + r)] =
                differences[static_cast<std::size_t>(layer - 1 + l)].ptr<float>(row - 1 + r);
        mark_peaks(rows[3], rows[4], rows[5], kBorder, size.width - kBorder, threshold, marks.data());
        for (int column = kBorder; column < size.width - kBorder; ++column)
          if (marks[static_cast<std::size_t>(column)] != 0 && is_extremum(rows, column))
            if (const auto extremum = refine(octave, layer, row, column)) found[task].push_back(*extremum);
      }
    });
    for (const auto& part : found) out.insert(out.end(), part.begin(), part.end());
  }
  return out;
}

UprightSift::Descriptor UprightSift::describe(const Extremum& extremum) const {
  const cv::Mat& image = gaussian(extremum.octave, extremum.layer);
  const auto pixel = static_cast<float>(std::ldexp(0.5, extremum.octave));
  const float x = (extremum.keypoint.pt.x + 0.25f) / pixel, y = (extremum.keypoint.pt.y + 0.25f) / pixel;
  const float cell = kCellWidth * 0.5f * extremum.keypoint.size / pixel;
  const float reach = 0.5f * (kCells + 1) * cell;
  const int left = std::max(1, static_cast<int>(std::ceil(x - reach)));
  const int right = std::min(image.cols - 2, static_cast<int>(std::floor(x + reach)));
  const int top = std::max(1, static_cast<int>(std::ceil(y - reach)));
  const int bottom = std::min(image.rows - 2, static_cast<int>(std::floor(y + reach)));
  const auto width = static_cast<std::size_t>(std::max(0, right - left + 1));

  // Cells are counted from one outside the grid, so that every sample has a cell on either side.
  struct Column {
    std::size_t bin;      // of the cell before the sample
    float share, weight;  // that the next cell gets; Gaussian window
  };
  thread_local std::vector<Column> kept_columns;
  thread_local std::vector<float> kept_values;
  kept_columns.resize(width);
  kept_values.resize(4 * width);
  Column* const columns = kept_columns.data();
  float *const dx = kept_values.data(), *const dy = dx + width, *const magnitude = dy + width,
               *const angle = magnitude + width;
  for (std::size_t i = 0; i < width; ++i) {
    const float from_centre = (static_cast<float>(left + static_cast<int>(i)) - x) / cell;
    columns[i].share = share_of_next_cell(from_centre, columns[i].bin);
    columns[i].weight = window(from_centre);
  }

  Histogram histogram{};
  for (int row = top; row <= bottom; ++row) {
    const auto *above = image.ptr<float>(row - 1) + left, *here = image.ptr<float>(row) + left,
               *below = image.ptr<float>(row + 1) + left;
    for (std::size_t i = 0; i < width; ++i) {
      dx[i] = here[i + 1] - here[static_cast<std::ptrdiff_t>(i) - 1];
      dy[i] = above[i] - below[i];
    }
    cv::hal::fastAtan32f(dy, dx, angle, static_cast<int>(width), true);
    cv::hal::magnitude32f(dx, dy, magnitude, static_cast<int>(width));

    std::array<float, kGridSide * kDirections> line{};
    for (std::size_t i = 0; i < width; ++i) {
      const float turn = angle[i] * (kDirections / 360.0f);
      const auto whole = static_cast<int>(turn);
      const float share = turn - static_cast<float>(whole);
      const auto first = static_cast<std::size_t>(whole % kDirections);
      const auto second = static_cast<std::size_t>((whole + 1) % kDirections);
      const float value = magnitude[i] * columns[i].weight;
      const float next = value * columns[i].share, before = value - next;
      auto* bins = line.data() + columns[i].bin * kDirections;
      bins[first] += before * (1 - share);
      bins[second] += before * share;
      bins[kDirections + first] += next * (1 - share);
      bins[kDirections + second] += next * share;
    }
    const float from_centre = (static_cast<float>(row) - y) / cell;
    std::size_t bin = 0;
    const float share = share_of_next_cell(from_centre, bin);
    const float weight = window(from_centre);
    auto* bins = histogram.data() + bin * line.size();
    for (std::size_t i = 0; i < line.size(); ++i) {
      bins[i] += weight * (1 - share) * line[i];
      bins[line.size() + i] += weight * share * line[i];
    }
  }

  return normalised(histogram);
}

}  // namespace venloc
