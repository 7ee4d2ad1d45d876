// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0

// Milliseconds per pass of the default network's trunk, with random weights.
//   bench_inference [ROUNDS]   each round runs every case once, so that a busy moment of the machine hits all of them
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "core/random.hpp"
#include "features/inference/engine.hpp"
#include "features/networks/network.hpp"

namespace {

using namespace venloc;

struct Case {
  InferenceSimd simd = InferenceSimd::kPortable;
  int threads = 1, height = 0, width = 0;
  std::vector<double> milliseconds;
};

/// Multiplications and additions of the operations, for an input of this size [10^9].
double giga_operations(const Network& net, int height, int width) {
  double sum = 0;
  std::vector<std::pair<double, double>> sizes = {{height, width}};
  for (const Operation& op : net.operations()) {
    auto [h, w] = sizes[op.inputs.front()];
    if (op.kind == Operation::Kind::kConvolution) {
      h = std::ceil(h / static_cast<double>(op.window.stride));
      w = std::ceil(w / static_cast<double>(op.window.stride));
      sum += 2e-9 * h * w * static_cast<double>(net.arrays().at(op.weights + ".weight").values.size());
    }
    sizes.emplace_back(h, w);
  }
  return sum;
}

CellMap drawn_picture(int height, int width) {
  Random random(1);
  CellMap out{height, width, 3, std::vector<float>(static_cast<std::size_t>(height) * width * 3)};
  for (float& value : out.values) value = static_cast<float>(2 * random.uniform() - 1);
  return out;
}

double milliseconds_of(const InferenceEngine& engine, const CellMap& picture, std::size_t step, int threads) {
  const auto start = std::chrono::steady_clock::now();
  const auto maps = engine.forward(picture, std::vector{step}, threads);
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 30;
  const std::pair<int, int> sizes[] = {{264, 352}, {360, 480}, {336, 448}};
  Network net = make_network("efficientnet_lite2");
  randomize_weights(net, 1);
  const std::size_t step = *net.find(net.default_stage);
  net.truncate(step + 1);
  std::vector<InferenceEngine> engines;
  std::vector<Case> cases;
  for (const auto simd : {InferenceSimd::kPortable, InferenceSimd::kAvx2, InferenceSimd::kAvx512}) {
    if (simd > best_inference_simd()) break;
    engines.emplace_back(net, step + 1, simd);
    for (const int threads : {1, 2})
      for (const auto& [height, width] : sizes) cases.push_back({simd, threads, height, width, {}});
  }
  for (int round = 0; round < rounds; ++round)
    for (Case& c : cases) {
      const CellMap picture = drawn_picture(c.height, c.width);
      const InferenceEngine& engine = engines[static_cast<std::size_t>(c.simd)];
      milliseconds_of(engine, picture, step, c.threads);  // so that its weights are in the cache
      c.milliseconds.push_back(milliseconds_of(engine, picture, step, c.threads));
    }
  const char* const names[] = {"portable", "AVX2", "AVX-512"};
  for (Case& c : cases) {
    std::ranges::sort(c.milliseconds);
    const double least = c.milliseconds.front(), median = c.milliseconds[c.milliseconds.size() / 2];
    std::printf("%-8s %d thread(s) %dx%d: least %6.2f ms, median %6.2f ms, %5.1f GFLOP/s\n",
                names[static_cast<std::size_t>(c.simd)], c.threads, c.width, c.height, least, median,
                1e3 * giga_operations(net, c.height, c.width) / least);
  }
}
