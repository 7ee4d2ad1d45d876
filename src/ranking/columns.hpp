// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "ranking/evidence_schema.hpp"

// Tables of columns.
namespace venloc {

/// A column and how its value follows from what is known at this point.
template <typename Context>
struct Column {
  EvidenceColumn about;
  double (*value)(const Context&);
};

template <typename Context>
std::vector<EvidenceColumn> about(std::span<const Column<Context>> table) {
  std::vector<EvidenceColumn> out;
  for (const auto& column : table) out.push_back(column.about);
  return out;
}

/// Appends the values of all columns.
template <typename Context>
void append_row(std::vector<double>& to, std::span<const Column<Context>> table, const Context& context) {
  for (const auto& column : table) to.push_back(column.value(context));
}

}  // namespace venloc
