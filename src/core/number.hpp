// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace venloc {

/// The decimal number that all of `text` is, with a point and perhaps an exponent, whatever the locale; nothing where
/// it is none or does not fit. std::from_chars would do, but GCC 10 and the C++ library of macOS have it for integers
/// only.
std::optional<double> parse_number(const std::string& text);

}  // namespace venloc
