// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/field_table.hpp"
#include "venloc/evaluation/evaluation.hpp"
#include "venloc/evaluation/geotag_audit.hpp"

namespace venloc {

VENLOC_FIELD_TABLE(EvaluationRecord, VENLOC_FIELD(photo_id), VENLOC_FIELD(truth), VENLOC_FIELD(predicted),
                   VENLOC_FIELD(error_m), VENLOC_FIELD(confidence), VENLOC_FIELD(in_area), VENLOC_FIELD(radius_50_m),
                   VENLOC_FIELD(radius_90_m), VENLOC_FIELD(nearest_gallery_m), VENLOC_FIELD(candidate_errors_m),
                   VENLOC_FIELD(group));
VENLOC_FIELD_TABLE(Estimate, VENLOC_FIELD(value), VENLOC_FIELD(low), VENLOC_FIELD(high));
VENLOC_FIELD_TABLE(EvaluationOptions, VENLOC_FIELD(thresholds_m), VENLOC_FIELD(recall_at),
                   VENLOC_FIELD(recall_distance_m), VENLOC_FIELD(bootstrap_resamples), VENLOC_FIELD(seed));
VENLOC_FIELD_TABLE(CalibrationBin, VENLOC_FIELD(mean_confidence), VENLOC_FIELD(share_within), VENLOC_FIELD(count));
VENLOC_FIELD_TABLE(Metrics, VENLOC_FIELD(name), VENLOC_FIELD(queries), VENLOC_FIELD(groups), VENLOC_FIELD(mean_m),
                   VENLOC_FIELD(median_m), VENLOC_FIELD(quartile_1_m), VENLOC_FIELD(quartile_3_m),
                   VENLOC_FIELD(percentile_90_m), VENLOC_FIELD(thresholds_m), VENLOC_FIELD(within),
                   VENLOC_FIELD(recall_at), VENLOC_FIELD(recall), VENLOC_FIELD(oracle_recall),
                   VENLOC_FIELD(coverage_50), VENLOC_FIELD(coverage_90), VENLOC_FIELD(calibration_error),
                   VENLOC_FIELD(calibration));
VENLOC_FIELD_TABLE(PairedDifference, VENLOC_FIELD(mean_m), VENLOC_FIELD(median_m), VENLOC_FIELD(thresholds_m),
                   VENLOC_FIELD(within));
VENLOC_FIELD_TABLE(PublishedAnalysis, VENLOC_FIELD(mse_lat), VENLOC_FIELD(mse_lng), VENLOC_FIELD(bin_edges_m),
                   VENLOC_FIELD(counts), VENLOC_FIELD(density_x_m), VENLOC_FIELD(density), VENLOC_FIELD(median_m));

VENLOC_FIELD_TABLE(PhotoMatch, VENLOC_FIELD(first), VENLOC_FIELD(second), VENLOC_FIELD(inliers), VENLOC_FIELD(weight));
VENLOC_FIELD_TABLE(GeotagAuditOptions, VENLOC_FIELD(min_inliers), VENLOC_FIELD(min_weight), VENLOC_FIELD(reach_m),
                   VENLOC_FIELD(wrong_share), VENLOC_FIELD(num_threads));
VENLOC_FIELD_TABLE(GeotagFinding, VENLOC_FIELD(photo), VENLOC_FIELD(photo_id), VENLOC_FIELD(location),
                   VENLOC_FIELD(suggested), VENLOC_FIELD(distance_m), VENLOC_FIELD(spread_m), VENLOC_FIELD(doubt),
                   VENLOC_FIELD(certain), VENLOC_FIELD(claims), VENLOC_FIELD(evidence));

}  // namespace venloc
