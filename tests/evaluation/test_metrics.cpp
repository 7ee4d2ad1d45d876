// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "evaluation/statistics.hpp"
#include "venloc/core/error.hpp"
#include "venloc/evaluation/evaluation.hpp"

using namespace venloc;

namespace {

std::vector<EvaluationRecord> records_of(const std::vector<double>& errors) {
  std::vector<EvaluationRecord> records;
  for (std::size_t i = 0; i < errors.size(); ++i) {
    EvaluationRecord record;
    record.photo_id = "q" + std::to_string(i);
    record.error_m = errors[i];
    record.group = i;
    records.push_back(record);
  }
  return records;
}

const std::vector<double> kErrors = {3, 7, 12, 20, 26, 40, 55, 90, 99, 130, 260, 700};

EvaluationOptions resamples(int count) {
  EvaluationOptions options;
  options.bootstrap_resamples = count;
  return options;
}

}  // namespace

TEST_CASE("even numbers below a bound") {
  Random random(5);
  std::array<int, 7> counts{};
  for (int i = 0; i < 70000; ++i) ++counts[random.below(7)];
  for (const int count : counts) CHECK(std::abs(count - 10000) < 500);
  // First output of SplitMix64 for seed 1234567, as published with its reference code.
  CHECK(Random(1234567).next() == 6457827717110365317u);
}

TEST_CASE("quantiles of repeated values equal those of the written-out sample") {
  std::mt19937 generator(2);
  for (int round = 0; round < 50; ++round) {
    std::vector<double> values(9);
    Multiplicity times(9);
    std::vector<double> expanded;
    for (std::size_t i = 0; i < 9; ++i) {
      values[i] = static_cast<double>(generator() % 20);
      times[i] = static_cast<std::uint32_t>(generator() % 3);
      expanded.insert(expanded.end(), times[i], values[i]);
    }
    if (expanded.empty()) continue;
    std::sort(expanded.begin(), expanded.end());
    for (const double level : {0.0, 0.025, 0.25, 0.5, 0.9, 1.0}) {
      const double position = level * static_cast<double>(expanded.size() - 1);
      const auto below = static_cast<std::size_t>(position);
      const double next = expanded[std::min(below + 1, expanded.size() - 1)];
      const double expected = expanded[below] + (position - static_cast<double>(below)) * (next - expanded[below]);
      CHECK(quantile(values, ascending(values), times, level) == doctest::Approx(expected));
    }
  }
}

TEST_CASE("figures of a small example") {
  std::vector<EvaluationRecord> records = records_of(kErrors);
  records[0].candidate_errors_m = {3};
  records[1].candidate_errors_m = {900, 10};
  records[2].candidate_errors_m = {900, 800, 700, 600, 500, 25};
  records[3].candidate_errors_m = {26};
  for (std::size_t i = 0; i < 12; ++i) {
    records[i].nearest_gallery_m = i < 9 ? 24.0 : 26.0;
    records[i].radius_50_m = 40;
    records[i].radius_90_m = 130;
  }
  const Metrics metrics = compute_metrics("sift", records, resamples(50000));
  CHECK(metrics.name == "sift");
  CHECK(metrics.queries == 12);
  CHECK(metrics.groups == 12);
  // Quantiles: numpy.percentile.
  CHECK(metrics.mean_m.value == doctest::Approx(120.16666666666667));
  CHECK(metrics.quartile_1_m.value == doctest::Approx(18));
  CHECK(metrics.median_m.value == doctest::Approx(47.5));
  CHECK(metrics.quartile_3_m.value == doctest::Approx(106.75));
  CHECK(metrics.percentile_90_m.value == doctest::Approx(247));
  // Intervals: numpy resampling (800,000 resamples) and scipy.stats.bootstrap, percentile method.
  CHECK(metrics.mean_m.low == doctest::Approx(38.6).epsilon(0.02));
  CHECK(metrics.mean_m.high == doctest::Approx(241.5).epsilon(0.02));
  CHECK(metrics.median_m.low == doctest::Approx(16));
  CHECK(metrics.median_m.high == doctest::Approx(114.5));
  REQUIRE(metrics.within.size() == 7);
  const std::array<double, 7> within = {2, 4, 6, 9, 10, 11, 12};
  for (std::size_t i = 0; i < 7; ++i) CHECK(metrics.within[i].value == doctest::Approx(within[i] / 12));
  REQUIRE(metrics.recall.size() == 4);
  const std::array<double, 4> recall = {1, 2, 3, 3};
  for (std::size_t i = 0; i < 4; ++i) CHECK(metrics.recall[i].value == doctest::Approx(recall[i] / 12));
  CHECK(metrics.oracle_recall.value == doctest::Approx(9.0 / 12));
  CHECK(metrics.coverage_50.value == doctest::Approx(6.0 / 12));
  CHECK(metrics.coverage_90.value == doctest::Approx(10.0 / 12));
}

TEST_CASE("calibration error in deciles of equal count") {
  // 20 answers, two in each decile: decile k has confidence 0.05 + 0.1 k; the first of each two is right.
  std::vector<EvaluationRecord> records = records_of(std::vector<double>(20));
  for (std::size_t i = 0; i < 20; ++i) {
    records[i].confidence = 0.05 + 0.1 * static_cast<double>(i / 2);
    records[i].error_m = i % 2 == 0 ? kConfidenceRadiusM : 101.0;
  }
  std::shuffle(records.begin(), records.end(), std::mt19937(3));
  const Metrics metrics = compute_metrics("x", records, resamples(10));
  REQUIRE(metrics.calibration.size() == 10);
  for (std::size_t k = 0; k < 10; ++k) {
    CHECK(metrics.calibration[k].count == 2);
    CHECK(metrics.calibration[k].mean_confidence == doctest::Approx(0.05 + 0.1 * static_cast<double>(k)));
    CHECK(metrics.calibration[k].share_within == doctest::Approx(0.5));
  }
  CHECK(metrics.calibration_error.value == doctest::Approx(0.25));  // mean of .45 .35 .25 .15 .05 twice
  // Fewer answers than bins.
  const Metrics few = compute_metrics("x", records_of({10, 200, 300}), resamples(10));
  CHECK(few.calibration.size() == 3);
  CHECK(few.calibration_error.value == doctest::Approx(1.0 / 3));
}

TEST_CASE("bootstrap: same seed same figures, other seed others, whole groups are drawn") {
  std::vector<EvaluationRecord> records = records_of(kErrors);
  EvaluationOptions options = resamples(500);
  options.seed = 4;
  const Metrics a = compute_metrics("x", records, options);
  const Metrics b = compute_metrics("x", records, options);
  CHECK(to_json(std::vector<Metrics>{a}) == to_json(std::vector<Metrics>{b}));
  options.seed = 5;
  CHECK(compute_metrics("x", records, options).mean_m.low != a.mean_m.low);

  // One group only: nothing to draw.
  for (EvaluationRecord& record : records) record.group = 7;
  const Metrics one = compute_metrics("x", records, options);
  CHECK(one.groups == 1);
  CHECK(one.mean_m.low == one.mean_m.value);
  CHECK(one.mean_m.high == one.mean_m.value);

  // Every query doubled in its group: the interval is that of the single queries, not narrower.
  std::vector<EvaluationRecord> twice = records_of(kErrors);
  const std::vector<EvaluationRecord> copy = twice;
  twice.insert(twice.end(), copy.begin(), copy.end());
  options.seed = 4;
  const Metrics doubled = compute_metrics("x", twice, options);
  CHECK(doubled.groups == 12);
  CHECK(doubled.mean_m.low == doctest::Approx(a.mean_m.low));
  CHECK(doubled.mean_m.high == doctest::Approx(a.mean_m.high));
}

TEST_CASE("bootstrap intervals cover the truth in about 95 % of trials") {
  // Groups of 3 that share most of their error: the interval of single queries would be far too narrow.
  std::mt19937 generator(12);
  std::exponential_distribution<double> shared(1.0 / 100);
  std::exponential_distribution<double> own(1.0 / 10);
  int covered = 0;
  int covered_alone = 0;
  constexpr int kTrials = 300;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<double> errors(180);
    std::vector<std::size_t> groups(180);
    std::vector<std::size_t> alone(180);
    double base = 0.0;
    for (std::size_t i = 0; i < 180; ++i) {
      if (i % 3 == 0) base = shared(generator);
      errors[i] = base + own(generator);
      groups[i] = i / 3;
      alone[i] = i;
    }
    const std::vector<Statistic> statistics = {[&](const Multiplicity& times) { return mean(errors, times); }};
    const Estimate grouped = bootstrap(groups, statistics, 400, static_cast<std::uint64_t>(trial)).front();
    covered += grouped.low <= 110 && 110 <= grouped.high;
    const Estimate single = bootstrap(alone, statistics, 400, static_cast<std::uint64_t>(trial)).front();
    covered_alone += single.low <= 110 && 110 <= single.high;
  }
  CHECK(covered >= 0.90 * kTrials);
  CHECK(covered <= 0.985 * kTrials);
  CHECK(covered_alone < 0.85 * kTrials);
}

TEST_CASE("paired difference") {
  const std::vector<EvaluationRecord> a = records_of({10, 20, 30, 400});
  const std::vector<EvaluationRecord> b = records_of({20, 30, 30, 100});
  const PairedDifference difference = compare(a, b, resamples(1000));
  CHECK(difference.mean_m.value == doctest::Approx(70));
  CHECK(difference.median_m.value == doctest::Approx(-5));
  CHECK(difference.mean_m.low < 0);
  CHECK(difference.mean_m.high > 0);
  REQUIRE(difference.within.size() == 7);
  CHECK(difference.within[0].value == doctest::Approx(0.25));
  CHECK(difference.within[1].value == doctest::Approx(0.25));
  CHECK(difference.within[2].value == doctest::Approx(0.0));
  CHECK(difference.within[3].value == doctest::Approx(-0.25));
  const PairedDifference mirrored = compare(b, a, resamples(1000));
  CHECK(mirrored.mean_m.low == doctest::Approx(-difference.mean_m.high));

  // Pairing: a constant gain of 5 m is sure although the errors spread widely.
  std::vector<double> errors = kErrors;
  for (double& error : errors) error -= 5.0;
  const PairedDifference sure = compare(records_of(errors), records_of(kErrors), resamples(200));
  CHECK(sure.mean_m.low == doctest::Approx(-5));
  CHECK(sure.mean_m.high == doctest::Approx(-5));

  CHECK_THROWS_AS(compare(a, records_of({1, 2, 3}), resamples(10)), InvalidArgumentError);
  std::vector<EvaluationRecord> other = b;
  other[2].photo_id = "z";
  CHECK_THROWS_WITH_AS(compare(a, other, resamples(10)), doctest::Contains("'z'"), InvalidArgumentError);
}

TEST_CASE("published analysis: numpy and scipy reference") {
  std::vector<EvaluationRecord> records = records_of(kErrors);
  for (EvaluationRecord& record : records) {
    record.truth = {45.43, 12.33};
    record.predicted = {45.44, 12.31};
  }
  const PublishedAnalysis analysis = published_analysis(records, 5, 20000, 1);
  CHECK(analysis.mse_lat == doctest::Approx(1e-4));
  CHECK(analysis.mse_lng == doctest::Approx(4e-4));
  // numpy.histogram(errors, bins=5)
  const std::vector<double> edges = {3.0, 142.4, 281.8, 421.2, 560.6, 700.0};
  REQUIRE(analysis.bin_edges_m.size() == 6);
  for (std::size_t i = 0; i < 6; ++i) CHECK(analysis.bin_edges_m[i] == doctest::Approx(edges[i]));
  CHECK(analysis.counts == std::vector<std::size_t>{10, 1, 0, 0, 1});
  // scipy.stats.gaussian_kde(errors) at points 0, 50, 100 and 199 of numpy.linspace(3, 700, 200)
  REQUIRE(analysis.density.size() == 200);
  CHECK(analysis.density_x_m.front() == 3.0);
  CHECK(analysis.density_x_m.back() == doctest::Approx(700.0));
  CHECK(analysis.density[0] == doctest::Approx(0.00249972).epsilon(1e-5));
  CHECK(analysis.density[50] == doctest::Approx(0.00175855).epsilon(1e-5));
  CHECK(analysis.density[100] == doctest::Approx(0.00035804).epsilon(1e-4));
  CHECK(analysis.density[199] == doctest::Approx(0.00027833).epsilon(1e-4));
  // scipy.stats.bootstrap(median, percentile): 16 to 114.5
  CHECK(analysis.median_m.value == doctest::Approx(47.5));
  CHECK(analysis.median_m.low == doctest::Approx(16));
  CHECK(analysis.median_m.high == doctest::Approx(114.5));

  const PublishedAnalysis same = published_analysis(records_of({50, 50, 50}), 4, 10);
  CHECK(same.bin_edges_m.front() == doctest::Approx(49.5));
  CHECK(same.counts == std::vector<std::size_t>{0, 0, 3, 0});
  CHECK(same.density.empty());
  CHECK_THROWS_AS(published_analysis(records, 0), InvalidArgumentError);
  CHECK_THROWS_AS(published_analysis(records, 5, 0), InvalidArgumentError);
}

TEST_CASE("tables") {
  const std::vector<Metrics> rows = {compute_metrics("sift", records_of(kErrors), resamples(100)),
                                     compute_metrics("a|b é", records_of({500, 600}), resamples(100))};
  const std::string text = to_text(rows);
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start);
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].size() == lines[1].size());
  CHECK(lines[0].size() + 1 == lines[2].size());  // é takes two bytes
  CHECK(lines[1].find("120 [") != std::string::npos);
  CHECK(lines[0].find("within 25 m") != std::string::npos);

  const std::string markdown = to_markdown(rows);
  CHECK(markdown.find("| a\\|b é |") != std::string::npos);
  CHECK(std::count(markdown.begin(), markdown.end(), '\n') == 4);

  const auto json = nlohmann::json::parse(to_json(rows));
  REQUIRE(json.size() == 2);
  CHECK(json[0]["name"] == "sift");
  CHECK(json[0]["queries"] == 12);
  CHECK(json[0]["groups"] == 12);
  CHECK(json[0]["mean_m"]["value"].get<double>() == rows[0].mean_m.value);
  CHECK(json[0]["median_m"]["low"].get<double>() == rows[0].median_m.low);
  CHECK(json[0]["within"][2]["threshold_m"] == 50);
  CHECK(json[0]["within"][2]["high"].get<double>() == rows[0].within[2].high);
  CHECK(json[0]["recall"][3]["k"] == 20);
  CHECK(json[0]["calibration"].size() == 10);
  CHECK(json[1]["coverage_90"]["value"] == 0.0);

  EvaluationOptions other = resamples(10);
  other.thresholds_m = {5};
  const std::vector<Metrics> mixed = {rows[0], compute_metrics("x", records_of({1}), other)};
  CHECK_THROWS_AS(to_text(mixed), InvalidArgumentError);
  CHECK(to_json({}) == "[]\n");
}

TEST_CASE("bad evaluation input is refused") {
  CHECK_THROWS_AS(compute_metrics("x", {}), InvalidArgumentError);
  const std::vector<EvaluationRecord> broken = records_of({1, std::numeric_limits<double>::quiet_NaN()});
  CHECK_THROWS_WITH_AS(compute_metrics("x", broken), doctest::Contains("q1"), InvalidArgumentError);
  const std::vector<EvaluationRecord> good = records_of({1, 2});
  EvaluationOptions options;
  options.bootstrap_resamples = 0;
  CHECK_THROWS_WITH_AS(compute_metrics("x", good, options), doctest::Contains("bootstrap_resamples"),
                       InvalidArgumentError);
  options = {};
  options.thresholds_m = {-1};
  CHECK_THROWS_AS(compute_metrics("x", good, options), InvalidArgumentError);
  options = {};
  options.recall_at = {0};
  CHECK_THROWS_AS(compute_metrics("x", good, options), InvalidArgumentError);
  options = {};
  options.recall_distance_m = -2;
  CHECK_THROWS_AS(compute_metrics("x", good, options), InvalidArgumentError);
}
