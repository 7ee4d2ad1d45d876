// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "features/inference/kernels.hpp"

namespace venloc {

InferenceSimd best_inference_simd() {
#if defined(__x86_64__) && defined(__GNUC__)
  // These tests cover the operating system too, which has to save the registers.
  static const InferenceSimd best = __builtin_cpu_supports("avx512f") ? InferenceSimd::kAvx512
                                    : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
                                        ? InferenceSimd::kAvx2
                                        : InferenceSimd::kPortable;
  return best;
#else
  return InferenceSimd::kPortable;
#endif
}

namespace inference {

const Kernels& kernels(InferenceSimd simd) {
  if (simd == InferenceSimd::kAvx512) return avx512_kernels();
  if (simd == InferenceSimd::kAvx2) return avx2_kernels();
  return portable_kernels();
}

}  // namespace inference
}  // namespace venloc
