// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

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

TEST_CASE("parallel_for rethrows the exception and starts no further work") {
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
    int asked = 0;  // one at a time
    CHECK_THROWS_AS(parallel_for(1'000, threads, count_calls, "work", [&](const Progress&) { return ++asked < 3; }),
                    CancelledError);
    CHECK(asked == 3);
    const auto failing = [](const Progress&) -> bool { throw std::logic_error("callback"); };
    CHECK_THROWS_WITH_AS(parallel_for(10, threads, count_calls, "work", failing), "callback", std::logic_error);
  }
}
