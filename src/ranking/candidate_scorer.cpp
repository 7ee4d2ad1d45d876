// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "locators/candidate_network.hpp"

#include <Eigen/Dense>
#include <algorithm>
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

constexpr Eigen::Index kHidden = 32;
constexpr Eigen::Index kMix = CandidateNetwork::kKernels;
constexpr double kClip = 5.0;  // standardised features beyond this say nothing more

Eigen::Map<const Matrix> rows_of(std::span<const double> values, Eigen::Index wide) {
  return {values.data(), static_cast<Eigen::Index>(values.size()) / wide, wide};
}

double log_sum_exp(const Eigen::VectorXd& v) {
  const double top = v.maxCoeff();
  return top + std::log((v.array() - top).exp().sum());
}

}  // namespace

double lift(double x) { return std::log1p(std::max(x, 0.0)); }

// Where each group of parameters stands.
struct CandidateNetwork::Layout {
  Layout(Eigen::Index wide, Eigen::Index list_wide)
      : b1(w1 + wide * kHidden),
        w2(b1 + kHidden),
        direct(w2 + kHidden),
        mix_hidden(direct + wide),
        mix_direct(mix_hidden + kHidden * kMix),
        none(mix_direct + wide * kMix),
        none_bias(none + list_wide),
        log_sigma(none_bias + 1),
        mix(log_sigma + kMix),
        size(mix + kMix) {}
  Eigen::Index w1 = 0;      // features x kHidden
  Eigen::Index b1;          // kHidden
  Eigen::Index w2;          // kHidden
  Eigen::Index direct;      // features, the linear part
  Eigen::Index mix_hidden;  // kHidden x kMix
  Eigen::Index mix_direct;  // features x kMix
  Eigen::Index none;        // features of the list
  Eigen::Index none_bias;   // 1
  Eigen::Index log_sigma;   // kMix
  Eigen::Index mix;         // kMix
  Eigen::Index size;
};

struct CandidateNetwork::Inputs {
  Matrix candidates;     // standardised
  Eigen::VectorXd none;  // standardised
};

CandidateNetwork::CandidateNetwork(std::size_t candidate_features, std::size_t list_features)
    : mean_(candidate_features, 0.0),
      deviation_(candidate_features, 1.0),
      none_mean_(list_features, 0.0),
      none_deviation_(list_features, 1.0) {
  const Layout l(static_cast<Eigen::Index>(candidate_features), static_cast<Eigen::Index>(list_features));
  parameters_.assign(static_cast<std::size_t>(l.size), 0.0);
  const std::array<double, kKernels> start_m = {15.0, 60.0, 250.0};
  for (std::size_t k = 0; k < kKernels; ++k)
    parameters_[static_cast<std::size_t>(l.log_sigma) + k] = std::log(start_m[k]);
}

CandidateNetwork::CandidateNetwork(std::size_t candidate_features, std::size_t list_features,
                                   std::initializer_list<std::pair<std::size_t, double>> slopes, double none)
    : CandidateNetwork(candidate_features, list_features) {
  const Layout l(static_cast<Eigen::Index>(candidate_features), static_cast<Eigen::Index>(list_features));
  for (const auto& [feature, slope] : slopes) parameters_[static_cast<std::size_t>(l.direct) + feature] = slope;
  parameters_[static_cast<std::size_t>(l.none_bias)] = none;
}

CandidateNetwork::Inputs CandidateNetwork::inputs(const CandidateFeatures& features) const {
  Inputs out{rows_of(features.candidates, static_cast<Eigen::Index>(mean_.size())),
             Eigen::Map<const Eigen::VectorXd>(features.list.data(), static_cast<Eigen::Index>(features.list.size()))};
  for (Eigen::Index f = 0; f < out.candidates.cols(); ++f)
    out.candidates.col(f) =
        ((out.candidates.col(f).array() - mean_[static_cast<std::size_t>(f)]) / deviation_[static_cast<std::size_t>(f)])
            .min(kClip)
            .max(-kClip);
  for (Eigen::Index f = 0; f < out.none.size(); ++f)
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
  const Layout l(x.cols(), none.size());
  const auto at = [&](Eigen::Index i) { return p.data() + i; };
  const Eigen::Map<const Matrix> w1(at(l.w1), x.cols(), kHidden), mix_hidden(at(l.mix_hidden), kHidden, kMix),
      mix_direct(at(l.mix_direct), x.cols(), kMix);
  const Eigen::Map<const Eigen::VectorXd> b1(at(l.b1), kHidden), w2(at(l.w2), kHidden), direct(at(l.direct), x.cols()),
      wn(at(l.none), none.size()), mix(at(l.mix), kMix);
  Scores out;
  out.linear = (x * w1).rowwise() + b1.transpose();
  out.hidden = out.linear.array() / (1.0 + out.linear.array().abs());  // softsign
  out.candidates.resize(x.rows() + 1);
  out.candidates.head(x.rows()) = out.hidden * w2 + x * direct;
  out.candidates(x.rows()) = none.dot(wn) + *at(l.none_bias);
  out.log_mix = (out.hidden * mix_hidden + x * mix_direct).rowwise() + mix.transpose();
  for (Eigen::Index i = 0; i < x.rows(); ++i) out.log_mix.row(i).array() -= log_sum_exp(out.log_mix.row(i));
  return out;
}

}  // namespace

double CandidateNetwork::accumulate(const Inputs& in, const CandidateQuery& query,
                                    std::vector<double>* gradient) const {
  const Layout l(in.candidates.cols(), in.none.size());
  const auto n = in.candidates.rows();
  const auto [linear, hidden, z, log_mix] = scores<Layout>(in.candidates, in.none, parameters_);
  const double z_norm = log_sum_exp(z);
  const double* log_sigma = parameters_.data() + l.log_sigma;

  // log of p_i K_k(d_i) for each candidate and kernel, and of "none" times the prior.
  Matrix parts(n, static_cast<Eigen::Index>(kKernels));
  Eigen::VectorXd d2(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const double d = distance_m(query.places[static_cast<std::size_t>(i)], query.truth);
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
  const Eigen::Map<const Eigen::VectorXd> w2(parameters_.data() + l.w2, kHidden);
  const Eigen::Map<const Matrix> mix_hidden(parameters_.data() + l.mix_hidden, kHidden, kMix);
  Eigen::Map<Matrix> gw1(at(l.w1), in.candidates.cols(), kHidden), gmix_hidden(at(l.mix_hidden), kHidden, kMix),
      gmix_direct(at(l.mix_direct), in.candidates.cols(), kMix);
  Eigen::Map<Eigen::VectorXd> gb1(at(l.b1), kHidden), gw2(at(l.w2), kHidden),
      gdirect(at(l.direct), in.candidates.cols()), gn(at(l.none), in.none.size()), gmix(at(l.mix), kMix);
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
  *at(l.none_bias) += dz(n);
  for (Eigen::Index k = 0; k < static_cast<Eigen::Index>(kKernels); ++k) {
    const double inverse = std::exp(-2 * log_sigma[k]);
    for (Eigen::Index i = 0; i < n; ++i) *at(l.log_sigma + k) -= r(i, k) * (d2(i) * inverse - 2.0);
  }
  return -total;
}

double CandidateNetwork::loss(const CandidateQuery& query, std::vector<double>& gradient) const {
  gradient.assign(parameters_.size(), 0.0);
  return accumulate(inputs(query.features), query, &gradient);
}

CandidateNetwork CandidateNetwork::fit(std::span<const CandidateQuery> queries, std::size_t candidate_features,
                                       std::size_t list_features, std::size_t parts, std::uint64_t seed,
                                       int num_threads, const ProgressCallback& progress) {
  constexpr int kSteps = 200;
  constexpr double kRate = 0.03;
  constexpr double kDecay = 0.006;  // pulls the network's weights to zero
  constexpr std::size_t kChunks = 32;
  constexpr double kSmallestSigmaM = 8.0;  // about the error of a good geotag

  if (queries.empty()) throw InvalidArgumentError("calibration needs at least one query");
  CandidateNetwork model(candidate_features, list_features);
  const auto wide = static_cast<Eigen::Index>(candidate_features), list_wide = static_cast<Eigen::Index>(list_features);
  const Layout l(wide, list_wide);

  // Standardise on the queries themselves.
  std::vector<double> square(candidate_features, 0.0), none_square(list_features, 0.0);
  double rows = 0;
  for (const auto& query : queries) {
    const auto raw = rows_of(query.features.candidates, wide);
    const auto& none = query.features.list;
    rows += static_cast<double>(raw.rows());
    for (Eigen::Index f = 0; f < wide; ++f) {
      model.mean_[static_cast<std::size_t>(f)] += raw.col(f).sum();
      square[static_cast<std::size_t>(f)] += raw.col(f).squaredNorm();
    }
    for (Eigen::Index f = 0; f < list_wide; ++f) {
      const double value = none[static_cast<std::size_t>(f)];
      model.none_mean_[static_cast<std::size_t>(f)] += value;
      none_square[static_cast<std::size_t>(f)] += value * value;
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
  for (std::size_t i = 0; i < queries.size(); ++i) inputs[i] = model.inputs(queries[i].features);

  Random random(seed);
  auto& p = model.parameters_;
  std::fill_n(p.begin(), l.log_sigma, 0.0);
  for (Eigen::Index i = 0; i < l.direct; ++i) p[static_cast<std::size_t>(i)] = (2 * random.uniform() - 1) * 0.3;

  // Adam (Kingma and Ba 2015); chunks are summed in order, so threads do not change the result.
  std::vector<double> first(p.size(), 0.0), second(p.size(), 0.0);
  std::vector<std::size_t> order(queries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  parts = std::clamp<std::size_t>(parts, 1, queries.size());
  for (int step = 1; step <= kSteps; ++step) {
    const std::size_t part = static_cast<std::size_t>(step - 1) % parts;
    if (parts > 1 && part == 0)
      for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    const auto looked_at = std::span(order).subspan(part * order.size() / parts,
                                                    (part + 1) * order.size() / parts - part * order.size() / parts);
    std::vector<std::vector<double>> gradients(kChunks, std::vector<double>(p.size(), 0.0));
    parallel_for(kChunks, num_threads, [&](std::size_t chunk) {
      for (std::size_t i = chunk; i < looked_at.size(); i += kChunks)
        model.accumulate(inputs[looked_at[i]], queries[looked_at[i]], &gradients[chunk]);
    });
    for (std::size_t chunk = 1; chunk < kChunks; ++chunk)
      for (std::size_t i = 0; i < p.size(); ++i) gradients[0][i] += gradients[chunk][i];
    const double rate = kRate * 0.5 * (1 + std::cos(std::numbers::pi * step / kSteps));
    for (std::size_t i = 0; i < p.size(); ++i) {
      double slope = gradients[0][i] / static_cast<double>(looked_at.size());
      if (i < static_cast<std::size_t>(l.none_bias)) slope += kDecay * p[i];
      first[i] = 0.9 * first[i] + 0.1 * slope;
      second[i] = 0.99 * second[i] + 0.01 * slope * slope;
      p[i] -=
          rate * (first[i] / (1 - std::pow(0.9, step))) / (std::sqrt(second[i] / (1 - std::pow(0.99, step))) + 1e-9);
    }
    // Pictures at exactly one place would let a width shrink to nothing.
    for (std::size_t k = 0; k < kKernels; ++k) {
      auto& log_sigma = p[static_cast<std::size_t>(l.log_sigma) + k];
      log_sigma = std::max(log_sigma, std::log(kSmallestSigmaM));
    }
    if (progress && !progress({"calibration", static_cast<std::size_t>(step), kSteps}))
      throw CancelledError("cancelled during 'calibration'");
  }
  return model;
}

CandidateNetwork::Answer CandidateNetwork::answer(const CandidateFeatures& features) const {
  const auto in = inputs(features);
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

double CandidateNetwork::loss(std::span<const CandidateQuery> queries) const {
  double sum = 0;
  for (const auto& q : queries) sum += accumulate(inputs(q.features), q, nullptr);
  return sum / static_cast<double>(queries.size());
}

std::array<double, CandidateNetwork::kKernels> CandidateNetwork::sigmas_m() const {
  const Layout l(static_cast<Eigen::Index>(mean_.size()), static_cast<Eigen::Index>(none_mean_.size()));
  std::array<double, kKernels> out;
  for (std::size_t k = 0; k < kKernels; ++k) out[k] = std::exp(parameters_[static_cast<std::size_t>(l.log_sigma) + k]);
  return out;
}

void CandidateNetwork::save(SafetensorsWriter& writer, const std::string& name) const {
  const auto add = [&](const char* part, const std::vector<double>& values) {
    writer.add<double>(name + part, {static_cast<std::int64_t>(values.size())}, values);
  };
  add(".parameters", parameters_);
  add(".mean", mean_);
  add(".deviation", deviation_);
  add(".none_mean", none_mean_);
  add(".none_deviation", none_deviation_);
}

CandidateNetwork CandidateNetwork::load(const SafetensorsFile& file, const std::string& name,
                                        std::size_t candidate_features, std::size_t list_features) {
  CandidateNetwork model(candidate_features, list_features);
  const auto read = [&](const char* part, std::vector<double>& values, double above) {
    const auto stored = file.get<double>(name + part, {static_cast<std::int64_t>(values.size())});
    values.assign(stored.begin(), stored.end());
    if (!std::ranges::all_of(values, [&](double v) { return std::isfinite(v) && v > above; }))
      refuse_damaged(file.path(), "array " + name + part + " holds impossible values");
  };
  constexpr double kAny = -std::numeric_limits<double>::infinity();
  read(".parameters", model.parameters_, kAny);
  read(".mean", model.mean_, kAny);
  read(".deviation", model.deviation_, 0.0);
  read(".none_mean", model.none_mean_, kAny);
  read(".none_deviation", model.none_deviation_, 0.0);
  // Fits stay far inside; beyond, a width could be zero or endless.
  if (!std::ranges::all_of(model.sigmas_m(), [](double sigma) { return sigma >= 1.0 && sigma <= 1e5; }))
    refuse_damaged(file.path(), "array " + name + ".parameters holds impossible widths");
  return model;
}

}  // namespace venloc
