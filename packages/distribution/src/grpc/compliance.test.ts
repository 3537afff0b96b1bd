import { distributionComplianceSuite, openGrpcNetwork } from '../testing/index.ts';

distributionComplianceSuite('gRPC', openGrpcNetwork);
