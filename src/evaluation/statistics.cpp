// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "evaluation/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "core/parallel.hpp"
#include "core/random.hpp"

namespace venloc {

std::vector<std::size_t> ascending(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  return order;
}

double quantile(std::span<const double> values, std::span<const std::size_t> order, const Multiplicity& times,
                double level) {
  const std::uint64_t count = std::accumulate(times.begin(), times.end(), std::uint64_t{0});
  const double position = level * static_cast<double>(count - 1);
  const auto below = static_cast<std::uint64_t>(position);
  std::uint64_t passed = 0;
  std::size_t i = 0;
  while (passed + times[order[i]] <= below) passed += times[order[i++]];
  const double low = values[order[i]];
  const double share = position - static_cast<double>(below);
  if (share == 0.0) return low;
  while (passed + times[order[i]] <= below + 1) passed += times[order[i++]];
  return low + share * (values[order[i]] - low);
}

double quantile(std::span<const double> values, double level) {
  return quantile(values, ascending(values), Multiplicity(values.size(), 1), level);
}

double mean(std::span<const double> values, const Multiplicity& times) {
  double sum = 0.0;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum += times[i] * values[i];
    count += times[i];
  }
  return sum / static_cast<double>(count);
}

std::vector<Estimate> bootstrap(std::span<const std::size_t> groups, std::span<const Statistic> statistics,
                                int resamples, std::uint64_t seed) {
  std::map<std::size_t, std::size_t> numbers;
  std::vector<std::size_t> group_of(groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i)
    group_of[i] = numbers.try_emplace(groups[i], numbers.size()).first->second;
  const std::size_t group_count = numbers.size();

  const auto count = static_cast<std::size_t>(resamples);
  std::vector<std::vector<double>> draws(statistics.size(), std::vector<double>(count));
  parallel_for(count, 0, [&](std::size_t resample) {
    Random random(Random(seed + resample * 0xD1342543DE82EF95u).next());
    Multiplicity drawn(group_count, 0);
    for (std::size_t g = 0; g < group_count; ++g) ++drawn[random.below(group_count)];
    Multiplicity times(groups.size());
    for (std::size_t i = 0; i < groups.size(); ++i) times[i] = drawn[group_of[i]];
    for (std::size_t s = 0; s < statistics.size(); ++s) draws[s][resample] = statistics[s](times);
  });

  const Multiplicity once(groups.size(), 1);
  std::vector<Estimate> estimates(statistics.size());
  parallel_for(statistics.size(), 0, [&](std::size_t s) {
    const std::vector<std::size_t> order = ascending(draws[s]);
    const Multiplicity each(count, 1);
    estimates[s] = {statistics[s](once), quantile(draws[s], order, each, 0.025),
                    quantile(draws[s], order, each, 0.975)};
  });
  return estimates;
}

}  // namespace venloc
