// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "fields.hpp"
#include "venloc/evaluation/evaluation.hpp"
#include "venloc/evaluation/geotag_audit.hpp"
#include "venloc/features/backbone.hpp"
#include "venloc/features/feature_cache.hpp"
#include "venloc/features/local_features.hpp"
#include "venloc/gallery/gallery.hpp"
#include "venloc/gallery/splits.hpp"
#include "venloc/geo/cells.hpp"
#include "venloc/geo/lat_lng.hpp"
#include "venloc/geo/posterior.hpp"
#include "venloc/image/augmentation.hpp"
#include "venloc/image/exif.hpp"
#include "venloc/image/image.hpp"
#include "venloc/locators/descriptor_locator.hpp"
#include "venloc/locators/ensemble_locator.hpp"
#include "venloc/locators/locator.hpp"
#include "venloc/locators/painting_locator.hpp"
#include "venloc/locators/sift_locator.hpp"
#include "venloc/retrieval/descriptor_index.hpp"
#include "venloc/retrieval/verification.hpp"
#include "venloc/retrieval/visual_index.hpp"
#include "venloc/retrieval/whitening.hpp"

/// Every plain struct of the public headers, in room order. A field that is added to a struct is added here, and
/// nowhere else.
#define VENLOC_FIELD(name) field(#name, &Type::name)
#define VENLOC_TABLE(T, ...)                                     \
  template <>                                                    \
  struct Table<T> {                                              \
    using Type = T;                                              \
    static constexpr const char* name = #T;                      \
    static constexpr auto fields = std::make_tuple(__VA_ARGS__); \
  };

namespace venloc::python {

// geo
VENLOC_TABLE(LatLng, VENLOC_FIELD(lat), VENLOC_FIELD(lng))
VENLOC_TABLE(EastNorth, VENLOC_FIELD(east), VENLOC_FIELD(north))
VENLOC_TABLE(BoundingBox, VENLOC_FIELD(south), VENLOC_FIELD(west), VENLOC_FIELD(north), VENLOC_FIELD(east))
VENLOC_TABLE(CellId, VENLOC_FIELD(id))
VENLOC_TABLE(CellPartitionOptions, VENLOC_FIELD(min_level), VENLOC_FIELD(max_level), VENLOC_FIELD(max_photos),
             VENLOC_FIELD(min_photos))
VENLOC_TABLE(PosteriorComponent, VENLOC_FIELD(mean), VENLOC_FIELD(sigma_m), VENLOC_FIELD(weight))
template <>
struct Table<Posterior> {
  static constexpr const char* name = "Posterior";
};

// image
VENLOC_TABLE(ImageOptions, VENLOC_FIELD(max_bytes), VENLOC_FIELD(max_pixels), VENLOC_FIELD(apply_orientation))
VENLOC_TABLE(AugmentationOptions, VENLOC_FIELD(smallest_crop), VENLOC_FIELD(flip), VENLOC_FIELD(brightness),
             VENLOC_FIELD(contrast), VENLOC_FIELD(saturation), VENLOC_FIELD(grey_share), VENLOC_FIELD(smooth_share),
             VENLOC_FIELD(sketch_share))
VENLOC_TABLE(ImageInfo, VENLOC_FIELD(format), VENLOC_FIELD(width), VENLOC_FIELD(height))
VENLOC_TABLE(Exif, VENLOC_FIELD(orientation), VENLOC_FIELD(position), VENLOC_FIELD(position_problem),
             VENLOC_FIELD(taken))

// gallery
VENLOC_TABLE(Photo, VENLOC_FIELD(id), VENLOC_FIELD(file), VENLOC_FIELD(location), VENLOC_FIELD(source),
             VENLOC_FIELD(url), VENLOC_FIELD(author), VENLOC_FIELD(licence), VENLOC_FIELD(taken),
             VENLOC_FIELD(thumbnail))
VENLOC_TABLE(GalleryProblem, VENLOC_FIELD(file), VENLOC_FIELD(line), VENLOC_FIELD(reason))
VENLOC_TABLE(GalleryOptions, VENLOC_FIELD(strict), VENLOC_FIELD(check_pictures), VENLOC_FIELD(num_threads))
VENLOC_TABLE(Split, VENLOC_FIELD(train), VENLOC_FIELD(test))
VENLOC_TABLE(GroupOptions, VENLOC_FIELD(same_place_m), VENLOC_FIELD(flickr_id_gap), VENLOC_FIELD(hash_bits),
             VENLOC_FIELD(num_threads))

// features
template <>
struct Names<Pooling> {
  static constexpr std::array<std::pair<const char*, Pooling>, 3> names = {
      {{"gem", Pooling::kGem}, {"average", Pooling::kAverage}, {"max", Pooling::kMax}}};
};
template <>
struct Names<Device> {
  static constexpr std::array<std::pair<const char*, Device>, 3> names = {
      {{"auto", Device::kAuto}, {"cpu", Device::kCpu}, {"cuda", Device::kCuda}}};
};
template <>
struct Names<Precision> {
  static constexpr std::array<std::pair<const char*, Precision>, 2> names = {
      {{"float32", Precision::kFloat32}, {"bfloat16", Precision::kBFloat16}}};
};
VENLOC_TABLE(BackboneStage, VENLOC_FIELD(name), VENLOC_FIELD(channels), VENLOC_FIELD(stride))
VENLOC_TABLE(BackboneOptions, VENLOC_FIELD(stage), VENLOC_FIELD(further_stages), VENLOC_FIELD(pooling),
             VENLOC_FIELD(gem_p), VENLOC_FIELD(long_sides_px), VENLOC_FIELD(region_grids),
             VENLOC_FIELD(region_long_side_px), VENLOC_FIELD(num_threads), VENLOC_FIELD(device),
             VENLOC_FIELD(precision))
VENLOC_TABLE(FeatureOptions, VENLOC_FIELD(cache), VENLOC_FIELD(num_threads))
VENLOC_TABLE(SiftOptions, VENLOC_FIELD(long_side_px), VENLOC_FIELD(max_features), VENLOC_FIELD(grid_cells),
             VENLOC_FIELD(contrast_threshold), VENLOC_FIELD(edge_threshold), VENLOC_FIELD(upright), VENLOC_FIELD(root))

// retrieval
VENLOC_TABLE(VisualIndexOptions, VENLOC_FIELD(words), VENLOC_FIELD(training_features), VENLOC_FIELD(iterations),
             VENLOC_FIELD(seed), VENLOC_FIELD(num_threads))
VENLOC_TABLE(VisualIndexQueryOptions, VENLOC_FIELD(probes), VENLOC_FIELD(background_rank), VENLOC_FIELD(rerank_places),
             VENLOC_FIELD(max_pictures), VENLOC_FIELD(num_threads))
template <>
struct Names<VerificationModel> {
  static constexpr std::array<std::pair<const char*, VerificationModel>, 3> names = {
      {{"similarity", VerificationModel::kSimilarity},
       {"affine", VerificationModel::kAffine},
       {"homography", VerificationModel::kHomography}}};
};
VENLOC_TABLE(WhiteningOptions, VENLOC_FIELD(dimension), VENLOC_FIELD(damping), VENLOC_FIELD(max_samples),
             VENLOC_FIELD(seed), VENLOC_FIELD(num_threads))
VENLOC_TABLE(DescriptorSearchOptions, VENLOC_FIELD(max_hits), VENLOC_FIELD(expansion), VENLOC_FIELD(expansion_alpha),
             VENLOC_FIELD(num_threads))
VENLOC_TABLE(VerificationOptions, VENLOC_FIELD(model), VENLOC_FIELD(max_error_px), VENLOC_FIELD(grid_cells))

// locators
VENLOC_TABLE(PointMatch, VENLOC_FIELD(x), VENLOC_FIELD(y), VENLOC_FIELD(photo_x), VENLOC_FIELD(photo_y))
VENLOC_TABLE(Candidate, VENLOC_FIELD(photo_id), VENLOC_FIELD(location), VENLOC_FIELD(probability),
             VENLOC_FIELD(inliers), VENLOC_FIELD(score), VENLOC_FIELD(url), VENLOC_FIELD(thumbnail),
             VENLOC_FIELD(matches), VENLOC_FIELD(aspect))
VENLOC_TABLE(StageTime, VENLOC_FIELD(stage), VENLOC_FIELD(seconds))
VENLOC_TABLE(Prediction, VENLOC_FIELD(location), VENLOC_FIELD(confidence), VENLOC_FIELD(in_area),
             VENLOC_FIELD(radius_50_m), VENLOC_FIELD(radius_90_m), VENLOC_FIELD(candidates), VENLOC_FIELD(posterior),
             VENLOC_FIELD(timings))
VENLOC_TABLE(LocatorInfo, VENLOC_FIELD(kind), VENLOC_FIELD(city), VENLOC_FIELD(photos), VENLOC_FIELD(features),
             VENLOC_FIELD(options), VENLOC_FIELD(library_version), VENLOC_FIELD(format_version), VENLOC_FIELD(area))
template <>
struct Names<Matching> {
  static constexpr std::array<std::pair<const char*, Matching>, 2> names = {
      {{"indexed", Matching::kIndexed}, {"exhaustive", Matching::kExhaustive}}};
};
VENLOC_TABLE(PhotoMatch, VENLOC_FIELD(first), VENLOC_FIELD(second), VENLOC_FIELD(inliers), VENLOC_FIELD(weight))
VENLOC_TABLE(GeotagAuditOptions, VENLOC_FIELD(fewest_inliers), VENLOC_FIELD(smallest_weight), VENLOC_FIELD(reach_m),
             VENLOC_FIELD(wrong_share), VENLOC_FIELD(num_threads))
VENLOC_TABLE(GeotagFinding, VENLOC_FIELD(photo), VENLOC_FIELD(photo_id), VENLOC_FIELD(location),
             VENLOC_FIELD(suggested), VENLOC_FIELD(distance_m), VENLOC_FIELD(spread_m), VENLOC_FIELD(doubt),
             VENLOC_FIELD(evidence))
VENLOC_TABLE(SiftLocatorOptions, VENLOC_FIELD(matching), VENLOC_FIELD(sift), VENLOC_FIELD(index), VENLOC_FIELD(query),
             VENLOC_FIELD(verification), VENLOC_FIELD(max_features_total), VENLOC_FIELD(keep_descriptors),
             VENLOC_FIELD(verify_candidates), VENLOC_FIELD(max_candidates), VENLOC_FIELD(calibration_folds),
             VENLOC_FIELD(calibration_grouped), VENLOC_FIELD(city), VENLOC_FIELD(cache), VENLOC_FIELD(seed),
             VENLOC_FIELD(num_threads))

VENLOC_TABLE(DescriptorLocatorOptions, VENLOC_FIELD(whitening), VENLOC_FIELD(search), VENLOC_FIELD(crops),
             VENLOC_FIELD(max_candidates), VENLOC_FIELD(calibration_folds), VENLOC_FIELD(calibration_grouped),
             VENLOC_FIELD(city), VENLOC_FIELD(cache), VENLOC_FIELD(seed), VENLOC_FIELD(num_threads))
VENLOC_TABLE(PaintingLocatorOptions, VENLOC_FIELD(projection), VENLOC_FIELD(gallery_long_side_px),
             VENLOC_FIELD(query_long_sides_px), VENLOC_FIELD(cells), VENLOC_FIELD(max_candidates), VENLOC_FIELD(city),
             VENLOC_FIELD(seed), VENLOC_FIELD(num_threads))
VENLOC_TABLE(EnsembleLocatorOptions, VENLOC_FIELD(sift), VENLOC_FIELD(whitening), VENLOC_FIELD(region_whitening),
             VENLOC_FIELD(search), VENLOC_FIELD(works), VENLOC_FIELD(painting), VENLOC_FIELD(leave_out),
             VENLOC_FIELD(max_candidates), VENLOC_FIELD(calibration_folds), VENLOC_FIELD(calibration_grouped),
             VENLOC_FIELD(city), VENLOC_FIELD(cache), VENLOC_FIELD(seed), VENLOC_FIELD(num_threads))

// evaluation
VENLOC_TABLE(EvaluationRecord, VENLOC_FIELD(photo_id), VENLOC_FIELD(truth), VENLOC_FIELD(predicted),
             VENLOC_FIELD(error_m), VENLOC_FIELD(confidence), VENLOC_FIELD(in_area), VENLOC_FIELD(radius_50_m),
             VENLOC_FIELD(radius_90_m), VENLOC_FIELD(nearest_gallery_m), VENLOC_FIELD(candidate_errors_m),
             VENLOC_FIELD(group))
VENLOC_TABLE(Estimate, VENLOC_FIELD(value), VENLOC_FIELD(low), VENLOC_FIELD(high))
VENLOC_TABLE(EvaluationOptions, VENLOC_FIELD(thresholds_m), VENLOC_FIELD(recall_at), VENLOC_FIELD(recall_distance_m),
             VENLOC_FIELD(bootstrap_loops), VENLOC_FIELD(seed))
VENLOC_TABLE(CalibrationBin, VENLOC_FIELD(mean_confidence), VENLOC_FIELD(share_within), VENLOC_FIELD(count))
VENLOC_TABLE(Metrics, VENLOC_FIELD(name), VENLOC_FIELD(queries), VENLOC_FIELD(groups), VENLOC_FIELD(mean_m),
             VENLOC_FIELD(median_m), VENLOC_FIELD(quartile_1_m), VENLOC_FIELD(quartile_3_m),
             VENLOC_FIELD(percentile_90_m), VENLOC_FIELD(thresholds_m), VENLOC_FIELD(within), VENLOC_FIELD(recall_at),
             VENLOC_FIELD(recall), VENLOC_FIELD(solvable), VENLOC_FIELD(coverage_50), VENLOC_FIELD(coverage_90),
             VENLOC_FIELD(calibration_error), VENLOC_FIELD(calibration))
VENLOC_TABLE(PairedDifference, VENLOC_FIELD(mean_m), VENLOC_FIELD(median_m), VENLOC_FIELD(thresholds_m),
             VENLOC_FIELD(within))
VENLOC_TABLE(PublishedAnalysis, VENLOC_FIELD(mse_lat), VENLOC_FIELD(mse_lng), VENLOC_FIELD(bin_edges_m),
             VENLOC_FIELD(counts), VENLOC_FIELD(density_x_m), VENLOC_FIELD(density), VENLOC_FIELD(median_m))

}  // namespace venloc::python

#undef VENLOC_TABLE
#undef VENLOC_FIELD
