// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/parallel.hpp"
#include "venloc/core/error.hpp"

using namespace venloc;

TEST_CASE("resolve_threads keeps a number, takes all cores for 0 and refuses less") {
  CHECK(resolve_threads(3) == 3);
  CHECK(resolve_threads(0) >= 1);
  CHECK_THROWS_AS(resolve_threads(-1), InvalidArgumentError);
}

TEST_CASE("parallel_for calls each index once at any thread count") {
  for (const int threads : {0, 1, 2, 4, 64}) {
    for (const std::size_t count : {0, 1, 3, 1000}) {
      std::vector<std::atomic<int>> calls(count);
      parallel_for(count, threads, [&](std::size_t i) { ++calls[i]; });
      CHECK(std::ranges::all_of(calls, [](const auto& n) { return n == 1; }));
    }
  }
}

TEST_CASE("parallel_for with one thread stays on the caller's thread and in order") {
  std::vector<std::size_t> order;
  const auto caller = std::this_thread::get_id();
  parallel_for(5, 1, [&](std::size_t i) {
    CHECK(std::this_thread::get_id() == caller);
    order.push_back(i);
  });
  CHECK(order == std::vector<std::size_t>{0, 1, 2, 3, 4});
}

TEST_CASE("parallel_for rethrows the exception and starts no further items") {
  for (const int threads : {1, 4}) {
    std::atomic<int> calls = 0;
    const auto body = [&](std::size_t i) {
      ++calls;
      if (i == 10) throw std::runtime_error("item 10");
    };
    CHECK_THROWS_WITH_AS(parallel_for(1'000'000, threads, body), "item 10", std::runtime_error);
    CHECK(calls < 1'000'000);
  }
}

TEST_CASE("parallel_for of several failures reports that of the smallest index caught") {
  // All four items run at once and fail only when all have begun, so all four failures are caught.
  std::atomic<int> begun = 0;
  const auto body = [&](std::size_t i) {
    ++begun;
    while (begun < 4) std::this_thread::yield();
    throw std::runtime_error(std::to_string(i));
  };
  CHECK_THROWS_WITH_AS(parallel_for(4, 4, body), "0", std::runtime_error);
}

TEST_CASE("parallel_for reports each item once, one call at a time") {
  for (const int threads : {1, 4}) {
    std::set<std::size_t> seen;
    std::atomic<int> inside = 0;
    parallel_for(
        200, threads, [](std::size_t) {}, "work",
        [&](const Progress& progress) {
          CHECK(++inside == 1);
          CHECK(progress.stage == "work");
          CHECK(progress.total == 200);
          CHECK(seen.insert(progress.done).second);
          --inside;
          return true;
        });
    CHECK(seen.size() == 200);
    CHECK(*seen.rbegin() == 200);
  }
}

TEST_CASE("parallel_for is cancelled by its callback, and passes on the callback's exception") {
  for (const int threads : {1, 4}) {
    std::atomic<int> calls = 0;
    const auto count_calls = [&](std::size_t) { ++calls; };
    CHECK_THROWS_WITH_AS(
        parallel_for(1'000'000, threads, count_calls, "work", [](const Progress& p) { return p.done < 5; }),
        "cancelled during 'work'", CancelledError);
    CHECK(calls >= 5);
    CHECK(calls < 1'000'000);
    int reports = 0;  // one at a time
    CHECK_THROWS_AS(parallel_for(1'000, threads, count_calls, "work", [&](const Progress&) { return ++reports < 3; }),
                    CancelledError);
    CHECK(reports == 3);
    const auto failing = [](const Progress&) -> bool { throw std::logic_error("callback"); };
    CHECK_THROWS_WITH_AS(parallel_for(10, threads, count_calls, "work", failing), "callback", std::logic_error);
  }
}

TEST_CASE("the pool's threads are made once and serve all later calls") {
  const auto loop = [](int threads) {
    std::atomic<int> calls = 0;
    parallel_for(100, threads, [&](std::size_t) { ++calls; });
    CHECK(calls == 100);
  };
  loop(5);
  const std::size_t made = pool_size();
  CHECK(made >= 4);
  for (int i = 0; i < 100; ++i) loop(1 + i % 5);
  CHECK(pool_size() == made);
  loop(static_cast<int>(made) + 3);
  CHECK(pool_size() == made + 2);
}

TEST_CASE("no more than num_threads threads take part in a parallel_for, whatever the pool has") {
  parallel_for(100, 16, [](std::size_t) {});
  std::atomic<int> inside = 0, most = 0;
  parallel_for(2'000, 3, [&](std::size_t) {
    const int now = ++inside;
    for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) continue;
    std::this_thread::yield();
    --inside;
  });
  CHECK(most >= 1);
  CHECK(most <= 3);
}

TEST_CASE("calls inside of calls and calls of several threads end, and each does all of its work") {
  std::atomic<int> calls = 0;
  parallel_for(20, 4, [&](std::size_t) {
    parallel_for(20, 4, [&](std::size_t) {
      CHECK(available_threads(4) == 1);
      run_on_threads(3, [&](int thread) {
        if (thread == 0) ++calls;
      });
    });
  });
  CHECK(calls == 400);
  calls = 0;
  std::vector<std::jthread> callers;
  for (int c = 0; c < 6; ++c)
    callers.emplace_back([&] {
      for (int i = 0; i < 50; ++i) parallel_for(40, 4, [&](std::size_t) { ++calls; });
    });
  callers.clear();
  CHECK(calls == 6 * 50 * 40);
}

TEST_CASE("run_on_threads gives each thread that takes part another number") {
  // All four wait for each other, so all take part.
  std::vector<std::atomic<int>> calls(4);
  std::atomic<int> begun = 0;
  run_on_threads(4, [&](int thread) {
    ++calls[static_cast<std::size_t>(thread)];
    ++begun;
    while (begun < 4) std::this_thread::yield();
  });
  CHECK(std::ranges::all_of(calls, [](const auto& n) { return n == 1; }));
}

// Without "thread" in its name: the thread sanitizer cannot follow a process that forks.
TEST_CASE("a forked process has a pool of its own") {
  // All three threads have started: a sanitizer's locks may be held by one that starts, for ever in the child.
  std::atomic<int> started = 0;
  parallel_for(4, 4, [&](std::size_t) {
    ++started;
    while (started < 4) std::this_thread::yield();
  });
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    alarm(60);  // should it hang
    const bool none_yet = pool_size() == 0;
    // All four items run at once, so the child has three threads of its own.
    std::atomic<int> begun = 0;
    parallel_for(4, 4, [&](std::size_t) {
      ++begun;
      while (begun < 4) std::this_thread::yield();
    });
    _exit(none_yet && pool_size() == 3 ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
