// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vite';

export default defineConfig({
  // Relative addresses, so that the page also works below a path of a larger site.
  base: './',
  build: {
    outDir: process.env.VENLOC_WEB_OUT ?? 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy has no room for inline scripts, and one script needs no preloading.
    modulePreload: { polyfill: false },
    // Kept in the pictures' own files: Leaflet's icons, none of which the page shows.
    assetsInlineLimit: 0,
  },
  server: {
    proxy: {
      '/api': process.env.VENLOC_URL ?? 'http://localhost:8000',
      '/samples': process.env.VENLOC_URL ?? 'http://localhost:8000',
    },
  },
});
