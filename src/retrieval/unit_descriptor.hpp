// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

// Vectors of length 1 as bytes: a value v is stored as 127 v. All 0 stands for a vector without direction.
namespace venloc {

inline constexpr float kUnit = 127.0f;
inline constexpr std::size_t kMostDimensions = 65536;  ///< of a vector that is stored

/// Brings the values to length 1 and rounds them to bytes; `bytes` has as many.
void to_unit_bytes(std::span<const float> values, std::span<std::int8_t> bytes);

/// Whether it is of unit length, up to rounding, or zero.
bool is_unit_bytes(std::span<const std::int8_t> bytes);

/// Brings the values to length 1; all 0 stay so.
void to_unit_length(std::span<float> values);

/// Throws InvalidArgumentError when `vectors` are not whole ones of `length` values each, or one holds a value that is
/// not finite; `what` begins the message, vector and position are named.
void check_vectors(std::span<const float> vectors, std::size_t length, const char* what);

}  // namespace venloc
