// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "features/inference/maps.hpp"

namespace venloc::inference {

/// A piece of a plan: computes from maps that are done, in parts that threads can do at the same time.
class Task {
 public:
  Task() = default;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  virtual ~Task() = default;
  [[nodiscard]] virtual Index parts() const = 0;
  /// [floats] that run() needs besides, for a thread.
  [[nodiscard]] virtual Index scratch() const { return 0; }
  virtual void run(Index part, float* scratch) const = 0;
};

/// How many parts of `most` items at most `count` items are divided into: as many for each thread as for the next.
Index even_parts(Index count, Index most, Index threads);
/// Where part number i of so many begins.
constexpr Index part_begin(Index i, Index parts, Index count) { return i * count / parts; }

using Tasks = std::vector<std::unique_ptr<const Task>>;

/// Runs one task after another, the parts of each on up to `threads` threads (1 or more). `scratch` has room for each
/// of them: scratch_floats(tasks) floats.
void run_tasks(const Tasks& tasks, int threads, float* scratch);
Index scratch_floats(const Tasks& tasks);

}  // namespace venloc::inference
