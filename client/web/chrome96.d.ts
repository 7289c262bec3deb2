/**
 * What Chrome 96 has and the types of its month (package.json, @types/web) lack, because no second browser had it yet.
 * Anything newer than Chrome 96 stays out: the phones of November 2021 would not have it.
 */

interface LockManager { request<T>(name: string, work: () => Promise<T>): Promise<T> } // Chrome 69
interface Navigator { readonly locks?: LockManager }

interface HTMLDialogElement { open: boolean; showModal(): void; close(): void } // Chrome 37

declare class DecompressionStream { // Chrome 80
  constructor(format: "gzip" | "deflate");
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<BufferSource>;
}

declare class CompressionStream { // Chrome 80
  constructor(format: "gzip" | "deflate");
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<BufferSource>;
}

interface IDBDatabase { // options: Chrome 83
  transaction(stores: string | string[], mode?: IDBTransactionMode, options?: { durability?: "default" | "strict" | "relaxed" }): IDBTransaction;
}

interface TextEncoder { encode(input?: string): Uint8Array<ArrayBuffer> } // TypeScript 5.9 tells buffers apart

declare class BarcodeDetector { // Chrome 83 on Android; absent on many laptops: looked for before it is used
  constructor(options?: { formats: string[] });
  detect(source: CanvasImageSource): Promise<{ rawValue: string }[]>;
}

interface PointerEvent { getCoalescedEvents?(): PointerEvent[] } // Chrome 58
