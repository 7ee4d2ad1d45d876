// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/painting_locator.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/parallel.hpp"
#include "core/stopwatch.hpp"
#include "locators/model_info.hpp"
#include "locators/painting_options.hpp"
#include "locators/stored_options.hpp"
#include "ranking/map_scorer.hpp"
#include "ranking/posterior_builder.hpp"
#include "retrieval/feature_map_store.hpp"
#include "retrieval/picture_vectors.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"

namespace venloc {
namespace {

constexpr int kMaxSidePx = 2000;  // a cell's position must fit into a byte

}  // namespace

void PaintingLocatorOptions::validate() const {
  projection.validate();
  const auto check_side = [](const char* name, int side) {
    if (side < 32 || side > kMaxSidePx)
      throw InvalidArgumentError(std::string(name) + " must be 32 to " + std::to_string(kMaxSidePx) + " px, got " +
                                 std::to_string(side));
  };
  check_side("gallery_long_side_px", gallery_long_side_px);
  if (query_long_sides_px.empty()) throw InvalidArgumentError("query_long_sides_px names no size");
  for (const int side : query_long_sides_px) check_side("query_long_sides_px", side);
  if (cells < 1 || cells > 65535) throw InvalidArgumentError("cells must be 1 to 65535");
  if (max_candidates < 0) throw InvalidArgumentError("max_candidates must be 0 or more");
  resolve_threads(num_threads);
}

std::string PaintingLocatorOptions::to_json() const { return nlohmann::json(*this).dump(); }

FeatureMapOptions feature_map_options(const PaintingLocatorOptions& o) {
  return {o.projection, o.gallery_long_side_px, o.query_long_sides_px, o.cells, o.seed, o.num_threads};
}

struct PaintingLocator::Impl {
  Impl(PaintingLocatorOptions wanted, ModelGallery photos, Backbone described_by, FeatureMapStore made)
      : options(std::move(wanted)),
        gallery(std::move(photos)),
        backbone(std::move(described_by)),
        maps(std::move(made)) {}

  PaintingLocatorOptions options;
  ModelGallery gallery;
  Backbone backbone;
  FeatureMapStore maps;

  [[nodiscard]] std::vector<float> scores(const Image& picture) const {
    return maps.scores(picture, backbone, feature_map_options(options));
  }
};

PaintingLocator::PaintingLocator(std::unique_ptr<Impl> impl, const LoadOptions& load)
    : GalleryLocator(load), impl_(std::move(impl)) {}
PaintingLocator::PaintingLocator(PaintingLocator&&) noexcept = default;
PaintingLocator& PaintingLocator::operator=(PaintingLocator&&) noexcept = default;
PaintingLocator::~PaintingLocator() = default;

PaintingLocator PaintingLocator::build(const Gallery& gallery, const Backbone& backbone,
                                       const PaintingLocatorOptions& options, const ProgressCallback& progress) {
  options.validate();
  check_gallery(gallery);
  auto rounded = backbone.rounded(kStoredWeights);
  auto maps = FeatureMapStore::build(gallery, rounded, feature_map_options(options), progress);
  ModelGallery photos;
  photos.set_photos(gallery);
  return PaintingLocator(std::make_unique<Impl>(options, std::move(photos), std::move(rounded), std::move(maps)));
}

Evidence PaintingLocator::evidence(const Image& picture, const QueryOptions& query) const {
  check_picture(picture);
  check_cancelled(query);
  Stopwatch watch;
  Evidence out;
  out.candidates = map_candidates(impl_->scores(picture), impl_->gallery.places);
  out.timings = {{"maps", watch.lap()}};
  return out;
}

Prediction PaintingLocator::answer(const Evidence& evidence, const QueryOptions& query) const {
  const auto& s = *impl_;
  s.gallery.check(evidence);
  Prediction out;
  out.timings = evidence.timings;
  Stopwatch watch;
  const auto settings = answer_settings(query, load_options(), s.options.max_candidates, s.gallery);
  auto found = score_maps(evidence.candidates);
  CandidateMixture mixture;
  add_maps(mixture, found, 1.0);
  mixture.no_match = found.no_match;
  const auto found_alone = build_posterior(s.gallery, std::move(mixture));
  out.posterior = settings.prior.combined(found_alone);
  report_location(out, kDistrictShare);
  out.posterior = settings.prior.combined(sharpened(found_alone, kMapSharpening));
  report_region(out);
  found.probabilities =
      given(settings.prior, found.probabilities, weights_of(settings.prior, found.candidates), found.no_match);
  for (const auto i : settings.reported(found.probabilities, found.candidates.size()))
    out.candidates.push_back(report_candidate(s.gallery, found.candidates[i].photo, found.probabilities[i],
                                              static_cast<double>(found.candidates[i].map_score)));
  out.timings.push_back({"posterior", watch.lap()});
  return out;
}

std::vector<float> PaintingLocator::scores(const Image& picture) const {
  check_picture(picture);
  return impl_->scores(picture);
}

Prediction PaintingLocator::locate_scores(std::span<const float> scores) const {
  const auto& gallery = impl_->gallery;
  if (scores.size() != gallery.photos.size())
    throw InvalidArgumentError("there must be a score for each of the " + std::to_string(gallery.photos.size()) +
                               " photos, got " + std::to_string(scores.size()));
  if (!std::ranges::all_of(scores, [](float s) { return std::isfinite(s); }))
    throw InvalidArgumentError("the scores of the photos must be finite");
  Evidence evidence;
  evidence.candidates = map_candidates(scores, gallery.places);
  return answer(evidence);
}

LocatorInfo PaintingLocator::info() const {
  const auto& s = *impl_;
  return model_info(s.gallery, kKind, s.options.city, s.options.to_json());
}

std::span<const Photo> PaintingLocator::photos() const { return impl_->gallery.photos; }
const PaintingLocatorOptions& PaintingLocator::options() const { return impl_->options; }
const Backbone& PaintingLocator::backbone() const { return impl_->backbone; }

void PaintingLocator::save(const std::filesystem::path& file) const {
  const auto& s = *impl_;
  SafetensorsWriter writer;
  s.gallery.save(writer);
  s.backbone.save(writer, "backbone.", kStoredWeights);
  s.maps.save(writer);
  write_model(std::move(writer), kKind, s.options.to_json(), file);
}

PaintingLocator PaintingLocator::load(const std::filesystem::path& path, const LoadOptions& load) {
  return PaintingLocator::load(open_model_of_kind(path, kKind), load);
}

PaintingLocator PaintingLocator::load(const SafetensorsFile& file, const LoadOptions& load) {
  auto options = parse_options<PaintingLocatorOptions>(file, load);
  auto gallery = ModelGallery::load(file);
  auto backbone = Backbone::load(file, "backbone.", load.device, load.num_threads);
  auto maps = FeatureMapStore::load(file, backbone, gallery.photos.size());
  return PaintingLocator(
      std::make_unique<Impl>(std::move(options), std::move(gallery), std::move(backbone), std::move(maps)), load);
}

}  // namespace venloc
