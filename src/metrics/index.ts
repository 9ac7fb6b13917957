export { topKError } from './top-k.ts';
