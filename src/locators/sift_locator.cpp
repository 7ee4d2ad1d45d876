// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/sift_locator.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include "core/damaged.hpp"
#include "core/parallel.hpp"
#include "locators/sift_impl.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"
#include "venloc/core/version.hpp"

namespace venloc {
namespace {

// The published method gives no probability. This is its share of answers within 100 m in the published results.
constexpr double kPublishedHitRate = 0.28;
constexpr double kPublishedSigmaM = 25.0;
// Of the candidates that the model considers, those that are kept for pictures that look alike.
constexpr std::size_t kAlikeCandidates = 30;
static_assert(kAlikeCandidates < CandidateModel::kMaxCandidates);

// How alike each gallery picture looks, and how that compares with the other pictures that are not excluded.
class AppearanceRanking {
 public:
  AppearanceRanking(const Looks& query, std::span<const Looks> gallery, std::span<const std::uint8_t> excluded) {
    for (std::size_t p = 0; p < gallery.size(); ++p) {
      colours_.values.push_back(similarity(query.colours, gallery[p].colours));
      shapes_.values.push_back(similarity(query.shapes, gallery[p].shapes));
      if (excluded.empty() || excluded[p] == 0) order_.push_back(p);
    }
    for (auto* kind : {&colours_, &shapes_}) kind->summarise(order_);
    std::ranges::stable_sort(order_, std::greater{}, [&](auto p) { return colours_.values[p] + shapes_.values[p]; });
  }

  /// Pictures that are not excluded, the most alike first.
  [[nodiscard]] std::span<const std::size_t> order() const { return order_; }

  void describe(CandidateEvidence& e) const {
    std::tie(e.colour, e.colour_deviation, e.colour_gap) = colours_.of(e.picture);
    std::tie(e.shape, e.shape_deviation, e.shape_gap) = shapes_.of(e.picture);
  }

 private:
  struct Kind {
    std::vector<float> values;
    double mean = 0, deviation = 0, best = -1;

    void summarise(std::span<const std::size_t> pictures) {
      double sum = 0, square = 0;
      for (const auto p : pictures) {
        sum += values[p];
        square += static_cast<double>(values[p]) * values[p];
        best = std::max<double>(best, values[p]);
      }
      const auto count = static_cast<double>(std::max<std::size_t>(pictures.size(), 1));
      mean = sum / count;
      deviation = std::sqrt(std::max(square / count - mean * mean, 0.0)) + 1e-3;
    }
    [[nodiscard]] std::tuple<float, float, float> of(std::size_t p) const {
      return {values[p], static_cast<float>((values[p] - mean) / deviation), static_cast<float>(values[p] - best)};
    }
  };
  Kind colours_, shapes_;
  std::vector<std::size_t> order_;
};

}  // namespace

VerifiedPictures collect_evidence(const VisualIndex& index, const LocalFeatures& query, const Looks& query_looks,
                                  const SiftLocatorOptions& options, std::span<const EastNorth> places,
                                  std::span<const Looks> looks, std::span<const std::uint8_t> excluded,
                                  std::span<const std::uint32_t> pooled) {
  auto search = options.query;
  search.num_threads = options.num_threads;
  const auto short_most = static_cast<std::size_t>(std::min(search.max_pictures, options.verify_candidates));
  // Those that are asked for may stand anywhere.
  if (!pooled.empty()) search.max_pictures = std::max(1, static_cast<int>(index.num_pictures()));
  auto listed = index.search(query, search, excluded);
  const auto short_list = std::min(listed.size(), short_most);
  const std::set<std::uint32_t> wanted(pooled.begin(), pooled.end());
  listed.erase(std::remove_if(listed.begin() + static_cast<std::ptrdiff_t>(short_list), listed.end(),
                              [&](const auto& picture) { return !wanted.contains(picture.picture); }),
               listed.end());

  std::vector<VerifiedPicture> verified(listed.size());
  parallel_for(listed.size(), options.num_threads, [&](std::size_t r) {
    const auto& picture = listed[r];
    const auto found = verify(query, picture.matches, options.verification);
    auto& e = verified[r].evidence;
    e.picture = picture.picture;
    e.place = places[picture.picture];
    e.votes = picture.votes;
    e.matches = static_cast<float>(picture.matches.size());
    for (const auto& match : picture.matches) e.match_weight += match.weight;
    e.inliers = static_cast<float>(found.inliers);
    e.effective_inliers = static_cast<float>(found.effective_inliers);
    e.inlier_weight = static_cast<float>(found.weight);
    e.scale = static_cast<float>(found.scale);
    e.rotation = static_cast<float>(found.rotation);
    e.spread = static_cast<float>(found.spread);
    for (const auto i : found.inlier_matches) verified[r].inliers.push_back(picture.matches[i]);
  });
  // Verified weight first; votes tell apart those that verification knows nothing of.
  const auto worth_of = [](const VerifiedPicture& v) { return v.evidence.inlier_weight + 0.5f * v.evidence.votes; };
  std::vector<VerifiedPicture> later(
      std::make_move_iterator(verified.begin() + static_cast<std::ptrdiff_t>(short_list)),
      std::make_move_iterator(verified.end()));
  verified.resize(short_list);
  std::ranges::stable_sort(verified, std::greater{}, worth_of);

  // A picture without structure is like any other without structure.
  const bool has_looks = query.size() > 0;
  const AppearanceRanking appearance(query_looks, has_looks ? looks : std::span<const Looks>(), excluded);
  // The last places that the candidate model considers go to the pictures that look most alike.
  std::size_t at = std::min(verified.size(), CandidateModel::kMaxCandidates - kAlikeCandidates);
  for (const auto p : appearance.order().first(std::min(appearance.order().size(), kAlikeCandidates))) {
    const auto found = std::ranges::find(verified, p, [](const VerifiedPicture& v) { return v.evidence.picture; });
    const auto position = static_cast<std::size_t>(found - verified.begin());
    if (position < at) continue;
    VerifiedPicture alike;
    if (found != verified.end()) {
      alike = std::move(*found);
      verified.erase(found);
    } else {
      alike.evidence.picture = static_cast<std::uint32_t>(p);
      alike.evidence.place = places[p];
    }
    verified.insert(verified.begin() + static_cast<std::ptrdiff_t>(at++), std::move(alike));
  }

  VerifiedPictures out{std::move(verified), {}};
  auto left = wanted;
  for (std::size_t r = 0; r < out.ranked.size(); ++r) {
    const auto& v = out.ranked[r];
    if (left.erase(v.evidence.picture) > 0 && r >= CandidateModel::kMaxCandidates) out.further.push_back(v);
  }
  for (auto& v : later)
    if (left.erase(v.evidence.picture) > 0) out.further.push_back(std::move(v));
  for (const auto p : left) {
    auto& e = out.further.emplace_back().evidence;
    e.picture = p;
    e.place = places[p];
  }
  std::ranges::stable_sort(out.further, std::greater{}, worth_of);
  if (has_looks) {
    for (auto& v : out.ranked) appearance.describe(v.evidence);
    for (auto& v : out.further) appearance.describe(v.evidence);
  }
  return out;
}

std::vector<CandidateEvidence> evidence_in(std::span<const VerifiedPicture> verified) {
  std::vector<CandidateEvidence> out;
  for (const auto& v : verified) out.push_back(v.evidence);
  return out;
}

void SiftParts::show_matches(Candidate& candidate, const VerifiedPicture& verified, const LocalFeatures& query) const {
  if (verified.inliers.empty()) return;
  const auto [width, height] = index->picture_size(verified.evidence.picture);
  candidate.aspect = static_cast<double>(width) / height;
  const auto share = [](float position, int size) {
    return std::clamp((position + 0.5f) / static_cast<float>(size), 0.0f, 1.0f);
  };
  for (const auto& match : verified.inliers) {
    const auto& here = query.keypoints[match.query];
    candidate.matches.push_back({share(here.x, query.width), share(here.y, query.height),
                                 share(match.keypoint.x, width), share(match.keypoint.y, height)});
  }
}

void SiftParts::add_standing(CandidateEvidence& evidence, const Standing& known, float density) {
  evidence.hub_rate = known.hub_rate;
  evidence.hub_weight = known.hub_weight;
  evidence.agreeing = known.agreeing;
  evidence.disagreeing = known.disagreeing;
  evidence.density = density;
}

SiftLocator::SiftLocator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SiftLocator::SiftLocator(SiftLocator&&) noexcept = default;
SiftLocator& SiftLocator::operator=(SiftLocator&&) noexcept = default;
SiftLocator::~SiftLocator() = default;

Prediction SiftLocator::locate(const Image& picture) const {
  const auto& s = *impl_;
  Prediction out;
  Stopwatch watch(out.timings);
  const auto features = describe(picture, s.options.sift, s.options.num_threads);
  watch.lap("features");

  if (s.matcher) {
    const auto ranked = s.matcher->rank(features.local.descriptors, s.options.num_threads);
    watch.lap("search");
    std::vector<PosteriorComponent> components;
    double none = 1.0;
    if (!ranked.empty() && ranked.front().matches > 0) {
      components.push_back({s.places[ranked.front().picture], kPublishedSigmaM, kPublishedHitRate});
      none -= kPublishedHitRate;
    }
    for (auto component : s.prior) {
      component.weight *= none;
      components.push_back(component);
    }
    out.posterior = Posterior(s.frame, s.area, std::move(components), kPriorBackground * none, 0.0);
    finish(out, 0.0);
    // The published answer is the best picture's own coordinate.
    if (none < 1.0) out.location = s.photos[ranked.front().picture].location;
    for (std::size_t i = 0; i < std::min(ranked.size(), static_cast<std::size_t>(s.options.max_candidates)); ++i)
      if (ranked[i].matches > 0)
        out.candidates.push_back(s.candidate(ranked[i].picture, i == 0 ? kPublishedHitRate : 0.0,
                                             -static_cast<double>(ranked[i].sum), static_cast<int>(ranked[i].matches)));
    watch.lap("posterior");
    return out;
  }

  const Looks looks{features.colours, s.vlad->describe(features.local)};
  const auto verified = collect_evidence(*s.index, features.local, looks, s.options, s.places, s.looks, {}).ranked;
  watch.lap("search");
  auto evidence = evidence_in(verified);
  for (auto& e : evidence) SiftParts::add_standing(e, s.standing[e.picture], s.density[e.picture]);
  const auto answer = s.model.answer(evidence, static_cast<float>(features.local.size()));
  const auto& probabilities = answer.probabilities;
  std::vector<EastNorth> places;
  for (const auto& e : evidence) places.push_back(e.place);
  out.posterior = s.posterior(places, answer, s.model.sigmas_m());
  finish(out, 0.0);

  std::vector<std::size_t> order;
  for (std::size_t i = 0; i + 1 < probabilities.size(); ++i) order.push_back(i);
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return probabilities[i]; });
  order.resize(std::min(order.size(), static_cast<std::size_t>(s.options.max_candidates)));
  for (const auto i : order) {
    out.candidates.push_back(s.candidate(evidence[i].picture, probabilities[i], evidence[i].inlier_weight,
                                         static_cast<int>(evidence[i].inliers)));
    s.show_matches(out.candidates.back(), verified[i], features.local);
  }
  watch.lap("posterior");
  return out;
}

LocatorInfo SiftLocator::info() const {
  const auto& s = *impl_;
  LocatorInfo out;
  out.kind = "sift";
  out.city = s.options.city;
  out.photos = s.photos.size();
  if (s.index) out.features = s.index->num_features();
  for (const auto& descriptors : s.descriptors) out.features += descriptors.size();
  out.options = s.options.to_json();
  out.library_version = version();
  out.format_version = kFormatVersion;
  out.area = s.area;
  return out;
}

std::span<const Photo> SiftLocator::photos() const { return impl_->photos; }
const SiftLocatorOptions& SiftLocator::options() const { return impl_->options; }

void SiftLocator::set_options(const SiftLocatorOptions& options) {
  options.validate();
  const auto& old = impl_->options;
  const auto fixed = [](bool same, const char* field) {
    if (!same)
      throw InvalidArgumentError(std::string(field) + " can not be changed after the model is built; build it again");
  };
  fixed(options.matching == old.matching, "matching");
  fixed(options.sift.root == old.sift.root, "sift.root");
  fixed(options.index.words == old.index.words, "index.words");
  fixed(options.index.training_features == old.index.training_features, "index.training_features");
  fixed(options.index.iterations == old.index.iterations, "index.iterations");
  fixed(options.index.seed == old.index.seed, "index.seed");
  fixed(options.calibration_folds == old.calibration_folds, "calibration_folds");
  fixed(options.calibration_grouped == old.calibration_grouped, "calibration_grouped");
  fixed(options.seed == old.seed, "seed");
  fixed(options.max_features_total == old.max_features_total, "max_features_total");
  fixed(options.keep_descriptors == old.keep_descriptors, "keep_descriptors");
  fixed(options.city == old.city, "city");
  impl_->options = options;
}

void SiftParts::save(SafetensorsWriter& writer) const {
  const auto extent = [](std::size_t n) { return static_cast<std::int64_t>(n); };
  PhotoPlaces::save(writer);
  if (matcher) {
    const auto all = std::make_shared<std::vector<SiftDescriptor>>();
    const auto counts = std::make_shared<std::vector<std::uint32_t>>();
    for (const auto& of_picture : descriptors) {
      all->insert(all->end(), of_picture.begin(), of_picture.end());
      counts->push_back(static_cast<std::uint32_t>(of_picture.size()));
    }
    writer.add<std::uint8_t>("exhaustive.descriptors", {extent(all->size()), extent(kSiftDimension)},
                             std::span(all->empty() ? nullptr : all->front().data(), all->size() * kSiftDimension));
    writer.add<std::uint32_t>("exhaustive.counts", {extent(counts->size())}, *counts);
    writer.keep(all);
    writer.keep(counts);
    return;
  }
  index->save(writer);
  model.save(writer);
  vlad->save(writer);
  const auto colours = std::make_shared<std::vector<std::uint8_t>>();
  const auto shapes = std::make_shared<std::vector<std::int8_t>>();
  for (const auto& look : looks) {
    colours->insert(colours->end(), look.colours.begin(), look.colours.end());
    shapes->insert(shapes->end(), look.shapes.begin(), look.shapes.end());
  }
  writer.add<std::uint8_t>("looks.colours", {extent(looks.size()), extent(kColours)}, *colours);
  writer.add<std::int8_t>("looks.shapes", {extent(looks.size()), extent(Vlad::kDimension)}, *shapes);
  writer.keep(colours);
  writer.keep(shapes);
  save_standing(writer, standing);
}

void SiftLocator::save(const std::filesystem::path& file) const {
  SafetensorsWriter writer;
  impl_->SiftParts::save(writer);
  write_model(std::move(writer), "sift", impl_->options.to_json(), file);
}

std::unique_ptr<Locator> load_sift_locator(const SafetensorsFile& file) {
  return std::make_unique<SiftLocator>(SiftLocator::load(file));
}

SiftLocator SiftLocator::load(const std::filesystem::path& path) {
  const auto file = open_model(path);
  const auto& kind = file.metadata().at("kind");
  if (kind != "sift" && kind != "ensemble")
    throw FormatError("'" + path.string() + "' is a model of kind '" + kind +
                      "', which holds no SIFT features; open it with load_locator");
  return load(file);
}

SiftLocator SiftLocator::load(const SafetensorsFile& file) {
  return SiftLocator(std::make_unique<Impl>(Impl{SiftParts::load(file, parse_sift_options(file))}));
}

SiftParts SiftParts::load(const SafetensorsFile& file, SiftLocatorOptions options) {
  SiftParts s;
  s.options = std::move(options);
  static_cast<PhotoPlaces&>(s) = PhotoPlaces::load(file);
  const auto count = static_cast<std::int64_t>(s.photos.size());
  if (s.options.matching == Matching::kExhaustive) {
    const auto counts = file.get<std::uint32_t>("exhaustive.counts", {count});
    const auto bytes = file.get<std::uint8_t>("exhaustive.descriptors", {-1, kSiftDimension});
    std::size_t at = 0;
    for (const auto n : counts) {
      if ((at + n) * kSiftDimension > bytes.size())
        refuse_damaged(file.path(), "array exhaustive.counts does not fit the descriptors");
      auto& descriptors = s.descriptors.emplace_back(n);
      for (auto& d : descriptors) std::copy_n(bytes.data() + kSiftDimension * at++, kSiftDimension, d.begin());
    }
    s.matcher.emplace(s.descriptors);
  } else {
    s.index = VisualIndex::load(file);
    if (s.index->num_pictures() != s.photos.size())
      refuse_damaged(file.path(), "array index.sizes does not hold one row for each photo");
    if (s.options.keep_descriptors && s.index->num_features() > 0 && !s.index->has_descriptors())
      refuse_damaged(file.path(), "array index.descriptors is missing, though the options say it is kept");
    s.set_index_places();
    s.model = CandidateModel::load(file);
    s.vlad = Vlad::load(file);
    const auto colours = file.get<std::uint8_t>("looks.colours", {count, kColours});
    const auto shapes = file.get<std::int8_t>("looks.shapes", {count, Vlad::kDimension});
    s.looks.resize(s.photos.size());
    for (std::size_t p = 0; p < s.looks.size(); ++p) {
      auto& look = s.looks[p];
      std::copy_n(colours.data() + p * kColours, kColours, look.colours.begin());
      std::copy_n(shapes.data() + p * Vlad::kDimension, Vlad::kDimension, look.shapes.begin());
      if (!is_valid(look.colours)) refuse_damaged(file.path(), "array looks.colours is not of unit length");
      if (!is_valid(look.shapes)) refuse_damaged(file.path(), "array looks.shapes is not of unit length");
    }
    s.standing = load_standing(file, s.photos.size());
  }
  return s;
}

void SiftParts::add(const Gallery& gallery, const ProgressCallback& progress) {
  const auto features = extract_gallery(gallery, options, progress);
  photos.insert(photos.end(), gallery.photos().begin(), gallery.photos().end());
  set_places();
  if (matcher) {
    for (const auto& f : features.local) descriptors.push_back(f.descriptors);
    matcher.emplace(descriptors);
    return;
  }
  auto pictures = index->pictures();
  for (std::size_t i = 0; i < features.local.size(); ++i) {
    pictures.push_back(index->encode(features.local[i], options.keep_descriptors));
    looks.push_back({features.colours[i], vlad->describe(features.local[i])});
  }
  const Standing usual = average(standing);
  standing.resize(photos.size(), usual);
  fill_index(pictures);
}

void SiftParts::keep(std::span<const std::size_t> staying) {
  keep_only(photos, staying);
  set_places();
  if (matcher) {
    keep_only(descriptors, staying);
    matcher.emplace(descriptors);
    return;
  }
  auto pictures = index->pictures();
  keep_only(pictures, staying);
  keep_only(standing, staying);
  keep_only(looks, staying);
  fill_index(pictures);
}

void SiftLocator::add(const Gallery& gallery, const ProgressCallback& progress) {
  impl_->check_new(gallery);
  impl_->SiftParts::add(gallery, progress);
}

void SiftLocator::remove(std::span<const std::string> ids) { impl_->keep(impl_->without(ids)); }

}  // namespace venloc
