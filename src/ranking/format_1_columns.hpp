// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "ranking/evidence_schema.hpp"

namespace venloc {

/// Names of a scorer's columns, in order.
struct NamedColumns {
  std::vector<std::string> candidates, list;
};

/// The columns of scorers in model files of format 1, which hold no names. Never changed, whatever a schema gains.
NamedColumns format_1_columns(const EvidenceSchema& schema);

}  // namespace venloc
