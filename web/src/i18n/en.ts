// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// The page in English. The other languages have the same keys, or they do not compile.

export const en = {
  name: 'English',

  // The page
  pageTitle: (city: string) => `venloc: where in ${city} was this picture made?`,
  title: (city: string) => `Where in ${city} was this picture made?`,
  intro:
    'Upload a photo, a painting, a drawing or an old photograph. The result is a place, how certain it is, and the known photos it is based on, so that you can check it yourself.',
  languageLabel: 'Language',
  skip: 'Skip to the pictures',
  cityName: (city: string) => city || 'this city',

  // Intake
  drop: 'Drop pictures here, or paste one',
  dropNow: 'Release to locate them',
  choose: 'Choose pictures',
  chooseMore: 'More pictures',
  takePhoto: 'Take a photo',
  startOver: 'Start over',
  limits: (pictures: string, size: string) =>
    `JPEG, PNG, WebP, TIFF or BMP; at most ${pictures} at once, ${size} each.`,
  privacy: (host: string) =>
    `Pictures are sent to ${host} only. It processes them in memory and does not store them. This page sets no cookies.`,
  samplesTitle: 'Or try one of these',
  samplesCredits: 'Where these pictures come from',
  sampleFailed: 'The sample could not be loaded. Try again.',

  // Pictures
  picturesTitle: 'Pictures',
  waiting: 'waiting',
  sending: 'being located',
  answered: 'located',
  failed: 'not located',
  cancelled: 'cancelled',
  progress: (done: number, total: number) => `${done} of ${total} located`,
  progressOne: 'Locating the picture',
  cancel: 'Cancel',
  tryAgain: 'Try again',
  tryNow: 'Try now',
  allCsv: 'All as CSV',
  allGeoJson: 'All as GeoJSON',
  noPreview: 'no preview',
  togetherSwitch: 'These pictures are from one walk',
  togetherMeaning: (pictures: number) =>
    `The ${pictures} pictures that you added at once are then located together, and each helps to locate the others. Their order is that of the times in the files, or else that of their names.`,
  answeredTogether: (position: number) => `no. ${position} of the walk`,

  // Refusals and problems
  refusedType: (file: string) =>
    `${file} is not a picture in a supported format. Save it as JPEG or PNG and try again.`,
  refusedEmpty: (file: string) => `${file} is empty. Choose the file again, or another one.`,
  refusedBytes: (file: string, size: string) => `${file} is larger than ${size}. Make it smaller and try again.`,
  refusedPixels: (file: string, pixels: string) =>
    `${file} has more than ${pixels} million pixels. Make it smaller and try again.`,
  tooMany: (limit: number) =>
    `You can add at most ${limit} pictures at once. The first ${limit} were added; add the others afterwards.`,
  notLocated: 'This picture could not be located',
  cancelledText: 'You cancelled before the picture was located.',
  busy: 'The server is busy with other pictures. Yours stay on this page and are sent again automatically.',
  busyIn: (seconds: number) => `Next try in ${seconds} s`,
  unreachable:
    'The server cannot be reached. Your pictures are still here: check your internet connection, then try again.',
  brokeOff: 'The connection was lost before all pictures were located. Try again to locate the others.',
  serverGone: 'The server cannot be reached, so pictures cannot be located now. Check your internet connection.',
  problems: {
    400: 'The pictures did not arrive completely. Try again.',
    408: 'The pictures took too long to arrive. Try again, with fewer or smaller ones.',
    413: 'This is more than the server accepts. Send smaller pictures, or fewer at a time.',
    422: 'The server cannot use this picture as it is.',
    429: 'Too many pictures came from your address in a short time. Wait a minute, then try again.',
    500: 'The server had an internal error. Try again.',
    503: 'The server cannot process this picture now. Try again later.',
    504: 'The picture was not located in time. Try again later.',
  },
  unusable: 'This picture could not be used.',
  problemWithoutText: (status: number) => `The server could not answer (error ${status}). Try again later.`,

  // The answer
  sentenceElsewhere: (city: string, place: string) =>
    `This does not look like ${city}; if it is, the place is somewhere around ${place}`,
  sentenceAround: (city: string, place: string, radius: string) =>
    `Not sure: perhaps within ${radius} of ${place} in ${city}`,
  sentenceVeryLikely: (city: string, place: string, radius: string) =>
    `Very likely within ${radius} of ${place} in ${city}`,
  sentenceProbably: (city: string, place: string, radius: string) => `Probably within ${radius} of ${place} in ${city}`,
  headElsewhere: (city: string) => `Probably not ${city}`,
  headAround: (where: string) => `Not sure: perhaps ${where}`,
  headVeryLikely: (where: string) => `Very likely ${where}`,
  headProbably: (where: string) => `Probably ${where}`,
  here: 'here',
  around: 'somewhere around here',
  aroundPlace: (place: string) => `somewhere around ${place}`,
  near: (place: string) => `near ${place}`,
  from: (distance: string, place: string) => `${distance} from ${place}`,
  confidence: 'Confidence',
  confidenceHigh: 'high',
  confidenceFair: 'fair',
  confidenceLow: 'low',
  confidenceVeryLow: 'very low',
  confidenceMeans: (percent: string, distance: string) =>
    `The error is below ${distance} with a probability of ${percent}.`,
  radiiLabel: 'Distance',
  radii: (radius50: string, percent50: string, radius90: string, percent90: string) =>
    `The true place is within ${radius50} with ${percent50} probability, and within ${radius90} with ${percent90}.`,
  radiiIf: (city: string, radii: string) => `${radii} This holds if the picture shows ${city}.`,
  inAreaLabel: (city: string) => `Shows ${city}`,
  inArea: (percent: string, city: string) =>
    `The picture shows ${city} with a probability of ${percent}. For a painting or a drawing this is hardly more than a guess.`,
  nearestLabel: 'Nearest place',
  nearest: (place: string, distance: string) => `${place}, ${distance} from the point`,
  exifLabel: 'In the file',
  exif: (place: string, distance: string) =>
    `The GPS position in the file is ${place}, ${distance} from the estimate. It was not used for the estimate.`,
  notesLabel: 'Notes',
  noteTurned: (degrees: number) =>
    `The picture seems to lie on its side or upside down. It was turned clockwise by ${degrees}° before it was located, and is shown so.`,
  noteWalk: (position: number, pictures: number) =>
    `Located together with the other pictures of the walk, as number ${position} of ${pictures}.`,
  noteCutShort: 'The file is cut short: a part of the picture is missing.',
  noteRawPreview: 'The file is a camera’s raw file: the preview in it was located.',
  noteReduced: (from: string, to: string) => `The picture of ${from} pixels was read at ${to} pixels.`,
  noteUncalibrated: 'The model was built from too few photos to be calibrated: probabilities are rough.',
  contents: {
    blank: 'This picture seems to be blank. Without a place in it, the answer means little.',
    text: 'This seems to be a page of text, not a picture of a place: the answer means little.',
    screenshot: 'This seems to be a screenshot or a chart, not a picture of a place: the answer means little.',
  },
  estimateNote: 'An estimate, not evidence of where anybody was.',
  copy: 'Copy coordinates',
  copied: 'Copied',
  copyFailed: (place: string) => `This browser does not allow copying. The coordinates are ${place}`,
  openMap: 'Open in OpenStreetMap',
  newTab: '(opens in a new tab)',
  csv: 'CSV',
  geoJson: 'GeoJSON',
  download: (kind: string) => `Download as ${kind}`,

  // The map
  mapTitle: 'Map',
  mapOf: (city: string) => `Map of ${city}. The arrow keys move it, the plus and minus keys zoom.`,
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  legendRegion: (percent: string) => `${percent} region`,
  legendPin: 'the answer',
  legendRing: (percent: string) => `${percent} radius`,
  legendCandidate: 'known photos of the evidence',
  legendWalk: 'pictures of the walk, in order',
  legendExif: 'place in the file',
  legendDensity: 'where the known photos are',
  legendYours: 'the place you choose',
  mapFingers: 'Use two fingers to move the map.',
  blankMap: 'This server has no map of the city: places are drawn on an empty background.',
  tilesSwitch: (host: string) => `Street map from ${host}`,
  tilesMeaning: (host: string) =>
    `${host} then receives your IP address and the part of the map that you view, but not your picture.`,
  tilesFailed: (host: string) => `${host} does not respond, so the street map cannot be shown.`,
  tilesNone: 'Drawn by this page, without requests to other servers.',

  // Evidence
  evidenceTitle: 'Evidence',
  evidenceIntro: 'The known photos that are most similar to the picture, best first. The map shows the same numbers.',
  evidenceNone: 'No known photo is similar to the picture. The answer is based only on where most photos are made.',
  thumbnailsSwitch: 'Show the known photos',
  thumbnailsMeaning: (hosts: string) =>
    `They are loaded from ${hosts}. Your IP address and the photos you view are then known there, but not your picture.`,
  candidateProbability: (percent: string) => `${percent} probability`,
  candidatePoints: (points: string) => `${points} matching points`,
  candidateOnePoint: '1 matching point',
  candidateNoPoints: 'similar as a whole, no matching points',
  candidateDistance: (distance: string) => `${distance} from the answer`,
  candidateOnMap: (number: number) => `Show photo ${number} on the map`,
  knownPhoto: (id: string) => `Known photo ${id}`,
  photoMissing: 'could not be loaded',
  showPoints: 'Show points',
  shownPoints: 'Points shown',
  matchesAlone: (points: string, id: string) =>
    `${points} points of your picture match points in the known photo ${id}.`,
  matchesBoth: (points: string, id: string) =>
    `${points} points of your picture (left or above) and the matching points in the known photo ${id}.`,

  // "I know where this is"
  know: 'I know where this is',
  knowTitle: 'Where is it?',
  knowHow:
    'Move the pin: drag it, click on the map, or enter the coordinates. You can paste latitude and longitude together. When the pin has the focus, the arrow keys move it by 5 m, with Shift by 50 m.',
  knowPin: 'The place you choose',
  lat: 'Latitude',
  lng: 'Longitude',
  badCoordinates: (city: string) => `Enter a latitude and a longitude in or around ${city}.`,
  consent:
    'I have the right to share this picture. The picture and this place may be stored on the server and used to locate other pictures. The file is sent unchanged, including what it records about the date, the camera and the place (GPS).',
  consentNeeded: 'Tick the box: without your consent nothing is sent.',
  send: 'Send picture and place',
  sendingPlace: 'Sending …',
  thanks: (id: string) => `Thank you. The picture is stored as ${id}.`,
  close: 'Close',

  // Foot
  responsible:
    'Made for pictures of places: archives, museums, travel, the history of a city. Do not use it to find, follow or expose people.',
  documents: 'About venloc',
  documentLimits: 'Limits and responsible use',
  documentModel: 'Model card of the default model',
  documentData: 'Data card of the default model',
  documentSecurity: 'Report a problem',
  documentConduct: 'Code of conduct',
  documentCitation: 'How to cite',
  model: (photos: string, city: string, version: string) =>
    `The model is built from ${photos} photos of ${city}. An answer can be wrong; paintings and quiet quarters are the hardest. venloc ${version}.`,

  // In a file of answers
  fileNote: (pictures: number) =>
    `${pictures === 1 ? 'A picture' : `${pictures} pictures`}, located by venloc. This file sends nothing to any server, unless you switch on the street map or the known photos.`,
  fileDamaged: 'This file contains no answers, or they are damaged. Create it again with venloc locate --map.',

  // For screen readers
  announceSending: (pictures: number) =>
    pictures === 1 ? 'The picture is being located.' : `${pictures} pictures are being located.`,
  announceAnswer: (file: string, text: string) => `${file}: ${text}.`,
};

/** Texts that differ in a file of answers: it has no server, and its reader may not be the person who located the pictures. */
export const enInFile = {
  blankMap: 'This file has no map of the city: places are drawn on an empty background.',
  tilesMeaning: (host: string) =>
    `${host} then receives your IP address and the part of the map that you view, but not the picture.`,
  tilesNone: 'Drawn by this file, without requests to servers.',
  thumbnailsMeaning: (hosts: string) =>
    `They are loaded from ${hosts}. Your IP address and the photos you view are then known there, but not the picture.`,
  matchesAlone: (points: string, id: string) =>
    `${points} points of the picture match points in the known photo ${id}.`,
  matchesBoth: (points: string, id: string) =>
    `${points} points of the picture (left or above) and the matching points in the known photo ${id}.`,
  exifLabel: 'In the picture’s file',
  exif: (place: string, distance: string) =>
    `The GPS position in the picture’s file is ${place}, ${distance} from the estimate. It was not used for the estimate.`,
  legendExif: 'place in the picture’s file',
  responsible:
    'This file holds small copies of the pictures: everybody who has the file can see them. Do not use it to find, follow or expose people.',
  model: (photos: string, city: string, version: string) =>
    `Located with ${photos} known photos of ${city}. An answer can be wrong; paintings and quiet quarters are the hardest. venloc ${version}.`,
} satisfies Partial<typeof en>;

type Same<T> = { [K in keyof T]: T[K] extends string ? string : T[K] };

export type Dictionary = Same<typeof en>;

export type InFile = Pick<Dictionary, keyof typeof enInFile>;
