// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "venloc/core/error.hpp"

namespace venloc {

/// Uses a picture of a gallery; returns the error message where it cannot be read, else nothing.
template <typename Use>
std::string problem_of(Use&& use) {
  try {
    use();
  } catch (const ImageError& error) {
    return error.what();
  } catch (const FileNotFoundError& error) {
    return error.what();
  }
  return {};
}

/// Throws ImageError that lists the pictures that cannot be used: `problems` has a text for each picture of a gallery,
/// empty where there is nothing wrong.
void refuse_unreadable(std::span<const std::string> problems);

}  // namespace venloc
