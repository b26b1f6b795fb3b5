// client.mjs - the node by JSON over HTTP from Node 18 or later, with nothing but what Node brings. The contract: GET /openapi.json.
import { randomUUID } from 'node:crypto'

export class Problem extends Error {
  // A refusal as RFC 9457 has it; document.problems names every complaint at once.
  constructor(document) {
    super(`${document.reason}: ${document.detail}`)
    this.document = document
  }
}

const AGAIN = new Set([429, 499, 503, 504])
const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds))

export class Client {
  constructor(base, token) {
    this.base = base
    this.headers = { Authorization: `Bearer ${token}`, 'Accept-Language': 'zh' }
    this.tags = new Map() // path -> { etag, body }
  }

  // Calls a method. key: one intent, one key; store it first where the intent must survive this process. Without an answer it is sent again.
  async call(method, body = {}, { key = randomUUID(), after = '', tries = 5 } = {}) {
    const headers = { ...this.headers, 'Content-Type': 'application/json', 'Idempotency-Key': key, ...(after && { 'Workrelief-After': after }) }
    for (let attempt = 1; ; attempt++) {
      let answer
      try {
        answer = await fetch(`${this.base}/v1/${method.replace('.', '/')}`, { method: 'POST', headers, body: JSON.stringify(body), signal: AbortSignal.timeout(30000) })
      } catch (fault) {
        if (attempt >= tries) throw new Error(`${method}: outcome unknown, ask again with key ${key}`, { cause: fault })
        await pause(300 * attempt)
        continue
      }
      const document = await answer.json()
      if (answer.ok) return { body: document, position: answer.headers.get('Workrelief-Position') ?? '' }
      if (!AGAIN.has(answer.status) || attempt >= tries) throw new Problem(document)
      await pause(1000 * Number(answer.headers.get('Retry-After') ?? 1))
    }
  }

  // Reads by GET; what has not changed is not sent again. { body, fresh }
  async get(method, fields = {}) {
    const path = `/v1/${method.replace('.', '/')}?${new URLSearchParams(fields)}`
    const known = this.tags.get(path)
    const answer = await fetch(this.base + path, { headers: { ...this.headers, ...(known && { 'If-None-Match': known.etag }) } })
    if (answer.status === 304) return { body: known.body, fresh: false }
    const body = await answer.json()
    if (!answer.ok) throw new Problem(body)
    this.tags.set(path, { etag: answer.headers.get('ETag'), body })
    return { body, fresh: true }
  }

  // The rows of a list, page after page.
  async *rows(method, fields = {}) {
    for (let pageToken = ''; ;) {
      const { body } = await this.call(method, { ...fields, ...(pageToken && { pageToken }) })
      yield* body.rows ?? []
      pageToken = body.nextPageToken ?? ''
      if (!pageToken) return
    }
  }

  // What changes, as it changes: { event, data } of GET /v1/events until the caller stops or the stream ends.
  async *events(signal) {
    const answer = await fetch(`${this.base}/v1/events`, { headers: this.headers, signal })
    if (!answer.ok) throw new Problem(await answer.json())
    let text = ''
    for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
      text += part
      for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) {
        const lines = text.slice(0, end).split('\n')
        const value = name => lines.filter(line => line.startsWith(`${name}: `)).map(line => line.slice(name.length + 2)).join('\n')
        if (value('data')) yield { event: value('event') || 'message', data: JSON.parse(value('data')) }
      }
    }
  }
}
