// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/painting_locator.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/parallel.hpp"
#include "locators/dense_parts.hpp"
#include "locators/photo_places.hpp"
#include "locators/picture_vectors.hpp"
#include "locators/stored_options.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"

namespace venloc {
namespace {

constexpr const char* kPaintingKind = "painting";
constexpr int kMostSidePx = 2000;  // a cell's position must fit into a byte

}  // namespace

void PaintingLocatorOptions::validate() const {
  projection.validate();
  const auto check_side = [](const char* name, int side) {
    if (side < 32 || side > kMostSidePx)
      throw InvalidArgumentError(std::string(name) + " must be 32 to " + std::to_string(kMostSidePx) + " px, got " +
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

struct PaintingLocator::Impl : PhotoPlaces {
  Impl(PaintingLocatorOptions wanted, Backbone described_by, DenseParts of_photos)
      : options(std::move(wanted)), backbone(std::move(described_by)), parts(std::move(of_photos)) {}

  PaintingLocatorOptions options;
  Backbone backbone;
  DenseParts parts;

  void answer(std::span<const float> scores, Prediction& out) const {
    const auto found = dense_answer(scores);
    std::vector<PosteriorComponent> components;
    add_components(components, found, places, 1.0);
    out.posterior = posterior(std::move(components), found.none);
    finish(out, kFarShare, kSharpening);
    const auto reported = std::min(found.photos.size(), static_cast<std::size_t>(options.max_candidates));
    for (std::size_t i = 0; i < reported; ++i)
      out.candidates.push_back(
          candidate(found.photos[i], found.probabilities[i], static_cast<double>(scores[found.photos[i]]), 0));
  }
};

PaintingLocator::PaintingLocator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PaintingLocator::PaintingLocator(PaintingLocator&&) noexcept = default;
PaintingLocator& PaintingLocator::operator=(PaintingLocator&&) noexcept = default;
PaintingLocator::~PaintingLocator() = default;

PaintingLocator PaintingLocator::build(const Gallery& gallery, const Backbone& backbone,
                                       const PaintingLocatorOptions& options, const ProgressCallback& progress) {
  options.validate();
  if (gallery.size() < 2) throw InvalidArgumentError("a gallery needs at least two photos to build a model from");
  auto rounded = backbone.rounded(kStoredWeights);
  auto parts = DenseParts::build(gallery, rounded, options, progress);
  auto impl = std::make_unique<Impl>(options, std::move(rounded), std::move(parts));
  impl->set_photos(gallery);
  return PaintingLocator(std::move(impl));
}

Prediction PaintingLocator::locate(const Image& picture) const {
  Prediction out;
  Stopwatch watch(out.timings);
  if (picture.empty()) throw ImageError("the picture is empty: give one with pixels");
  const auto found = impl_->parts.scores(picture, impl_->backbone, impl_->options);
  watch.lap("maps and scores");
  impl_->answer(found, out);
  watch.lap("posterior");
  return out;
}

std::vector<float> PaintingLocator::scores(const Image& picture) const {
  if (picture.empty()) throw ImageError("the picture is empty: give one with pixels");
  return impl_->parts.scores(picture, impl_->backbone, impl_->options);
}

Prediction PaintingLocator::locate_scores(std::span<const float> scores) const {
  if (scores.size() != impl_->photos.size())
    throw InvalidArgumentError("there must be a score for each of the " + std::to_string(impl_->photos.size()) +
                               " photos, got " + std::to_string(scores.size()));
  if (!std::ranges::all_of(scores, [](float s) { return std::isfinite(s); }))
    throw InvalidArgumentError("the scores of the photos must be finite");
  Prediction out;
  impl_->answer(scores, out);
  return out;
}

LocatorInfo PaintingLocator::info() const {
  const auto& s = *impl_;
  return s.PhotoPlaces::info(kPaintingKind, s.options.city, s.options.to_json());
}

std::span<const Photo> PaintingLocator::photos() const { return impl_->photos; }
const PaintingLocatorOptions& PaintingLocator::options() const { return impl_->options; }
const Backbone& PaintingLocator::backbone() const { return impl_->backbone; }

void PaintingLocator::save(const std::filesystem::path& file) const {
  const auto& s = *impl_;
  SafetensorsWriter writer;
  s.PhotoPlaces::save(writer);
  s.backbone.save(writer, "backbone.", kStoredWeights);
  s.parts.save(writer);
  write_model(std::move(writer), kPaintingKind, s.options.to_json(), file);
}

PaintingLocator PaintingLocator::load(const std::filesystem::path& path) {
  return load(open_model_of_kind(path, kPaintingKind));
}

PaintingLocator PaintingLocator::load(const SafetensorsFile& file) {
  auto options = parse_options<PaintingLocatorOptions>(file);
  auto photos = PhotoPlaces::load(file);
  auto backbone = Backbone::load(file);
  auto parts = DenseParts::load(file, backbone, photos.photos.size());
  auto impl = std::make_unique<Impl>(std::move(options), std::move(backbone), std::move(parts));
  static_cast<PhotoPlaces&>(*impl) = std::move(photos);
  return PaintingLocator(std::move(impl));
}

}  // namespace venloc
