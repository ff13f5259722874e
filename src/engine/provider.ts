import { listSupportedBackends, type InferenceSession } from 'onnxruntime-node';
import { type AppError, messageOf, userError } from '../base/errors.ts';

/** Where sessions run. What a provider has no kernel for runs on the CPU. */
export const PROVIDERS = ['cpu', 'webgpu', 'cuda'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** How sessions are run. */
export interface SessionOptions {
  /** Threads used inside one op on the CPU. */
  readonly threads: number;
  /** Default: cpu. */
  readonly provider?: Provider;
  /**
   * Compiled graphs that a cache keeps; each holds its working memory, over a gigabyte for a model
   * of 135M weights. Default 12.
   */
  readonly maxSessions?: number;
  /** Path that files with the time of every kernel begin with; a session writes its own when closed. */
  readonly profilePrefix?: string;
}

/** The same as ONNX Runtime takes it. */
export function sessionOptions({
  threads,
  provider = 'cpu',
  profilePrefix,
}: SessionOptions): InferenceSession.SessionOptions {
  return {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // Patterns are laid out in a second block beside the one that the first run filled: they cost
    // two gigabytes for a model of 135M weights and save no time.
    enableMemPattern: false,
    // Warnings about constant folding and unused initializers tell a user nothing.
    logSeverityLevel: 3,
    ...(profilePrefix === undefined
      ? {}
      : { enableProfiling: true, profileFilePrefix: profilePrefix }),
  };
}

const REMEDY: Record<Exclude<Provider, 'cpu'>, string> = {
  webgpu:
    'Install a graphics driver with Vulkan (Linux), Metal (macOS) or Direct3D 12 (Windows), or set backend.provider to cpu in the study file.',
  cuda: "Use Linux on x64 with an NVIDIA driver, CUDA 12 and cuDNN 9, and fetch ONNX Runtime's CUDA provider with `npm rebuild onnxruntime-node --ignore-scripts=false`; or set backend.provider to cpu in the study file.",
};

/** What a refused session means: a user error where the provider is to blame, else the error itself. */
export function sessionRefusal({ provider = 'cpu' }: SessionOptions, error: unknown): unknown {
  if (provider === 'cpu') return error;
  const isBundled = listSupportedBackends().some(({ name }) => name === provider);
  return absent(
    provider,
    isBundled
      ? `does not start on this machine: ${messageOf(error)}`
      : `is not part of this build of ONNX Runtime`,
    error,
  );
}

function absent(provider: Exclude<Provider, 'cpu'>, reason: string, cause: unknown): AppError {
  return userError(
    'provider-absent',
    `execution provider ${provider} ${reason}`,
    REMEDY[provider],
    cause,
  );
}
