import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import Module from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

/**
 * Loads the product's own code together with what V8 made of it the last time, so that a start does not compile it
 * again, which is half of what a short command costs. Node can do this from version 22 on (`module.enableCompileCache`),
 * but only for a whole process, which an extension shares with others.
 */

/** The most caches that are kept: one for each start, build and version of V8. */
const mostFiles = 24;
/** All our code makes a fifth of this. */
const mostBytes = 32_000_000;
/** A process that runs for longer may run for hours, and V8 forgets code that is not used. */
const longStartMilliseconds = 10_000;

interface CodeCacheOptions {
  /** The folder of the built product. */
  readonly folder: string;
  /** Our folder for what can be made again; null if there is none. */
  readonly cacheFolder: string | null;
  /** Which start this is, such as the name of a command: each needs other parts of the code. */
  readonly start: string;
  /** A hash of the built code: V8 itself compares nothing but its length. */
  readonly build: string;
  /** Names the V8 that runs, and its flags: others cannot use what this one has compiled. */
  readonly engine: string;
}

export interface LoadedCode {
  readonly exports: unknown;
  /** The files of the product that were not compiled again. */
  readonly fromCache: readonly string[];
  /** Writes what was compiled, if anything was. */
  write(): void;
  /** Writes it for the last time: what is written under other flags of V8 is of no use to the next start. */
  finish(): void;
}

/**
 * Loads a file of the product, and the files that it requires. `import()` does not work in them: the build writes it as
 * `require`.
 */
export function loadWithCodeCache(entry: string, options: CodeCacheOptions): LoadedCode {
  const cache = new CodeCache(options);
  const exports: unknown = cache.load(join(options.folder, entry)).exports;
  return { exports, fromCache: cache.fromCache, write: () => cache.write(), finish: () => cache.finish() };
}

/** Writes when the process ends, or when it turns out to be a long one. */
export function keepCode(code: LoadedCode): void {
  const write = (): void => {
    process.off('exit', write);
    clearTimeout(timer);
    code.write();
  };
  const timer = setTimeout(write, longStartMilliseconds).unref();
  process.on('exit', write);
}

class CodeCache {
  readonly fromCache: string[] = [];
  private readonly path: string | null;
  private readonly stored: ReadonlyMap<string, Buffer>;
  private readonly scripts = new Map<string, Script>();
  private isComplete = true;
  private isFinished = false;

  constructor(private readonly options: CodeCacheOptions) {
    const { cacheFolder, start, build, engine } = options;
    const name = `${start}-${build}-${engine}.bin`;
    this.path = cacheFolder === null ? null : join(cacheFolder, 'code', name);
    this.stored = (this.path === null ? null : readStored(this.path)) ?? new Map();
  }

  load(filename: string): Module {
    const known = require.cache[filename];
    if (known !== undefined) return known;
    const module = new Module(filename, require.main);
    module.filename = filename;
    require.cache[filename] = module;
    try {
      this.run(module, filename);
      module.loaded = true;
    } catch (error) {
      // As Node does: the next call tries again.
      Reflect.deleteProperty(require.cache, filename);
      throw error;
    }
    return module;
  }

  private run(module: Module, filename: string): void {
    const name = filename.slice(this.options.folder.length + 1);
    const cachedData = this.stored.get(name);
    const source = Module.wrap(readFileSync(filename, 'utf8'));
    const script = new Script(source, { filename, ...(cachedData === undefined ? {} : { cachedData }) });
    if (script.cachedDataRejected === false) this.fromCache.push(name);
    // Other flags of V8 are the reason of a rejection, and the next start has the usual ones.
    if (cachedData === undefined) this.isComplete = false;
    this.scripts.set(name, script);
    const wrapped = script.runInThisContext() as (...args: readonly unknown[]) => void;
    const requireHere = this.requireOf(filename, module.require.bind(module));
    wrapped.call(module.exports, module.exports, requireHere, module, filename, dirname(filename));
  }

  /** What belongs to the build passes here; tables, which are nothing but data, and all else are Node's. */
  private requireOf(filename: string, others: (id: string) => unknown): NodeJS.Require {
    const own = (id: string): unknown =>
      /^\.\/(?:vendor\/)?[\w-]{1,99}\.js$/.test(id) ? this.load(join(dirname(filename), id)).exports : others(id);
    return Object.assign(own, { main: require.main, cache: require.cache }) as NodeJS.Require;
  }

  finish(): void {
    this.write();
    this.isFinished = true;
  }

  /** What other starts made of files that this one did not need stays. */
  write(): void {
    if (this.isComplete || this.isFinished || this.path === null) return;
    this.isComplete = true;
    const made = [...this.scripts].map(([name, script]) => [name, script.createCachedData()] as const);
    writeStored(this.path, new Map([...this.stored, ...made]));
  }
}

/**
 * What a file begins with, one line of JSON: where each script's data lies behind it. V8 runs the data without a check,
 * so it must be whole, and nobody else may have written it.
 */
interface Header {
  readonly bytes: number;
  readonly sum: number;
  readonly places: readonly (readonly [name: string, start: number, end: number])[];
}

/** V8 copies data that is not aligned. */
const aligned = (length: number): number => Math.ceil(length / 16) * 16;

function readStored(path: string): ReadonlyMap<string, Buffer> | null {
  const bytes = readOwn(path);
  if (bytes === null) return null;
  const dataAt = bytes.indexOf('\n') + 1;
  try {
    const header = JSON.parse(bytes.toString('latin1', 0, dataAt)) as Header;
    if (bytes.length !== dataAt + header.bytes || sumOf(bytes.subarray(dataAt)) !== header.sum) return null;
    return new Map(header.places.map(([name, start, end]) => [name, bytes.subarray(dataAt + start, dataAt + end)]));
  } catch {
    return null;
  }
}

/** A file that this person alone can change; null for all others, and for what a user left in the way of root. */
function readOwn(path: string): Buffer | null {
  let descriptor: number;
  try {
    // A pipe with this name must not hold up the start. Windows has no such flag; there it counts as 0.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const found = fstatSync(descriptor);
    const isUsable = found.isFile() && found.size <= mostBytes && isOwn(found) && isOwn(statSync(dirname(path)));
    return isUsable ? readFileSync(descriptor) : null;
  } catch {
    return null;
  } finally {
    closeSync(descriptor);
  }
}

function isOwn({ uid, mode }: Stats): boolean {
  const own = process.getuid?.();
  return own === undefined || (uid === own && (mode & 0o022) === 0);
}

/** Without this file the next start compiles again, so a failure does not matter. */
function writeStored(path: string, codes: ReadonlyMap<string, Buffer>): void {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    makeFolderNow(dirname(path));
    if (!isOwn(statSync(dirname(path)))) return;
    const descriptor = openSync(draft, 'wx', 0o600);
    try {
      writeFileSync(descriptor, stored(codes));
      // A machine that loses power now must not leave a file of zeros with this length.
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, path);
    tidy(dirname(path));
  } catch {
    remove(draft);
  }
}

/** As `makeFolder` of folders.ts: Node's own `recursive` may never return. */
function makeFolderNow(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    makeFolderNow(dirname(path));
    mkdirSync(path, { mode: 0o700 });
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It lies where nothing can be written.
  }
}

function stored(codes: ReadonlyMap<string, Buffer>): Buffer {
  const parts: Buffer[] = [];
  const places: [string, number, number][] = [];
  let bytes = 0;
  for (const [name, code] of codes) {
    places.push([name, bytes, bytes + code.length]);
    parts.push(code, Buffer.alloc(aligned(code.length) - code.length));
    bytes += aligned(code.length);
  }
  const data = Buffer.concat(parts);
  const header = JSON.stringify({ bytes, sum: sumOf(data), places } satisfies Header);
  return Buffer.concat([Buffer.from(`${header.padEnd(aligned(header.length + 1) - 1)}\n`, 'latin1'), data]);
}

/** A sum that finds damage. The bytes are aligned, and loading a hash of Node's would take longer than this does. */
function sumOf({ buffer, byteOffset, byteLength }: Buffer): number {
  const words = new Int32Array(buffer, byteOffset, byteLength / Int32Array.BYTES_PER_ELEMENT);
  let sum = 0;
  for (let index = 0; index < words.length; index++) sum = (Math.imul(sum, 31) + (words[index] ?? 0)) | 0;
  return sum;
}

/** Removes the caches that were written longest ago. */
function tidy(folder: string): void {
  const names = readdirSync(folder);
  if (names.length <= mostFiles) return;
  const files = names.map((name) => {
    const path = join(folder, name);
    return { path, changed: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 };
  });
  for (const { path } of files.sort((a, b) => b.changed - a.changed).slice(mostFiles)) remove(path);
}
