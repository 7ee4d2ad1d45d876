// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/features2d.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/files.hpp"
#include "core/model_differences.hpp"
#include "core/random.hpp"
#include "core/sha256.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"
#include "venloc/core/version.hpp"
#include "venloc/image/opencv.hpp"
#include "venloc/locators/sift_locator.hpp"

using namespace venloc;

namespace {

constexpr int kWidth = 320;
constexpr int kHeight = 240;
const LocalFrame kFrame(LatLng{45.4342, 12.3388});

double uniform(Random& random, double low, double high) {
  return low + (high - low) * static_cast<double>(random.next() >> 11) * 0x1.0p-53;
}

/// The front of a house: rectangles, discs and lines.
cv::Mat facade(int number) {
  Random random(1000 + static_cast<std::uint64_t>(number));
  const auto below = [&](int bound) { return static_cast<int>(random.below(static_cast<std::uint64_t>(bound))); };
  const auto colour = [&] { return cv::Scalar(below(256), below(256), below(256)); };
  cv::Mat picture(kHeight, kWidth, CV_8UC3, colour());
  for (int i = 0; i < 90; ++i) {
    const cv::Point at(below(kWidth), below(kHeight));
    if (i % 3 == 0) cv::rectangle(picture, cv::Rect(at, cv::Size(4 + below(40), 4 + below(40))), colour(), cv::FILLED);
    if (i % 3 == 1)
      cv::ellipse(picture, at, cv::Size(2 + below(14), 2 + below(14)), below(180), 0, 360, colour(), cv::FILLED);
    if (i % 3 == 2) cv::line(picture, at, cv::Point(below(kWidth), below(kHeight)), colour(), 1 + below(3));
  }
  return picture;
}

/// Where the points of the front are in a picture from a little elsewhere.
cv::Mat view_transform(Random& random) {
  const std::vector<cv::Point2f> from = {{0, 0}, {kWidth, 0}, {kWidth, kHeight}, {0, kHeight}};
  auto to = from;
  for (auto& corner : to) {
    corner.x += static_cast<float>(uniform(random, -14, 14));
    corner.y += static_cast<float>(uniform(random, -10, 10));
  }
  return cv::getPerspectiveTransform(from, to);
}

Random random_of(int number, int variant) { return Random(static_cast<std::uint64_t>(number * 100 + variant)); }

/// A picture of the front from a little elsewhere, in another light.
cv::Mat view(int number, int variant) {
  auto random = random_of(number, variant);
  cv::Mat picture;
  cv::warpPerspective(facade(number), picture, view_transform(random), {kWidth, kHeight}, cv::INTER_LINEAR,
                      cv::BORDER_REFLECT);
  const double gain = uniform(random, 0.8, 1.1);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      for (auto& v : picture.at<cv::Vec3b>(y, x).val)
        v = cv::saturate_cast<std::uint8_t>(v * gain + uniform(random, -4, 4));
  return picture;
}

/// Where the front stands: 400 m apart, in rows of four.
EastNorth stand(int number) { return {400.0 * (number % 4), 400.0 * (number / 4)}; }

LatLng place(int number, int variant) {
  Random random(7000 + static_cast<std::uint64_t>(number * 100 + variant));
  return kFrame.to_lat_lng(
      {stand(number).east + uniform(random, -10, 10), stand(number).north + uniform(random, -10, 10)});
}

std::string id(int number, int variant) { return "f" + std::to_string(number) + "v" + std::to_string(variant); }

constexpr int kFacades = 12;
constexpr int kViews = 3;

/// A city drawn once for all tests, in a folder of its own.
class City {
 public:
  City() {
    for (int n = 0; n < kFacades + 1; ++n)
      for (int v = 0; v < kViews; ++v) cv::imwrite((folder_ / (id(n, v) + ".png")).string(), view(n, v));
  }
  [[nodiscard]] Photo photo(int number, int variant) const {
    Photo photo;
    photo.id = id(number, variant);
    photo.file = folder_ / (photo.id + ".png");
    photo.location = place(number, variant);
    photo.url = "https://example.org/" + photo.id;
    photo.thumbnail = photo.url + "/small";
    return photo;
  }
  /// All views of the fronts [first, last).
  [[nodiscard]] Gallery gallery(int first = 0, int last = kFacades) const {
    std::vector<Photo> photos;
    for (int n = first; n < last; ++n)
      for (int v = 0; v < kViews; ++v) photos.push_back(photo(n, v));
    return Gallery(std::move(photos));
  }

 private:
  TemporaryFolder folder_;
};

const City& city() {
  static const City instance;
  return instance;
}

SiftLocatorOptions small() {
  SiftLocatorOptions options;
  options.index.words = 64;
  options.index.iterations = 3;
  options.sift.max_features = 250;
  options.num_threads = 1;
  options.city = "Facadia";
  return options;
}

const SiftLocator& built() {
  static const SiftLocator instance = SiftLocator::build(city().gallery(), small());
  return instance;
}

SiftLocator copy_of(const SiftLocator& locator) {
  const TemporaryFolder folder;
  locator.save(folder / "model");
  return SiftLocator::load(folder / "model");
}

std::string model_bytes(const SiftLocator& locator) {
  const TemporaryFolder folder;
  locator.save(folder / "model");
  return read_bytes(folder / "model");
}

/// All of an answer but the times.
bool same(const Prediction& a, const Prediction& b) {
  return a.location == b.location && a.confidence == b.confidence && a.in_area == b.in_area &&
         a.radius_50_m == b.radius_50_m && a.radius_90_m == b.radius_90_m && a.posterior == b.posterior &&
         std::ranges::equal(a.candidates, b.candidates, [](const Candidate& x, const Candidate& y) {
           return x.photo_id == y.photo_id && x.location == y.location && x.probability == y.probability &&
                  x.inliers == y.inliers && x.score == y.score && x.url == y.url && x.thumbnail == y.thumbnail &&
                  x.matches == y.matches && x.aspect == y.aspect;
         });
}

Image query(int number, int variant = 50) { return from_mat(view(number, variant)); }

bool shows(const Candidate& candidate, int number) {
  return candidate.photo_id.starts_with("f" + std::to_string(number) + "v");
}

double error_m(const Prediction& prediction, int number) {
  return distance_m(prediction.location, kFrame.to_lat_lng(stand(number)));
}

void check_sane(const Prediction& p, const SiftLocator& locator) {
  CHECK(is_valid(p.location));
  CHECK((p.confidence >= 0 && p.confidence <= 1 + 1e-9));
  CHECK((p.in_area > 0 && p.in_area <= 1));
  CHECK(p.radius_50_m > 0);
  CHECK(p.radius_90_m >= p.radius_50_m);
  CHECK(p.candidates.size() <= static_cast<std::size_t>(locator.options().max_candidates));
  CHECK(p.confidence == doctest::Approx(p.posterior.mass_within(p.location, kConfidenceRadiusM)));
  double sum = 0;
  for (const auto& c : p.candidates) sum += c.probability;
  CHECK(sum <= 1 + 1e-9);
  CHECK(std::ranges::is_sorted(p.candidates, std::greater{}, &Candidate::probability));
  CHECK(!p.timings.empty());
}

}  // namespace

TEST_CASE("sift locator: finds where new pictures of known fronts were made") {
  const auto& locator = built();
  for (int n = 0; n < kFacades; ++n) {
    const auto p = locator.locate(query(n));
    CAPTURE(n);
    check_sane(p, locator);
    CHECK(error_m(p, n) < 50);
    REQUIRE(p.candidates.size() >= kViews);
    CHECK(shows(p.candidates[0], n));
    CHECK(p.candidates[0].inliers > 15);
    CHECK(p.candidates[0].url == "https://example.org/" + p.candidates[0].photo_id);
    CHECK(p.candidates[0].thumbnail == p.candidates[0].url + "/small");
    CHECK(p.confidence > 0.5);
  }
  const auto info = locator.info();
  CHECK(info.kind == "sift");
  CHECK(info.city == "Facadia");
  CHECK(info.photos == kFacades * kViews);
  CHECK(info.features > 36 * 50);
  CHECK(nlohmann::json::parse(info.options).at("index").at("words") == 64);
  CHECK(info.area.contains(place(0, 0)));
  CHECK(locator.photos().size() == kFacades * kViews);
}

TEST_CASE("sift locator: matches of a candidate show the same spots of the front") {
  // The point of the front that a share of a view's width and height shows.
  const auto on_front = [](int number, int variant, float x, float y) {
    auto random = random_of(number, variant);
    const std::vector<cv::Point2f> at = {{x * kWidth, y * kHeight}};
    std::vector<cv::Point2f> out;
    cv::perspectiveTransform(at, out, view_transform(random).inv());
    return out.front();
  };
  const auto p = built().locate(query(5));
  std::size_t seen = 0;
  for (const auto& candidate : p.candidates) {
    CHECK(candidate.matches.size() == static_cast<std::size_t>(candidate.inliers));
    if (candidate.inliers > 0) CHECK(candidate.aspect == doctest::Approx(4.0 / 3));
    if (!shows(candidate, 5)) continue;
    const int variant = candidate.photo_id.back() - '0';
    for (const auto& match : candidate.matches) {
      const auto apart = on_front(5, 50, match.x, match.y) - on_front(5, variant, match.photo_x, match.photo_y);
      CHECK(cv::norm(apart) < 10);  // inliers are off by up to 8 px
      ++seen;
    }
  }
  CHECK(seen > 40);
}

TEST_CASE("sift locator: a picture that shows nothing gets the prior, an empty one is refused") {
  const auto& locator = built();
  const double sure = locator.locate(query(3)).confidence;
  for (const auto& [width, height] : std::vector<std::pair<int, int>>{{320, 240}, {1, 1}, {5, 700}}) {
    const auto p = locator.locate(Image(width, height, 1, std::vector<std::uint8_t>(std::size_t(width * height), 99)));
    check_sane(p, locator);
    CHECK(p.candidates.empty());
    CHECK(p.confidence < 0.3);
    CHECK(p.confidence < sure / 2);
    CHECK(p.radius_90_m > 300);
  }
  // A front of nowhere.
  const auto p = locator.locate(query(77));
  check_sane(p, locator);
  CHECK(p.confidence < 0.5);
  CHECK_THROWS_AS((void)locator.locate(Image()), ImageError);
}

TEST_CASE("sift locator: impossible galleries and options are refused") {
  CHECK_THROWS_AS((void)SiftLocator::build(Gallery(), small()), InvalidArgumentError);
  CHECK_THROWS_AS((void)SiftLocator::build(Gallery({city().photo(0, 0)}), small()), InvalidArgumentError);
  const auto message = [](auto change) {
    auto options = small();
    change(options);
    return message_of<InvalidArgumentError>([&] { (void)SiftLocator::build(city().gallery(0, 1), options); });
  };
  CHECK(message([](auto& o) { o.verify_candidates = 0; }).find("verify_candidates") != std::string::npos);
  CHECK(message([](auto& o) { o.max_candidates = -1; }).find("max_candidates") != std::string::npos);
  CHECK(message([](auto& o) { o.max_features_total = -1; }).find("max_features_total") != std::string::npos);
  CHECK(message([](auto& o) { o.calibration_folds = 1; }).find("calibration_folds") != std::string::npos);
  CHECK(message([](auto& o) { o.num_threads = -1; }).find("num_threads") != std::string::npos);
  CHECK(message([](auto& o) { o.sift.grid_cells = 0; }).find("grid_cells") != std::string::npos);
}

TEST_CASE("sift locator: a gallery without any feature is refused with the reason") {
  const TemporaryFolder folder;
  std::vector<Photo> photos;
  for (int i = 0; i < 3; ++i) {
    Photo photo = city().photo(i, 0);
    photo.file = folder / (std::to_string(i) + ".png");
    cv::imwrite(photo.file.string(), cv::Mat(60, 80, CV_8UC3, cv::Scalar(10 * i, 50, 50)));
    photos.push_back(photo);
  }
  CHECK(message_of<InvalidArgumentError>([&] {
          (void)SiftLocator::build(Gallery(photos), small());
        }).find("features") != std::string::npos);
}

TEST_CASE("sift locator: the model is the same at any number of threads") {
  const auto gallery = city().gallery(0, 4);
  auto options = small();
  options.max_features_total = 1500;  // the useful ones are chosen by queries
  const auto one = model_bytes(SiftLocator::build(gallery, options));
  for (const int threads : {2, 4}) {
    options.num_threads = threads;
    CHECK(model_bytes(SiftLocator::build(gallery, options)) == one);
  }
}

TEST_CASE("sift locator: a saved model answers the same") {
  const TemporaryFolder folder;
  const auto& original = built();
  original.save(folder / "model");
  const auto loaded = load_locator(folder / "model");
  CHECK(folder.entries() == 1);
  for (const int n : {0, 5, 77}) CHECK(same(loaded->locate(query(n)), original.locate(query(n))));
  CHECK(loaded->info().options == original.info().options);
  CHECK(loaded->info().area == original.info().area);
  CHECK(loaded->info().features == original.info().features);
  REQUIRE(loaded->photos().size() == original.photos().size());
  for (std::size_t i = 0; i < loaded->photos().size(); ++i) {
    CHECK(loaded->photos()[i].id == original.photos()[i].id);
    CHECK(loaded->photos()[i].location == original.photos()[i].location);
    CHECK(loaded->photos()[i].file.empty());
  }
  // Saved again, also over itself, it is the same file.
  const auto bytes = read_bytes(folder / "model");
  loaded->save(folder / "model");
  CHECK(read_bytes(folder / "model") == bytes);
  CHECK(same(loaded->locate(query(2)), original.locate(query(2))));
}

TEST_CASE("sift locator: a save that fails leaves the old file") {
  const TemporaryFolder folder;
  built().save(folder / "model");
  const auto before = read_bytes(folder / "model");
  CHECK_THROWS_AS(built().save(folder / "absent" / "model"), IoError);
  std::filesystem::create_directory(folder / "taken");
  CHECK_THROWS_AS(built().save(folder / "taken"), IoError);
  CHECK(read_bytes(folder / "model") == before);
  CHECK(folder.entries() == 2);
}

TEST_CASE("sift locator: files that are no such model are refused with name and reason") {
  const TemporaryFolder folder;
  built().save(folder / "model");
  const auto good = read_bytes(folder / "model");
  const auto refused = [&](const std::string& name) {
    const auto message = message_of<FormatError>([&] { (void)load_locator(folder / name); });
    CAPTURE(name);
    CHECK(message.find((folder / name).string()) != std::string::npos);
    return message;
  };
  CHECK_THROWS_AS((void)load_locator(folder / "none"), FileNotFoundError);
  for (const std::size_t length :
       {std::size_t{0}, std::size_t{7}, std::size_t{100}, good.size() / 2, good.size() - 1}) {
    write_bytes(folder / "short", good.substr(0, length));
    refused("short");
  }
  Random random(1);
  for (int i = 0; i < 40; ++i) {
    auto bytes = good;
    auto& byte = bytes[i < 8 ? std::size_t(i) : random.below(bytes.size())];
    byte = static_cast<char>(byte ^ (1 << random.below(8)));
    write_bytes(folder / "flipped", bytes);
    refused("flipped");
  }
  const std::array<std::uint8_t, 1> nothing = {0};
  SafetensorsWriter other;
  other.add<std::uint8_t>("a", {1}, nothing);
  write_model(other, "horoscope", "{}", folder / "other");
  CHECK(refused("other").find("horoscope") != std::string::npos);
  CHECK(message_of<FormatError>([&] { (void)SiftLocator::load(folder / "other"); }).find("horoscope") !=
        std::string::npos);
  auto newer = good;
  const std::string version = "\"format_version\":\"" + std::to_string(kFormatVersion) + "\"";
  const auto at = newer.find(version);
  REQUIRE(at != std::string::npos);
  newer[at + version.size() - 2] = '9';
  write_bytes(folder / "newer", newer);
  CHECK(refused("newer").find("update venloc") != std::string::npos);
}

TEST_CASE("sift locator: a model with one array damaged is refused with its name") {
  // The digest is right here: each array's own checks are what refuses.
  const TemporaryFolder folder;
  built().save(folder / "model");
  const auto good = SafetensorsFile::open(folder / "model");
  for (const auto& [array, view] : good.tensors())
    for (const std::string damage : {"absent", "short", "0xff"}) {
      const std::set<std::string> any_bytes_can_be_right = {"index.codes", "index.geometry", "index.centroids",
                                                            "index.sizes", "vlad.words",     "vlad.projection"};
      if (damage == "0xff" && (any_bytes_can_be_right.contains(array) || array == "index.codebook"))
        continue;  // -1 can be right in a codebook
      std::map<std::string, std::vector<std::byte>> contents;
      SafetensorsWriter bad;
      for (const auto& [name, other] : good.tensors()) {
        auto& bytes = contents[name];
        bytes.assign(other.bytes.begin(), other.bytes.end());
        auto shape = other.shape;
        if (name == array) {
          if (damage == "absent") continue;
          if (damage == "short") {
            bytes.resize(bytes.size() - bytes.size() / static_cast<std::size_t>(shape[0]));
            shape[0] -= 1;
          } else {
            std::ranges::fill(bytes, std::byte{0xff});
          }
        }
        bad.add(name, other.type, shape, bytes);
      }
      write_model(bad, "sift", good.metadata().at("options"), folder / "bad");
      const auto message = message_of<FormatError>([&] { (void)load_locator(folder / "bad"); });
      CAPTURE(array);
      CAPTURE(damage);
      CAPTURE(message);
      CHECK(message.find((folder / "bad").string()) != std::string::npos);
      if (array != "area") CHECK(message.find(array.substr(0, array.find('.'))) != std::string::npos);
    }
  SafetensorsWriter copy;
  for (const auto& [name, view] : good.tensors()) copy.add(name, view.type, view.shape, view.bytes);
  for (const char* options : {"[]", "7", R"({"index": {"words": "many"}})", R"({"verify_candidates": 0})"}) {
    write_model(copy, "sift", options, folder / "bad");
    CAPTURE(options);
    CHECK_THROWS_AS((void)load_locator(folder / "bad"), FormatError);
  }
}

TEST_CASE("sift locator: pictures can be added and removed") {
  const auto front = std::vector<std::string>{id(kFacades - 1, 0), id(kFacades - 1, 1), id(kFacades - 1, 2)};
  auto locator = copy_of(built());
  const auto before = model_bytes(locator);

  locator.remove(front);
  CHECK(locator.info().photos == (kFacades - 1) * kViews);
  CHECK(std::ranges::none_of(locator.photos(), [&](const Photo& p) { return p.id == front[0]; }));
  const auto gone = locator.locate(query(kFacades - 1));
  for (const auto& c : gone.candidates) CHECK(!shows(c, kFacades - 1));
  CHECK(gone.confidence < 0.5);
  CHECK(error_m(locator.locate(query(2)), 2) < 50);

  const auto without = model_bytes(locator);
  CHECK(message_of<InvalidArgumentError>([&] {
          locator.remove(std::vector<std::string>{id(0, 0), "nobody"});
        }).find("nobody") != std::string::npos);
  CHECK(model_bytes(locator) == without);
  std::vector<std::string> all;
  for (const auto& photo : locator.photos()) all.push_back(photo.id);
  CHECK_THROWS_AS(locator.remove(all), InvalidArgumentError);
  CHECK(model_bytes(locator) == without);

  locator.add(city().gallery(kFacades - 1, kFacades));
  CHECK(locator.info().photos == kFacades * kViews);
  const auto back = locator.locate(query(kFacades - 1));
  CHECK(error_m(back, kFacades - 1) < 50);
  CHECK(shows(back.candidates.at(0), kFacades - 1));
  // The last ones came back to their own place: nothing differs from the model that always had them.
  const auto again = copy_of(locator), always = copy_of(built());
  for (const int n : {0, 4, kFacades - 1}) CHECK(same(again.locate(query(n)), always.locate(query(n))));
  CHECK(model_bytes(locator) == before);

  CHECK(message_of<InvalidArgumentError>([&] { locator.add(Gallery({city().photo(0, 0)})); }).find(id(0, 0)) !=
        std::string::npos);
  auto outside = city().photo(kFacades, 0);
  outside.location = {45.6, 12.3};
  CHECK(message_of<InvalidArgumentError>([&] { locator.add(Gallery({outside})); }).find(outside.id) !=
        std::string::npos);
  auto unreadable = city().photo(kFacades, 1);
  unreadable.location = place(0, 0);
  unreadable.file = "/nowhere/at-all.png";
  CHECK_THROWS_AS(locator.add(Gallery({unreadable})), ImageError);
  CHECK_THROWS_AS(locator.add(city().gallery(0, 2), [](const Progress&) { return false; }), Error);
  CHECK(model_bytes(locator) == before);
}

TEST_CASE("sift locator: a front that is added is found afterwards") {
  auto locator = copy_of(built());
  std::vector<Photo> photos;
  for (int v = 0; v < kViews; ++v) {
    photos.push_back(city().photo(kFacades, v));
    photos.back().location = kFrame.to_lat_lng({600, 600});
  }
  CHECK(distance_m(locator.locate(query(kFacades)).location, photos[0].location) > 50);
  locator.add(Gallery(photos));
  const auto p = locator.locate(query(kFacades));
  check_sane(p, locator);
  CHECK(distance_m(p.location, photos[0].location) < 50);
  CHECK(shows(p.candidates.at(0), kFacades));
  CHECK(error_m(locator.locate(query(1)), 1) < 50);
}

TEST_CASE("sift locator: features come from the cache, and damaged ones are made again") {
  const TemporaryFolder folder;
  auto options = small();
  options.cache = folder / "deep" / "cache";
  const auto gallery = city().gallery(0, 2);
  const auto expected = model_bytes(SiftLocator::build(gallery, small()));
  CHECK(model_bytes(SiftLocator::build(gallery, options)) == expected);
  const auto files = [&] {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(options.cache)) found.push_back(entry.path());
    return found;
  };
  REQUIRE(files().size() == 1);
  const auto file = files().front();
  const auto whole = read_bytes(file);
  for (const int threads : {1, 3}) {
    options.num_threads = threads;
    CHECK(model_bytes(SiftLocator::build(gallery, options)) == expected);
    CHECK(read_bytes(file) == whole);
  }
  // It is really used: a keypoint that is changed in a record with a right checksum gives another model.
  const auto begin = whole.find('\n', whole.find('\n') + 1) + 1;
  const auto size = std::stoul(whole.substr(begin + 64, 10));
  auto changed = whole;
  changed[begin + 74 + 12 + 2] ^= 1;
  Sha256 hash;
  hash.update(std::as_bytes(std::span(changed).subspan(begin, 74 + size)));
  changed.replace(begin + 74 + size, 16, hash.finish().substr(0, 16));
  write_bytes(file, changed);
  CHECK(model_bytes(SiftLocator::build(gallery, options)) != expected);
  CHECK(read_bytes(file) == changed);
  // A right checksum does not make impossible features possible.
  changed = whole;
  for (std::size_t i = 0; i < 4; ++i) changed[begin + 74 + 8 + i] = static_cast<char>(0xff);  // number of features
  Sha256 again;
  again.update(std::as_bytes(std::span(changed).subspan(begin, 74 + size)));
  changed.replace(begin + 74 + size, 16, again.finish().substr(0, 16));
  write_bytes(file, changed);
  CHECK(message_of<FormatError>([&] { (void)SiftLocator::build(gallery, options); }).find("invalid features") !=
        std::string::npos);
  for (const auto& damaged : {std::string(), whole.substr(0, whole.size() / 2), whole + "more"}) {
    write_bytes(file, damaged);
    CHECK(model_bytes(SiftLocator::build(gallery, options)) == expected);
    CHECK(read_bytes(file) == whole);
  }
  write_bytes(file, "not a file of features at all");
  CHECK(message_of<FormatError>([&] { (void)SiftLocator::build(gallery, options); }).find(file.string()) !=
        std::string::npos);
  write_bytes(file, whole);
  // Other options have a file of their own.
  auto other = options;
  other.sift.max_features = 100;
  (void)SiftLocator::build(gallery, other);
  CHECK(files().size() == 2);
  CHECK(read_bytes(file) == whole);
  write_bytes(folder / "file", "");
  options.cache = folder / "file";
  CHECK_THROWS_AS((void)SiftLocator::build(gallery, options), IoError);
}

TEST_CASE("sift locator: a build can be cancelled at any stage") {
  const TemporaryFolder folder;
  auto options = small();
  options.max_features_total = 500;
  options.num_threads = 2;
  const auto gallery = city().gallery(0, 2);
  std::vector<std::string> stages;
  (void)SiftLocator::build(gallery, options, [&](const Progress& p) {
    CHECK((p.total == 0 || p.done <= p.total));
    if (stages.empty() || stages.back() != p.stage) stages.emplace_back(p.stage);
    return true;
  });
  CHECK(stages.size() >= 3);
  for (const auto& stage : stages) {
    CAPTURE(stage);
    CHECK_THROWS_AS((void)SiftLocator::build(gallery, options, [&](const Progress& p) { return p.stage != stage; }),
                    CancelledError);
  }
  // An interrupted build leaves what was done, and the next one goes on from there.
  options.cache = folder / "cache";
  CHECK_THROWS_AS((void)SiftLocator::build(gallery, options, [](const Progress& p) { return p.done < 2; }),
                  CancelledError);
  const auto expected = model_bytes(SiftLocator::build(gallery, small()));
  const auto file = std::filesystem::directory_iterator(options.cache)->path();
  const auto kept = read_bytes(file);
  options.max_features_total = 0;
  CHECK(model_bytes(SiftLocator::build(gallery, options)) == expected);
  const auto whole = read_bytes(file);
  CHECK(kept.size() < whole.size());
  CHECK(whole.starts_with(kept));
}

TEST_CASE("sift locator: all pictures that cannot be read are listed") {
  const TemporaryFolder folder;
  write_bytes(folder / "text.png", "this is no picture");
  write_bytes(folder / "cut.png", read_bytes(city().photo(0, 0).file).substr(0, 200));
  std::vector<Photo> photos;
  for (int n = 0; n < 4; ++n) photos.push_back(city().photo(n, 0));
  photos[0].file = folder / "text.png";
  photos[1].file = folder / "absent.png";
  photos[3].file = folder / "cut.png";
  const auto message = message_of<ImageError>([&] { (void)SiftLocator::build(Gallery(photos), small()); });
  for (const char* name : {"text.png", "absent.png", "cut.png", "3 of 4"})
    CHECK(message.find(name) != std::string::npos);
  CHECK(message.find(id(2, 0)) == std::string::npos);
}

TEST_CASE("sift locator: queries from several threads at once answer as one after the other") {
  auto locator = copy_of(built());
  std::vector<Image> pictures;
  for (const int n : {0, 3, 7, 77}) pictures.push_back(query(n));
  std::vector<Prediction> expected;
  for (const auto& picture : pictures) expected.push_back(locator.locate(picture));
  std::vector<int> right(4, 0);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < right.size(); ++t)
      threads.emplace_back([&, t] {
        for (std::size_t i = 0; i < pictures.size(); ++i) {
          const auto k = (i + t) % pictures.size();
          right[t] += same(locator.locate(pictures[k]), expected[k]);
        }
      });
  }
  CHECK(right == std::vector<int>(4, 4));
  const auto all = locator.locate_all(pictures, {}, {}, 3);
  for (std::size_t i = 0; i < all.size(); ++i) CHECK(same(*all[i], expected[i]));
  auto options = locator.options();
  options.num_threads = 3;
  locator.set_options(options);
  for (std::size_t i = 0; i < pictures.size(); ++i) CHECK(same(locator.locate(pictures[i]), expected[i]));
}

TEST_CASE("sift locator: exhaustive matching is the published method") {
  auto options = small();
  options.matching = Matching::kExhaustive;
  const auto gallery = city().gallery(0, 5);
  const auto locator = SiftLocator::build(gallery, options);
  // By its definition: OpenCV's SIFT as it comes, cross-checked L1 matches, sum of the 50 smallest distances. Which of
  // equally near features is matched depends on their order, so that is taken over.
  SiftOptions published;
  published.upright = published.root = false;
  published.contrast_threshold = 0.04;
  published.max_features = 0;
  const auto features = [&](const Image& image) {
    const auto found = extract_sift(image, published);
    cv::Mat bytes(static_cast<int>(found.size()), 128, CV_8U), descriptors;
    std::memcpy(bytes.data, found.descriptors.data(), found.size() * 128);
    bytes.convertTo(descriptors, CV_32F);
    return descriptors;
  };
  std::size_t total = 0;
  std::vector<cv::Mat> known;
  for (const auto& photo : gallery.photos()) {
    known.push_back(features(read_image(photo.file)));
    total += static_cast<std::size_t>(known.back().rows);
  }
  CHECK(locator.info().features == total);
  for (const int n : {0, 2, 4}) {
    const auto mine = features(query(n));
    std::vector<std::pair<double, std::size_t>> ranking;
    for (std::size_t i = 0; i < known.size(); ++i) {
      std::vector<cv::DMatch> matches;
      cv::BFMatcher(cv::NORM_L1, true).match(mine, known[i], matches);
      std::ranges::sort(matches, {}, &cv::DMatch::distance);
      REQUIRE(matches.size() > 50);
      double sum = 0;
      for (std::size_t m = 0; m < 50; ++m) sum += matches[m].distance;
      ranking.emplace_back(sum, i);
    }
    std::ranges::sort(ranking);
    const auto p = locator.locate(query(n));
    check_sane(p, locator);
    CHECK(p.location == gallery[ranking[0].second].location);
    REQUIRE(p.candidates.size() == gallery.size());
    for (std::size_t i = 0; i < ranking.size(); ++i) {
      CHECK(p.candidates[i].photo_id == gallery[ranking[i].second].id);
      CHECK(p.candidates[i].score == -ranking[i].first);
    }
  }
  const auto nothing = locator.locate(Image(50, 50, 1, std::vector<std::uint8_t>(2500, 9)));
  check_sane(nothing, locator);
  CHECK(nothing.candidates.empty());
  // Saved, loaded, reduced and enlarged, it stays what it is.
  auto loaded = copy_of(locator);
  CHECK(same(loaded.locate(query(2)), locator.locate(query(2))));
  const auto bytes = model_bytes(loaded);
  const std::vector<std::string> last = {id(4, 0), id(4, 1), id(4, 2)};
  loaded.remove(last);
  CHECK(!shows(loaded.locate(query(4)).candidates.at(0), 4));
  loaded.add(city().gallery(4, 5));
  CHECK(model_bytes(loaded) == bytes);
}

TEST_CASE("sift locator: the cap on features is kept, and the useful ones stay") {
  const auto gallery = city().gallery(0, 4);
  auto options = small();
  const auto whole = SiftLocator::build(gallery, options);
  for (const int share : {2, 5}) {
    options.max_features_total = static_cast<int>(whole.info().features) / share;
    const auto capped = SiftLocator::build(gallery, options);
    CHECK(capped.info().features <= static_cast<std::size_t>(options.max_features_total));
    CHECK(capped.info().features > static_cast<std::size_t>(options.max_features_total) * 9 / 10);
    for (int n = 0; n < 4; ++n) {
      const auto p = capped.locate(query(n));
      CHECK(shows(p.candidates.at(0), n));
    }
  }
  options.max_features_total = static_cast<int>(whole.info().features);
  CHECK(SiftLocator::build(gallery, options).info().features == whole.info().features);
}

TEST_CASE("sift locator: settings of a query can be changed, those of the index cannot") {
  auto locator = copy_of(built());
  const auto refused = [&](auto change) {
    auto options = locator.options();
    change(options);
    return message_of<InvalidArgumentError>([&] { locator.set_options(options); });
  };
  CHECK(refused([](auto& o) { o.matching = Matching::kExhaustive; }).find("matching") != std::string::npos);
  CHECK(refused([](auto& o) { o.sift.root = false; }).find("sift.root") != std::string::npos);
  CHECK(refused([](auto& o) { o.index.words = 65; }).find("index.words") != std::string::npos);
  CHECK(refused([](auto& o) { o.index.seed = 65; }).find("index.seed") != std::string::npos);
  CHECK(refused([](auto& o) { o.index.training_features += 1; }).find("index.training_features") != std::string::npos);
  CHECK(refused([](auto& o) { o.index.iterations += 1; }).find("index.iterations") != std::string::npos);
  CHECK(refused([](auto& o) { o.calibration_folds += 1; }).find("calibration_folds") != std::string::npos);
  CHECK(refused([](auto& o) { o.calibration_grouped ^= true; }).find("calibration_grouped") != std::string::npos);
  CHECK(refused([](auto& o) { o.seed += 1; }).find("seed") != std::string::npos);
  CHECK(refused([](auto& o) { o.keep_descriptors = true; }).find("keep_descriptors") != std::string::npos);
  CHECK(refused([](auto& o) { o.max_features_total = 9; }).find("max_features_total") != std::string::npos);
  CHECK(refused([](auto& o) { o.city = "Elsewhere"; }).find("city") != std::string::npos);
  CHECK(refused([](auto& o) { o.query.probes = 0; }).find("probes") != std::string::npos);
  CHECK(refused([](auto&) {}).empty());
  auto options = locator.options();
  options.max_candidates = 2;
  options.verify_candidates = 5;
  options.query.probes = 2;
  options.verification.model = VerificationModel::kSimilarity;
  options.sift.max_features = 150;
  locator.set_options(options);
  const auto p = locator.locate(query(4));
  CHECK(p.candidates.size() == 2);
  CHECK(shows(p.candidates[0], 4));
  CHECK(copy_of(locator).options().to_json() == locator.options().to_json());
  options.max_candidates = 0;
  locator.set_options(options);
  CHECK(locator.locate(query(4)).candidates.empty());
}

TEST_CASE("sift locator: options of a query limit the candidates, the area and the work") {
  const auto& locator = built();
  const auto plain = locator.locate(query(4));
  REQUIRE(plain.candidates.size() > 2);
  QueryOptions options;
  options.max_candidates = 1;
  const auto one = locator.locate(query(4), options);
  REQUIRE(one.candidates.size() == 1);
  CHECK(one.candidates[0].photo_id == plain.candidates[0].photo_id);
  CHECK(one.posterior == plain.posterior);
  CHECK(locator.answer(locator.evidence(query(4)), options).candidates.size() == 1);

  // A box around another place: nothing outside is left, not even what matches.
  const LatLng elsewhere = city().photo(0, 0).location;
  options = {};
  options.area = BoundingBox::around(std::span(&elsewhere, 1), 40);
  const auto other = locator.locate(query(4), options);
  CHECK(options.area->contains(other.location));
  CHECK(other.in_area == doctest::Approx(1));
  REQUIRE(!other.candidates.empty());
  double sum = 0;
  for (const auto& candidate : other.candidates) {
    CHECK(options.area->contains(candidate.location));
    sum += candidate.probability;
  }
  CHECK(sum <= 1);
  options.area = BoundingBox{-10, 0, -9, 1};
  CHECK_THROWS_AS((void)locator.locate(query(4), options), InvalidArgumentError);

  // Cancelled before, between and after the stages.
  int stages = 0;
  options = {};
  options.cancelled = [&] { return ++stages < 0; };
  (void)locator.locate(query(4), options);
  CHECK(stages >= 3);
  for (int stage = 1; stage <= stages; ++stage) {
    int calls = 0;
    options.cancelled = [&] { return ++calls == stage; };
    CHECK_THROWS_AS((void)locator.locate(query(4), options), CancelledError);
    CHECK(calls == stage);
  }
}

TEST_CASE("sift locator: a prior is weighted with the picture, as the product of both posteriors") {
  const auto& locator = built();
  const auto plain = locator.locate(query(4));
  const auto& posterior = plain.posterior;
  QueryOptions options;
  options.prior = Posterior(LocalFrame({45.5, 12.4}), {45, 12, 46, 13},
                            {{LocalFrame({45.5, 12.4}).to_local(plain.location), 80, 1}}, 0.2, 0.1);
  const auto informed = locator.locate(query(4), options);
  CHECK(informed.confidence >= plain.confidence);
  const auto same_frame =
      Posterior(posterior.frame(), posterior.area(), {{posterior.frame().to_local(plain.location), 80, 1}}, 0.2, 0.1);
  const auto expected = Posterior::product(std::array{posterior, same_frame}, std::array{1.0, 1.0});
  REQUIRE(informed.posterior.components().size() == expected.components().size());
  for (const double east : {-200.0, 0.0, 150.0}) {
    const auto place = posterior.frame().to_lat_lng({east, 30});
    CHECK(informed.posterior.density(place) == doctest::Approx(expected.density(place)).epsilon(1e-6));
  }
}

TEST_CASE("sift locator: options of loading hold for its queries and are not stored") {
  const TemporaryFolder folder;
  built().save(folder / "model");
  LoadOptions load;
  load.max_candidates = 2;
  load.matches = false;
  load.num_threads = 1;
  const auto loaded = load_locator(folder / "model", load);
  const auto plain = built().locate(query(4));
  REQUIRE(!plain.candidates[0].matches.empty());
  auto p = loaded->locate(query(4));
  REQUIRE(p.candidates.size() == 2);
  CHECK(p.candidates[0].matches.empty());
  CHECK(p.candidates[0].inliers == plain.candidates[0].inliers);
  CHECK(p.posterior == plain.posterior);
  QueryOptions query_options;
  query_options.max_candidates = 3;
  CHECK(loaded->locate(query(4), query_options).candidates.size() == 3);
  loaded->save(folder / "again");
  CHECK(model_differences(folder / "again", folder / "model") == "");
  auto& sift = dynamic_cast<SiftLocator&>(*loaded);
  CHECK(sift.options().num_threads == 1);
  auto options = sift.options();
  options.max_candidates = 4;
  sift.set_options(options);
  CHECK(loaded->locate(query(4)).candidates.size() == 4);
}

TEST_CASE("sift locator: options come back from JSON") {
  auto options = small();
  options.verification.model = VerificationModel::kHomography;
  options.verification.max_error_px = 5.5;
  options.sift.contrast_threshold = 0.031;
  options.calibration_grouped = false;
  options.seed = 0xffffffffffffffffu;
  options.query.ratio_test_rank = 7;
  const auto locator = copy_of(SiftLocator::build(city().gallery(0, 2), options));
  CHECK(locator.options().to_json() == options.to_json());
  CHECK(locator.options().seed == options.seed);
  CHECK(locator.options().verification.model == VerificationModel::kHomography);
}

// Not under the thread sanitizer, where it takes minutes: searches and fit from several threads have cases of their
// own.
TEST_CASE("sift locator: a gallery of 200 pictures is calibrated on itself, the same by one worker and by three") {
  const TemporaryFolder folder;
  const auto half = [](int number, int variant) {
    cv::Mat small;
    cv::resize(view(number, variant), small, {kWidth / 2, kHeight / 2}, 0, 0, cv::INTER_AREA);
    return small;
  };
  // Every other front is there once only, so that some queries have no right candidate.
  std::vector<Photo> photos;
  for (int n = 0; photos.size() < 200; ++n)
    for (int v = 0; v < (n % 2 == 0 ? 3 : 1) && photos.size() < 200; ++v) {
      Photo photo;
      photo.id = id(n, v);
      photo.file = folder / (photo.id + ".png");
      photo.location = place(n, v);
      cv::imwrite(photo.file.string(), half(n, v));
      photos.push_back(photo);
    }
  auto options = small();
  options.sift.max_features = 60;
  options.cache = folder / "cache";
  options.calibration_folds = 3;
  std::vector<std::string> stages;
  options.num_threads = 3;
  const auto locator = SiftLocator::build(Gallery(photos), options, [&](const Progress& p) {
    if (stages.empty() || stages.back() != p.stage) stages.emplace_back(p.stage);
    return true;
  });
  CHECK(std::ranges::count(stages, "calibration") == 1);
  CHECK(locator.info().calibrated);
  CHECK(locator.locate(from_mat(half(0, 60))).notes.empty());
  options.num_threads = 1;
  const auto bytes = model_bytes(locator);
  CHECK(model_bytes(SiftLocator::build(Gallery(photos), options)) == bytes);

  // Confidence for fronts of the gallery and for others.
  double known = 0, unknown = 0;
  int right = 0;
  for (int n = 0; n < 12; ++n) {
    const auto p = locator.locate(from_mat(half(2 * n, 60)));
    check_sane(p, locator);
    known += p.confidence / 12;
    right += error_m(p, 2 * n) < kConfidenceRadiusM;
    unknown += locator.locate(from_mat(half(500 + n, 60))).confidence / 12;
  }
  CHECK(right >= 10);
  CHECK(known > 0.6);
  CHECK(unknown < 0.4);
  CHECK(same(copy_of(locator).locate(query(2)), locator.locate(query(2))));
}
