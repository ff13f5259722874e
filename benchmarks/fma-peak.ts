import { existsSync, readFileSync } from 'node:fs';

/** Fused multiply-adds that a core starts per cycle: two on every x86-64 server core since 2013. */
const FMA_UNITS = 2;
const FLOPS_PER_FMA = 2;
/** Latency of an integer multiplication in cycles, on Intel since Nehalem and AMD since Zen. */
const MULTIPLY_CYCLES = 3;

/** The theoretical float32 peak of this machine and how it was computed. */
export interface FmaPeak {
  readonly gflops: number;
  readonly formula: string;
}

/**
 * Physical cores × clock × 2 FMA units × float32 lanes × 2. Cores and lanes come from
 * /proc/cpuinfo; the clock is measured with a chain of multiplications, since virtual machines
 * report the base clock while cores run faster. Undefined where there is no such file, or where
 * neither AVX2 nor AVX-512 is listed.
 */
export function fmaPeak(): FmaPeak | undefined {
  const path = '/proc/cpuinfo';
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8');
  const flags = new Set(/^flags\s*:(.*)$/m.exec(text)?.[1]?.trim().split(' '));
  const lanes = flags.has('avx512f') ? 16 : flags.has('fma') ? 8 : undefined;
  if (lanes === undefined) return undefined;
  const cores = coreCount(text);
  const ghz = clockGhz();
  return {
    gflops: cores * ghz * FMA_UNITS * lanes * FLOPS_PER_FMA,
    formula: `${cores} cores × ${ghz.toFixed(2)} GHz × ${FMA_UNITS} FMA units × ${lanes} lanes × ${FLOPS_PER_FMA}`,
  };
}

/** Hardware threads of one core share its FMA units: distinct pairs of socket and core count. */
function coreCount(cpuinfo: string): number {
  const cores = cpuinfo.split('\n\n').flatMap((block) => {
    const core = /^core id\s*:\s*(\d+)/m.exec(block)?.[1];
    return core === undefined ? [] : [`${/^physical id\s*:\s*(\d+)/m.exec(block)?.[1]}/${core}`];
  });
  return Math.max(1, new Set(cores).size);
}

const LOOPS = 1_000_000;
const MULTIPLICATIONS_PER_LOOP = 8;
const REPEATS = 30;

/** Best clock over several runs; the first ones compile the loop. */
function clockGhz(): number {
  let best = Infinity;
  let sink = 1;
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    sink = multiplyChain(sink | 1, i | 1);
    best = Math.min(best, performance.now() - start);
  }
  // An odd product stays odd: reading the result keeps the loop from being dropped.
  if (sink % 2 === 0) throw new Error('the multiplication chain is wrong');
  return (LOOPS * MULTIPLICATIONS_PER_LOOP * MULTIPLY_CYCLES) / best / 1e6;
}

/** Every multiplication waits for the one before; loop control runs beside them. */
function multiplyChain(x: number, y: number): number {
  let product = x;
  for (let i = 0; i < LOOPS; i++) {
    product = Math.imul(product, y);
    product = Math.imul(product, y);
    product = Math.imul(product, y);
    product = Math.imul(product, y);
    product = Math.imul(product, y);
    product = Math.imul(product, y);
    product = Math.imul(product, y);
    product = Math.imul(product, y);
  }
  return product;
}
