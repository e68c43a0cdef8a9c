// Takes a picture of a page of the Aspire dashboard, once a given text stands on it.
//   node --experimental-websocket eng/screenshot.mjs URL OUT.png [TEXT] [WIDTH] [HEIGHT]
// URL is the login link that the AppHost prints, with &returnUrl=%2F... for another page. Needs Chromium on the path (CHROMIUM names another).
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const [url, out, text = 'gateway', width = '1280', height = '600'] = process.argv.slice(2);
if (!url || !out) {
  console.error('usage: node --experimental-websocket eng/screenshot.mjs URL OUT.png [TEXT] [WIDTH] [HEIGHT]');
  process.exit(2);
}

const profile = mkdtempSync(join(tmpdir(), 'aspirekv-screenshot-'));
const browser = spawn(process.env.CHROMIUM ?? 'chromium', [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--remote-debugging-port=0', `--user-data-dir=${profile}`,
  `--window-size=${width},${height}`, 'about:blank',
], { stdio: 'ignore' });

async function until(what, probe, seconds = 60) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await delay(200)) {
    const value = await probe();
    if (value) return value;
  }
  throw new Error(`waited ${seconds} s for ${what}`);
}

async function main() {
  const portFile = join(profile, 'DevToolsActivePort');
  await until('the browser', () => existsSync(portFile) && readFileSync(portFile, 'utf8').includes('\n'));
  const port = readFileSync(portFile, 'utf8').split('\n')[0];
  const pages = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
  const socket = new WebSocket(pages.find(page => page.type === 'page').webSocketDebuggerUrl);
  await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });

  let last = 0;
  const waiting = new Map();
  socket.onmessage = message => {
    const { id, result, error } = JSON.parse(message.data);
    const { resolve, reject } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (error) reject?.(new Error(error.message)); else resolve?.(result);
  };
  const call = (method, params = {}) => new Promise((resolve, reject) => {
    waiting.set(++last, { resolve, reject });
    socket.send(JSON.stringify({ id: last, method, params }));
  });
  const evaluate = async expression => (await call('Runtime.evaluate', { expression, returnByValue: true })).result.value;

  await call('Emulation.setDeviceMetricsOverride', { width: +width, height: +height, deviceScaleFactor: 1, mobile: false });
  await call('Page.navigate', { url });
  await until(`"${text}" on the page`, () => evaluate(`document.body?.innerText.includes(${JSON.stringify(text)})`));
  if (process.env.SCREENSHOT_EVAL) console.log(await evaluate(process.env.SCREENSHOT_EVAL));
  await delay(+(process.env.SCREENSHOT_DELAY_MS ?? 3000)); // the page settles
  if (process.env.SCREENSHOT_TEXT) console.log(await evaluate('document.body.innerText'));
  const { data } = await call('Page.captureScreenshot', { format: 'png' });
  writeFileSync(out, Buffer.from(data, 'base64'));
  socket.close();
}

try {
  await main();
} finally {
  browser.kill();
  await new Promise(resolve => browser.exitCode !== null ? resolve() : browser.once('exit', resolve));
  // The browser's helpers may write for a moment longer.
  await until('the profile to be removed', () => { try { rmSync(profile, { recursive: true }); return true; } catch { return !existsSync(profile); } }, 10);
}
