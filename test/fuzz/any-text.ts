import fc from 'fast-check';

/**
 * Any UTF-16 text, lone surrogates and controls included. (`fc.string` with the unit `binary` builds
 * a table of all code points first, which costs seconds.)
 */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.nat(0x7f), fc.nat(0xffff)), { maxLength: 12 })
  .map((units) => String.fromCharCode(...units));
