export { MASK, maskText } from './mask-text.ts';
export { isSecretName } from './secret-name.ts';
