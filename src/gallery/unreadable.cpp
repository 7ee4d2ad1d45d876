// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "gallery/unreadable.hpp"

namespace venloc {

void refuse_unreadable(std::span<const std::string> problems) {
  constexpr std::size_t kListed = 20;
  std::string message;
  std::size_t count = 0;
  for (const auto& problem : problems)
    if (!problem.empty() && ++count <= kListed) message += "\n  " + problem;
  if (count > 0)
    throw ImageError(std::to_string(count) + " of " + std::to_string(problems.size()) +
                     " pictures cannot be used; remove them from the gallery or repair them:" + message +
                     (count > kListed ? "\n  …" : ""));
}

}  // namespace venloc
