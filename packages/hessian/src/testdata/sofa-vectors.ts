import { HessianObject, TypedList, TypedMap } from '../index.ts';

/**
 * What sofa-hessian 3.x writes: objects of sofa-registry and SOFARPC and a few of the JDK's, written by the Java library.
 */
export const SOFA_VECTORS: readonly {
  readonly name: string;
  readonly bytes: string;
  readonly values: readonly unknown[];
}[] = [
  {
    name: 'SyncConfigRequest',
    bytes:
      '4fc835636f6d2e616c697061792e736f66612e72656769737472792e636f72652e6d6f64656c2e53796e63436f6e66696752657175657374920a6461746143656e746572047a6f6e656f901144656661756c744461746143656e7465720c44454641554c545f5a4f4e45',
    values: [
      new HessianObject('com.alipay.sofa.registry.core.model.SyncConfigRequest', [
        ['dataCenter', 'DefaultDataCenter'],
        ['zone', 'DEFAULT_ZONE'],
      ]),
    ],
  },
  {
    name: 'RegisterResponse',
    bytes:
      '4fc834636f6d2e616c697061792e736f66612e72656769737472792e636f72652e6d6f64656c2e5265676973746572526573706f6e73659507737563636573730872656769737449640776657273696f6e0772656675736564076d6573736167656f9054027231e1464e',
    values: [
      new HessianObject('com.alipay.sofa.registry.core.model.RegisterResponse', [
        ['success', true],
        ['registId', 'r1'],
        ['version', 1n],
        ['refused', false],
        ['message', null],
      ]),
    ],
  },
  {
    name: 'PublisherRegister',
    bytes:
      '4fc835636f6d2e616c697061792e736f66612e72656769737472792e636f72652e6d6f64656c2e5075626c69736865725265676973746572a00a696e7374616e63654964047a6f6e65076170704e616d65066461746149640567726f75700970726f63657373496408726567697374496408636c69656e7449640a64617461496e666f496402697004706f7274096576656e74547970650776657273696f6e0974696d657374616d7008646174614c6973740a617474726962757465736f901344454641554c545f494e5354414e43455f49440c44454641554c545f5a4f4e450361707013636f6d2e782e593a312e304044454641554c5404534f46414e0272314e4e4e4e085245474953544552e14c0000018bcfe56800566e014fbb636f6d2e616c697061792e736f66612e72656769737472792e636f72652e6d6f64656c2e44617461426f789104646174616f911231302e302e302e313a31323230303f703d317a4e',
    values: [
      new HessianObject('com.alipay.sofa.registry.core.model.PublisherRegister', [
        ['instanceId', 'DEFAULT_INSTANCE_ID'],
        ['zone', 'DEFAULT_ZONE'],
        ['appName', 'app'],
        ['dataId', 'com.x.Y:1.0@DEFAULT'],
        ['group', 'SOFA'],
        ['processId', null],
        ['registId', 'r1'],
        ['clientId', null],
        ['dataInfoId', null],
        ['ip', null],
        ['port', null],
        ['eventType', 'REGISTER'],
        ['version', 1n],
        ['timestamp', 1_700_000_000_000n],
        [
          'dataList',
          [new HessianObject('com.alipay.sofa.registry.core.model.DataBox', [['data', '10.0.0.1:12200?p=1']])],
        ],
        ['attributes', null],
      ]),
    ],
  },
  {
    name: 'ReceivedData',
    bytes:
      '4fc830636f6d2e616c697061792e736f66612e72656769737472792e636f72652e6d6f64656c2e5265636569766564446174619a066461746149640567726f75700a696e7374616e63654964077365676d656e740573636f70650776657273696f6e096c6f63616c5a6f6e65137375627363726962657252656769737449647304646174610964617461436f756e746f9013636f6d2e782e593a312e304044454641554c5404534f46411344454641554c545f494e5354414e43455f49441144656661756c744461746143656e74657206676c6f62616c4c0000018bcfe568000c44454641554c545f5a4f4e45566e010272327a4d0c44454641554c545f5a4f4e45566e014fbb636f6d2e616c697061792e736f66612e72656769737472792e636f72652e6d6f64656c2e44617461426f789104646174616f911231302e302e302e313a31323230303f703d317a7a4d7a',
    values: [
      new HessianObject('com.alipay.sofa.registry.core.model.ReceivedData', [
        ['dataId', 'com.x.Y:1.0@DEFAULT'],
        ['group', 'SOFA'],
        ['instanceId', 'DEFAULT_INSTANCE_ID'],
        ['segment', 'DefaultDataCenter'],
        ['scope', 'global'],
        ['version', 1_700_000_000_000n],
        ['localZone', 'DEFAULT_ZONE'],
        ['subscriberRegistIds', ['r2']],
        [
          'data',
          new Map([
            [
              'DEFAULT_ZONE',
              [new HessianObject('com.alipay.sofa.registry.core.model.DataBox', [['data', '10.0.0.1:12200?p=1']])],
            ],
          ]),
        ],
        ['dataCount', new Map()],
      ]),
    ],
  },
  {
    name: 'SofaRequest and its argument',
    bytes:
      '4fbc636f6d2e616c697061792e736f66612e7270632e636f72652e726571756573742e536f666152657175657374950d7461726765744170704e616d650a6d6574686f644e616d651774617267657453657276696365556e697175654e616d650c7265717565737450726f70730d6d6574686f64417267536967736f900162046563686f0b636f6d2e782e593a312e304d0361707001617a567400075b737472696e676e01106a6176612e6c616e672e537472696e677a026869',
    values: [
      new HessianObject('com.alipay.sofa.rpc.core.request.SofaRequest', [
        ['targetAppName', 'b'],
        ['methodName', 'echo'],
        ['targetServiceUniqueName', 'com.x.Y:1.0'],
        ['requestProps', new Map([['app', 'a']])],
        ['methodArgSigs', new TypedList('[string', ['java.lang.String'])],
      ]),
      'hi',
    ],
  },
  {
    name: 'SofaResponse',
    bytes:
      '4fbe636f6d2e616c697061792e736f66612e7270632e636f72652e726573706f6e73652e536f6661526573706f6e7365940769734572726f72086572726f724d73670b617070526573706f6e73650d726573706f6e736550726f70736f90464e0268694e',
    values: [
      new HessianObject('com.alipay.sofa.rpc.core.response.SofaResponse', [
        ['isError', false],
        ['errorMsg', null],
        ['appResponse', 'hi'],
        ['responseProps', null],
      ]),
    ],
  },
  {
    name: 'LinkedHashMap, int[], LinkedList, enum, BigDecimal, Date, short, float, char',
    bytes:
      '4d7400176a6176612e7574696c2e4c696e6b6564486173684d6170016be17a567400045b696e746e0291927a567400146a6176612e7574696c2e4c696e6b65644c6973746e0101617a4fa66a6176612e6c616e672e54687265616424537461746591046e616d656f90034e45574fa46a6176612e6d6174682e426967446563696d616c910576616c75656f9103312e35640000000000000000916b3fc000000163',
    values: [
      new TypedMap('java.util.LinkedHashMap', new Map([['k', 1n]])),
      new TypedList('[int', [1, 2]),
      new TypedList('java.util.LinkedList', ['a']),
      new HessianObject('java.lang.Thread$State', [['name', 'NEW']]),
      new HessianObject('java.math.BigDecimal', [['value', '1.5']]),
      new Date(0),
      1,
      1.5,
      'c',
    ],
  },
];
