/** The code of every screen, each loaded when it is wanted. */
export const SCREENS = {
  studies: () => import('./screens/studies/studies-screen.tsx'),
  verdict: () => import('./screens/verdict/verdict-screen.tsx'),
  arms: () => import('./screens/arms/arms-screen.tsx'),
  arm: () => import('./screens/arm/arm-screen.tsx'),
  dataset: () => import('./screens/dataset/dataset-screen.tsx'),
  pipeline: () => import('./screens/pipeline/pipeline-screen.tsx'),
  samples: () => import('./screens/samples/samples-screen.tsx'),
  transcript: () => import('./screens/transcript/transcript-screen.tsx'),
  judge: () => import('./screens/judge/judge-screen.tsx'),
  leads: () => import('./screens/leads/leads-screen.tsx'),
  ledger: () => import('./screens/ledger/ledger-screen.tsx'),
} as const;

export type ScreenName = keyof typeof SCREENS;
