// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/core/progress.hpp"
#include "venloc/features/backbone.hpp"
#include "venloc/gallery/gallery.hpp"

/// A network's features of a gallery's pictures, computed once.
namespace venloc {

/// How the features of a gallery are extracted.
struct VENLOC_API FeatureOptions {
  std::filesystem::path cache;  ///< folder that keeps the features, so that an interrupted run goes on where it
                                ///< stopped; empty = none
  int num_threads = 0;          ///< pictures computed side by side; 0 = all cores. Does not change the result.

  /// Throws InvalidArgumentError that names the field.
  void validate() const;
};

/// Backbone::describe of every picture of the gallery, one after the other: size() x dimension() values.
///
/// The cache holds one file for each network and way to describe (Backbone::fingerprint), with a record for each
/// content of a picture file, so a picture that was renamed is found and one that was changed is computed again.
/// Records are added as pictures are done, some at a time, and each has a checksum: after a kill at most the pictures
/// in progress are lost, after an error or a cancellation none that is done, and a damaged end is cut off. Two programs
/// may use one folder; the second waits for the first.
///
/// Throws ImageError that lists the pictures that cannot be read (what was computed of the others is kept), IoError
/// that names the cache file when it cannot be written (what was in it stays), FormatError when it is of another
/// format, CancelledError.
VENLOC_API std::vector<float> extract_features(const Backbone& backbone, const Gallery& gallery,
                                               const FeatureOptions& options = {},
                                               const ProgressCallback& progress = {});

}  // namespace venloc
