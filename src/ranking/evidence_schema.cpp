// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/evidence_schema.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "venloc/core/error.hpp"

namespace venloc {
namespace {

const std::map<std::string, std::uint32_t, std::less<>>& groups() {
  static const std::map<std::string, std::uint32_t, std::less<>> all = {
      {"sift", kSiftGroup},
      {"geometry", kGeometryGroup},
      {"appearance", kAppearanceGroup},
      {"descriptors", kDescriptorsGroup},
      {"regions", kRegionsGroup},
      {"hubness", kHubnessGroup},
      {"neighbours", kNeighboursGroup},
      {"cells", kCellsGroup},
  };
  return all;
}

// One row of each block for each candidate, side by side.
void join(EvidenceRows& to, const EvidenceRows& from, std::size_t candidates) {
  if (candidates > 0) {
    const std::size_t old_width = to.candidates.size() / candidates, width = from.candidates.size() / candidates;
    std::vector<double> joined;
    joined.reserve(to.candidates.size() + from.candidates.size());
    for (std::size_t i = 0; i < candidates; ++i) {
      const auto left = std::span(to.candidates).subspan(i * old_width, old_width);
      const auto right = std::span(from.candidates).subspan(i * width, width);
      joined.insert(joined.end(), left.begin(), left.end());
      joined.insert(joined.end(), right.begin(), right.end());
    }
    to.candidates = std::move(joined);
  }
  to.list.insert(to.list.end(), from.list.begin(), from.list.end());
}

void clear(std::vector<double>& values, std::span<const EvidenceColumn> columns, std::uint32_t leave_out) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if ((columns[i % columns.size()].groups & leave_out) != 0) values[i] = 0.0;
}

}  // namespace

EvidenceSchema::EvidenceSchema(std::string name, std::vector<const ColumnBlock*> blocks)
    : name_(std::move(name)), blocks_(std::move(blocks)) {
  for (const auto* block : blocks_) {
    candidate_columns_.insert(candidate_columns_.end(), block->candidate_columns.begin(),
                              block->candidate_columns.end());
    list_columns_.insert(list_columns_.end(), block->list_columns.begin(), block->list_columns.end());
  }
}

const EvidenceSchema& EvidenceSchema::sift() {
  static const EvidenceSchema schema("sift", {&sift_block()});
  return schema;
}
const EvidenceSchema& EvidenceSchema::descriptors() {
  static const EvidenceSchema schema("descriptor", {&descriptor_block()});
  return schema;
}
const EvidenceSchema& EvidenceSchema::ensemble() {
  static const EvidenceSchema schema("ensemble", {&sift_block(), &descriptor_block()});
  return schema;
}
const EvidenceSchema& EvidenceSchema::cells() {
  static const EvidenceSchema schema("s2", {&descriptor_block(), &cell_block()});
  return schema;
}

std::size_t EvidenceSchema::candidate_column(std::string_view name) const {
  const auto found = std::ranges::find(candidate_columns_, name, &EvidenceColumn::name);
  if (found == candidate_columns_.end())
    throw InvalidArgumentError("the evidence of '" + name_ + "' has no column '" + std::string(name) + "'");
  return static_cast<std::size_t>(found - candidate_columns_.begin());
}

EvidenceRows EvidenceSchema::rows(std::span<const CandidateEvidence> candidates, const ListEvidence& list,
                                  std::uint32_t leave_out) const {
  EvidenceRows out;
  for (const auto* block : blocks_) join(out, block->rows(candidates, list), candidates.size());
  if (leave_out != 0) {
    clear(out.candidates, candidate_columns_, leave_out);
    clear(out.list, list_columns_, leave_out);
  }
  return out;
}

std::vector<std::string> EvidenceSchema::group_names() const {
  std::uint32_t used = 0;
  for (const auto& column : candidate_columns_) used |= column.groups;
  std::vector<std::string> out;
  for (const auto& [name, group] : groups())
    if ((used & group) != 0) out.push_back(name);
  return out;
}

std::uint32_t EvidenceSchema::groups_of(std::span<const std::string> names) const {
  const auto known = group_names();
  std::uint32_t out = 0;
  for (const auto& name : names) {
    if (std::ranges::find(known, name) == known.end()) {
      std::string list;
      for (const auto& one : known) list += (list.empty() ? "" : ", ") + one;
      throw InvalidArgumentError("leave_out names '" + name + "'; it can name " + list);
    }
    out |= groups().find(name)->second;
  }
  return out;
}

}  // namespace venloc
