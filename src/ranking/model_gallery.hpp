// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/keep_only.hpp"
#include "venloc/core/export.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/core/version.hpp"
#include "venloc/gallery/gallery.hpp"
#include "venloc/gallery/splits.hpp"
#include "venloc/geo/lat_lng.hpp"
#include "venloc/geo/posterior.hpp"
#include "venloc/ranking/evidence.hpp"

namespace venloc {

inline constexpr double kSupportM = 60.0;  ///< candidates closer than this support one another [m]

/// Share of the prior that is spread evenly over the area.
inline constexpr double kPriorBackground = 0.05;

/// Where pictures are made: k-means of the places; the weights sum to 1 - kPriorBackground.
std::vector<PosteriorComponent> prior_of(std::span<const EastNorth> places);

/// The photos of a model and what follows from their places.
struct VENLOC_API ModelGallery {
  std::vector<Photo> photos;
  LocalFrame frame;
  BoundingBox area;
  std::vector<EastNorth> places;          ///< of the photos, in the frame
  std::vector<float> density;             ///< of each photo, how many others are within kSupportM
  std::vector<PosteriorComponent> prior;  ///< prior_of the places
  // Of the file that it was read from.
  std::string library_version{version()};
  int format_version = kFormatVersion;

  /// Takes a gallery's photos, with an area a little larger than theirs.
  void set_photos(const Gallery& gallery);
  /// Appends a gallery's photos; the area stays.
  void add(const Gallery& gallery);
  /// Leaves only the photos of these numbers, which ascend.
  void keep(std::span<const std::size_t> staying);
  /// Fills what follows from the photos and the frame: places, density and prior.
  void set_places();

  /// Throws InvalidArgumentError for photos whose id is known or that lie outside the area.
  void check_new(const Gallery& gallery) const;
  /// The numbers of the photos that are left without these. Throws InvalidArgumentError for an unknown id or when none
  /// would be left.
  [[nodiscard]] std::vector<std::size_t> without(std::span<const std::string> ids) const;

  /// Throws InvalidArgumentError when the evidence names a photo that is not in the gallery, or one twice.
  void check(const Evidence& evidence) const;

  /// Arrays photos.* and area.
  void save(SafetensorsWriter& writer) const;
  /// Throws FormatError that names the file, the array and the reason.
  static ModelGallery load(const SafetensorsFile& file);
};

/// What follows from the places of the photos that a fold leaves in: nothing that a query of the fold is given was
/// computed with its own place.
struct VENLOC_API HeldOutPlaces {
  HeldOutPlaces(const ModelGallery& gallery, const Split& fold);
  std::vector<float> density;  ///< of each photo of the gallery, as if there were as many as before
  Posterior prior;
};

}  // namespace venloc
