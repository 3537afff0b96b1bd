export {
  REQUEST_CLASS,
  RESPONSE_CLASS,
  readCall,
  readOutcome,
  type SofaCall,
  type SofaOutcome,
  writeCall,
  writeOutcome,
  writeServerError,
} from './content.ts';
