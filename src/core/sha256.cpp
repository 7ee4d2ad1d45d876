// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "core/sha256.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace venloc {
namespace {

constexpr std::size_t kBlock = Sha256::kBlockBytes;
constexpr std::size_t kRounds = 64;  // one step of the message schedule each
constexpr std::size_t kWords = 16;   // of a block

// FIPS 180-4, 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes.
alignas(16) constexpr std::array<std::uint32_t, kRounds> kRoundConstants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

std::uint32_t big_endian_word(const std::byte* bytes) {
  return std::to_integer<std::uint32_t>(bytes[0]) << 24 | std::to_integer<std::uint32_t>(bytes[1]) << 16 |
         std::to_integer<std::uint32_t>(bytes[2]) << 8 | std::to_integer<std::uint32_t>(bytes[3]);
}

void add_blocks_portable(std::uint32_t* state, const std::byte* blocks, std::size_t count) {
  for (; count > 0; --count, blocks += kBlock) {
    std::array<std::uint32_t, kRounds> w;
    for (std::size_t t = 0; t < kWords; ++t) w[t] = big_endian_word(blocks + 4 * t);
    for (std::size_t t = kWords; t < kRounds; ++t) {
      const std::uint32_t s0 = std::rotr(w[t - 15], 7) ^ std::rotr(w[t - 15], 18) ^ (w[t - 15] >> 3);
      const std::uint32_t s1 = std::rotr(w[t - 2], 17) ^ std::rotr(w[t - 2], 19) ^ (w[t - 2] >> 10);
      w[t] = w[t - 16] + s0 + w[t - 7] + s1;
    }
    std::uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    std::uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (std::size_t t = 0; t < kRounds; ++t) {
      const std::uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
      const std::uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + kRoundConstants[t] + w[t];
      const std::uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
      const std::uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = d + t1;
      d = c;
      c = b;
      b = a;
      a = t1 + t2;
    }
    const std::array<std::uint32_t, 8> sum{a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < sum.size(); ++i) state[i] += sum[i];
  }
}

#if defined(__x86_64__)

bool has_sha_instructions() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_SHA) != 0;
}

/// The instructions keep the state as the words {A, B, E, F} and {C, D, G, H}, the highest lane first, and do two
/// rounds at once. Lanes of the message schedule: w[t] is the lowest.
__attribute__((target("sha,sse4.1"))) void add_blocks_sha(std::uint32_t* state, const std::byte* blocks,
                                                          std::size_t count) {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  auto* const halves = reinterpret_cast<__m128i*>(state);
  const __m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128(halves), 0b10'11'00'01);
  const __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128(halves + 1), 0b00'01'10'11);
  __m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
  __m128i cdgh = _mm_blend_epi16(efgh, cdab, 0b11110000);
  for (; count > 0; --count, blocks += kBlock) {
    const __m128i abef_before = abef, cdgh_before = cdgh;
    __m128i w[4];
#pragma GCC unroll 16
    for (std::size_t t = 0; t < kRounds / 4; ++t) {  // four rounds
      __m128i& now = w[t % 4];
      if (t < 4) {
        now = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(blocks) + t), big_endian);
      } else {  // w[t - 16] and the part from w[t - 15], then w[t - 7], then the part from w[t - 2]
        const __m128i before = w[(t + 3) % 4];
        now = _mm_sha256msg1_epu32(now, w[(t + 1) % 4]);
        now = _mm_add_epi32(now, _mm_alignr_epi8(before, w[(t + 2) % 4], 4));
        now = _mm_sha256msg2_epu32(now, before);
      }
      const __m128i constants = _mm_load_si128(reinterpret_cast<const __m128i*>(kRoundConstants.data()) + t);
      const __m128i input = _mm_add_epi32(now, constants);
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, input);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(input, 0b00'00'11'10));
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  const __m128i feba = _mm_shuffle_epi32(abef, 0b00'01'10'11);
  const __m128i dchg = _mm_shuffle_epi32(cdgh, 0b10'11'00'01);
  _mm_storeu_si128(halves, _mm_blend_epi16(feba, dchg, 0b11110000));
  _mm_storeu_si128(halves + 1, _mm_alignr_epi8(dchg, feba, 8));
}

#else

bool has_sha_instructions() { return false; }

constexpr auto add_blocks_sha = add_blocks_portable;

#endif

}  // namespace

// The initial state: FIPS 180-4, 5.3.3.
Sha256::Sha256(Sha256Code code)
    : add_blocks_(code == Sha256Code::kFastest && has_sha_instructions() ? add_blocks_sha : add_blocks_portable),
      state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19} {}

void Sha256::update(std::span<const std::byte> bytes) {
  const std::size_t held = bytes_ % kBlockBytes;
  bytes_ += bytes.size();
  if (held > 0) {
    const auto part = bytes.first(std::min(bytes.size(), kBlockBytes - held));
    std::ranges::copy(part, rest_.begin() + held);
    if (held + part.size() < kBlockBytes) return;
    add_blocks_(state_.data(), rest_.data(), 1);
    bytes = bytes.subspan(part.size());
  }
  const std::size_t whole = bytes.size() / kBlockBytes;
  add_blocks_(state_.data(), bytes.data(), whole);
  std::ranges::copy(bytes.subspan(whole * kBlockBytes), rest_.begin());
}

std::string Sha256::finish() {
  constexpr std::size_t kLengthBytes = 8;
  const std::uint64_t bits = bytes_ * 8;
  // One bit, then zeros up to the length at the end of a block.
  std::array<std::byte, kBlockBytes + kLengthBytes> padding{std::byte{0x80}};
  const std::size_t zeros = (2 * kBlockBytes - 1 - kLengthBytes - bytes_ % kBlockBytes) % kBlockBytes;
  for (std::size_t i = 0; i < kLengthBytes; ++i)
    padding[1 + zeros + i] = static_cast<std::byte>(bits >> (8 * (kLengthBytes - 1 - i)));
  update(std::span(padding).first(1 + zeros + kLengthBytes));

  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const std::uint32_t word : state_)
    for (int shift = 28; shift >= 0; shift -= 4) hex += kDigits[word >> shift & 15];
  return hex;
}

}  // namespace venloc
