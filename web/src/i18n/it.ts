// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// La pagina in italiano.

import type { Dictionary, InFile } from './en';

export const it: Dictionary = {
  name: 'Italiano',

  pageTitle: (city) => `venloc: in che punto di ${city} è nata questa immagine?`,
  title: (city) => `In che punto di ${city} è nata questa immagine?`,
  intro:
    'Dai una foto, un dipinto, un disegno o una fotografia antica. Avrai un luogo, quanto è sicuro, e le foto note su cui si fonda, per vedere con i tuoi occhi.',
  languageLabel: 'Lingua',
  skip: 'Vai alle immagini',
  cityName: (city) => (city === 'Venice' ? 'Venezia' : city || 'questa città'),

  drop: 'Trascina qui le immagini, o incollane una',
  dropNow: 'Lascia per localizzarle',
  choose: 'Scegli immagini',
  chooseMore: 'Altre immagini',
  takePhoto: 'Scatta una foto',
  startOver: 'Ricomincia',
  limits: (pictures, size) => `JPEG, PNG, WebP, TIFF o BMP; al massimo ${pictures} per volta, ${size} ciascuna.`,
  privacy: (host) =>
    `Le immagini vanno a ${host} e a nessun altro. Sono guardate nella sua memoria e non conservate. Niente cookie.`,
  samplesTitle: 'O prova una di queste',
  samplesCredits: 'Da dove vengono queste immagini',
  sampleFailed: 'Non è stato possibile caricare l’esempio. Riprova.',

  picturesTitle: 'Immagini',
  waiting: 'in attesa',
  sending: 'in corso',
  answered: 'localizzata',
  failed: 'non localizzata',
  cancelled: 'annullata',
  progress: (done, total) => `${done} di ${total} localizzate`,
  progressOne: 'Localizzazione in corso',
  cancel: 'Annulla',
  tryAgain: 'Riprova',
  tryNow: 'Riprova ora',
  allCsv: 'Tutte in CSV',
  allGeoJson: 'Tutte in GeoJSON',
  noPreview: 'senza anteprima',

  refusedType: (file) => `${file} non è un’immagine di un tipo leggibile. Salvala come JPEG o PNG e riprova.`,
  refusedEmpty: (file) => `${file} è vuoto. Scegli di nuovo il file, o un altro.`,
  refusedBytes: (file, size) => `${file} supera ${size}. Rimpiccioliscila e riprova.`,
  refusedPixels: (file, pixels) => `${file} ha più di ${pixels} milioni di pixel. Rimpiccioliscila e riprova.`,
  tooMany: (limit) =>
    `Si accettano al massimo ${limit} immagini per volta: le prime ${limit} sono qui, dai le altre dopo.`,
  notLocated: 'Questa immagine non è stata localizzata',
  cancelledText: 'Hai annullato prima che ci fosse una risposta.',
  busy: 'Il server è occupato con altre immagini. Le tue restano qui e vengono rinviate da sole.',
  busyIn: (seconds) => `Prossimo tentativo tra ${seconds} s`,
  unreachable:
    'Il server non è raggiungibile. Le tue immagini sono ancora qui: controlla di essere in rete, poi riprova.',
  brokeOff: 'La connessione si è interrotta prima di tutte le risposte. Riprova per avere le altre.',
  serverGone: 'Il server non è raggiungibile, e ora non si possono localizzare immagini. Controlla di essere in rete.',
  problems: {
    400: 'Le immagini non sono arrivate intere. Riprova.',
    408: 'Le immagini ci hanno messo troppo ad arrivare. Riprova, con meno immagini o più piccole.',
    413: 'È più di quanto il server accetti. Dai immagini più piccole, o meno per volta.',
    422: 'Il server non può usare questa immagine così com’è.',
    429: 'Dal tuo indirizzo sono arrivate troppe immagini in poco tempo. Aspetta un minuto, poi riprova.',
    500: 'Il server ha fatto un errore. Riprova.',
    503: 'Il server ora non può accogliere questa immagine.',
    504: 'L’immagine non è stata localizzata in tempo. Riprova più tardi.',
  },
  unusable: 'Non è stato possibile usare questa immagine.',
  problemWithoutText: (status) => `Il server non ha potuto rispondere (errore ${status}). Riprova più tardi.`,

  sentenceElsewhere: (city, place) => `Non sembra ${city}; se lo è, allora da qualche parte intorno a ${place}`,
  sentenceAround: (city, place, radius) =>
    `Da qualche parte intorno a ${place} a ${city}, forse a ${radius} di distanza; non è sicuro`,
  sentenceVeryLikely: (city, place, radius) => `Molto probabilmente entro ${radius} da ${place} a ${city}`,
  sentenceProbably: (city, place, radius) => `Probabilmente entro ${radius} da ${place} a ${city}`,
  headElsewhere: (city) => `Probabilmente non è ${city}`,
  headAround: (where) => `Forse ${where}, non è sicuro`,
  headVeryLikely: (where) => `Molto probabilmente ${where}`,
  headProbably: (where) => `Probabilmente ${where}`,
  here: 'qui',
  around: 'da qualche parte qui intorno',
  aroundPlace: (place) => `da qualche parte intorno a ${place}`,
  near: (place) => `vicino a ${place}`,
  from: (distance, place) => `a ${distance} da ${place}`,
  confidence: 'Attendibilità',
  confidenceHigh: 'alta',
  confidenceFair: 'discreta',
  confidenceLow: 'bassa',
  confidenceVeryLow: 'molto bassa',
  confidenceMeans: (percent, distance) => `${percent} di probabilità che l’errore sia sotto ${distance}.`,
  radiiLabel: 'Distanza',
  radii: (radius50, percent50, radius90, percent90) =>
    `Il luogo vero è entro ${radius50} con probabilità ${percent50}, ed entro ${radius90} con ${percent90}.`,
  radiiIf: (city, radii) => `${radii} Se è ${city}, s’intende.`,
  inAreaLabel: (city) => `È ${city}?`,
  inArea: (percent, city) =>
    `${percent} di probabilità che l’immagine mostri ${city}; di un dipinto o un disegno è poco più di un’ipotesi.`,
  nearestLabel: 'Luogo vicino',
  nearest: (place, distance) => `${place}, a ${distance} dal punto`,
  exifLabel: 'Nel file',
  exif: (place, distance) => `Il file stesso dice ${place}, a ${distance} dalla stima. Non è servito per la stima.`,
  estimateNote: 'È una stima, non una prova di dove fosse qualcuno.',
  copy: 'Copia le coordinate',
  copied: 'Copiate',
  copyFailed: (place) => `Questo browser non permette di copiare. Le coordinate sono ${place}`,
  openMap: 'Apri in OpenStreetMap',
  newTab: '(si apre in una nuova scheda)',
  csv: 'CSV',
  geoJson: 'GeoJSON',
  download: (kind) => `Scarica in ${kind}`,

  mapTitle: 'Mappa',
  mapOf: (city) => `Mappa di ${city}. Le frecce la spostano, più e meno cambiano la scala.`,
  zoomIn: 'Più grande',
  zoomOut: 'Più piccola',
  legendRegion: (percent) => `regione del ${percent}`,
  legendPin: 'la risposta',
  legendRing: (percent) => `raggio del ${percent}`,
  legendCandidate: 'foto note degli indizi',
  legendExif: 'luogo nel file',
  legendDensity: 'dove sono le foto note',
  legendYours: 'il luogo che dici tu',
  mapFingers: 'La mappa si muove con due dita.',
  blankMap: 'Questo server non ha una mappa della città: i luoghi sono disegnati su carta bianca.',
  tilesSwitch: (host) => `Mappa stradale da ${host}`,
  tilesMeaning: (host) =>
    `${host} saprà allora il tuo indirizzo di rete e quale parte della città guardi, ma non la tua immagine.`,
  tilesFailed: (host) => `${host} non risponde; senza, la mappa è vuota.`,
  tilesNone: 'Disegnata qui, senza chiedere a nessun altro server.',

  evidenceTitle: 'Indizi',
  evidenceIntro: 'Le foto note che le somigliano di più, la migliore per prima. I numeri sono quelli della mappa.',
  evidenceNone: 'Nessuna foto nota le somiglia: la risposta si fonda su dove si fotografa di più.',
  thumbnailsSwitch: 'Mostra le foto note',
  thumbnailsMeaning: (hosts) =>
    `Vengono da ${hosts}, che saprà allora il tuo indirizzo di rete e quali di esse vedi, ma non la tua immagine.`,
  candidateProbability: (percent) => `probabilità ${percent}`,
  candidatePoints: (points) => `${points} punti in comune`,
  candidateOnePoint: '1 punto in comune',
  candidateNoPoints: 'simile nell’insieme, nessun punto in comune',
  candidateDistance: (distance) => `a ${distance} dalla risposta`,
  candidateOnMap: (number) => `Mostra la foto ${number} sulla mappa`,
  knownPhoto: (id) => `Foto nota ${id}`,
  photoMissing: 'non caricata',
  showPoints: 'Mostra i punti',
  shownPoints: 'Punti mostrati',
  matchesAlone: (points, id) => `${points} punti della tua immagine sono anche nella foto nota ${id}.`,
  matchesBoth: (points, id) =>
    `${points} punti della tua immagine, a sinistra o sopra, e dove sono nella foto nota ${id}.`,

  know: 'So dov’è',
  knowTitle: 'Dov’è?',
  knowHow:
    'Sposta il segnaposto sulla mappa: trascinalo, fai clic sulla mappa, o scrivi le coordinate; si possono incollare tutte e due insieme. Con il segnaposto attivo le frecce lo spostano di 5 m, con Maiusc di 50 m.',
  knowPin: 'Il luogo che dici tu',
  lat: 'Latitudine',
  lng: 'Longitudine',
  badCoordinates: (city) => `Scrivi una latitudine e una longitudine di ${city} o dintorni.`,
  consent:
    'Ho il diritto di dare questa immagine. L’immagine e questo luogo possono essere conservati sul server e usati per localizzarne altre. Il file va com’è, con ciò che dice della data, della macchina e del luogo (GPS).',
  consentNeeded: 'Segna la casella: senza il tuo consenso non si invia nulla.',
  send: 'Invia immagine e luogo',
  sendingPlace: 'Invio …',
  thanks: (id) => `Grazie. È conservata come ${id}.`,
  close: 'Chiudi',

  responsible:
    'Fatto per immagini di luoghi: archivi, musei, viaggi, la storia di una città. Non usarlo per trovare, seguire o esporre persone.',
  documents: 'Informazioni su venloc, in inglese',
  documentLimits: 'Limiti e uso responsabile',
  documentModel: 'Scheda del modello predefinito',
  documentData: 'Scheda dei suoi dati',
  documentSecurity: 'Segnalare un problema',
  documentConduct: 'Codice di condotta',
  documentCitation: 'Come citare',
  model: (photos, city, version) =>
    `Conosce ${photos} foto di ${city} e può sbagliare; i dipinti e i quartieri tranquilli sono i più difficili. venloc ${version}.`,

  fileNote: (pictures) =>
    `${pictures === 1 ? 'Un’immagine localizzata' : `${pictures} immagini localizzate`} da venloc. Questo file non chiede nulla a nessun server, se non attivi la mappa stradale o le foto note.`,
  fileDamaged:
    'In questo file non ci sono risposte, o sono danneggiate. Scrivilo di nuovo con venloc locate e la sua opzione --map.',

  announceSending: (pictures) =>
    pictures === 1
      ? 'L’immagine è in corso di localizzazione.'
      : `${pictures} immagini sono in corso di localizzazione.`,
  announceAnswer: (file, text) => `${file}: ${text}.`,
};

export const itInFile: InFile = {
  blankMap: 'In questo file non c’è una mappa della città: i luoghi sono disegnati su carta bianca.',
  tilesMeaning: (host) =>
    `${host} saprà allora il tuo indirizzo di rete e quale parte della città guardi, ma non l’immagine.`,
  tilesNone: 'Disegnata da questo file, senza chiedere a nessun server.',
  thumbnailsMeaning: (hosts) =>
    `Vengono da ${hosts}, che saprà allora il tuo indirizzo di rete e quali di esse vedi, ma non l’immagine.`,
  matchesAlone: (points, id) => `${points} punti dell’immagine sono anche nella foto nota ${id}.`,
  matchesBoth: (points, id) => `${points} punti dell’immagine, a sinistra o sopra, e dove sono nella foto nota ${id}.`,
  exifLabel: 'Nel suo file',
  exif: (place, distance) =>
    `Il file dell’immagine dice ${place}, a ${distance} dalla stima. Non è servito per la stima.`,
  legendExif: 'luogo nel file dell’immagine',
  responsible:
    'Questo file contiene piccole copie delle immagini: chi lo ha le vede. Non usarlo per trovare, seguire o esporre persone.',
  model: (photos, city, version) =>
    `Localizzato con ${photos} foto note di ${city}. Una risposta può essere sbagliata; i dipinti e i quartieri tranquilli sono i più difficili. venloc ${version}.`,
};
