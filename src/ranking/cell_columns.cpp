// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include "ranking/columns.hpp"
#include "ranking/model_gallery.hpp"

// Columns of the cell classifier.
namespace venloc {
namespace {

constexpr double kFloor = 1e-6;

struct Context {
  double cells, best_cells, score_gap, share, share_near;
};
using C = const Context&;
constexpr Column<Context> kColumns[] = {
    {{"cells.gap", kCellsGroup, "gap", "log-probability of the photo's cells against the best"},
     [](C c) { return c.cells - c.best_cells; }},
    {{"cells.score_gap", kCellsGroup, "gap", "score of cells and similarity against the best"},
     [](C c) { return c.score_gap; }},
    {{"cells.share", kCellsGroup, "log", "share of the weights of the scores"},
     [](C c) { return std::log(c.share + kFloor); }},
    {{"cells.share_near", kCellsGroup | kNeighboursGroup, "log", "share of the weights within 60 m"},
     [](C c) { return std::log(c.share_near + kFloor); }},
    {{"cells.log_probability", kCellsGroup, "", "mean log-probability of the photo's cells"},
     [](C c) { return c.cells; }},
};

struct ListContext {
  double entropy = 0, largest_share = 0, certainty = 0;
};
using L = const ListContext&;
constexpr Column<ListContext> kListColumns[] = {
    {{"cells.entropy", kCellsGroup, "", "entropy of the weights of the scores"}, [](L l) { return l.entropy; }},
    {{"cells.largest_share", kCellsGroup | kNeighboursGroup, "", "largest share of the weights within 60 m"},
     [](L l) { return l.largest_share; }},
    {{"cells.certainty", kCellsGroup, "", "mean over the partitions of the best cell's log-probability"},
     [](L l) { return l.certainty; }},
};

EvidenceRows rows(std::span<const CandidateEvidence> candidates, const ListEvidence& list) {
  double best_score = -std::numeric_limits<double>::infinity(), best_cells = best_score;
  for (const auto& c : candidates) {
    best_score = std::max(best_score, c.cell_score);
    best_cells = std::max(best_cells, c.cells);
  }
  double all = 0;
  for (const auto& c : candidates) all += std::exp(c.cell_score - best_score);
  EvidenceRows out;
  ListContext whole;
  for (const auto& c : candidates) {
    double near = 0;
    for (const auto& other : candidates)
      if (distance_m(c.place, other.place) <= kSupportM) near += std::exp(other.cell_score - best_score);
    near /= all;
    const double share = std::exp(c.cell_score - best_score) / all;
    whole.entropy -= share * std::log(share + kFloor);
    whole.largest_share = std::max(whole.largest_share, near);
    append_row<Context>(out.candidates, kColumns, {c.cells, best_cells, c.cell_score - best_score, share, near});
  }
  whole.certainty = list.cell_certainty;
  append_row<ListContext>(out.list, kListColumns, whole);
  return out;
}

}  // namespace

const ColumnBlock& cell_block() {
  static const ColumnBlock block = {about<Context>(kColumns), about<ListContext>(kListColumns), &rows};
  return block;
}

}  // namespace venloc
