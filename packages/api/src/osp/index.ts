export { auditEffect } from './audit-effect.ts';
export * from './objects.ts';
export { PRODUCT_CODES, PRODUCTS, Product, type ProductCode, type SwitchedProduct } from './products.ts';
export { osp } from './routes.ts';
