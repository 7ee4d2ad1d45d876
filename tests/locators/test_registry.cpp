// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <string>

#include "core/files.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"
#include "venloc/locators/registry.hpp"

using namespace venloc;

namespace {

/// A kind that is not venloc's: always the same place.
class FixedLocator final : public Locator {
 public:
  explicit FixedLocator(LatLng place) : place_(place) {}
  static std::unique_ptr<Locator> load(const SafetensorsFile& file, const LoadOptions&) {
    const auto place = file.get<double>("place", {2});
    return std::make_unique<FixedLocator>(LatLng{place[0], place[1]});
  }
  Prediction locate(const Image&, const QueryOptions&) const override {
    Prediction prediction;
    prediction.location = place_;
    return prediction;
  }
  LocatorInfo info() const override {
    LocatorInfo info;
    info.kind = "fixed";
    return info;
  }
  std::span<const Photo> photos() const override { return {}; }
  void save(const std::filesystem::path& file) const override {
    const double place[] = {place_.lat, place_.lng};
    SafetensorsWriter writer;
    writer.add<double>("place", {2}, place);
    write_model(writer, "fixed", "{}", file);
  }

 private:
  LatLng place_;
};

}  // namespace

TEST_CASE("registry: a kind of one's own is opened once it is registered") {
  const TemporaryFolder folder;
  const auto file = folder / "city.venloc";
  FixedLocator({45.4342, 12.3388}).save(file);
  CHECK(model_kind(file) == "fixed");
  const auto message = message_of<FormatError>([&] { (void)load_locator(file); });
  CHECK(message.find("'fixed'") != std::string::npos);
  CHECK(message.find("register_locator") != std::string::npos);

  register_locator("fixed", FixedLocator::load);
  const auto locator = load_locator(file);
  CHECK(locator->info().kind == "fixed");
  CHECK(locator->locate({}).location == LatLng{45.4342, 12.3388});
  CHECK(message_of<InvalidArgumentError>([] { register_locator("fixed", FixedLocator::load); }).find("'fixed'") !=
        std::string::npos);
}

TEST_CASE("registry: venloc's own kinds, no name and no loader are refused") {
  for (const char* kind : {"sift", "descriptor", "painting", "ensemble"})
    CHECK(message_of<InvalidArgumentError>([&] {
            register_locator(kind, FixedLocator::load);
          }).find("'" + std::string(kind) + "' is registered") != std::string::npos);
  CHECK_THROWS_AS(register_locator("", FixedLocator::load), InvalidArgumentError);
  CHECK_THROWS_AS(register_locator("empty", {}), InvalidArgumentError);
}
