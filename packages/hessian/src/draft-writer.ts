import type { HessianObject } from './values.ts';
import { HessianWriter } from './writer.ts';

/** Writer of the draft of Hessian 2 that SOFA has kept. */
export class DraftWriter extends HessianWriter {
  protected get longTag(): number {
    return 0x77;
  }

  writeString(text: string): void {
    this.stringChunks(text, 0x73, false);
  }

  writeBinary(bytes: Uint8Array): void {
    this.binaryChunks(bytes, 0x62, false);
  }

  writeDouble(value: number): void {
    if (Object.is(value, 0)) this.byte(0x67);
    else if (value === 1) this.byte(0x68);
    else if (Object.is((value << 24) >> 24, value)) this.bytes2(0x69, value);
    else if (Object.is((value << 16) >> 16, value)) {
      this.byte(0x6a);
      this.int16(value);
    } else if (Math.fround(value) === value) {
      this.byte(0x6b);
      const at = this.room(4);
      this.target.writeFloatBE(value, at);
    } else this.float64(0x44, value);
  }

  writeDate(millis: number): void {
    this.int64(0x64, millis);
  }

  protected writeReference(index: number): void {
    if (index < 0x100) this.bytes2(0x4a, index);
    else if (index < 0x1_0000) {
      this.byte(0x4b);
      this.int16(index);
    } else {
      this.byte(0x52);
      this.int32(index);
    }
  }

  protected writeList(type: string, items: readonly unknown[]): void {
    const known = this.types.get(type);
    if (known !== undefined) {
      this.byte(0x76);
      this.writeInt(known);
      this.writeInt(items.length);
      for (const item of items) this.write(item);
      return;
    }
    this.byte(0x56);
    if (type !== '') this.#type(type);
    if (items.length < 0x100) this.bytes2(0x6e, items.length);
    else {
      this.byte(0x6c);
      this.int32(items.length);
    }
    for (const item of items) this.write(item);
    this.byte(0x7a);
  }

  protected writeMap(type: string, entries: ReadonlyMap<unknown, unknown>): void {
    this.byte(0x4d);
    if (type !== '') this.#type(type);
    for (const [key, value] of entries) {
      this.write(key);
      this.write(value);
    }
    this.byte(0x7a);
  }

  protected writeDefinition(object: HessianObject): void {
    this.byte(0x4f);
    this.writeInt(object.className.length);
    this.units(object.className);
    this.writeInt(object.fields.size);
    for (const field of object.fields.keys()) this.writeString(field);
  }

  protected writeInstance(index: number, _object: HessianObject): void {
    this.byte(0x6f);
    this.writeInt(index);
  }

  #type(type: string): void {
    const known = this.types.get(type);
    if (known !== undefined) {
      this.byte(0x75);
      this.writeInt(known);
      return;
    }
    this.types.set(type, this.types.size);
    this.byte(0x74);
    this.int16(type.length);
    this.units(type);
  }
}
