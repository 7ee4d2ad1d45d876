// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "locators/sift_store.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "core/damaged.hpp"
#include "ranking/hubness.hpp"
#include "ranking/posterior_builder.hpp"
#include "retrieval/stored_descriptors.hpp"

namespace venloc {
namespace {

constexpr const char* kSiftScorer = "candidates";
constexpr const char* kSiftHubness = "hubness";

}  // namespace

// Odds grow with the third power of the verified weight, and a weight of about 4 (a dozen clear inliers) is as good as
// none.
CandidateScorer SiftStore::unfitted_scorer() {
  return {EvidenceSchema::sift(), {{"sift.inlier_weight", 3.0}}, 3.0 * lift(4.0)};
}

GallerySiftOptions gallery_sift_options(const SiftLocatorOptions& options) {
  return {options.sift, options.cache, options.num_threads};
}

Appearance SiftStore::appearance_of(const PictureFeatures& features) const {
  return appearance.describe(features.local, features.colours);
}

SiftCandidates SiftStore::retrieve(const SiftQuery& query, int num_threads) const {
  auto search = options.query;
  search.num_threads = num_threads;
  return retrieve_by_features(*index, appearance, query, search, options.verification, options.verify_candidates,
                              gallery.places);
}

Evidence SiftStore::evidence(const SiftCandidates& found, const LocalFeatures& query) const {
  auto out = plain_evidence(found);
  out.matches = matches_of(found, query, *index);
  set_statistics(out.candidates, gallery.density, hubness, {});
  return out;
}

Candidate SiftStore::report(const Evidence& evidence, std::uint32_t photo, double probability, double score,
                            int inliers, bool matches) const {
  auto out = report_candidate(gallery, photo, probability, score);
  out.inliers = inliers;
  const auto found = std::ranges::find(evidence.matches, photo, &CandidateMatches::photo);
  if (matches && inliers > 0 && found != evidence.matches.end()) {
    out.aspect = found->aspect;
    out.matches = found->points;
  }
  return out;
}

std::vector<std::vector<std::uint32_t>> SiftStore::fill_index(std::span<const EncodedPicture> pictures) {
  auto numbers = index->set_pictures(pictures);
  set_index_places();
  return numbers;
}

void SiftStore::set_index_places() {
  std::map<std::pair<long, long>, std::uint32_t> squares;
  std::vector<std::uint32_t> numbers;
  for (const auto& place : gallery.places) {
    const std::pair square(std::lround(place.east / kPlaceM), std::lround(place.north / kPlaceM));
    numbers.push_back(squares.emplace(square, static_cast<std::uint32_t>(squares.size())).first->second);
  }
  index->set_places(numbers);
}

void SiftStore::add(const Gallery& added, const ProgressCallback& progress) {
  const auto features = extract_gallery(added, gallery_sift_options(options), progress);
  gallery.add(added);
  if (matcher) {
    for (const auto& f : features.local) descriptors.push_back(f.descriptors);
    matcher.emplace(descriptors);
    return;
  }
  auto pictures = index->pictures();
  std::vector<Appearance> added_appearance;
  for (std::size_t i = 0; i < features.local.size(); ++i) {
    pictures.push_back(index->encode(features.local[i], options.keep_descriptors));
    added_appearance.push_back(appearance.describe(features.local[i], features.colours[i]));
  }
  appearance.add(added_appearance);
  hubness.resize(gallery.photos.size(), average(hubness));
  fill_index(pictures);
}

void SiftStore::keep(std::span<const std::size_t> staying) {
  gallery.keep(staying);
  if (matcher) {
    keep_only(descriptors, staying);
    matcher.emplace(descriptors);
    return;
  }
  auto pictures = index->pictures();
  keep_only(pictures, staying);
  keep_only(hubness, staying);
  appearance.keep(staying);
  fill_index(pictures);
}

void SiftStore::save(SafetensorsWriter& writer) const {
  gallery.save(writer);
  if (matcher) {
    save_descriptors(writer, descriptors);
    return;
  }
  index->save(writer);
  scorer.save(writer, kSiftScorer);
  appearance.save(writer);
  save_hubness(writer, hubness, kSiftHubness);
}

SiftStore SiftStore::load(const SafetensorsFile& file, SiftLocatorOptions options) {
  SiftStore s;
  s.options = std::move(options);
  s.gallery = ModelGallery::load(file);
  const auto count = s.gallery.photos.size();
  if (s.options.matching == Matching::kExhaustive) {
    s.descriptors = load_descriptors(file, count);
    s.matcher.emplace(s.descriptors);
    return s;
  }
  s.index = VisualIndex::load(file);
  if (s.index->num_pictures() != count)
    refuse_damaged(file.path(), "array index.sizes does not hold one row for each photo");
  if (s.options.keep_descriptors && s.index->num_features() > 0 && !s.index->has_descriptors())
    refuse_damaged(file.path(), "array index.descriptors is missing, though the options require it");
  s.set_index_places();
  s.scorer = CandidateScorer::load(file, kSiftScorer, EvidenceSchema::sift());
  s.appearance = AppearanceStore::load(file, count);
  s.hubness = load_hubness(file, count, kSiftHubness);
  return s;
}

}  // namespace venloc
