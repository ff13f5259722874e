/** PEFT's prefix in front of a Hugging Face module name. */
export const PEFT_PREFIX = 'base_model.model.';
export const LORA_A = '.lora_A.weight';
export const LORA_B = '.lora_B.weight';

/** The names of the two PEFT tensors that change a weight `<module>.weight`. */
export function peftNames(weightName: string): { readonly a: string; readonly b: string } {
  const module = `${PEFT_PREFIX}${weightName.replace(/\.weight$/, '')}`;
  return { a: module + LORA_A, b: module + LORA_B };
}
