// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace venloc {

/// The progress of a long call.
struct Progress {
  std::string_view stage;  ///< what is being done, e.g. "features"; valid during the call only
  std::size_t done = 0;    ///< finished items of this stage
  std::size_t total = 0;   ///< all items of this stage, 0 when not known
};

/// Called from one thread at a time, not necessarily the caller's. Return false to cancel: the call then ends with
/// CancelledError. An empty function means no reports.
using ProgressCallback = std::function<bool(const Progress&)>;

}  // namespace venloc
