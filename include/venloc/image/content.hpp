// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "venloc/core/export.hpp"
#include "venloc/image/image.hpp"

namespace venloc {

/// What kind of picture a file holds, judged by its pixels alone.
enum class PictureContent {
  kPicture,     ///< a photo, painting or drawing, which may show a place
  kBlank,       ///< an empty page, or a frame that is black or white
  kText,        ///< a page of text: a scan or a photo of a document, a table, a receipt
  kScreenshot,  ///< a screen, or a chart or map that a program drew
};

/// Longer side that pictures are shrunk to before they are judged [px].
inline constexpr int kContentSidePx = 640;

/// What content_of decides from, measured in a picture whose longer side is at most kContentSidePx. Shares are 0 to 1.
/// Marks are connected regions that are darker than their surroundings (lighter on a dark picture), as letters are.
struct ContentStatistics {
  double brightness = 0;           ///< mean grey, 0 to 1
  double warmth = 0;               ///< mean of red minus blue, -1 to 1
  double unevenness = 0;           ///< standard deviation of 32 x 32 cells from a smooth surface (vignetting), 0 to 1
  double mode_share = 0;           ///< share of the pixels within 6 of 255 levels of the most common grey
  double chroma = 0;               ///< mean of the largest minus the smallest channel, 0 to 1
  double vivid_share = 0;          ///< share of the pixels of strong colour
  double common_colours = 0;       ///< share of the pixels that have one of the 8 most common of 32,768 colours
  double flat_share = 0;           ///< share of the pixels that equal the next one to the right and below
  double toned_flat_share = 0;     ///< the same without pixels that are black or white
  double straight_edge_share = 0;  ///< share of the edges that run exactly along a row or column for 24 px or more
  double paper_share = 0;          ///< share of the pixels as light as their surroundings
  double ink_share = 0;            ///< share of the pixels much darker than their surroundings
  double even_paper_share = 0;     ///< share of the surroundings that are about as light as their median
  double paper_level = 0;          ///< that median, 0 to 1
  double marks = 0;                ///< logarithm of 1 + the number of marks of the size of letters, in 100,000 pixels
  double speck_share = 0;          ///< share of the marks that are smaller than letters
  double mark_ink_share = 0;       ///< share of the ink that is in marks of the size of letters
  double aligned_share = 0;        ///< share of the marks whose nearest neighbour is in the most common direction
  double similar_share = 0;        ///< share of the marks that are about as high as their nearest neighbour
  double line_period = 0;  ///< how regularly lines of ink follow one another across or along the picture, 0 to 1.3
};

/// Measures a picture. Throws InvalidArgumentError for an empty one.
VENLOC_API ContentStatistics content_statistics(const Image& image);

/// Whether the picture is none of a place: a logistic regression on content_statistics() and their products, and for
/// blank pictures three bounds. It was fitted so that photos and artworks are practically never taken for anything
/// else, at the cost of pages and screens that pass as pictures: one of five screenshots, and four of ten scans of old
/// or unusual pages (docs/results/non-pictures.md). A picture whose shorter side is below 160 px, when the longer one
/// is at most kContentSidePx, is never taken for text or a screen. About 4 ms. Throws InvalidArgumentError for an empty
/// picture.
VENLOC_API PictureContent content_of(const Image& image);

/// What a picture of this content "seems to be", as the end of a sentence that begins with the picture or its file;
/// empty for a picture of a place.
VENLOC_API std::string content_text(PictureContent content);

}  // namespace venloc
