import type { HessianObject } from './values.ts';
import { HessianWriter } from './writer.ts';

const MILLIS_OF_MINUTE = 60_000;

/** Writer of Hessian 2.0, as Dubbo reads it. */
export class Hessian2Writer extends HessianWriter {
  protected get longTag(): number {
    return 0x59;
  }

  writeString(text: string): void {
    this.stringChunks(text, 0x52, true);
  }

  writeBinary(bytes: Uint8Array): void {
    this.binaryChunks(bytes, 0x41, true);
  }

  writeDouble(value: number): void {
    const mills = Math.trunc(value * 1000);
    if (Object.is(value, 0)) this.byte(0x5b);
    else if (value === 1) this.byte(0x5c);
    else if (Object.is((value << 24) >> 24, value)) this.bytes2(0x5d, value);
    else if (Object.is((value << 16) >> 16, value)) {
      this.byte(0x5e);
      this.int16(value);
    } else if ((mills | 0) === mills && mills !== 0 && Object.is(0.001 * mills, value)) {
      this.byte(0x5f);
      this.int32(mills);
    } else this.float64(0x44, value);
  }

  writeDate(millis: number): void {
    const minutes = millis / MILLIS_OF_MINUTE;
    if ((minutes | 0) === minutes) {
      this.byte(0x4b);
      this.int32(minutes);
    } else this.int64(0x4a, millis);
  }

  protected writeReference(index: number): void {
    this.byte(0x51);
    this.writeInt(index);
  }

  protected writeList(type: string, items: readonly unknown[]): void {
    const short = items.length < 8;
    if (type === '') this.byte(short ? 0x78 + items.length : 0x58);
    else {
      this.byte(short ? 0x70 + items.length : 0x56);
      this.#type(type);
    }
    if (!short) this.writeInt(items.length);
    for (const item of items) this.write(item);
  }

  protected writeMap(type: string, entries: ReadonlyMap<unknown, unknown>): void {
    if (type === '') this.byte(0x48);
    else {
      this.byte(0x4d);
      this.#type(type);
    }
    for (const [key, value] of entries) {
      this.write(key);
      this.write(value);
    }
    this.byte(0x5a);
  }

  protected writeDefinition(object: HessianObject): void {
    this.byte(0x43);
    this.writeString(object.className);
    this.writeInt(object.fields.size);
    for (const field of object.fields.keys()) this.writeString(field);
  }

  protected writeInstance(index: number, _object: HessianObject): void {
    if (index < 0x10) this.byte(0x60 + index);
    else {
      this.byte(0x4f);
      this.writeInt(index);
    }
  }

  #type(type: string): void {
    const known = this.types.get(type);
    if (known !== undefined) {
      this.writeInt(known);
      return;
    }
    this.types.set(type, this.types.size);
    this.writeString(type);
  }
}
