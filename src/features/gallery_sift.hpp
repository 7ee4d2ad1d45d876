// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "features/colour_histogram.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/features/local_features.hpp"
#include "venloc/gallery/gallery.hpp"

namespace venloc {

/// What is taken from a picture besides a network's features.
struct PictureFeatures {
  LocalFeatures local;
  ColourHistogram colours;
};
PictureFeatures describe(const Image& picture, const SiftOptions& options, int num_threads);

struct GallerySiftOptions {
  SiftOptions sift;
  std::filesystem::path cache;  ///< folder that keeps the features of each picture; empty = none
  int num_threads = 0;
};

/// The same of every picture of a gallery, with its cache.
struct GalleryFeatures {
  std::vector<LocalFeatures> local;
  std::vector<ColourHistogram> colours;
};
/// Throws ImageError that lists the pictures that cannot be read, IoError for the cache folder.
GalleryFeatures extract_gallery(const Gallery& gallery, const GallerySiftOptions& options,
                                const ProgressCallback& progress);

}  // namespace venloc
