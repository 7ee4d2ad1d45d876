// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/descriptor_locator.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/parallel.hpp"
#include "locators/descriptor_evidence.hpp"
#include "locators/descriptor_parts.hpp"
#include "locators/photo_places.hpp"
#include "locators/stored_options.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"

namespace venloc {

namespace {

constexpr const char* kDescriptorKind = "descriptor";
constexpr const char* kModel = "candidates";
constexpr const char* kStanding = "standing";

Image cropped(const Image& picture, int left, int top, int width, int height) {
  std::vector<std::uint8_t> pixels;
  const auto channels = static_cast<std::size_t>(picture.channels());
  for (int y = top; y < top + height; ++y) {
    const auto row = picture.pixels().subspan(
        (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width()) + static_cast<std::size_t>(left)) *
            channels,
        static_cast<std::size_t>(width) * channels);
    pixels.insert(pixels.end(), row.begin(), row.end());
  }
  return {width, height, picture.channels(), std::move(pixels)};
}

/// The picture and, for five crops, three quarters of each side from each of its corners.
std::vector<Image> crops_of(const Image& picture, int crops) {
  std::vector<Image> out = {picture};
  if (crops == 1) return out;
  const int width = picture.width(), height = picture.height();
  const int wide = std::max(1, 3 * width / 4), high = std::max(1, 3 * height / 4);
  for (const int top : {0, height - high})
    for (const int left : {0, width - wide}) out.push_back(cropped(picture, left, top, wide, high));
  return out;
}

}  // namespace

void DescriptorLocatorOptions::validate() const {
  whitening.validate();
  search.validate();
  if (search.max_hits > kMostDescriptorHits)
    throw InvalidArgumentError("search.max_hits is " + std::to_string(search.max_hits) + ", it must be at most " +
                               std::to_string(kMostDescriptorHits));
  if (crops != 1 && crops != 5) throw InvalidArgumentError("crops is " + std::to_string(crops) + ", it must be 1 or 5");
  if (max_candidates < 0) throw InvalidArgumentError("max_candidates must be 0 or more");
  if (calibration_folds < 3) throw InvalidArgumentError("calibration_folds must be at least 3");
  resolve_threads(num_threads);
}

std::string DescriptorLocatorOptions::to_json() const { return nlohmann::json(*this).dump(); }

struct DescriptorLocator::Impl : PhotoPlaces {
  Impl(DescriptorLocatorOptions wanted, DescriptorParts made)
      : options(std::move(wanted)), parts(std::move(made)), model(unfitted_descriptor_network()) {}

  DescriptorLocatorOptions options;
  DescriptorParts parts;
  CandidateNetwork model;

  void answer(const PictureVectors::Vectors& query, Prediction& out, Stopwatch& watch) const;
};

DescriptorLocator::DescriptorLocator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DescriptorLocator::DescriptorLocator(DescriptorLocator&&) noexcept = default;
DescriptorLocator& DescriptorLocator::operator=(DescriptorLocator&&) noexcept = default;
DescriptorLocator::~DescriptorLocator() = default;

DescriptorLocator DescriptorLocator::build(const Gallery& gallery, const Backbone& backbone,
                                           const DescriptorLocatorOptions& options, const ProgressCallback& progress) {
  options.validate();
  if (gallery.size() < 2) throw InvalidArgumentError("a gallery needs at least two photos to build a model from");
  const auto [describer, vectors] = PictureVectors::build(backbone, gallery, options.whitening, options.whitening,
                                                          options.cache, options.seed, options.num_threads, progress);
  auto impl = std::make_unique<Impl>(options, DescriptorParts(describer, vectors));
  auto& s = *impl;
  s.set_photos(gallery);
  const auto folds = calibration_splits(gallery, kFewestForCandidates, options.calibration_folds,
                                        options.calibration_grouped, options.seed, options.num_threads, progress);
  if (folds.empty()) {
    s.parts.standing.resize(gallery.size());
  } else {
    auto fitted = calibrate_descriptors(s.parts.index, s.parts.regions, vectors.whole, vectors.regions, s, folds,
                                        options.search, options.seed, options.num_threads, progress);
    s.model = std::move(fitted.network);
    s.parts.standing = std::move(fitted.standing);
  }
  return DescriptorLocator(std::move(impl));
}

void DescriptorLocator::Impl::answer(const PictureVectors::Vectors& query, Prediction& out, Stopwatch& watch) const {
  const auto hits = parts.index.search(query.whole, options.search);
  // The crops of a picture are regions of it: those of the whole picture do.
  const auto& regions = parts.regions;
  const auto regional =
      regions.similarities(std::span(query.regions).first(regions.regions() * regions.dimension()), pictures_of(hits));
  watch.lap("search");
  const auto said = model.answer(descriptor_features(hits, regional, places, parts.standing, density));
  std::vector<EastNorth> found;
  for (const auto& hit : hits) found.push_back(places[hit.index]);
  out.posterior = posterior(found, said, model.sigmas_m());
  finish(out, kFarShare);

  std::vector<std::size_t> order(hits.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return said.probabilities[i]; });
  order.resize(std::min(order.size(), static_cast<std::size_t>(options.max_candidates)));
  for (const auto i : order)
    out.candidates.push_back(
        candidate(hits[i].index, said.probabilities[i], static_cast<double>(hits[i].similarity), 0));
  watch.lap("posterior");
}

Prediction DescriptorLocator::locate(const Image& picture) const {
  const auto& s = *impl_;
  Prediction out;
  Stopwatch watch(out.timings);
  if (picture.empty()) throw ImageError("the picture is empty: give one with pixels");
  const auto query = s.parts.describer.describe_all(crops_of(picture, s.options.crops));
  watch.lap("features");
  s.answer(query, out, watch);
  return out;
}

Prediction DescriptorLocator::locate_features(std::span<const float> features) const {
  Prediction out;
  Stopwatch watch(out.timings);
  const auto query = impl_->parts.describer.vectors_of(features);
  watch.lap("features");
  impl_->answer(query, out, watch);
  return out;
}

LocatorInfo DescriptorLocator::info() const {
  const auto& s = *impl_;
  return s.PhotoPlaces::info(kDescriptorKind, s.options.city, s.options.to_json());
}

std::span<const Photo> DescriptorLocator::photos() const { return impl_->photos; }
const DescriptorLocatorOptions& DescriptorLocator::options() const { return impl_->options; }
const Backbone& DescriptorLocator::backbone() const { return impl_->parts.describer.backbone(); }

void DescriptorLocator::save(const std::filesystem::path& file) const {
  const auto& s = *impl_;
  SafetensorsWriter writer;
  s.PhotoPlaces::save(writer);
  s.parts.save(writer, kStanding);
  s.model.save(writer, kModel);
  write_model(std::move(writer), kDescriptorKind, s.options.to_json(), file);
}

DescriptorLocator DescriptorLocator::load(const std::filesystem::path& path) {
  return load(open_model_of_kind(path, kDescriptorKind));
}

DescriptorLocator DescriptorLocator::load(const SafetensorsFile& file) {
  const auto options = parse_options<DescriptorLocatorOptions>(file);
  auto photos = PhotoPlaces::load(file);
  auto impl = std::make_unique<Impl>(options, DescriptorParts::load(file, photos.photos.size(), kStanding));
  static_cast<PhotoPlaces&>(*impl) = std::move(photos);
  impl->model = CandidateNetwork::load(file, kModel, kDescriptorFeatures, kDescriptorListFeatures);
  return DescriptorLocator(std::move(impl));
}

void DescriptorLocator::add(const Gallery& gallery, const ProgressCallback& progress) {
  auto& s = *impl_;
  s.check_new(gallery);
  s.parts.add(s.parts.describer.describe(gallery, s.options.cache, s.options.num_threads, progress));
  s.photos.insert(s.photos.end(), gallery.photos().begin(), gallery.photos().end());
  s.set_places();
}

void DescriptorLocator::remove(std::span<const std::string> ids) {
  auto& s = *impl_;
  const auto staying = s.without(ids);
  s.parts.keep(staying);
  keep_only(s.photos, staying);
  s.set_places();
}

}  // namespace venloc
