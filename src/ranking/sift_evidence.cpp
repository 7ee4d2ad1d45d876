// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/sift_evidence.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/parallel.hpp"
#include "ranking/candidate_list.hpp"

namespace venloc {
namespace {

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

SiftCandidates retrieve_by_features(const VisualIndex& index, const AppearanceStore& appearance, const SiftQuery& query,
                                    VisualIndexQueryOptions search, const VerificationOptions& verification,
                                    int verify_candidates, std::span<const EastNorth> places) {
  const auto short_list = static_cast<std::size_t>(std::min(search.max_pictures, verify_candidates));
  // Photos found by descriptors may have any rank.
  if (!query.by_descriptors.empty()) search.max_pictures = std::max(1, static_cast<int>(index.num_pictures()));
  auto ranked = index.search(query.local, search, query.excluded);
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
  out.list.colour = alike.colour_moments;
  out.list.vlad = alike.vlad_moments;
  out.candidates.resize(ranked.size());
  parallel_for(ranked.size(), search.num_threads,
               [&](std::size_t r) { out.candidates[r] = verified(query.local, ranked[r], verification); });
  std::set<std::uint32_t> there;
  for (const auto& picture : ranked) there.insert(picture.picture);
  for (const auto& [photo, lists] : retrievers)
    if (!there.contains(photo)) out.candidates.emplace_back().evidence.photo = photo;
  for (auto& candidate : out.candidates) {
    auto& e = candidate.evidence;
    e.place = places[e.photo];
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

std::vector<CandidateMatches> matches_of(const SiftCandidates& found, const LocalFeatures& query,
                                         const VisualIndex& index) {
  const auto share = [](float position, int size) {
    return std::clamp((position + 0.5f) / static_cast<float>(size), 0.0f, 1.0f);
  };
  std::vector<CandidateMatches> out;
  for (const auto& [e, inliers] : found.candidates) {
    if (inliers.empty()) continue;
    const auto [width, height] = index.picture_size(e.photo);
    CandidateMatches matches{e.photo, static_cast<double>(width) / height, {}};
    for (const auto& match : inliers) {
      const auto& here = query.keypoints[match.query];
      matches.points.push_back({share(here.x, query.width), share(here.y, query.height), share(match.keypoint.x, width),
                                share(match.keypoint.y, height)});
    }
    out.push_back(std::move(matches));
  }
  return out;
}

}  // namespace venloc
