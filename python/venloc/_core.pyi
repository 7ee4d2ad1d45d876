# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
# Written by `make stubs` from the bindings; do not edit.
"""
The C++ library behind the package venloc.
"""
from __future__ import annotations
import collections.abc
import numpy
import numpy.typing
import os
import pathlib
import typing
import venloc.pictures
__all__: list[str] = ['AugmentationOptions', 'Backbone', 'BackboneOptions', 'BackboneStage', 'BoundingBox', 'CONFIDENCE_RADIUS_M', 'CalibrationBin', 'Candidate', 'CellId', 'CellPartition', 'CellPartitionOptions', 'CombinedPartitions', 'DescriptorLocator', 'DescriptorLocatorOptions', 'DescriptorSearchOptions', 'EARTH_RADIUS_M', 'EastNorth', 'EnsembleLocator', 'EnsembleLocatorOptions', 'Estimate', 'EvaluationOptions', 'EvaluationRecord', 'Exif', 'FORMAT_VERSION', 'Gallery', 'GalleryOptions', 'GalleryProblem', 'GeotagAuditOptions', 'GeotagFinding', 'GroupOptions', 'Image', 'ImageInfo', 'ImageOptions', 'LatLng', 'LocalFeatures', 'LocalFrame', 'Locator', 'LocatorInfo', 'Metrics', 'PaintingLocator', 'PaintingLocatorOptions', 'PairedDifference', 'Photo', 'PhotoMatch', 'PointMatch', 'Posterior', 'PosteriorComponent', 'Prediction', 'Preprocessing', 'PublishedAnalysis', 'SiftLocator', 'SiftLocatorOptions', 'SiftOptions', 'Split', 'StageTime', 'VerificationOptions', 'VisualIndexOptions', 'VisualIndexQueryOptions', 'WhiteningOptions', 'audit_geotags', 'augmented', 'cell_at', 'compare', 'compute_metrics', 'constant_baseline', 'decode_exif', 'decode_image', 'default_model_path', 'densest_place_baseline', 'distance_m', 'encode_jpeg', 'extract_features', 'extract_sift', 'group_photos', 'grouped_k_fold', 'is_valid', 'load_locator', 'match_photos', 'model_kind', 'perceptual_hash', 'probe_image', 'published_analysis', 'random_picture_baseline', 'random_split', 'read_exif', 'read_image', 'read_safetensors', 'records_of', 'run_queries', 'smoothed_labels', 'to_json', 'to_markdown', 'to_text', 'version', 'write_safetensors']
class LatLng:
    """
    A place on Earth, WGS84: lat and lng in degrees. Immutable.
    """
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, lat: typing.SupportsFloat | typing.SupportsIndex, lng: typing.SupportsFloat | typing.SupportsIndex) -> None:
        ...
    def __iter__(self) -> collections.abc.Iterator[float]:
        """
        Gives lat, then lng: `lat, lng = place`.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def lat(self) -> float:
        ...
    @property
    def lng(self) -> float:
        ...
class EastNorth:
    """
    A position in a LocalFrame [m]. Immutable.
    """
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, east: typing.SupportsFloat | typing.SupportsIndex, north: typing.SupportsFloat | typing.SupportsIndex) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def east(self) -> float:
        ...
    @property
    def north(self) -> float:
        ...
class LocalFrame:
    """
    Local plane around an origin: azimuthal equidistant projection, in metres.
    """
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, origin: LatLng) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_lat_lng(self, position: EastNorth) -> LatLng:
        ...
    def to_local(self, place: LatLng) -> EastNorth:
        ...
    @property
    def origin(self) -> LatLng:
        ...
class BoundingBox:
    """
    An area between two parallels and two meridians [deg]. Immutable.
    """
    @staticmethod
    def around(places: collections.abc.Sequence[LatLng], margin_m: typing.SupportsFloat | typing.SupportsIndex = 0.0) -> BoundingBox:
        """
        The smallest box around the places, widened by margin_m [m] on each side.
        """
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, south: typing.SupportsFloat | typing.SupportsIndex, west: typing.SupportsFloat | typing.SupportsIndex, north: typing.SupportsFloat | typing.SupportsIndex, east: typing.SupportsFloat | typing.SupportsIndex) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def area_m2(self) -> float:
        """
        On the sphere [m²].
        """
    def center(self) -> LatLng:
        ...
    def contains(self, place: LatLng) -> bool:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def east(self) -> float:
        ...
    @property
    def north(self) -> float:
        ...
    @property
    def south(self) -> float:
        ...
    @property
    def west(self) -> float:
        ...
class CellId:
    """
    A cell of the S2 library by its number. Immutable.
    """
    MAX_LEVEL: typing.ClassVar[int] = 30
    @staticmethod
    def from_token(token: str) -> CellId:
        """
        The cell of a token.
        """
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, id: typing.SupportsInt | typing.SupportsIndex) -> None:
        ...
    def __lt__(self, arg0: CellId) -> bool:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def center(self) -> LatLng:
        """
        Where the cell is divided into its quarters.
        """
    def children(self) -> list[CellId]:
        """
        The four quarters.
        """
    @typing.overload
    def contains(self, place: LatLng) -> bool:
        """
        Of the cells of one level exactly one contains a place.
        """
    @typing.overload
    def contains(self, other: CellId) -> bool:
        """
        Whether the other is this cell or a part of it.
        """
    def distance_m(self, place: LatLng) -> float:
        """
        Distance from its nearest point to a place [m], 0 inside.
        """
    def is_valid(self) -> bool:
        """
        Whether the number is that of a cell.
        """
    def level(self) -> int:
        """
        0 (a face) to MAX_LEVEL.
        """
    def neighbours(self) -> list[CellId]:
        """
        The four cells of the same level that share an edge with it.
        """
    def parent(self, level: typing.SupportsInt | typing.SupportsIndex) -> CellId:
        """
        The cell of this level that it is in.
        """
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def token(self) -> str:
        """
        The number as S2 writes it: hexadecimal, without the zeros at its end.
        """
    def vertices(self) -> list[LatLng]:
        """
        The four corners, counterclockwise.
        """
    @property
    def id(self) -> int:
        ...
class CellPartitionOptions:
    """
    How a city is cut into cells.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    max_level: int
    max_photos: int
    min_level: int
    min_photos: int
    @staticmethod
    def fixed_level(level: typing.SupportsInt | typing.SupportsIndex) -> CellPartitionOptions:
        """
        All cells of one level that hold a photo.
        """
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, min_level: int = 13, max_level: int = 18, max_photos: int = 30, min_photos: int = 8) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
class CellPartition:
    """
    A city cut into classes by the places of its photos: cells are split while they hold more than max_photos, those with fewer than min_photos are dropped, and a place in no cell belongs to the nearest. Immutable.
    """
    @staticmethod
    def from_cells(cells: collections.abc.Sequence[CellId], counts: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex]) -> CellPartition:
        """
        A partition that was kept elsewhere: its cells in the order of their numbers, photos of each class.
        """
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __hash__(self) -> int:
        ...
    def __init__(self, photos: collections.abc.Sequence[LatLng], options: CellPartitionOptions | dict[str, typing.Any] | None = None, *, min_level: int = 13, max_level: int = 18, max_photos: int = 30, min_photos: int = 8) -> None:
        ...
    def __len__(self) -> int:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def class_of(self, place: LatLng) -> int:
        """
        The class that a place belongs to.
        """
    def classes_of(self, places: collections.abc.Sequence[LatLng]) -> numpy.typing.NDArray[numpy.uint32]:
        """
        The same for many places.
        """
    def distances_m(self, place: LatLng) -> numpy.typing.NDArray[numpy.float64]:
        """
        Distance from the nearest point of each class's cell to the place [m].
        """
    @property
    def cells(self) -> list[CellId]:
        """
        The cell of each class, in the order of their numbers.
        """
    @property
    def counts(self) -> numpy.typing.NDArray[numpy.uint32]:
        """
        Photos of each class, with those nearest to it that are in no cell.
        """
    @property
    def tokens(self) -> list[str]:
        """
        The tokens of the cells.
        """
class CombinedPartitions:
    """
    Several partitions of one city looked at together: a piece is what is in the same class of each, of those that hold a photo. Immutable.
    """
    def __init__(self, partitions: collections.abc.Sequence[CellPartition], photos: collections.abc.Sequence[LatLng]) -> None:
        ...
    def __len__(self) -> int:
        ...
    def __repr__(self) -> str:
        ...
    def classes(self, piece: typing.SupportsInt | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.uint32]:
        """
        The classes of a piece, one for each partition.
        """
    def combine(self, probabilities: collections.abc.Sequence[collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex]]) -> numpy.typing.NDArray[numpy.float64]:
        """
        The probability of each piece from those of the classes of each partition: their product, brought to sum 1.
        """
    @property
    def partitions(self) -> list[CellPartition]:
        ...
    @property
    def piece_of_photo(self) -> numpy.typing.NDArray[numpy.uint32]:
        """
        The piece of each photo.
        """
class PosteriorComponent:
    """
    One isotropic Gaussian of a Posterior: mean and sigma_m [m], weight.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, mean: EastNorth | dict[str, typing.Any] = ..., sigma_m: float = 0.0, weight: float = 0.0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def mean(self) -> EastNorth:
        ...
    @property
    def sigma_m(self) -> float:
        ...
    @property
    def weight(self) -> float:
        ...
class Posterior:
    """
    Where a picture may have been made: a mixture of Gaussians in metres, a weight spread evenly over the area and a weight for "not in this city". Immutable.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    @staticmethod
    def product(posteriors: collections.abc.Sequence[Posterior], exponents: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex], max_components: typing.SupportsInt | typing.SupportsIndex = 1000) -> Posterior:
        """
        The normalised product of posteriors, each raised to its exponent.
        """
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, frame: LocalFrame, area: BoundingBox, components: collections.abc.Sequence[PosteriorComponent], background_weight: typing.SupportsFloat | typing.SupportsIndex, out_of_area_weight: typing.SupportsFloat | typing.SupportsIndex) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def best_place(self, near_m: typing.SupportsFloat | typing.SupportsIndex, far_m: typing.SupportsFloat | typing.SupportsIndex, far_share: typing.SupportsFloat | typing.SupportsIndex) -> LatLng:
        """
        The place of largest expected worth, where an answer that is d metres off is worth (1 - far_share) exp(-d² / 2 near_m²) + far_share exp(-d² / 2 far_m²). Without a far share it is mode(near_m).
        """
    def credible_radius_m(self, center: LatLng, level: typing.SupportsFloat | typing.SupportsIndex) -> float:
        """
        The smallest radius [m] around the center that holds `level` of the probability, given that it is in the city.
        """
    @typing.overload
    def density(self, lat: typing.SupportsFloat | typing.SupportsIndex, lng: typing.SupportsFloat | typing.SupportsIndex) -> float:
        """
        Probability density at a place [1/m²].
        """
    @typing.overload
    def density(self, lat: typing.Annotated[numpy.typing.ArrayLike, numpy.float64], lng: typing.Annotated[numpy.typing.ArrayLike, numpy.float64]) -> numpy.typing.NDArray[numpy.float64]:
        """
        The same at arrays of places.
        """
    def mass_within(self, center: LatLng, radius_m: typing.SupportsFloat | typing.SupportsIndex) -> float:
        """
        Probability of the disc of radius_m [m] around the center.
        """
    def mode(self, smoothing_m: typing.SupportsFloat | typing.SupportsIndex = 0.0) -> LatLng:
        """
        The densest place, on the density smoothed by smoothing_m [m].
        """
    def tempered(self, exponent: typing.SupportsFloat | typing.SupportsIndex) -> Posterior:
        """
        The density raised to the exponent and normalised again.
        """
    def to_geojson(self, levels: collections.abc.Sequence[typing.SupportsFloat | typing.SupportsIndex] = [0.5, 0.9]) -> str:
        """
        GeoJSON of the mode and the highest-density regions of these levels.
        """
    @property
    def area(self) -> BoundingBox:
        ...
    @property
    def background_weight(self) -> float:
        ...
    @property
    def components(self) -> list[PosteriorComponent]:
        ...
    @property
    def frame(self) -> LocalFrame:
        ...
    @property
    def in_area(self) -> float:
        """
        Probability that the picture was made in this city.
        """
    @property
    def out_of_area_weight(self) -> float:
        ...
class Image:
    """
    A picture in memory: 8 bits a channel, RGB or grey. Immutable; numpy.asarray(image) shares its pixels.
    """
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, array: numpy.typing.NDArray[numpy.uint8] | memoryview) -> None:
        """
        From height x width (grey) or height x width x 3 (RGB) of uint8.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def resized(self, width: typing.SupportsInt | typing.SupportsIndex, height: typing.SupportsInt | typing.SupportsIndex) -> Image:
        ...
    def shrunk_to(self, long_side_px: typing.SupportsInt | typing.SupportsIndex) -> Image:
        """
        Scaled so that the longer side is long_side_px; a smaller picture is returned as it is.
        """
    def to_array(self) -> numpy.typing.NDArray[numpy.uint8]:
        """
        The pixels as a read-only array, height x width or height x width x 3; not a copy.
        """
    def to_gray(self) -> Image:
        """
        ITU-R BT.601 luma.
        """
    @property
    def channels(self) -> int:
        """
        1 (grey) or 3 (RGB)
        """
    @property
    def height(self) -> int:
        """
        [px]
        """
    @property
    def width(self) -> int:
        """
        [px]
        """
class ImageOptions:
    """
    Limits and treatment of picture files.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    apply_orientation: bool
    max_bytes: int
    max_pixels: int
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, max_bytes: int = 268435456, max_pixels: int = 100000000, apply_orientation: bool = True) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
class ImageInfo:
    """
    What a picture file says of itself: format, width and height [px] as stored.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, format: str = '', width: int = 0, height: int = 0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def format(self) -> str:
        ...
    @property
    def height(self) -> int:
        ...
    @property
    def width(self) -> int:
        ...
class AugmentationOptions:
    """
    How training pictures are varied.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    brightness: float
    contrast: float
    flip: float
    grey_share: float
    saturation: float
    sketch_share: float
    min_crop: float
    smooth_share: float
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, min_crop: float = 0.6, flip: float = 0.0, brightness: float = 0.25, contrast: float = 0.25, saturation: float = 0.4, grey_share: float = 0.1, smooth_share: float = 0.0, sketch_share: float = 0.0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
class Exif:
    """
    What the EXIF tags of a picture say about place and time.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, orientation: int = 1, position: LatLng | tuple[float, float] | None = None, position_problem: str = '', taken: str | None = None) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def orientation(self) -> int:
        ...
    @property
    def position(self) -> LatLng | None:
        ...
    @property
    def position_problem(self) -> str:
        ...
    @property
    def taken(self) -> str | None:
        ...
class Photo:
    """
    A picture with a known place.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, id: str = '', file: str | os.PathLike[str] | None = None, location: LatLng | tuple[float, float] = ..., source: str = '', url: str = '', author: str = '', licence: str = '', taken: str = '', thumbnail: str = '') -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def author(self) -> str:
        ...
    @property
    def file(self) -> pathlib.Path | None:
        ...
    @property
    def id(self) -> str:
        ...
    @property
    def licence(self) -> str:
        ...
    @property
    def location(self) -> LatLng:
        ...
    @property
    def source(self) -> str:
        ...
    @property
    def taken(self) -> str:
        ...
    @property
    def thumbnail(self) -> str:
        ...
    @property
    def url(self) -> str:
        ...
class GalleryProblem:
    """
    A row or picture that could not be used, and why.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, file: str | os.PathLike[str] | None = None, line: int = 0, reason: str = '') -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def file(self) -> pathlib.Path | None:
        ...
    @property
    def line(self) -> int:
        ...
    @property
    def reason(self) -> str:
        ...
class GalleryOptions:
    """
    How galleries are read.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    check_pictures: bool
    num_threads: int
    strict: bool
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, strict: bool = False, check_pictures: bool = True, num_threads: int = 0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
class Gallery:
    """
    Pictures with known places. Immutable; the order is that of the source.
    """
    @staticmethod
    def from_folder(folder: str | os.PathLike[str], *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, strict: bool = False, check_pictures: bool = True, num_threads: int = 0) -> Gallery:
        """
        A folder of pictures with EXIF GPS positions, or with a label file labels.csv, photos.csv or label.txt.
        """
    @staticmethod
    def from_label_file(labels: str | os.PathLike[str], images: str | os.PathLike[str] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, strict: bool = False, check_pictures: bool = True, num_threads: int = 0) -> Gallery:
        """
        Reads labels: lines `lat,lon,file`, or CSV with a header. Files are relative to `images`, or to the label file's folder.
        """
    def __getitem__(self, index: typing.SupportsInt | typing.SupportsIndex) -> Photo:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, photos: collections.abc.Sequence[Photo]) -> None:
        ...
    def __iter__(self) -> collections.abc.Iterator[Photo]:
        ...
    def __len__(self) -> int:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def bounding_box(self, margin_m: typing.SupportsFloat | typing.SupportsIndex = 0.0) -> BoundingBox:
        """
        The smallest box around all photos, widened by margin_m [m].
        """
    def deduplicated(self, *, max_bits: int = 6, max_distance_m: float = 50.0, num_threads: int = 0, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None) -> Gallery:
        """
        Without near-duplicate content: of photos closer than max_distance_m whose hashes differ in at most max_bits, the first stays.
        """
    def filtered(self, keep: collections.abc.Callable[[Photo], bool]) -> Gallery:
        """
        The photos for which keep(photo) is true.
        """
    def merged(self, other: Gallery) -> Gallery:
        """
        Both galleries' photos; an id in both is a ValueError.
        """
    def subset(self, indices: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex]) -> Gallery:
        """
        The photos at these positions, in this order.
        """
    @property
    def photos(self) -> list[Photo]:
        ...
    @property
    def problems(self) -> list[GalleryProblem]:
        """
        What the readers left out, and why.
        """
class Split:
    """
    Positions in a gallery for training and for testing, both ascending.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, train: collections.abc.Sequence[int] = ..., test: collections.abc.Sequence[int] = ...) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def test(self) -> list[int]:
        ...
    @property
    def train(self) -> list[int]:
        ...
class GroupOptions:
    """
    What makes two photos one group.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    flickr_id_gap: int
    hash_bits: int
    num_threads: int
    same_place_m: float
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, same_place_m: float = 1.0, flickr_id_gap: int = 1000, hash_bits: int = 6, num_threads: int = 0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
class LocalFeatures:
    """
    The local features of one picture, strongest first.
    """
    def __len__(self) -> int:
        ...
    def __repr__(self) -> str:
        ...
    @property
    def descriptors(self) -> numpy.typing.NDArray[numpy.uint8]:
        """
        n x 128, uint8.
        """
    @property
    def height(self) -> int:
        """
        [px]
        """
    @property
    def keypoints(self) -> numpy.typing.NDArray[numpy.float32]:
        """
        n x 5: x, y, scale [px], angle [rad] and response of each feature.
        """
    @property
    def width(self) -> int:
        """
        [px] of the analysed (possibly shrunk) picture
        """
class SiftOptions:
    """
    How SIFT features are extracted.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    contrast_threshold: float
    edge_threshold: float
    grid_cells: int
    long_side_px: int
    max_features: int
    root: bool
    upright: bool
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, long_side_px: int = 640, max_features: int = 1500, grid_cells: int = 8, contrast_threshold: float = 0.02, edge_threshold: float = 10.0, upright: bool = True, root: bool = True) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
class BackboneStage:
    """
    A place in a network: name, channels, and stride [px of the network's input].
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, name: str = '', channels: int = 0, stride: int = 0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def channels(self) -> int:
        ...
    @property
    def name(self) -> str:
        ...
    @property
    def stride(self) -> int:
        ...
class BackboneOptions:
    """
    What a network is to describe pictures with.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    device: typing.Literal['auto', 'cpu', 'cuda']
    gem_p: float
    num_threads: int
    pooling: typing.Literal['gem', 'average', 'max']
    precision: typing.Literal['float32', 'bfloat16']
    region_long_side_px: int
    stage: str
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, stage: str = '', further_stages: collections.abc.Sequence[str] = ..., pooling: typing.Literal['gem', 'average', 'max'] = 'gem', gem_p: float = 3.0, long_sides_px: collections.abc.Sequence[int] = ..., region_grids: collections.abc.Sequence[int] = ..., region_long_side_px: int = 0, num_threads: int = 0, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto', precision: typing.Literal['float32', 'bfloat16'] = 'float32') -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
    @property
    def further_stages(self) -> list[str]:
        ...
    @further_stages.setter
    def further_stages(self, value: collections.abc.Sequence[str]) -> None:
        ...
    @property
    def long_sides_px(self) -> list[int]:
        ...
    @long_sides_px.setter
    def long_sides_px(self, value: collections.abc.Sequence[int]) -> None:
        ...
    @property
    def region_grids(self) -> list[int]:
        ...
    @region_grids.setter
    def region_grids(self, value: collections.abc.Sequence[int]) -> None:
        ...
class Preprocessing:
    """
    What a network expects: (pixel - mean) / deviation, pixels 0 to 255.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    @property
    def deviation(self) -> typing.Annotated[list[float], "FixedSize(3)"]:
        """
        Of R, G and B.
        """
    @property
    def long_side_px(self) -> int:
        """
        Larger pictures are shrunk to it [px].
        """
    @property
    def mean(self) -> typing.Annotated[list[float], "FixedSize(3)"]:
        """
        Of R, G and B.
        """
    @property
    def min_side_px(self) -> int:
        """
        A shorter side is stretched to it [px].
        """
class Backbone:
    """
    A network with its weights, as an extractor of features. Immutable.
    """
    @staticmethod
    def load(weights: str | os.PathLike[str], network: str = '', *, stage: str = '', further_stages: collections.abc.Sequence[str] = ..., pooling: typing.Literal['gem', 'average', 'max'] = 'gem', gem_p: float = 3.0, long_sides_px: collections.abc.Sequence[int] = ..., region_grids: collections.abc.Sequence[int] = ..., region_long_side_px: int = 0, num_threads: int = 0, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto', precision: typing.Literal['float32', 'bfloat16'] = 'float32') -> Backbone:
        """
        Reads weights from a safetensors file; without a network the one its metadata names.
        """
    @staticmethod
    def networks() -> list[str]:
        """
        Names that load() and random() know.
        """
    @staticmethod
    def random(network: str, seed: int, *, stage: str = '', further_stages: collections.abc.Sequence[str] = ..., pooling: typing.Literal['gem', 'average', 'max'] = 'gem', gem_p: float = 3.0, long_sides_px: collections.abc.Sequence[int] = ..., region_grids: collections.abc.Sequence[int] = ..., region_long_side_px: int = 0, num_threads: int = 0, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto', precision: typing.Literal['float32', 'bfloat16'] = 'float32') -> Backbone:
        """
        Random weights. Same seed, same weights.
        """
    def __repr__(self) -> str:
        ...
    def describe(self, pictures: venloc.pictures.Picture | collections.abc.Sequence[venloc.pictures.Picture]) -> numpy.typing.NDArray[numpy.float32]:
        """
        The pooled map for each of the sizes, then those of the further stages; a row for each picture when a list is given. Not normalised.
        """
    def fingerprint(self) -> str:
        """
        SHA-256 that tells apart what describes pictures differently.
        """
    def map(self, picture: venloc.pictures.Picture, stage: str = '') -> numpy.typing.NDArray[numpy.float32]:
        """
        The map of a stage for the picture at the first of the sizes: channels x height x width.
        """
    def rounded(self, type: typing.Literal['float32', 'float16', 'bfloat16', 'int8']) -> Backbone:
        """
        The same network with the weights that a file of this type would hold.
        """
    def save(self, weights: str | os.PathLike[str], type: typing.Literal['float32', 'float16', 'bfloat16', 'int8'] = 'float32') -> None:
        """
        Writes the weights, the network's name, preprocessing, origin and licence.
        """
    @property
    def dimension(self) -> int:
        """
        Values that describe() gives for a picture.
        """
    @property
    def licence(self) -> str:
        """
        Of the weights; may be empty.
        """
    @property
    def network(self) -> str:
        ...
    @property
    def on_gpu(self) -> bool:
        ...
    @property
    def options(self) -> BackboneOptions:
        """
        With the stage and sizes that stand for the defaults.
        """
    @property
    def origin(self) -> str:
        """
        Where the weights come from, in words; may be empty.
        """
    @property
    def parts(self) -> list[int]:
        """
        Lengths of the parts that describe() puts together: one for each size, then one for each further stage, then one for each region.
        """
    @property
    def preprocessing(self) -> Preprocessing:
        ...
    @property
    def regions(self) -> int:
        """
        How many of the last parts are regions.
        """
    @property
    def stages(self) -> list[BackboneStage]:
        """
        Those whose weights are there, in order.
        """
class DescriptorSearchOptions:
    """
    How global descriptors are searched.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    expansion: int
    expansion_alpha: float
    max_hits: int
    num_threads: int
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, max_hits: int = 100, expansion: int = 0, expansion_alpha: float = 3.0, num_threads: int = 1) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
class VerificationOptions:
    """
    Geometric verification of a candidate.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    grid_cells: int
    max_error_px: float
    model: typing.Literal['similarity', 'affine', 'homography']
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, model: typing.Literal['similarity', 'affine', 'homography'] = 'affine', max_error_px: float = 8.0, grid_cells: int = 16) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
class VisualIndexOptions:
    """
    How the visual index is built.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    iterations: int
    num_threads: int
    seed: int
    training_features: int
    words: int
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, words: int = 4096, training_features: int = 300000, iterations: int = 6, seed: int = 0, num_threads: int = 0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
class VisualIndexQueryOptions:
    """
    How the visual index is asked.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    ratio_test_rank: int
    max_pictures: int
    num_threads: int
    probes: int
    rerank_places: int
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, probes: int = 4, ratio_test_rank: int = 20, rerank_places: int = 0, max_pictures: int = 200, num_threads: int = 1) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
class WhiteningOptions:
    """
    How global descriptors are shortened.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    exponent: float
    dimension: int
    max_samples: int
    num_threads: int
    seed: int
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, dimension: int = 256, exponent: float = 1.0, max_samples: int = 20000, seed: int = 0, num_threads: int = 0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
class PointMatch:
    """
    One spot in two pictures, by the shares of their widths and heights (0 to 1, from the top left).
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, x: float = 0.0, y: float = 0.0, photo_x: float = 0.0, photo_y: float = 0.0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def photo_x(self) -> float:
        ...
    @property
    def photo_y(self) -> float:
        ...
    @property
    def x(self) -> float:
        ...
    @property
    def y(self) -> float:
        ...
class Candidate:
    """
    A gallery picture that speaks for a place.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, photo_id: str = '', location: LatLng | tuple[float, float] = ..., probability: float = 0.0, inliers: int = 0, score: float = 0.0, url: str = '', thumbnail: str = '', matches: collections.abc.Sequence[PointMatch | dict[str, typing.Any]] = ..., aspect: float = 0.0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def aspect(self) -> float:
        ...
    @property
    def inliers(self) -> int:
        ...
    @property
    def location(self) -> LatLng:
        ...
    @property
    def matches(self) -> list[PointMatch]:
        ...
    @property
    def photo_id(self) -> str:
        ...
    @property
    def probability(self) -> float:
        ...
    @property
    def score(self) -> float:
        ...
    @property
    def thumbnail(self) -> str:
        ...
    @property
    def url(self) -> str:
        ...
class StageTime:
    """
    How long a part of a query took.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, stage: str = '', seconds: float = 0.0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def seconds(self) -> float:
        ...
    @property
    def stage(self) -> str:
        ...
class Prediction:
    """
    The answer to "where was this picture made?".
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, location: LatLng | tuple[float, float] = ..., confidence: float = 0.0, in_area: float = 0.0, radius_50_m: float = 0.0, radius_90_m: float = 0.0, candidates: collections.abc.Sequence[Candidate | dict[str, typing.Any]] = ..., posterior: Posterior = ..., timings: collections.abc.Sequence[StageTime | dict[str, typing.Any]] = ...) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def _repr_html_(self) -> str:
        """
        A map of the answer for notebooks; needs nothing from the network.
        """
    def to_dict(self) -> dict[str, typing.Any]:
        """
        The form of `venloc locate --json`, without the file.
        """
    def to_geojson(self) -> str:
        """
        GeoJSON of the location, the 50 % and 90 % regions and the candidates.
        """
    @property
    def candidates(self) -> list[Candidate]:
        ...
    @property
    def confidence(self) -> float:
        ...
    @property
    def in_area(self) -> float:
        ...
    @property
    def location(self) -> LatLng:
        ...
    @property
    def posterior(self) -> Posterior:
        ...
    @property
    def radius_50_m(self) -> float:
        ...
    @property
    def radius_90_m(self) -> float:
        ...
    @property
    def timings(self) -> list[StageTime]:
        ...
class LocatorInfo:
    """
    What a locator is and knows.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, kind: str = '', city: str = '', photos: int = 0, features: int = 0, options: str = '', library_version: str = '', format_version: int = 0, area: BoundingBox | dict[str, typing.Any] = ...) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def area(self) -> BoundingBox:
        ...
    @property
    def city(self) -> str:
        ...
    @property
    def features(self) -> int:
        ...
    @property
    def format_version(self) -> int:
        ...
    @property
    def kind(self) -> str:
        ...
    @property
    def library_version(self) -> str:
        ...
    @property
    def options(self) -> str:
        ...
    @property
    def photos(self) -> int:
        ...
class Locator:
    """
    Locates pictures; several threads may use one. A locator that was opened from a file, or saved to one and not changed since, pickles as the path of that file, from which it is opened again.
    """
    def __reduce__(self) -> tuple[typing.Any, ...]:
        """
        Opens the model file again.
        """
    def __repr__(self) -> str:
        ...
    def add(self, gallery: Gallery, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None) -> None:
        """
        Adds pictures without a rebuild, where the kind can be changed; otherwise an InvalidArgumentError that names the kinds that can.
        """
    def info(self) -> LocatorInfo:
        ...
    @typing.overload
    def locate(self, picture: venloc.pictures.Picture) -> Prediction:
        """
        Where the picture was made: a path, the bytes of a file, a PIL image or an array (height x width, or x 3 for RGB).
        """
    @typing.overload
    def locate(self, picture: list[venloc.pictures.Picture] | tuple[venloc.pictures.Picture, ...], num_threads: int = 0) -> list[Prediction]:
        """
        The answers for several pictures, in their order, on up to num_threads threads (0 = all cores).
        """
    def remove(self, ids: collections.abc.Sequence[str]) -> None:
        """
        Removes pictures by id, where the kind can be changed; otherwise an InvalidArgumentError that names the kinds that can.
        """
    def save(self, file: os.PathLike[str] | str) -> None:
        """
        Writes the model; a failure leaves an existing file as it was.
        """
    @property
    def photos(self) -> list[Photo]:
        """
        The gallery pictures it knows; their file is empty after loading.
        """
class SiftLocatorOptions:
    """
    How a SiftLocator is built and asked.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    calibration_folds: int
    calibration_grouped: bool
    city: str
    keep_descriptors: bool
    matching: typing.Literal['indexed', 'exhaustive']
    max_candidates: int
    max_features_total: int
    num_threads: int
    seed: int
    verify_candidates: int
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, matching: typing.Literal['indexed', 'exhaustive'] = 'indexed', sift: SiftOptions | dict[str, typing.Any] = ..., index: VisualIndexOptions | dict[str, typing.Any] = ..., query: VisualIndexQueryOptions | dict[str, typing.Any] = ..., verification: VerificationOptions | dict[str, typing.Any] = ..., max_features_total: int = 0, keep_descriptors: bool = False, verify_candidates: int = 200, max_candidates: int = 20, calibration_folds: int = 10, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def to_json(self) -> str:
        ...
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
    @property
    def cache(self) -> pathlib.Path | None:
        ...
    @cache.setter
    def cache(self, value: str | os.PathLike[str] | None) -> None:
        ...
    @property
    def index(self) -> VisualIndexOptions:
        ...
    @index.setter
    def index(self, value: VisualIndexOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def query(self) -> VisualIndexQueryOptions:
        ...
    @query.setter
    def query(self, value: VisualIndexQueryOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def sift(self) -> SiftOptions:
        ...
    @sift.setter
    def sift(self, value: SiftOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def verification(self) -> VerificationOptions:
        ...
    @verification.setter
    def verification(self, value: VerificationOptions | dict[str, typing.Any]) -> None:
        ...
class SiftLocator(Locator):
    """
    Locates by SIFT features: a short list from a visual index, geometric verification and a calibrated mixture over the places of the verified pictures.
    """
    @staticmethod
    def build(gallery: Gallery, options: SiftLocatorOptions | dict[str, typing.Any] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, matching: typing.Literal['indexed', 'exhaustive'] = 'indexed', sift: SiftOptions | dict[str, typing.Any] = ..., index: VisualIndexOptions | dict[str, typing.Any] = ..., query: VisualIndexQueryOptions | dict[str, typing.Any] = ..., verification: VerificationOptions | dict[str, typing.Any] = ..., max_features_total: int = 0, keep_descriptors: bool = False, verify_candidates: int = 200, max_candidates: int = 20, calibration_folds: int = 10, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> SiftLocator:
        """
        Reads every picture of the gallery. Keywords stand above `options`; nested options may be dicts.
        """
    @staticmethod
    def load(file: os.PathLike[str] | str) -> SiftLocator:
        ...
    def add(self, gallery: Gallery, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None) -> None:
        """
        Adds pictures without a rebuild. Not to be called while queries run.
        """
    def remove(self, ids: collections.abc.Sequence[str]) -> None:
        """
        Removes pictures by id; an unknown id is a ValueError and changes nothing.
        """
    def set_options(self, options: SiftLocatorOptions | dict[str, typing.Any] | None = None, *, matching: typing.Literal['indexed', 'exhaustive'] = 'indexed', sift: SiftOptions | dict[str, typing.Any] = ..., index: VisualIndexOptions | dict[str, typing.Any] = ..., query: VisualIndexQueryOptions | dict[str, typing.Any] = ..., verification: VerificationOptions | dict[str, typing.Any] = ..., max_features_total: int = 0, keep_descriptors: bool = False, verify_candidates: int = 200, max_candidates: int = 20, calibration_folds: int = 10, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> None:
        """
        Changes settings of queries; what is not named stays. A setting that the index was built with is a ValueError.
        """
    @property
    def options(self) -> SiftLocatorOptions:
        """
        A copy of the options; change them with set_options.
        """
class PhotoMatch:
    """
    Two photos of a gallery that show the same scene.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, first: int = 0, second: int = 0, inliers: int = 0, weight: float = 0.0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def first(self) -> int:
        ...
    @property
    def inliers(self) -> int:
        ...
    @property
    def second(self) -> int:
        ...
    @property
    def weight(self) -> float:
        ...
class GeotagAuditOptions:
    """
    What counts as a match, and how geotags are doubted.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    min_inliers: int
    num_threads: int
    reach_m: float
    min_weight: float
    wrong_share: float
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, min_inliers: int = 10, min_weight: float = 4.0, reach_m: float = 150.0, wrong_share: float = 0.06, num_threads: int = 0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
class GeotagFinding:
    """
    A photo whose verified matches lie elsewhere.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, photo: int = 0, photo_id: str = '', location: LatLng | tuple[float, float] = ..., suggested: LatLng | tuple[float, float] = ..., distance_m: float = 0.0, spread_m: float = 0.0, doubt: float = 0.0, evidence: collections.abc.Sequence[PhotoMatch | dict[str, typing.Any]] = ...) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def distance_m(self) -> float:
        ...
    @property
    def doubt(self) -> float:
        ...
    @property
    def evidence(self) -> list[PhotoMatch]:
        ...
    @property
    def location(self) -> LatLng:
        ...
    @property
    def photo(self) -> int:
        ...
    @property
    def photo_id(self) -> str:
        ...
    @property
    def spread_m(self) -> float:
        ...
    @property
    def suggested(self) -> LatLng:
        ...
class DescriptorLocatorOptions:
    """
    How a DescriptorLocator is built and asked.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    calibration_folds: int
    calibration_grouped: bool
    city: str
    crops: int
    max_candidates: int
    num_threads: int
    seed: int
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, whitening: WhiteningOptions | dict[str, typing.Any] = ..., search: DescriptorSearchOptions | dict[str, typing.Any] = ..., crops: int = 1, max_candidates: int = 20, calibration_folds: int = 10, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def to_json(self) -> str:
        ...
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
    @property
    def cache(self) -> pathlib.Path | None:
        ...
    @cache.setter
    def cache(self, value: str | os.PathLike[str] | None) -> None:
        ...
    @property
    def search(self) -> DescriptorSearchOptions:
        ...
    @search.setter
    def search(self, value: DescriptorSearchOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def whitening(self) -> WhiteningOptions:
        ...
    @whitening.setter
    def whitening(self, value: WhiteningOptions | dict[str, typing.Any]) -> None:
        ...
class DescriptorLocator(Locator):
    """
    Locates by whitened global descriptors of a network and a calibrated mixture over the places of the pictures most alike.
    """
    @staticmethod
    def build(gallery: Gallery, backbone: Backbone, options: DescriptorLocatorOptions | dict[str, typing.Any] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, whitening: WhiteningOptions | dict[str, typing.Any] = ..., search: DescriptorSearchOptions | dict[str, typing.Any] = ..., crops: int = 1, max_candidates: int = 20, calibration_folds: int = 10, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> DescriptorLocator:
        """
        Describes every picture of the gallery. Keywords stand above `options`; nested options may be dicts.
        """
    @staticmethod
    def load(file: os.PathLike[str] | str) -> DescriptorLocator:
        ...
    def add(self, gallery: Gallery, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None) -> None:
        """
        Adds pictures without a rebuild. Not to be called while queries run.
        """
    def locate_features(self, features: numpy.typing.NDArray[numpy.float32]) -> Prediction:
        """
        The answer for what `backbone.describe` said of a picture before: a row of extract_features.
        """
    def remove(self, ids: collections.abc.Sequence[str]) -> None:
        """
        Removes pictures by id; an unknown id is a ValueError and changes nothing.
        """
    @property
    def backbone(self) -> Backbone:
        ...
    @property
    def options(self) -> DescriptorLocatorOptions:
        """
        A copy of the options.
        """
class PaintingLocatorOptions:
    """
    How a PaintingLocator is built and asked.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    cells: int
    city: str
    gallery_long_side_px: int
    max_candidates: int
    num_threads: int
    seed: int
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, projection: WhiteningOptions | dict[str, typing.Any] = ..., gallery_long_side_px: int = 448, query_long_sides_px: collections.abc.Sequence[int] = ..., cells: int = 100, max_candidates: int = 20, city: str = '', seed: int = 0, num_threads: int = 0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def to_json(self) -> str:
        ...
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
    @property
    def projection(self) -> WhiteningOptions:
        ...
    @projection.setter
    def projection(self, value: WhiteningOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def query_long_sides_px(self) -> list[int]:
        ...
    @query_long_sides_px.setter
    def query_long_sides_px(self, value: collections.abc.Sequence[int]) -> None:
        ...
class PaintingLocator(Locator):
    """
    Locates paintings, drawings and old photographs by what stands where in a network's maps of them.
    """
    @staticmethod
    def build(gallery: Gallery, backbone: Backbone, options: PaintingLocatorOptions | dict[str, typing.Any] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, projection: WhiteningOptions | dict[str, typing.Any] = ..., gallery_long_side_px: int = 448, query_long_sides_px: collections.abc.Sequence[int] = ..., cells: int = 100, max_candidates: int = 20, city: str = '', seed: int = 0, num_threads: int = 0) -> PaintingLocator:
        """
        Describes every picture of the gallery. Keywords stand above `options`; nested options may be dicts.
        """
    @staticmethod
    def load(file: os.PathLike[str] | str) -> PaintingLocator:
        ...
    def locate_scores(self, scores: numpy.typing.NDArray[numpy.float32]) -> Prediction:
        """
        The answer for what scores() said of a picture before.
        """
    def scores(self, picture: venloc.pictures.Picture) -> numpy.typing.NDArray[numpy.float32]:
        """
        The score of each gallery picture, in deviations from the mean of all.
        """
    @property
    def backbone(self) -> Backbone:
        ...
    @property
    def options(self) -> PaintingLocatorOptions:
        """
        A copy of the options.
        """
class EnsembleLocatorOptions:
    """
    How a EnsembleLocator is built and asked.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    calibration_folds: int
    calibration_grouped: bool
    city: str
    max_candidates: int
    num_threads: int
    seed: int
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, sift: SiftLocatorOptions | dict[str, typing.Any] = ..., whitening: WhiteningOptions | dict[str, typing.Any] = ..., region_whitening: WhiteningOptions | dict[str, typing.Any] = ..., search: DescriptorSearchOptions | dict[str, typing.Any] = ..., works: collections.abc.Sequence[str | os.PathLike[str] | None] = ..., painting: PaintingLocatorOptions | dict[str, typing.Any] = ..., leave_out: collections.abc.Sequence[str] = ..., max_candidates: int = 20, calibration_folds: int = 10, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def to_json(self) -> str:
        ...
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
    @property
    def cache(self) -> pathlib.Path | None:
        ...
    @cache.setter
    def cache(self, value: str | os.PathLike[str] | None) -> None:
        ...
    @property
    def leave_out(self) -> list[str]:
        ...
    @leave_out.setter
    def leave_out(self, value: collections.abc.Sequence[str]) -> None:
        ...
    @property
    def painting(self) -> PaintingLocatorOptions:
        ...
    @painting.setter
    def painting(self, value: PaintingLocatorOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def region_whitening(self) -> WhiteningOptions:
        ...
    @region_whitening.setter
    def region_whitening(self, value: WhiteningOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def search(self) -> DescriptorSearchOptions:
        ...
    @search.setter
    def search(self, value: DescriptorSearchOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def sift(self) -> SiftLocatorOptions:
        ...
    @sift.setter
    def sift(self, value: SiftLocatorOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def whitening(self) -> WhiteningOptions:
        ...
    @whitening.setter
    def whitening(self, value: WhiteningOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def works(self) -> list[pathlib.Path | None]:
        ...
    @works.setter
    def works(self, value: collections.abc.Sequence[str | os.PathLike[str] | None]) -> None:
        ...
class EnsembleLocator(Locator):
    """
    Locates by SIFT features and a network's descriptors together: one list of candidates, each weighed by all that is known of it.
    """
    @staticmethod
    def build(gallery: Gallery, backbone: Backbone, options: EnsembleLocatorOptions | dict[str, typing.Any] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, sift: SiftLocatorOptions | dict[str, typing.Any] = ..., whitening: WhiteningOptions | dict[str, typing.Any] = ..., region_whitening: WhiteningOptions | dict[str, typing.Any] = ..., search: DescriptorSearchOptions | dict[str, typing.Any] = ..., works: collections.abc.Sequence[str | os.PathLike[str] | None] = ..., painting: PaintingLocatorOptions | dict[str, typing.Any] = ..., leave_out: collections.abc.Sequence[str] = ..., max_candidates: int = 20, calibration_folds: int = 10, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> EnsembleLocator:
        """
        Describes every picture of the gallery. Keywords stand above `options`; nested options may be dicts.
        """
    @staticmethod
    def load(file: os.PathLike[str] | str) -> EnsembleLocator:
        ...
    def add(self, gallery: Gallery, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None) -> None:
        """
        Adds pictures without a rebuild. Not to be called while queries run.
        """
    def remove(self, ids: collections.abc.Sequence[str]) -> None:
        """
        Removes pictures by id; an unknown id is a ValueError and changes nothing.
        """
    @property
    def backbone(self) -> Backbone:
        ...
    @property
    def options(self) -> EnsembleLocatorOptions:
        """
        A copy of the options.
        """
class EvaluationRecord:
    """
    One located query with a known truth.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, photo_id: str = '', truth: LatLng | tuple[float, float] = ..., predicted: LatLng | tuple[float, float] = ..., error_m: float = 0.0, confidence: float = 0.0, in_area: float = 1.0, radius_50_m: float = 0.0, radius_90_m: float = 0.0, nearest_gallery_m: float = 0.0, candidate_errors_m: collections.abc.Sequence[float] = ..., group: int = 0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def candidate_errors_m(self) -> list[float]:
        ...
    @property
    def confidence(self) -> float:
        ...
    @property
    def error_m(self) -> float:
        ...
    @property
    def group(self) -> int:
        ...
    @property
    def in_area(self) -> float:
        ...
    @property
    def nearest_gallery_m(self) -> float:
        ...
    @property
    def photo_id(self) -> str:
        ...
    @property
    def predicted(self) -> LatLng:
        ...
    @property
    def radius_50_m(self) -> float:
        ...
    @property
    def radius_90_m(self) -> float:
        ...
    @property
    def truth(self) -> LatLng:
        ...
class Estimate:
    """
    A figure and its 95 % interval.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, value: float = 0.0, low: float = 0.0, high: float = 0.0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def high(self) -> float:
        ...
    @property
    def low(self) -> float:
        ...
    @property
    def value(self) -> float:
        ...
class EvaluationOptions:
    """
    Which figures are computed.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    bootstrap_resamples: int
    recall_distance_m: float
    seed: int
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, thresholds_m: collections.abc.Sequence[float] = ..., recall_at: collections.abc.Sequence[int] = ..., recall_distance_m: float = 25.0, bootstrap_resamples: int = 2000, seed: int = 0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
    @property
    def recall_at(self) -> list[int]:
        ...
    @recall_at.setter
    def recall_at(self, value: collections.abc.Sequence[int]) -> None:
        ...
    @property
    def thresholds_m(self) -> list[float]:
        ...
    @thresholds_m.setter
    def thresholds_m(self, value: collections.abc.Sequence[float]) -> None:
        ...
class CalibrationBin:
    """
    Share of confident answers in a bin of confidence and of right ones among them.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, mean_confidence: float = 0.0, share_within: float = 0.0, count: int = 0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def count(self) -> int:
        ...
    @property
    def mean_confidence(self) -> float:
        ...
    @property
    def share_within(self) -> float:
        ...
class Metrics:
    """
    The figures of one locator on one set of queries.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, name: str = '', queries: int = 0, groups: int = 0, mean_m: Estimate | dict[str, typing.Any] = ..., median_m: Estimate | dict[str, typing.Any] = ..., quartile_1_m: Estimate | dict[str, typing.Any] = ..., quartile_3_m: Estimate | dict[str, typing.Any] = ..., percentile_90_m: Estimate | dict[str, typing.Any] = ..., thresholds_m: collections.abc.Sequence[float] = ..., within: collections.abc.Sequence[Estimate | dict[str, typing.Any]] = ..., recall_at: collections.abc.Sequence[int] = ..., recall: collections.abc.Sequence[Estimate | dict[str, typing.Any]] = ..., oracle_recall: Estimate | dict[str, typing.Any] = ..., coverage_50: Estimate | dict[str, typing.Any] = ..., coverage_90: Estimate | dict[str, typing.Any] = ..., calibration_error: Estimate | dict[str, typing.Any] = ..., calibration: collections.abc.Sequence[CalibrationBin | dict[str, typing.Any]] = ...) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def calibration(self) -> list[CalibrationBin]:
        ...
    @property
    def calibration_error(self) -> Estimate:
        ...
    @property
    def coverage_50(self) -> Estimate:
        ...
    @property
    def coverage_90(self) -> Estimate:
        ...
    @property
    def groups(self) -> int:
        ...
    @property
    def mean_m(self) -> Estimate:
        ...
    @property
    def median_m(self) -> Estimate:
        ...
    @property
    def name(self) -> str:
        ...
    @property
    def percentile_90_m(self) -> Estimate:
        ...
    @property
    def quartile_1_m(self) -> Estimate:
        ...
    @property
    def quartile_3_m(self) -> Estimate:
        ...
    @property
    def queries(self) -> int:
        ...
    @property
    def recall(self) -> list[Estimate]:
        ...
    @property
    def recall_at(self) -> list[int]:
        ...
    @property
    def oracle_recall(self) -> Estimate:
        ...
    @property
    def thresholds_m(self) -> list[float]:
        ...
    @property
    def within(self) -> list[Estimate]:
        ...
class PairedDifference:
    """
    A minus B of the same queries in the same order.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, mean_m: Estimate | dict[str, typing.Any] = ..., median_m: Estimate | dict[str, typing.Any] = ..., thresholds_m: collections.abc.Sequence[float] = ..., within: collections.abc.Sequence[Estimate | dict[str, typing.Any]] = ...) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def mean_m(self) -> Estimate:
        ...
    @property
    def median_m(self) -> Estimate:
        ...
    @property
    def thresholds_m(self) -> list[float]:
        ...
    @property
    def within(self) -> list[Estimate]:
        ...
class PublishedAnalysis:
    """
    The analysis of the project that venloc grew out of.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, mse_lat: float = 0.0, mse_lng: float = 0.0, bin_edges_m: collections.abc.Sequence[float] = ..., counts: collections.abc.Sequence[int] = ..., density_x_m: collections.abc.Sequence[float] = ..., density: collections.abc.Sequence[float] = ..., median_m: Estimate | dict[str, typing.Any] = ...) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def bin_edges_m(self) -> list[float]:
        ...
    @property
    def counts(self) -> list[int]:
        ...
    @property
    def density(self) -> list[float]:
        ...
    @property
    def density_x_m(self) -> list[float]:
        ...
    @property
    def median_m(self) -> Estimate:
        ...
    @property
    def mse_lat(self) -> float:
        ...
    @property
    def mse_lng(self) -> float:
        ...
def audit_geotags(gallery: Gallery, matches: collections.abc.Sequence[PhotoMatch], *, min_inliers: int = 10, min_weight: float = 4.0, reach_m: float = 150.0, wrong_share: float = 0.06, num_threads: int = 0) -> list[GeotagFinding]:
    """
    The photos whose geotag is more likely wrong than right, by robust consensus over the matches, the most doubtful first.
    """
def augmented(picture: venloc.pictures.Picture, seed: int, *, min_crop: float = 0.6, flip: float = 0.0, brightness: float = 0.25, contrast: float = 0.25, saturation: float = 0.4, grey_share: float = 0.1, smooth_share: float = 0.0, sketch_share: float = 0.0) -> Image:
    """
    A variation of the picture; the same seed gives the same one.
    """
def cell_at(place: LatLng, level: typing.SupportsInt | typing.SupportsIndex) -> CellId:
    """
    The cell of this level (0 to 30) that holds the place.
    """
def compare(a: collections.abc.Sequence[EvaluationRecord], b: collections.abc.Sequence[EvaluationRecord], options: EvaluationOptions | None = None, *, thresholds_m: collections.abc.Sequence[float] = ..., recall_at: collections.abc.Sequence[int] = ..., recall_distance_m: float = 25.0, bootstrap_resamples: int = 2000, seed: int = 0) -> PairedDifference:
    """
    A minus B of the same queries in the same order.
    """
def compute_metrics(name: str, records: collections.abc.Sequence[EvaluationRecord], options: EvaluationOptions | None = None, *, thresholds_m: collections.abc.Sequence[float] = ..., recall_at: collections.abc.Sequence[int] = ..., recall_distance_m: float = 25.0, bootstrap_resamples: int = 2000, seed: int = 0) -> Metrics:
    """
    Figures with 95 % intervals by bootstrap of groups.
    """
def constant_baseline(gallery: collections.abc.Sequence[Photo], queries: collections.abc.Sequence[EvaluationRecord]) -> list[EvaluationRecord]:
    """
    Always the mean place of the gallery.
    """
def decode_exif(encoded: bytes | bytearray | memoryview) -> Exif:
    """
    As read_exif, of the bytes of a picture file.
    """
def decode_image(encoded: bytes | bytearray | memoryview, name: str, *, max_bytes: int = 268435456, max_pixels: int = 100000000, apply_orientation: bool = True) -> Image:
    """
    Decodes the bytes of a picture file; the name stands in messages.
    """
def default_model_path() -> pathlib.Path:
    """
    The model of the default city: $VENLOC_MODEL, or the installed file.
    """
def densest_place_baseline(gallery: collections.abc.Sequence[Photo], queries: collections.abc.Sequence[EvaluationRecord]) -> list[EvaluationRecord]:
    """
    Always the place with the most gallery pictures within 50 m.
    """
def distance_m(a: LatLng, b: LatLng) -> float:
    """
    Great-circle distance between two places [m].
    """
def encode_jpeg(image: Image, *, quality: typing.SupportsInt | typing.SupportsIndex = 80) -> bytes:
    """
    The picture as a JPEG file, without any tag. Quality is 1 to 100.
    """
def extract_features(backbone: Backbone, gallery: Gallery, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, cache: str | os.PathLike[str] | None = None, num_threads: int = 0) -> numpy.typing.NDArray[numpy.float32]:
    """
    Backbone.describe of every picture of the gallery, a row for each; with a cache folder an interrupted run goes on where it stopped.
    """
def extract_sift(image: Image, *, long_side_px: int = 640, max_features: int = 1500, grid_cells: int = 8, contrast_threshold: float = 0.02, edge_threshold: float = 10.0, upright: bool = True, root: bool = True) -> LocalFeatures:
    """
    SIFT features; a picture without structure gives none.
    """
def group_photos(gallery: Gallery, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, same_place_m: float = 1.0, flickr_id_gap: int = 1000, hash_bits: int = 6, num_threads: int = 0) -> list[int]:
    """
    Group number of each photo: connected by the same place, the same upload burst or near-duplicate content.
    """
def grouped_k_fold(groups: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex], k: typing.SupportsInt | typing.SupportsIndex, seed: typing.SupportsInt | typing.SupportsIndex) -> list[Split]:
    """
    k splits whose test sets partition the items, no group on both sides.
    """
def is_valid(place: LatLng) -> bool:
    """
    True when both values are finite and in range.
    """
def load_locator(file: os.PathLike[str] | str) -> Locator:
    """
    Opens a model file of any kind. LibTorch is loaded for the kinds that need it: "s2" and "regression".
    """
def match_photos(locator: SiftLocator, gallery: Gallery, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, min_inliers: int = 10, min_weight: float = 4.0, reach_m: float = 150.0, wrong_share: float = 0.06, num_threads: int = 0) -> list[PhotoMatch]:
    """
    Asks the locator, built from these photos, for each photo of the gallery, and keeps the matches with others that count.
    """
def model_kind(file: os.PathLike[str] | str) -> str:
    """
    The kind of a model, "sift", "ensemble", …, from the head of the file alone.
    """
def perceptual_hash(image: Image) -> int:
    """
    64-bit perceptual hash; near-duplicate pictures differ in few bits.
    """
def probe_image(encoded: bytes | bytearray | memoryview, name: str) -> ImageInfo:
    """
    Reads the head of an encoded picture.
    """
def published_analysis(records: collections.abc.Sequence[EvaluationRecord], bins: typing.SupportsInt | typing.SupportsIndex = 30, loops: typing.SupportsInt | typing.SupportsIndex = 10000, seed: typing.SupportsInt | typing.SupportsIndex = 0) -> PublishedAnalysis:
    """
    Mean squared error in squared degrees, histogram with kernel density, bootstrap interval of the median.
    """
def random_picture_baseline(gallery: collections.abc.Sequence[Photo], queries: collections.abc.Sequence[EvaluationRecord], seed: typing.SupportsInt | typing.SupportsIndex = 0) -> list[EvaluationRecord]:
    """
    The place of a random gallery picture.
    """
def random_split(n: typing.SupportsInt | typing.SupportsIndex, share: typing.SupportsFloat | typing.SupportsIndex, seed: typing.SupportsInt | typing.SupportsIndex) -> Split:
    """
    `share` (0 to 1) of n items for testing, drawn without replacement.
    """
def read_exif(file: os.PathLike[str] | str) -> Exif:
    """
    The EXIF tags of a picture file. Damaged tags count as missing, with the reason in position_problem.
    """
def read_image(file: str | os.PathLike[str], *, max_bytes: int = 268435456, max_pixels: int = 100000000, apply_orientation: bool = True) -> Image:
    """
    Reads and decodes a picture file.
    """
def read_safetensors(path: os.PathLike[str] | str) -> tuple[dict[str, numpy.ndarray], dict[str, str]]:
    """
    The arrays (memory-mapped, read-only) and the metadata of a safetensors file; bfloat16 arrays are seen as uint16.
    """
def records_of(predictions: collections.abc.Sequence[Prediction], queries: Gallery, locator: Locator, groups: collections.abc.Sequence[int] = ...) -> list[EvaluationRecord]:
    """
    The records of predictions the locator made before, one for each of the queries in order.
    """
def run_queries(locator: Locator, queries: Gallery, groups: collections.abc.Sequence[int] = ..., num_threads: int = 0, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None) -> list[EvaluationRecord]:
    """
    Runs a locator over queries with known places.
    """
def smoothed_labels(partition: CellPartition, place: LatLng, tau_m: typing.SupportsFloat | typing.SupportsIndex) -> numpy.typing.NDArray[numpy.float64]:
    """
    A probability for each class that falls with the distance of its cell to the place, by tau_m [m].
    """
def to_json(rows: collections.abc.Sequence[Metrics]) -> str:
    """
    JSON with every figure.
    """
def to_markdown(rows: collections.abc.Sequence[Metrics]) -> str:
    """
    A Markdown table.
    """
def to_text(rows: collections.abc.Sequence[Metrics]) -> str:
    """
    A fixed-width table.
    """
def version() -> str:
    """
    Version of the library, "major.minor.patch".
    """
def write_safetensors(path: os.PathLike[str] | str, arrays: collections.abc.Mapping[str, numpy.ndarray], metadata: collections.abc.Mapping[str, str] = {}) -> None:
    """
    Writes arrays and metadata atomically; the same content gives the same bytes.
    """
CONFIDENCE_RADIUS_M: float = 100.0
EARTH_RADIUS_M: float = 6371008.8
FORMAT_VERSION: int = 1
