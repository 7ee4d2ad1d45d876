// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/candidate_scorer.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <numbers>
#include <numeric>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "ranking/format_1_columns.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Index = Eigen::Index;

constexpr Index kHidden = 32;
constexpr Index kMix = kKernels;
constexpr double kClip = 5.0;  // standardised values are clipped to this
constexpr std::array<double, kKernels> kStartSigmasM = {15.0, 60.0, 250.0};

// The fit; chosen on development folds.
constexpr int kSteps = 200;
constexpr double kRate = 0.03;
constexpr double kDecay = 0.006;  // pulls the network's weights to zero
constexpr std::size_t kChunks = 32;
constexpr double kMinSigmaM = 8.0;  // about the error of a good geotag

Index eigen(std::size_t i) { return static_cast<Index>(i); }

double log_sum_exp(const Eigen::VectorXd& v) {
  const double top = v.maxCoeff();
  return top + std::log((v.array() - top).exp().sum());
}

// The chosen columns of a row-major table, as they are.
Matrix columns_of(std::span<const double> values, std::size_t width, std::span<const std::size_t> columns) {
  const std::size_t rows = values.size() / width;
  Matrix out(eigen(rows), eigen(columns.size()));
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t c = 0; c < columns.size(); ++c) out(eigen(i), eigen(c)) = values[i * width + columns[c]];
  return out;
}

}  // namespace

// Where each group of parameters begins.
struct CandidateScorer::Layout {
  Layout(Index wide, Index list_wide)
      : b1(w1 + wide * kHidden),
        w2(b1 + kHidden),
        direct(w2 + kHidden),
        mix_hidden(direct + wide),
        mix_direct(mix_hidden + kHidden * kMix),
        list(mix_direct + wide * kMix),
        list_bias(list + list_wide),
        log_sigma(list_bias + 1),
        mix(log_sigma + kMix),
        size(mix + kMix) {}
  Index w1 = 0;      // columns x kHidden
  Index b1;          // kHidden
  Index w2;          // kHidden
  Index direct;      // columns, the linear part
  Index mix_hidden;  // kHidden x kMix
  Index mix_direct;  // columns x kMix
  Index list;        // columns of the list
  Index list_bias;   // 1
  Index log_sigma;   // kMix
  Index mix;         // kMix
  Index size;
};

struct CandidateScorer::Inputs {
  Matrix candidates;     // standardised
  Eigen::VectorXd list;  // standardised
};

CandidateScorer::Layout CandidateScorer::layout() const { return {eigen(mean_.size()), eigen(list_mean_.size())}; }

CandidateScorer::CandidateScorer(const EvidenceSchema& schema, Columns columns)
    : schema_(&schema),
      columns_(std::move(columns)),
      mean_(columns_.candidates.size(), 0.0),
      deviation_(columns_.candidates.size(), 1.0),
      list_mean_(columns_.list.size(), 0.0),
      list_deviation_(columns_.list.size(), 1.0) {
  const auto l = layout();
  parameters_.assign(static_cast<std::size_t>(l.size), 0.0);
  for (std::size_t k = 0; k < kKernels; ++k)
    parameters_[static_cast<std::size_t>(l.log_sigma) + k] = std::log(kStartSigmasM[k]);
}

CandidateScorer::CandidateScorer(const EvidenceSchema& schema,
                                 std::initializer_list<std::pair<std::string_view, double>> slopes, double no_match)
    : CandidateScorer(schema, all_columns(schema)) {
  const auto l = layout();
  for (const auto& [column, slope] : slopes)
    parameters_[static_cast<std::size_t>(l.direct) + schema.candidate_column(column)] = slope;
  parameters_[static_cast<std::size_t>(l.list_bias)] = no_match;
}

bool CandidateScorer::fitted() const {
  return std::ranges::any_of(deviation_, [](double value) { return value != 1.0; });
}

CandidateScorer::Columns CandidateScorer::all_columns(const EvidenceSchema& schema) {
  Columns out;
  for (std::size_t c = 0; c < schema.candidate_columns().size(); ++c) out.candidates.push_back(c);
  for (std::size_t c = 0; c < schema.list_columns().size(); ++c) out.list.push_back(c);
  return out;
}

CandidateScorer::Inputs CandidateScorer::inputs(const EvidenceRows& rows) const {
  const auto width = schema_->candidate_columns().size();
  Inputs out{columns_of(rows.candidates, width, columns_.candidates), Eigen::VectorXd(eigen(columns_.list.size()))};
  for (std::size_t c = 0; c < mean_.size(); ++c) {
    auto column = out.candidates.col(eigen(c)).array();
    column = ((column - mean_[c]) / deviation_[c]).min(kClip).max(-kClip);
  }
  for (std::size_t c = 0; c < list_mean_.size(); ++c)
    out.list(eigen(c)) = std::clamp((rows.list[columns_.list[c]] - list_mean_[c]) / list_deviation_[c], -kClip, kClip);
  return out;
}

namespace {

// Outputs before they are normalised; `linear` and `hidden` are what the gradient needs.
struct Scores {
  Matrix linear, hidden;
  Eigen::VectorXd candidates;  // and, last, no match
  Matrix log_mix;              // logarithms of the kernels' shares
};

template <typename Layout>
Scores scores(const Matrix& x, const Eigen::VectorXd& list, const std::vector<double>& p) {
  const Layout l(x.cols(), list.size());
  const auto at = [&](Eigen::Index i) { return p.data() + i; };
  const Eigen::Map<const Matrix> w1(at(l.w1), x.cols(), kHidden), mix_hidden(at(l.mix_hidden), kHidden, kMix),
      mix_direct(at(l.mix_direct), x.cols(), kMix);
  const Eigen::Map<const Eigen::VectorXd> b1(at(l.b1), kHidden), w2(at(l.w2), kHidden), direct(at(l.direct), x.cols()),
      wl(at(l.list), list.size()), mix(at(l.mix), kMix);
  Scores out;
  out.linear = (x * w1).rowwise() + b1.transpose();
  out.hidden = out.linear.array() / (1.0 + out.linear.array().abs());  // softsign
  out.candidates.resize(x.rows() + 1);
  out.candidates.head(x.rows()) = out.hidden * w2 + x * direct;
  out.candidates(x.rows()) = list.dot(wl) + *at(l.list_bias);
  out.log_mix = (out.hidden * mix_hidden + x * mix_direct).rowwise() + mix.transpose();
  for (Eigen::Index i = 0; i < x.rows(); ++i) out.log_mix.row(i).array() -= log_sum_exp(out.log_mix.row(i));
  return out;
}

}  // namespace

double CandidateScorer::accumulate(const Inputs& in, const ScorerExample& example,
                                   std::vector<double>* gradient) const {
  const auto l = layout();
  const auto n = in.candidates.rows();
  const auto [linear, hidden, z, log_mix] = scores<Layout>(in.candidates, in.list, parameters_);
  const double z_norm = log_sum_exp(z);
  const double* log_sigma = parameters_.data() + l.log_sigma;

  // log of p_i K_k(d_i) for each candidate and kernel, and of no match times the prior.
  Matrix parts(n, static_cast<Index>(kKernels));
  Eigen::VectorXd d2(n);
  for (Index i = 0; i < n; ++i) {
    const double d = distance_m(example.places[static_cast<std::size_t>(i)], example.truth);
    d2(i) = d * d;
    for (Index k = 0; k < static_cast<Index>(kKernels); ++k)
      parts(i, k) = z(i) - z_norm + log_mix(i, k) - 2 * log_sigma[k] - std::log(2 * std::numbers::pi) -
                    0.5 * d2(i) * std::exp(-2 * log_sigma[k]);
  }
  const double no_match = z(n) - z_norm + std::log(example.prior_density);
  const double top = std::max(n > 0 ? parts.maxCoeff() : no_match, no_match);
  const double total = top + std::log((parts.array() - top).exp().sum() + std::exp(no_match - top));
  if (gradient == nullptr) return -total;

  // Responsibilities of the parts for the truth; the gradient of -log likelihood in a score is probability minus
  // responsibility.
  const Matrix r = (parts.array() - total).exp();
  Eigen::VectorXd dz = (z.array() - z_norm).exp();
  for (Index i = 0; i < n; ++i) dz(i) -= r.row(i).sum();
  dz(n) -= std::exp(no_match - total);

  auto& g = *gradient;
  const auto at = [&](Index i) { return g.data() + i; };
  const Eigen::Map<const Eigen::VectorXd> w2(parameters_.data() + l.w2, kHidden);
  const Eigen::Map<const Matrix> mix_hidden(parameters_.data() + l.mix_hidden, kHidden, kMix);
  Eigen::Map<Matrix> gw1(at(l.w1), in.candidates.cols(), kHidden), gmix_hidden(at(l.mix_hidden), kHidden, kMix),
      gmix_direct(at(l.mix_direct), in.candidates.cols(), kMix);
  Eigen::Map<Eigen::VectorXd> gb1(at(l.b1), kHidden), gw2(at(l.w2), kHidden),
      gdirect(at(l.direct), in.candidates.cols()), gl(at(l.list), in.list.size()), gmix(at(l.mix), kMix);
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
  gl += dz(n) * in.list;
  *at(l.list_bias) += dz(n);
  for (Index k = 0; k < static_cast<Index>(kKernels); ++k) {
    const double inverse = std::exp(-2 * log_sigma[k]);
    for (Index i = 0; i < n; ++i) *at(l.log_sigma + k) -= r(i, k) * (d2(i) * inverse - 2.0);
  }
  return -total;
}

double CandidateScorer::loss(const ScorerExample& example, std::vector<double>& gradient) const {
  gradient.assign(parameters_.size(), 0.0);
  return accumulate(inputs(example.rows), example, &gradient);
}

double CandidateScorer::loss(std::span<const ScorerExample> examples) const {
  double sum = 0;
  for (const auto& e : examples) sum += accumulate(inputs(e.rows), e, nullptr);
  return sum / static_cast<double>(examples.size());
}

// Mean and standard deviation of each column over the examples.
void CandidateScorer::standardise(std::span<const ScorerExample> examples) {
  const auto width = schema_->candidate_columns().size();
  std::vector<double> square(mean_.size(), 0.0), list_square(list_mean_.size(), 0.0);
  double rows = 0;
  for (const auto& example : examples) {
    const auto raw = columns_of(example.rows.candidates, width, columns_.candidates);
    rows += static_cast<double>(raw.rows());
    for (std::size_t c = 0; c < mean_.size(); ++c) {
      mean_[c] += raw.col(eigen(c)).sum();
      square[c] += raw.col(eigen(c)).squaredNorm();
    }
    for (std::size_t c = 0; c < list_mean_.size(); ++c) {
      const double value = example.rows.list[columns_.list[c]];
      list_mean_[c] += value;
      list_square[c] += value * value;
    }
  }
  const auto finish = [](std::vector<double>& mean, std::vector<double>& deviation, const std::vector<double>& squares,
                         double count) {
    for (std::size_t c = 0; c < mean.size(); ++c) {
      mean[c] /= std::max(count, 1.0);
      deviation[c] = std::sqrt(std::max(squares[c] / std::max(count, 1.0) - mean[c] * mean[c], 0.0)) + 1e-3;
    }
  };
  finish(mean_, deviation_, square, rows);
  finish(list_mean_, list_deviation_, list_square, static_cast<double>(examples.size()));
}

namespace {

// Adam (Kingma and Ba 2015) with a cosine schedule.
struct Adam {
  explicit Adam(std::size_t size) : first(size, 0.0), second(size, 0.0) {}
  std::vector<double> first, second;

  // `decayed` is the number of leading parameters that are pulled to zero.
  void step(int number, std::span<double> p, std::span<const double> gradient, double count, std::size_t decayed) {
    const double rate = kRate * 0.5 * (1 + std::cos(std::numbers::pi * number / kSteps));
    for (std::size_t i = 0; i < p.size(); ++i) {
      double slope = gradient[i] / count;
      if (i < decayed) slope += kDecay * p[i];
      first[i] = 0.9 * first[i] + 0.1 * slope;
      second[i] = 0.99 * second[i] + 0.01 * slope * slope;
      p[i] -= rate * (first[i] / (1 - std::pow(0.9, number))) /
              (std::sqrt(second[i] / (1 - std::pow(0.99, number))) + 1e-9);
    }
  }
};

}  // namespace

CandidateScorer CandidateScorer::fit(const EvidenceSchema& schema, std::span<const ScorerExample> examples,
                                     std::size_t parts, std::uint64_t seed, int num_threads,
                                     const ProgressCallback& progress) {
  if (examples.empty()) throw InvalidArgumentError("calibration needs at least one query");
  CandidateScorer scorer(schema, all_columns(schema));
  scorer.standardise(examples);
  const auto l = scorer.layout();
  std::vector<Inputs> inputs;
  for (const auto& example : examples) inputs.push_back(scorer.inputs(example.rows));

  Random random(seed);
  auto& p = scorer.parameters_;
  std::fill_n(p.begin(), l.log_sigma, 0.0);
  for (Index i = 0; i < l.direct; ++i) p[static_cast<std::size_t>(i)] = (2 * random.uniform() - 1) * 0.3;

  Adam adam(p.size());
  std::vector<std::size_t> order(examples.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  parts = std::clamp<std::size_t>(parts, 1, examples.size());
  for (int step = 1; step <= kSteps; ++step) {
    const std::size_t part = static_cast<std::size_t>(step - 1) % parts;
    if (parts > 1 && part == 0)
      for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    const std::size_t begin = part * order.size() / parts, end = (part + 1) * order.size() / parts;
    const auto used = std::span(order).subspan(begin, end - begin);
    // Chunks are summed in order, so the number of threads does not change the result.
    std::vector<std::vector<double>> gradients(kChunks, std::vector<double>(p.size(), 0.0));
    parallel_for(kChunks, num_threads, [&](std::size_t chunk) {
      for (std::size_t i = chunk; i < used.size(); i += kChunks)
        scorer.accumulate(inputs[used[i]], examples[used[i]], &gradients[chunk]);
    });
    for (std::size_t chunk = 1; chunk < kChunks; ++chunk)
      for (std::size_t i = 0; i < p.size(); ++i) gradients[0][i] += gradients[chunk][i];
    adam.step(step, p, gradients[0], static_cast<double>(used.size()), static_cast<std::size_t>(l.list_bias));
    // Photos at exactly one place would let a width shrink to nothing.
    for (std::size_t k = 0; k < kKernels; ++k) {
      auto& log_sigma = p[static_cast<std::size_t>(l.log_sigma) + k];
      log_sigma = std::max(log_sigma, std::log(kMinSigmaM));
    }
    if (progress && !progress({"calibration", static_cast<std::size_t>(step), kSteps}))
      throw CancelledError("cancelled during 'calibration'");
  }
  return scorer;
}

CandidateScores CandidateScorer::score(const EvidenceRows& rows) const {
  const auto in = inputs(rows);
  const auto found = scores<Layout>(in.candidates, in.list, parameters_);
  const double norm = log_sum_exp(found.candidates);
  CandidateScores out;
  for (Index i = 0; i < found.candidates.size(); ++i) out.probabilities.push_back(std::exp(found.candidates(i) - norm));
  out.kernel_weights.resize(static_cast<std::size_t>(found.log_mix.rows()));
  for (std::size_t i = 0; i < out.kernel_weights.size(); ++i)
    for (std::size_t k = 0; k < kKernels; ++k) out.kernel_weights[i][k] = std::exp(found.log_mix(eigen(i), eigen(k)));
  return out;
}

std::array<double, kKernels> CandidateScorer::sigmas_m() const {
  const auto l = layout();
  std::array<double, kKernels> out;
  for (std::size_t k = 0; k < kKernels; ++k) out[k] = std::exp(parameters_[static_cast<std::size_t>(l.log_sigma) + k]);
  return out;
}

namespace {

nlohmann::json names_of(std::span<const EvidenceColumn> columns, std::span<const std::size_t> chosen) {
  auto out = nlohmann::json::array();
  for (const auto c : chosen) out.push_back(columns[c].name);
  return out;
}

// The numbers of the named columns; what is not among them is added to `missing`.
std::vector<std::size_t> numbers_of(std::span<const std::string> names, std::span<const EvidenceColumn> columns,
                                    std::string& missing) {
  std::vector<std::size_t> out;
  for (const auto& name : names) {
    const auto found = std::ranges::find(columns, name, &EvidenceColumn::name);
    if (found == columns.end()) missing += (missing.empty() ? "" : ", ") + name;
    out.push_back(static_cast<std::size_t>(found - columns.begin()));
  }
  return out;
}

NamedColumns stored_names(const SafetensorsFile& file, const std::string& array, const EvidenceSchema& schema) {
  const auto format = file.metadata().find("format_version");
  if (format != file.metadata().end() && format->second == "1") return format_1_columns(schema);
  const auto bytes = file.get<std::uint8_t>(array, {-1});
  try {
    const auto names = nlohmann::json::parse(bytes.begin(), bytes.end());
    return {names.at("candidates"), names.at("list")};
  } catch (const nlohmann::json::exception& error) {
    refuse_damaged(file.path(), "array " + array + " cannot be read (" + error.what() + ")");
  }
}

}  // namespace

CandidateScorer::Columns CandidateScorer::stored_columns(const SafetensorsFile& file, const std::string& array,
                                                         const EvidenceSchema& schema) {
  const auto names = stored_names(file, array, schema);
  std::string missing;
  Columns out = {numbers_of(names.candidates, schema.candidate_columns(), missing),
                 numbers_of(names.list, schema.list_columns(), missing)};
  if (!missing.empty())
    throw FormatError("'" + file.path().string() + "' needs evidence that this version of venloc does not compute: " +
                      missing + " (array " + array + "); update venloc or build the model again");
  return out;
}

void CandidateScorer::save(SafetensorsWriter& writer, const std::string& name) const {
  const auto add = [&](const char* part, const std::vector<double>& values) {
    writer.add<double>(name + part, {static_cast<std::int64_t>(values.size())}, values);
  };
  add(".parameters", parameters_);
  add(".mean", mean_);
  add(".deviation", deviation_);
  add(".list_mean", list_mean_);
  add(".list_deviation", list_deviation_);
  const nlohmann::json names = {{"candidates", names_of(schema_->candidate_columns(), columns_.candidates)},
                                {"list", names_of(schema_->list_columns(), columns_.list)}};
  const auto text = std::make_shared<const std::string>(names.dump());
  writer.add(name + ".columns", DType::kU8, {static_cast<std::int64_t>(text->size())}, std::as_bytes(std::span(*text)));
  writer.keep(text);
}

CandidateScorer CandidateScorer::load(const SafetensorsFile& file, const std::string& name,
                                      const EvidenceSchema& schema) {
  CandidateScorer scorer(schema, stored_columns(file, name + ".columns", schema));
  const auto read = [&](const char* part, std::vector<double>& values, double above) {
    const auto stored = file.get<double>(name + part, {static_cast<std::int64_t>(values.size())});
    values.assign(stored.begin(), stored.end());
    if (!std::ranges::all_of(values, [&](double v) { return std::isfinite(v) && v > above; }))
      refuse_damaged(file.path(), "array " + name + part + " holds impossible values");
  };
  constexpr double kAny = -std::numeric_limits<double>::infinity();
  read(".parameters", scorer.parameters_, kAny);
  read(".mean", scorer.mean_, kAny);
  read(".deviation", scorer.deviation_, 0.0);
  read(".list_mean", scorer.list_mean_, kAny);
  read(".list_deviation", scorer.list_deviation_, 0.0);
  // Fits stay far inside; beyond, a width could be zero or endless.
  if (!std::ranges::all_of(scorer.sigmas_m(), [](double sigma) { return sigma >= 1.0 && sigma <= 1e5; }))
    refuse_damaged(file.path(), "array " + name + ".parameters holds impossible widths");
  return scorer;
}

}  // namespace venloc
