// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <numeric>
#include <set>
#include <string>
#include <utility>

#include "evaluation/statistics.hpp"
#include "venloc/core/error.hpp"
#include "venloc/evaluation/evaluation.hpp"

namespace venloc {
namespace {

constexpr std::size_t kBins = 10;

void require_records(std::span<const EvaluationRecord> records) {
  if (records.empty()) throw InvalidArgumentError("metrics need at least one located query, got none");
  for (const EvaluationRecord& record : records)
    if (!std::isfinite(record.error_m) || !std::isfinite(record.confidence))
      throw InvalidArgumentError("the record of query '" + record.photo_id +
                                 "' has an error_m or confidence that is not finite");
}

template <typename Function>
std::vector<double> column(std::span<const EvaluationRecord> records, Function function) {
  std::vector<double> values;
  values.reserve(records.size());
  for (const EvaluationRecord& record : records) values.push_back(static_cast<double>(function(record)));
  return values;
}

std::vector<std::size_t> groups_of(std::span<const EvaluationRecord> records) {
  std::vector<std::size_t> groups;
  groups.reserve(records.size());
  for (const EvaluationRecord& record : records) groups.push_back(record.group);
  return groups;
}

/// Deciles of confidence with equally many answers (sizes differ by one at most).
std::vector<CalibrationBin> calibration_bins(std::span<const double> confidence, std::span<const double> right,
                                             std::span<const std::size_t> order, const Multiplicity& times) {
  const std::uint64_t count = std::accumulate(times.begin(), times.end(), std::uint64_t{0});
  std::vector<CalibrationBin> bins(kBins);
  std::uint64_t rank = 0;
  for (const std::size_t i : order) {
    for (std::uint32_t k = 0; k < times[i]; ++k, ++rank) {
      CalibrationBin& bin = bins[rank * kBins / count];
      bin.mean_confidence += confidence[i];
      bin.share_within += right[i];
      ++bin.count;
    }
  }
  std::erase_if(bins, [](const CalibrationBin& bin) { return bin.count == 0; });
  for (CalibrationBin& bin : bins) {
    bin.mean_confidence /= static_cast<double>(bin.count);
    bin.share_within /= static_cast<double>(bin.count);
  }
  return bins;
}

double expected_error(std::span<const CalibrationBin> bins) {
  double sum = 0.0;
  std::size_t count = 0;
  for (const CalibrationBin& bin : bins) {
    sum += static_cast<double>(bin.count) * std::abs(bin.mean_confidence - bin.share_within);
    count += bin.count;
  }
  return sum / static_cast<double>(count);
}

}  // namespace

void EvaluationOptions::validate() const {
  for (const double threshold : thresholds_m)
    if (!(threshold >= 0.0) || !std::isfinite(threshold))
      throw InvalidArgumentError("thresholds_m must be 0 or more and finite, got " + std::to_string(threshold));
  for (const int k : recall_at)
    if (k < 1) throw InvalidArgumentError("recall_at must be 1 or more, got " + std::to_string(k));
  if (!(recall_distance_m >= 0.0))
    throw InvalidArgumentError("recall_distance_m must be 0 or more, got " + std::to_string(recall_distance_m));
  if (bootstrap_resamples < 1)
    throw InvalidArgumentError("bootstrap_resamples must be 1 or more, got " + std::to_string(bootstrap_resamples));
}

Metrics compute_metrics(std::string name, std::span<const EvaluationRecord> records, const EvaluationOptions& options) {
  options.validate();
  require_records(records);
  const std::vector<double> errors = column(records, [](const auto& r) { return r.error_m; });
  const std::vector<std::size_t> by_error = ascending(errors);
  const std::vector<double> confidence = column(records, [](const auto& r) { return r.confidence; });
  const std::vector<double> right = column(records, [](const auto& r) { return r.error_m <= kConfidenceRadiusM; });
  const std::vector<std::size_t> by_confidence = ascending(confidence);

  std::vector<Statistic> statistics;
  std::vector<Estimate*> targets;
  Metrics metrics;
  const auto add = [&](Estimate& target, Statistic statistic) {
    targets.push_back(&target);
    statistics.push_back(std::move(statistic));
  };
  const auto add_mean = [&](Estimate& target, std::vector<double> values) {
    add(target, [values = std::move(values)](const Multiplicity& times) { return mean(values, times); });
  };
  const auto add_quantile = [&](Estimate& target, double level) {
    add(target, [&, level](const Multiplicity& times) { return quantile(errors, by_error, times, level); });
  };

  metrics.name = std::move(name);
  metrics.queries = records.size();
  const std::vector<std::size_t> groups = groups_of(records);
  metrics.groups = std::set<std::size_t>(groups.begin(), groups.end()).size();
  metrics.thresholds_m = options.thresholds_m;
  metrics.recall_at = options.recall_at;
  metrics.within.resize(options.thresholds_m.size());
  metrics.recall.resize(options.recall_at.size());
  add_mean(metrics.mean_m, errors);
  add_quantile(metrics.median_m, 0.5);
  add_quantile(metrics.quartile_1_m, 0.25);
  add_quantile(metrics.quartile_3_m, 0.75);
  add_quantile(metrics.percentile_90_m, 0.9);
  for (std::size_t i = 0; i < options.thresholds_m.size(); ++i)
    add_mean(metrics.within[i], column(records, [&](const auto& r) { return r.error_m <= options.thresholds_m[i]; }));
  for (std::size_t i = 0; i < options.recall_at.size(); ++i)
    add_mean(metrics.recall[i], column(records, [&](const EvaluationRecord& r) {
               const auto count = std::min(r.candidate_errors_m.size(), static_cast<std::size_t>(options.recall_at[i]));
               return std::any_of(r.candidate_errors_m.begin(),
                                  r.candidate_errors_m.begin() + static_cast<std::ptrdiff_t>(count),
                                  [&](double error) { return error <= options.recall_distance_m; });
             }));
  add_mean(metrics.oracle_recall,
           column(records, [&](const auto& r) { return r.nearest_gallery_m <= options.recall_distance_m; }));
  add_mean(metrics.coverage_50, column(records, [](const auto& r) { return r.error_m <= r.radius_50_m; }));
  add_mean(metrics.coverage_90, column(records, [](const auto& r) { return r.error_m <= r.radius_90_m; }));
  add(metrics.calibration_error, [&](const Multiplicity& times) {
    return expected_error(calibration_bins(confidence, right, by_confidence, times));
  });

  const std::vector<Estimate> estimates = bootstrap(groups, statistics, options.bootstrap_resamples, options.seed);
  for (std::size_t i = 0; i < targets.size(); ++i) *targets[i] = estimates[i];
  metrics.calibration = calibration_bins(confidence, right, by_confidence, Multiplicity(records.size(), 1));
  return metrics;
}

PairedDifference compare(std::span<const EvaluationRecord> a, std::span<const EvaluationRecord> b,
                         const EvaluationOptions& options) {
  options.validate();
  require_records(a);
  require_records(b);
  if (a.size() != b.size())
    throw InvalidArgumentError("a paired comparison needs the same queries, got " + std::to_string(a.size()) + " and " +
                               std::to_string(b.size()));
  std::vector<double> differences(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].photo_id != b[i].photo_id || a[i].group != b[i].group)
      throw InvalidArgumentError("a paired comparison needs the same queries and groups in the same order; query " +
                                 std::to_string(i) + " is '" + a[i].photo_id + "' and '" + b[i].photo_id + "'");
    differences[i] = a[i].error_m - b[i].error_m;
  }
  const std::vector<std::size_t> order = ascending(differences);
  std::vector<Statistic> statistics = {
      [&](const Multiplicity& times) { return mean(differences, times); },
      [&](const Multiplicity& times) { return quantile(differences, order, times, 0.5); }};
  for (const double threshold : options.thresholds_m) {
    std::vector<double> gains(a.size());
    for (std::size_t i = 0; i < a.size(); ++i)
      gains[i] = static_cast<double>(a[i].error_m <= threshold) - static_cast<double>(b[i].error_m <= threshold);
    statistics.emplace_back([gains = std::move(gains)](const Multiplicity& times) { return mean(gains, times); });
  }
  const std::vector<Estimate> estimates =
      bootstrap(groups_of(a), statistics, options.bootstrap_resamples, options.seed);
  return {estimates[0], estimates[1], options.thresholds_m, {estimates.begin() + 2, estimates.end()}};
}

PublishedAnalysis published_analysis(std::span<const EvaluationRecord> records, int bins, int resamples,
                                     std::uint64_t seed) {
  require_records(records);
  if (bins < 1) throw InvalidArgumentError("bins must be 1 or more, got " + std::to_string(bins));
  if (resamples < 1) throw InvalidArgumentError("resamples must be 1 or more, got " + std::to_string(resamples));
  const auto count = static_cast<double>(records.size());
  PublishedAnalysis result;
  for (const EvaluationRecord& record : records) {
    result.mse_lat += std::pow(record.predicted.lat - record.truth.lat, 2) / count;
    result.mse_lng += std::pow(record.predicted.lng - record.truth.lng, 2) / count;
  }

  const std::vector<double> errors = column(records, [](const auto& r) { return r.error_m; });
  const auto [least, most] = std::minmax_element(errors.begin(), errors.end());
  const double low = *least < *most ? *least : *least - 0.5;
  const double high = *least < *most ? *most : *most + 0.5;
  for (int i = 0; i <= bins; ++i) result.bin_edges_m.push_back(i < bins ? low + (high - low) * i / bins : high);
  result.counts.resize(static_cast<std::size_t>(bins));
  for (const double error : errors) {
    const auto bin = std::upper_bound(result.bin_edges_m.begin(), result.bin_edges_m.end(), error) - 1;
    const auto number = static_cast<std::size_t>(bin - result.bin_edges_m.begin());
    ++result.counts[std::min(number, result.counts.size() - 1)];  // the last bin holds its right edge
  }

  const Multiplicity once(records.size(), 1);
  const double average = mean(errors, once);
  double variance = 0.0;
  for (const double error : errors) variance += (error - average) * (error - average) / std::max(1.0, count - 1);
  const double bandwidth = std::sqrt(variance) * std::pow(count, -0.2);
  if (bandwidth > 0.0) {
    constexpr int kPoints = 200;
    for (int i = 0; i < kPoints; ++i) {
      const double x = low + (high - low) * i / (kPoints - 1);
      double density = 0.0;
      for (const double error : errors) density += std::exp(-0.5 * std::pow((x - error) / bandwidth, 2));
      result.density_x_m.push_back(x);
      result.density.push_back(density / (count * bandwidth * std::sqrt(2 * std::numbers::pi)));
    }
  }

  // As published: single queries are drawn, not groups.
  std::vector<std::size_t> singles(records.size());
  std::iota(singles.begin(), singles.end(), std::size_t{0});
  const std::vector<std::size_t> order = ascending(errors);
  const std::vector<Statistic> median = {
      [&](const Multiplicity& times) { return quantile(errors, order, times, 0.5); }};
  result.median_m = bootstrap(singles, median, resamples, seed).front();
  return result;
}

}  // namespace venloc
