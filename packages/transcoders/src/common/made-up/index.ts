/** Answers of gRPC and Triple that somebody writes as JSON. */
export {
  emptyAnswerProblem,
  type MadeUpCall,
  type WrittenAnswer,
  writeJavaAnswer,
  writeProtoAnswer,
} from './write-answer.ts';
