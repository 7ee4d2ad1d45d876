// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/features/backbone.hpp"
#include "venloc/gallery/gallery.hpp"

/// Extraction of a network's features for the pictures of a gallery, with a cache.
namespace venloc {

/// How the features of a gallery are extracted.
struct VENLOC_API FeatureOptions {
  std::filesystem::path cache;  ///< folder for the features, so that an interrupted run can be resumed; empty = none
  int num_threads = 0;          ///< number of pictures computed in parallel; 0 = all cores. Does not change the result.

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
};

/// Backbone::describe of every picture of the gallery, one after the other: size() x dimension() values.
///
/// The cache has one file for each Backbone::fingerprint. It contains a record for each content of a picture file, so a
/// renamed picture is found, and a changed one is computed again. Records are appended in batches with checksums. When
/// the process is killed, at most the current batch is lost; after an error or a cancellation nothing that was computed
/// is lost. A damaged end of the file is removed. Several programs may use one folder; a second program waits for the
/// first.
///
/// Throws ImageError that lists the pictures that cannot be read (the features of the others stay in the cache),
/// IoError that names the cache file when it cannot be written (its earlier content stays), FormatError when it has
/// another format, and CancelledError.
VENLOC_API std::vector<float> extract_features(const Backbone& backbone, const Gallery& gallery,
                                               const FeatureOptions& options = {},
                                               const ProgressCallback& progress = {});

}  // namespace venloc
