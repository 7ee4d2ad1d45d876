// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace venloc {

/// Leaves only the entries of these numbers, which ascend.
template <typename T>
void keep_only(std::vector<T>& entries, std::span<const std::size_t> staying) {
  for (std::size_t k = 0; k < staying.size(); ++k)
    if (k != staying[k]) entries[k] = std::move(entries[staying[k]]);
  entries.resize(staying.size());
}

}  // namespace venloc
