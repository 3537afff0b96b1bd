import type { ApiClient } from '@weft/api';
import { allPages } from '../../mesh-api/all-pages.ts';

const MAX_NEAR = 3;

/** Services that a name which is none may mean: those that it is a part of, else the nearest one. At most 3. */
export async function nearServices(client: ApiClient, serviceId: string): Promise<readonly string[]> {
  const ids = (await allPages((page) => client.ms.listServices({ query: page }))).map((item) => item.serviceId);
  const { nearestName } = await import('@weft/schema');
  const parts = ids.filter((id) => id.toLowerCase().includes(serviceId.toLowerCase()));
  return (parts.length > 0 ? parts : [nearestName(serviceId, ids) ?? []].flat()).slice(0, MAX_NEAR);
}
