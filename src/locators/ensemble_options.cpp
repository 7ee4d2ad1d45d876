// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "locators/ensemble_options.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/damaged.hpp"
#include "locators/descriptor_options.hpp"
#include "locators/painting_options.hpp"
#include "locators/stored_options.hpp"
#include "ranking/evidence_schema.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

// A part's options with what all parts share.
template <typename Options>
Options with_shared(Options part, const EnsembleLocatorOptions& options) {
  part.max_candidates = options.max_candidates;
  part.city = options.city;
  part.seed = options.seed;
  part.num_threads = options.num_threads;
  return part;
}

}  // namespace

SiftLocatorOptions sift_options(const EnsembleLocatorOptions& options) {
  auto out = with_shared(options.sift, options);
  out.calibration_folds = options.calibration_folds;
  out.calibration_grouped = options.calibration_grouped;
  out.cache = options.cache.empty() ? options.cache : options.cache / "sift";
  return out;
}

PaintingLocatorOptions painting_options(const EnsembleLocatorOptions& options) {
  return with_shared(options.painting, options);
}

void EnsembleLocatorOptions::validate() const {
  if (const auto file = std::ranges::find(artworks, std::filesystem::path()); file != artworks.end())
    throw InvalidArgumentError("artworks names an empty path: name files of pictures");
  if (sift.matching != Matching::kIndexed)
    throw InvalidArgumentError(
        "sift.matching must be indexed: the published method returns no evidence that can be scored");
  sift_options(*this).validate();
  whitening.validate();
  region_whitening.validate();
  search.validate();
  painting_options(*this).validate();
  check_max_hits(search);
  static_cast<void>(EvidenceSchema::ensemble().groups_of(leave_out));
}

std::string EnsembleLocatorOptions::to_json() const {
  // SIFT's part is stored as a SiftLocator stores it, so that one can be opened from the same file.
  auto stored = *this;
  stored.sift = sift_options(*this);
  stored.painting = painting_options(*this);
  return nlohmann::json(stored).dump();
}

EnsembleLocatorOptions parse_ensemble_options(const SafetensorsFile& file, const LoadOptions& load) {
  load.validate();
  EnsembleLocatorOptions options;
  try {
    auto stored = nlohmann::json::parse(file.metadata().at("options"));
    // Names of files of format 1.
    for (auto& name : stored.at("leave_out")) {
      if (name == "looks") name = "appearance";
      if (name == "standing") name = "hubness";
    }
    options = stored.get<EnsembleLocatorOptions>();
    options.sift = parse_sift_options(file, load);
    options.max_candidates = options.sift.max_candidates;
    options.calibration_folds = options.sift.calibration_folds;
    options.calibration_grouped = options.sift.calibration_grouped;
    options.city = options.sift.city;
    options.seed = options.sift.seed;
    options.num_threads = options.sift.num_threads;
    options.painting = painting_options(options);
    options.validate();
  } catch (const FormatError&) {
    throw;
  } catch (const std::exception& e) {
    refuse_damaged(file.path(), std::string("the options cannot be read (") + e.what() + ")");
  }
  return options;
}

}  // namespace venloc
