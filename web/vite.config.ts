// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
import { defineConfig, type Plugin } from 'vite';
import { oneFile } from './one-file.ts';

/** Builds map.html beside the page: the same, with all that it needs inside. */
function mapFile(): Plugin {
  return {
    name: 'venloc-map-file',
    apply: 'build',
    // After the page itself is written.
    enforce: 'post',
    generateBundle(_options, bundle) {
      const files = new Map(
        Object.values(bundle).map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source]),
      );
      const scripts = [...files.keys()].filter((name) => name.endsWith('.js'));
      if (scripts.length !== 1) this.error(`map.html has room for one script, not for ${scripts.join(', ')}`);
      const page = String(files.get('index.html'));
      files.delete('index.html');
      const source = oneFile(page, files);
      this.emitFile({ type: 'asset', fileName: 'map.html', source });
    },
  };
}

export default defineConfig({
  // Relative addresses, so that the page can also be served below a path of a larger site.
  base: './',
  plugins: [mapFile()],
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
      '/documents': process.env.VENLOC_URL ?? 'http://localhost:8000',
      '/samples': process.env.VENLOC_URL ?? 'http://localhost:8000',
    },
  },
});
