// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

/// \file
/// The exported symbols of the shared libraries. VENLOC_API marks the interface of libvenloc, VENLOC_TORCH_API that of
/// libvenloc_torch; all other symbols are hidden. In a static library both are empty: VENLOC_STATIC is defined for its
/// users by CMake and pkg-config, and is needed on Windows only.
#if !defined(_WIN32)
#define VENLOC_API __attribute__((visibility("default")))
#define VENLOC_TORCH_API __attribute__((visibility("default")))
#elif defined(VENLOC_STATIC)
#define VENLOC_API
#define VENLOC_TORCH_API
#else
#if defined(VENLOC_BUILDS_CORE)
#define VENLOC_API __declspec(dllexport)
#else
#define VENLOC_API __declspec(dllimport)
#endif
#if defined(VENLOC_BUILDS_TORCH)
#define VENLOC_TORCH_API __declspec(dllexport)
#else
#define VENLOC_TORCH_API __declspec(dllimport)
#endif
#endif
