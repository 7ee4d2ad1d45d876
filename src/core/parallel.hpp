// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "venloc/core/export.hpp"
#include "venloc/core/progress.hpp"

namespace venloc {

/// The number of threads meant by an option: `num_threads` itself, or all cores when it is 0.
/// Throws InvalidArgumentError when negative.
VENLOC_API int resolve_threads(int num_threads);

/// The same for work inside of a loop: 1 on a thread of parallel_for, whose other threads are busy already.
int available_threads(int num_threads);

/// Calls body(i) once for every i in [0, count), on up to `num_threads` threads (0 = all cores), in no particular
/// order. The first exception (that of the smallest index among those caught) ends the loop early and is rethrown.
/// Results must not depend on the order: each call writes only to its own slot.
VENLOC_API void parallel_for(std::size_t count, int num_threads, const std::function<void(std::size_t)>& body);

/// The same, with a report after each item. Throws CancelledError when the callback returns false.
VENLOC_API void parallel_for(std::size_t count, int num_threads, const std::function<void(std::size_t)>& body,
                             std::string_view stage, const ProgressCallback& progress);

/// Calls work(0) on this thread and work(1) … work(threads - 1) on those threads of the process's pool that are idle,
/// which may be fewer; returns when all have returned. So `work` must finish with any number of threads, and must not
/// throw. The pool grows to the largest number used, and its threads stay: a later call makes none.
void run_on_threads(int threads, const std::function<void(int)>& work);

/// How many threads the pool has made in this process.
std::size_t pool_size();

}  // namespace venloc
