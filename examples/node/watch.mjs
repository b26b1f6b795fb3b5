// watch.mjs - prints what changes, as it changes, until it has printed N lines: WORKRELIEF_TOKEN=... node watch.mjs http://127.0.0.1:7015 N
// A line says that something happened and where; what it is the program asks for itself. When the stream ends it is opened again, and what
// may have been missed in between is asked for anew.
import { Client, Problem } from './client.mjs'

const [base, count] = process.argv.slice(2)
const client = new Client(base, process.env.WORKRELIEF_TOKEN)
const end = new AbortController()
let printed = 0
while (printed < Number(count)) {
  try {
    for await (const { event, data } of client.events(end.signal)) {
      console.log(`${event}\t${JSON.stringify(data)}`)
      if (++printed === Number(count)) end.abort()
    }
  } catch (fault) {
    const passes = fault.name === 'AbortError' || fault instanceof TypeError || (fault instanceof Problem && fault.document.status >= 500)
    if (!passes) throw fault // a TypeError: the connection broke; 500 and above: the node is starting
  }
  if (printed < Number(count)) {
    console.error('the stream ended; again')
    await new Promise(resolve => setTimeout(resolve, 500))
  }
}
