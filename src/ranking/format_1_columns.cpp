// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/format_1_columns.hpp"

#include <array>

namespace venloc {
namespace {

constexpr auto kSift = std::to_array<std::string_view>({"sift.votes",
                                                        "sift.inliers",
                                                        "sift.effective_inliers",
                                                        "sift.inlier_weight",
                                                        "sift.inlier_weight_squared",
                                                        "sift.scale_change",
                                                        "sift.scale",
                                                        "sift.rotation",
                                                        "sift.spread",
                                                        "sift.rank",
                                                        "sift.inlier_weight_gap",
                                                        "sift.effective_inliers_gap",
                                                        "sift.votes_gap",
                                                        "sift.support",
                                                        "sift.strongest_support",
                                                        "sift.votes_near",
                                                        "sift.hub_rate",
                                                        "sift.hub_weight",
                                                        "sift.density",
                                                        "sift.inlier_share",
                                                        "sift.match_weight",
                                                        "sift.inlier_ratio",
                                                        "appearance.colour",
                                                        "appearance.colour_z",
                                                        "appearance.colour_gap",
                                                        "appearance.vlad",
                                                        "appearance.vlad_z",
                                                        "appearance.vlad_gap",
                                                        "sift.agreeing",
                                                        "sift.disagreeing",
                                                        "sift.agreement",
                                                        "appearance.colour_share_near",
                                                        "appearance.colour_z_near",
                                                        "appearance.vlad_share_near",
                                                        "appearance.vlad_z_near"});
constexpr auto kSiftList = std::to_array<std::string_view>({"sift.best_inlier_weight", "sift.best_effective_inliers",
                                                            "sift.second_inlier_weight", "sift.fifth_inlier_weight",
                                                            "sift.best_votes", "sift.features"});

constexpr auto kDescriptors = std::to_array<std::string_view>({"descriptor.similarity",
                                                               "descriptor.similarity_gap",
                                                               "descriptor.similarity_z",
                                                               "descriptor.relative_similarity",
                                                               "descriptor.rank",
                                                               "descriptor.share_near",
                                                               "descriptor.sharp_share_near",
                                                               "descriptor.share_wide",
                                                               "descriptor.count_near",
                                                               "descriptor.count_wide",
                                                               "descriptor.strongest_near",
                                                               "descriptor.first_near",
                                                               "descriptor.hub_rate",
                                                               "descriptor.log_hub_rate",
                                                               "descriptor.hub_weight",
                                                               "descriptor.density",
                                                               "descriptor.share_of_density",
                                                               "descriptor.agreeing",
                                                               "descriptor.disagreeing",
                                                               "descriptor.agreement",
                                                               "region.similarity",
                                                               "region.similarity_gap",
                                                               "region.similarity_z",
                                                               "region.rank",
                                                               "region.share_near"});
constexpr auto kDescriptorsList =
    std::to_array<std::string_view>({"descriptor.best_similarity", "descriptor.lead", "descriptor.lead_over_fifth",
                                     "descriptor.best_z", "descriptor.chance", "descriptor.largest_share",
                                     "region.best_similarity", "region.lead", "region.best_z", "region.largest_share"});

constexpr auto kCells = std::to_array<std::string_view>(
    {"cells.gap", "cells.score_gap", "cells.share", "cells.share_near", "cells.log_probability"});
constexpr auto kCellsList =
    std::to_array<std::string_view>({"cells.entropy", "cells.largest_share", "cells.certainty"});

}  // namespace

NamedColumns format_1_columns(const EvidenceSchema& schema) {
  NamedColumns out;
  const auto add = [&](const auto& candidates, const auto& list) {
    out.candidates.insert(out.candidates.end(), candidates.begin(), candidates.end());
    out.list.insert(out.list.end(), list.begin(), list.end());
  };
  const auto& name = schema.name();
  if (name == "sift" || name == "ensemble") add(kSift, kSiftList);
  if (name != "sift") add(kDescriptors, kDescriptorsList);
  if (name == "s2") add(kCells, kCellsList);
  return out;
}

}  // namespace venloc
