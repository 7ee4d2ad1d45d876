// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "venloc/core/progress.hpp"
#include "venloc/gallery/gallery.hpp"
#include "venloc/locators/locator.hpp"

namespace venloc {

/// One located query with a known truth.
struct EvaluationRecord {
  std::string photo_id;
  LatLng truth;                            ///< [deg]
  LatLng predicted;                        ///< [deg]
  double error_m = 0.0;                    ///< great-circle distance between the two [m]
  double confidence = 0.0;                 ///< as predicted
  double in_area = 1.0;                    ///< as predicted
  double radius_50_m = 0.0;                ///< as predicted [m]
  double radius_90_m = 0.0;                ///< as predicted [m]
  double nearest_gallery_m = 0.0;          ///< distance of the truth to the nearest gallery picture [m]
  std::vector<double> candidate_errors_m;  ///< distance of each candidate to the truth, best candidate first [m]
  std::size_t group = 0;                   ///< queries of one group are resampled together

  friend bool operator==(const EvaluationRecord&, const EvaluationRecord&) = default;
};

/// A figure and its 95 % interval.
struct Estimate {
  double value = 0.0;
  double low = 0.0;
  double high = 0.0;
};

struct EvaluationOptions {
  std::vector<double> thresholds_m = {10, 25, 50, 100, 250, 500, 1000};  ///< for "share within"
  std::vector<int> recall_at = {1, 5, 10, 20};                           ///< for recall@k of the evidence
  double recall_distance_m = 25.0;                                       ///< a candidate closer than this is right [m]
  int bootstrap_loops = 2000;
  std::uint64_t seed = 0;

  void validate() const;
};

/// Share of confident answers in a bin of confidence and of right ones among them.
struct CalibrationBin {
  double mean_confidence = 0.0;
  double share_within = 0.0;
  std::size_t count = 0;
};

/// The figures of one locator on one set of queries.
struct Metrics {
  std::string name;  ///< of the locator
  std::size_t queries = 0;
  std::size_t groups = 0;
  Estimate mean_m, median_m, quartile_1_m, quartile_3_m, percentile_90_m;
  std::vector<double> thresholds_m;
  std::vector<Estimate> within;  ///< share of errors <= thresholds_m[i]
  std::vector<int> recall_at;
  std::vector<Estimate>
      recall;         ///< share of queries with a candidate within recall_distance_m among the first recall_at[i]
  Estimate solvable;  ///< share of queries with any gallery picture within recall_distance_m
  Estimate coverage_50, coverage_90;  ///< share of truths inside the credible radius
  Estimate calibration_error;         ///< expected calibration error of `confidence`, deciles of equal count
  std::vector<CalibrationBin> calibration;
};

/// Figures with group-bootstrap 95 % intervals (percentile method). Throws InvalidArgumentError when there is no record
/// or a figure of one is not finite.
Metrics compute_metrics(std::string name, std::span<const EvaluationRecord> records,
                        const EvaluationOptions& options = {});

/// A minus B of the same queries in the same order (InvalidArgumentError when photo ids or groups differ).
struct PairedDifference {
  Estimate mean_m;    ///< mean error of A minus that of B [m]
  Estimate median_m;  ///< median of the differences query by query [m]
  std::vector<double> thresholds_m;
  std::vector<Estimate> within;  ///< share within of A minus that of B
};
PairedDifference compare(std::span<const EvaluationRecord> a, std::span<const EvaluationRecord> b,
                         const EvaluationOptions& options = {});

/// Runs a locator over queries (files are read; one that can not be read is an error that names it).
/// `groups` (as from group_photos, one for each query) may be empty: every query is its own group.
std::vector<EvaluationRecord> run_queries(const Locator& locator, const Gallery& queries,
                                          std::span<const std::size_t> groups = {}, int num_threads = 0,
                                          const ProgressCallback& progress = {});

/// The records of predictions that were made before, one for each of the queries in order, by a locator with these
/// photos. `groups` as above.
std::vector<EvaluationRecord> records_of(std::span<const Prediction> predictions, const Gallery& queries,
                                         std::span<const Photo> gallery, std::span<const std::size_t> groups = {});

/// Records of the constant predictor "mean place of the gallery", of the place with the most gallery pictures within 50
/// m, and of a random gallery picture (seeded). Confidence is the share of gallery pictures within 100 m of the answer;
/// credible radii are the quantiles of the gallery's distances to it.
std::vector<EvaluationRecord> constant_baseline(std::span<const Photo> gallery,
                                                std::span<const EvaluationRecord> queries);
std::vector<EvaluationRecord> densest_place_baseline(std::span<const Photo> gallery,
                                                     std::span<const EvaluationRecord> queries);
std::vector<EvaluationRecord> random_picture_baseline(std::span<const Photo> gallery,
                                                      std::span<const EvaluationRecord> queries, std::uint64_t seed);

/// The analysis of the project that venloc grew out of (FDHProject): mean squared error in squared degrees, a histogram
/// of the distances with Gaussian kernel density, and a percentile bootstrap interval of the median.
struct PublishedAnalysis {
  double mse_lat = 0.0;             ///< [deg²]
  double mse_lng = 0.0;             ///< [deg²]
  std::vector<double> bin_edges_m;  ///< n + 1 edges [m]
  std::vector<std::size_t> counts;  ///< n
  std::vector<double> density_x_m;  ///< where the kernel density was taken [m]; empty when all errors are equal
  std::vector<double> density;      ///< [1/m], Scott's bandwidth
  Estimate median_m;                ///< bootstrap of `loops` resamples, 95 %
};
PublishedAnalysis published_analysis(std::span<const EvaluationRecord> records, int bins = 30, int loops = 10'000,
                                     std::uint64_t seed = 0);

/// Tables, one row for each Metrics: fixed-width text, Markdown, or JSON with every figure. Rows of text and Markdown
/// must have the same thresholds.
std::string to_text(std::span<const Metrics> rows);
std::string to_markdown(std::span<const Metrics> rows);
std::string to_json(std::span<const Metrics> rows);

}  // namespace venloc
