// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "core/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <limits>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "venloc/core/error.hpp"

namespace venloc {
namespace {

// A loop inside a loop runs on the thread it is on: the outer one already has all the threads it asked for.
thread_local bool inside_loop = false;

}  // namespace

int resolve_threads(int num_threads) {
  if (num_threads < 0)
    throw InvalidArgumentError("num_threads must be 0 (all cores) or more, got " + std::to_string(num_threads));
  if (num_threads > 0) return num_threads;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

int available_threads(int num_threads) { return inside_loop ? 1 : resolve_threads(num_threads); }

void parallel_for(std::size_t count, int num_threads, const std::function<void(std::size_t)>& body,
                  std::string_view stage, const ProgressCallback& progress) {
  const auto threads = std::min<std::size_t>(count, static_cast<std::size_t>(available_threads(num_threads)));
  std::atomic<std::size_t> next{0};
  std::atomic<bool> stop{false};
  std::mutex mutex;
  std::size_t done = 0;
  std::size_t failed_index = std::numeric_limits<std::size_t>::max();
  std::exception_ptr failure;

  const auto fail = [&](std::size_t index) {
    stop = true;
    if (index < failed_index) {
      failed_index = index;
      failure = std::current_exception();
    }
  };
  const auto loop = [&] {
    for (std::size_t i = next++; i < count && !stop; i = next++) {
      try {
        body(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        fail(i);
        return;
      }
      if (!progress) continue;
      const std::lock_guard lock(mutex);
      if (stop) return;  // who has cancelled is not asked again
      try {
        if (!progress({stage, ++done, count})) throw CancelledError("cancelled during '" + std::string(stage) + "'");
      } catch (...) {
        fail(i);
        return;
      }
    }
  };
  const auto work = [&] {
    const bool was_inside = std::exchange(inside_loop, threads > 1 || inside_loop);
    loop();
    inside_loop = was_inside;
  };

  if (threads <= 1) {
    work();
  } else {
    std::vector<std::jthread> pool;
    pool.reserve(threads - 1);
    for (std::size_t t = 1; t < threads; ++t) pool.emplace_back(work);
    work();
    pool.clear();
  }
  if (failure) std::rethrow_exception(failure);
}

void parallel_for(std::size_t count, int num_threads, const std::function<void(std::size_t)>& body) {
  parallel_for(count, num_threads, body, {}, {});
}

}  // namespace venloc
