export { DEFAULT_TABLE_BYTES, HpackDecoder } from './decoder.ts';
export { HpackEncoder } from './encoder.ts';
export { Field, ownField, STATIC_FIELDS, wireValue } from './field.ts';
export { decodeHuffman, encodeHuffman, huffmanLength } from './huffman.ts';
export { FieldKind, Indexing } from './names.ts';
