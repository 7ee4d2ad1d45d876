// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "locators/candidate_model.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr Eigen::Index kFeatures = 35;
constexpr Eigen::Index kNoneFeatures = 6;
constexpr Eigen::Index kInlierWeight = 3;  // its position among the features
constexpr Eigen::Index kHidden = 32;
constexpr double kClip = 5.0;  // standardised features beyond this say nothing more

std::span<const CandidateEvidence> considered(std::span<const CandidateEvidence> evidence) {
  return evidence.first(std::min(evidence.size(), CandidateModel::kMaxCandidates));
}

double lift(double x) { return std::log1p(std::max(x, 0.0)); }

// Gap of each value to the best other one, on a logarithmic scale.
template <typename Get>
std::vector<double> gaps(std::span<const CandidateEvidence> list, Get get) {
  double best = 0, second = 0;
  for (const auto& c : list) {
    const double v = get(c);
    if (v > best) {
      second = best;
      best = v;
    } else if (v > second) {
      second = v;
    }
  }
  std::vector<double> out;
  for (const auto& c : list) out.push_back(lift(get(c)) - lift(get(c) >= best ? second : best));
  return out;
}

constexpr double kUnlike = -3.0;  // deviations, where no candidate is near

// Weight of a candidate's likeness [standard deviations] in the share of likeness that is near a place.
double likeness(double deviation) { return std::exp(std::clamp(deviation, -5.0, 8.0)); }

Matrix candidate_features(std::span<const CandidateEvidence> list) {
  const auto n = static_cast<Eigen::Index>(list.size());
  Matrix x(n, kFeatures);
  const auto weight_gap = gaps(list, [](const auto& c) { return c.inlier_weight; });
  const auto effective_gap = gaps(list, [](const auto& c) { return c.effective_inliers; });
  const auto vote_gap = gaps(list, [](const auto& c) { return c.votes; });
  double all_colours = 0, all_shapes = 0;
  for (const auto& c : list) {
    all_colours += likeness(c.colour_deviation);
    all_shapes += likeness(c.shape_deviation);
  }
  for (Eigen::Index i = 0; i < n; ++i) {
    const auto& c = list[static_cast<std::size_t>(i)];
    double support = 0, strongest = 0, votes = 0;
    double colour_near = 0, shape_near = 0, most_colour = kUnlike, most_shape = kUnlike;
    for (Eigen::Index j = 0; j < n; ++j) {
      const auto& o = list[static_cast<std::size_t>(j)];
      if (i == j || distance_m(c.place, o.place) > kSupportM) continue;
      support += o.inlier_weight;
      strongest = std::max<double>(strongest, o.inlier_weight);
      votes += o.votes;
      colour_near += likeness(o.colour_deviation);
      shape_near += likeness(o.shape_deviation);
      most_colour = std::max<double>(most_colour, o.colour_deviation);
      most_shape = std::max<double>(most_shape, o.shape_deviation);
    }
    const double log_scale = std::log(std::clamp<double>(c.scale, 0.05, 20.0));
    const auto k = static_cast<std::size_t>(i);
    x.row(i) << std::log(c.votes + 1e-3), lift(c.inliers), lift(c.effective_inliers), lift(c.inlier_weight),
        lift(c.inlier_weight) * lift(c.inlier_weight), std::abs(log_scale), log_scale, std::abs(c.rotation),
        std::sqrt(std::clamp<double>(c.spread, 0.0, 1.0)), lift(static_cast<double>(i)), weight_gap[k],
        effective_gap[k], vote_gap[k], lift(support), lift(strongest), lift(votes), c.hub_rate, lift(c.hub_weight),
        lift(c.density), c.inlier_weight / (c.match_weight + 1e-3), lift(c.match_weight), c.inliers / (c.matches + 1.0),
        c.colour, c.colour_deviation, c.colour_gap, c.shape, c.shape_deviation, c.shape_gap, lift(c.agreeing),
        lift(c.disagreeing), (c.agreeing + 0.5) / (c.agreeing + c.disagreeing + 1.0),
        std::log(colour_near / all_colours + 1e-3), most_colour, std::log(shape_near / all_shapes + 1e-3), most_shape;
  }
  return x;
}

Eigen::VectorXd none_features(std::span<const CandidateEvidence> list, float features) {
  std::vector<double> weights = {0, 0, 0, 0, 0};
  double effective = 0, votes = 0;
  for (const auto& c : list) {
    weights.push_back(c.inlier_weight);
    effective = std::max<double>(effective, c.effective_inliers);
    votes = std::max<double>(votes, c.votes);
  }
  std::ranges::sort(weights, std::greater{});
  Eigen::VectorXd x(kNoneFeatures);
  x << lift(weights[0]), lift(effective), lift(weights[1]), lift(weights[4]), std::log(votes + 1e-3), lift(features);
  return x;
}

double log_sum_exp(const Eigen::VectorXd& v) {
  const double top = v.maxCoeff();
  return top + std::log((v.array() - top).exp().sum());
}

}  // namespace

// Where each group of parameters stands.
struct CandidateModel::Layout {
  static constexpr Eigen::Index kMix = kKernels;
  static constexpr Eigen::Index w1 = 0;                                    // kFeatures x kHidden
  static constexpr Eigen::Index b1 = w1 + kFeatures * kHidden;             // kHidden
  static constexpr Eigen::Index w2 = b1 + kHidden;                         // kHidden
  static constexpr Eigen::Index direct = w2 + kHidden;                     // kFeatures, the linear part
  static constexpr Eigen::Index mix_hidden = direct + kFeatures;           // kHidden x kKernels
  static constexpr Eigen::Index mix_direct = mix_hidden + kHidden * kMix;  // kFeatures x kKernels
  static constexpr Eigen::Index none = mix_direct + kFeatures * kMix;      // kNoneFeatures
  static constexpr Eigen::Index none_bias = none + kNoneFeatures;          // 1
  static constexpr Eigen::Index log_sigma = none_bias + 1;                 // kKernels
  static constexpr Eigen::Index mix = log_sigma + kKernels;                // kKernels
  static constexpr Eigen::Index size = mix + kKernels;
};

struct CandidateModel::Inputs {
  Matrix candidates;     // standardised
  Eigen::VectorXd none;  // standardised
};

CandidateModel::CandidateModel()
    : parameters_(static_cast<std::size_t>(Layout::size), 0.0),
      mean_(kFeatures, 0.0),
      deviation_(kFeatures, 1.0),
      none_mean_(kNoneFeatures, 0.0),
      none_deviation_(kNoneFeatures, 1.0) {
  const std::array<double, kKernels> start_m = {15.0, 60.0, 250.0};
  for (std::size_t k = 0; k < kKernels; ++k)
    parameters_[static_cast<std::size_t>(Layout::log_sigma) + k] = std::log(start_m[k]);
  // Until it is fitted: odds grow with the third power of the verified weight, and a weight of about 4 (a dozen clear
  // inliers) is as good as none.
  parameters_[static_cast<std::size_t>(Layout::direct + kInlierWeight)] = 3.0;
  parameters_[static_cast<std::size_t>(Layout::none_bias)] = 3.0 * lift(4.0);
}

CandidateModel::Inputs CandidateModel::inputs(std::span<const CandidateEvidence> evidence, float features) const {
  const auto list = considered(evidence);
  Inputs out{candidate_features(list), none_features(list, features)};
  for (Eigen::Index f = 0; f < kFeatures; ++f)
    out.candidates.col(f) =
        ((out.candidates.col(f).array() - mean_[static_cast<std::size_t>(f)]) / deviation_[static_cast<std::size_t>(f)])
            .min(kClip)
            .max(-kClip);
  for (Eigen::Index f = 0; f < kNoneFeatures; ++f)
    out.none(f) = std::clamp(
        (out.none(f) - none_mean_[static_cast<std::size_t>(f)]) / none_deviation_[static_cast<std::size_t>(f)], -kClip,
        kClip);
  return out;
}

namespace {

// What the network says before it is normalised; `linear` and `hidden` are what the gradient needs.
struct Scores {
  Matrix linear, hidden;
  Eigen::VectorXd candidates;  // and, last, "none"
  Matrix log_mix;              // logarithms of the kernels' shares
};

template <typename Layout>
Scores scores(const Matrix& x, const Eigen::VectorXd& none, const std::vector<double>& p) {
  const auto at = [&](Eigen::Index i) { return p.data() + i; };
  const Eigen::Map<const Matrix> w1(at(Layout::w1), kFeatures, kHidden),
      mix_hidden(at(Layout::mix_hidden), kHidden, Layout::kMix),
      mix_direct(at(Layout::mix_direct), kFeatures, Layout::kMix);
  const Eigen::Map<const Eigen::VectorXd> b1(at(Layout::b1), kHidden), w2(at(Layout::w2), kHidden),
      direct(at(Layout::direct), kFeatures), wn(at(Layout::none), kNoneFeatures), mix(at(Layout::mix), Layout::kMix);
  Scores out;
  out.linear = (x * w1).rowwise() + b1.transpose();
  out.hidden = out.linear.array() / (1.0 + out.linear.array().abs());  // softsign
  out.candidates.resize(x.rows() + 1);
  out.candidates.head(x.rows()) = out.hidden * w2 + x * direct;
  out.candidates(x.rows()) = none.dot(wn) + *at(Layout::none_bias);
  out.log_mix = (out.hidden * mix_hidden + x * mix_direct).rowwise() + mix.transpose();
  for (Eigen::Index i = 0; i < x.rows(); ++i) out.log_mix.row(i).array() -= log_sum_exp(out.log_mix.row(i));
  return out;
}

}  // namespace

double CandidateModel::accumulate(const Inputs& in, const DevelopmentQuery& query,
                                  std::vector<double>* gradient) const {
  const auto n = in.candidates.rows();
  const auto [linear, hidden, z, log_mix] = scores<Layout>(in.candidates, in.none, parameters_);
  const double z_norm = log_sum_exp(z);
  const double* log_sigma = parameters_.data() + Layout::log_sigma;

  // log of p_i K_k(d_i) for each candidate and kernel, and of "none" times the prior.
  Matrix parts(n, static_cast<Eigen::Index>(kKernels));
  Eigen::VectorXd d2(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const double d = distance_m(query.evidence[static_cast<std::size_t>(i)].place, query.truth);
    d2(i) = d * d;
    for (Eigen::Index k = 0; k < static_cast<Eigen::Index>(kKernels); ++k)
      parts(i, k) = z(i) - z_norm + log_mix(i, k) - 2 * log_sigma[k] - std::log(2 * std::numbers::pi) -
                    0.5 * d2(i) * std::exp(-2 * log_sigma[k]);
  }
  const double none_part = z(n) - z_norm + std::log(query.prior_density);
  const double top = std::max(n > 0 ? parts.maxCoeff() : none_part, none_part);
  const double total = top + std::log((parts.array() - top).exp().sum() + std::exp(none_part - top));
  if (gradient == nullptr) return -total;

  // Responsibilities of the parts for the truth; the gradient of -log likelihood in a score is probability minus
  // responsibility.
  const Matrix r = (parts.array() - total).exp();
  Eigen::VectorXd dz = (z.array() - z_norm).exp();
  for (Eigen::Index i = 0; i < n; ++i) dz(i) -= r.row(i).sum();
  dz(n) -= std::exp(none_part - total);

  auto& g = *gradient;
  const auto at = [&](Eigen::Index i) { return g.data() + i; };
  const Eigen::Map<const Eigen::VectorXd> w2(parameters_.data() + Layout::w2, kHidden);
  const Eigen::Map<const Matrix> mix_hidden(parameters_.data() + Layout::mix_hidden, kHidden, Layout::kMix);
  Eigen::Map<Matrix> gw1(at(Layout::w1), kFeatures, kHidden),
      gmix_hidden(at(Layout::mix_hidden), kHidden, Layout::kMix),
      gmix_direct(at(Layout::mix_direct), kFeatures, Layout::kMix);
  Eigen::Map<Eigen::VectorXd> gb1(at(Layout::b1), kHidden), gw2(at(Layout::w2), kHidden),
      gdirect(at(Layout::direct), kFeatures), gn(at(Layout::none), kNoneFeatures), gmix(at(Layout::mix), Layout::kMix);
  const Eigen::VectorXd dc = dz.head(n);
  // The shares of a candidate's kernels: its own responsibility times share, minus that of each kernel.
  const Matrix dmix = log_mix.array().exp().colwise() * r.rowwise().sum().array() - r.array();
  gw2 += hidden.transpose() * dc;
  gdirect += in.candidates.transpose() * dc;
  gmix_hidden += hidden.transpose() * dmix;
  gmix_direct += in.candidates.transpose() * dmix;
  gmix += dmix.colwise().sum().transpose();
  const Matrix slope = (1.0 + linear.array().abs()).square().inverse();
  const Matrix dlinear = (dc * w2.transpose() + dmix * mix_hidden.transpose()).array() * slope.array();
  gw1 += in.candidates.transpose() * dlinear;
  gb1 += dlinear.colwise().sum().transpose();
  gn += dz(n) * in.none;
  *at(Layout::none_bias) += dz(n);
  for (Eigen::Index k = 0; k < static_cast<Eigen::Index>(kKernels); ++k) {
    const double inverse = std::exp(-2 * log_sigma[k]);
    for (Eigen::Index i = 0; i < n; ++i) *at(Layout::log_sigma + k) -= r(i, k) * (d2(i) * inverse - 2.0);
  }
  return -total;
}

CandidateModel CandidateModel::fit(std::span<const DevelopmentQuery> queries, std::uint64_t seed, int num_threads,
                                   const ProgressCallback& progress) {
  constexpr int kSteps = 200;
  constexpr double kRate = 0.03;
  constexpr double kDecay = 0.006;  // pulls the network's weights to zero
  constexpr std::size_t kChunks = 32;
  constexpr double kSmallestSigmaM = 8.0;  // about the error of a good geotag

  CandidateModel model;
  if (queries.empty()) throw InvalidArgumentError("calibration needs at least one query");

  // Standardise on the queries themselves.
  std::vector<double> square(kFeatures, 0.0), none_square(kNoneFeatures, 0.0);
  double rows = 0;
  for (const auto& query : queries) {
    const auto list = considered(query.evidence);
    const auto raw = candidate_features(list);
    const auto none = none_features(list, query.features);
    rows += static_cast<double>(raw.rows());
    for (Eigen::Index f = 0; f < kFeatures; ++f) {
      model.mean_[static_cast<std::size_t>(f)] += raw.col(f).sum();
      square[static_cast<std::size_t>(f)] += raw.col(f).squaredNorm();
    }
    for (Eigen::Index f = 0; f < kNoneFeatures; ++f) {
      model.none_mean_[static_cast<std::size_t>(f)] += none(f);
      none_square[static_cast<std::size_t>(f)] += none(f) * none(f);
    }
  }
  const auto finish = [](std::vector<double>& mean, std::vector<double>& deviation, const std::vector<double>& squares,
                         double count) {
    for (std::size_t f = 0; f < mean.size(); ++f) {
      mean[f] /= std::max(count, 1.0);
      deviation[f] = std::sqrt(std::max(squares[f] / std::max(count, 1.0) - mean[f] * mean[f], 0.0)) + 1e-3;
    }
  };
  finish(model.mean_, model.deviation_, square, rows);
  finish(model.none_mean_, model.none_deviation_, none_square, static_cast<double>(queries.size()));

  std::vector<Inputs> inputs(queries.size());
  for (std::size_t i = 0; i < queries.size(); ++i) inputs[i] = model.inputs(queries[i].evidence, queries[i].features);

  Random random(seed);
  auto& p = model.parameters_;
  std::fill_n(p.begin(), Layout::log_sigma, 0.0);
  for (Eigen::Index i = 0; i < Layout::direct; ++i) p[static_cast<std::size_t>(i)] = (2 * random.uniform() - 1) * 0.3;

  // Adam (Kingma and Ba 2015) on all queries at once; chunks are summed in order, so threads do not change the result.
  std::vector<double> first(p.size(), 0.0), second(p.size(), 0.0);
  for (int step = 1; step <= kSteps; ++step) {
    std::vector<std::vector<double>> gradients(kChunks, std::vector<double>(p.size(), 0.0));
    parallel_for(kChunks, num_threads, [&](std::size_t chunk) {
      for (std::size_t i = chunk; i < queries.size(); i += kChunks)
        model.accumulate(inputs[i], queries[i], &gradients[chunk]);
    });
    for (std::size_t chunk = 1; chunk < kChunks; ++chunk)
      for (std::size_t i = 0; i < p.size(); ++i) gradients[0][i] += gradients[chunk][i];
    const double rate = kRate * 0.5 * (1 + std::cos(std::numbers::pi * step / kSteps));
    for (std::size_t i = 0; i < p.size(); ++i) {
      double slope = gradients[0][i] / static_cast<double>(queries.size());
      if (i < static_cast<std::size_t>(Layout::none_bias)) slope += kDecay * p[i];
      first[i] = 0.9 * first[i] + 0.1 * slope;
      second[i] = 0.99 * second[i] + 0.01 * slope * slope;
      p[i] -=
          rate * (first[i] / (1 - std::pow(0.9, step))) / (std::sqrt(second[i] / (1 - std::pow(0.99, step))) + 1e-9);
    }
    // Pictures at exactly one place would let a width shrink to nothing.
    for (std::size_t k = 0; k < kKernels; ++k) {
      auto& log_sigma = p[static_cast<std::size_t>(Layout::log_sigma) + k];
      log_sigma = std::max(log_sigma, std::log(kSmallestSigmaM));
    }
    if (progress && !progress({"calibration", static_cast<std::size_t>(step), kSteps}))
      throw CancelledError("cancelled during 'calibration'");
  }
  return model;
}

CandidateModel::Answer CandidateModel::answer(std::span<const CandidateEvidence> evidence, float features) const {
  const auto in = inputs(evidence, features);
  const auto found = scores<Layout>(in.candidates, in.none, parameters_);
  const double norm = log_sum_exp(found.candidates);
  Answer out;
  for (Eigen::Index i = 0; i < found.candidates.size(); ++i)
    out.probabilities.push_back(std::exp(found.candidates(i) - norm));
  out.kernel_weights.resize(static_cast<std::size_t>(found.log_mix.rows()));
  for (std::size_t i = 0; i < out.kernel_weights.size(); ++i)
    for (std::size_t k = 0; k < kKernels; ++k)
      out.kernel_weights[i][k] = std::exp(found.log_mix(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k)));
  return out;
}

double CandidateModel::loss(std::span<const DevelopmentQuery> queries) const {
  double sum = 0;
  for (const auto& q : queries) sum += accumulate(inputs(q.evidence, q.features), q, nullptr);
  return sum / static_cast<double>(queries.size());
}

std::array<double, CandidateModel::kKernels> CandidateModel::sigmas_m() const {
  std::array<double, kKernels> out;
  for (std::size_t k = 0; k < kKernels; ++k)
    out[k] = std::exp(parameters_[static_cast<std::size_t>(Layout::log_sigma) + k]);
  return out;
}

void CandidateModel::save(SafetensorsWriter& writer) const {
  const auto add = [&](const char* name, const std::vector<double>& values) {
    writer.add<double>(name, {static_cast<std::int64_t>(values.size())}, values);
  };
  add("candidates.parameters", parameters_);
  add("candidates.mean", mean_);
  add("candidates.deviation", deviation_);
  add("candidates.none_mean", none_mean_);
  add("candidates.none_deviation", none_deviation_);
}

CandidateModel CandidateModel::load(const SafetensorsFile& file) {
  CandidateModel model;
  const auto read = [&](const char* name, std::vector<double>& values, double above) {
    const auto stored = file.get<double>(name, {static_cast<std::int64_t>(values.size())});
    values.assign(stored.begin(), stored.end());
    if (!std::ranges::all_of(values, [&](double v) { return std::isfinite(v) && v > above; }))
      refuse_damaged(file.path(), std::string("array ") + name + " holds impossible values");
  };
  constexpr double kAny = -std::numeric_limits<double>::infinity();
  read("candidates.parameters", model.parameters_, kAny);
  read("candidates.mean", model.mean_, kAny);
  read("candidates.deviation", model.deviation_, 0.0);
  read("candidates.none_mean", model.none_mean_, kAny);
  read("candidates.none_deviation", model.none_deviation_, 0.0);
  // Fits stay far inside; beyond, a width could be zero or endless.
  if (!std::ranges::all_of(model.sigmas_m(), [](double sigma) { return sigma >= 1.0 && sigma <= 1e5; }))
    refuse_damaged(file.path(), "array candidates.parameters holds impossible widths");
  return model;
}

}  // namespace venloc
