// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "core/random.hpp"
#include "ranking/hubness.hpp"
#include "venloc/core/error.hpp"

using namespace venloc;

namespace {

// Photos 0 to 5 in three folds of two.
std::vector<Split> folds() { return {{{2, 3, 4, 5}, {0, 1}}, {{0, 1, 4, 5}, {2, 3}}, {{0, 1, 2, 3}, {4, 5}}}; }

}  // namespace

TEST_CASE("hubness: rates and weights are those of far away queries of the other folds") {
  HubnessCounts counts(folds(), 6);
  // Photo 0 is on the lists of 2 and 4, far away, and of 3, near.
  counts.add({2, 0, 900, 3.0f, true, false});
  counts.add({4, 0, 700, 5.0f, true, false});
  counts.add({3, 0, 400, 9.0f, true, false});
  counts.add({5, 0, 900, 9.0f, false, false});  // verified, but not on the short list
  const auto all = counts.total();
  CHECK(all[0].rate == doctest::Approx(2.0 / 4));
  CHECK(all[0].weight == doctest::Approx(4.0));
  CHECK(all[1] == Hubness{});
  const auto without = counts.without(1, 0);  // without the queries 2 and 3
  CHECK(without.rate == doctest::Approx(1.0 / 2));
  CHECK(without.weight == doctest::Approx(5.0));
  CHECK(counts.without(0, 0).rate == doctest::Approx(2.0 / 4));  // no query of its own fold has it on the list
}

TEST_CASE("hubness: significant matches count for both photos, scaled to all queries") {
  HubnessCounts counts(folds(), 6);
  counts.add({2, 0, 99, 3.0f, true, true});
  counts.add({4, 0, 101, 2.0f, true, true});
  counts.add({4, 0, 101, 7.0f, true, false});
  const auto all = counts.total();
  CHECK(all[0].agreeing == doctest::Approx(3));
  CHECK(all[0].disagreeing == doctest::Approx(2));
  CHECK(all[2].agreeing == doctest::Approx(3));
  CHECK(all[4].disagreeing == doctest::Approx(2));
  // Without fold 1 only half of the queries are left.
  CHECK(counts.without(1, 0).agreeing == doctest::Approx(0));
  CHECK(counts.without(1, 0).disagreeing == doctest::Approx(2 * 2));
}

TEST_CASE("hubness: the average and the array of a file") {
  Random random(3);
  std::vector<Hubness> hubness(7);
  for (auto& h : hubness)
    h = {static_cast<float>(random.uniform()), static_cast<float>(random.uniform()),
         static_cast<float>(random.uniform()), static_cast<float>(random.uniform())};
  double rate = 0, disagreeing = 0;
  for (const auto& h : hubness) {
    rate += static_cast<double>(h.rate) / 7;
    disagreeing += static_cast<double>(h.disagreeing) / 7;
  }
  CHECK(average(hubness).rate == doctest::Approx(rate).epsilon(1e-5));
  CHECK(average(hubness).disagreeing == doctest::Approx(disagreeing).epsilon(1e-5));
  const TemporaryFolder folder;
  const auto written = [&](const std::vector<Hubness>& values) {
    SafetensorsWriter writer;
    save_hubness(writer, values, "hubness");
    writer.write(folder / "file");
    return SafetensorsFile::open(folder / "file");
  };
  CHECK(load_hubness(written(hubness), 7, "hubness") == hubness);
  CHECK_THROWS_AS((void)load_hubness(written(hubness), 8, "hubness"), FormatError);
  for (const float bad : {-1.0f, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    auto damaged = hubness;
    damaged[4].weight = bad;
    const auto message = message_of<FormatError>([&] { (void)load_hubness(written(damaged), 7, "hubness"); });
    CHECK(message.find("hubness") != std::string::npos);
  }
}
