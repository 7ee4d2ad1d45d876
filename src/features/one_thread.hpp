// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <omp.h>

/// Of the MKL inside LibTorch, where there is one: the threads of the calling thread's products, 0 for as many as
/// OpenMP has; returns what was set before.
extern "C" __attribute__((weak)) int MKL_Set_Num_Threads_Local(int threads);

namespace venloc {

/// One thread of torch for the calling thread, put back at the end; other threads keep theirs. How a computation is
/// shared out changes the last digits of its result, so each picture and each head has one thread. at::set_num_threads
/// would also change what threads to come are given.
class OneThread {
 public:
  OneThread() : before_(at::get_num_threads()) {  // which sets up the thread for torch
    omp_set_num_threads(1);
    if (MKL_Set_Num_Threads_Local != nullptr) mkl_before_ = MKL_Set_Num_Threads_Local(1);
    // MKL chooses its code for the processor at the first product: one thread makes it, the others wait.
    [[maybe_unused]] static const bool chosen = first_product();
  }
  ~OneThread() {
    omp_set_num_threads(before_);
    if (MKL_Set_Num_Threads_Local != nullptr) MKL_Set_Num_Threads_Local(mkl_before_);
  }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  static bool first_product() {
    const auto ones = at::ones({16, 16});
    return at::mm(ones, ones).size(0) == 16;
  }

  int before_;
  int mkl_before_ = 0;
};

}  // namespace venloc
