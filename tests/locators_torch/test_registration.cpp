// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

#include "core/files.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"
#include "venloc/locators/registry.hpp"
#include "venloc/torch.hpp"

using namespace venloc;

TEST_CASE("registration: from several threads and again, the kinds of venloc::torch are there") {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(register_torch);
  for (std::thread& thread : threads) thread.join();
  register_torch();
  const TemporaryFolder folder;
  for (const char* kind : {"regression", "s2"}) {
    CHECK_THROWS_AS(register_locator(kind, [](const SafetensorsFile&, const LoadOptions&) { return nullptr; }),
                    InvalidArgumentError);
    // The kind's own reader, which misses arrays, is reached.
    write_model({}, kind, "{}", folder / "city.venloc");
    const auto message = message_of<FormatError>([&] { (void)load_locator(folder / "city.venloc"); });
    CHECK(message.find("city.venloc") != std::string::npos);
    CHECK(message.find("register_torch") == std::string::npos);
  }
}
