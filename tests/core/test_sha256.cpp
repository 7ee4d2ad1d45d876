// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/sha256.hpp"

namespace venloc {
namespace {

std::string digest(const std::string& text, Sha256Code code) {
  Sha256 hash(code);
  hash.update(std::as_bytes(std::span(text)));
  return hash.finish();
}

}  // namespace

TEST_CASE("SHA-256 of the messages that FIPS 180-4 and its examples give") {
  const std::vector<std::pair<std::string, std::string>> vectors = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrst"
       "u",
       "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
      {std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
  for (const auto& [message, expected] : vectors) {
    CHECK(digest(message, Sha256Code::kPortable) == expected);
    CHECK(digest(message, Sha256Code::kFastest) == expected);
  }
}

TEST_CASE("SHA-256: messages around the ends of a block, whole and in pieces, by both codes") {
  std::string message;
  for (std::size_t length = 0; length <= 4 * Sha256::kBlockBytes; ++length) {
    const std::string expected = digest(message, Sha256Code::kPortable);
    CHECK(digest(message, Sha256Code::kFastest) == expected);
    for (const std::size_t piece : {1, 7, 63, 64, 65, 130}) {
      Sha256 hash;
      const auto bytes = std::as_bytes(std::span(message));
      for (std::size_t begin = 0; begin < length; begin += piece)
        hash.update(bytes.subspan(begin, std::min(piece, length - begin)));
      CHECK(hash.finish() == expected);
    }
    message += static_cast<char>(length * 37 + 11);
  }
}

}  // namespace venloc
