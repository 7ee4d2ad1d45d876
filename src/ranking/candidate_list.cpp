// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/candidate_list.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <tuple>

namespace venloc {
namespace {

// Verified weight first; votes order those for which verification found nothing.
float utility(const CandidateEvidence& e) { return e.inlier_weight + 0.5f * e.votes; }

bool more_useful(const CandidateEvidence& a, const CandidateEvidence& b) {
  return std::tuple(-utility(a), -a.votes, a.photo) < std::tuple(-utility(b), -b.votes, b.photo);
}

bool more_alike(const CandidateEvidence& a, const CandidateEvidence& b) {
  return std::tuple(-(a.colour + a.vlad), a.photo) < std::tuple(-(b.colour + b.vlad), b.photo);
}

std::vector<CandidateEvidence> on_list(std::span<const CandidateEvidence> candidates, std::uint8_t retriever) {
  std::vector<CandidateEvidence> out;
  std::ranges::copy_if(candidates, std::back_inserter(out),
                       [&](const auto& e) { return (e.retrievers & retriever) != 0; });
  return out;
}

}  // namespace

std::span<const CandidateEvidence> CandidateList::considered() const {
  return std::span(ranked).first(std::min(ranked.size(), kMaxCandidates));
}

std::vector<CandidateEvidence> CandidateList::pool() const {
  std::vector<CandidateEvidence> out(considered().begin(), considered().end());
  out.insert(out.end(), further.begin(), further.end());
  return out;
}

CandidateList rank_candidates(std::span<const CandidateEvidence> candidates) {
  CandidateList out;
  auto& ranked = out.ranked;
  ranked = on_list(candidates, kByFeatures);
  std::ranges::sort(ranked, more_useful);
  auto alike = on_list(candidates, kByAppearance);
  std::ranges::sort(alike, more_alike);
  alike.resize(std::min(alike.size(), kAppearanceCandidates));
  // The last places that are considered go to the photos that are most alike as a whole.
  std::size_t at = std::min(ranked.size(), kMaxCandidates - kAppearanceCandidates);
  for (const auto& e : alike) {
    const auto found = std::ranges::find(ranked, e.photo, &CandidateEvidence::photo);
    if (static_cast<std::size_t>(found - ranked.begin()) < at) continue;
    if (found != ranked.end()) ranked.erase(found);
    ranked.insert(ranked.begin() + static_cast<std::ptrdiff_t>(at++), e);
  }
  for (const auto& e : on_list(candidates, kByDescriptors))
    if (std::ranges::find(out.considered(), e.photo, &CandidateEvidence::photo) == out.considered().end())
      out.further.push_back(e);
  std::ranges::sort(out.further, more_useful);
  return out;
}

std::vector<CandidateEvidence> by_similarity(std::span<const CandidateEvidence> candidates, Retriever retriever) {
  auto out = on_list(candidates, retriever);
  std::ranges::sort(out, [](const auto& a, const auto& b) {
    return std::tuple(-a.similarity, a.photo) < std::tuple(-b.similarity, b.photo);
  });
  return out;
}

std::vector<EastNorth> places_of(std::span<const CandidateEvidence> candidates) {
  std::vector<EastNorth> out;
  for (const auto& e : candidates) out.push_back(e.place);
  return out;
}

std::vector<std::size_t> most_probable(std::span<const double> probabilities, std::size_t candidates,
                                       std::size_t count) {
  std::vector<std::size_t> order(candidates);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return probabilities[i]; });
  order.resize(std::min(candidates, count));
  return order;
}

}  // namespace venloc
