// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "locators/candidate_network.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/geo/lat_lng.hpp"

namespace venloc {

/// What index and verification say of one gallery picture as the answer to one query.
struct CandidateEvidence {
  std::uint32_t picture = 0;
  EastNorth place;  ///< of the gallery picture [m]
  float votes = 0;
  float matches = 0;       ///< number of tentative matches
  float match_weight = 0;  ///< sum of their weights
  float inliers = 0;
  float effective_inliers = 0;
  float inlier_weight = 0;
  float scale = 1;
  float rotation = 0;  ///< [rad]
  float spread = 0;
  /// How alike the whole pictures look: cosine similarity of colours and of shapes; the same in standard deviations
  /// above the gallery's mean; and its distance to the most alike picture's, at most 0.
  float colour = 0, colour_deviation = 0, colour_gap = 0;
  float shape = 0, shape_deviation = 0, shape_gap = 0;
  float hub_rate = 0;     ///< how often the picture is on the short list of far away queries, 0 to 1
  float hub_weight = 0;   ///< mean inlier weight it gets from them
  float density = 0;      ///< gallery pictures within kSupportM of it (photo_places.hpp)
  float agreeing = 0;     ///< inlier weight between the picture and gallery pictures within kAgreeM of it
  float disagreeing = 0;  ///< the same for those farther away: large where its position is wrong
};

/// One query of a development fold.
struct DevelopmentQuery {
  std::vector<CandidateEvidence> evidence;  ///< best first
  float features = 0;                       ///< number of features of the query
  EastNorth truth;                          ///< [m]
  double prior_density = 0;                 ///< density of the prior at the truth [1/m²]
};

inline constexpr std::size_t kSiftFeatures = 35;     ///< of a candidate
inline constexpr std::size_t kSiftListFeatures = 6;  ///< of the list
inline constexpr std::size_t kSiftWeight = 3;        ///< position of the inlier weight among the features

/// What the evidence, best first, says; `features` is the number of features of the query.
CandidateFeatures sift_features(std::span<const CandidateEvidence> evidence, float features);

/// The first CandidateModel::kMaxCandidates of the evidence.
std::span<const CandidateEvidence> considered(std::span<const CandidateEvidence> evidence);

/// The CandidateNetwork of SIFT's evidence.
class CandidateModel {
 public:
  static constexpr std::size_t kKernels = CandidateNetwork::kKernels;
  static constexpr std::size_t kMaxCandidates = 90;  ///< considered, best first
  using Answer = CandidateNetwork::Answer;

  CandidateModel();
  static CandidateModel fit(std::span<const DevelopmentQuery> queries, std::uint64_t seed, int num_threads,
                            const ProgressCallback& progress);

  /// What the first kMaxCandidates of `evidence` say; `features` is the number of features of the query.
  [[nodiscard]] Answer answer(std::span<const CandidateEvidence> evidence, float features) const;
  /// As CandidateNetwork::loss.
  [[nodiscard]] double loss(std::span<const DevelopmentQuery> queries) const;
  [[nodiscard]] std::array<double, kKernels> sigmas_m() const { return network_.sigmas_m(); }

  void save(SafetensorsWriter& writer) const;
  static CandidateModel load(const SafetensorsFile& file);

 private:
  explicit CandidateModel(CandidateNetwork network);
  CandidateNetwork network_;
};

}  // namespace venloc
