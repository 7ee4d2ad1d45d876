// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/geo/lat_lng.hpp"
#include "venloc/ranking/prediction.hpp"
#include "venloc/retrieval/similarity_moments.hpp"

/// \file
/// The result of retrieval and verification for one query: measurements without probabilities. Values that depend on
/// the other candidates (ranks, gaps, z-values) are computed when the evidence is scored, so that candidates of several
/// indexes can be merged before. To add a measurement, add it here, to the table in evidence.cpp, and to the code that
/// computes it.
namespace venloc {

/// The lists that a candidate can be on.
enum Retriever : std::uint8_t {
  kByFeatures = 1,     ///< short list of the visual index
  kByAppearance = 2,   ///< most similar as a whole, by colour histogram and VLAD descriptor
  kByDescriptors = 4,  ///< nearest by the network's descriptor
  kByCells = 8,        ///< best by the cell classifier and the network's descriptor
  kByMaps = 16,        ///< best by feature maps
};

/// How often a photo is retrieved by chance, counted with the gallery's own photos as queries (hubness statistics).
struct Hubness {
  float rate = 0;         ///< share of the distant queries that have the photo on their list, 0 to 1
  float weight = 0;       ///< mean weight in these lists
  float agreeing = 0;     ///< sum of the weights between the photo and others of the same scene (within 100 m)
  float disagreeing = 0;  ///< the same for photos farther away: large where the photo's position is wrong

  friend bool operator==(const Hubness&, const Hubness&) = default;
};

/// The measurements of one gallery photo as a candidate for a query.
struct CandidateEvidence {
  std::uint32_t photo = 0;      ///< number of the photo in the model
  EastNorth place;              ///< place of the photo in the model's frame [m]
  std::uint8_t retrievers = 0;  ///< which lists it is on, see Retriever

  float votes = 0;              ///< of the visual index
  float matches = 0;            ///< number of tentative matches
  float match_weight = 0;       ///< sum of their weights
  float inliers = 0;            ///< number of verified matches
  float effective_inliers = 0;  ///< number of cells of the query that hold an inlier
  float inlier_weight = 0;      ///< sum of the inliers' weights
  float scale = 1;              ///< scale of the scene in the photo relative to the query
  float rotation = 0;           ///< rotation of the verified transformation [rad]
  float spread = 0;             ///< share of the query inside the bounding box of the inliers

  float colour = 0;       ///< cosine similarity of the colour histograms
  float vlad = 0;         ///< cosine similarity of the VLAD descriptors
  float similarity = 0;   ///< cosine similarity of the network's descriptors
  float regional = 0;     ///< similarity of the network's region descriptors, see RegionIndex
  float map_score = 0;    ///< score of the feature maps [standard deviations above the gallery's mean]
  double cells = 0;       ///< mean over the partitions of the log-probability of the photo's cell
  double cell_score = 0;  ///< score of cells and similarity together [log odds]

  float density = 0;           ///< number of gallery photos within 60 m of it
  Hubness feature_hubness;     ///< hubness in the lists of local features
  Hubness descriptor_hubness;  ///< hubness in the lists of the network's descriptors

  friend bool operator==(const CandidateEvidence&, const CandidateEvidence&) = default;
};

/// The measurements of a query and of its whole list of candidates.
struct ListEvidence {
  float features = 0;              ///< number of local features of the query
  SimilarityMoments colour;        ///< of the colour histograms, over the gallery
  SimilarityMoments vlad;          ///< of the VLAD descriptors, over the gallery
  double cell_certainty = 0;       ///< mean over the partitions of the best cell's log-probability
  double gallery_similarity = 0;   ///< mean cosine similarity to the nearest few photos by strong components
  double artwork_probability = 0;  ///< probability that the query is an artwork; 0 if unknown

  friend bool operator==(const ListEvidence&, const ListEvidence&) = default;
};

/// The verified matches of a query with one photo, for display.
struct CandidateMatches {
  std::uint32_t photo = 0;         ///< number of the photo in the model
  double aspect = 0;               ///< width of the photo divided by its height
  std::vector<PointMatch> points;  ///< where the inliers are

  friend bool operator==(const CandidateMatches&, const CandidateMatches&) = default;
};

/// The evidence of one query.
struct VENLOC_API Evidence {
  std::vector<CandidateEvidence> candidates;  ///< each photo at most once; their order has no meaning
  ListEvidence list;                          ///< measurements of the query and of the whole list
  std::vector<CandidateMatches> matches;      ///< matches of the candidates that have inliers
  std::vector<StageTime> timings;             ///< times of the stages that computed it; not stored

  /// JSON with one array for each measurement; numbers are exact.
  [[nodiscard]] std::string to_json() const;
  /// Throws FormatError with the reason when the text is not such JSON or lacks a measurement.
  static Evidence from_json(std::string_view text);
};

/// A measurement of a candidate.
struct Measurement {
  std::string_view name;         ///< name in the JSON
  std::string_view unit;         ///< "" for a plain number
  std::string_view source;       ///< the step that computes it
  double default_value = 0;      ///< value when it was not computed
  std::string_view description;  ///< description in one sentence
};
/// All measurements of a CandidateEvidence, in order.
VENLOC_API std::vector<Measurement> measurements();

}  // namespace venloc
