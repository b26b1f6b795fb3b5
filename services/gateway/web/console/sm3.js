// sm3.js - the digest of a paper by GB/T 32905, as the ledgers keep it; reckoned here, the paper itself stays on this computer.
const rotate = (x, n) => (x << (n & 31)) | (x >>> (32 - (n & 31)));

function block(state, view, at) {
  const w = new Int32Array(68);
  for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
  for (let i = 16; i < 68; i++) {
    const x = w[i - 16] ^ w[i - 9] ^ rotate(w[i - 3], 15);
    w[i] = x ^ rotate(x, 15) ^ rotate(x, 23) ^ rotate(w[i - 13], 7) ^ w[i - 6];
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const s1 = rotate((rotate(a, 12) + e + rotate(i < 16 ? 0x79cc4519 : 0x7a879d8a, i)) | 0, 7);
    const s2 = s1 ^ rotate(a, 12);
    const t1 = ((i < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c)) + d + s2 + (w[i] ^ w[i + 4])) | 0;
    const t2 = ((i < 16 ? e ^ f ^ g : (e & f) | (~e & g)) + h + s1 + w[i]) | 0;
    [a, b, c, d, e, f, g, h] = [t1, a, rotate(b, 9), c, t2 ^ rotate(t2, 9) ^ rotate(t2, 17), e, rotate(f, 19), g];
  }
  [a, b, c, d, e, f, g, h].forEach((value, index) => {
    state[index] ^= value;
  });
}

export function sm3(buffer) {
  const length = buffer.byteLength;
  const padded = new Uint8Array(Math.ceil((length + 9) / 64) * 64);
  const view = new DataView(padded.buffer);
  const state = Int32Array.of(0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e);
  padded.set(new Uint8Array(buffer));
  padded[length] = 0x80;
  view.setBigUint64(padded.length - 8, BigInt(length) * 8n);
  for (let at = 0; at < padded.length; at += 64) block(state, view, at);
  const out = new Uint8Array(32);
  state.forEach((word, index) => new DataView(out.buffer).setInt32(4 * index, word));
  return out;
}

export const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
