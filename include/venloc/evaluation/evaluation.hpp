// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/gallery/gallery.hpp"
#include "venloc/locators/locator.hpp"

namespace venloc {

/// One located query with a known truth.
struct EvaluationRecord {
  std::string photo_id;                    ///< id of the query
  LatLng truth;                            ///< where the query was made [deg]
  LatLng predicted;                        ///< the location that was predicted [deg]
  double error_m = 0.0;                    ///< great-circle distance from the truth to the predicted location [m]
  double confidence = 0.0;                 ///< the predicted probability that the error is below 100 m
  double in_area = 1.0;                    ///< the predicted probability that the query was made in this city
  double radius_50_m = 0.0;                ///< the predicted 50 % credible radius [m]
  double radius_90_m = 0.0;                ///< the predicted 90 % credible radius [m]
  double nearest_gallery_m = 0.0;          ///< distance of the truth to the nearest gallery picture [m]
  std::vector<double> candidate_errors_m;  ///< distance of each candidate to the truth, best candidate first [m]
  std::size_t group = 0;                   ///< number of the query's group; queries of one group are resampled together

  friend bool operator==(const EvaluationRecord&, const EvaluationRecord&) = default;
};

/// A figure and its 95 % interval.
struct Estimate {
  double value = 0.0;  ///< the figure, of all queries
  double low = 0.0;    ///< lower end of its 95 % interval
  double high = 0.0;   ///< upper end of its 95 % interval
};

/// Which figures are computed, and how their intervals are computed.
struct VENLOC_API EvaluationOptions {
  std::vector<double> thresholds_m = {10,  25,  50,  100,
                                      250, 500, 1000};  ///< distances of the figures "share within" [m], each 0 or more
  std::vector<int> recall_at = {1, 5, 10, 20};  ///< lengths k of the candidate lists for recall@k, each at least 1
  double recall_distance_m = 25.0;              ///< a candidate at most this far from the truth is right [m]
  int bootstrap_resamples = 2000;               ///< bootstrap resamples for the intervals, at least 1
  std::uint64_t seed = 0;                       ///< seed of the bootstrap

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
};

/// Queries of similar confidence: how sure the locator was, and how often it was right.
struct CalibrationBin {
  double mean_confidence = 0.0;  ///< mean confidence of the bin's queries, 0 to 1
  double share_within = 0.0;     ///< share of them whose error is at most 100 m, 0 to 1
  std::size_t count = 0;         ///< number of queries in the bin
};

/// The figures of one locator on one set of queries.
struct Metrics {
  std::string name;                  ///< name of the locator
  std::size_t queries = 0;           ///< number of queries
  std::size_t groups = 0;            ///< number of groups of queries, which are resampled together
  Estimate mean_m;                   ///< mean error [m]
  Estimate median_m;                 ///< median error [m]
  Estimate quartile_1_m;             ///< first quartile of the errors [m]
  Estimate quartile_3_m;             ///< third quartile of the errors [m]
  Estimate percentile_90_m;          ///< 90th percentile of the errors [m]
  std::vector<double> thresholds_m;  ///< distances that `within` refers to [m]
  std::vector<Estimate> within;  ///< share of queries whose error is at most thresholds_m[i], one for each threshold
  std::vector<int> recall_at;    ///< lengths of the candidate lists that `recall` refers to
  std::vector<Estimate> recall;  ///< share of queries with a candidate at most recall_distance_m from the truth among
                                 ///< the first recall_at[i]
  Estimate oracle_recall;  ///< share of queries with any gallery picture within recall_distance_m of the truth: what
                           ///< recall cannot exceed
  Estimate coverage_50;    ///< share of truths inside the 50 % credible radius; .5 is ideal
  Estimate coverage_90;    ///< share of truths inside the 90 % credible radius; .9 is ideal
  Estimate calibration_error;  ///< expected calibration error of `confidence` over deciles of equal count, 0 is ideal
  std::vector<CalibrationBin>
      calibration;  ///< the deciles that calibration_error was computed from, least confident first
};

/// Figures with group-bootstrap 95 % intervals (percentile method). Throws InvalidArgumentError when there is no record
/// or a figure of one is not finite.
VENLOC_API Metrics compute_metrics(std::string name, std::span<const EvaluationRecord> records,
                                   const EvaluationOptions& options = {});

/// How much two locators differ on the same queries in the same order: A minus B.
struct PairedDifference {
  Estimate mean_m;                   ///< mean error of A minus that of B [m]
  Estimate median_m;                 ///< median of the differences query by query [m]
  std::vector<double> thresholds_m;  ///< distances that `within` refers to [m]
  std::vector<Estimate>
      within;  ///< share of errors of at most thresholds_m[i] of A minus that of B, one for each threshold
};

/// The figures of A minus those of B, with intervals as in compute_metrics. Throws InvalidArgumentError when there is
/// no record, or the photo ids or groups of the two differ.
VENLOC_API PairedDifference compare(std::span<const EvaluationRecord> a, std::span<const EvaluationRecord> b,
                                    const EvaluationOptions& options = {});

/// Runs a locator on queries, whose files are read. Throws an error that names a file that cannot be read. `groups`
/// (one for each query, as from group_photos) may be empty: each query is then its own group.
VENLOC_API std::vector<EvaluationRecord> run_queries(const Locator& locator, const Gallery& queries,
                                                     std::span<const std::size_t> groups = {}, int num_threads = 0,
                                                     const ProgressCallback& progress = {});

/// The records of existing predictions, one for each query in order, which were made by a locator with these photos.
/// `groups` as above.
VENLOC_API std::vector<EvaluationRecord> records_of(std::span<const Prediction> predictions, const Gallery& queries,
                                                    std::span<const Photo> gallery,
                                                    std::span<const std::size_t> groups = {});

/// Records of the baseline that always predicts the mean place of the gallery. Confidence is the share of gallery
/// pictures within 100 m of it; credible radii are the quantiles of the gallery's distances to it.
VENLOC_API std::vector<EvaluationRecord> constant_baseline(std::span<const Photo> gallery,
                                                           std::span<const EvaluationRecord> queries);
/// Records of the baseline that always predicts the place with the most gallery pictures within 50 m; confidence and
/// radii as in constant_baseline.
VENLOC_API std::vector<EvaluationRecord> densest_place_baseline(std::span<const Photo> gallery,
                                                                std::span<const EvaluationRecord> queries);
/// Records of the baseline that predicts the place of a gallery picture drawn at random for each query; confidence and
/// radii as in constant_baseline. The same seed gives the same records.
VENLOC_API std::vector<EvaluationRecord> random_picture_baseline(std::span<const Photo> gallery,
                                                                 std::span<const EvaluationRecord> queries,
                                                                 std::uint64_t seed);

/// The analysis of the project that venloc grew out of (FDHProject): mean squared error in squared degrees, a histogram
/// of the distances with Gaussian kernel density, and a percentile bootstrap interval of the median.
struct PublishedAnalysis {
  double mse_lat = 0.0;             ///< mean squared error of the latitude [deg²]
  double mse_lng = 0.0;             ///< mean squared error of the longitude [deg²]
  std::vector<double> bin_edges_m;  ///< edges of the histogram's bins, one more than bins [m]
  std::vector<std::size_t> counts;  ///< number of errors in each bin
  std::vector<double> density_x_m;  ///< where the kernel density was taken [m]; empty when all errors are equal
  std::vector<double> density;      ///< kernel density at density_x_m by Scott's bandwidth [1/m]
  Estimate median_m;                ///< median error and its 95 % interval by bootstrap [m]
};

/// The published analysis of these records: a histogram of `bins` equal bins, an interval from `resamples` bootstrap
/// resamples. Throws InvalidArgumentError when there is no record, or bins or resamples is below 1.
VENLOC_API PublishedAnalysis published_analysis(std::span<const EvaluationRecord> records, int bins = 30,
                                                int resamples = 10'000, std::uint64_t seed = 0);

/// A table of fixed-width text, one row for each Metrics, all of which must have the same thresholds.
VENLOC_API std::string to_text(std::span<const Metrics> rows);
/// The same as a Markdown table.
VENLOC_API std::string to_markdown(std::span<const Metrics> rows);
/// Every figure as JSON, one object for each Metrics.
VENLOC_API std::string to_json(std::span<const Metrics> rows);

}  // namespace venloc
