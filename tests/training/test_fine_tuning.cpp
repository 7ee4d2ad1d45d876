// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "locators/drawn_city.hpp"
#include "venloc/core/error.hpp"
#include "venloc/locators/descriptor_locator.hpp"
#include "venloc/training/fine_tuning.hpp"

using namespace venloc;
using namespace venloc::testing;

namespace {

FineTuningOptions quick() {
  FineTuningOptions options;
  options.cells = CellPartitionOptions::fixed_level(16);
  options.max_epochs = 2;
  options.warmup_steps = 1;
  options.batch = 4;
  options.head_epochs = 2;
  options.held_out_share = 0;
  options.num_threads = 1;
  options.device = Device::kCpu;
  return options;
}

/// Nothing is drawn by chance but the first weights of the head and the order of the photos.
FineTuningOptions plain() {
  auto options = quick();
  options.dropout = 0;
  options.head_epochs = 0;
  options.augmentation = {};
  options.augmentation.min_crop = 1;
  options.augmentation.brightness = options.augmentation.contrast = options.augmentation.saturation = 0;
  options.augmentation.grey_share = 0;
  return options;
}

Backbone random(const std::string& network, const std::string& stage, int long_side_px = 64) {
  BackboneOptions options;
  options.stage = stage;
  options.long_sides_px = {long_side_px};
  options.device = Device::kCpu;
  options.num_threads = 1;
  return Backbone::random(network, 1, options);
}

std::map<std::string, std::string> weights_of(const Backbone& backbone) {
  const TemporaryFolder folder;
  backbone.save(folder / "weights");
  const auto file = SafetensorsFile::open(folder / "weights");
  std::map<std::string, std::string> out;
  for (const auto& [name, view] : file.tensors())
    out[name] = std::string(reinterpret_cast<const char*>(view.bytes.data()), view.bytes.size());
  return out;
}

/// Names of the arrays that differ.
std::vector<std::string> changed(const Backbone& a, const Backbone& b) {
  std::vector<std::string> out;
  const auto before = weights_of(a), after = weights_of(b);
  REQUIRE(before.size() == after.size());
  for (const auto& [name, bytes] : before)
    if (after.at(name) != bytes) out.push_back(name);
  return out;
}

}  // namespace

// One network of each family: test_networks.cpp takes a step with every one.
TEST_CASE("fine_tune: one step lowers the loss") {
  const TemporaryFolder folder;
  const auto gallery = city(folder, 2, 1);
  for (const std::string name : {"efficientnet_lite0", "googlenet", "mobilenet_v2", "resnet50v2", "squeezenet1_1"}) {
    CAPTURE(name);
    auto options = plain();  // all photos in one batch
    const auto backbone = random(name, "", 32);
    options.unfreeze_from = backbone.stages().front().name;
    options.learning_rate = options.head_learning_rate = 1e-6;
    const auto tuned = fine_tune(backbone, gallery, options);
    REQUIRE(tuned.curve.epochs.size() == 2);
    CHECK(tuned.curve.epochs[1].training_loss < tuned.curve.epochs[0].training_loss);
  }
}

TEST_CASE("fine_tune: every convolution from the stage on changes, nothing else does") {
  const TemporaryFolder folder;
  const auto gallery = city(folder, 2, 2);
  const auto backbone = random("mobilenet_v2", "b3", 32);
  using Names = std::vector<std::string>;
  // By itself it is the last stage that is described; what comes after it is never run.
  const auto last = fine_tune(backbone, gallery, quick()).backbone;
  const auto last_changed = changed(backbone, last);
  REQUIRE(!last_changed.empty());
  for (const auto& name : last_changed) CHECK(name.find("features.4.conv") == 0);
  auto options = quick();
  options.unfreeze_from = "stem";
  const auto whole = fine_tune(backbone, gallery, options).backbone;
  Names expected;
  const auto weights = weights_of(backbone);
  for (const auto& [name, bytes] : weights) {
    const bool norm = weights.contains(name.substr(0, name.rfind('.')) + ".running_mean");
    const bool described = name.size() > 9 && name.find("features.") == 0 && name[10] == '.' && name[9] <= '4';
    if (!norm && described && name.find("running") == std::string::npos) expected.push_back(name);
  }
  CHECK(changed(backbone, whole) == expected);
  CHECK(whole.options().stage == "b3");
  CHECK(whole.options().long_sides_px == backbone.options().long_sides_px);
  CHECK(whole.describe(view(1, 1)) != backbone.describe(view(1, 1)));
}

TEST_CASE("fine_tune: the origin names what was done, and any locator is built on the result") {
  const TemporaryFolder folder;
  const auto gallery = city(folder, 4, 3);
  const auto tuned = fine_tune(network(), gallery, quick());
  CHECK(tuned.backbone.origin() == "fine-tuned by venloc on 12 photos from stage fire4");
  CHECK(tuned.curve.name == "the network");
  CHECK(tuned.curve.best_epoch == 2);
  CHECK(tuned.backbone.options().further_stages == std::vector<std::string>{"fire4"});
  CHECK(tuned.backbone.options().long_sides_px == std::vector<int>{64, 48});
  tuned.backbone.save(folder / "weights");
  const auto again = Backbone::load(folder / "weights", "", tuned.backbone.options());
  CHECK(again.fingerprint() == tuned.backbone.fingerprint());
  CHECK(fine_tune(again, gallery, quick()).backbone.origin() ==
        "fine-tuned by venloc on 12 photos from stage fire4; fine-tuned by venloc on 12 photos from stage fire4");
  DescriptorLocatorOptions options;
  options.whitening.dimension = 8;
  options.calibration_grouped = false;
  const auto locator = DescriptorLocator::build(gallery, tuned.backbone, options);
  CHECK(distance_m(locator.locate(view(2, 1)).location, where(2)) < 50);
}

TEST_CASE("fine_tune: the same bytes at one thread and several, others for another seed") {
  const TemporaryFolder folder;
  const auto gallery = city(folder, 4, 3);
  const auto backbone = network();
  auto options = quick();
  options.held_out_share = 0.3;
  const auto run = [&](int threads, std::uint64_t seed) {
    options.num_threads = threads;
    options.seed = seed;
    return fine_tune(backbone, gallery, options);
  };
  const auto one = run(1, 0), two = run(2, 0), five = run(5, 0);
  CHECK(changed(one.backbone, two.backbone).empty());
  CHECK(changed(one.backbone, five.backbone).empty());
  CHECK((one.curve.epochs == two.curve.epochs));
  CHECK(std::isfinite(one.curve.epochs[0].validation_loss));
  CHECK(!changed(one.backbone, run(2, 1).backbone).empty());
}

TEST_CASE("fine_tune: network and head have learning rates of their own") {
  const TemporaryFolder folder;
  const auto gallery = city(folder, 4, 2);
  const auto backbone = network();
  const auto largest_change = [&](double rate) {
    auto options = plain();
    options.learning_rate = rate;
    const auto before = weights_of(backbone), after = weights_of(fine_tune(backbone, gallery, options).backbone);
    float largest = 0;
    for (const auto& [name, bytes] : before)
      for (std::size_t i = 0; i < bytes.size(); i += sizeof(float))
        largest = std::max(largest, std::abs(*reinterpret_cast<const float*>(bytes.data() + i) -
                                             *reinterpret_cast<const float*>(after.at(name).data() + i)));
    return largest;
  };
  CHECK(largest_change(1e-12) < 1e-11f);
  // AdamW goes at most about the rate a step: four steps, slower to the end.
  CHECK(largest_change(1e-4) > 1e-4);
  CHECK(largest_change(1e-4) < 5e-4);
  // With a network that stays, the loss falls by the head alone.
  auto options = plain();
  options.learning_rate = 1e-12;
  options.max_epochs = 8;
  const auto losses = fine_tune(backbone, gallery, options).curve.epochs;
  CHECK(losses.back().training_loss < losses.front().training_loss - 0.05);
}

TEST_CASE("fine_tune: separates drawn places in views that were held out") {
  const TemporaryFolder folder;
  const auto gallery = city(folder, 6, 6);
  auto options = quick();
  options.unfreeze_from = "fire2";
  options.held_out_share = 0.2;
  options.max_epochs = 8;
  options.patience = 0;
  options.batch = 8;
  options.learning_rate = 1e-3;
  options.num_threads = 2;
  const auto curve = fine_tune(network(), gallery, options).curve;
  REQUIRE(curve.epochs.size() == 8);
  const auto& best = curve.epochs[static_cast<std::size_t>(curve.best_epoch - 1)];
  CHECK(best.validation_loss < curve.epochs.front().validation_loss);
  CHECK(best.training_loss < curve.epochs.front().training_loss);
}

TEST_CASE("fine_tune: killed or cancelled and run again, it gives the weights of an uninterrupted run") {
  const TemporaryFolder folder;
  const auto gallery = city(folder, 4, 2);
  const auto backbone = network();
  auto options = quick();
  options.held_out_share = 0.25;
  options.max_epochs = 3;
  const auto whole = fine_tune(backbone, gallery, options);
  // Killed after an epoch, and within one.
  const std::vector<std::pair<std::string, std::size_t>> moments = {{"training of the network", 1}, {"fine-tuning", 5}};
  for (const auto& [stage, done] : moments) {
    CAPTURE(stage);
    const TemporaryFolder state;
    options.checkpoints = state / "state";
    const auto here = [&](const Progress& p) { return p.stage == stage && p.done == done; };
    const pid_t child = ::fork();
    if (child == 0) {
      (void)fine_tune(backbone, gallery, options, [&](const Progress& p) {
        if (here(p)) ::raise(SIGKILL);
        return true;
      });
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    const auto message = message_of<CancelledError>(
        [&] { (void)fine_tune(backbone, gallery, options, [&](const Progress& p) { return p.stage != stage; }); });
    CHECK(message.find("run it again to resume it") != std::string::npos);
    const auto resumed = fine_tune(backbone, gallery, options);
    CHECK((resumed.curve.epochs == whole.curve.epochs));
    CHECK(changed(resumed.backbone, whole.backbone).empty());
  }
}

TEST_CASE("fine_tune: what cannot be done is an error with a reason") {
  const TemporaryFolder folder;
  const auto gallery = city(folder, 4, 2);
  const auto backbone = network();
  const auto refused = [&](const Gallery& photos, const FineTuningOptions& options) {
    return message_of<InvalidArgumentError>([&] { (void)fine_tune(backbone, photos, options); });
  };
  const std::vector<std::size_t> one = {0}, same_place = {0, 1};
  CHECK(refused(gallery.subset(one), quick()).find("at least two photos") != std::string::npos);
  CHECK(refused(gallery.subset(same_place), quick()).find("all photos lie in one cell") != std::string::npos);
  auto wrong = quick();
  wrong.unfreeze_from = "layer4";
  CHECK(refused(gallery, wrong).find("unfreeze_from: 'layer4'") == 0);
  CHECK(refused(gallery, wrong).find("stem, fire2, fire3, fire4") != std::string::npos);
  wrong.unfreeze_from = "fire5";  // there, but nothing that describes a picture
  CHECK(refused(gallery, wrong).find("unfreeze_from: 'fire5'") == 0);
  const auto names = [&](auto change) {
    auto options = quick();
    change(options);
    return message_of<InvalidArgumentError>([&] { options.validate(); });
  };
  CHECK(names([](auto& o) { o.head_learning_rate = 0; }).find("head_learning_rate is 0") == 0);
  CHECK(names([](auto& o) { o.learning_rate = -1; }).find("learning_rate is -1") == 0);
  CHECK(names([](auto& o) { o.head_epochs = -1; }).find("head_epochs is -1") == 0);
  CHECK(names([](auto& o) { o.held_out_share = 0.6; }).find("held_out_share is 0.6") == 0);
  CHECK(names([](auto& o) { o.smoothing_m = std::nan(""); }).find("smoothing_m is nan") == 0);
  CHECK(names([](auto& o) { o.augmentation.flip = 2; }).find("flip is 2") == 0);
  CHECK(names([](auto& o) { o.cells.max_photos = 0; }).find("partition.max_photos") == 0);

  auto steep = quick();
  steep.learning_rate = 1e30;
  CHECK(message_of<Error>([&] {
          (void)fine_tune(backbone, gallery, steep);
        }).find("training of the network: the loss is not finite in epoch 1; use a smaller learning_rate") == 0);

  std::vector<Photo> photos(gallery.photos().begin(), gallery.photos().end());
  photos[3].file = folder.write("text.jpg", std::string("no picture"));
  photos[5].file = folder / "absent.jpg";
  const auto message = message_of<ImageError>([&] { (void)fine_tune(backbone, Gallery(photos), quick()); });
  CHECK(message.find("2 of 8 pictures") == 0);
  CHECK(message.find("text.jpg") != std::string::npos);
  CHECK(message.find("absent.jpg") != std::string::npos);
}

TEST_CASE("fine_tune: a full disk is reported with the file's name, and the run goes on once there is room") {
  const TemporaryFolder folder;
  const auto gallery = city(folder, 4, 2);
  const auto backbone = network();
  auto options = quick();
  const auto whole = fine_tune(backbone, gallery, options);
  options.checkpoints = folder / "state";
  // The features still fit, a checkpoint does not.
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  const rlimit full = {20000, limit.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &full);
  const auto message = message_of<IoError>([&] { (void)fine_tune(backbone, gallery, options); });
  ::setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, before);
  CHECK(message.find(".checkpoint'") != std::string::npos);
  CHECK(message.find("free disk space") != std::string::npos);
  CHECK(changed(fine_tune(backbone, gallery, options).backbone, whole.backbone).empty());
}
