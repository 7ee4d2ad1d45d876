// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/parallel.hpp"

namespace venloc {

/// Lloyd's iterations of k-means, from the centres that `space` begins with: each point joins its nearest centre, then
/// each centre moves to the mean of its points. The sum of squared distances never increases, but for the rounding of
/// centres. Returns the centre of each point, as of the last iteration's first half.
///
/// `assigned` may hold the centres that points begin with. What points and centres are is left to `space`:
///
///     struct Sum;                                        // of points; nothing when value-initialised
///     void begin_iteration();                            // before points are assigned
///     std::size_t nearest(std::size_t point, std::size_t now) const;  // a centre; `now` is where the point has been
///     void add(Sum& sum, std::size_t point) const;
///     static void merge(Sum& sum, const Sum& other);
///     void move(std::size_t centre, const Sum& sum, std::size_t count);
///     void refill(std::size_t centre, const std::vector<std::size_t>& counts,
///                 const std::vector<std::uint32_t>& assigned);        // instead of move, for one without points
///
/// nearest() and add() are called from several threads. With sums of whole numbers the result is the same at any
/// `num_threads` (0 = all cores); sums of floating-point numbers need 1.
template <typename Space>
std::vector<std::uint32_t> k_means(Space& space, std::size_t points, std::size_t centres, int iterations,
                                   int num_threads, std::vector<std::uint32_t> assigned = {}) {
  struct Part {
    std::vector<typename Space::Sum> sums;
    std::vector<std::size_t> counts;
  };
  assigned.resize(points, 0);
  const auto threads = static_cast<std::size_t>(resolve_threads(num_threads));
  for (int iteration = 0; iteration < iterations; ++iteration) {
    space.begin_iteration();
    std::vector<Part> parts(threads);
    parallel_for(threads, static_cast<int>(threads), [&](std::size_t t) {
      Part& part = parts[t];
      part.sums.resize(centres);
      part.counts.resize(centres);
      for (std::size_t i = t; i < points; i += threads) {
        const std::size_t nearest = space.nearest(i, assigned[i]);
        assigned[i] = static_cast<std::uint32_t>(nearest);
        ++part.counts[nearest];
        space.add(part.sums[nearest], i);
      }
    });
    Part& all = parts.front();
    for (std::size_t t = 1; t < threads; ++t)
      for (std::size_t c = 0; c < centres; ++c) {
        all.counts[c] += parts[t].counts[c];
        Space::merge(all.sums[c], parts[t].sums[c]);
      }
    for (std::size_t c = 0; c < centres; ++c) {
      if (all.counts[c] > 0) {
        space.move(c, all.sums[c], all.counts[c]);
      } else {
        space.refill(c, all.counts, assigned);
      }
    }
  }
  return assigned;
}

}  // namespace venloc
