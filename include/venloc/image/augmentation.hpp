// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "venloc/image/image.hpp"

namespace venloc {

/// How training pictures are varied. Each share is the probability that a picture is changed that way.
struct AugmentationOptions {
  double smallest_crop = 0.6;  ///< a crop keeps at least this share of the area, aspect kept; 1 = no crops
  double flip = 0.0;           ///< share mirrored left to right. A mirrored view is of no place on Earth: leave it 0
                               ///< unless the labels are of something that has no handedness
  double brightness = 0.25;    ///< factor from 1 - this to 1 + this, 0 to below 1
  double contrast = 0.25;      ///< the same, about the picture's mean
  double saturation = 0.4;     ///< the same, about each pixel's grey
  double grey_share = 0.1;     ///< without colour, as an old photograph
  double smooth_share = 0.0;   ///< smoothed but for its edges (bilateral filter), as a painting
  double sketch_share = 0.0;   ///< dark lines on white where grey falls off, as a drawing or engraving

  /// Throws InvalidArgumentError that names the field.
  void validate() const;

  friend bool operator==(const AugmentationOptions&, const AugmentationOptions&) = default;
};

/// A variation of the picture; the same seed gives the same one. At most one of grey, smooth and sketch happens. The
/// result has three channels and the size of the crop. Throws InvalidArgumentError for an empty picture or wrong
/// options.
Image augmented(const Image& picture, const AugmentationOptions& options, std::uint64_t seed);

}  // namespace venloc
