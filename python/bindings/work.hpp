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

/// Runs `work` on a thread of its own, without the GIL, while the calling thread hands the reports on to `callback` (a
/// Python callable `(stage, done, total)`, or None) and looks for signals. Reports between two looks are merged. A
/// callback that returns False or raises, and Ctrl-C, cancel the work; what was raised is raised again here.
void run_work(const pybind11::object& callback, const std::function<void(const ProgressCallback&)>& work);

/// The same with a result.
template <typename Work>
auto with_progress(const pybind11::object& callback, Work&& work) {
  using Result = std::invoke_result_t<Work, const ProgressCallback&>;
  std::optional<Result> result;
  run_work(callback, [&](const ProgressCallback& progress) { result.emplace(work(progress)); });
  return std::move(*result);
}

/// Annotation of a progress callback in signatures.
inline constexpr const char* kProgressType = "collections.abc.Callable[[str, int, int], bool | None] | None";

}  // namespace venloc::python
