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

/// Reports progress. It is called from one thread at a time, which need not be the caller's thread. Return false to
/// cancel; the call then throws CancelledError. An empty function means no reports.
using ProgressCallback = std::function<bool(const Progress&)>;

}  // namespace venloc
