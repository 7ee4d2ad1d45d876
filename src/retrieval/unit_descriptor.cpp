// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "retrieval/unit_descriptor.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <string>

#include "venloc/core/error.hpp"

namespace venloc {

void to_unit_bytes(std::span<const float> values, std::span<std::int8_t> bytes) {
  const float square = std::inner_product(values.begin(), values.end(), values.begin(), 0.0f);
  std::ranges::fill(bytes, std::int8_t{0});
  if (!(square > 0)) return;
  const float length = std::sqrt(square);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = kUnit * values[i] / length;  // as std::lround, without a call for each
    bytes[i] = static_cast<std::int8_t>(static_cast<int>(value + std::copysign(0.5, value)));
  }
}

bool is_unit_bytes(std::span<const std::int8_t> bytes) {
  const double square = std::inner_product(bytes.begin(), bytes.end(), bytes.begin(), 0.0);
  // Rounding each of n values by up to a half changes the length by up to sqrt(n) / 2.
  return square == 0 || std::abs(std::sqrt(square) - double(kUnit)) <= std::sqrt(double(bytes.size())) / 2;
}

void to_unit_length(std::span<float> values) {
  // Squares of large floats do not fit into a float.
  const double length = std::sqrt(std::inner_product(values.begin(), values.end(), values.begin(), 0.0, std::plus<>(),
                                                     [](double a, double b) { return a * b; }));
  if (length > 0)
    for (auto& value : values) value = static_cast<float>(value / length);
}

void check_vectors(std::span<const float> vectors, std::size_t length, const char* what) {
  if (vectors.size() % length != 0)
    throw InvalidArgumentError(std::string(what) + " must have " + std::to_string(length) + " values a vector, got " +
                               std::to_string(vectors.size()) + " values");
  const auto wrong = std::ranges::find_if_not(vectors, [](float v) { return std::isfinite(v); });
  if (wrong == vectors.end()) return;
  const auto at = static_cast<std::size_t>(wrong - vectors.begin());
  throw InvalidArgumentError(std::string(what) + ": value " + std::to_string(at % length) + " of vector " +
                             std::to_string(at / length) + " is not finite");
}

}  // namespace venloc
