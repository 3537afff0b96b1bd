import { judgePages } from './judge-pages.ts';

judgePages('zh');
