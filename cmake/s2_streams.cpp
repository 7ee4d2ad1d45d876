// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <iostream>  // in older standard libraries, including it is what initialises the streams

// The static libraries of the Python package s2geometry were compiled with GCC 13 or newer. Each of their files that
// includes <iostream> refers to this function, which the standard libraries before GCC 13 lack. It is never called.
#if defined(_GLIBCXX_RELEASE) && _GLIBCXX_RELEASE < 13
extern "C" __attribute__((visibility("hidden"))) void _ZSt21ios_base_library_initv() {}
#endif
