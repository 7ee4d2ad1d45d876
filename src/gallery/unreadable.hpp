// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

namespace venloc {

/// Throws ImageError that lists the pictures that can not be used: `problems` has a text for each picture of a gallery,
/// empty where there is nothing wrong.
void refuse_unreadable(std::span<const std::string> problems);

}  // namespace venloc
