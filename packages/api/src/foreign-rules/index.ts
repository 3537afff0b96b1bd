export { detectForeignFormat, translateForeignRules } from './translate.ts';
export { FOREIGN_FORMATS, type ForeignFormat, type ForeignRemark, type Translation } from './translation.ts';
