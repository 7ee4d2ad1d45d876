// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>

namespace venloc {

/// Calls function(begin, count) for consecutive batches of `total` items. A batch that ends with OutOfMemory is tried
/// again with half as many, and those after it have no more; for a single item the exception is passed on.
template <typename OutOfMemory, typename Function>
void in_batches(std::size_t total, std::size_t batch, Function&& function) {
  for (std::size_t begin = 0; begin < total;) {
    const std::size_t count = std::min(batch, total - begin);
    try {
      function(begin, count);
      begin += count;
    } catch (const OutOfMemory&) {
      if (count == 1) throw;
      batch = count / 2;
    }
  }
}

}  // namespace venloc
