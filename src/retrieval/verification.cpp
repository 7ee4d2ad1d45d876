// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/retrieval/verification.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/calib3d.hpp>
#include <set>
#include <tuple>

#include "venloc/core/error.hpp"

namespace venloc {
namespace {

using Matrix3 = Eigen::Matrix3d;

struct Pair {
  Eigen::Vector2d query, gallery;
};

// Matches that map onto the gallery within the error, one for each query and each gallery feature: where several
// compete for one, the heavier stays.
struct Inliers {
  std::vector<std::uint32_t> matches;
  double weight = 0.0;
};

class Verifier {
 public:
  Verifier(const LocalFeatures& query, std::span<const FeatureMatch> matches, const VerificationOptions& options)
      : query_(query), matches_(matches), options_(options) {
    pairs_.reserve(matches.size());
    for (const auto& m : matches) {
      const auto& k = query.keypoints[m.query];
      pairs_.push_back({{k.x, k.y}, {m.keypoint.x, m.keypoint.y}});
    }
  }

  [[nodiscard]] Verification run() const {
    if (matches_.size() < 3) return {};
    Matrix3 best = Matrix3::Identity();
    double best_weight = -1.0;
    // The proposal's own scale and angle are coarse, so its error may be larger than that of the refined model.
    for (const auto& proposal : best_proposals()) {
      Matrix3 model = proposal;
      for (const double slack : {2.0, 1.4, 1.0}) {
        const auto inliers = collect(model, slack * options_.max_error_px);
        if (!refine(inliers.matches, model)) break;
      }
      const auto inliers = collect(model, options_.max_error_px);
      if (inliers.weight > best_weight) {
        best_weight = inliers.weight;
        best = model;
      }
    }
    if (options_.model == VerificationModel::kHomography) to_homography(best);
    return describe(best);
  }

 private:
  static constexpr std::size_t kRefined = 4;  // proposals that are refined

  [[nodiscard]] Matrix3 proposal(std::size_t i) const {
    const auto& q = query_.keypoints[matches_[i].query];
    const auto& g = matches_[i].keypoint;
    const double scale = q.scale > 0 && g.scale > 0 ? g.scale / q.scale : 1.0;
    const double angle = g.angle - q.angle;
    const double c = scale * std::cos(angle), s = scale * std::sin(angle);
    Matrix3 model;
    model << c, -s, g.x - (c * q.x - s * q.y), s, c, g.y - (s * q.x + c * q.y), 0, 0, 1;
    return model;
  }

  // Transfer error in the larger of the two pictures' measures: a model that shrinks everything to a point fits
  // nothing.
  [[nodiscard]] double tolerance2(const Matrix3& model, double error_px) const {
    const double determinant = std::abs(model(0, 0) * model(1, 1) - model(0, 1) * model(1, 0));
    const double shrink = std::min(1.0, std::sqrt(determinant));
    return error_px * error_px * shrink * shrink;
  }

  [[nodiscard]] std::vector<Matrix3> best_proposals() const {
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      const Matrix3 model = proposal(i);
      const double limit = tolerance2(model, 2.5 * options_.max_error_px);
      double weight = 0.0;
      for (std::size_t j = 0; j < pairs_.size(); ++j) {
        const double dx =
            model(0, 0) * pairs_[j].query.x() + model(0, 1) * pairs_[j].query.y() + model(0, 2) - pairs_[j].gallery.x();
        const double dy =
            model(1, 0) * pairs_[j].query.x() + model(1, 1) * pairs_[j].query.y() + model(1, 2) - pairs_[j].gallery.y();
        if (dx * dx + dy * dy <= limit) weight += matches_[j].weight;
      }
      order.emplace_back(-weight, i);
    }
    const auto count = std::min(kRefined, order.size());
    std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(count));
    std::vector<Matrix3> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(proposal(order[i].second));
    return out;
  }

  [[nodiscard]] Inliers collect(const Matrix3& model, double error_px) const {
    const double limit = tolerance2(model, error_px);
    std::vector<std::uint32_t> within;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      const Eigen::Vector3d p = model * pairs_[i].query.homogeneous();
      if (p.z() > 1e-9 && (p.hnormalized() - pairs_[i].gallery).squaredNorm() <= limit)
        within.push_back(static_cast<std::uint32_t>(i));
    }
    std::ranges::sort(
        within, [&](auto a, auto b) { return std::pair(-matches_[a].weight, a) < std::pair(-matches_[b].weight, b); });
    Inliers out;
    std::set<std::uint32_t> queries, features;
    for (const auto i : within)
      if (queries.insert(matches_[i].query).second && features.insert(matches_[i].feature).second) {
        out.matches.push_back(i);
        out.weight += matches_[i].weight;
      }
    std::ranges::sort(out.matches);
    return out;
  }

  // Weighted least squares; false when the inliers do not determine the model or it degenerates.
  [[nodiscard]] bool refine(const std::vector<std::uint32_t>& inliers, Matrix3& model) const {
    const bool affine = options_.model != VerificationModel::kSimilarity && inliers.size() >= 6;
    if (inliers.size() < (affine ? 6u : 3u)) return false;
    Eigen::Vector2d query_mean = Eigen::Vector2d::Zero(), gallery_mean = Eigen::Vector2d::Zero();
    for (const auto i : inliers) {
      query_mean += pairs_[i].query;
      gallery_mean += pairs_[i].gallery;
    }
    query_mean /= static_cast<double>(inliers.size());
    gallery_mean /= static_cast<double>(inliers.size());
    Eigen::Matrix2d covariance = Eigen::Matrix2d::Zero(), cross = Eigen::Matrix2d::Zero();
    for (const auto i : inliers) {
      const Eigen::Vector2d q = pairs_[i].query - query_mean, g = pairs_[i].gallery - gallery_mean;
      covariance += q * q.transpose();
      cross += g * q.transpose();
    }
    Eigen::Matrix2d linear;
    if (affine) {
      // Written so that a single point (0 against 0) and what is not a number fail too.
      if (!(covariance.determinant() > 1e-3 * covariance.trace() * covariance.trace())) return false;
      linear = cross * covariance.inverse();
      // No view of a scene squeezes it more than this.
      const Eigen::Vector2d stretch = linear.jacobiSvd().singularValues();
      if (!(linear.determinant() > 0 && stretch(0) <= 4 * stretch(1))) return false;
    } else {
      if (!(covariance.trace() > 1e-9)) return false;
      const double a = (cross(0, 0) + cross(1, 1)) / covariance.trace();
      const double b = (cross(1, 0) - cross(0, 1)) / covariance.trace();
      linear << a, -b, b, a;
    }
    model.setIdentity();
    model.topLeftCorner<2, 2>() = linear;
    model.topRightCorner<2, 1>() = gallery_mean - linear * query_mean;
    return true;
  }

  void to_homography(Matrix3& model) const {
    const auto inliers = collect(model, 2.0 * options_.max_error_px);
    if (inliers.matches.size() < 8) return;
    std::vector<cv::Point2f> from, to;
    for (const auto i : inliers.matches) {
      from.emplace_back(static_cast<float>(pairs_[i].query.x()), static_cast<float>(pairs_[i].query.y()));
      to.emplace_back(static_cast<float>(pairs_[i].gallery.x()), static_cast<float>(pairs_[i].gallery.y()));
    }
    cv::UsacParams parameters;
    parameters.randomGeneratorState = 0;
    parameters.isParallel = false;
    parameters.threshold = options_.max_error_px;
    parameters.score = cv::SCORE_METHOD_MSAC;
    cv::Mat found;
    try {
      found = cv::findHomography(from, to, cv::noArray(), parameters);
    } catch (const cv::Exception&) {
      return;  // degenerate points: the affine model stays
    }
    if (found.rows != 3) return;
    Matrix3 homography;
    for (int r = 0; r < 3; ++r)
      for (int c = 0; c < 3; ++c) homography(r, c) = found.at<double>(r, c);
    if (collect(homography, options_.max_error_px).weight > collect(model, options_.max_error_px).weight)
      model = homography;
  }

  [[nodiscard]] Verification describe(const Matrix3& model) const {
    Verification out;
    auto inliers = collect(model, options_.max_error_px);
    out.inliers = static_cast<int>(inliers.matches.size());
    out.weight = inliers.weight;
    std::set<std::pair<int, int>> cells;
    const double cell = std::max(query_.width, query_.height) / static_cast<double>(options_.grid_cells);
    Eigen::AlignedBox2d box;
    for (const auto i : inliers.matches) {
      cells.emplace(static_cast<int>(pairs_[i].query.x() / cell), static_cast<int>(pairs_[i].query.y() / cell));
      box.extend(pairs_[i].query);
    }
    out.effective_inliers = static_cast<int>(cells.size());
    if (!box.isEmpty()) out.spread = box.volume() / (static_cast<double>(query_.width) * query_.height);
    out.scale = std::sqrt(std::abs(model(0, 0) * model(1, 1) - model(0, 1) * model(1, 0)));
    out.rotation = std::atan2(model(1, 0) - model(0, 1), model(0, 0) + model(1, 1));
    for (int r = 0; r < 3; ++r)
      for (int c = 0; c < 3; ++c) out.transform[static_cast<std::size_t>(3 * r + c)] = model(r, c);
    out.inlier_matches = std::move(inliers.matches);
    return out;
  }

  const LocalFeatures& query_;
  std::span<const FeatureMatch> matches_;
  const VerificationOptions& options_;
  std::vector<Pair> pairs_;
};

}  // namespace

void VerificationOptions::validate() const {
  if (!(max_error_px > 0)) throw InvalidArgumentError("verification.max_error_px must be positive");
  if (grid_cells < 1) throw InvalidArgumentError("verification.grid_cells must be at least 1");
}

Verification verify(const LocalFeatures& query, std::span<const FeatureMatch> matches,
                    const VerificationOptions& options) {
  options.validate();
  for (const auto& match : matches)
    if (match.query >= query.size())
      throw InvalidArgumentError("a match names feature " + std::to_string(match.query) + " of the query, which has " +
                                 std::to_string(query.size()) + " features: give the features that were searched for");
  return Verifier(query, matches, options).run();
}

}  // namespace venloc
