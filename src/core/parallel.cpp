// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "core/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "core/platform.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

// A loop inside a loop runs on the thread it is on: the outer one already has all the threads it may use.
thread_local bool inside_loop = false;

/// The threads of the process. The caller of run() does the work itself; idle threads join it as long as it is not
/// done. So no call waits for a thread that is busy elsewhere, and nested calls cannot wait for each other.
class Pool {
 public:
  void run(int threads, const std::function<void(int)>& work) {
    Job job(work, threads - 1);
    {
      const std::lock_guard lock(mutex_);
      grow(job.open);
      jobs_.push_back(&job);
    }
    for (int i = 1; i < threads; ++i) job_came_.notify_one();
    work(0);
    std::unique_lock lock(mutex_);
    std::erase(jobs_, &job);
    job.left.wait(lock, [&] { return job.running == 0; });
  }

  [[nodiscard]] bool is_of_this_process() const { return process_ == platform::process_id(); }

  [[nodiscard]] std::size_t size() {
    const std::lock_guard lock(mutex_);
    return size_;
  }

 private:
  struct Job {
    Job(const std::function<void(int)>& what, int threads) : work(what), open(threads) {}
    const std::function<void(int)>& work;
    int open;  // how many more threads may join
    int joined = 0;
    int running = 0;  // of those that joined
    std::condition_variable left;
  };

  void grow(int size) {
    try {
      for (; size_ < static_cast<std::size_t>(size); ++size_) std::thread([this] { serve(); }).detach();
    } catch (const std::system_error&) {  // the system has no more threads: those there are do the work
    }
  }

  [[noreturn]] void serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
      job_came_.wait(lock, [&] { return !jobs_.empty(); });
      Job& job = *jobs_.front();
      const int number = ++job.joined;
      ++job.running;
      if (--job.open == 0) jobs_.pop_front();
      lock.unlock();
      job.work(number);
      lock.lock();
      if (--job.running == 0) job.left.notify_one();
    }
  }

  const int process_ = platform::process_id();
  std::mutex mutex_;
  std::condition_variable job_came_;
  std::deque<Job*> jobs_;  // those that threads may join
  std::size_t size_ = 0;   // threads, none of which ever ends
};

/// Never destroyed, as its threads run until the process ends. A forked process has no copy of them, and perhaps a
/// lock that no thread can release: it gets a pool of its own.
Pool& pool() {
  static std::atomic<Pool*> current{nullptr};
  Pool* found = current.load();
  while (found == nullptr || !found->is_of_this_process()) {
    auto made = std::make_unique<Pool>();
    if (current.compare_exchange_strong(found, made.get())) return *made.release();
  }
  return *found;
}

}  // namespace

int resolve_threads(int num_threads) {
  if (num_threads < 0)
    throw InvalidArgumentError("num_threads must be 0 (all cores) or more, got " + std::to_string(num_threads));
  if (num_threads > 0) return num_threads;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

int available_threads(int num_threads) { return inside_loop ? 1 : resolve_threads(num_threads); }

std::size_t pool_size() { return pool().size(); }

void run_on_threads(int threads, const std::function<void(int)>& work) {
  if (threads <= 1) {
    work(0);
  } else {
    pool().run(threads, work);
  }
}

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
      if (stop) return;  // after a cancellation nothing more is reported
      try {
        if (!progress({stage, ++done, count})) throw CancelledError("cancelled during '" + std::string(stage) + "'");
      } catch (...) {
        fail(i);
        return;
      }
    }
  };
  run_on_threads(static_cast<int>(threads), [&](int) {
    const bool was_inside = std::exchange(inside_loop, threads > 1 || inside_loop);
    loop();
    inside_loop = was_inside;
  });
  if (failure) std::rethrow_exception(failure);
}

void parallel_for(std::size_t count, int num_threads, const std::function<void(std::size_t)>& body) {
  parallel_for(count, num_threads, body, {}, {});
}

}  // namespace venloc
