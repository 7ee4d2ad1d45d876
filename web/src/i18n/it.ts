// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// La pagina in italiano.

import type { Dictionary, InFile } from './en';

const UNNAMED = 'questa città';

const inCity = (city: string) => (city === UNNAMED ? `in ${city}` : `a ${city}`);

export const it: Dictionary = {
  name: 'Italiano',

  pageTitle: (city) => `venloc: in quale punto di ${city} è stata realizzata questa immagine?`,
  title: (city) => `In quale punto di ${city} è stata realizzata questa immagine?`,
  intro:
    'Carica una foto, un dipinto, un disegno o una fotografia d’epoca. Il risultato è un luogo, il suo grado di certezza e le foto note su cui si basa, così puoi verificarlo tu.',
  languageLabel: 'Lingua',
  skip: 'Vai alle immagini',
  cityName: (city) => (city === 'Venice' ? 'Venezia' : city || UNNAMED),

  drop: 'Trascina qui le immagini, o incollane una',
  dropNow: 'Rilascia per localizzarle',
  choose: 'Scegli le immagini',
  chooseMore: 'Altre immagini',
  takePhoto: 'Scatta una foto',
  startOver: 'Ricomincia',
  limits: (pictures, size) => `JPEG, PNG, WebP, TIFF o BMP; al massimo ${pictures} alla volta, ${size} ciascuna.`,
  privacy: (host) =>
    `Le immagini vengono inviate solo a ${host}, che le elabora in memoria e non le conserva. Questa pagina non usa cookie.`,
  samplesTitle: 'Oppure prova una di queste',
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
  togetherSwitch: 'Queste immagini sono di una stessa passeggiata',
  togetherMeaning: (pictures) =>
    `Le ${pictures} immagini aggiunte insieme vengono allora localizzate insieme, e ognuna aiuta a localizzare le altre. L’ordine è quello degli orari nei file o, se mancano, quello dei nomi.`,
  answeredTogether: (position) => `n. ${position} della passeggiata`,

  refusedType: (file) => `${file} non è un’immagine in un formato supportato. Salvala come JPEG o PNG e riprova.`,
  refusedEmpty: (file) => `${file} è vuoto. Scegli di nuovo il file, o un altro.`,
  refusedBytes: (file, size) => `${file} supera ${size}. Riduci l’immagine e riprova.`,
  refusedPixels: (file, pixels) => `${file} ha più di ${pixels} milioni di pixel. Riduci l’immagine e riprova.`,
  tooMany: (limit) =>
    `Puoi aggiungere al massimo ${limit} immagini alla volta. Le prime ${limit} sono state aggiunte; aggiungi le altre dopo.`,
  notLocated: 'Questa immagine non è stata localizzata',
  cancelledText: 'Hai annullato prima che l’immagine fosse localizzata.',
  busy: 'Il server è occupato con altre immagini. Le tue restano in questa pagina e vengono inviate di nuovo automaticamente.',
  busyIn: (seconds) => `Prossimo tentativo tra ${seconds} s`,
  unreachable:
    'Il server non è raggiungibile. Le tue immagini sono ancora qui: controlla la connessione a Internet, poi riprova.',
  brokeOff:
    'La connessione si è interrotta prima che tutte le immagini fossero localizzate. Riprova per localizzare le altre.',
  serverGone:
    'Il server non è raggiungibile e ora non è possibile localizzare immagini. Controlla la connessione a Internet.',
  problems: {
    400: 'Le immagini non sono arrivate complete. Riprova.',
    408: 'L’invio delle immagini ha richiesto troppo tempo. Riprova con meno immagini o con immagini più piccole.',
    413: 'È più di quanto il server accetti. Invia immagini più piccole, o meno immagini alla volta.',
    422: 'Il server non può usare questa immagine così com’è.',
    429: 'Dal tuo indirizzo sono arrivate troppe immagini in poco tempo. Aspetta un minuto, poi riprova.',
    500: 'Si è verificato un errore interno del server. Riprova.',
    503: 'Il server ora non può elaborare questa immagine. Riprova più tardi.',
    504: 'L’immagine non è stata localizzata in tempo. Riprova più tardi.',
  },
  unusable: 'Non è stato possibile usare questa immagine.',
  problemWithoutText: (status) => `Il server non ha potuto rispondere (errore ${status}). Riprova più tardi.`,

  sentenceElsewhere: (city, place) => `Non sembra ${city}; se lo è, il luogo è da qualche parte intorno a ${place}`,
  sentenceAround: (city, place, radius) => `Non è certo: forse entro ${radius} da ${place} ${inCity(city)}`,
  sentenceVeryLikely: (city, place, radius) => `Molto probabilmente entro ${radius} da ${place} ${inCity(city)}`,
  sentenceProbably: (city, place, radius) => `Probabilmente entro ${radius} da ${place} ${inCity(city)}`,
  headElsewhere: (city) => `Probabilmente non è ${city}`,
  headAround: (where) => `Non è certo: forse ${where}`,
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
  confidenceMeans: (percent, distance) => `L’errore è inferiore a ${distance} con probabilità ${percent}.`,
  radiiLabel: 'Distanza',
  radii: (radius50, percent50, radius90, percent90) =>
    `Il luogo reale è entro ${radius50} con probabilità ${percent50}, ed entro ${radius90} con probabilità ${percent90}.`,
  radiiIf: (city, radii) => `${radii} Questo vale se l’immagine mostra ${city}.`,
  inAreaLabel: (city) => `Mostra ${city}`,
  inArea: (percent, city) =>
    `L’immagine mostra ${city} con probabilità ${percent}. Per un dipinto o un disegno è poco più di un’ipotesi.`,
  nearestLabel: 'Luogo più vicino',
  nearest: (place, distance) => `${place}, a ${distance} dal punto`,
  exifLabel: 'Nel file',
  exif: (place, distance) =>
    `La posizione GPS nel file è ${place}, a ${distance} dalla stima. Non è stata usata per la stima.`,
  notesLabel: 'Note',
  noteTurned: (degrees) =>
    `L’immagine sembra su un fianco o capovolta. È stata ruotata di ${degrees}° in senso orario prima di essere localizzata, ed è mostrata così.`,
  noteWalk: (position, pictures) =>
    `Localizzata insieme alle altre immagini della passeggiata, come numero ${position} di ${pictures}.`,
  noteCutShort: 'Il file è incompleto: manca una parte dell’immagine.',
  noteRawPreview: 'Il file è un file RAW di una fotocamera: è stata localizzata l’anteprima che contiene.',
  noteReduced: (from, to) => `L’immagine di ${from} pixel è stata letta a ${to} pixel.`,
  noteUncalibrated:
    'Il modello è costruito da troppo poche foto per essere calibrato: le probabilità sono approssimative.',
  contents: {
    blank: 'Questa immagine sembra vuota. Se non mostra un luogo, la risposta dice poco.',
    text: 'Sembra una pagina di testo, non un’immagine di un luogo: la risposta dice poco.',
    screenshot: 'Sembra una schermata o un grafico, non un’immagine di un luogo: la risposta dice poco.',
  },
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
  mapOf: (city) => `Mappa di ${city}. Le frecce la spostano, i tasti più e meno cambiano lo zoom.`,
  zoomIn: 'Ingrandisci',
  zoomOut: 'Riduci',
  legendRegion: (percent) => `regione del ${percent}`,
  legendPin: 'la risposta',
  legendRing: (percent) => `raggio del ${percent}`,
  legendCandidate: 'foto note degli indizi',
  legendWalk: 'immagini della passeggiata, in ordine',
  legendExif: 'luogo nel file',
  legendDensity: 'dove sono le foto note',
  legendYours: 'il luogo che scegli',
  mapFingers: 'Usa due dita per spostare la mappa.',
  blankMap: 'Questo server non ha una mappa della città: i luoghi sono disegnati su uno sfondo vuoto.',
  tilesSwitch: (host) => `Mappa stradale da ${host}`,
  tilesMeaning: (host) =>
    `${host} riceve allora il tuo indirizzo IP e la parte della mappa che guardi, ma non la tua immagine.`,
  tilesFailed: (host) => `${host} non risponde: non è possibile mostrare la mappa stradale.`,
  tilesNone: 'Disegnata da questa pagina, senza richieste ad altri server.',

  evidenceTitle: 'Indizi',
  evidenceIntro: 'Le foto note più simili all’immagine, la migliore per prima. La mappa mostra gli stessi numeri.',
  evidenceNone: 'Nessuna foto nota è simile all’immagine. La risposta si basa solo su dove si scattano più foto.',
  thumbnailsSwitch: 'Mostra le foto note',
  thumbnailsMeaning: (hosts) =>
    `Vengono caricate da ${hosts}, a cui diventano noti il tuo indirizzo IP e le foto che guardi, ma non la tua immagine.`,
  candidateProbability: (percent) => `probabilità ${percent}`,
  candidatePoints: (points) => `${points} punti corrispondenti`,
  candidateOnePoint: '1 punto corrispondente',
  candidateNoPoints: 'simile nell’insieme, nessun punto corrispondente',
  candidateDistance: (distance) => `a ${distance} dalla risposta`,
  candidateOnMap: (number) => `Mostra la foto ${number} sulla mappa`,
  knownPhoto: (id) => `Foto nota ${id}`,
  photoMissing: 'impossibile caricarla',
  showPoints: 'Mostra i punti',
  shownPoints: 'Punti mostrati',
  matchesAlone: (points, id) => `${points} punti della tua immagine corrispondono a punti della foto nota ${id}.`,
  matchesBoth: (points, id) =>
    `${points} punti della tua immagine (a sinistra o sopra) e i punti corrispondenti nella foto nota ${id}.`,

  know: 'So dov’è',
  knowTitle: 'Dov’è?',
  knowHow:
    'Sposta il segnaposto: trascinalo, fai clic sulla mappa o inserisci le coordinate. Puoi incollare latitudine e longitudine insieme. Quando il segnaposto è attivo, le frecce lo spostano di 5 m, con Maiusc di 50 m.',
  knowPin: 'Il luogo che scegli',
  lat: 'Latitudine',
  lng: 'Longitudine',
  badCoordinates: (city) => `Inserisci una latitudine e una longitudine di ${city} o dei dintorni.`,
  consent:
    'Ho il diritto di condividere questa immagine. L’immagine e questo luogo possono essere conservati sul server e usati per localizzare altre immagini. Il file viene inviato senza modifiche, compresi i dati su data, fotocamera e luogo (GPS).',
  consentNeeded: 'Seleziona la casella: senza il tuo consenso non viene inviato nulla.',
  send: 'Invia immagine e luogo',
  sendingPlace: 'Invio …',
  thanks: (id) => `Grazie. L’immagine è conservata come ${id}.`,
  close: 'Chiudi',

  responsible:
    'Pensato per immagini di luoghi: archivi, musei, viaggi, storia di una città. Non usarlo per trovare, seguire o esporre persone.',
  documents: 'Informazioni su venloc (in inglese)',
  documentLimits: 'Limiti e uso responsabile',
  documentModel: 'Scheda del modello predefinito',
  documentData: 'Scheda dei dati del modello predefinito',
  documentSecurity: 'Segnala un problema',
  documentConduct: 'Codice di condotta',
  documentCitation: 'Come citare',
  model: (photos, city, version) =>
    `Il modello è costruito da ${photos} foto di ${city}. Una risposta può essere sbagliata; i dipinti e le zone tranquille sono i casi più difficili. venloc ${version}.`,

  fileNote: (pictures) =>
    `${pictures === 1 ? 'Un’immagine localizzata' : `${pictures} immagini localizzate`} da venloc. Questo file non invia nulla a nessun server, a meno che tu non attivi la mappa stradale o le foto note.`,
  fileDamaged: 'Questo file non contiene risposte, o sono danneggiate. Crealo di nuovo con venloc locate --map.',

  announceSending: (pictures) =>
    pictures === 1 ? 'Localizzazione dell’immagine in corso.' : `Localizzazione di ${pictures} immagini in corso.`,
  announceAnswer: (file, text) => `${file}: ${text}.`,
};

export const itInFile: InFile = {
  blankMap: 'In questo file non c’è una mappa della città: i luoghi sono disegnati su uno sfondo vuoto.',
  tilesMeaning: (host) =>
    `${host} riceve allora il tuo indirizzo IP e la parte della mappa che guardi, ma non l’immagine.`,
  tilesNone: 'Disegnata da questo file, senza richieste ai server.',
  thumbnailsMeaning: (hosts) =>
    `Vengono caricate da ${hosts}, a cui diventano noti il tuo indirizzo IP e le foto che guardi, ma non l’immagine.`,
  matchesAlone: (points, id) => `${points} punti dell’immagine corrispondono a punti della foto nota ${id}.`,
  matchesBoth: (points, id) =>
    `${points} punti dell’immagine (a sinistra o sopra) e i punti corrispondenti nella foto nota ${id}.`,
  exifLabel: 'Nel file dell’immagine',
  exif: (place, distance) =>
    `La posizione GPS nel file dell’immagine è ${place}, a ${distance} dalla stima. Non è stata usata per la stima.`,
  legendExif: 'luogo nel file dell’immagine',
  responsible:
    'Questo file contiene piccole copie delle immagini: chi lo ha le vede. Non usarlo per trovare, seguire o esporre persone.',
  model: (photos, city, version) =>
    `Localizzato con ${photos} foto note di ${city}. Una risposta può essere sbagliata; i dipinti e le zone tranquille sono i casi più difficili. venloc ${version}.`,
};
