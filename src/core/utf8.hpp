// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace venloc {

/// The text with every byte that is not part of well-formed UTF-8 (RFC 3629) as "\xe9": names of files may hold any
/// bytes, model files and JSON hold UTF-8 only.
std::string valid_utf8(std::string_view text);

/// Whether all of the text is well-formed UTF-8.
bool is_valid_utf8(std::string_view text);

}  // namespace venloc
