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

using Tasks = std::vector<std::unique_ptr<const Task>>;

/// Runs one task after another, the parts of each on up to `threads` threads (1 or more). `scratch` has room for each
/// of them: scratch_floats(tasks) floats.
void run_tasks(const Tasks& tasks, int threads, float* scratch);
Index scratch_floats(const Tasks& tasks);

}  // namespace venloc::inference
