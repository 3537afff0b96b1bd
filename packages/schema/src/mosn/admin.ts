import { Count, Ignored, type Parsed, Text, Type } from '../author/index.ts';

export const admin = Type.Object(
  {
    address: Type.Object(
      {
        socket_address: Type.Object(
          {
            address: Text({
              description: 'Address of the admin server. Whoever reaches it can stop the proxy.',
              default: '127.0.0.1',
              maxLength: 256,
              zeroIsDefault: true,
            }),
            port_value: Count({
              description: 'Port of the admin server; 0 = any free one.',
              maximum: 65_535,
              examples: [34901],
            }),
          },
          { description: 'The address.' },
        ),
      },
      { description: 'Where it listens.' },
    ),
    access_log_path: Ignored(Text({ description: 'Access log of the admin server.' }), 'MOSN never reads it'),
  },
  { description: 'The admin server; without this object there is none.' },
);
export type AdminConfig = Parsed<typeof admin>;
