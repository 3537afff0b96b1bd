export { isSecretName } from './secret-name.ts';
