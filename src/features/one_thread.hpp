// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/Parallel.h>
#include <omp.h>

namespace venloc {

/// One thread of torch for the calling thread, put back at the end; other threads keep theirs. How work is shared out
/// changes the last digits of its result, so each picture and each head has one thread.
class OneThread {
 public:
  OneThread() : before_(at::get_num_threads()) { omp_set_num_threads(1); }  // the former sets up the thread for torch
  ~OneThread() { omp_set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

}  // namespace venloc
