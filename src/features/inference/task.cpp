// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/inference/task.hpp"

#include <algorithm>
#include <atomic>
#include <barrier>
#include <system_error>
#include <thread>

namespace venloc::inference {

Index scratch_floats(const Tasks& tasks) {
  Index most = 0;
  for (const auto& task : tasks) most = std::max(most, task->scratch());
  return aligned(most);
}

void run_tasks(const Tasks& tasks, int threads, float* scratch) {
  if (threads <= 1) {
    for (const auto& task : tasks)
      for (Index part = 0; part < task->parts(); ++part) task->run(part, scratch);
    return;
  }
  const Index each = scratch_floats(tasks);
  std::vector<std::atomic<Index>> next(tasks.size());
  std::barrier barrier(threads);
  const auto work = [&](Index thread) {
    for (std::size_t t = 0; t < tasks.size(); ++t) {
      for (Index part = next[t]++; part < tasks[t]->parts(); part = next[t]++)
        tasks[t]->run(part, scratch + thread * each);
      barrier.arrive_and_wait();
    }
  };
  std::vector<std::jthread> others;
  others.reserve(static_cast<std::size_t>(threads - 1));
  int started = 1;
  try {
    for (; started < threads; ++started) others.emplace_back(work, started);
  } catch (const std::system_error&) {  // no more threads to be had: those there are do it
    for (; started < threads; ++started) barrier.arrive_and_drop();
  }
  work(0);
}

}  // namespace venloc::inference
