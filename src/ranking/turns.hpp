// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "ranking/out_of_area.hpp"
#include "retrieval/picture_vectors.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/gallery/gallery.hpp"
#include "venloc/image/image.hpp"
#include "venloc/ranking/evidence.hpp"
#include "venloc/ranking/prediction.hpp"

// Pictures that lie on their side or upside down: which turns are possible, and which of them has the best evidence.
namespace venloc {

/// A clockwise turn that may make a picture upright.
struct Turn {
  int degrees = 0;      ///< 0, 90, 180 or 270
  double log_odds = 0;  ///< log of its probability relative to that of the picture as it is

  friend bool operator==(const Turn&, const Turn&) = default;
};

/// Turns of a picture of which nothing is known: as it is, and with little probability each of the others.
std::vector<Turn> all_turns();

/// Estimates the turn of a picture from the network's descriptors of its regions: multinomial logistic regression over
/// the strong components of the whole picture, and of the differences between its upper and lower and its left and
/// right halves. Fitted on photos of the gallery, which are taken to be upright, in all four turns.
class VENLOC_API TurnClassifier {
 public:
  /// Whether the descriptors contain the regions that are used: the whole picture and its quarters.
  static bool possible(const PictureVectors& describer);
  /// Throws ImageError that lists the pictures that cannot be read. Progress stage "turns".
  static TurnClassifier fit(const Gallery& gallery, const PictureVectors& describer, std::uint64_t seed,
                            int num_threads, const ProgressCallback& progress);

  /// The turns that are possible for a picture with these region descriptors (PictureVectors::Vectors::regions), the
  /// most probable first.
  [[nodiscard]] std::vector<Turn> turns(std::span<const float> regions) const;

  /// Whether a file contains one.
  static bool stored(const SafetensorsFile& file);
  /// Array "turns.weights"; the object must live until the writer is done.
  void save(SafetensorsWriter& writer) const;
  /// Throws FormatError that names the file, the array and the reason.
  static TurnClassifier load(const SafetensorsFile& file, const PictureVectors& describer);

 private:
  explicit TurnClassifier(const PictureVectors& describer);
  /// What the regression is applied to, and 1.
  [[nodiscard]] std::vector<double> values_of(std::span<const float> regions) const;

  StrongComponents strong_;
  std::size_t region_dimension_;
  std::size_t whole_, quarters_;  // numbers of these regions
  std::vector<double> weights_;   // a row for each turn
};

/// Whether local features were compared, and no photo has so many verified matches that it shows the scene for sure.
bool lacks_a_sure_match(const Evidence& evidence);
/// Evidence of the best verified match, for TurnedPrediction.
double log_match_evidence(const Evidence& evidence);

/// The prediction for a picture in one of its turns.
struct TurnedPrediction {
  Prediction prediction;
  double log_evidence = 0;  ///< larger where the gallery contains the scene; comparable between turns
};

/// Of the predictions for a picture in each of these turns [degrees] the one with the best evidence, with its turn and
/// a note about it.
Prediction best_of_turns(std::span<const Turn> turns, const std::function<TurnedPrediction(int)>& locate_turned);

}  // namespace venloc
