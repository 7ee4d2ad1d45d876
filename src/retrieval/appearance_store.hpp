// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "features/colour_histogram.hpp"
#include "retrieval/vlad.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/retrieval/similarity_moments.hpp"

namespace venloc {

/// A whole picture in colours and local features.
struct Appearance {
  ColourHistogram colours{};
  Vlad::Descriptor vlad{};
};

/// How similar whole pictures are to a query.
struct AppearanceSimilarities {
  std::vector<float> colour, vlad;                 ///< cosine similarity of each photo
  SimilarityMoments colour_moments, vlad_moments;  ///< over the photos that are not excluded
  std::vector<std::uint32_t> most_similar;         ///< by both together, best first
};

/// The photos of a gallery by their appearance as whole pictures.
class AppearanceStore {
 public:
  AppearanceStore() = default;  ///< without photos; add() needs train()
  /// Fits the VLAD centres to these features.
  static AppearanceStore train(std::span<const LocalFeatures> features, std::uint64_t seed, int num_threads,
                               const ProgressCallback& progress);

  [[nodiscard]] Appearance describe(const LocalFeatures& local, const ColourHistogram& colours) const;
  void add(std::span<const Appearance> photos);
  [[nodiscard]] std::size_t size() const { return photos_.size(); }
  [[nodiscard]] const Appearance& operator[](std::size_t photo) const { return photos_[photo]; }
  /// Leaves only the photos of these numbers, which ascend.
  void keep(std::span<const std::size_t> staying);

  /// Photos whose `excluded` byte is not 0 are treated as absent (empty = none are); `count` is the length of
  /// `most_similar`.
  [[nodiscard]] AppearanceSimilarities similarities(const Appearance& query, std::span<const std::uint8_t> excluded,
                                                    std::size_t count) const;

  /// Arrays vlad.* and appearance.*.
  void save(SafetensorsWriter& writer) const;
  /// Throws FormatError that names the file, the array and the reason.
  static AppearanceStore load(const SafetensorsFile& file, std::size_t photos);

 private:
  std::optional<Vlad> vlad_;
  std::vector<Appearance> photos_;
};

}  // namespace venloc
