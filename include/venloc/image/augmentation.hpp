// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "venloc/core/export.hpp"
#include "venloc/image/image.hpp"

namespace venloc {

/// How training pictures are varied. Each share is the probability that a picture is changed that way.
struct VENLOC_API AugmentationOptions {
  double min_crop =
      0.6;  ///< minimum share of the area that a crop keeps, above 0 to 1, with the same aspect ratio; 1 = no crops
  double flip = 0.0;  ///< share of pictures mirrored left to right, 0 to 1. A mirrored view does not exist on Earth:
                      ///< keep it 0 unless the labels do not depend on left and right
  double brightness =
      0.25;  ///< brightness is multiplied by a factor from 1 - this to 1 + this; 0 to below 1, 0 = unchanged
  double contrast = 0.25;   ///< the same for contrast, about the picture's mean; 0 to below 1
  double saturation = 0.4;  ///< the same for saturation, about each pixel's grey; 0 to below 1
  double grey_share = 0.1;  ///< share of pictures converted to grey, like old photographs, 0 to 1
  double smooth_share =
      0.0;  ///< share of pictures smoothed with a bilateral filter, which keeps edges, like paintings, 0 to 1
  double sketch_share =
      0.0;  ///< share of pictures converted to dark lines on white along edges, like drawings or engravings, 0 to 1

  /// Throws InvalidArgumentError that names the field.
  void validate() const;

  friend bool operator==(const AugmentationOptions&, const AugmentationOptions&) = default;
};

/// A random variation of the picture; the same seed gives the same one. At most one of grey, smooth and sketch is
/// applied. The result has three channels and the size of the crop. Throws InvalidArgumentError for an empty picture or
/// wrong options.
VENLOC_API Image augmented(const Image& picture, const AugmentationOptions& options, std::uint64_t seed);

}  // namespace venloc
