// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "locators/candidate_network.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/gallery/gallery.hpp"
#include "venloc/gallery/splits.hpp"
#include "venloc/geo/lat_lng.hpp"
#include "venloc/geo/posterior.hpp"
#include "venloc/locators/locator.hpp"

// What locators that answer with photos of a gallery have in common.
namespace venloc {

inline constexpr double kAgreeM = 100.0;   ///< positions of pictures of one scene differ by less [m]
inline constexpr double kSupportM = 60.0;  ///< candidates closer than this support one another [m]
inline constexpr double kFarM = 500.0;     ///< a candidate farther from the truth is there by being a hub [m]

/// Share of the prior that is spread evenly over the area.
inline constexpr double kPriorBackground = 0.05;

/// Candidates below this say nothing; the sum of what is left out stays with "none of them".
inline constexpr double kSmallestProbability = 1e-4;

/// Where pictures are made: k-means of the places; sums to 1 - kPriorBackground.
std::vector<PosteriorComponent> prior_of(std::span<const EastNorth> places);

/// The photos of a model and what follows from their places.
struct PhotoPlaces {
  std::vector<Photo> photos;
  LocalFrame frame;
  BoundingBox area;
  std::vector<EastNorth> places;          ///< of the photos, in the frame
  std::vector<float> density;             ///< of each photo, how many others are within kSupportM
  std::vector<PosteriorComponent> prior;  ///< prior_of the places

  /// Takes a gallery's photos, with an area a little larger than theirs.
  void set_photos(const Gallery& gallery);
  /// Fills what follows from the photos and the frame: places, density and prior.
  void set_places();

  /// The posterior of a query whose candidates have these places and probabilities.
  [[nodiscard]] Posterior posterior(std::span<const EastNorth> candidates, const CandidateNetwork::Answer& answer,
                                    std::span<const double> sigmas_m) const;
  /// The posterior of these components, in which `none` of the probability is left to the prior; their weights and
  /// `none` sum to 1.
  [[nodiscard]] Posterior posterior(std::vector<PosteriorComponent> components, double none) const;
  /// The same where more than `none` tells that the picture was made elsewhere.
  [[nodiscard]] Posterior posterior(std::vector<PosteriorComponent> components, double none, double not_here) const;
  /// Candidate number `p` of the photos.
  [[nodiscard]] Candidate candidate(std::size_t p, double probability, double score, int inliers) const;

  /// What is known of a model with these photos.
  [[nodiscard]] LocatorInfo info(std::string kind, std::string city, std::string options) const;

  /// Throws InvalidArgumentError for photos whose id is known or that lie outside the area.
  void check_new(const Gallery& gallery) const;
  /// The numbers of the photos that are left without these. Throws InvalidArgumentError for an unknown id or when none
  /// would be left.
  [[nodiscard]] std::vector<std::size_t> without(std::span<const std::string> ids) const;

  /// Arrays photos.* and area.
  void save(SafetensorsWriter& writer) const;
  /// Throws FormatError that names the file, the array and the reason.
  static PhotoPlaces load(const SafetensorsFile& file);
};

/// Leaves only the entries of these numbers, which ascend.
template <typename T>
void keep_only(std::vector<T>& entries, std::span<const std::size_t> staying) {
  for (std::size_t k = 0; k < staying.size(); ++k)
    if (k != staying[k]) entries[k] = std::move(entries[staying[k]]);
  entries.resize(staying.size());
}

/// Splits for the calibration, in which each photo is asked once: by groups of near-copies, bursts and places, or each
/// photo for itself. None when the gallery has fewer than so many photos: what would be fitted is better left as it is.
std::vector<Split> calibration_splits(const Gallery& gallery, std::size_t fewest_photos, int folds, bool grouped,
                                      std::uint64_t seed, int num_threads, const ProgressCallback& progress);
inline constexpr std::size_t kFewestForCandidates = 200;  ///< a CandidateNetwork
inline constexpr std::size_t kFewestForWidths = 60;       ///< a few numbers, as RegressionLocator has

/// What the photos without those that a split holds out say: its queries are told nothing that their own places went
/// into.
struct PlacesWithout {
  PlacesWithout(const PhotoPlaces& all, const Split& split);
  std::vector<float> density;  ///< of each photo of the gallery, as if there were as many as before
  Posterior prior;
};

/// What is known of a photo from asking the gallery's own pictures.
struct Standing {
  float hub_rate = 0;     ///< how often it is on the list of far away queries, 0 to 1
  float hub_weight = 0;   ///< mean weight it gets from them
  float agreeing = 0;     ///< weight between it and photos within kAgreeM of it
  float disagreeing = 0;  ///< the same for those farther away: large where its position is wrong
};

/// Counts the standing of the photos over the folds of a calibration, so that what a fold's queries said can be left
/// out of what they are told.
class Standings {
 public:
  Standings(std::span<const Split> folds, std::size_t photos);
  /// Query and photo are `distance_m` apart; `listed` when the photo is on the short list, with this weight, which is
  /// `telling` when it is not by chance.
  void add(std::size_t query, std::size_t photo, double distance_m, bool listed, float weight, bool telling);
  /// From all folds but this one; the number of folds leaves out none.
  [[nodiscard]] Standing without(std::size_t fold, std::size_t photo) const;

 private:
  struct Counts {
    double listed = 0, weight = 0, agreeing = 0, disagreeing = 0;
  };
  std::vector<std::size_t> sizes_;    // queries of each fold
  std::vector<std::size_t> fold_of_;  // each photo's
  std::vector<std::vector<Counts>> counts_;
};

/// A photo of which nothing is known yet counts as an average one.
Standing average(std::span<const Standing> standing);

/// An array of this name, which must live until the writer is done.
void save_standing(SafetensorsWriter& writer, std::span<const Standing> standing, const char* name = "standing");
/// Throws FormatError that names the file, the array and the reason.
std::vector<Standing> load_standing(const SafetensorsFile& file, std::size_t photos, const char* name = "standing");

/// How much the right district is worth beside the right place, for evidence of whole pictures, which knows districts
/// too. Measured on development photos: mean errors fall by 10 to 20 m, and no nearer place is lost.
inline constexpr double kFarShare = 0.25;

/// Reads place, confidence, share of the area and radii from the posterior; `far_share` as in Posterior::best_place.
/// Evidence that is known to be too blunt is raised to the exponent once the place is found, for all else that is told.
void finish(Prediction& prediction, double far_share, double exponent = 1.0);
/// Of that the part after the place: confidence, share of the area and radii around it.
void tell_around(Prediction& prediction);

/// Notes how long the parts of a query take.
class Stopwatch {
 public:
  explicit Stopwatch(std::vector<StageTime>& times) : times_(times) {}
  void lap(const char* stage) {
    const auto now = std::chrono::steady_clock::now();
    times_.push_back({stage, std::chrono::duration<double>(now - last_).count()});
    last_ = now;
  }

 private:
  std::vector<StageTime>& times_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace venloc
