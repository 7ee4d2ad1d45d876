// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "venloc/core/progress.hpp"

namespace venloc::python {

/// Runs `function` on a thread of its own, without the GIL, while the calling thread passes the reports to `callback`
/// (a Python callable `(stage, done, total)`, or None) and checks for signals. Reports between two checks are merged. A
/// callback that returns False or raises, and Ctrl-C, cancel it; what was raised is raised again here.
void run_work(const pybind11::object& callback, const std::function<void(const ProgressCallback&)>& function);

/// The same with a result.
template <typename Function>
auto with_progress(const pybind11::object& callback, Function&& function) {
  using Result = std::invoke_result_t<Function, const ProgressCallback&>;
  std::optional<Result> result;
  run_work(callback, [&](const ProgressCallback& progress) { result.emplace(function(progress)); });
  return std::move(*result);
}

/// Annotation of a progress callback in signatures.
inline constexpr const char* kProgressType = "collections.abc.Callable[[str, int, int], bool | None] | None";

}  // namespace venloc::python
