// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "venloc/evaluation/evaluation.hpp"

namespace venloc {

/// How often each record is in a resample.
using Multiplicity = std::vector<std::uint32_t>;

/// A figure of a resample.
using Statistic = std::function<double(const Multiplicity&)>;

/// Positions that put values in ascending order, the earlier first among equals.
std::vector<std::size_t> ascending(std::span<const double> values);

/// Quantile with linear interpolation between order statistics (the usual definition, Hyndman and Fan's type 7) of the
/// values repeated `times` times; `order` is ascending(values).
double quantile(std::span<const double> values, std::span<const std::size_t> order, const Multiplicity& times,
                double level);
double quantile(std::span<const double> values, double level);

/// Mean of the values repeated `times` times.
double mean(std::span<const double> values, const Multiplicity& times);

/// Figures of the records and their 95 % percentile bootstrap intervals, whole groups being drawn. The draws of a
/// resample depend only on the seed and its number.
std::vector<Estimate> bootstrap(std::span<const std::size_t> groups, std::span<const Statistic> statistics,
                                int resamples, std::uint64_t seed);

}  // namespace venloc
