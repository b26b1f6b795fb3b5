// units.mjs - lists the units of a node, and with a line of JSON on standard input adds one, once.
//
//   WORKRELIEF_TOKEN=... node units.mjs http://127.0.0.1:7015 [KEYFILE] [< unit.json]
//
// KEYFILE keeps the idempotency key of the unit under way: when this program dies in between, the next run sends the same key and nothing is
// added twice.
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Client, Problem } from './client.mjs'

const [base, keyFile] = process.argv.slice(2)
const client = new Client(base, process.env.WORKRELIEF_TOKEN)
try {
  let after = ''
  if (keyFile) {
    if (!existsSync(keyFile)) writeFileSync(keyFile, randomUUID(), { flush: true })
    after = (await client.call('registry.AddUnit', JSON.parse(readFileSync(0, 'utf8')), { key: readFileSync(keyFile, 'utf8') })).position
    rmSync(keyFile)
  }
  for await (const unit of client.rows('registry.ListUnits', { pageSize: 5 })) console.log(`${unit.unitId}\t${unit.unitName}`)
  const first = await client.get('registry.ListUnits', { pageSize: '3' })
  const again = await client.get('registry.ListUnits', { pageSize: '3' })
  console.error(`read once: ${first.fresh && !again.fresh}, position ${after || 'none'}`)
} catch (fault) {
  if (!(fault instanceof Problem)) throw fault
  for (const problem of fault.document.problems ?? [fault.document]) console.error(`${problem.reason}\t${problem.path ?? ''}\t${problem.message ?? problem.detail}`)
  process.exitCode = 1
}
