// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/gallery/splits.hpp"
#include "venloc/ranking/evidence.hpp"

namespace venloc {

inline constexpr double kSameSceneM = 100.0;  ///< positions of photos of one scene differ by less [m]
inline constexpr double kHubM = 500.0;  ///< a candidate farther from the truth is on the list because it is a hub [m]

/// One candidate on the list of a query whose place is known.
struct ListedPhoto {
  std::size_t query = 0;     ///< number of the photo that was the query
  std::size_t photo = 0;     ///< number of the candidate
  double distance_m = 0;     ///< between the two
  float weight = 0;          ///< of the candidate on the list
  bool listed = false;       ///< on the short list
  bool significant = false;  ///< its weight is not by chance
};

/// Counts hubness statistics over the folds of a calibration, so that what the queries of a fold contributed can be
/// left out of the evidence of that fold.
class HubnessCounts {
 public:
  HubnessCounts(std::span<const Split> folds, std::size_t photos);
  void add(const ListedPhoto& entry);
  /// From all folds but this one; the number of folds leaves out none.
  [[nodiscard]] Hubness without(std::size_t fold, std::size_t photo) const;
  /// From all folds, of every photo.
  [[nodiscard]] std::vector<Hubness> total() const;

 private:
  struct Counts {
    double listed = 0, weight = 0, agreeing = 0, disagreeing = 0;
  };
  std::vector<std::size_t> sizes_;    // queries of each fold
  std::vector<std::size_t> fold_of_;  // each photo's
  std::vector<std::vector<Counts>> counts_;
};

/// A photo that was added after the calibration counts as an average one.
Hubness average(std::span<const Hubness> hubness);

/// An array of this name, n x 4 of F32; `hubness` must live until the writer is done.
VENLOC_API void save_hubness(SafetensorsWriter& writer, std::span<const Hubness> hubness, const char* name);
/// Throws FormatError that names the file, the array and the reason.
VENLOC_API std::vector<Hubness> load_hubness(const SafetensorsFile& file, std::size_t photos, const char* name);

}  // namespace venloc
