// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <string>
#include <utility>
#include <variant>

#include "venloc/core/export.hpp"
#include "venloc/ranking/prediction.hpp"

namespace venloc {

/// Why a picture of a list could not be located.
struct Failure {
  std::string error;         ///< what is wrong, and what to do about it
  std::exception_ptr cause;  ///< the exception with this message
};

/// The prediction for a picture of a list, or the reason why there is none. It is true where there is a prediction:
/// `if (result) use(*result); else report(result.error());`.
class VENLOC_API Result {
 public:
  Result(Prediction prediction) : value_(std::move(prediction)) {}  ///< of a picture that was located
  Result(Failure failure) : value_(std::move(failure)) {}           ///< of a picture that was not located

  /// Whether the picture was located.
  explicit operator bool() const { return std::holds_alternative<Prediction>(value_); }
  /// The prediction. Throws the exception of a failure again.
  [[nodiscard]] const Prediction& value() const;
  [[nodiscard]] const Prediction& operator*() const { return value(); }    ///< value()
  [[nodiscard]] const Prediction* operator->() const { return &value(); }  ///< value()
  /// Why the picture was not located; empty where there is a prediction.
  [[nodiscard]] std::string error() const;

 private:
  std::variant<Prediction, Failure> value_;
};

}  // namespace venloc
