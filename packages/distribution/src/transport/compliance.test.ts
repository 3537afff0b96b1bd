import { distributionComplianceSuite, openMemoryNetwork } from '../testing/index.ts';

distributionComplianceSuite('memory', openMemoryNetwork);
