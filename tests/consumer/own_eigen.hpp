// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Solves a system of equations with the Eigen that the program finds by itself; how far off the largest value is.
double solved_with_own_eigen();
