// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/walk_clocks.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <utility>

namespace venloc {
namespace {

// Time zones differ by up to 14 h from UTC. Steps are shorter than it takes to walk travel_m at speed_m_s.
constexpr double kMaxOffsetS = 14 * 3600.0;
constexpr double kOffsetStepS = 600.0;
// Clocks are mostly right: another offset needs this much evidence, as the logarithm of a likelihood ratio (20 to 1).
constexpr double kMinEvidence = 3.0;
// Pictures of one camera that are compared, spread over its list: all pairs are.
constexpr std::size_t kMaxCompared = 40;

double offset_of(std::span<const CameraClock> clocks, const std::string& camera) {
  const auto clock = std::ranges::find(clocks, camera, &CameraClock::camera);
  return clock == clocks.end() ? 0.0 : clock->offset_s;
}

/// A picture with a time.
struct Timed {
  std::size_t picture = 0;
  double time_s = 0;
};

/// Up to kMaxCompared pictures of a camera that have a time.
std::vector<Timed> compared(std::span<const WalkMoment> moments, const std::string& camera) {
  std::vector<Timed> all;
  for (std::size_t i = 0; i < moments.size(); ++i)
    if (moments[i].time_s && moments[i].camera == camera) all.push_back({i, *moments[i].time_s});
  if (all.size() <= kMaxCompared) return all;
  std::vector<Timed> out;
  for (std::size_t k = 0; k < kMaxCompared; ++k) out.push_back(all[k * all.size() / kMaxCompared]);
  return out;
}

/// How much more probable two pictures' places are next to each other than unrelated.
class Agreement {
 public:
  Agreement(std::span<const PlaceState> states, const SteppedPrior& prior, double travel_m)
      : states_(states), prior_(prior), travel_m_(travel_m) {}

  double operator()(std::size_t a, std::size_t b) {
    const auto pair = std::minmax(a, b);
    const auto [found, is_new] = known_.try_emplace(pair, 0.0);
    if (is_new) found->second = inform(states_[pair.second], message(pair.first), prior_).evidence;
    return found->second;
  }

 private:
  const Message& message(std::size_t picture) {
    const auto [found, is_new] = messages_.try_emplace(picture);
    if (is_new) found->second = message_of(states_[picture], prior_, {travel_m_, 0.0});
    return found->second;
  }

  std::span<const PlaceState> states_;
  const SteppedPrior& prior_;
  double travel_m_;
  std::map<std::size_t, Message> messages_;
  std::map<std::pair<std::size_t, std::size_t>, double> known_;
};

/// Evidence for an order in time, from neighbouring pairs alone.
double log_evidence(std::vector<Timed> pictures, Agreement& agreement, const WalkOptions& options) {
  std::ranges::stable_sort(pictures, {}, &Timed::time_s);
  double sum = 0;
  for (std::size_t i = 0; i + 1 < pictures.size(); ++i) {
    const double unrelated = link_over(pictures[i + 1].time_s - pictures[i].time_s, options).break_probability;
    sum += std::log(unrelated + (1 - unrelated) * agreement(pictures[i].picture, pictures[i + 1].picture));
  }
  return sum;
}

/// The offset of a camera's pictures by which they agree best with those whose time is known.
double fitted(std::span<const Timed> known, std::span<const Timed> camera, Agreement& agreement,
              const WalkOptions& options) {
  const auto evidence = [&](double offset_s) {
    std::vector<Timed> all(known.begin(), known.end());
    for (const auto& picture : camera) all.push_back({picture.picture, picture.time_s + offset_s});
    return log_evidence(std::move(all), agreement, options);
  };
  double best = 0;
  const double unshifted = evidence(0);
  double most = unshifted + kMinEvidence;
  // The smallest of equal offsets.
  for (double size = kOffsetStepS; size <= kMaxOffsetS; size += kOffsetStepS) {
    for (const double offset : {size, -size}) {
      const double found = evidence(offset);
      if (found > most) {
        best = offset;
        most = found;
      }
    }
  }
  return best;
}

}  // namespace

Link link_over(std::optional<double> seconds, const WalkOptions& options) {
  const double s = std::abs(seconds.value_or(0.0));
  return {std::hypot(options.travel_m, options.speed_m_s * s),
          1 - (1 - options.break_probability) * std::exp(-s / options.break_after_s)};
}

WalkOrder order_walk(std::size_t pictures, std::span<const WalkMoment> moments, std::span<const CameraClock> clocks,
                     const WalkOptions& options) {
  WalkOrder out;
  out.order.resize(pictures);
  std::iota(out.order.begin(), out.order.end(), std::size_t{0});
  std::vector<std::optional<double>> times(pictures);
  for (std::size_t i = 0; i < moments.size(); ++i)
    if (moments[i].time_s) times[i] = *moments[i].time_s + offset_of(clocks, moments[i].camera);
  // A picture without a time stays behind the one before it, or before all where there is none.
  std::vector<double> keys(pictures, -HUGE_VAL);
  for (std::size_t i = 0; i < pictures; ++i) keys[i] = times[i] ? *times[i] : i > 0 ? keys[i - 1] : -HUGE_VAL;
  std::ranges::stable_sort(out.order, {}, [&](std::size_t i) { return keys[i]; });
  for (std::size_t k = 0; k + 1 < pictures; ++k) {
    const double from = keys[out.order[k]], to = keys[out.order[k + 1]];
    out.links.push_back(link_over(std::isfinite(from) ? std::optional(to - from) : std::nullopt, options));
  }
  return out;
}

std::vector<CameraClock> clocks_of(std::span<const PlaceState> states, std::span<const WalkMoment> moments,
                                   const SteppedPrior& prior, const WalkOptions& options) {
  std::vector<CameraClock> out;
  std::vector<Timed> known;
  Agreement agreement(states, prior, options.travel_m);
  for (const auto& moment : moments) {
    if (std::ranges::find(out, moment.camera, &CameraClock::camera) != out.end()) continue;
    const auto pictures = compared(moments, moment.camera);
    const bool given = std::ranges::find(options.clocks, moment.camera, &CameraClock::camera) != options.clocks.end();
    double offset = offset_of(options.clocks, moment.camera);
    if (!given && options.fit_clocks && !known.empty() && !pictures.empty())
      offset = fitted(known, pictures, agreement, options);
    out.push_back({moment.camera, offset});
    for (const auto& picture : pictures) known.push_back({picture.picture, picture.time_s + offset});
  }
  return out;
}

}  // namespace venloc
