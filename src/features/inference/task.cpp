// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/inference/task.hpp"

#include <algorithm>
#include <atomic>

#include "core/parallel.hpp"

namespace venloc::inference {

Index even_parts(Index count, Index most, Index threads) {
  most = std::max<Index>(most, 1);
  const Index needed = (count + most - 1) / most;
  return std::clamp<Index>((needed + threads - 1) / threads * threads, 1, count);
}

Index scratch_floats(const Tasks& tasks) {
  Index most = 0;
  for (const auto& task : tasks) most = std::max(most, task->scratch());
  return aligned(most);
}

namespace {

/// Tasks that several threads share. A thread goes on to the next task when all parts are done, by whichever thread,
/// not when all threads are there: so no thread waits for one that the machine has not started yet.
class TaskQueue {
 public:
  TaskQueue(const Tasks& tasks, float* scratch) : tasks_(tasks), scratch_(scratch), progress_(tasks.size()) {}

  void run(Index thread) {
    float* scratch = scratch_ + thread * scratch_floats(tasks_);
    for (std::size_t t = 0; t < tasks_.size(); ++t) {
      const Index parts = tasks_[t]->parts();
      Progress& progress = progress_[t];
      for (Index part = progress.next++; part < parts; part = progress.next++) {
        tasks_[t]->run(part, scratch);
        if (++progress.done == parts) progress.done.notify_all();
      }
      wait(progress.done, parts);
    }
  }

 private:
  struct Progress {
    std::atomic<Index> next{0}, done{0};
  };

  /// A part takes some tenths of a millisecond: most waits end before a thread could be put to sleep and woken up.
  static void wait(const std::atomic<Index>& done, Index parts) {
    constexpr int kSpins = 2000;
    for (int i = 0; i < kSpins; ++i)
      if (done.load(std::memory_order_acquire) == parts) return;
    for (Index now = done.load(); now != parts; now = done.load()) done.wait(now);
  }

  const Tasks& tasks_;
  float* scratch_;
  std::vector<Progress> progress_;
};

}  // namespace

void run_tasks(const Tasks& tasks, int threads, float* scratch) {
  TaskQueue queue(tasks, scratch);
  run_on_threads(threads, [&](int thread) { queue.run(thread); });
}

}  // namespace venloc::inference
