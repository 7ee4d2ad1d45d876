// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/descriptor_locator.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "locators/descriptor_evidence.hpp"
#include "locators/head_options.hpp"
#include "locators/photo_places.hpp"
#include "locators/picture_vectors.hpp"
#include "locators/registry.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"

namespace venloc {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(DescriptorSearchOptions, max_hits, expansion, expansion_alpha)
// What says nothing of the model (threads, the cache folder) is not written.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(DescriptorLocatorOptions, whitening, search, crops, max_candidates,
                                                calibration_folds, calibration_grouped, city, seed)

namespace {

constexpr const char* kKind = "descriptor";
constexpr const char* kModel = "candidates";

const bool registered = [] {
  register_locator(kKind, [](const SafetensorsFile& file) -> std::unique_ptr<Locator> {
    return std::make_unique<DescriptorLocator>(DescriptorLocator::load(file));
  });
  return true;
}();

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
  Impl(DescriptorLocatorOptions wanted, PictureVectors made)
      : options(std::move(wanted)),
        describer(std::move(made)),
        index(describer.dimension()),
        regions(describer.regions(), describer.region_dimension()),
        model(unfitted_descriptor_network()) {}

  DescriptorLocatorOptions options;
  PictureVectors describer;
  DescriptorIndex index;
  RegionIndex regions;
  CandidateNetwork model;
  std::vector<Standing> standing;  // of each photo

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
  auto [describer, vectors] = PictureVectors::build(backbone, gallery, options.whitening, options.cache, options.seed,
                                                    options.num_threads, progress);
  auto impl = std::make_unique<Impl>(options, std::move(describer));
  auto& s = *impl;
  s.set_photos(gallery);
  s.index.add(vectors.whole);
  s.regions.add(vectors.regions);
  const auto folds = calibration_splits(gallery, kFewestForCandidates, options.calibration_folds,
                                        options.calibration_grouped, options.seed, options.num_threads, progress);
  if (folds.empty()) {
    s.standing.resize(gallery.size());
  } else {
    auto fitted = calibrate_descriptors(s.index, s.regions, vectors.whole, vectors.regions, s, folds, options.search,
                                        options.seed, options.num_threads, progress);
    s.model = std::move(fitted.network);
    s.standing = std::move(fitted.standing);
  }
  return DescriptorLocator(std::move(impl));
}

void DescriptorLocator::Impl::answer(const PictureVectors::Vectors& query, Prediction& out, Stopwatch& watch) const {
  const auto hits = index.search(query.whole, options.search);
  // The crops of a picture are regions of it: those of the whole picture do.
  const auto regional =
      regions.similarities(std::span(query.regions).first(regions.regions() * regions.dimension()), pictures_of(hits));
  watch.lap("search");
  const auto said = model.answer(descriptor_features(hits, regional, places, standing, density));
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
  const auto query = s.describer.describe_all(crops_of(picture, s.options.crops));
  watch.lap("features");
  s.answer(query, out, watch);
  return out;
}

Prediction DescriptorLocator::locate_features(std::span<const float> features) const {
  Prediction out;
  Stopwatch watch(out.timings);
  const auto query = impl_->describer.vectors_of(features);
  watch.lap("features");
  impl_->answer(query, out, watch);
  return out;
}

LocatorInfo DescriptorLocator::info() const {
  const auto& s = *impl_;
  return s.PhotoPlaces::info(kKind, s.options.city, s.options.to_json());
}

std::span<const Photo> DescriptorLocator::photos() const { return impl_->photos; }
const DescriptorLocatorOptions& DescriptorLocator::options() const { return impl_->options; }
const Backbone& DescriptorLocator::backbone() const { return impl_->describer.backbone(); }

void DescriptorLocator::save(const std::filesystem::path& file) const {
  const auto& s = *impl_;
  SafetensorsWriter writer;
  s.PhotoPlaces::save(writer);
  s.describer.save(writer);
  s.index.save(writer);
  s.regions.save(writer);
  s.model.save(writer, kModel);
  save_standing(writer, s.standing);
  write_model(std::move(writer), kKind, s.options.to_json(), file);
}

DescriptorLocator DescriptorLocator::load(const std::filesystem::path& path) {
  return load(open_model_of_kind(path, kKind));
}

DescriptorLocator DescriptorLocator::load(const SafetensorsFile& file) {
  auto impl = std::make_unique<Impl>(parse_options<DescriptorLocatorOptions>(file), PictureVectors::load(file));
  auto& s = *impl;
  static_cast<PhotoPlaces&>(s) = PhotoPlaces::load(file);
  s.index = DescriptorIndex::load(file);
  if (s.index.dimension() != s.describer.dimension() || s.index.size() != s.photos.size())
    refuse_damaged(file.path(), "array descriptors.codes does not hold one whitened vector for each photo");
  s.regions = load_regions(file, s.describer, s.photos.size());
  s.model = CandidateNetwork::load(file, kModel, kDescriptorFeatures, kDescriptorListFeatures);
  s.standing = load_standing(file, s.photos.size());
  return DescriptorLocator(std::move(impl));
}

void DescriptorLocator::add(const Gallery& gallery, const ProgressCallback& progress) {
  auto& s = *impl_;
  s.check_new(gallery);
  const auto vectors = s.describer.describe(gallery, s.options.cache, s.options.num_threads, progress);
  s.index.add(vectors.whole);
  s.regions.add(vectors.regions);
  s.photos.insert(s.photos.end(), gallery.photos().begin(), gallery.photos().end());
  const Standing usual = average(s.standing);
  s.standing.resize(s.photos.size(), usual);
  s.set_places();
}

void DescriptorLocator::remove(std::span<const std::string> ids) {
  auto& s = *impl_;
  const auto staying = s.without(ids);
  for (std::size_t i = s.photos.size(); i-- > 0;)
    if (!std::ranges::binary_search(staying, i)) {
      s.index.remove(i);
      s.regions.remove(i);
    }
  for (std::size_t k = 0; k < staying.size(); ++k) {
    if (k == staying[k]) continue;
    s.photos[k] = std::move(s.photos[staying[k]]);
    s.standing[k] = s.standing[staying[k]];
  }
  s.photos.resize(staying.size());
  s.standing.resize(staying.size());
  s.set_places();
}

}  // namespace venloc
