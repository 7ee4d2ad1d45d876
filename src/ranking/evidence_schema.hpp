// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "venloc/core/export.hpp"
#include "venloc/ranking/evidence.hpp"

/// \file
/// The columns that scorers use, each defined once, in the tables of sift_columns.cpp, descriptor_columns.cpp and
/// cell_columns.cpp: name, groups, description and how it follows from the evidence. Names are stored in model files.
namespace venloc {

/// Groups of columns that can be left out together, to measure what they add.
enum ColumnGroup : std::uint32_t {
  kSiftGroup = 1,         ///< matches of local features
  kGeometryGroup = 2,     ///< scale, rotation and spread of a match
  kAppearanceGroup = 4,   ///< colours and VLAD descriptor of whole pictures
  kDescriptorsGroup = 8,  ///< the network's descriptors
  kRegionsGroup = 16,     ///< the network's region descriptors
  kHubnessGroup = 32,     ///< what is known of a photo before the query
  kNeighboursGroup = 64,  ///< what lies near a candidate
  kCellsGroup = 128,      ///< the cell classifier
};

/// One column: of each candidate, or of the whole list.
struct EvidenceColumn {
  std::string_view name;              ///< unique in a schema; stored in model files
  std::uint32_t groups = 0;           ///< of ColumnGroup
  std::string_view transform = {};    ///< of the measurement: "log", "log1p", "gap", ...
  std::string_view description = {};  ///< in a sentence
};

/// The columns of one query.
struct EvidenceRows {
  std::vector<double> candidates;  ///< one row of the schema's candidate columns for each candidate
  std::vector<double> list;        ///< the schema's list columns
};

/// Columns that are computed together.
struct ColumnBlock {
  std::vector<EvidenceColumn> candidate_columns, list_columns;
  EvidenceRows (*rows)(std::span<const CandidateEvidence> candidates, const ListEvidence& list);
};
const ColumnBlock& sift_block();        ///< expects the candidates in the order of CandidateList
const ColumnBlock& descriptor_block();  ///< orders the candidates by similarity itself
const ColumnBlock& cell_block();

/// The columns that one kind of locator scores, in order.
class VENLOC_API EvidenceSchema {
 public:
  EvidenceSchema(std::string name, std::vector<const ColumnBlock*> blocks);

  static const EvidenceSchema& sift();
  static const EvidenceSchema& descriptors();
  static const EvidenceSchema& ensemble();  ///< SIFT, then descriptors
  static const EvidenceSchema& cells();     ///< descriptors, then the cell classifier

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::span<const EvidenceColumn> candidate_columns() const { return candidate_columns_; }
  [[nodiscard]] std::span<const EvidenceColumn> list_columns() const { return list_columns_; }
  /// Number of a candidate's column; throws InvalidArgumentError for an unknown name.
  [[nodiscard]] std::size_t candidate_column(std::string_view name) const;

  /// The names of the groups that its columns belong to, sorted.
  [[nodiscard]] std::vector<std::string> group_names() const;
  /// The groups of these names. Throws InvalidArgumentError that lists the names when one of them is unknown.
  [[nodiscard]] std::uint32_t groups_of(std::span<const std::string> names) const;

  /// The columns of these candidates, in their order. Columns of the groups in `leave_out` are 0.
  [[nodiscard]] EvidenceRows rows(std::span<const CandidateEvidence> candidates, const ListEvidence& list,
                                  std::uint32_t leave_out = 0) const;

 private:
  std::string name_;
  std::vector<const ColumnBlock*> blocks_;
  std::vector<EvidenceColumn> candidate_columns_, list_columns_;
};

/// log(1 + x) of what is counted or summed.
inline double lift(double x) { return std::log1p(std::max(x, 0.0)); }

}  // namespace venloc
