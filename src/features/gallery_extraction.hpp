// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "venloc/core/progress.hpp"
#include "venloc/gallery/gallery.hpp"
#include "venloc/image/image.hpp"

namespace venloc {

/// Features of a gallery's pictures as bytes, batch by batch and each computed once.
struct ExtractionSteps {
  std::function<std::string(const Image&)> make;                             ///< of a picture; from several threads
  std::function<std::vector<std::string>(std::span<const Image>)> make_all;  ///< of a batch, for a GPU; may be empty
  /// Takes over the features of a photo, once each, in their order; false for bytes that make() cannot have made.
  std::function<bool(std::size_t photo, std::string_view bytes)> take;
};

/// Where features are kept.
struct ExtractionCache {
  std::filesystem::path folder;  ///< empty = none
  std::string name;              ///< the file is `name`-`fingerprint`, cut short
  std::string fingerprint;       ///< of all that the features depend on besides the picture
};

/// Throws ImageError that lists the pictures that cannot be read, IoError and FormatError for the cache,
/// CancelledError. What was computed until then is kept.
void extract(const Gallery& gallery, const ExtractionSteps& steps, const ExtractionCache& cache, int num_threads,
             const ProgressCallback& progress);

}  // namespace venloc
