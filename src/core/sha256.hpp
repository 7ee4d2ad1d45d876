// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "venloc/core/export.hpp"

namespace venloc {

/// How the digest is computed; the digest is the same.
enum class Sha256Code { kPortable, kFastest };  ///< kFastest: the processor's SHA instructions where it has them

/// SHA-256 of bytes that come in pieces (FIPS 180-4).
class VENLOC_API Sha256 {
 public:
  static constexpr std::size_t kBlockBytes = 64;

  explicit Sha256(Sha256Code code = Sha256Code::kFastest);
  void update(std::span<const std::byte> bytes);
  [[nodiscard]] std::string finish();  ///< 64 hexadecimal digits in lower case; the object is used up

 private:
  void (*add_blocks_)(std::uint32_t* state, const std::byte* blocks, std::size_t count);
  std::array<std::uint32_t, 8> state_;
  std::array<std::byte, kBlockBytes> rest_;  ///< bytes that do not fill a block yet
  std::uint64_t bytes_ = 0;                  ///< so far, those in `rest_` included
};

}  // namespace venloc
