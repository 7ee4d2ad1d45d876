// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

/// The two 16-bit formats of floating-point numbers that weights are stored in.
namespace venloc {

/// IEEE 754 binary16 to binary32; exact.
inline float from_half(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16u;
  const std::uint32_t exponent = bits >> 10u & 0x1fu, fraction = bits & 0x3ffu;
  if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000u | fraction << 13u);
  if (exponent == 0) {
    const float value = std::ldexp(static_cast<float>(fraction), -24);
    return sign != 0 ? -value : value;
  }
  return std::bit_cast<float>(sign | (exponent + 112u) << 23u | fraction << 13u);
}

/// To the nearest binary16, ties to even; what is too large becomes infinite.
inline std::uint16_t to_half(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>(bits >> 16u & 0x8000u);
  const float magnitude = std::abs(value);
  if (std::isnan(value)) return static_cast<std::uint16_t>(sign | 0x7e00u);
  if (magnitude >= 65520.0f) return static_cast<std::uint16_t>(sign | 0x7c00u);
  // Below 2^-14 the numbers of binary16 are 2^-24 apart; nearbyint rounds as the default mode does, ties to even.
  if (magnitude < 0x1p-14f)
    return static_cast<std::uint16_t>(sign | static_cast<std::uint16_t>(std::nearbyint(magnitude * 0x1p24f)));
  const std::uint32_t rest = bits & 0x7fffffffu;
  const std::uint32_t rounded = rest + 0xfffu + (rest >> 13u & 1u);
  return static_cast<std::uint16_t>(sign | ((rounded >> 13u) - (112u << 10u)));
}

/// bfloat16, the first half of a binary32, to binary32; exact.
inline float from_bfloat16(std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16u); }

/// To the nearest bfloat16, ties to even.
inline std::uint16_t to_bfloat16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if (std::isnan(value)) return static_cast<std::uint16_t>(bits >> 16u | 0x40u);
  return static_cast<std::uint16_t>((bits + 0x7fffu + (bits >> 16u & 1u)) >> 16u);
}

}  // namespace venloc
