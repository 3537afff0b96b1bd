export type { Figures, MeshHost } from './host.ts';
export { Mesh } from './mesh.ts';
