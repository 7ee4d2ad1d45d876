// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "locators/sift_store.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "ranking/candidate_list.hpp"
#include "ranking/hubness.hpp"
#include "ranking/posterior_builder.hpp"

namespace venloc {
namespace {

constexpr const char* kSiftScorer = "candidates";
constexpr const char* kSiftHubness = "hubness";

SimilarityMoments moments_of(const SimilaritySums& s) { return {s.count, s.sum, s.square, s.best}; }

VerifiedCandidate verified(const LocalFeatures& query, const RankedPicture& picture,
                           const VerificationOptions& options) {
  const auto found = verify(query, picture.matches, options);
  VerifiedCandidate out;
  auto& e = out.evidence;
  e.photo = picture.picture;
  e.votes = picture.votes;
  e.matches = static_cast<float>(picture.matches.size());
  for (const auto& match : picture.matches) e.match_weight += match.weight;
  e.inliers = static_cast<float>(found.inliers);
  e.effective_inliers = static_cast<float>(found.effective_inliers);
  e.inlier_weight = static_cast<float>(found.weight);
  e.scale = static_cast<float>(found.scale);
  e.rotation = static_cast<float>(found.rotation);
  e.spread = static_cast<float>(found.spread);
  for (const auto i : found.inlier_matches) out.inliers.push_back(picture.matches[i]);
  return out;
}

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
  const auto short_list = static_cast<std::size_t>(std::min(search.max_pictures, options.verify_candidates));
  // Photos found by descriptors may have any rank.
  if (!query.by_descriptors.empty()) search.max_pictures = std::max(1, static_cast<int>(index->num_pictures()));
  auto ranked = index->search(query.local, search, query.excluded);
  // A picture without structure is like any other without structure.
  const bool structured = query.local.size() > 0;
  AppearanceSimilarities alike;
  if (structured) alike = appearance.similarities(query.appearance, query.excluded, kAppearanceCandidates);

  std::map<std::uint32_t, std::uint8_t> retrievers;
  for (std::size_t r = 0; r < std::min(ranked.size(), short_list); ++r) retrievers[ranked[r].picture] |= kByFeatures;
  for (const auto p : alike.most_similar) retrievers[p] |= kByAppearance;
  for (const auto p : query.by_descriptors) retrievers[p] |= kByDescriptors;
  // Verified are the short list and, of the others, those found by descriptors alone.
  std::erase_if(ranked, [&](const RankedPicture& picture) {
    const auto found = retrievers.find(picture.picture);
    return found == retrievers.end() || ((found->second & kByFeatures) == 0 && found->second != kByDescriptors);
  });

  SiftCandidates out;
  out.list.features = static_cast<float>(query.local.size());
  out.list.colour = moments_of(alike.colour_sums);
  out.list.vlad = moments_of(alike.vlad_sums);
  out.candidates.resize(ranked.size());
  parallel_for(ranked.size(), num_threads,
               [&](std::size_t r) { out.candidates[r] = verified(query.local, ranked[r], options.verification); });
  std::set<std::uint32_t> there;
  for (const auto& picture : ranked) there.insert(picture.picture);
  for (const auto& [photo, lists] : retrievers)
    if (!there.contains(photo)) out.candidates.emplace_back().evidence.photo = photo;
  for (auto& candidate : out.candidates) {
    auto& e = candidate.evidence;
    e.place = gallery.places[e.photo];
    e.retrievers = retrievers.at(e.photo);
    if (!structured) continue;
    e.colour = alike.colour[e.photo];
    e.vlad = alike.vlad[e.photo];
  }
  return out;
}

Evidence plain_evidence(const SiftCandidates& found) {
  Evidence out;
  out.list = found.list;
  for (const auto& candidate : found.candidates) out.candidates.push_back(candidate.evidence);
  return out;
}

Evidence SiftStore::evidence(const SiftCandidates& found, const LocalFeatures& query) const {
  const auto share = [](float position, int size) {
    return std::clamp((position + 0.5f) / static_cast<float>(size), 0.0f, 1.0f);
  };
  auto out = plain_evidence(found);
  for (const auto& [e, inliers] : found.candidates) {
    if (inliers.empty()) continue;
    const auto [width, height] = index->picture_size(e.photo);
    CandidateMatches matches{e.photo, static_cast<double>(width) / height, {}};
    for (const auto& match : inliers) {
      const auto& here = query.keypoints[match.query];
      matches.points.push_back({share(here.x, query.width), share(here.y, query.height), share(match.keypoint.x, width),
                                share(match.keypoint.y, height)});
    }
    out.matches.push_back(std::move(matches));
  }
  set_statistics(out.candidates, gallery.density, hubness, {});
  return out;
}

Candidate SiftStore::report(const Evidence& evidence, std::uint32_t photo, double probability, double score,
                            int inliers) const {
  auto out = report_candidate(gallery, photo, probability, score);
  out.inliers = inliers;
  const auto found = std::ranges::find(evidence.matches, photo, &CandidateMatches::photo);
  if (inliers > 0 && found != evidence.matches.end()) {
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

namespace {

std::int64_t extent(std::size_t n) { return static_cast<std::int64_t>(n); }

void save_descriptors(SafetensorsWriter& writer, std::span<const std::vector<SiftDescriptor>> descriptors) {
  const auto all = std::make_shared<std::vector<SiftDescriptor>>();
  const auto counts = std::make_shared<std::vector<std::uint32_t>>();
  for (const auto& of_picture : descriptors) {
    all->insert(all->end(), of_picture.begin(), of_picture.end());
    counts->push_back(static_cast<std::uint32_t>(of_picture.size()));
  }
  writer.add<std::uint8_t>("exhaustive.descriptors", {extent(all->size()), extent(kSiftDimension)},
                           std::span(all->empty() ? nullptr : all->front().data(), all->size() * kSiftDimension));
  writer.add<std::uint32_t>("exhaustive.counts", {extent(counts->size())}, *counts);
  writer.keep(all);
  writer.keep(counts);
}

std::vector<std::vector<SiftDescriptor>> load_descriptors(const SafetensorsFile& file, std::size_t photos) {
  const auto counts = file.get<std::uint32_t>("exhaustive.counts", {extent(photos)});
  const auto bytes = file.get<std::uint8_t>("exhaustive.descriptors", {-1, kSiftDimension});
  std::vector<std::vector<SiftDescriptor>> out;
  std::size_t at = 0;
  for (const auto n : counts) {
    if ((at + n) * kSiftDimension > bytes.size())
      refuse_damaged(file.path(), "array exhaustive.counts does not fit the descriptors");
    for (auto& d : out.emplace_back(n)) std::copy_n(bytes.data() + kSiftDimension * at++, kSiftDimension, d.begin());
  }
  return out;
}

}  // namespace

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
