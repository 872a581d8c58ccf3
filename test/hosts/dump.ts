import { writeFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { connect } from '../../src/temporal/connect.js';
export async function dump(name: string): Promise<void> {
  const client = await connect();
  const history = await client.workflow.getHandle(`belay/${name}/production/box7`).fetchHistory();
  await writeFile(`/tmp/hist-${name}.json`, historyToJSON(history));
  await client.connection.close();
}
