/**
 * Opens what scripts/export-references.ts exported with llama.cpp (node-llama-cpp) and compares
 * next-token distributions with those of our engine. Exits with 1 unless the top token is the same
 * at every position where ours leads by more than rounding, and mean KL is below 1e-4. Run from the
 * repository root, after `node dist/scripts/export-references.js`:
 *
 *     node scripts/references/exports-llamacpp.js
 */
import { readFileSync } from 'node:fs';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';

const MAX_MEAN_KL = 1e-4;
/** Two tokens closer than this may change places: llama.cpp rounds activations its own way. */
const MIN_LEAD = 1e-2;

const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error });
const cases = JSON.parse(readFileSync('.references/exports/cases.json', 'utf8'));
let isGood = true;
for (const { name, files, ids, logits, adapted, text } of cases) {
  const model = await llama.loadModel({ modelPath: files.gguf, useMmap: false });
  const plain = await compare(model, ids, logits);
  const lora = await compare(model, ids, adapted, { lora: files['gguf-lora'] });
  isGood &&= plain.isGood && lora.isGood;
  console.log(`${name.padEnd(24)} model ${plain.text}  adapter ${lora.text}`);
  if (text !== undefined) {
    const agrees = model.tokenize(text, true).join() === ids.join();
    isGood &&= agrees;
    console.log(`${''.padEnd(24)} token ids ${agrees ? 'agree' : 'differ'}`);
  }
  await model.dispose();
}
await llama.dispose();
process.exitCode = isGood ? 0 : 1;

async function compare(model, ids, expected, options = {}) {
  const context = await model.createContext({ contextSize: 512, sequences: 1, ...options });
  const asked = ids.map((id) => [id, { generateNext: { probabilities: true } }]);
  const answers = await context.getSequence().controlledEvaluate(asked);
  let kl = 0;
  let same = 0;
  let decided = 0;
  answers.forEach(({ next }, i) => {
    const ours = softmax(expected[i]);
    const theirs = next.probabilities;
    ours.forEach((p, token) => (kl += p * Math.log(p / theirs.get(token))));
    const [first, second] = ours.map((_, token) => token).sort((a, b) => ours[b] - ours[a]);
    if (expected[i][first] - expected[i][second] < MIN_LEAD) return;
    decided++;
    const [top] = [...theirs].reduce((best, entry) => (entry[1] > best[1] ? entry : best));
    same += Number(top === first);
  });
  await context.dispose();
  const mean = kl / ids.length;
  return {
    isGood: same === decided && decided > 0 && mean < MAX_MEAN_KL,
    text: `top-1 ${same}/${decided}, mean KL ${mean.toExponential(1)}`,
  };
}

function softmax(logits) {
  const most = Math.max(...logits);
  const exps = logits.map((x) => Math.exp(x - most));
  const total = exps.reduce((sum, x) => sum + x, 0);
  return exps.map((x) => x / total);
}
